"""A performance on the timeline changed by a sentence: exactly where that is plain arithmetic, else by a model. Nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import bpy

from ..face.performance import Performance, PerformanceError
from ..inference.changing import change_request
from ..inference.engine import Engine
from ..language.refinement import read_refinement
from .curves import WriteReport
from .edits import CHANGED, write_changed
from .readback import NoPerformance, record_at
from .record import Record
from .references import Refusal
from .rig import Face
from .take import Take


def record_to_refine(face: Face, frame: float | None) -> Record:
    """The performance at this frame, or nearest to it, or without one the last written, as its curves have it now.

    Raises Refusal where there is none to change.
    """
    try:
        record = record_at(face, frame)
    except NoPerformance as error:
        raise Refusal(str(error)) from None
    if record.baked:
        raise Refusal("this was recorded and has keys at every frame: import it again with few keyframes to refine it")
    return record


def refine_exactly(
    face: Face, scene: bpy.types.Scene, record: Record, sentence: str
) -> tuple[WriteReport | None, str] | None:
    """Does at once what the sentence asks for, and says what that was; no report where nothing was to be changed.

    None where it takes a model. Raises Refusal; then nothing has changed.
    """
    refinement = read_refinement(sentence)
    performance = refinement.apply(record.performance) if refinement else None
    if refinement is None or performance is None:
        return None
    before = record.performance.keyframes
    if [k.time for k in performance.keyframes] == [k.time for k in before]:
        performance = _with_locked(record, performance)
    if performance.keyframes == before:
        return None, f"{refinement.said}: it is so already"
    return write_changed(face, record, performance, scene), refinement.said


def take_to_refine(
    face: Face,
    scene: bpy.types.Scene,
    record: Record,
    sentence: str,
    engine: Engine,
    seed: int = 0,
    temperature: float = 0.0,
) -> Take:
    """A take of the performance as a model changes it, to be written in its place. Raises RequestError, Refusal, EngineError."""
    request = change_request(record.performance, sentence, engine.name, seed, temperature)
    prompt = f"{record.performance.prompt}, {request.change}" if request.change else request.prompt

    def write(face: Face, performance: Performance, scene: bpy.types.Scene) -> WriteReport:
        now = record_to_refine(face, record.frames[0])
        if (now.frames, now.performance) != (record.frames, record.performance):
            raise Refusal(CHANGED)
        told = replace(_with_locked(record, performance), prompt=prompt.removeprefix(", "))
        return write_changed(face, record, told, scene)

    return Take(face, scene, record.start_frame, request, engine, write=write)


def _with_locked(record: Record, performance: Performance) -> Performance:
    """With the locked keyframes as they were, where there is still a place for each."""
    before, keyframes = record.performance.keyframes, list(performance.keyframes)
    if len(keyframes) != len(before):
        return performance
    for i in record.locked:
        keyframes[i] = before[i]
    try:
        return replace(performance, keyframes=tuple(keyframes))
    except PerformanceError:  # times that do not increase
        return performance
