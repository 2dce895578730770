"""Head and eyes that are objects of their own, without bones: which objects turn, and which way the character faces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix, Vector

from ..retarget.bones import eyeballs_of_objects, is_head

Array = npt.NDArray[np.float64]

_ROUND = 0.15
"""How much the distances of an eyeball's vertices from its pivot may vary, as part of their mean."""
_MARGIN = 0.1
"""How much larger than its box a face is taken to be when asked what lies in it: tongues and lashes stand out."""
# Keys of both sides that are enough to tell left from right, and whether they move up or down
_SIDED = (("eyeBlink", -1.0), ("browOuterUp", 1.0), ("browDown", -1.0), ("eyeWide", 1.0), ("noseSneer", 1.0))


def loose_parts(
    character: bpy.types.Object,
    mesh: bpy.types.Object,
    keys: Mapping[str, Sequence[bpy.types.ShapeKey]],
    joints: Iterable[str],
) -> dict[str, tuple[bpy.types.Object, Matrix]]:
    """Objects that turn instead of bones, for any but these joints; with the character's left, back and up as columns,
    in the space of the object's parent.

    ``keys`` of ``mesh`` by channel. They tell which eye is the left one: names are given by those who look at the face.
    """
    eyes = () if {"leftEye", "rightEye"} & set(joints) else _eye_pivots(character, mesh)
    head = None if "head" in joints else _head(mesh, eyes)
    if not eyes and head is None:
        return {}
    facing = _facing(mesh, keys)
    found = {"head": head} if head is not None else {}
    if eyes:
        left, right = eyes
        if facing is not None:
            to_mesh = _at_rest(mesh).inverted_safe()
            sides = [(to_mesh @ _at_rest(eye).translation).dot(facing.col[0]) for eye in eyes]
            left, right = (left, right) if sides[0] > sides[1] else (right, left)
        found |= {"leftEye": left, "rightEye": right}
    of_mesh = _turn(_at_rest(mesh)) @ facing if facing is not None else Matrix.Identity(3)
    return {joint: (part, _turn(_parent_at_rest(part)).transposed() @ of_mesh) for joint, part in found.items()}


def lies_within(part: bpy.types.Object, whole: bpy.types.Object) -> bool:
    """Whether the middle of one mesh's box is in the other's, made larger by ``_MARGIN``; boxes at rest, in the world."""
    inner, outer = _in_world(part), _in_world(whole)
    if not len(inner) or not len(outer):
        return False
    off = (inner.min(axis=0) + inner.max(axis=0) - outer.min(axis=0) - outer.max(axis=0)) / 2
    return bool((np.abs(off) <= (1.0 + _MARGIN) * np.ptp(outer, axis=0) / 2).all())


def _in_world(mesh: bpy.types.Object) -> Array:
    """A mesh's points without shape keys (n, 3)."""
    local = points(mesh.data.shape_keys.reference_key)  # type: ignore[union-attr]
    matrix = np.array(mesh.matrix_world)
    found: Array = local @ matrix[:3, :3].T + matrix[:3, 3]
    return found


def points(key: bpy.types.ShapeKey) -> npt.NDArray[np.float32]:
    """Where a shape key has the vertices, (n, 3)."""
    if not len(key.id_data.user.vertices):  # type: ignore[union-attr]  # then the length of its data is any number
        return np.zeros((0, 3), np.float32)
    flat = np.empty(3 * len(key.data), np.float32)
    key.data.foreach_get("co", flat)
    return flat.reshape(-1, 3)


def _eye_pivots(character: bpy.types.Object, mesh: bpy.types.Object) -> tuple[bpy.types.Object, ...]:
    """What to turn for the eye that is called left and for the one that is called right; nothing where either is missing."""
    below = {obj.name: obj for obj in character.children_recursive if obj.type == "MESH"}
    names = eyeballs_of_objects(below)
    for left, right in names:
        pair = below[left], below[right]
        pivots = [_pivot(eye, {character, mesh, other}) for eye, other in (pair, pair[::-1])]
        if pivots[0] is not None and pivots[1] is not None and pivots[0] != pivots[1]:
            return pivots[0], pivots[1]
    return ()


def _pivot(eyeball: bpy.types.Object, others: set[bpy.types.Object]) -> bpy.types.Object | None:
    """The eyeball, or the nearest object above that carries nothing of the others, whose origin is its centre."""
    vertices = eyeball.data.vertices  # type: ignore[union-attr]
    local = np.empty(3 * len(vertices))
    vertices.foreach_get("co", local)
    local = np.column_stack((local.reshape(-1, 3), np.ones(len(vertices))))
    above: bpy.types.Object | None = eyeball
    to_above = Matrix.Identity(4)
    while above is not None and above not in others and others.isdisjoint(above.children_recursive):
        placed = (local @ np.array(to_above).T)[:, :3]
        if _is_ball(placed):
            return above
        to_above = _in_parent(above) @ to_above
        above = above.parent
    return None


def _is_ball(placed: Array) -> bool:
    """Whether these points (n, 3) lie on a ball about the origin, or on a good part of one."""
    if len(placed) < 8:
        return False
    distances = np.linalg.norm(placed, axis=1)
    mean, size = float(distances.mean()), float(np.ptp(placed, axis=0).max())
    return 0.0 < mean <= 0.75 * size and float(distances.std()) <= _ROUND * mean


def _head(mesh: bpy.types.Object, eyes: Iterable[bpy.types.Object]) -> bpy.types.Object | None:
    """An object above the face that is called head and carries the eyes too."""
    above = mesh.parent
    while above is not None and not (above.type != "ARMATURE" and is_head(above.name)):
        above = above.parent
    return above if above is not None and set(eyes) <= set(above.children_recursive) else None


def _facing(mesh: bpy.types.Object, keys: Mapping[str, Sequence[bpy.types.ShapeKey]]) -> Matrix | None:
    """Columns: the character's left, back and up in the mesh's space, each one of its axes; None where keys do not tell."""
    for base, rises in _SIDED:
        both = [next(iter(keys.get(base + side, ())), None) for side in ("Left", "Right")]
        if both[0] is None or both[1] is None:
            continue
        rest = points(mesh.data.shape_keys.reference_key)  # type: ignore[union-attr]
        moved = [points(key) - rest for key in both if key is not None]
        weights = [(move**2).sum(axis=1, dtype=float) for move in moved]
        if not all(weight.any() for weight in weights):
            continue
        centres = [weight @ rest / weight.sum() for weight in weights]
        left = nearest_axis(Vector(centres[0] - centres[1]))
        upwards = Vector(sum(rises * weight @ move / weight.sum() for weight, move in zip(weights, moved, strict=True)))
        up = nearest_axis(upwards - upwards.project(left))
        back = Vector(up.cross(left))  # type: ignore[arg-type]
        return Matrix(tuple((left[i], back[i], up[i]) for i in range(3)))
    return None


def nearest_axis(vector: Vector) -> Vector:
    """The axis, with its sign, that this vector is nearest to."""
    strongest = max(range(3), key=lambda i: abs(vector[i]))
    axis = Vector((0, 0, 0))
    axis[strongest] = 1.0 if vector[strongest] >= 0 else -1.0
    return axis


def _at_rest(obj: bpy.types.Object) -> Matrix:
    """Where an object is in the world, without poses and without what turns it here."""
    return _parent_at_rest(obj) @ _own(obj)


def _parent_at_rest(obj: bpy.types.Object) -> Matrix:
    above = obj.parent
    if above is None:
        return Matrix.Identity(4)
    return _at_rest(above) @ _bone_at_rest(obj) @ obj.matrix_parent_inverse


def _in_parent(obj: bpy.types.Object) -> Matrix:
    return _bone_at_rest(obj) @ obj.matrix_parent_inverse @ _own(obj)


def _bone_at_rest(obj: bpy.types.Object) -> Matrix:
    """From the end of the bone that an object hangs on to its armature."""
    armature = obj.parent.data if obj.parent is not None and obj.parent_type == "BONE" else None
    if not isinstance(armature, bpy.types.Armature) or obj.parent_bone not in armature.bones:
        return Matrix.Identity(4)
    bone = armature.bones[obj.parent_bone]
    return bone.matrix_local @ Matrix.Translation((0, bone.length, 0))


def _own(obj: bpy.types.Object) -> Matrix:
    """Location, rotation and scale without the deltas, which are what performances animate."""
    if obj.rotation_mode == "QUATERNION":
        rotation = obj.rotation_quaternion.to_matrix()
    elif obj.rotation_mode == "AXIS_ANGLE":
        angle, *axis = obj.rotation_axis_angle
        rotation = Matrix.Rotation(angle, 3, Vector(axis)) if any(axis) else Matrix.Identity(3)
    else:
        rotation = obj.rotation_euler.to_matrix()
    return Matrix.LocRotScale(obj.location, rotation, obj.scale)


def _turn(matrix: Matrix) -> Matrix:
    """The rotation in it."""
    return matrix.to_3x3().normalized() if matrix.is_negative else matrix.to_quaternion().to_matrix()
