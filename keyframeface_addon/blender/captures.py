"""Recordings onto a rig's timeline, and what a rig does on its timeline as a recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNELS
from ..face.keyframe import Keyframe
from ..face.performance import Performance
from ..interchange.capture import Capture, frame_times, performance_of
from ..interchange.files import check_writable, write_atomic
from ..interchange.live_link_face import csv_of
from .animated import animated
from .curves import WriteReport, write_performance
from .operators import summary
from .placement import FARTHEST_FRAME
from .references import Refusal
from .rig import Face

Array = npt.NDArray[np.float64]


def write_capture(
    face: Face, capture: Capture, scene: bpy.types.Scene, start_frame: int, tolerance: float | None = None
) -> tuple[WriteReport, str]:
    """Writes the capture from ``start_frame`` on: baked at every frame, or with a ``tolerance`` as keyframes within it.

    Returns what was written, and that in one line for a person. What is remembered of a baked one is thinned, as ten
    thousand frames are slow to read and say no more. Raises Refusal, with nothing changed.
    """
    fps = scene.render.fps / scene.render.fps_base
    if start_frame + capture.duration * fps > FARTHEST_FRAME:
        raise Refusal(f"{capture.name!r} lasts {capture.duration:.0f} s, beyond Blender's last frame: start it earlier")
    played = capture.resampled(fps)  # first, so that keyframes fall on whole frames
    thinned = _labelled(performance_of(played) if tolerance is None else performance_of(played, tolerance))
    if tolerance is not None:
        report = write_performance(face, thinned, scene, start_frame)
        return _told(face, capture, len(thinned.keyframes), report, scene)
    report = write_performance(face, _complete(thinned, played), scene, start_frame, played.values)
    return _told(face, capture, len(played.times), report, scene)


def _labelled(performance: Performance) -> Performance:
    first, *others = performance.keyframes
    return replace(performance, keyframes=(replace(first, label=performance.prompt), *others))


def _complete(thinned: Performance, played: Capture) -> Performance:
    """With the channels that were too faint to thin by: what is remembered must be what the curves have there."""
    rows = np.rint(thinned.times() * played.frame_rate).astype(int)
    values = np.clip(played.values[rows], [c.low for c in CHANNELS], [c.high for c in CHANNELS]).round(4)
    names = [channel.name for channel in CHANNELS]
    keyframes = (
        Keyframe(k.time, k.label, dict(zip(names, row, strict=True)))
        for k, row in zip(thinned.keyframes, values.tolist(), strict=True)
    )
    return replace(thinned, keyframes=tuple(keyframes))


def _told(
    face: Face, capture: Capture, keyframes: int, report: WriteReport, scene: bpy.types.Scene
) -> tuple[WriteReport, str]:
    """The report, and in one line what was imported and what a person should know about it."""
    dropped = f", {capture.dropped} dropped in between" if capture.dropped else ""
    read = f"{capture.name}: {len(capture.times)} frames at {capture.frame_rate:g} fps{dropped}"
    beyond = int(np.count_nonzero((capture.values[:, [c.is_shape for c in CHANNELS]] > 1.0).any(axis=1)))
    notes = [
        f"values above 1 in {beyond} frames, shown as far as keys and shape keys go" if beyond else "",
        f"it ends after the scene's last frame, {scene.frame_end}" if report.last_frame > scene.frame_end else "",
    ]
    return report, "; ".join((read, summary(face.name, keyframes, report), *capture.notes, *filter(None, notes)))


def export_capture(face: Face, scene: bpy.types.Scene, path: Path, first: float, last: float, fps: float) -> int:
    """Writes what the face does from one frame to the other, ``fps`` times a second, and returns the number of rows.

    Raises Refusal and OutputError.
    """
    check_writable(path)
    rate = scene.render.fps / scene.render.fps_base
    frames = np.minimum(first + frame_times((last - first) / rate, fps) * rate, last)
    values = animated(face, scene, frames)
    write_atomic(path, csv_of(values, fps))
    return len(values)
