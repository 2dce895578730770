"""What a performance means, kept on the action that plays it: its text and labels as data, labels as markers too.

The curves hold how the face moves; only this knows why. It travels with the action wherever that is saved or linked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import bpy

from ..face.performance import FORMAT, Performance, PerformanceError, from_json

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

    def overlaps(self, first: float, last: float) -> bool:
        return self.frames[0] <= last and first <= self.frames[-1]


def read_records(action: bpy.types.Action) -> list[Record]:
    """In the order of writing. What cannot be read (edited by hand, of a later version) is left out."""
    records = []
    for entry in _entries(action):
        try:
            performance = from_json(json.dumps(entry["performance"]))
            frames = tuple(int(frame) for frame in entry["frames"])
            if len(frames) == len(performance.keyframes):
                records.append(Record(performance, float(entry["start"]), frames, int(entry["slot"])))
        except (KeyError, TypeError, ValueError, PerformanceError):
            continue
    return records


def write_record(
    actions: Iterable[bpy.types.Action], home: bpy.types.Action, record: Record, slots: Iterable[int]
) -> None:
    """Puts the record and its markers on ``home``, in place of those of these slots that it overlaps, on any action."""
    ours = {0, *slots}
    first, last = record.frames[0], record.frames[-1]
    for action in dict.fromkeys((*actions, home)):
        entries = _entries(action)
        replaced = [entry for entry in entries if _lies_within(entry, ours, first, last)]
        _remove_markers(action, {marker_name(label) for entry in replaced for label in _labels(entry)}, first, last)
        kept = [entry for entry in entries if entry not in replaced]
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


def _entries(action: bpy.types.Action) -> list[Any]:
    try:
        entries = json.loads(action.get(PROPERTY, "[]"))
    except (TypeError, ValueError):
        return []
    return entries if isinstance(entries, list) else []


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
    return {"slot": record.slot, "start": record.start_frame, "frames": list(record.frames), "performance": written}
