"""Pictures and movies of a performance, with the renderer of choice, leaving the animator's settings as they were."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import bpy

from ..face.performance import Performance
from ..interchange.files import OutputError, check_writable
from .contact_sheet import Picture, compose
from .pixels import load_picture, save_picture
from .render_settings import MOVIE_SIZE, STRIP_SIZE, Size, face_look, image_output, movie_output
from .rig import Face
from .temporary import changed

INTERRUPTED = 130
"""Exit status after Ctrl-C."""


def render_strip(
    scene: bpy.types.Scene,
    performance: Performance,
    frames: Sequence[int],
    path: Path,
    size: Size = STRIP_SIZE,
    engine: str = "workbench",
    on_picture: Callable[[int, int], None] = lambda done, of: None,
    face: Face | None = None,
) -> None:
    """A contact sheet as PNG: one picture of ``size`` for each keyframe, with its label and time. Raises OutputError.

    ``frames`` are where the keyframes are on the timeline, whatever frame rate they were written at.
    Seen by the scene's camera; without one, from in front of ``face``, or the only face in the scene.
    """
    check_writable(path)
    with _folder_beside(path) as folder:
        pictures: list[Picture] = []
        sharp = changed(scene.render, use_motion_blur=False)
        with face_look(scene, face, engine, size, samples="8"), sharp, image_output(scene, folder / "still.png"):
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
    size: Size = MOVIE_SIZE,
    engine: str = "workbench",
    on_frame: Callable[[int], None] = lambda frame: None,
    face: Face | None = None,
) -> None:
    """An H.264 movie of these frames, in real time, seen as ``render_strip`` sees it. Raises OutputError.
    Ctrl-C ends the process.

    ``fps`` below the scene's leaves frames out, evenly, so that the rate is the scene's divided by a whole number.
    """
    check_writable(path)
    if start < 0:
        raise OutputError(
            f"Blender renders no movie of frames before 0, and this begins at {start}: move the performance"
        )
    own_fps = scene.render.fps / scene.render.fps_base
    step = max(1, round(own_fps / fps)) if fps else 1
    even = (size[0] // 2 * 2, size[1] // 2 * 2)  # H.264 stores colour at half the size

    def tell(*_: Any) -> None:
        on_frame(scene.frame_current)

    with ExitStack() as stack:
        folder = stack.enter_context(_folder_beside(path))
        movie = folder / "movie.mp4"
        stack.enter_context(face_look(scene, face, engine, even, samples="5"))
        stack.enter_context(movie_output(scene, movie))
        stack.enter_context(changed(scene, frame_end=max(end, scene.frame_end)))  # a start beyond the end would move it
        stack.enter_context(changed(scene, frame_start=start, frame_end=end, frame_step=step))
        stack.enter_context(changed(scene.render, fps_base=scene.render.fps_base * step))
        bpy.app.handlers.render_write.append(tell)
        stack.callback(bpy.app.handlers.render_write.remove, tell)
        with _ctrl_c_ends(folder):
            _render(scene, animation=True)
        _move(movie, path)


def _render(scene: bpy.types.Scene, animation: bool = False, write_still: bool = False) -> None:
    try:
        bpy.ops.render.render(animation=animation, write_still=write_still, scene=scene.name)
    except RuntimeError as error:
        raise OutputError(f"Blender could not render: {' '.join(str(error).split())}") from None


@contextmanager
def _ctrl_c_ends(folder: Path) -> Iterator[None]:
    """Blender drops a KeyboardInterrupt, which arrives in its render handlers, and goes on to the last frame."""

    def stop(*_: Any) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os.write(2, b"keyframeface: stopped; nothing was written\n")
        os._exit(INTERRUPTED)

    try:
        before = signal.signal(signal.SIGINT, stop)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


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
