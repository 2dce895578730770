"""A performance read from a rig's timeline: words from its record, values from its curves, as animators left them."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNELS, INDEX
from ..face.gaze import with_eye_rotations
from ..face.performance import Performance
from ..retarget.retarget import tuned, untuned
from .bulk import evaluate
from .joints import JointRotation, turning_joints
from .record import Record, read_records
from .rig import ANGLES, Face
from .slots import current_action, find_home, slot_handle
from .tracks import driven_by, owners_of, retarget_of
from .writable import is_driven, is_muted

Array = npt.NDArray[np.float64]

TOLERANCE = 0.005
"""Less than this is not an edit."""


class NoPerformance(ValueError):
    """There is nothing to read; the text says so in one line."""


def face_records(face: Face) -> list[Record]:
    """What was written on this face, in the order of writing."""
    slots: dict[bpy.types.Action, set[int]] = {}
    for owner in owners_of(face):
        if (action := current_action(owner)) is not None:
            slots.setdefault(action, {0}).add(slot_handle(owner))
    return [record for action, own in slots.items() for record in read_records(action) if record.slot in own]


def read_performance(source: Face | bpy.types.Action, frame: float | None = None) -> tuple[Performance, float]:
    """A performance and its start frame: the one at ``frame``, or nearest to it; without a frame, the one written last.

    From a face, values follow its curves where these differ from what was written; from an action they are as written.
    Raises NoPerformance.
    """
    record = record_at(source, frame)
    return record.performance, record.start_frame


def record_at(source: Face | bpy.types.Action, frame: float | None = None) -> Record:
    """As ``read_performance``, with the frames that the keyframes are on."""
    records = face_records(source) if isinstance(source, Face) else read_records(source)
    if not records:
        if isinstance(source, Face) and (strip := _strip_with_performance(source)):
            todo = f"select its strip {strip!r} and enter tweak mode (Tab in the NLA editor)"
            raise NoPerformance(f"the performance on {source.name!r} was moved to the NLA: {todo}")
        raise NoPerformance(f"no performance has been written on {source.name!r} yet")
    record = records[-1]
    if frame is not None:
        record = min(reversed(records), key=lambda r: max(r.frames[0] - frame, frame - r.frames[-1], 0.0))
    return replace(record, performance=_as_edited(source, record)) if isinstance(source, Face) else record


def _strip_with_performance(face: Face) -> str:
    for owner in owners_of(face):
        adt = owner.animation_data  # type: ignore[attr-defined]
        for strip in (strip for track in adt.nla_tracks for strip in track.strips) if adt else ():
            if strip.action and read_records(strip.action):
                return str(strip.name)
    return ""


def _as_edited(face: Face, record: Record) -> Performance:
    written = record.performance.matrix()
    now = written.copy()
    frames = np.array(record.frames, float)
    retarget = retarget_of(face)
    expected = retarget.values(written)
    values = expected.copy()
    for i, target in enumerate(retarget.targets):
        if (edited_values := _target_values(face, target, frames)) is not None:
            values[:, i] = edited_values
    values = np.where(np.abs(values - expected) > TOLERANCE, values, expected)
    if (values != expected).any():
        now = retarget.channels(values, written)
    joints = turning_joints(face)
    shown = tuned(written, face.mapping)
    turned = shown.copy()
    for joint in joints:
        if (angles := _joint_angles(face, joint, frames)) is not None:
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


def _target_values(face: Face, target: str, frames: Array) -> Array | None:
    """What the first of this target's properties shows at these frames; None where no curve of ours decides that."""
    for owner, _, path, index, _, _ in driven_by(face, target):
        home = find_home(owner)
        if home is None or is_driven(owner, path):
            return None
        curve = home.find(path, index)
        if curve is None:  # what was to move and has lost its curve does not move any more
            return np.zeros(len(frames))
        return None if is_muted(curve) else evaluate(curve, frames)
    return None


def _joint_angles(face: Face, joint: str, frames: Array) -> Array | None:
    rotation = JointRotation(face, joint)
    home = find_home(rotation.owner)
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
