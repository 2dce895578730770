"""What a performance means, kept on the action that plays it: its text and labels as data, labels as markers too.

The curves hold how the face moves; only this knows why. It travels with the action wherever that is saved or linked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

from ..face.channels import ChannelName
from ..face.performance import FORMAT, Performance, from_json
from .entries import Entry, KeyedOf, followed, keys_of, parsed, performances, store, stored_text
from .entry_parts import is_kept, kept_after, lies_within, shifted, since, until
from .following import Line, Marker, marker_name
from .placement import FARTHEST_FRAME


@dataclass(frozen=True, slots=True)
class KeyframeState:
    """What was set for one keyframe, besides its pose."""

    locked: bool = False
    """Nothing of ours changes it."""
    strength: float = 1.0
    full: Mapping[ChannelName, float] = field(default_factory=dict)
    """Where the strength is not 1: its channels at strength 1."""


AS_MADE, LOCKED = KeyframeState(), KeyframeState(locked=True)


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
    curves: int = 1
    """How many have a key at each keyframe; 0 where nothing on this rig shows the performance."""
    states: tuple[KeyframeState, ...] = ()
    """Of each keyframe; or none, where all are as they were made."""
    strip: str = ""
    """The NLA strip that plays it, whose curves are not to be written; "" where the action itself plays."""

    def state(self, i: int) -> KeyframeState:
        return self.states[i] if self.states else AS_MADE

    @property
    def locked(self) -> tuple[int, ...]:
        """Which of its keyframes are."""
        return tuple(i for i, state in enumerate(self.states) if state.locked)

    @property
    def locked_frames(self) -> tuple[int, ...]:
        return tuple(self.frames[i] for i in self.locked)

    @property
    def line(self) -> Line:
        keyframes = self.performance.keyframes
        times, labels = tuple(k.time for k in keyframes), tuple(k.label for k in keyframes)
        return Line(times, labels, self.frames, self.start_frame, self.slot, self.curves, self.baked)

    def overlaps(self, first: float, last: float) -> bool:
        return self.frames[0] <= last and first <= self.frames[-1]

    def beyond(self, last: float) -> list[tuple[float, float]]:
        """Where it has keys after this frame, as first and last frame of each stretch."""
        after = [frame for frame in self.frames if frame > last]
        return [(last + 1, after[-1])] if self.baked and after else [(frame, frame) for frame in after]


def read_records(action: bpy.types.Action, keyed_of: KeyedOf | None = None) -> list[Record]:
    """In the order of writing, as they are now. What cannot be read (edited by hand, of a later version) is left out.

    Without ``keyed_of`` the curves of the action tell where keyframes are.
    """
    return [record for _, record in _records(action, keyed_of)]


def _records(action: bpy.types.Action, keyed_of: KeyedOf | None) -> Iterator[tuple[Entry, Record]]:
    stored = parsed(stored_text(action))
    made = performances(stored_text(action))
    for found in followed(action, keyed_of):
        entry, as_stored = found.entry, stored[found.place]
        try:
            same = entry["performance"] is as_stored["performance"]
            performance = made[found.place] if same else from_json(json.dumps(entry["performance"]))
            frames = tuple(int(frame) for frame in entry["frames"])
            if performance is None or len(frames) != len(performance.keyframes):
                continue
            states = tuple(map(_state, entry["performance"]["keyframes"]))
            start, slot, baked = float(entry["start"]), int(entry["slot"]), entry.get("baked") is True
            curves = int(entry.get("curves", 1))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        states = states if any(state != AS_MADE for state in states) else ()
        yield found, Record(performance, start, frames, slot, baked, curves, states)


def write_record(
    actions: Iterable[bpy.types.Action], home: bpy.types.Action, record: Record, slots: Iterable[int]
) -> None:
    """Puts the record and its markers on ``home``, in place of those of these slots that it overlaps, on any action.

    Of a performance that began before, that part stays.
    """
    actions, ours = dict.fromkeys((*actions, home)), {0, *slots}
    keyed_of = keys_of(actions, ours)
    first, last = record.frames[0], record.frames[-1]
    for action in actions:
        kept = []
        for found in followed(action, keyed_of):
            entry = found.entry
            if lies_within(entry, ours, first, last):
                stays = [entry["frames"][i] < first or is_kept(entry, i, last) for i in range(len(found.marks))]
                _remove_markers(action, [mark for mark, stay in zip(found.marks, stays, strict=True) if not stay])
                after = kept_after(entry, last) if found.marks else None
                kept += [part for part in (until(entry, first), after) if part]
            else:
                kept.append(entry)
        if action == home:
            kept.append(_entry(record))
        store(action, kept)
    for label, frame in zip(record.line.labels, record.frames, strict=True):
        _add_marker(home, label, frame)


def rewrite_record(
    actions: Iterable[bpy.types.Action],
    slots: Iterable[int],
    record: Record,
    changed: Record | None,
    origins: Sequence[int | None] = (),
) -> bool:
    """Puts ``changed`` in place of ``record``, each of its keyframes with the marker of the one that it comes from.

    To be called before the keys are changed: they tell where performances are. ``origins`` are places in ``record``; None
    for a new keyframe. A marker that the animator has deleted stays so, unless the label is another. Returns whether there
    is such a record.
    """
    actions = list(dict.fromkeys(actions))
    keyed_of = keys_of(actions, slots)
    for action in actions:
        known = _records(action, keyed_of)
        mine = next((found for found, r in known if (r.slot, r.frames) == (record.slot, record.frames)), None)
        if mine is None:
            continue
        entries = [found.entry for found in followed(action, keyed_of) if found.place < mine.place]
        entries += [_entry(changed)] if changed else []
        entries += [found.entry for found in followed(action, keyed_of) if found.place > mine.place]
        if changed:
            _bring_markers(action, mine.marks, record.line, changed.line, origins)
        else:
            _remove_markers(action, mine.marks)
        store(action, entries)
        return True
    return False


def _bring_markers(
    action: bpy.types.Action, marks: Sequence[Marker | None], before: Line, now: Line, origins: Sequence[int | None]
) -> None:
    _remove_markers(action, [mark for i, mark in enumerate(marks) if i not in origins])
    there = {(marker.name, marker.frame): marker for marker in action.pose_markers}
    own = [None if i is None or (mark := marks[i]) is None else there.get(mark) for i in origins]
    for i, marker, label, frame in zip(origins, own, now.labels, now.frames, strict=True):
        if marker is not None and label:
            marker.name, marker.frame = marker_name(label), frame
        elif marker is not None:
            action.pose_markers.remove(marker)
        elif i is None or label != before.labels[i]:
            _add_marker(action, label, frame)


def make_room(actions: Iterable[bpy.types.Action], slots: Iterable[int], first: int, count: int, fps: float) -> None:
    """Moves what these slots have from ``first`` on by ``count`` frames, markers too; a performance that began before is split.

    Before the keys are moved: they tell where performances are now.
    """
    actions, ours = list(dict.fromkeys(actions)), {0, *slots}
    keyed_of = keys_of(actions, ours)
    for action in actions:
        moved, marks = list[Any](), set[Marker]()
        for found in followed(action, keyed_of):
            entry = found.entry
            if lies_within(entry, ours, first, FARTHEST_FRAME):
                marks |= {mark for mark, at in zip(found.marks, entry["frames"], strict=True) if mark and at >= first}
                begun, rest = until(entry, first), since(entry, first, fps)
                moved += [part for part in (begun, rest and shifted(rest, count)) if part]
            else:
                moved.append(entry)
        for marker in [m for m in action.pose_markers if (m.name, m.frame) in marks]:
            marker.frame += count
        store(action, moved)


def forget_records(action: bpy.types.Action) -> None:
    """Takes all performances and their markers off this action; its curves stay."""
    for found in followed(action, None):
        _remove_markers(action, found.marks)
    store(action, [])


def _add_marker(action: bpy.types.Action, label: str, frame: int) -> None:
    if label:
        action.pose_markers.new(marker_name(label)).frame = frame


def _remove_markers(action: bpy.types.Action, marks: Iterable[Marker | None]) -> None:
    gone = set(marks)
    for marker in [m for m in action.pose_markers if (m.name, m.frame) in gone]:
        action.pose_markers.remove(marker)


def _entry(record: Record) -> dict[str, Any]:
    performance = record.performance
    written: dict[str, Any] = {"format": FORMAT}
    for name in ("prompt", "background", "emotion", "model", "seed"):
        if (value := getattr(performance, name)) not in ("", None):
            written[name] = value
    # not to_json: that rounds to four decimals, and here what is read must equal what was written
    written["keyframes"] = [
        {"time": k.time, "label": k.label, "channels": dict(k.channels), **_stated(record.state(i))}
        for i, k in enumerate(performance.keyframes)
    ]
    entry = {"slot": record.slot, "start": record.start_frame, "frames": list(record.frames), "performance": written}
    if record.curves != 1:
        entry["curves"] = record.curves
    return {**entry, "baked": True} if record.baked else entry


def _stated(state: KeyframeState) -> dict[str, Any]:
    stated: dict[str, Any] = {"locked": True} if state.locked else {}
    return stated if state.strength == 1 else {**stated, "strength": state.strength, "full": dict(state.full)}


def _state(row: Any) -> KeyframeState:
    """Raises KeyError, TypeError, ValueError or AttributeError where it cannot be read."""
    locked, strength = row.get("locked") is True, float(row.get("strength", 1.0))
    if strength == 1:
        return LOCKED if locked else AS_MADE
    return KeyframeState(locked, strength, {str(name): float(value) for name, value in row["full"].items()})
