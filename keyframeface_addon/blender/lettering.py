"""Text into pictures by Blender itself, with its own fonts, which cover most scripts: one Workbench render of text objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy

from .pixels import Pixels, load_picture

Colour = tuple[float, float, float]
ASCENT = 0.8
"""From the top of a line to the feet of its letters, in sizes."""


@dataclass(frozen=True, slots=True)
class Text:
    """A box of text, in pixels from the sheet's top left corner; it wraps, and shrinks where it would not fit."""

    text: str
    left: float
    top: float
    width: float
    height: float
    size: float
    colour: Colour
    right: bool = False


def draw_texts(texts: Sequence[Text], width: int, height: int, folder: Path) -> Pixels:
    """The texts on a transparent ground, shape (height, width, 4). Nothing is left behind in the file."""
    path = folder / "text.png"
    scene = bpy.data.scenes.new("KeyframeFace lettering")
    lens = bpy.data.cameras.new("KeyframeFace lettering")
    camera = bpy.data.objects.new("KeyframeFace lettering", lens)
    objects = [camera, *(_text_object(text) for text in texts)]
    try:
        for obj in objects:
            scene.collection.objects.link(obj)
        lens.type, lens.ortho_scale, lens.sensor_fit = "ORTHO", max(width, height), "AUTO"
        camera.location = (width / 2, -height / 2, 10.0)
        scene.camera = camera
        _set_up(scene, width, height, path)
        bpy.ops.render.render(scene=scene.name, write_still=True)
        return load_picture(path)
    finally:
        for obj in objects[1:]:
            bpy.data.curves.remove(obj.data)  # and its object
        bpy.data.objects.remove(camera)
        bpy.data.cameras.remove(lens)
        bpy.data.scenes.remove(scene)


def _text_object(text: Text) -> bpy.types.Object:
    curve = bpy.data.curves.new("KeyframeFace lettering", "FONT")
    curve.body = text.text
    curve.size = text.size
    curve.align_x = "RIGHT" if text.right else "LEFT"
    curve.align_y = "TOP_BASELINE"
    curve.overflow = "SCALE"
    curve.text_boxes[0].width = text.width
    curve.text_boxes[0].height = text.height
    curve.resolution_u = 4
    obj = bpy.data.objects.new("KeyframeFace lettering", curve)
    obj.location = (text.left, -text.top - ASCENT * text.size, 0.0)
    obj.color = (*(_linear(value) for value in text.colour), 1.0)
    return obj


def _set_up(scene: bpy.types.Scene, width: int, height: int, path: Path) -> None:
    render, shading = scene.render, scene.display.shading
    render.engine = "BLENDER_WORKBENCH"
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.film_transparent = True
    render.filepath = str(path)
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGBA"
    scene.display.render_aa = "8"
    shading.light, shading.color_type = "FLAT", "OBJECT"
    shading.show_cavity = shading.show_shadows = shading.show_object_outline = False
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"


def _linear(value: float) -> float:
    """From what a screen shows to what Blender computes with."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
