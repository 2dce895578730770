"""``--command keyframeface refine``: a performance in the open file changed by a sentence."""

from __future__ import annotations

import argparse

import bpy

from .chosen import chosen_face, scene_at_hand
from .console import say
from .operators import summary
from .preferences import engine_from_preferences
from .refining import record_to_refine, refine_exactly, take_to_refine
from .saving import blend_to_save, save_blend


def run_refine(options: argparse.Namespace) -> int:
    output, scene, face = blend_to_save(options.output), scene_at_hand(), chosen_face(options.face)
    record = record_to_refine(face, options.frame)
    exact = refine_exactly(face, scene, record, options.sentence)
    if exact is not None:
        report, said = exact
        say(f"{face.name}: {said}")
    else:
        engine = engine_from_preferences(bpy.context, options.model, options.server)
        say(f"{engine.name} changes the performance of {face.name}: {options.sentence}")
        seed, temperature = options.seed, options.temperature
        take = take_to_refine(face, scene, record, options.sentence, engine, seed, temperature)
        take.wait(lambda keyframe: say(f"  {keyframe.time:5.2f} s  {keyframe.label}"))
        report = take.finish()[1]
    if report is not None:
        count = len(record_to_refine(face, report.first_frame).frames)
        say(summary(face.name, count, report))
    save_blend(output)
    say(f"saved {output}")
    return 0
