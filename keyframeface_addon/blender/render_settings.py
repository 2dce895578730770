"""The animator's render settings changed for a while: renderer, look, and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import bpy

from ..interchange.files import OutputError
from .camera import camera_before
from .gpu_context import can_draw
from .rig import Face, find_face
from .temporary import changed, kept

Size = tuple[int, int]

STRIP_SIZE: Size = (400, 480)
MOVIE_SIZE: Size = (720, 720)

CYCLES_SAMPLES = 32
STUDIO_LIGHT = "paint.sl"
"""The brightest and warmest of those that come with Blender."""
BACKGROUND = (0.30, 0.36, 0.40)
"""Linear; where the scene has no world."""


_COLOUR_INPUTS = {"Base Color", "Color"}


class NoRenderer(OutputError):
    """This Blender does not have the renderer asked for."""


def engine_id(engine: str) -> str:
    """Blender's name for "workbench", "eevee" or "cycles"; EEVEE has had two. Raises NoRenderer."""
    names = {
        "workbench": ("BLENDER_WORKBENCH",),
        "eevee": ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE"),
        "cycles": ("CYCLES",),
    }
    if engine != "cycles" and not can_draw():
        raise NoRenderer(
            f"{engine} needs libEGL here: install it (Debian: libegl1, libgl1-mesa-dri), or render with cycles"
        )
    render = bpy.context.scene.render
    for name in names[engine]:
        try:
            with changed(render, engine=name):
                return name
        except TypeError:  # enum "..." not found: Cycles is an add-on, so the property's own list does not tell
            continue
    raise NoRenderer(f"this Blender has no {engine}; render with workbench")


@contextmanager
def face_look(scene: bpy.types.Scene, face: Face | None, engine: str, size: Size, samples: str) -> Iterator[None]:
    """The renderer set up for a face: full size, nothing drawn over it, a camera that exists; the playhead goes back at the end.

    ``samples`` a pixel are Workbench's, whose time they nearly are without a graphics card.
    """
    with ExitStack() as stack:
        stack.callback(scene.frame_set, scene.frame_current, subframe=scene.frame_subframe)
        if scene.camera is None:
            stack.enter_context(camera_before(face or find_face(None, scene), scene))
        stack.enter_context(
            changed(
                scene.render,
                engine=engine_id(engine),
                resolution_x=size[0],
                resolution_y=size[1],
                resolution_percentage=100,
                pixel_aspect_x=1.0,
                pixel_aspect_y=1.0,
                use_border=False,
                use_stamp=False,
                use_compositing=False,
                use_sequencer=False,
                use_multiview=False,
                use_file_extension=True,
                use_overwrite=True,
                use_placeholder=False,
                film_transparent=False,
            )
        )
        if engine == "workbench":
            _workbench(scene, stack, samples)
        elif engine == "cycles":
            stack.enter_context(changed(scene.cycles, samples=CYCLES_SAMPLES, use_denoising=False))
        yield


def _workbench(scene: bpy.types.Scene, stack: ExitStack, samples: str) -> None:
    """Colours of the materials, or their pictures, under soft light, with creases and folds made visible."""
    stack.enter_context(changed(scene.display, render_aa=samples))
    stack.enter_context(
        changed(
            scene.display.shading,
            light="STUDIO",
            color_type="TEXTURE" if _pictures_are_colours() else "MATERIAL",
            show_cavity=True,
            cavity_type="BOTH",
            cavity_ridge_factor=0.15,
            cavity_valley_factor=0.3,
            curvature_ridge_factor=0.4,
            curvature_valley_factor=0.8,
            show_shadows=False,
            show_specular_highlight=True,
            show_object_outline=False,
            show_xray=False,
        )
    )
    if STUDIO_LIGHT in bpy.context.preferences.studio_lights:
        stack.enter_context(changed(scene.display.shading, studio_light=STUDIO_LIGHT))
    # film curves are made for light of all strengths; on Workbench's plain colours they only turn skin grey
    stack.enter_context(changed(scene.view_settings, view_transform="Standard", look="None", exposure=0.0, gamma=1.0))
    if scene.world is None:
        world = bpy.data.worlds.new("KeyframeFace")
        world.color = BACKGROUND
        stack.callback(bpy.data.worlds.remove, world)
        stack.enter_context(changed(scene, world=world))


def _pictures_are_colours() -> bool:
    """Whether the textures that Workbench would show are colours: not a normal map, say, that was looked at last."""
    shown = [
        node
        for material in bpy.data.materials
        if material.node_tree
        for node in material.node_tree.nodes
        if node.type == "TEX_IMAGE" and node.show_texture and node.image  # type: ignore[attr-defined]
    ]
    return bool(shown) and all(
        any(link.to_socket.name in _COLOUR_INPUTS for link in node.outputs["Color"].links) for node in shown
    )


def _own_colours_kept(image: bpy.types.ImageFormatSettings) -> AbstractContextManager[None]:
    """Setting ``color_management`` back to Override fills in the scene's colours."""
    view = image.view_settings
    return changed(view, **{name: getattr(view, name) for name in ("view_transform", "look", "exposure", "gamma")})


@contextmanager
def image_output(scene: bpy.types.Scene, path: Path) -> Iterator[None]:
    image = scene.render.image_settings
    with (
        _own_colours_kept(image),
        changed(scene.render, filepath=str(path)),
        changed(
            image,
            media_type="IMAGE",
            file_format="PNG",
            color_mode="RGB",
            color_depth="8",
            color_management="FOLLOW_SCENE",
        ),
    ):
        yield


@contextmanager
def movie_output(scene: bpy.types.Scene, path: Path) -> Iterator[None]:
    image = scene.render.image_settings
    with (
        _own_colours_kept(image),
        kept(scene.render.ffmpeg),  # Blender fills them in where they were never set
        changed(scene.render, filepath=str(path)),
        changed(image, media_type="VIDEO", file_format="FFMPEG", color_mode="RGB", color_management="FOLLOW_SCENE"),
        changed(
            scene.render.ffmpeg,
            format="MPEG4",
            codec="H264",
            constant_rate_factor="HIGH",
            ffmpeg_preset="GOOD",
            audio_codec="NONE",
            use_autosplit=False,
        ),
    ):
        yield
