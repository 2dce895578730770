"""Pictures and movies of a performance, with the renderer of choice, leaving the animator's settings as they were."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import bpy

from ..face.performance import Performance
from ..interchange.files import OutputError, check_writable
from .camera import camera_before
from .contact_sheet import Picture, compose
from .curves import keyframe_frames
from .pixels import load_picture, save_picture
from .rig import Face, find_face
from .temporary import changed

Size = tuple[int, int]

CYCLES_SAMPLES = 16
STUDIO_LIGHT = "paint.sl"
"""The brightest and warmest of those that come with Blender."""
BACKGROUND = (0.30, 0.36, 0.40)
"""Linear; where the scene has no world."""


class NoRenderer(OutputError):
    """This Blender does not have the renderer asked for."""


def render_strip(
    scene: bpy.types.Scene,
    performance: Performance,
    start_frame: float,
    path: Path,
    size: Size = (400, 480),
    engine: str = "workbench",
    on_picture: Callable[[int, int], None] = lambda done, of: None,
    face: Face | None = None,
) -> None:
    """A contact sheet as PNG: one picture of ``size`` for each keyframe, with its label and time. Raises OutputError.

    Seen by the scene's camera; without one, from in front of ``face``, or the only face in the scene.
    """
    check_writable(path)
    frames = keyframe_frames(performance, scene, start_frame)
    with _folder_beside(path) as folder:
        pictures: list[Picture] = []
        sharp = changed(scene.render, use_motion_blur=False)
        with _look(scene, face, engine, size), sharp, _image_output(scene, folder / "still.png"):
            for frame, keyframe in zip(frames, performance.keyframes, strict=True):
                scene.frame_set(frame)
                _render(scene, write_still=True)
                pictures.append(Picture(load_picture(folder / "still.png"), keyframe.time, frame, keyframe.label))
                on_picture(len(pictures), len(frames))
        save_picture(compose(performance.prompt, pictures, folder), folder / "sheet.png")
        _move(folder / "sheet.png", path)


def render_movie(
    scene: bpy.types.Scene,
    start: int,
    end: int,
    path: Path,
    fps: float | None = None,
    size: Size = (720, 720),
    engine: str = "workbench",
    on_frame: Callable[[int], None] = lambda frame: None,
    face: Face | None = None,
) -> None:
    """An H.264 movie of these frames, in real time, seen as ``render_strip`` sees it. Raises OutputError.

    ``fps`` below the scene's leaves frames out, evenly, so that the rate is the scene's divided by a whole number.
    """
    check_writable(path)
    own_fps = scene.render.fps / scene.render.fps_base
    step = max(1, round(own_fps / fps)) if fps else 1
    even = (size[0] // 2 * 2, size[1] // 2 * 2)  # H.264 stores colour at half the size

    def tell(*_: Any) -> None:
        on_frame(scene.frame_current)

    with ExitStack() as stack:
        folder = stack.enter_context(_folder_beside(path))
        movie = folder / "movie.mp4"
        stack.enter_context(_look(scene, face, engine, even))
        stack.enter_context(_movie_output(scene, movie))
        stack.enter_context(changed(scene, frame_end=max(end, scene.frame_end)))  # a start beyond the end would move it
        stack.enter_context(changed(scene, frame_start=start, frame_end=end, frame_step=step))
        stack.enter_context(changed(scene.render, fps_base=scene.render.fps_base * step))
        bpy.app.handlers.render_write.append(tell)
        stack.callback(bpy.app.handlers.render_write.remove, tell)
        _render(scene, animation=True)
        _move(movie, path)


def engine_id(engine: str) -> str:
    """Blender's name for "workbench", "eevee" or "cycles"; EEVEE has had two. Raises NoRenderer."""
    names = {"workbench": ("BLENDER_WORKBENCH",), "eevee": ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE"), "cycles": ("CYCLES",)}
    render = bpy.context.scene.render
    for name in names[engine]:
        try:
            with changed(render, engine=name):
                return name
        except TypeError:  # enum "..." not found: Cycles is an add-on, so the property's own list does not tell
            continue
    raise NoRenderer(f"this Blender has no {engine}; render with --engine workbench")


@contextmanager
def _look(scene: bpy.types.Scene, face: Face | None, engine: str, size: Size) -> Iterator[None]:
    """The renderer set up for a face: full size, nothing drawn over it, a camera that exists; the playhead goes back at the end."""
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
            _workbench(scene, stack)
        elif engine == "cycles":
            stack.enter_context(changed(scene.cycles, samples=CYCLES_SAMPLES, use_denoising=False))
        yield


def _workbench(scene: bpy.types.Scene, stack: ExitStack) -> None:
    """Colours of the materials under soft light, with creases and folds made visible."""
    stack.enter_context(changed(scene.display, render_aa="8"))
    stack.enter_context(
        changed(
            scene.display.shading,
            light="STUDIO",
            color_type="MATERIAL",
            show_cavity=True,
            cavity_type="BOTH",
            cavity_ridge_factor=0.6,
            cavity_valley_factor=1.6,
            curvature_ridge_factor=0.5,
            curvature_valley_factor=1.2,
            show_shadows=False,
            show_specular_highlight=True,
            show_object_outline=False,
            show_xray=False,
        )
    )
    if STUDIO_LIGHT in bpy.context.preferences.studio_lights:
        stack.enter_context(changed(scene.display.shading, studio_light=STUDIO_LIGHT))
    # film curves are made for light of all strengths; on Workbench's plain colours they only turn skin grey
    stack.enter_context(changed(scene.view_settings, view_transform="Standard", look="None", exposure=-0.1, gamma=1.0))
    if scene.world is None:
        world = bpy.data.worlds.new("KeyframeFace")
        world.color = BACKGROUND
        stack.callback(bpy.data.worlds.remove, world)
        stack.enter_context(changed(scene, world=world))


@contextmanager
def _image_output(scene: bpy.types.Scene, path: Path) -> Iterator[None]:
    image = scene.render.image_settings
    with (
        changed(scene.render, filepath=str(path)),
        changed(image, media_type="IMAGE", file_format="PNG", color_mode="RGB", color_depth="8", color_management="FOLLOW_SCENE"),
    ):
        yield


@contextmanager
def _movie_output(scene: bpy.types.Scene, path: Path) -> Iterator[None]:
    image = scene.render.image_settings
    with (
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


def _render(scene: bpy.types.Scene, **how: bool) -> None:
    try:
        bpy.ops.render.render(scene=scene.name, **how)
    except RuntimeError as error:
        raise OutputError(f"Blender could not render: {' '.join(str(error).split())}") from None


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """On the same disk, so that moving the finished file to ``path`` happens at once or not at all."""
    try:
        with tempfile.TemporaryDirectory(prefix=".keyframeface-", dir=path.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def _move(finished: Path, path: Path) -> None:
    if not finished.is_file():
        raise OutputError(f"cannot write {path}: Blender rendered nothing")
    os.replace(finished, path)
