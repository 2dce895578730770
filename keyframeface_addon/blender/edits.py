"""Changes to a performance that is on the timeline: only keys of the keyframes that changed are touched.

Keys between keyframes, those of other keyframes with their handles and easing, and all other curves stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import bpy
import numpy as np

from ..face.channels import ChannelName
from ..face.keyframe import Keyframe
from ..face.performance import Performance
from ..face.transform import scale
from ..language.request import clean
from .bulk import keyed_frames
from .curves import (
    WriteReport,
    curves_of,
    homes_of,
    joints_moved,
    keyed_beside,
    take_own_actions,
    write_performance,
)
from .following import moved
from .joints import turning_joints
from .key_changes import SAME_VALUE, KeyChange, Origins, change_of, curve_of, key_near, refuse_changes, write_change
from .placement import FARTHEST_FRAME
from .readback import as_it_is, face_records, played_on
from .record import AS_MADE, KeyframeState, Record, rewrite_record
from .references import Refusal
from .rig import Face
from .slots import all_or_nothing, current_action, slot_handle
from .tracks import Track, not_shown, owners_of, tracks_of
from .writable import is_locked, refuse_unwritable

CHANGED = "this performance has changed meanwhile: look at it again"
RECORDED = "this was recorded and has keys at every frame: change its curves in the Graph Editor"


def write_changed(face: Face, record: Record, performance: Performance, scene: bpy.types.Scene) -> WriteReport:
    """Writes ``performance`` in place of ``record``, which is as ``record_at`` reads it. A changed time moves the keys.

    Keyframes are the same by their place where there are as many as before; else by time, or by label and pose.
    Pushes no undo step. Raises Refusal; then, as with any exception, nothing has changed.
    """
    origins = corresponding(record.performance.keyframes, performance.keyframes)
    rate, start, before = _rate(record, scene), record.start_frame, record.performance.keyframes
    frames: list[int] = []
    states: list[KeyframeState] = []
    for i, keyframe in zip(origins, performance.keyframes, strict=True):
        same_time = i is not None and abs(keyframe.time - before[i].time) < SAME_VALUE
        frame = record.frames[i] if i is not None and same_time else math.floor(start + keyframe.time * rate + 0.5)
        frames.append(max(frame, frames[-1] + 1) if frames else frame)
        state = AS_MADE if i is None else record.state(i)
        same_pose = i is not None and keyframe.channels == before[i].channels
        states.append(state if same_pose else KeyframeState(state.locked))
    changed = replace(record, performance=performance, frames=tuple(frames), states=tuple(states))
    return _write(face, record, changed, origins, scene)


def set_strength(face: Face, record: Record, i: int, strength: float, scene: bpy.types.Scene) -> WriteReport:
    """Makes the keyframe's pose this many times as strong as it was at strength 1. Raises Refusal, as do all below."""
    keyframe, state = record.performance.keyframes[i], record.state(i)
    full = keyframe.channels if state.strength == 1 else state.full
    scaled = scale(Performance((replace(keyframe, channels=full),)), strength).keyframes[0]
    return _write_one(face, record, i, scaled, _at_strength(state.locked, strength, full), scene)


def _at_strength(locked: bool, strength: float, full: Mapping[ChannelName, float]) -> KeyframeState:
    return KeyframeState(locked) if strength == 1 else KeyframeState(locked, strength, dict(full))


def relabel(face: Face, record: Record, i: int, label: str, scene: bpy.types.Scene) -> WriteReport:
    """Says something else of what the keyframe means; its pose stays."""
    keyframe = replace(record.performance.keyframes[i], label=clean(label))
    return _write_one(face, record, i, keyframe, record.state(i), scene)


def set_pose(face: Face, record: Record, i: int, keyframe: Keyframe, scene: bpy.types.Scene) -> WriteReport:
    """Gives the keyframe the pose of another."""
    posed = replace(record.performance.keyframes[i], channels=keyframe.channels)
    return _write_one(face, record, i, posed, KeyframeState(record.state(i).locked), scene)


def set_locked(face: Face, record: Record, places: Iterable[int], locked: bool) -> None:
    """Locks these keyframes, so that nothing of ours changes them, or unlocks them."""
    states = list(record.states or [AS_MADE] * len(record.frames))
    for i in places:
        states[i] = replace(states[i], locked=locked)
    _refuse_elsewhere(record)
    owners = owners_of(face)
    with all_or_nothing(owners):
        for _ in take_own_actions(owners):
            pass
        _rewrite(owners, record, replace(record, states=tuple(states)), tuple(range(len(record.frames))))


def bounds(face: Face, record: Record, i: int) -> tuple[int, int]:
    """The first and the last frame that the keyframe can be moved to: not onto another one nor across it."""
    others = [frame for other in face_records(face) if not _same(other, record) for frame in other.frames]
    others += [frame for k, frame in enumerate(record.frames) if k != i]
    here = record.frames[i]
    low = max((frame + 1 for frame in others if frame < here), default=-FARTHEST_FRAME)
    return low, min((frame - 1 for frame in others if frame > here), default=FARTHEST_FRAME)


def move(face: Face, record: Record, i: int, frame: int, scene: bpy.types.Scene) -> int:
    """Moves the keyframe with its keys and marker to ``frame``, or as near to it as its neighbours let it; returns where."""
    low, high = bounds(face, record, i)
    at = min(high, max(low, frame))
    if at == record.frames[i]:
        return at
    frames = [at if k == i else before for k, before in enumerate(record.frames)]
    changed = _moved(record, range(len(frames)), frames, scene)
    _write(face, record, changed, tuple(range(len(frames))), scene)
    return at


def delete(face: Face, record: Record, i: int, scene: bpy.types.Scene) -> WriteReport:
    """Takes the keyframe, its keys and its marker away."""
    kept = [k for k in range(len(record.frames)) if k != i]
    changed = None
    if kept:
        keyframes = tuple(record.performance.keyframes[k] for k in kept)
        changed = replace(
            record,
            performance=replace(record.performance, keyframes=keyframes),
            frames=tuple(record.frames[k] for k in kept),
            states=tuple(record.state(k) for k in kept),
        )
    return _write(face, record, changed, tuple(kept), scene)


def insert(face: Face, record: Record, frame: int, keyframe: Keyframe, scene: bpy.types.Scene) -> WriteReport:
    """A keyframe more at ``frame``, which lies within the performance, with this one's pose and label."""
    i = sum(before < frame for before in record.frames)
    if frame in record.frames:
        raise Refusal(f"there is a keyframe at frame {frame} already: move the playhead, or make that one anew")
    if not 0 < i < len(record.frames):
        raise Refusal(f"frame {frame} is outside of this performance")
    times, before = record.performance.times(), np.array(record.frames, float)
    new = replace(keyframe, time=float(np.interp(frame, before, times)), label=clean(keyframe.label))
    keyframes, states = list(record.performance.keyframes), [record.state(k) for k in range(len(record.frames))]
    changed = replace(
        record,
        performance=replace(record.performance, keyframes=(*keyframes[:i], new, *keyframes[i:])),
        frames=(*record.frames[:i], frame, *record.frames[i:]),
        states=(*states[:i], AS_MADE, *states[i:]),
    )
    count = len(record.frames)
    return _write(face, record, changed, (*range(i), None, *range(i, count)), scene)


def add_pose(face: Face, made: Performance, frame: int, scene: bpy.types.Scene) -> WriteReport:
    """The one keyframe of ``made`` at ``frame``: within a performance as one of it, else as a performance of its own."""
    refuse_adding(face, frame)
    for played in played_on(face):
        record = played.record
        if not record.strip and record.frames[0] < frame < record.frames[-1]:
            return insert(face, as_it_is(face, played), frame, made.keyframes[0], scene)
    return write_performance(face, made, scene, frame)


def refuse_adding(face: Face, frame: int) -> None:
    """Raises Refusal where there can be no keyframe more at this frame."""
    if any(frame in record.frames for record in face_records(face)):
        raise Refusal(f"there is a keyframe at frame {frame} already: move the playhead, or make that one anew")
    matrix = Performance((Keyframe(0.0),)).matrix()
    tracks = tracks_of(face, matrix, turning_joints(face))
    turned = joints_moved(record.performance for record in face_records(face))
    for track in tracks:
        curve = curve_of(track) if track.joint is None or track.joint in turned else None
        if curve is not None and key_near(keyed_frames(curve.keyframe_points), frame) is not None:
            raise Refusal(f"frame {frame} has keys of its own, as on {track.name}: move the playhead")


def refuse_changing(record: Record, i: int) -> None:
    """Raises Refusal where this keyframe's pose and time are to stay."""
    _refuse_elsewhere(record)
    if record.state(i).locked:
        raise Refusal(_locked(record, i))
    if record.baked:
        raise Refusal(RECORDED)


def corresponding(before: Sequence[Keyframe], after: Sequence[Keyframe]) -> Origins:
    """Which keyframes are the same: by place where there are as many, else by time, then by label and pose, in order."""
    if len(before) == len(after):
        return tuple(range(len(before)))
    origins: list[int | None] = [None] * len(after)

    def same_time(a: Keyframe, b: Keyframe) -> bool:
        return abs(a.time - b.time) < SAME_VALUE

    def same_pose(a: Keyframe, b: Keyframe) -> bool:
        return (a.label, a.channels) == (b.label, b.channels)

    def same_label(a: Keyframe, b: Keyframe) -> bool:
        return bool(a.label) and a.label == b.label

    for same in (same_time, same_pose, same_label):
        for k, keyframe in enumerate(after):
            if origins[k] is None:
                low = max((i for i in origins[:k] if i is not None), default=-1)
                high = min((i for i in origins[k + 1 :] if i is not None), default=len(before))
                origins[k] = next((i for i in range(low + 1, high) if same(before[i], keyframe)), None)
    return tuple(origins)


def _write_one(
    face: Face, record: Record, i: int, keyframe: Keyframe, state: KeyframeState, scene: bpy.types.Scene
) -> WriteReport:
    keyframes = list(record.performance.keyframes)
    states = list(record.states or [AS_MADE] * len(keyframes))
    keyframes[i], states[i] = keyframe, state
    changed = replace(record, performance=replace(record.performance, keyframes=tuple(keyframes)), states=tuple(states))
    return _write(face, record, changed, tuple(range(len(keyframes))), scene)


def _moved(record: Record, order: Sequence[int], frames: Sequence[int], scene: bpy.types.Scene) -> Record:
    line = moved(record.line, order, frames, _rate(record, scene))
    pairs = zip((record.performance.keyframes[k] for k in order), line.times, strict=True)
    performance = replace(record.performance, keyframes=tuple(replace(k, time=time) for k, time in pairs))
    return replace(record, performance=performance, frames=line.frames, start_frame=line.start)


def _rate(record: Record, scene: bpy.types.Scene) -> float:
    """Frames a second: the scene's, unless the performance was written or stretched at another."""
    rate, times = scene.render.fps / scene.render.fps_base, record.performance.times()
    if len(times) < 2 or (np.abs(record.start_frame + times * rate - np.array(record.frames)) <= 1.0).all():
        return rate
    return float((record.frames[-1] - record.frames[0]) / (times[-1] - times[0]))


def _same(one: Record, other: Record) -> bool:
    return (one.slot, one.frames) == (other.slot, other.frames)


def _refuse_elsewhere(record: Record) -> None:
    if record.strip:
        todo = "change its keys in the Graph Editor, after Tab on the strip in the NLA editor"
        raise Refusal(f"this keyframe plays from the NLA strip {record.strip!r}: {todo}")


def _locked(record: Record, i: int) -> str:
    label = record.performance.keyframes[i].label
    what = f"the keyframe {label!r}" if label else "the keyframe"
    return f"{what} at frame {record.frames[i]} is locked: unlock it in the keyframe list first"


def _refuse(face: Face, there: Sequence[Record], record: Record, changed: Record | None, origins: Origins) -> None:
    """What must not be: changes to what is locked, recorded or no longer there, performances over one another."""
    _refuse_elsewhere(record)
    others = [other for other in there if not _same(other, record)]
    if len(others) == len(there):
        raise Refusal(CHANGED)
    now = {i: k for k, i in enumerate(origins) if i is not None}
    keyframes, same_keys = record.performance.keyframes, changed is not None and None not in origins
    for i, (frame, keyframe) in enumerate(zip(record.frames, keyframes, strict=True)):
        after = changed.performance.keyframes[now[i]] if changed and i in now else None
        same = changed and after and changed.frames[now[i]] == frame and after.channels == keyframe.channels
        same_keys = bool(same_keys and same)
        if record.state(i).locked and not (same and after and after.label == keyframe.label):
            raise Refusal(_locked(record, i))
    if record.baked and not same_keys:
        raise Refusal(RECORDED)
    if changed:
        first, last = changed.frames[0], changed.frames[-1]
        if over := [other for other in others if other.overlaps(first, last)]:
            raise Refusal(f"it would reach into the performance at frame {over[0].frames[0]}: make room for it first")
    if not same_keys:
        refuse_unwritable(face)


def _write(face: Face, record: Record, changed: Record | None, origins: Origins, scene: bpy.types.Scene) -> WriteReport:
    """Puts ``changed`` in place of ``record``; None takes it away."""
    there = face_records(face)
    _refuse(face, there, record, changed, origins)
    owners, joints = owners_of(face), turning_joints(face)
    after = changed.performance if changed else Performance((Keyframe(0.0),))
    moving = joints_moved([after, *(other.performance for other in there)])
    before = tracks_of(face, record.performance.matrix(), joints)
    pairs = [
        (old, new)
        for old, new in zip(before, tracks_of(face, after.matrix(), joints), strict=True)
        if old.joint is None or old.joint in moving
    ]
    keyed = np.unique(np.concatenate([[], *(keyed_frames(c.keyframe_points) for c in curves_of(before))]))
    plans: list[tuple[Track, KeyChange]] = []
    kept: dict[str, None] = {}
    for old, new in pairs:
        curve = curve_of(new)
        change = change_of(old, new, curve, record, changed, origins, keyed)
        if change is None:
            continue
        if curve is not None and is_locked(curve):
            kept[new.name] = None
        else:
            plans.append((new, change))
    refuse_changes(plans)
    with all_or_nothing(owners):
        notes = tuple(take_own_actions(owners))
        homes = homes_of(owners, {track.owner for track, _ in plans}) if plans else {}
        if changed:
            curves = sum(not new.idle and new.name not in kept for _, new in pairs)
            changed = replace(changed, curves=curves)
        _rewrite(owners, record, changed, origins)
        beside = keyed_beside(curves_of(before), *_span(record, changed))
        keyframes = sum(
            write_change(track, homes[track.owner], change, changed.frames if changed else (), beside)
            for track, change in plans
        )
    for owner in owners:
        owner.update_tag()
    first, last = _span(changed or record)
    actions = tuple(dict.fromkeys(home.action.name for home in homes.values()))
    lost = not_shown(face, after, joints)
    return WriteReport(first, last, len(plans), keyframes, actions, lost, tuple(kept), notes)


def _span(*records: Record | None) -> tuple[int, int]:
    frames = [frame for record in records if record for frame in record.frames]
    return min(frames), max(frames)


def _rewrite(owners: Mapping[bpy.types.ID, str], record: Record, changed: Record | None, origins: Origins) -> None:
    used = [action for owner in owners if (action := current_action(owner)) is not None]
    if not rewrite_record(used, map(slot_handle, owners), record, changed, origins):
        raise Refusal(CHANGED)
