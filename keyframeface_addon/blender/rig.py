"""The face on a rig: which meshes, shape keys and bones of a character answer to which channel."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import bpy

from ..face.channels import CHANNEL, ChannelName
from ..retarget.bones import is_face_part, joints_of_bones
from ..retarget.mapping import Drive, MappingError, RigMapping, from_json
from ..retarget.recognition import channels_in, recognise
from .references import KeyRef, ObjectRef, Refusal, shape_keys

Joint = str
"""What turns in a face: "head", "leftEye", "rightEye", "jaw"."""

ANGLES: Mapping[Joint, tuple[ChannelName, ...]] = {
    "head": ("headYaw", "headPitch", "headRoll"),
    "leftEye": ("leftEyeYaw", "leftEyePitch", "leftEyeRoll"),
    "rightEye": ("rightEyeYaw", "rightEyePitch", "rightEyeRoll"),
    "jaw": ("jawOpen",),
}
"""The channels that turn each joint."""

MAPPING = "keyframeface_mapping"
"""Custom property of the object that a character hangs on: the mapping that was made by hand, as JSON."""
WHAT_A_FACE_IS = (
    "a mesh with shape keys named like ARKit's (jawOpen, eyeBlinkLeft or eyeBlink_L, ...) or another known tool's"
)


class NoFace(ValueError):
    """No face, or more than one, where one was looked for; the text says in one line what to do."""


class SeveralFaces(NoFace):
    """More than one."""


@dataclass(frozen=True, slots=True)
class LoosePart:
    """A head or an eye that is an object of its own."""

    ref: ObjectRef
    axes: tuple[tuple[float, ...], ...]
    """Rows of the matrix whose columns are the character's left, back and up, in the space of the object's parent."""


@dataclass(frozen=True, slots=True)
class Face:
    """One character's face. Plain values, so it outlives undo, redo and saving; what is gone by then is refused."""

    name: str
    root_ref: ObjectRef
    """What the character hangs on; it keeps the mapping."""
    mesh_refs: tuple[ObjectRef, ...]
    """The one with the most channels first; it names the face."""
    mapping: RigMapping
    by_hand: bool
    """Whether somebody has made the mapping, rather than recognition."""
    keys_of: Mapping[str, tuple[KeyRef, ...]]
    """Shape keys by the target's name, on all meshes that have it."""
    armature_ref: ObjectRef | None
    joints: Mapping[Joint, str]
    """Bones of the armature."""
    loose: Mapping[Joint, LoosePart] = field(default_factory=dict)
    """Objects that turn where there is no bone to."""

    @property
    def keys(self) -> dict[ChannelName, tuple[KeyRef, ...]]:
        """The shape keys that each channel moves."""
        found = {
            channel: tuple(ref for drive in drives for ref in self.keys_of.get(drive.target, ()))
            for channel, drives in self.mapping.drives.items()
        }
        return {channel: refs for channel, refs in found.items() if refs}

    def is_property(self, target: str) -> bool:
        """Whether this target of a drive is a property: it has a bar, and no shape key is called so."""
        return "|" in target and target not in self.keys_of

    @property
    def turning(self) -> tuple[Joint, ...]:
        """Joints that a bone or an object is to turn for; not those whose angles the mapping has drive something."""
        mapped = {joint for joint, channels in ANGLES.items() if not self.mapping.drives.keys().isdisjoint(channels)}
        return tuple(joint for joint in (*self.joints, *self.loose) if joint not in mapped)

    @property
    def meshes(self) -> tuple[bpy.types.Object, ...]:
        return tuple(ref.resolve() for ref in self.mesh_refs)

    @property
    def keyed_meshes(self) -> tuple[bpy.types.Object, ...]:
        """Those with a shape key that the mapping drives; of a face of sliders, none."""
        keyed = {ref.mesh for refs in self.keys_of.values() for ref in refs}
        return tuple(ref.resolve() for ref in self.mesh_refs if ref in keyed)

    @property
    def armature(self) -> bpy.types.Object | None:
        return self.armature_ref.resolve() if self.armature_ref else None

    @property
    def missing(self) -> tuple[ChannelName, ...]:
        """Channels that nothing on this rig answers to; the torsion of the eyes is on no rig and not counted."""
        shown = {*self.mapping.drives, *(name for joint in self.turning for name in ANGLES[joint])}
        return tuple(name for name in CHANNEL if name not in shown and not name.endswith("EyeRoll"))


def joint_of(channel: ChannelName) -> Joint | None:
    """The joint that a channel turns: "leftEye" for leftEyeYaw, "jaw" for jawOpen; None for most."""
    return next((joint for joint, channels in ANGLES.items() if channel in channels), None)


def find_face(obj: bpy.types.Object | bpy.types.Collection | None, scene: bpy.types.Scene) -> Face:
    """The face that ``obj`` belongs to; in a collection the only one there, without an object that in the scene. Raises NoFace.

    Beside a mesh of the face, the object may be its armature, its parent, something that hangs on either, an
    instance of its collection, or a lone object in its collection, such as its camera.
    """
    if obj is None:
        faces = _faces(scene.objects)
        if not faces:
            raise NoFace(f"there is no face in this scene: it needs {WHAT_A_FACE_IS}")
        return _only(faces)
    if isinstance(obj, bpy.types.Collection):
        if not (among := _faces(obj.all_objects)):
            raise NoFace(f"the collection {obj.name!r} has no face in it: it needs {WHAT_A_FACE_IS}")
        faces = _faces({*scene.objects, *obj.all_objects})
        return _only({root: faces[root] for root in (_whole(root, faces) for root in among) if root in faces})
    below = obj.children_recursive
    faces = _faces({*scene.objects, obj, *below})
    own = _whole(character_of(obj), faces)
    if own in faces:
        return _face(own, faces[own])
    instanced = obj.instance_collection.all_objects if obj.instance_collection else ()
    lone = own == obj and obj.type != "ARMATURE"  # what hangs on another character means that character
    collections = [c for c in obj.users_collection if c != scene.collection] if lone else []
    for near in (below, instanced, *(collection.all_objects for collection in collections)):
        if among := _faces(near):
            found = ((_whole(root, faces), meshes) for root, meshes in among.items())
            return _only({root: faces.get(root, meshes) for root, meshes in found})
    raise NoFace(f"{obj.name!r} belongs to no face: select {WHAT_A_FACE_IS}, its armature or its parent")


def holds_a_face(obj: bpy.types.Object) -> bool:
    """Whether the object is a mesh that is a face by itself; quick enough to ask of every object."""
    return bool(_faces([obj]))


def faces_in(scene: bpy.types.Scene) -> list[Face]:
    """Every face there, by name."""
    faces = (_face(character, meshes) for character, meshes in _faces(scene.objects).items())
    return sorted(faces, key=lambda face: face.name)


def _only(faces: Mapping[bpy.types.Object, list[bpy.types.Object]]) -> Face:
    found = [_face(character, meshes) for character, meshes in faces.items()]
    if len(found) > 1:
        names = sorted(face.name for face in found)
        listed = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
        raise SeveralFaces(f"there are {len(found)} faces here: select the one to animate ({listed})")
    return found[0]


def _faces(objects: Iterable[bpy.types.Object]) -> dict[bpy.types.Object, list[bpy.types.Object]]:
    """Meshes with channels, by what their character hangs on."""
    keyed: defaultdict[bpy.types.Object, list[bpy.types.Object]] = defaultdict(list)
    for obj in objects:
        if shape_keys(obj) is not None:
            keyed[character_of(obj)].append(obj)
    for part, whole in _siblings(keyed).items():
        keyed[whole] += keyed.pop(part)
    faces: dict[bpy.types.Object, list[bpy.types.Object]] = {}
    for character, meshes in keyed.items():
        mapping = _mapping(character, meshes)[0]
        targets = {drive.target for drives in mapping.drives.values() for drive in drives}
        names = {name for mesh in meshes for name in _names(mesh)}
        sliders = any("|" in target for target in targets - names)  # which may drive keys of any name
        if found := [mesh for mesh in meshes if targets.intersection(_names(mesh))] or (meshes if sliders else []):
            faces[character] = found
    return faces


def _siblings(keyed: Mapping[bpy.types.Object, list[bpy.types.Object]]) -> dict[bpy.types.Object, bpy.types.Object]:
    """Teeth, tongue, brows beside their head in one collection, where nothing carries either: each with the head.

    A part has no channel that its head has not, clearly fewer of them or a name that says what it is, no mapping of its
    own, and lies within the head.
    """
    lone = [root for root, meshes in keyed.items() if root in meshes and root.parent is None]
    if len(lone) < 2:
        return {}
    from .loose_parts import lies_within  # numpy, which enabling has no time for

    channels = {obj: _named_or_mapped(obj) for obj in lone}
    wholes: list[bpy.types.Object] = []
    found: dict[bpy.types.Object, bpy.types.Object] = {}
    for obj in sorted(lone, key=lambda obj: (is_face_part(obj.name), -len(channels[obj]), obj.name)):
        own = channels[obj]
        for whole in wholes if own and obj.get(MAPPING) is None else ():
            partial = is_face_part(obj.name) or 2 * len(own) < len(channels[whole])
            beside = not set(obj.users_collection).isdisjoint(whole.users_collection)
            if partial and own <= channels[whole] and beside and lies_within(obj, whole):
                found[obj] = whole
                break
        else:
            wholes.append(obj)
    return found


def _named_or_mapped(obj: bpy.types.Object) -> set[ChannelName]:
    """The channels of a mesh by its names, and by a mapping of its own where it has one."""
    mapping, by_hand = _mapping(obj, [obj])
    return {*mapping.drives, *(recognised([obj]).drives if by_hand else ())}


def _whole(root: bpy.types.Object, faces: Mapping[bpy.types.Object, list[bpy.types.Object]]) -> bpy.types.Object:
    """The root of the face that has this root of an object among its meshes; else itself."""
    return next((whole for whole, meshes in faces.items() if root in meshes), root)


def character_of(obj: bpy.types.Object) -> bpy.types.Object:
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


def _names(obj: bpy.types.Object) -> list[str]:
    """Of the shape keys but for the one at rest."""
    keys = shape_keys(obj)
    return [block.name for block in keys.key_blocks if block != keys.reference_key] if keys else []


def current_mapping(face: Face) -> RigMapping:
    """As it is on the rig now. Raises Refusal where somebody's own mapping is there, but cannot be read."""
    stored = face.root_ref.resolve().get(MAPPING)
    if not isinstance(stored, str):
        return face.mapping
    try:
        return from_json(stored)
    except MappingError as error:
        raise Refusal(
            f"the mapping kept on {face.root_ref.name!r} cannot be read: {error}. Auto-Map Again discards it"
        ) from None


def _mapping(character: bpy.types.Object, meshes: Iterable[bpy.types.Object]) -> tuple[RigMapping, bool]:
    """The character's own mapping, or what its names say; and whether it is its own.

    One that is broken is not used to find the face, and nothing is written on that.
    """
    if isinstance(stored := character.get(MAPPING), str):
        with contextlib.suppress(MappingError):
            return from_json(stored), True
    return recognised(meshes), False


def recognised(meshes: Iterable[bpy.types.Object]) -> RigMapping:
    """The mapping that these meshes' names, and those of their character's custom properties, ask for; without drives
    where they are no face's."""
    names = {mesh: _names(mesh) for mesh in meshes}
    if not names:
        return RigMapping()
    character = character_of(next(iter(names)))
    sliders = [name for name, value in character.items() if isinstance(value, float)]
    found = recognise([*(name for of_mesh in names.values() for name in of_mesh), *sliders])
    if found is None:
        return RigMapping()
    driven = {name for mesh in names for name in _driven(mesh)} if sliders else set()
    by_property = channels_in(found.convention, sliders)
    drives: defaultdict[ChannelName, dict[str, Drive]] = defaultdict(dict)
    # Each mesh has its say: the same shape may have another prefix on another mesh
    for of_mesh in names.values():
        for channel, parts in channels_in(found.convention, of_mesh).items():
            if channel not in by_property or not driven.intersection(key for key, _ in parts):
                for key, weight in parts:
                    drives[channel].setdefault(key, Drive(key, weight))
    for channel, parts in by_property.items():
        if channel not in drives:
            targets = ((f'{character.name}|["{bpy.utils.escape_identifier(name)}"]', w) for name, w in parts)
            drives[channel] = {target: Drive(target, weight) for target, weight in targets}
    ordered = {channel: tuple(drives[channel].values()) for channel in CHANNEL if channel in drives}
    return RigMapping(ordered, {}, found.convention.label)


def _driven(mesh: bpy.types.Object) -> Iterator[str]:
    """The shape keys that a driver moves, as DAZ importers make them of a rig's properties."""
    keys = shape_keys(mesh)
    if keys is None or keys.animation_data is None:
        return
    paths = {curve.data_path for curve in keys.animation_data.drivers if not curve.mute}
    yield from (block.name for block in keys.key_blocks if block.path_from_id("value") in paths)


def _face(character: bpy.types.Object, meshes: Iterable[bpy.types.Object]) -> Face:
    from .loose_parts import loose_parts  # numpy, which enabling has no time for

    meshes = list(meshes)
    mapping, by_hand = _mapping(character, meshes)
    targets = {drive.target for drives in mapping.drives.values() for drive in drives}
    shown = {mesh: targets.intersection(_names(mesh)) for mesh in meshes}
    channels = {
        mesh: sum(any(d.target in shown[mesh] for d in drives) for drives in mapping.drives.values()) for mesh in meshes
    }
    ordered = sorted(
        meshes,
        key=lambda mesh: (-channels[mesh], 0 if channels[mesh] else -len(_names(mesh)), mesh != character, mesh.name),
    )
    seen: set[bpy.types.Key | None] = set()
    keys: defaultdict[str, list[KeyRef]] = defaultdict(list)
    for obj in ordered:
        if (key := shape_keys(obj)) not in seen:  # objects may share one mesh
            for name in _names(obj):
                if name in targets:
                    keys[name].append(KeyRef(ObjectRef.to(obj), name))
        seen.add(key)
    armature, joints = _jointed_armature(ordered[0])
    of_first = {
        channel: [
            block
            for drive in drives
            if drive.weight > 0 and (block := shape_keys(ordered[0]).key_blocks.get(drive.target)) is not None  # type: ignore[union-attr]
        ]
        for channel, drives in mapping.drives.items()
    }
    loose = loose_parts(character, ordered[0], of_first, joints)
    return Face(
        name=ordered[0].name,
        root_ref=ObjectRef.to(character),
        mesh_refs=tuple(map(ObjectRef.to, ordered)),
        mapping=mapping,
        by_hand=by_hand,
        keys_of={name: tuple(refs) for name, refs in keys.items()},
        armature_ref=ObjectRef.to(armature) if armature else None,
        joints=joints,
        loose={
            joint: LoosePart(ObjectRef.to(part), tuple((axes[i][0], axes[i][1], axes[i][2]) for i in range(3)))
            for joint, (part, axes) in loose.items()
        },
    )


def _jointed_armature(mesh: bpy.types.Object) -> tuple[bpy.types.Object | None, dict[Joint, str]]:
    """The character's armature, or the nearest one above it, that has a bone for the head or an eye, else for the jaw."""
    above: bpy.types.Object | None = character_of(mesh)
    found: list[tuple[bpy.types.Object, dict[Joint, str]]] = []
    while above is not None:
        if isinstance(above.data, bpy.types.Armature) and (joints := joints_of_bones(b.name for b in above.data.bones)):
            found.append((above, joints))
        above = above.parent
    return next((of_one for of_one in found if of_one[1].keys() != {"jaw"}), found[0] if found else (None, {}))
