"""``--command keyframeface batch``: a script acted out on the faces of the open file."""

from __future__ import annotations

import argparse
import time

import bpy

from .batch import STOPPED, Batch, Outcome, told, write_text
from .chosen import face_at_hand, scene_at_hand
from .console import FAILED, INTERRUPTED, complain, say
from .preferences import engine_from_preferences
from .saving import blend_to_save, save_blend

SAVE_EVERY = 60.0
"""Seconds of work that are lost at most where Blender is killed."""


def run_batch(options: argparse.Namespace) -> int:
    output, scene = blend_to_save(options.output), scene_at_hand()
    start = scene.frame_start if options.start is None else options.start
    engine = engine_from_preferences(bpy.context, options.model, options.server)
    batch = Batch(
        scene,
        options.script,
        engine,
        face_at_hand(options.face),
        start,
        options.gap,
        options.redo,
        options.seed,
        options.temperature,
    )
    saved = time.monotonic()

    def tell(outcome: Outcome) -> None:
        nonlocal saved
        if outcome.status == "failed":
            complain(f"{batch.script} line {outcome.number}: {outcome.text}")
            return
        say(f"[{batch.position}/{len(batch.lines)}] {outcome.id}: {outcome.text}")
        if time.monotonic() > saved + SAVE_EVERY:
            save_blend(output)
            saved = time.monotonic()

    for outcome in batch.outcomes:
        tell(outcome)
    batch.run(tell)
    write_text(batch)
    done, failed = batch.count("made") > 0 or (options.output and batch.count("kept") > 0), batch.count("failed")
    if done:
        save_blend(output)
        say(f"saved {output}: {told(batch)}")
    elif not failed and not batch.why_stopped:
        say(told(batch))
    problems = [f"{failed} of {batch.total} lines failed"] if failed else []
    if batch.why_stopped:
        problems.append(f"{batch.why_stopped}; start it again to go on")
    if problems:
        complain("; ".join((*problems, *([] if done else ["nothing was saved"]))))
    return INTERRUPTED if batch.why_stopped == STOPPED else FAILED if problems else 0
