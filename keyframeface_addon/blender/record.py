"""What a performance means, kept on the action that plays it: its text and labels as data, labels as markers too.

The curves hold how the face moves; only this knows why. It travels with the action wherever that is saved or linked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import bpy
import numpy as np

from ..face.performance import FORMAT, Performance, PerformanceError, from_json
from .slots import curves_in

PROPERTY = "keyframeface"
MARKER_BYTES = 63


@dataclass(frozen=True, slots=True)
class Record:
    """One performance on a timeline. ``slot`` tells whose, as characters may share an action; 0 where it has none."""

    performance: Performance
    start_frame: float
    frames: tuple[int, ...]
    """Where its keyframes are."""
    slot: int = 0
    baked: bool = False
    """Whether its curves have a key at every frame, of which the performance is a summary."""

    def overlaps(self, first: float, last: float) -> bool:
        return self.frames[0] <= last and first <= self.frames[-1]

    def beyond(self, last: float) -> list[tuple[float, float]]:
        """Where it has keys after this frame, as first and last frame of each stretch."""
        after = [frame for frame in self.frames if frame > last]
        return [(last + 1, after[-1])] if self.baked and after else [(frame, frame) for frame in after]


def read_records(action: bpy.types.Action) -> list[Record]:
    """In the order of writing. What cannot be read (edited by hand, of a later version) is left out."""
    records = []
    for entry, performance in zip(_entries(action), _performances(_stored(action)), strict=True):
        if performance is None:
            continue
        try:
            frames = tuple(int(frame) for frame in entry["frames"])
            if len(frames) == len(performance.keyframes):
                start, slot, baked = float(entry["start"]), int(entry["slot"]), entry.get("baked") is True
                records.append(Record(performance, start, frames, slot, baked))
        except (KeyError, TypeError, ValueError):
            continue
    return records


def write_record(
    actions: Iterable[bpy.types.Action], home: bpy.types.Action, record: Record, slots: Iterable[int]
) -> None:
    """Puts the record and its markers on ``home``, in place of those of these slots that it overlaps, on any action.

    Of a performance that began before, that part stays.
    """
    ours = {0, *slots}
    first, last = record.frames[0], record.frames[-1]
    for action in dict.fromkeys((*actions, home)):
        entries = _entries(action)
        replaced = [entry for entry in entries if _lies_within(entry, ours, first, last)]
        end = max((last, *(entry["frames"][-1] for entry in replaced)))
        _remove_markers(action, {marker_name(label) for entry in replaced for label in _labels(entry)}, first, end)
        kept = [_until(entry, first) if entry in replaced else entry for entry in entries]
        kept = [entry for entry in kept if entry is not None]
        if action == home:
            kept.append(_entry(record))
        if kept != entries:
            _store(action, kept)
    for keyframe, frame in zip(record.performance.keyframes, record.frames, strict=True):
        if keyframe.label:
            home.pose_markers.new(marker_name(keyframe.label)).frame = frame


def _lies_within(entry: Any, slots: set[int], first: int, last: int) -> bool:
    try:
        return bool(entry["slot"] in slots and entry["frames"][0] <= last and first <= entry["frames"][-1])
    except (KeyError, IndexError, TypeError):
        return False


def _shifted(entry: Any, offset: int) -> Any:
    try:
        frames = [frame + offset for frame in entry["frames"]]
        return {**entry, "start": entry["start"] + offset, "frames": frames}
    except (KeyError, TypeError):
        return entry


def _until(entry: Any, first: int) -> Any | None:
    """What an entry has before this frame; None where that is nothing."""
    try:
        frames, keyframes = entry["frames"], entry["performance"]["keyframes"]
        count = sum(frame < first for frame in frames)
        kept = frames[:count], keyframes[:count]
        if entry.get("baked") and 0 < count < len(frames) and frames[count - 1] < first - 1:
            # its keys go on until there; what they are worth the curves say
            time = float(np.interp(first - 1, frames, [keyframe["time"] for keyframe in keyframes]))
            kept = [*kept[0], first - 1], [*kept[1], {**keyframes[count], "time": time, "label": ""}]
    except (KeyError, TypeError):
        return None
    performance = {**entry["performance"], "keyframes": kept[1]}
    return {**entry, "frames": kept[0], "performance": performance} if count else None


def _labels(entry: Any) -> list[str]:
    try:
        return [str(keyframe["label"]) for keyframe in entry["performance"]["keyframes"]]
    except (KeyError, TypeError):
        return []


def marker_name(label: str) -> str:
    """As much of the label as Blender stores, cut between characters."""
    return label.encode()[:MARKER_BYTES].decode(errors="ignore")


def _remove_markers(action: bpy.types.Action, names: set[str], first: int, last: int) -> None:
    for marker in [m for m in action.pose_markers if m.name in names and first <= m.frame <= last]:
        action.pose_markers.remove(marker)


def _stored(action: bpy.types.Action) -> str:
    text = action.get(PROPERTY, "")
    return text if isinstance(text, str) else ""


@lru_cache(maxsize=16)  # panels ask often, and what is recorded of a capture takes a tenth of a second to read
def _parsed(text: str) -> tuple[Any, ...]:
    """The entries in this text. They are shared: never to be changed in place."""
    try:
        entries = json.loads(text)
    except ValueError:
        return ()
    return tuple(entries) if isinstance(entries, list) else ()


@lru_cache(maxsize=16)
def _performances(text: str) -> tuple[Performance | None, ...]:
    """Of each entry; None where it cannot be read."""
    found: list[Performance | None] = []
    for entry in _parsed(text):
        try:
            found.append(from_json(json.dumps(entry["performance"])))
        except (KeyError, TypeError, ValueError, PerformanceError):
            found.append(None)
    return tuple(found)


def _entries(action: bpy.types.Action) -> list[Any]:
    """Each with the frames that it is on now: animators move keys and markers, and the entry stays behind."""
    entries = list(_parsed(_stored(action)))
    free = {(marker.name, marker.frame) for marker in action.pose_markers}
    moved = []
    for i, marks in enumerate(map(_marks, entries)):
        if marks <= free:
            free -= marks
        else:
            moved.append((i, marks))
    for i, marks in moved:
        if offset := _offset(marks, free, action):
            free -= {(name, frame + offset) for name, frame in marks}
            entries[i] = _shifted(entries[i], offset)
    return entries


def _marks(entry: Any) -> set[tuple[str, int]]:
    """Names and frames of the entry's markers, as they were written."""
    try:
        return {(marker_name(k), int(f)) for k, f in zip(_labels(entry), entry["frames"], strict=True) if k}
    except (KeyError, TypeError, ValueError):
        return set()


def _offset(marks: set[tuple[str, int]], free: set[tuple[str, int]], action: bpy.types.Action) -> int:
    """By how much all of these markers have moved, with their keys; 0 where they have not."""
    name, first = min(marks, key=lambda mark: mark[1])
    keyed = {round(point.co.x) for curve in curves_in(action) for point in curve.keyframe_points}
    for offset in sorted((frame - first for other, frame in free if other == name), key=abs):
        if all((name, frame + offset) in free and frame + offset in keyed for name, frame in marks):
            return offset
    return 0


def _store(action: bpy.types.Action, entries: list[Any]) -> None:
    if entries:
        action[PROPERTY] = json.dumps(entries, ensure_ascii=False)
    else:
        action.pop(PROPERTY, None)


def _entry(record: Record) -> dict[str, Any]:
    performance = record.performance
    written: dict[str, Any] = {"format": FORMAT}
    for name in ("prompt", "background", "emotion", "model", "seed"):
        if (value := getattr(performance, name)) not in ("", None):
            written[name] = value
    # not to_json: that rounds to four decimals, and here what is read must equal what was written
    written["keyframes"] = [
        {"time": k.time, "label": k.label, "channels": dict(k.channels)} for k in performance.keyframes
    ]
    entry = {"slot": record.slot, "start": record.start_frame, "frames": list(record.frames), "performance": written}
    return {**entry, "baked": True} if record.baked else entry
