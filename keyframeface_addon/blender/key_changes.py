"""What becomes of the keys of one curve when keyframes change: planned first, so that all can be refused before any is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
import numpy.typing as npt

from .bulk import SAME_FRAME, evaluate, keyed_frames, replace_keys, shift_keys
from .curves import write_track
from .record import Record
from .references import Refusal
from .slots import Home, find_home
from .tracks import Track
from .writable import refuse_driven, refuse_silent

SAME_VALUE = 1e-6
Origins = tuple[int | None, ...]
"""Of each keyframe of a changed performance: which it was before, None for a new one."""
Frames = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What happens to the keys of one curve; frames are those before, but for ``values``."""

    moves: Mapping[int, int]
    """Of every keyframe that is kept, where it was and where it is to be."""
    removed: Collection[int]
    values: Mapping[int, float]
    """New values by frame."""
    anchors: Mapping[float, float]
    """Values by frame that are to stay as they are beside all this: keys there where there are none."""


def curve_of(track: Track) -> bpy.types.FCurve | None:
    home = find_home(track.owner)
    return home.find(track.path, track.index) if home else None


def change_of(
    old: Track,
    new: Track,
    curve: bpy.types.FCurve | None,
    record: Record,
    changed: Record | None,
    origins: Origins,
    keyed: Frames,
) -> KeyChange | None:
    """What happens to this track; None for nothing. ``keyed`` are all frames at which the face has keys."""
    frames = changed.frames if changed else ()
    at = keyed_frames(curve.keyframe_points) if curve else np.zeros(0, np.float32)
    has = {i for i, there in enumerate(keys_near(at, record.frames)) if there is not None}
    moves = {record.frames[i]: frame for i, frame in zip(origins, frames, strict=True) if i is not None}
    removed = [frame for i, frame in enumerate(record.frames) if i not in origins and i in has]
    values: dict[int, float] = {}
    touched: set[float] = set(removed)
    for k, (i, frame) in enumerate(zip(origins, frames, strict=True)):
        value = float(new.values[k])
        if i is None:
            there = float(evaluate(curve, [frame])[0]) if curve else new.rest
            if not new.idle or abs(there - value) > SAME_VALUE:
                values[frame] = value
        elif abs(value - float(old.values[i])) > SAME_VALUE:
            values[frame] = value
        elif record.frames[i] != frame and i in has:
            touched |= {record.frames[i], frame}
    touched |= set(values)
    if not touched or (curve is None and new.idle):
        return None
    anchors: dict[float, float] = {}
    if curve is not None:
        still = [before for before, now in moves.items() if before == now and before not in values]
        beyond = keyed if values else np.zeros(0, np.float32)
        for guard in {guard for place in touched for guard in _guards(place, still, at, beyond)}:
            if key_near(at, guard) is None:
                anchors[guard] = float(curve.evaluate(guard))
    return KeyChange(moves, removed, values, anchors)


def _guards(place: float, still: Iterable[int], at: Frames, keyed: Frames) -> Iterator[float]:
    """The nearest keyframes that stay before and after; without one, the nearest of ``keyed`` beyond all keys of the curve."""
    still = list(still)
    before, after = [f for f in still if f < place], [f for f in still if f > place]
    if before:
        yield max(before)
    elif len(at) and (beyond := keyed[keyed < min(at.min(), place) - SAME_FRAME]).size:
        yield float(beyond.max())
    if after:
        yield min(after)
    elif len(at) and (beyond := keyed[keyed > max(at.max(), place) + SAME_FRAME]).size:
        yield float(beyond.min())


def key_near(at: Frames, frame: float) -> int | None:
    """The place of the key at this frame, or within half of it."""
    return keys_near(at, [frame])[0]


def keys_near(at: Frames, frames: Sequence[float]) -> list[int | None]:
    """For each of these frames."""
    if not len(at):
        return [None] * len(frames)
    distance = np.abs(at[None, :] - np.array(frames, np.float64)[:, None])
    places = distance.argmin(axis=1)
    near = np.take_along_axis(distance, places[:, None], axis=1)[:, 0] < 0.5
    return [place if yes else None for place, yes in zip(places.tolist(), near.tolist(), strict=True)]


def refuse_changes(plans: Sequence[tuple[Track, KeyChange]]) -> None:
    """Raises Refusal where one of these would not be seen, or would go over keys that are not of a keyframe."""
    refuse_driven((track.owner, track.path, track.name) for track, change in plans if change.values)
    for track, change in plans:
        if not track.owner.is_editable:
            raise Refusal(f"{track.owner_name!r} is linked from another file: make a library override of it first")
        curve = curve_of(track)
        if curve is None:
            continue
        if change.values:
            refuse_silent([(track.name, curve)])
        still = {before for before, now in change.moves.items() if before == now}
        wanted = {*change.moves.values(), *change.values} - still
        if not wanted:
            continue
        at = keyed_frames(curve.keyframe_points)
        known = {i for i in keys_near(at, [*change.moves, *change.removed]) if i is not None}
        stay = np.delete(_positions(at, change), sorted(known))
        for frame in sorted(wanted):
            if len(stay) and float(np.abs(stay - frame).min()) < 0.5:
                raise Refusal(f"frame {frame} has keys of its own, as on {track.name}: use another frame")


def _positions(at: Frames, change: KeyChange) -> npt.NDArray[np.float64]:
    """Where the keys go: with their keyframe; where several keyframes move, also those between, in proportion."""
    there = at.astype(np.float64)
    knots = list(change.moves.items())
    if sum(before != now for before, now in knots) > 1:
        inside = (at > knots[0][0]) & (at < knots[-1][0])
        there[inside] = np.interp(at[inside], [before for before, _ in knots], [now for _, now in knots])
    for (before, now), i in zip(knots, keys_near(at, list(change.moves)), strict=True):
        if i is not None:
            there[i] = at[i] + (now - before)
    return there


def write_change(track: Track, home: Home, change: KeyChange, frames: tuple[int, ...], beside: list[float]) -> int:
    """Writes one track and returns the number of keys that were changed."""
    curve = home.find(track.path, track.index)
    if curve is None:
        return write_track(track, home, frames, beside)
    points = curve.keyframe_points
    before = keyed_frames(points)
    gone = sorted(i for i in keys_near(before, list(change.removed)) if i is not None)
    for i in reversed(gone):
        points.remove(points[i], fast=True)
    shift_keys(curve, np.delete(_positions(before, change) - before, gone))
    for frame, value in change.values.items():
        if (place := key_near(keyed_frames(points), frame)) is not None:
            points[place].co_ui.y = value
        else:
            replace_keys(curve, [frame], [value], frame, frame)
    for anchor, value in change.anchors.items():
        replace_keys(curve, [anchor], [value], anchor, anchor)
    curve.update()
    if gone and not len(points):
        home.holder.fcurves.remove(curve)
        _put_to_rest(track)
    return len(change.values) + len(change.removed)


def _put_to_rest(track: Track) -> None:
    """What has no curve any more would stay as it was last."""
    holder, _, name = track.path.rpartition(".")
    if name.endswith("]"):  # a property of somebody's own making
        return
    owner = track.owner.path_resolve(holder) if holder else track.owner
    if isinstance(getattr(owner, name), float):
        setattr(owner, name, track.rest)
    else:
        getattr(owner, name)[track.index] = track.rest
