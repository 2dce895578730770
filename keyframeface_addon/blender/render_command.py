"""``--command keyframeface render``: pictures and movies of what the face in the open file does."""

from __future__ import annotations

import argparse

import bpy

from .chosen import chosen_face, scene_at_hand
from .console import say
from .contact_sheet import worth_showing
from .readback import played_records, record_at
from .render import render_movie, render_sequence, render_strip
from .render_settings import MOVIE_SIZE, STRIP_SIZE
from .rig import Face

HOLD = 0.7
"""Seconds that are shown of the last keyframe."""


def run_render(options: argparse.Namespace) -> int:
    scene = scene_at_hand()
    face = chosen_face(options.face) if options.strip or options.face or not options.range else None
    if options.strip:
        assert face is not None
        record = record_at(face, options.frame)
        performance = record.performance
        say(f"{len(worth_showing(performance))} pictures: {performance.prompt}")

        def count(done: int, of: int) -> None:
            say(f"  {done} of {of}")

        size = options.size or STRIP_SIZE
        render_strip(scene, performance, record.frames, options.strip, size, options.engine, count, face)
        say(f"wrote {options.strip}")
    if not (options.sequence or options.movie):
        return 0
    first, last = options.range or _performed(face, options.frame, scene)
    say(f"frames {first} to {last}")
    every = max(1, (last - first) // 10)

    def tell(frame: int) -> None:
        if (frame - first) % every == 0:
            say(f"  frame {frame} of {last}")

    size = options.size or MOVIE_SIZE
    if options.sequence:
        number = render_sequence(scene, first, last, options.sequence, options.fps, size, options.engine, tell, face)
        say(f"wrote {number} pictures: {options.sequence}")
    if options.movie:
        render_movie(scene, first, last, options.movie, options.fps, size, options.engine, tell, face)
        say(f"wrote {options.movie}")
    return 0


def _performed(face: Face | None, frame: float | None, scene: bpy.types.Scene) -> tuple[int, int]:
    """First and last frame of all performances on the face, or of the one at ``frame``, and a moment more.

    Raises NoPerformance.
    """
    assert face is not None
    record = record_at(face, frame)
    shown = played_records(face) if frame is None else [record]
    hold = round(HOLD * scene.render.fps / scene.render.fps_base)
    return min(r.frames[0] for r in shown), max(r.frames[-1] for r in shown) + hold
