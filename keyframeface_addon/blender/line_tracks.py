"""The strips of a script's lines share few tracks, and a line goes on from how the one before has left the face.

Where two lines of a face lie near each other, the strip of the lower one reaches under the other's, which blends between the
last pose of the first and the first pose of the second. A line that stands alone is blended in and out over whatever else
moves the face.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import bpy

from .nla import add_strip
from .placing import BLEND
from .script_lines import LaidLine

TRACK = "KeyframeFace Script"
JOINED = 1.0
"""Seconds between two lines that belong together, at most."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """What a line has on one data-block."""

    line: LaidLine
    track: Any
    strip: Any


def settle(line: LaidLine, lines: Sequence[LaidLine], rate: float) -> None:
    """Takes a new line's strips to tracks of the others where there is room. ``rate``: frames a second; ``lines``: all there are."""
    for track, strip in list(line.strips):
        beside = _neighbours(line, _on(track.id_data, lines))
        near = [other for other in beside if _gap(other.line, line) <= JOINED * rate]
        low = min(line.start - BLEND * rate, *(other.line.last for other in near), line.start)
        high = max(line.last + BLEND * rate, *(other.line.start for other in near), line.last)
        taken = [other.track for other in near]
        free = [t for t in _script_tracks(track.id_data, below=track) if t not in taken and _has_room(t, low, high)]
        track.name, strip.name = TRACK, line.marker
        if free:
            with contextlib.suppress(RuntimeError):  # "Unable to add strip": it stays where it is
                made = _moved(strip, free[0])
                line.strips[line.strips.index((track, strip))] = free[0], made
                track.id_data.animation_data.nla_tracks.remove(track)
                made.name = line.marker


def join(lines: Sequence[LaidLine], rate: float, changed: Collection[str], moved: Collection[str] = ()) -> None:
    """Blends anew between the ``changed`` lines and those beside them, and where the ``moved`` ones begin."""
    for owner in dict.fromkeys(track.id_data for line in lines for track, _ in line.strips):
        laid = _on(owner, lines)
        for before, after in pairwise(laid):
            made = before.line.made, after.line.made
            if not {*made}.isdisjoint(changed) or (made[0] in moved) != (made[1] in moved):
                _blend(before, after, rate)


def _blend(before: _Laid, after: _Laid, rate: float) -> None:
    first, second, gap = before.line.last, after.line.start, _gap(before.line, after.line)
    blend = max(1, round(BLEND * rate))
    if gap > JOINED * rate or gap <= 0 or before.track == after.track:
        reach = min(blend, max(gap / 2, 0))
        _reach(before.strip, end=first + reach, blend=reach)
        _reach(after.strip, begin=second - reach, blend=reach)
    elif _is_above(after.track, before.track):
        _reach(before.strip, end=second, blend=0)
        _reach(after.strip, begin=first, blend=gap)
    else:
        _reach(before.strip, end=second, blend=gap)
        _reach(after.strip, begin=first, blend=0)


def _reach(strip: Any, blend: float, begin: float | None = None, end: float | None = None) -> None:
    """Gives a strip another begin or another end on the timeline, with what its action does there moved by nothing."""
    low, high, scale = strip.frame_start, strip.frame_end, strip.scale
    begin, end, is_begin = (low if begin is None else begin), (high if end is None else end), end is None
    first = strip.action_frame_start + (begin - low) / scale
    last = strip.action_frame_start + (end - low) / scale
    strip.action_frame_start, strip.action_frame_end = first, last
    strip.frame_start, strip.frame_end = begin, end
    if strip.use_auto_blend:
        strip.use_auto_blend = False  # which sets both blends to 0
    if is_begin:
        strip.blend_in = blend
    else:
        strip.blend_out = blend


def _moved(strip: Any, track: Any) -> Any:
    """The same strip on another track."""
    span = strip.action_frame_start, strip.action_frame_end
    made: Any = add_strip(track, strip.action, getattr(strip, "action_slot_handle", 0), strip.name, span)
    for name in ("blend_type", "extrapolation", "blend_in", "blend_out"):
        setattr(made, name, getattr(strip, name))
    return made


def _on(owner: bpy.types.ID, lines: Sequence[LaidLine]) -> list[_Laid]:
    """What these lines have there, in the order of the timeline."""
    laid = [_Laid(line, *place) for line in lines for place in line.strips if place[0].id_data == owner]
    return sorted(laid, key=lambda one: one.line.start)


def _neighbours(line: LaidLine, laid: Sequence[_Laid]) -> list[_Laid]:
    at = next(i for i, one in enumerate(laid) if one.line is line)
    return [*laid[:at][-1:], *laid[at + 1 :][:1]]


def _gap(one: LaidLine, other: LaidLine) -> float:
    """Frames between two lines; below 0 where they overlap."""
    return max(one.start, other.start) - min(one.last, other.last)


def _script_tracks(owner: Any, below: Any) -> list[Any]:
    """From the lowest, those over which nothing else plays but the track given."""
    found: list[Any] = []
    tracks: Iterator[Any] = reversed(owner.animation_data.nla_tracks)
    for track in tracks:
        if track != below:
            if not track.name.startswith(TRACK):
                break
            found.insert(0, track)
    return found


def _has_room(track: Any, low: float, high: float) -> bool:
    return all(strip.frame_end <= low or high <= strip.frame_start for strip in track.strips)


def _is_above(one: Any, other: Any) -> bool:
    tracks = list(one.id_data.animation_data.nla_tracks)
    return tracks.index(one) > tracks.index(other)
