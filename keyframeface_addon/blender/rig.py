"""The face on a rig: which meshes, shape keys and bones of a character answer to which channel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import bpy

from ..face.channels import CHANNEL, POSE, SHAPES, ChannelName
from .naming import channels_of_keys, joints_of_bones

Joint = str
"""A bone's part in a face: "head", "leftEye", "rightEye"."""

WHAT_A_FACE_IS = "a mesh with shape keys named like ARKit's (jawOpen, eyeBlinkLeft or eyeBlink_L, ...)"


class NoFace(ValueError):
    """No face, or more than one, where one was looked for; the text says in one line what to do."""


class Refusal(ValueError):
    """A face that must not or cannot be written; nothing was changed. The text says in one line why and what to do."""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """An object by its name: references to Blender's data do not outlive an undo, names do."""

    name: str
    library: str | None = None

    @classmethod
    def to(cls, obj: bpy.types.Object) -> ObjectRef:
        return cls(obj.name, obj.library.filepath if obj.library else None)

    def resolve(self) -> bpy.types.Object:
        """Raises Refusal where the object is gone."""
        # with None for a library it is the local one; fake-bpy-module does not know that nothing may be found
        obj = cast(bpy.types.Object | None, bpy.data.objects.get((self.name, self.library)))
        if obj is None:
            raise Refusal(f"the object {self.name!r} is no longer in this file; select the face again")
        return obj


@dataclass(frozen=True, slots=True)
class KeyRef:
    """A shape key by its object and name."""

    mesh: ObjectRef
    name: str

    def resolve(self) -> bpy.types.ShapeKey:
        """Raises Refusal where the shape key is gone."""
        keys = shape_keys(self.mesh.resolve())
        block = cast(bpy.types.ShapeKey | None, keys.key_blocks.get(self.name) if keys else None)
        if block is None:
            raise Refusal(f"{self.mesh.name!r} has no shape key {self.name!r} any more; select the face again")
        return block


@dataclass(frozen=True, slots=True)
class Face:
    """One character's face. Plain values, so it outlives undo, redo and saving; what is gone by then is refused."""

    name: str
    mesh_refs: tuple[ObjectRef, ...]
    """The one with the most channels first; it names the face."""
    keys: Mapping[ChannelName, tuple[KeyRef, ...]]
    armature_ref: ObjectRef | None
    joints: Mapping[Joint, str]
    """Bones of the armature."""

    @property
    def meshes(self) -> tuple[bpy.types.Object, ...]:
        return tuple(ref.resolve() for ref in self.mesh_refs)

    @property
    def armature(self) -> bpy.types.Object | None:
        return self.armature_ref.resolve() if self.armature_ref else None

    @property
    def missing(self) -> tuple[ChannelName, ...]:
        """Channels that nothing on this rig answers to; the torsion of the eyes is on no rig and not counted."""
        moved = [name for name in POSE if joint_of(name) in self.joints and not name.endswith("EyeRoll")]
        shown = {*self.keys, *moved}
        return tuple(name for name in CHANNEL if name not in shown and not name.endswith("EyeRoll"))


def joint_of(channel: ChannelName) -> Joint:
    """The joint that a pose channel turns: "leftEye" for leftEyeYaw."""
    return next(joint for joint in ("head", "leftEye", "rightEye") if channel.startswith(joint))


def shape_keys(obj: bpy.types.Object) -> bpy.types.Key | None:
    return obj.data.shape_keys if isinstance(obj.data, bpy.types.Mesh) else None


def find_face(obj: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
    """The face that ``obj`` belongs to; without an object, the only face in the scene. Raises NoFace.

    Beside a mesh of the face, the object may be its armature, its parent, something that hangs on either, an
    instance of its collection, or a lone object in its collection, such as its camera.
    """
    if obj is None:
        faces = _faces(scene.objects)
        if not faces:
            raise NoFace(f"there is no face in this scene: it needs {WHAT_A_FACE_IS}")
        return _only(faces)
    below = obj.children_recursive
    faces = _faces({*scene.objects, obj, *below})
    own = _character(obj)
    if own in faces:
        return _face(faces[own])
    instanced = obj.instance_collection.all_objects if obj.instance_collection else ()
    lone = own == obj and obj.type != "ARMATURE"  # what hangs on another character means that character
    collections = [c for c in obj.users_collection if c != scene.collection] if lone else []
    for near in (below, instanced, *(collection.all_objects for collection in collections)):
        if among := _faces(near):
            return _only({root: faces.get(root, meshes) for root, meshes in among.items()})
    raise NoFace(f"{obj.name!r} belongs to no face: select {WHAT_A_FACE_IS}, its armature or its parent")


def _only(faces: Mapping[bpy.types.Object, list[bpy.types.Object]]) -> Face:
    found = [_face(meshes) for meshes in faces.values()]
    if len(found) > 1:
        names = sorted(face.name for face in found)
        listed = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
        raise NoFace(f"there are {len(found)} faces here: select the one to animate ({listed})")
    return found[0]


def _faces(objects: Iterable[bpy.types.Object]) -> dict[bpy.types.Object, list[bpy.types.Object]]:
    """Meshes with channels, by character."""
    faces: defaultdict[bpy.types.Object, list[bpy.types.Object]] = defaultdict(list)
    for obj in objects:
        if _channels(obj):
            faces[_character(obj)].append(obj)
    return dict(faces)


def _character(obj: bpy.types.Object) -> bpy.types.Object:
    """What an object's character hangs on: the nearest armature that deforms or carries it, else its topmost parent."""
    seen: set[bpy.types.Object] = set()
    while obj.type != "ARMATURE" and obj not in seen:
        seen.add(obj)
        deformers = (m.object for m in obj.modifiers if isinstance(m, bpy.types.ArmatureModifier) and m.object)
        above = next(deformers, None) or obj.parent
        if above is None:
            return obj
        obj = above
    return obj


def _channels(obj: bpy.types.Object) -> dict[ChannelName, tuple[str, ...]]:
    keys = shape_keys(obj)
    if keys is None:
        return {}
    return channels_of_keys(block.name for block in keys.key_blocks if block != keys.reference_key)


def _face(meshes: Iterable[bpy.types.Object]) -> Face:
    channels = {obj: _channels(obj) for obj in meshes}
    ordered = sorted(channels, key=lambda obj: (-len(channels[obj]), obj.name))
    seen: set[bpy.types.Key | None] = set()
    keys: defaultdict[ChannelName, list[KeyRef]] = defaultdict(list)
    for obj in ordered:
        if (key := shape_keys(obj)) not in seen:  # objects may share one mesh
            for channel, names in channels[obj].items():
                keys[channel] += [KeyRef(ObjectRef.to(obj), name) for name in names]
        seen.add(key)
    armature, joints = _jointed_armature(ordered[0])
    return Face(
        name=ordered[0].name,
        mesh_refs=tuple(map(ObjectRef.to, ordered)),
        keys={channel: tuple(keys[channel]) for channel in SHAPES if channel in keys},
        armature_ref=ObjectRef.to(armature) if armature else None,
        joints=joints,
    )


def _jointed_armature(mesh: bpy.types.Object) -> tuple[bpy.types.Object | None, dict[Joint, str]]:
    """The character's armature, or the nearest one above it, that has a bone for the head or an eye."""
    above: bpy.types.Object | None = _character(mesh)
    while above is not None:
        if isinstance(above.data, bpy.types.Armature) and (joints := joints_of_bones(b.name for b in above.data.bones)):
            return above, joints
        above = above.parent
    return None, {}
