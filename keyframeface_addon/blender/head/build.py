"""Makes the demo head's objects from the pure geometry. Only this, armature, materials and stage need bpy."""

from __future__ import annotations

from collections.abc import Mapping

import bpy
import numpy as np
from mathutils import Vector

from . import anatomy as an
from . import openings as op
from .ageing import lines
from .anatomy import Array, smoothstep
from .armature import make_rig, to_scene
from .brows import brows
from .bust import ears, sweater
from .character import DEFAULT, Character
from .complexion import complexion
from .eyes import eyeball, glints
from .geometry import build_skin
from .hair import hair
from .inner_mouth import teeth, tongue
from .lashes import lashes
from .materials import Wardrobe, set_places
from .part import Part
from .proportions import shaped
from .regions import Regions, find_regions
from .shapes import KEY_NAMES, skin_keys

_MADE = "keyframeface_demo"
"""Custom property of the rigs made here: whose it is."""
_BESIDE = 0.36
"""Metres between neighbours."""
_TALL, _SET, _TOUCH = 0.35, 3.0, 1e-3
"""Metres: a head's height, the width of what one stands in and not beside, what does not count."""
_SKIN_COLOURS = ("skin", "lips", "mouth inside", "lid edge")


def add_head(
    context_collection: bpy.types.Collection, name: str = "Face", character: Character = DEFAULT
) -> bpy.types.Object:
    """Adds the character to the collection and returns its head mesh, which has all 52 ARKit shape keys.

    It stands on the scene's origin, a third of a metre tall, looking along -y; its own left is +x. Takes about a second.
    """
    regions = find_regions(build_skin())
    keys = skin_keys(regions)
    rig = make_rig(context_collection, f"{name} Rig", character.proportions)
    rig[_MADE] = character.label
    wardrobe = Wardrobe(character, name)

    def add(part: Part, part_name: str) -> bpy.types.Object:
        return _add_part(shaped(part, character.proportions), part_name, context_collection, rig, wardrobe)

    head = add(_skin_part(regions, keys, character.age), name)
    _weigh_neck(head, regions.points)
    features = [eyeball("L"), eyeball("R"), glints(), brows(regions, keys), lashes(regions, keys), teeth(), tongue()]
    for part in (*features, ears(), hair(character.hair_style), sweater()):
        add(part, f"{name} {part.name}")
    return head


def people_in(scene: bpy.types.Scene) -> set[str]:
    """Labels of the characters that were added to the scene."""
    return {str(thing.get(_MADE)) for thing in scene.objects if thing.get(_MADE)}


def free_place(scene: bpy.types.Scene) -> float:
    """The x in metres where another head stands clear of those in the scene, and not inside Blender's default cube.

    What is larger than a person is taken for a set to stand in.
    """
    half, place = _BESIDE / 2, 0.0
    taken = [(thing.location.x - half, thing.location.x + half) for thing in scene.objects if thing.get(_MADE)]
    for thing in scene.objects:
        if thing.type == "MESH" and not (thing.parent and thing.parent.get(_MADE)):
            (left, right), (front, back), (low, high) = _extent(thing)
            if high > 0.0 and low < _TALL and front < half and back > -half and right - left < _SET:
                taken.append((left, right))
    for left, right in sorted(taken):
        if left < place + half - _TOUCH and right > place - half + _TOUCH:
            place = right + half
    return place


def _extent(thing: bpy.types.Object) -> list[tuple[float, float]]:
    """Lowest and highest x, y and z of an object, in metres."""
    corners = [thing.matrix_world @ Vector(corner) for corner in thing.bound_box]
    return [(min(along), max(along)) for along in zip(*corners, strict=True)]


def _skin_part(regions: Regions, keys: Mapping[str, Array], age: float) -> Part:
    topology = regions.skin.topology
    paint = np.zeros(len(topology.faces), dtype=np.int64)
    mouth = topology.ring_faces["mouth"]
    paint[-topology.mouth_back[1:, 1:].size :] = 2
    for ring, faces in enumerate(mouth):
        if ring >= op.LIP_BORDER:
            paint[faces] = 1 if ring < op.LIP_INSIDE else 2
    for eye in ("eye.L", "eye.R"):
        paint[topology.ring_faces[eye][op.LID_EDGE]] = 3
    picture = complexion(regions.points, topology)
    points = regions.points + lines(regions) * age if age else regions.points
    return Part("", points, topology.faces, _SKIN_COLOURS, paint.tolist(), keys=keys, picture=picture)


def _add_part(
    part: Part,
    name: str,
    collection: bpy.types.Collection,
    rig: bpy.types.Object,
    wardrobe: Wardrobe,
) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    points = to_scene(part.points)
    mesh.from_pydata(points.tolist(), [], part.faces)
    for colour in part.colours:
        mesh.materials.append(wardrobe.material(colour))
    mesh.polygons.foreach_set("material_index", np.array(part.paint, dtype=np.int32))
    mesh.polygons.foreach_set("use_smooth", np.ones(len(part.faces), dtype=np.bool_))
    if part.picture is not None:
        set_places(mesh, part.picture)
    mesh.update()
    thing = bpy.data.objects.new(name, mesh)
    collection.objects.link(thing)
    if part.keys:
        _add_keys(thing, points, part.keys)
    thing.parent = rig
    group = thing.vertex_groups.new(name=part.bone)
    group.add(range(len(points)), 1.0, "REPLACE")
    bend = thing.modifiers.new("Rig", "ARMATURE")
    bend.object = rig  # type: ignore[attr-defined]
    if part.rounded:
        smooth = thing.modifiers.new("Smooth", "SUBSURF")
        smooth.levels = smooth.render_levels = part.rounded  # type: ignore[attr-defined]
    return thing


def _add_keys(thing: bpy.types.Object, points: Array, keys: Mapping[str, Array]) -> None:
    thing.shape_key_add(name="Basis", from_mix=False)
    for key_name in KEY_NAMES:
        if key_name in keys:
            block = thing.shape_key_add(name=key_name, from_mix=False)
            block.data.foreach_set("co", (points + keys[key_name] * 0.01).astype(np.float32).ravel())
            block.value = 0.0
    if thing.data.shape_keys:
        thing.data.shape_keys.name = thing.name
    thing.active_shape_key_index = 0


def _weigh_neck(head: bpy.types.Object, points: Array) -> None:
    """Gives the throat and the nape gradually to the neck, so that a turned head twists it softly."""
    slope = points[:, 2] - 0.35 * (points[:, 1] - an.HEAD_JOINT[1])
    of_head = smoothstep(-16.0, -10.5, slope)
    neck, skull = head.vertex_groups.new(name="neck"), head.vertex_groups["head"]
    for vertex in np.flatnonzero(of_head < 1.0).tolist():
        weight = float(of_head[vertex])
        skull.add([vertex], weight, "REPLACE")
        neck.add([vertex], 1.0 - weight, "REPLACE")
