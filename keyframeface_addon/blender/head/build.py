"""Makes the demo head's objects from the pure geometry. Only this, armature, materials and stage need bpy."""

from __future__ import annotations

from collections.abc import Mapping

import bpy
import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, smoothstep
from .armature import make_rig, to_scene
from .bust import ears, sweater
from .eyes import brows, eyeball, lashes
from .geometry import build_skin
from .hair import hair
from .inner_mouth import teeth, tongue
from .materials import make_material
from .palette import TINT, skin_tint
from .part import Part
from .regions import Regions, find_regions
from .shapes import KEY_NAMES, skin_keys

_SKIN_COLOURS = ("skin", "lips", "mouth inside", "lid edge")


def add_head(context_collection: bpy.types.Collection, name: str = "Face") -> bpy.types.Object:
    """Adds the character to the collection and returns its head mesh, which has all 52 ARKit shape keys.

    It stands on the scene's origin, 0.3 m tall, looking along -y; its own left is +x. Takes about a second.
    """
    regions = find_regions(build_skin())
    keys = skin_keys(regions)
    rig = make_rig(context_collection, f"{name} Rig")
    materials: dict[str, bpy.types.Material] = {}
    head = _add_part(_skin_part(regions, keys), name, name, context_collection, rig, materials)
    _weigh_neck(head, regions.points)
    features = [eyeball("L"), eyeball("R"), brows(regions, keys), lashes(regions, keys), teeth(), tongue()]
    for part in (*features, ears(), hair(), sweater()):
        _add_part(part, f"{name} {part.name}", name, context_collection, rig, materials)
    return head


def _skin_part(regions: Regions, keys: Mapping[str, Array]) -> Part:
    topology = regions.skin.topology
    paint = np.zeros(len(topology.faces), dtype=np.int64)
    mouth = topology.ring_faces["mouth"]
    paint[-topology.mouth_back[1:, 1:].size :] = 2
    for ring, faces in enumerate(mouth):
        if ring >= op.LIP_BORDER:
            paint[faces] = 1 if ring < op.LIP_INSIDE else 2
    for eye in ("eye.L", "eye.R"):
        paint[topology.ring_faces[eye][op.LID_EDGE]] = 3
    tint = skin_tint(_flush(regions.points))
    return Part("", regions.points, topology.faces, _SKIN_COLOURS, paint.tolist(), keys=keys, tint=tint)


def _flush(points: Array) -> Array:
    """Where blood shows through: cheeks, tip of the nose, a little round the eyes and before the ears."""
    p = points.copy()
    p[:, 0] = np.abs(p[:, 0])
    # where, how far, how much
    spots = (
        ((4.3, -6.5, -3.6), 2.1, 0.75),
        ((0.0, -9.6, -2.9), 1.3, 0.70),
        ((3.5, -7.2, 0.0), 2.9, 0.22),
        ((7.3, 1.0, -1.0), 2.5, 0.5),
    )
    flush = np.zeros(len(p))
    for centre, size, strength in spots:
        away = np.linalg.norm(p - np.array(centre), axis=1)
        flush = np.maximum(flush, strength * np.exp(-np.square(away / size)))
    return flush


def _add_part(
    part: Part,
    name: str,
    owner: str,
    collection: bpy.types.Collection,
    rig: bpy.types.Object,
    materials: dict[str, bpy.types.Material],
) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    points = to_scene(part.points)
    mesh.from_pydata(points.tolist(), [], part.faces)
    for colour in part.colours:
        if colour not in materials:
            materials[colour] = make_material(colour, owner)
        mesh.materials.append(materials[colour])
    mesh.polygons.foreach_set("material_index", np.array(part.paint, dtype=np.int32))
    mesh.polygons.foreach_set("use_smooth", np.ones(len(part.faces), dtype=np.bool_))
    if part.tint is not None:
        opaque = np.concatenate([part.tint, np.ones((len(points), 1))], axis=1)
        attribute = mesh.color_attributes.new(TINT, "FLOAT_COLOR", "POINT")
        attribute.data.foreach_set("color", opaque.astype(np.float32).ravel())  # type: ignore[attr-defined]
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
