"""A performance read from a rig's timeline: words from its record, values from its curves, as animators left them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNELS, INDEX
from ..face.gaze import with_eye_rotations
from ..face.performance import Performance
from ..retarget.retarget import tuned, untuned
from .bulk import evaluate
from .entries import keys_of, performances_in
from .joints import JointRotation, turning_joints
from .nla import strip_home, strips_of
from .record import KeyframeState, Record, read_records
from .rig import ANGLES, Face
from .slots import Home, current_action, find_home, slot_handle
from .tracks import driven_by, owners_of, retarget_of
from .writable import is_driven, is_muted

Array = npt.NDArray[np.float64]

TOLERANCE = 0.005
"""Less than this is not an edit."""


class NoPerformance(ValueError):
    """There is nothing to read; the text says so in one line."""


@dataclass(frozen=True, slots=True)
class Played:
    """A performance on a face's timeline, in an owner's action or in strips."""

    record: Record
    at: tuple[float, ...]
    """Where its keyframes are on its own curves."""
    home: Callable[[bpy.types.ID], Home | None]
    """Where an owner's curves of it are."""


def face_records(face: Face) -> list[Record]:
    """What was written into this face's actions, in the order of writing: what can be written again."""
    return [played.record for played in played_in_actions(face)]


def played_records(face: Face) -> list[Record]:
    """The performances on this face, those in NLA strips included. Of those at the same frame, the last is what one sees."""
    return [played.record for played in played_on(face)]


def performances_on(face: Face) -> Iterator[Performance]:
    """All that was written on this face, in strips too, as it was written: where its keys are by now takes long to find out."""
    for owner in owners_of(face):
        handles = {(current_action(owner), slot_handle(owner))}
        handles |= {(strip.action, getattr(strip, "action_slot_handle", 0)) for strip in strips_of(owner)}
        for action, slot in handles:
            if action is not None:
                yield from performances_in(action, slot)


def read_performance(source: Face | bpy.types.Action, frame: float | None = None) -> tuple[Performance, float]:
    """A performance and its start frame: the one at ``frame``, or nearest to it; without a frame, the one written last.

    From a face, values follow its curves where these differ from what was written; from an action they are as written.
    Raises NoPerformance.
    """
    record = record_at(source, frame)
    return record.performance, record.start_frame


def record_at(source: Face | bpy.types.Action, frame: float | None = None) -> Record:
    """As ``read_performance``, with the frames that the keyframes are on."""
    if not isinstance(source, Face):
        return _nearest(read_records(source), frame, source.name)
    played = played_on(source)
    if not played and (strip := _silent_strip(source)):
        todo = "unmute it and its track in the NLA editor; played backwards it cannot be read"
        raise NoPerformance(f"the NLA strip {strip!r} with the performance on {source.name!r} does not play: {todo}")
    record = _nearest([one.record for one in played], frame, source.name)
    found = next(one for one in played if one.record is record)
    return as_it_is(source, found)


def as_it_is(face: Face, played: Played) -> Record:
    """Its record with hand edits merged."""
    return as_edited(played.record, _as_edited(face, played))


def as_edited(record: Record, performance: Performance) -> Record:
    """With the poses of ``performance``, its own otherwise. A strength counts from what it was set on, which an edit ends."""
    pairs = zip(record.performance.keyframes, performance.keyframes, strict=True)
    same = [before.channels == now.channels for before, now in pairs]
    states = tuple(
        state if kept else KeyframeState(state.locked) for state, kept in zip(record.states, same, strict=False)
    )
    return replace(record, performance=performance, states=states)


def _nearest(records: list[Record], frame: float | None, name: str) -> Record:
    if not records:
        raise NoPerformance(f"no performance has been written on {name!r} yet")
    if frame is None:
        return records[-1]
    return min(reversed(records), key=lambda r: max(r.frames[0] - frame, frame - r.frames[-1], 0.0))


def played_on(face: Face) -> list[Played]:
    """The performances on this face, as ``played_records``."""
    return [*_in_strips(face), *played_in_actions(face)]


def played_in_actions(face: Face) -> Iterator[Played]:
    """Those that are not in strips: what can be written again."""
    slots: dict[bpy.types.Action, set[int]] = {}
    for owner in owners_of(face):
        if (action := current_action(owner)) is not None:
            slots.setdefault(action, {0}).add(slot_handle(owner))
    keyed_of = keys_of(slots, (slot for own in slots.values() for slot in own))
    for action, own in slots.items():
        for record in read_records(action, keyed_of):
            if record.slot in own:
                yield Played(record, record.frames, find_home)


def _in_strips(face: Face) -> Iterator[Played]:
    """From the lowest. Strips that are being tweaked are their owners' actions meanwhile."""
    owners = list(owners_of(face))
    for owner in owners:
        for strip in strips_of(owner):
            action, slot = strip.action, getattr(strip, "action_slot_handle", 0)
            if action is None or strip.use_reverse or action == current_action(owner):
                continue
            for record in read_records(action):
                if record.slot in (0, slot):
                    yield _played_by(strip, record, owners)


def _played_by(strip: bpy.types.NlaStrip, record: Record, owners: list[bpy.types.ID]) -> Played:
    """What a strip makes of a record: strips can be moved and stretched."""

    def on_timeline(frame: float) -> float:
        return strip.frame_start + (frame - strip.action_frame_start) * strip.scale

    def home(owner: bpy.types.ID) -> Home | None:
        others = [other for other in strips_of(owner) if other.action]
        mine = [other for other in others if other.action == strip.action]
        same = mine or [other for other in others if other.name == strip.name]
        return strip_home(same[0]) if same else None

    performance = record.performance
    if abs(strip.scale - 1.0) > 1e-6:
        keyframes = tuple(replace(k, time=k.time * strip.scale) for k in performance.keyframes)
        performance = replace(performance, keyframes=keyframes)
    frames = tuple(round(on_timeline(frame)) for frame in record.frames)
    shown = replace(
        record, performance=performance, start_frame=on_timeline(record.start_frame), frames=frames, strip=strip.name
    )
    return Played(shown, record.frames, home)


def _silent_strip(face: Face) -> str:
    for owner in owners_of(face):
        for strip in (*strips_of(owner, silent=True), *strips_of(owner)):
            if strip.action and read_records(strip.action):
                return str(strip.name)
    return ""


def _as_edited(face: Face, played: Played) -> Performance:
    record = played.record
    written = record.performance.matrix()
    now = written.copy()
    frames = np.array(played.at, float)
    retarget = retarget_of(face)
    expected = retarget.values(written)
    values = expected.copy()
    for i, target in enumerate(retarget.targets):
        if (edited_values := _target_values(face, target, frames, played.home)) is not None:
            values[:, i] = edited_values
    values = np.where(np.abs(values - expected) > TOLERANCE, values, expected)
    if (values != expected).any():
        now = retarget.channels(values, written)
    joints = turning_joints(face)
    shown = tuned(written, face.mapping)
    turned = shown.copy()
    for joint in joints:
        if (angles := _joint_angles(face, joint, frames, played.home)) is not None:
            turned[:, [INDEX[channel] for channel in ANGLES[joint]]] = angles
    # what a limit or a gain of 0 hides is not an edit
    now = np.where(np.abs(turned - shown) > TOLERANCE, untuned(turned, face.mapping), now)
    now = np.where(np.abs(now - written) > TOLERANCE, now, written)
    edited = now != written
    if not edited.any():
        return record.performance
    gaze = edited[:, [i for i, channel in enumerate(CHANNELS) if channel.name.startswith("eyeLook")]].any(axis=1)
    eyes_turn = any(joint.endswith("Eye") for joint in joints)
    keyframes = []
    for keyframe, row, gazes in zip(record.performance.keyframes, now.tolist(), gaze.tolist(), strict=True):
        channels = {c.name: min(c.high, max(c.low, value)) for c, value in zip(CHANNELS, row, strict=True) if value}
        keyframes.append(
            replace(keyframe, channels=with_eye_rotations(channels) if gazes and not eyes_turn else channels)
        )
    return replace(record.performance, keyframes=tuple(keyframes))


def _target_values(
    face: Face, target: str, frames: Array, home_of: Callable[[bpy.types.ID], Home | None]
) -> Array | None:
    """What the first of this target's properties shows at these frames; None where no curve of ours decides that."""
    for owner, _, path, index, _, _ in driven_by(face, target):
        home = home_of(owner)
        if home is None or is_driven(owner, path):
            return None
        curve = home.find(path, index)
        if curve is None:  # what was to move and has lost its curve does not move any more
            return np.zeros(len(frames))
        return None if is_muted(curve) else evaluate(curve, frames)
    return None


def _joint_angles(
    face: Face, joint: str, frames: Array, home_of: Callable[[bpy.types.ID], Home | None]
) -> Array | None:
    rotation = JointRotation(face, joint)
    home = home_of(rotation.owner)
    if home is None or is_driven(rotation.owner, rotation.path):
        return None
    values = np.repeat(rotation.rest[None], len(frames), axis=0)
    for i in range(len(rotation.rest)):
        curve = home.find(rotation.path, i)
        if curve is not None:
            if is_muted(curve):
                return None
            values[:, i] = evaluate(curve, frames)
    return rotation.angles(values)
