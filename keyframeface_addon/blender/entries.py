"""The performances that an action has stored, as JSON, read as they are now: animators move keys and markers, and what is stored
stays behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, TypeVar

import bpy
import numpy as np

from ..face.performance import Performance, PerformanceError, from_json
from .bulk import keyed_frames
from .following import Followed, Keyed, Line, Marker, follow
from .slots import home_in

PROPERTY = "keyframeface"
KeyedOf = Callable[[int], Keyed | None]
"""The keys of a slot; None where these are not known."""


Read = TypeVar("Read")
_LONG = 8_000
"""Characters. Of longer texts only a few are remembered."""


def keyed_in(curves: Iterable[bpy.types.FCurve]) -> Keyed:
    """How many of these curves have a key at a frame."""
    frames = [np.floor(keyed_frames(curve.keyframe_points) + 0.5) for curve in curves if not len(curve.sampled_points)]
    at = np.concatenate([np.zeros(0), *frames]).astype(np.int64)
    if not len(at):
        return {}
    first = int(at.min())
    counts = np.bincount(at - first)
    found = np.flatnonzero(counts)
    return dict(zip((found + first).tolist(), counts[found].tolist(), strict=True))


def keys_of(actions: Iterable[bpy.types.Action], slots: Iterable[int]) -> KeyedOf:
    """Those of a face, which has these slots of these actions. Others' are known only as far as their slot tells."""
    actions, known = list(actions), set(slots)
    ours = {0, *known} if known else known

    def in_slots(slots: Iterable[int]) -> Keyed:
        homes = [home for slot in slots for action in actions if (home := home_in(action, slot))]
        # where actions have no slots every slot is at the same home
        return keyed_in(curve for holder in dict.fromkeys(home.holder for home in homes) for curve in holder.fcurves)

    @cache
    def keyed_of(slot: int) -> Keyed | None:
        return keyed_of_all() if slot in ours else in_slots([slot]) or None

    @cache
    def keyed_of_all() -> Keyed:
        return in_slots(ours)

    return keyed_of


def stored_text(action: bpy.types.Action) -> str:
    text = action.get(PROPERTY, "")
    return text if isinstance(text, str) else ""


def _remembered(read: Callable[[str], Read]) -> Callable[[str], Read]:
    """Panels ask often, and what is recorded of a capture takes a tenth of a second to read; a script has hundreds of lines."""
    short, long = lru_cache(maxsize=2048)(read), lru_cache(maxsize=16)(read)
    return lambda text: (short if len(text) < _LONG else long)(text)


@_remembered
def parsed(text: str) -> tuple[Any, ...]:
    """The entries in this text. They are shared: never to be changed in place."""
    try:
        entries = json.loads(text)
    except ValueError:
        return ()
    return tuple(entries) if isinstance(entries, list) else ()


@_remembered
def performances(text: str) -> tuple[Performance | None, ...]:
    """Of each entry; None where it cannot be read."""
    found: list[Performance | None] = []
    for entry in parsed(text):
        try:
            found.append(from_json(json.dumps(entry["performance"])))
        except (KeyError, TypeError, ValueError, PerformanceError):
            found.append(None)
    return tuple(found)


def performances_in(action: bpy.types.Action, slot: int) -> Iterator[Performance]:
    """Those of this slot that can be read, as they were stored."""
    text = stored_text(action)
    for line, performance in zip(_lines(text), performances(text), strict=True):
        if line is not None and performance is not None and line.slot in (0, slot):
            yield performance


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored performance as it is now: animators move keys and markers, and what is stored stays behind."""

    entry: Any
    place: int
    """Among those that are stored."""
    marks: tuple[Marker | None, ...] = ()
    """The marker of each keyframe."""


def followed(action: bpy.types.Action, keyed_of: KeyedOf | None) -> list[Entry]:
    """Without those that have no keys any more."""
    entries, all_lines = parsed(stored_text(action)), _lines(stored_text(action))
    lines = [line for line in all_lines if line is not None]
    if not lines:
        return [Entry(entry, place) for place, entry in enumerate(entries)]
    markers = [(marker.name, marker.frame) for marker in action.pose_markers]
    now = iter(follow(lines, markers, keyed_of or keys_of([action], ())))
    found = []
    for place, (entry, line) in enumerate(zip(entries, all_lines, strict=True)):
        if line is None:  # not to be read, so left alone
            found.append(Entry(entry, place))
        elif (then := next(now)).kept:
            found.append(Entry(entry if then.line == line else _as_now(entry, then), place, then.marks))
    return found


def _as_now(entry: Any, now: Followed) -> Any:
    """The same entry with the frames, times and labels that it has by now."""
    entry = {**entry, "start": now.line.start, "frames": list(now.line.frames)}
    rows = entry["performance"]["keyframes"]
    changed = [
        {**rows[i], "time": time, "label": label}
        for i, time, label in zip(now.kept, now.line.times, now.line.labels, strict=True)
    ]
    if changed != rows:
        entry["performance"] = {**entry["performance"], "keyframes": changed}
    return entry


@_remembered
def _lines(text: str) -> tuple[Line | None, ...]:
    return tuple(map(_line, parsed(text)))


def _line(entry: Any) -> Line | None:
    """What there is to follow of it; None where it cannot be read."""
    try:
        rows, frames = entry["performance"]["keyframes"], tuple(int(frame) for frame in entry["frames"])
        times, labels = tuple(float(row["time"]) for row in rows), tuple(str(row.get("label") or "") for row in rows)
        slot, curves = int(entry["slot"]), int(entry.get("curves", 1))
        line = Line(times, labels, frames, float(entry["start"]), slot, curves, entry.get("baked") is True)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None
    ordered = all(a < b for values in (times, frames) for a, b in pairwise(values))
    return line if frames and ordered and len(frames) == len(times) else None


def store(action: bpy.types.Action, entries: list[Any]) -> None:
    if entries == list(parsed(stored_text(action))):
        return
    if entries:
        action[PROPERTY] = json.dumps(entries, ensure_ascii=False)
    else:
        action.pop(PROPERTY, None)
