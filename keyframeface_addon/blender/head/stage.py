"""A portrait stage for the head: camera, three lights, a soft background."""

from __future__ import annotations

import bpy
from mathutils import Vector

from .materials import set_input

_FRAME = Vector((0.0, 0.0, 0.160))
"""Middle of the picture over the character's own origin, in metres."""
_DISTANCE = 0.92
_LIGHTS = (
    # name, place, watts, size, colour
    ("Key", (-0.55, -0.80, 0.65), 9.0, 0.40, (1.0, 0.94, 0.86)),
    ("Fill", (0.80, -0.65, 0.20), 2.6, 0.70, (0.85, 0.92, 1.0)),
    ("Rim", (0.45, 0.70, 0.60), 9.0, 0.30, (1.0, 0.97, 0.92)),
)
_BACKGROUND = (0.36, 0.43, 0.47)


def add_stage(scene: bpy.types.Scene, face: bpy.types.Object) -> bpy.types.Object:
    """Adds camera and lights in front of a head made by ``add_head`` and returns the camera, which becomes the scene's.

    Works for Workbench (colours by material, the background as render background), EEVEE and Cycles.
    """
    origin = face.matrix_world.translation
    collection = scene.collection
    lens = bpy.data.cameras.new("Portrait")
    lens.lens = 85.0
    lens.sensor_fit, lens.sensor_height = "VERTICAL", 36.0  # as high in a wide picture as in a tall one
    lens.clip_start = 0.01
    camera = bpy.data.objects.new("Portrait", lens)
    collection.objects.link(camera)
    target = origin + _FRAME
    camera.location = target + Vector((0.0, -_DISTANCE, 0.015))
    camera.rotation_euler = (target - camera.location).to_track_quat("-Z", "Y").to_euler()
    for name, place, watts, size, colour in _LIGHTS:
        lamp = bpy.data.lights.new(f"Portrait {name}", "AREA")
        lamp.energy = watts  # type: ignore[attr-defined]
        lamp.size = size  # type: ignore[attr-defined]
        lamp.color = colour
        light = bpy.data.objects.new(lamp.name, lamp)
        collection.objects.link(light)
        light.location = target + Vector(place)
        light.rotation_euler = (target - light.location).to_track_quat("-Z", "Y").to_euler()
    _set_background(scene)
    scene.camera = camera
    return camera


def _set_background(scene: bpy.types.Scene) -> None:
    world = bpy.data.worlds.new("Portrait")
    world.color = _BACKGROUND
    if world.node_tree is None:
        world.use_nodes = True  # before Blender 5.0 a new world has no nodes
    tree = world.node_tree
    node = next((n for n in tree.nodes if n.type == "BACKGROUND"), None) if tree else None
    if node is not None:
        set_input(node, "Color", (*_BACKGROUND, 1.0))
        set_input(node, "Strength", 0.55)
    scene.world = world
    shading = scene.display.shading
    shading.light, shading.color_type = "STUDIO", "MATERIAL"
    shading.show_cavity = True
    shading.background_type = "WORLD"
