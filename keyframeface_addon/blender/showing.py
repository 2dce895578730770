"""Which of the performances on a face are shown."""

from __future__ import annotations

import bpy

from ..face.performance import Performance
from .readback import NoPerformance, face_records, read_performance
from .rig import Face

LINGER = 0.5
"""Seconds that a movie goes on after the last keyframe."""


def performance_to_show(face: Face, frame: float | None) -> tuple[Performance, float]:
    """The performance at ``frame``, else the one written last, as its curves are now, and its start frame. Raises NoPerformance."""
    return read_performance(face, frame)


def performances_span(face: Face, scene: bpy.types.Scene, frame: float | None) -> tuple[int, int]:
    """First and last frame of the performance at ``frame``, else of all that are on the face. Raises NoPerformance."""
    records = face_records(face)
    if not records:
        raise NoPerformance(f"no performance has been written on {face.name!r} yet")
    if frame is not None:
        records = [min(reversed(records), key=lambda r: max(r.frames[0] - frame, frame - r.frames[-1], 0.0))]
    linger = round(LINGER * scene.render.fps / scene.render.fps_base)
    return min(r.frames[0] for r in records), max(r.frames[-1] for r in records) + linger
