"""A performance laid out for one rig: which property takes which values. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNEL, INDEX, REGIONS, ChannelName
from ..face.performance import Performance
from .joints import ANGLES, JointRotation
from .rig import Face, Joint, KeyRef, shape_keys
from .writable import refuse_occupied

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Track:
    """One F-curve to be: its values at the keyframes, and its value at rest. An idle one stays at rest throughout."""

    owner: bpy.types.ID
    owner_name: str
    path: str
    index: int
    group: str
    name: str
    """For messages: the shape key or bone."""
    values: Array
    rest: float
    idle: bool
    displaced: bool
    """Whether the property stands away from rest as long as no curve moves it."""
    joint: Joint | None = None


def tracks_of(face: Face, performance: Performance, joints: tuple[Joint, ...]) -> list[Track]:
    """From top to bottom of the face, as the Graph Editor is to list them. Raises Refusal."""
    matrix = performance.matrix()
    tracks = list(_shape_tracks(face, matrix))
    for joint in joints:
        tracks += _joint_tracks(face, joint, matrix)
    order = [region.capitalize() for region in REGIONS]
    return sorted(tracks, key=lambda track: order.index(track.group))


def _shape_tracks(face: Face, matrix: Array) -> Iterator[Track]:
    for channel, refs in face.keys.items():
        values = matrix[:, INDEX[channel]]
        for ref in refs:
            owner, path = located(ref)
            group = CHANNEL[channel].region.capitalize()
            displaced = bool(ref.resolve().value)
            yield Track(owner, ref.mesh.name, path, 0, group, ref.name, values, 0.0, not values.any(), displaced)


def located(ref: KeyRef) -> tuple[bpy.types.Key, str]:
    """The data-block that holds a shape key, and the path of its value there. Raises Refusal."""
    block = ref.resolve()
    keys = shape_keys(ref.mesh.resolve())
    assert keys is not None
    return keys, block.path_from_id("value")


def _joint_tracks(face: Face, joint: Joint, matrix: Array) -> Iterator[Track]:
    angles = matrix[:, [INDEX[channel] for channel in ANGLES[joint]]]
    rotation = JointRotation(face, joint)
    armature = rotation.armature
    values = rotation.values(angles)
    idle = not angles[:, : 3 if joint == "head" else 2].any()  # the torsion of eyes is not shown
    if not idle:
        refuse_occupied(armature, armature.name)
    group = CHANNEL[ANGLES[joint][0]].region.capitalize()
    for i, rest in enumerate(rotation.rest.tolist()):
        name = face.joints[joint]
        yield Track(armature, armature.name, rotation.path, i, group, name, values[:, i], rest, idle, False, joint)


def not_shown(face: Face, performance: Performance, joints: tuple[Joint, ...]) -> tuple[ChannelName, ...]:
    """Channels which this performance moves and this rig does not. Shapes or bones, either will do for the gaze."""
    active = {name for keyframe in performance.keyframes for name in keyframe.channels if not name.endswith("EyeRoll")}
    shown = {*face.keys, *(channel for joint in joints for channel in ANGLES[joint])}
    for side in ("left", "right"):
        shapes = {name for name in CHANNEL if name.startswith("eyeLook") and CHANNEL[name].side == side}
        turns = {f"{side}EyeYaw", f"{side}EyePitch"}
        if shapes <= shown or turns <= shown:
            shown |= shapes | turns
    return tuple(name for name in CHANNEL if name in active - shown)


def owners_of(face: Face) -> dict[bpy.types.ID, str]:
    """The data-blocks that hold this face's animation, with their objects' names; the one with most channels first."""
    owners: dict[bpy.types.ID, str] = {}
    for mesh in face.meshes:
        if (keys := shape_keys(mesh)) is not None:
            owners.setdefault(keys, mesh.name)
    if (armature := face.armature) is not None:
        owners[armature] = armature.name
    return owners
