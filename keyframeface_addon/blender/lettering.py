"""Text into pictures by Blender itself, with its own fonts, which cover most scripts: one render of text objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import bpy

from .pixels import Pixels, load_picture
from .render_settings import engine_id

Colour = tuple[float, float, float]
NAME = "KeyframeFace lettering"
ASCENT = 0.8
"""From the top of a line to the feet of its letters, in sizes."""
CYCLES_SAMPLES = 12


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


def draw_texts(texts: Sequence[Text], width: int, height: int, folder: Path, engine: str) -> Pixels:
    """The texts on a transparent ground, shape (height, width, 4). Nothing is left behind in the file.

    By Workbench, but by Cycles where that is the ``engine`` of the pictures: with another one in the same process Blender
    has crashed and hung.
    """
    path = folder / "text.png"
    fonts = set(bpy.data.fonts)
    scene = bpy.data.scenes.new(NAME)
    lens = bpy.data.cameras.new(NAME)
    camera = bpy.data.objects.new(NAME, lens)
    inks = {colour: _ink(colour) for colour in {text.colour for text in texts}}
    objects = [camera, *(_text_object(text, inks[text.colour]) for text in texts)]
    try:
        for obj in objects:
            scene.collection.objects.link(obj)
        lens.type, lens.ortho_scale, lens.sensor_fit = "ORTHO", max(width, height), "AUTO"
        camera.location = (width / 2, -height / 2, 10.0)
        scene.camera = camera
        _set_up(scene, width, height, path, engine)
        bpy.ops.render.render(scene=scene.name, write_still=True)
        return load_picture(path)
    finally:
        for obj in objects[1:]:
            bpy.data.curves.remove(cast(bpy.types.TextCurve, obj.data))  # and its object
        for ink in inks.values():
            bpy.data.materials.remove(ink)
        bpy.data.objects.remove(camera)
        bpy.data.cameras.remove(lens)
        bpy.data.scenes.remove(scene)
        for font in set(bpy.data.fonts) - fonts:  # Blender's own, made with the first text
            bpy.data.fonts.remove(font)


def _text_object(text: Text, ink: bpy.types.Material) -> bpy.types.Object:
    curve = cast(bpy.types.TextCurve, bpy.data.curves.new(NAME, "FONT"))
    curve.body = text.text
    curve.size = text.size
    curve.align_x = "RIGHT" if text.right else "LEFT"
    curve.align_y = "TOP_BASELINE"
    curve.overflow = "SCALE"
    curve.text_boxes[0].width = text.width
    curve.text_boxes[0].height = text.height
    curve.resolution_u = 4
    curve.materials.append(ink)
    obj = bpy.data.objects.new(NAME, curve)
    obj.location = (text.left, -text.top - ASCENT * text.size, 0.0)
    return obj


def _ink(colour: Colour) -> bpy.types.Material:
    """The same colour in Workbench, which knows no nodes, and in Cycles."""
    linear = (*(_linear(value) for value in colour), 1.0)
    ink = bpy.data.materials.new(NAME)
    ink.diffuse_color = linear
    if ink.node_tree is None:  # from 5.0 on it is always there, and asking for it is deprecated
        ink.use_nodes = True
    tree = ink.node_tree
    assert tree is not None
    tree.nodes.clear()
    glow, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    cast(bpy.types.NodeSocketColor, glow.inputs["Color"]).default_value = linear
    tree.links.new(output.inputs["Surface"], glow.outputs["Emission"])
    return ink


def _set_up(scene: bpy.types.Scene, width: int, height: int, path: Path, engine: str) -> None:
    render, shading = scene.render, scene.display.shading
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.film_transparent = True
    render.filepath = str(path)
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGBA"
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    render.engine = engine_id("cycles" if engine == "cycles" else "workbench")  # type: ignore[assignment]
    if engine != "cycles":
        scene.display.render_aa = "8"
        shading.light, shading.color_type = "FLAT", "MATERIAL"
        shading.show_cavity = shading.show_shadows = shading.show_object_outline = False
    else:
        scene.cycles.samples, scene.cycles.use_denoising = CYCLES_SAMPLES, False  # type: ignore[attr-defined]


def _linear(value: float) -> float:
    """From what a screen shows to what Blender computes with."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
