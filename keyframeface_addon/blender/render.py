"""Pictures and movies of a performance, with the renderer of choice, leaving the animator's settings as they were."""

from __future__ import annotations

import os
import re
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
from .contact_sheet import Picture, compose, worth_showing
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
    """A contact sheet as PNG: one picture of ``size`` for each keyframe worth showing, with its label and time.
    Raises OutputError.

    ``frames`` are where the keyframes are on the timeline, whatever frame rate they were written at.
    Seen by the scene's camera; without one, from in front of ``face``, or the only face in the scene.
    """
    check_writable(path)
    with _folder_beside(path) as folder:
        pictures: list[Picture] = []
        shown = [(frames[index], performance.keyframes[index]) for index in worth_showing(performance)]
        sharp = changed(scene.render, use_motion_blur=False)
        with face_look(scene, face, engine, size, samples="8"), sharp, image_output(scene, folder / "still.png"):
            for frame, keyframe in shown:
                scene.frame_set(frame)
                _render(scene, write_still=True)
                pictures.append(Picture(load_picture(folder / "still.png"), keyframe.time, frame, keyframe.label))
                on_picture(len(pictures), len(shown))
        save_picture(compose(performance.prompt, pictures, folder, engine), folder / "sheet.png")
        _move(folder / "sheet.png", path)


def render_sequence(
    scene: bpy.types.Scene,
    start: int,
    end: int,
    path: Path,
    fps: float | None = None,
    size: Size = MOVIE_SIZE,
    engine: str = "workbench",
    on_frame: Callable[[int], None] = lambda frame: None,
    face: Face | None = None,
) -> int:
    """A PNG for each of these frames, seen as ``render_strip`` sees them; returns how many. Raises OutputError.

    The number of the frame takes the place of ``####`` in the file's name, or follows it. Each picture is written whole;
    Ctrl-C ends the process, and those that are done stay.
    """
    files = {frame: picture_file(path, frame) for frame in range(start, end + 1, _step(scene, fps))}
    for file in files.values():
        check_writable(file)
    with _folder_beside(path) as folder, _ctrl_c_ends(folder, "the pictures so far are there"):
        still = folder / "still.png"
        with face_look(scene, face, engine, size, samples="5"), image_output(scene, still):
            for frame, file in files.items():
                scene.frame_set(frame)
                _render(scene, write_still=True)
                _move(still, file)
                on_frame(frame)
    return len(files)


def picture_file(path: Path, frame: int) -> Path:
    """Of this frame, as Blender would number it."""
    name = path.stem if "#" in path.stem else f"{path.stem}####"
    return path.with_name(re.sub(r"#+", lambda marks: f"{frame:0{len(marks[0])}d}", name) + path.suffix)


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
    step = _step(scene, fps)
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
        with _ctrl_c_ends(folder, "nothing was written"):
            _render(scene, animation=True)
        _move(movie, path)


def _step(scene: bpy.types.Scene, fps: float | None) -> int:
    """Every how many frames one is rendered, for so many a second."""
    own = scene.render.fps / scene.render.fps_base
    return max(1, round(own / fps)) if fps else 1


def _render(scene: bpy.types.Scene, animation: bool = False, write_still: bool = False) -> None:
    try:
        bpy.ops.render.render(animation=animation, write_still=write_still, scene=scene.name)
    except RuntimeError as error:
        raise OutputError(f"Blender could not render: {' '.join(str(error).split())}") from None


@contextmanager
def _ctrl_c_ends(folder: Path, left: str) -> Iterator[None]:
    """Blender drops a KeyboardInterrupt, which arrives in its render handlers, and goes on to the last frame."""

    def stop(*_: Any) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os.write(2, f"keyframeface: stopped; {left}\n".encode())
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
