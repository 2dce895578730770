"""A performance laid out for one rig: which property takes which values. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNEL, CHANNELS, INDEX, REGIONS, ChannelName
from ..face.performance import Performance
from ..retarget.retarget import Retarget, tuned
from .joints import JointRotation
from .references import KeyRef, PropertyRef, shape_keys
from .rig import ANGLES, Face, Joint
from .writable import refuse_occupied

Array = npt.NDArray[np.float64]
NO_LIMITS = (-1e6, 1e6)


Channel = tuple[bpy.types.ID, str, int]
"""What one F-curve moves: the data-block, path and index."""


@dataclass(frozen=True, slots=True)
class Track:
    """One F-curve to be: its values at the keyframes, and its value at rest. An idle one stays at rest throughout."""

    owner: bpy.types.ID
    owner_name: str
    path: str
    index: int
    group: str
    name: str
    """For messages: the shape key, bone or object."""
    values: Array
    rest: float
    idle: bool
    displaced: bool
    """Whether the property stands away from rest as long as no curve moves it."""
    joint: Joint | None = None

    @property
    def channel(self) -> Channel:
        return self.owner, self.path, self.index


def tracks_of(face: Face, matrix: Array, joints: tuple[Joint, ...]) -> list[Track]:
    """For channels (n, 61), from top to bottom of the face, as the Graph Editor is to list them. Raises Refusal."""
    tracks = list(_shape_tracks(face, matrix))
    angles = tuned(matrix, face.mapping)
    for joint in joints:
        tracks += _joint_tracks(face, joint, angles)
    order = [region.capitalize() for region in REGIONS]
    return sorted(tracks, key=lambda track: order.index(track.group))


def retarget_of(face: Face) -> Retarget:
    """From channels to the values of all that this face's mapping drives. Raises Refusal."""
    limits = {}
    for target, refs in face.keys_of.items():
        blocks = [ref.resolve() for ref in refs]
        limits[target] = (max(b.slider_min for b in blocks), min(b.slider_max for b in blocks))
    for drives in face.mapping.drives.values():
        limits |= {drive.target: NO_LIMITS for drive in drives if face.is_property(drive.target)}
    return Retarget.of(face.mapping, limits)


def driven_by(face: Face, target: str) -> Iterator[tuple[bpy.types.ID, str, str, int, str, float]]:
    """What a target is on this face: owner, its name, path, index, name for messages, value now. Raises Refusal."""
    if face.is_property(target):
        ref = PropertyRef.of(target)
        owner, path = ref.located()
        yield owner, ref.object.name, path, max(ref.index, 0), target.partition("|")[2], ref.resolve()
    for key in face.keys_of.get(target, ()):
        owner, path = located(key)
        yield owner, key.mesh.name, path, 0, key.name, key.resolve().value


def _shape_tracks(face: Face, matrix: Array) -> Iterator[Track]:
    retarget = retarget_of(face)
    rows, rest = retarget.values(matrix), retarget.values(np.zeros((1, len(CHANNELS))))[0]
    groups = {
        target: CHANNEL[channel].region.capitalize()
        for channel, drives in reversed(list(face.mapping.drives.items()))
        for target in (drive.target for drive in drives)
    }
    for i, target in enumerate(retarget.targets):
        for owner, owner_name, path, index, name, now in driven_by(face, target):
            idle, displaced = bool((rows[:, i] == rest[i]).all()), abs(now - rest[i]) > 1e-6
            yield Track(
                owner, owner_name, path, index, groups[target], name, rows[:, i], float(rest[i]), idle, displaced
            )


def located(ref: KeyRef) -> tuple[bpy.types.Key, str]:
    """The data-block that holds a shape key, and the path of its value there. Raises Refusal."""
    block = ref.resolve()
    keys = shape_keys(ref.mesh.resolve())
    assert keys is not None
    return keys, block.path_from_id("value")


def _joint_tracks(face: Face, joint: Joint, matrix: Array) -> Iterator[Track]:
    angles = matrix[:, [INDEX[channel] for channel in ANGLES[joint]]]
    rotation = JointRotation(face, joint)
    values = rotation.values(angles)
    shown = [INDEX[channel] for channel in ANGLES[joint] if not channel.endswith("EyeRoll")]  # no torsion of eyes
    idle = not matrix[:, shown].any()
    if not idle:
        refuse_occupied(rotation.owner, rotation.owner.name)
    group = CHANNEL[ANGLES[joint][0]].region.capitalize()
    for i, rest in enumerate(rotation.rest.tolist()):
        owner, name = rotation.owner, rotation.turned.name
        yield Track(owner, owner.name, rotation.path, i, group, name, values[:, i], rest, idle, False, joint)


def not_shown(face: Face, performance: Performance, joints: tuple[Joint, ...]) -> tuple[ChannelName, ...]:
    """Channels which this performance moves and this rig does not. Shapes or bones, either will do for the gaze."""
    active = {name for keyframe in performance.keyframes for name in keyframe.channels if not name.endswith("EyeRoll")}
    shown = {*face.mapping.drives, *(channel for joint in joints for channel in ANGLES[joint])}
    for side in ("left", "right"):
        shapes = {name for name in CHANNEL if name.startswith("eyeLook") and CHANNEL[name].side == side}
        turns = {f"{side}EyeYaw", f"{side}EyePitch"}
        if shapes <= shown or turns <= shown:
            shown |= shapes | turns
    return tuple(name for name in CHANNEL if name in active - shown)


def owners_of(face: Face) -> dict[bpy.types.ID, str]:
    """The data-blocks that hold this face's animation, with their objects' names; the one with most channels first."""
    owners: dict[bpy.types.ID, str] = {}
    for mesh in face.keyed_meshes:
        if (keys := shape_keys(mesh)) is not None:
            owners.setdefault(keys, mesh.name)
    for drives in face.mapping.drives.values():
        for ref in (PropertyRef.of(drive.target) for drive in drives if face.is_property(drive.target)):
            owners.setdefault(ref.located()[0], ref.object.name)
    if (armature := face.armature) is not None:
        owners.setdefault(armature, armature.name)
    for part in face.loose.values():
        owners.setdefault(part.ref.resolve(), part.ref.name)
    return owners
