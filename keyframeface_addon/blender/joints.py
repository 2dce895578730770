"""Head, eyes and jaw that turn: from the channels of their angles to the rotation of a bone or an object, and back."""

from __future__ import annotations

import math
from collections.abc import Iterator

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Euler, Matrix, Quaternion, Vector

from .loose_parts import nearest_axis, points
from .references import Refusal, shape_keys
from .rig import Face, Joint

Array = npt.NDArray[np.float64]

JAW_OPENING = math.radians(25.0)
"""How far a jaw bone turns at jawOpen 1: people open 40 to 50 mm between the incisors, about 100 mm from the jaw's joint."""
_EYE = ((0.0, 0.0, -1.0), (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
# From each channel of ANGLES to turns about the character's left, back and up. The eyes' signs are the reverse of the
# head's; their torsion is not shown.
_TURNS = {
    "head": ((0.0, 0.0, 1.0), (-1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
    "leftEye": _EYE,
    "rightEye": _EYE,
    "jaw": ((JAW_OPENING, 0.0, 0.0),),
}
_PROPERTIES: dict[str, tuple[str, tuple[float, ...]]] = {
    "QUATERNION": ("rotation_quaternion", (1.0, 0.0, 0.0, 0.0)),
    "AXIS_ANGLE": ("rotation_axis_angle", (0.0, 0.0, 1.0, 0.0)),
}
_ORDER = "YXZ"  # tilts first, then nods, then turns

# How far above the root a head must be, as part of the whole way there, for Z to count as up
_CLEARLY_ABOVE = 0.35


def body_axes(armature: bpy.types.Object, joints: dict[Joint, str]) -> Matrix:
    """Columns: the character's left, back and up in the armature's space.

    As Blender has it (faces -Y, up is Z) unless the bones say otherwise: armatures from FBX files often lie with Y up.
    """
    bones = armature.data.bones  # type: ignore[union-attr]
    left = Vector((1, 0, 0))
    if "leftEye" in joints and "rightEye" in joints:
        left = nearest_axis(bones[joints["leftEye"]].head_local - bones[joints["rightEye"]].head_local)
    bone = bones[joints.get("head") or next(iter(joints.values()))]
    root = bone.parent_recursive[-1] if bone.parent else bone
    upwards = (bone.head_local if bone.parent else bone.tail_local) - root.head_local
    up = Vector((0, 0, 1))
    tells = bone.parent is not None or bone.name != joints.get("jaw")  # a jaw by itself points forwards
    if tells and (left.z or upwards.z < _CLEARLY_ABOVE * upwards.length):
        up = nearest_axis(upwards - upwards.project(left))
    back = Vector(up.cross(left))  # type: ignore[arg-type]
    return Matrix(tuple((left[i], back[i], up[i]) for i in range(3)))


class JointRotation:
    """What one joint turns, for making angles (n, one for each of its ANGLES) values of its rotation property.

    Angles are in radians; the jaw's is jawOpen itself.

    A bone turns by its rotation, which is none at rest. An object has a rotation at rest, so it turns by its delta
    rotation, which Blender applies on top, in the space of the parent.
    """

    def __init__(self, face: Face, joint: Joint) -> None:
        self._turns = np.array(_TURNS[joint])
        self.owner: bpy.types.Object
        self.turned: bpy.types.PoseBone | bpy.types.Object
        if joint in face.joints:
            armature, bone = face.armature, face.joints[joint]
            if armature is None or armature.pose is None or bone not in armature.pose.bones:
                raise Refusal(f"the bone {bone!r} is no longer there; select the face again")
            pose_bone = armature.pose.bones[bone]
            self.owner, self.turned, self.what = armature, pose_bone, f"the bone {bone!r}"
            self._to_own = pose_bone.bone.matrix_local.to_3x3().inverted() @ body_axes(armature, dict(face.joints))
        else:
            part = face.loose[joint]
            self.owner = self.turned = part.ref.resolve()
            self.what = f"the object {part.ref.name!r}"
            self._to_own = Matrix(part.axes)
        self._mode = self.turned.rotation_mode
        property_name, rest = _PROPERTIES.get(self._mode, ("rotation_euler", (0.0, 0.0, 0.0)))
        if self.turned == self.owner and self._mode != "AXIS_ANGLE":  # which has no delta
            property_name = f"delta_{property_name}"
        self.path = self.turned.path_from_id(property_name)
        self.rest = np.array(rest)

    def values(self, angles: Array) -> Array:
        """(n, 4) for a quaternion, (n, 3) for Euler angles; each takes the short way from the one before.

        Raises Refusal where what turns by axis and angle, which do not blend, is to turn.
        """
        rows: list[tuple[float, ...]] = []
        quaternion, euler = Quaternion(), Euler()
        for turns in (angles @ self._turns).tolist():
            turn = Euler(turns, _ORDER).to_matrix()
            local = self._to_own @ turn @ self._to_own.transposed()
            if self._mode == "QUATERNION":
                before, quaternion = quaternion, local.to_quaternion()
                quaternion.make_compatible(before)
                rows.append((quaternion.w, quaternion.x, quaternion.y, quaternion.z))
            elif self._mode == "AXIS_ANGLE":
                if abs(local.to_quaternion().angle) > 1e-6:
                    todo = "set its rotation mode to Quaternion (WXYZ)"
                    raise Refusal(f"{self.what} turns by axis and angle: {todo}")
                rows.append(_PROPERTIES["AXIS_ANGLE"][1])
            else:
                euler = local.to_euler(self._mode, euler) if rows else local.to_euler(self._mode)
                rows.append((euler.x, euler.y, euler.z))
        return np.array(rows)

    def angles(self, values: Array) -> Array:
        """The inverse of ``values``; rolls of the eyes are 0."""
        turns = []
        for value in values.tolist():
            turn = (self._to_own.transposed() @ self._matrix(value) @ self._to_own).to_euler(_ORDER)
            turns.append((turn.x, turn.y, turn.z))
        found: Array = np.reshape(turns, (-1, 3)) @ np.linalg.pinv(self._turns)
        return found

    def _matrix(self, value: list[float]) -> Matrix:
        if self._mode == "QUATERNION":
            return Quaternion(value).normalized().to_matrix()
        if self._mode == "AXIS_ANGLE":
            return Quaternion(value[1:], value[0]).to_matrix()
        return Euler(value, self._mode).to_matrix()


def turning_joints(face: Face) -> tuple[Joint, ...]:
    """The joints whose bones or objects are to be turned: not an eye that eyeLook shape keys move, it would look twice as far."""
    return tuple(joint for joint in face.turning if not joint.endswith("Eye") or not _moved_otherwise(face, joint))


def _moved_otherwise(face: Face, eye: Joint) -> bool:
    return _moved_by_shapes(face, eye) if eye in face.joints else _has_gaze(face, eye)


def _gaze_keys(face: Face, eye: Joint) -> Iterator[tuple[bpy.types.Object, bpy.types.ShapeKey]]:
    """Keys for the gaze of this eye, with their meshes."""
    side = eye.removesuffix("Eye").capitalize()
    for ref in (ref for look in ("Out", "Up") for ref in face.keys.get(f"eyeLook{look}{side}", ())):
        yield ref.mesh.resolve(), ref.resolve()


def _moved(mesh: bpy.types.Object, key: bpy.types.ShapeKey) -> npt.NDArray[np.intp]:
    """The vertices that a key moves visibly."""
    keys = shape_keys(mesh)
    assert keys is not None
    rest, there = points(keys.reference_key), points(key)
    if not len(rest):
        return np.zeros(0, np.intp)
    size = float(np.ptp(rest, axis=0).max()) or 1.0
    return np.flatnonzero(np.abs(there - rest).max(axis=1) > 1e-4 * size)


def _moved_by_shapes(face: Face, eye: Joint) -> bool:
    bone = face.joints[eye]
    for mesh, key in _gaze_keys(face, eye):
        if (group := mesh.vertex_groups.get(bone)) is None:
            continue
        for i in _moved(mesh, key):
            if any(member.group == group.index and member.weight > 0.5 for member in mesh.data.vertices[i].groups):
                return True
    return False


def _has_gaze(face: Face, eye: Joint) -> bool:
    part = face.loose[eye].ref.resolve()
    own = {part, *part.children_recursive}
    return any(mesh in own and len(_moved(mesh, key)) for mesh, key in _gaze_keys(face, eye))
