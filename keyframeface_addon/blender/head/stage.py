"""A portrait stage for the head: camera, three lights, a backdrop."""

from __future__ import annotations

from contextlib import suppress

import bpy
import numpy as np
from mathutils import Vector

from .anatomy import Array
from .materials import make_image, node_tree_of, set_input, set_places, show_image
from .part import sheet

_LENS, _SENSOR = 85.0, 36.0
_CUT = 0.085
"""Height of the picture's lower edge, as part of the character's: through the shoulders."""
_MARGIN = 1.06
_LIGHTS = (
    # name, place, watts, size, colour
    ("Key", (-0.42, -0.95, 0.50), 12.0, 0.50, (1.0, 0.95, 0.88)),
    ("Fill", (0.85, -0.65, 0.10), 2.6, 0.80, (0.86, 0.93, 1.0)),
    ("Rim", (0.42, 0.62, 0.42), 14.0, 0.35, (1.0, 0.97, 0.93)),
)
_AMBIENT = (0.40, 0.45, 0.50)
_BACKDROP_RADIUS, _BACKDROP_HEIGHT, _BACKDROP_TURN = 1.25, 3.0, np.radians(110.0)
_BACKDROP_COLOURS = ((0.40, 0.47, 0.49), (0.085, 0.115, 0.14))
"""Linear RGB behind the head and far from it."""


def add_stage(scene: bpy.types.Scene, face: bpy.types.Object) -> bpy.types.Object:
    """Adds camera, lights and backdrop round a head made by ``add_head`` and returns the camera, which becomes the scene's.

    Works for Workbench (colours by picture and material), EEVEE and Cycles. The backdrop is seen in renders only.
    """
    collection = scene.collection
    origin, top = face.matrix_world.translation, _height(face)
    low = top * _CUT
    target = origin + Vector((0.0, 0.0, (low + top) / 2.0))
    lens = bpy.data.cameras.new("Portrait")
    lens.lens = _LENS
    lens.sensor_fit, lens.sensor_height = "VERTICAL", _SENSOR  # as high in a wide picture as in a tall one
    lens.clip_start = 0.01
    camera = bpy.data.objects.new("Portrait", lens)
    collection.objects.link(camera)
    camera.location = target + Vector((0.0, -(top - low) * _MARGIN * _LENS / _SENSOR, 0.015))
    camera.rotation_euler = (target - camera.location).to_track_quat("-Z", "Y").to_euler()
    for name, place, watts, size, colour in _LIGHTS:
        lamp = bpy.data.lights.new(f"Portrait {name}", "AREA")
        lamp.energy = watts  # type: ignore[attr-defined]
        lamp.shape = "DISK"  # type: ignore[attr-defined]  # seen in the eyes
        lamp.size = size  # type: ignore[attr-defined]
        lamp.color = colour
        light = bpy.data.objects.new(lamp.name, lamp)
        collection.objects.link(light)
        light.location = target + Vector(place)
        light.rotation_euler = (target - light.location).to_track_quat("-Z", "Y").to_euler()
    _add_backdrop(collection, target)
    _set_look(scene)
    scene.camera = camera
    return camera


def _height(face: bpy.types.Object) -> float:
    """From the character's origin to the top of its hair, in metres."""
    parts = face.parent.children if face.parent else (face,)
    return max(corner[2] for part in parts if part.type == "MESH" for corner in part.bound_box)


def _add_backdrop(collection: bpy.types.Collection, middle: Vector) -> None:
    """A round wall that shines by itself, so that every renderer shows it alike, and gives no light."""
    mesh = bpy.data.meshes.new("Portrait Backdrop")
    steps = 33
    u = np.linspace(0.0, 1.0, steps)
    turn = (2.0 * u - 1.0) * _BACKDROP_TURN
    x, y = _BACKDROP_RADIUS * np.sin(turn), _BACKDROP_RADIUS * np.cos(turn)
    z = np.full(steps, _BACKDROP_HEIGHT / 2.0)
    points = np.concatenate([np.stack([x, y, -z], axis=1), np.stack([x, y, z], axis=1)])
    mesh.from_pydata(points.tolist(), [], sheet(2, steps))
    place = np.concatenate([np.stack([u, 0.0 * u], axis=1), np.stack([u, 0.0 * u + 1.0], axis=1)])
    set_places(mesh, place)
    mesh.polygons.foreach_set("use_smooth", np.ones(steps - 1, dtype=np.bool_))
    material = bpy.data.materials.new(mesh.name)
    material.diffuse_color = (*_BACKDROP_COLOURS[0], 1.0)
    material.roughness = 1.0
    tree = node_tree_of(material)
    tree.nodes.clear()
    shine, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    output.location = (220.0, 0.0)
    tree.links.new(shine.outputs["Emission"], output.inputs["Surface"])
    show_image(tree, make_image(mesh.name, _glow()), shine.inputs["Color"])
    mesh.materials.append(material)
    backdrop = bpy.data.objects.new(mesh.name, mesh)
    backdrop.location = middle
    backdrop.hide_viewport = backdrop.hide_select = True
    backdrop.visible_diffuse = backdrop.visible_glossy = backdrop.visible_shadow = False
    collection.objects.link(backdrop)


def _glow(rows: int = 128) -> Array:
    """(rows, 2 rows, 3) linear RGB, brightest a little above the middle."""
    half = _BACKDROP_RADIUS * _BACKDROP_TURN
    x, z = np.meshgrid(np.linspace(-half, half, rows * 2), np.linspace(-0.5, 0.5, rows) * _BACKDROP_HEIGHT)
    near = np.exp(-np.square(np.hypot(x * 0.85, z - 0.06) / 0.62))[..., None]
    inner, outer = (np.array(colour) for colour in _BACKDROP_COLOURS)
    glow: Array = outer + (inner - outer) * near
    return glow


def _set_look(scene: bpy.types.Scene) -> None:
    world = bpy.data.worlds.new("Portrait")
    world.color = _AMBIENT
    node = next(n for n in node_tree_of(world).nodes if n.type == "BACKGROUND")
    set_input(node, "Color", (*_AMBIENT, 1.0))
    set_input(node, "Strength", 0.5)
    scene.world = world
    shading = scene.display.shading
    shading.light, shading.color_type = "STUDIO", "TEXTURE"
    shading.show_cavity = True
    shading.background_type = "WORLD"
    with suppress(TypeError):  # someone's own colour configuration may not have it
        scene.view_settings.view_transform = "Khronos PBR Neutral"
