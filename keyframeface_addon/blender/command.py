"""``blender -b FILE.blend --command keyframeface ...``: what ``arguments`` lists, on the rig in the open file, without a window."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import bpy

from ..face.keyframe import Keyframe
from ..inference.engine import Engine, EngineError
from ..interchange.capture import TOLERANCE, CaptureError
from ..interchange.files import OutputError, check_writable
from ..interchange.live_link_face import head_channels, read_capture
from ..interchange.script import ScriptError
from ..language.request import Request, RequestError
from .arguments import WHERE, UsageError, parse
from .batch_command import run_batch
from .chosen import chosen_face, scene_at_hand
from .console import FAILED, INTERRUPTED, MISUSED, complain, ctrl_c_raises, say
from .curves import WriteReport
from .operators import summary
from .placement import Placement
from .preferences import engine_from_preferences
from .readback import NoPerformance, record_at
from .references import Refusal
from .refine_command import run_refine
from .render_command import run_render
from .rig import Face, NoFace, current_mapping
from .saving import blend_to_save, save_blend
from .take import Take

EXPECTED = (EngineError, RequestError, ScriptError, CaptureError, OutputError, NoFace, NoPerformance, Refusal)


def run(argv: list[str]) -> int:
    """Exit status: 0 done; 1 not, or not all of it, done and one line on stderr says why; 2 wrong usage; 130 stopped by Ctrl-C."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "generate": _generate,
        "refine": run_refine,
        "batch": run_batch,
        "render": run_render,
        "mapping": _mapping,
        "import": _import,
        "export": _export,
    }
    try:
        options = parse(argv)
        if options is None:  # --help
            return 0
        with ctrl_c_raises():
            return actions[options.action](options)
    except UsageError as error:
        complain(str(error))
        return MISUSED
    except EXPECTED as error:
        complain(str(error))
        return FAILED
    except KeyboardInterrupt:
        complain("stopped; nothing was saved")
        return INTERRUPTED


def _generate(options: argparse.Namespace) -> int:
    request = Request(
        options.prompt, options.background, options.emotion, options.duration, options.seed, options.temperature
    )
    output, scene, face = blend_to_save(options.output), scene_at_hand(), chosen_face(options.face)
    engine = engine_from_preferences(bpy.context, options.model, options.server)
    say(f"{engine.name} acts out for {face.name}: {request.prompt}")
    start = scene.frame_start if options.start is None else options.start
    say(_perform(face, start, request, engine, WHERE[options.place])[1])
    save_blend(output)
    say(f"saved {output}")
    return 0


def _mapping(options: argparse.Namespace) -> int:
    from .mapping import (
        forget_mapping,
        grouped,
        read_mapping,
        report,
        save_mapping,
        table,
        write_mapping,
    )

    changes = options.import_file is not None or options.auto
    output = blend_to_save(options.output) if changes or options.output else None
    if options.export_file:
        check_writable(options.export_file)
    face = _face_to_map(options.face)
    if options.import_file is not None:
        save_mapping(face, read_mapping(options.import_file))
    elif options.auto:
        forget_mapping(face)
    face = _face_to_map(options.face)
    mapping = current_mapping(face)
    source = "by hand" if face.by_hand else "by its names"
    say(f"{face.name}: {mapping.convention or 'no convention'}, {source}")
    for line in table(face):
        say(f"  {line}")
    notes = report(face)
    for _, line in grouped(notes, most=99):
        say(line)
    for note in (note for found in notes.values() for note in found):
        say(f"  {note.line}")
    if options.export_file:
        write_mapping(options.export_file, mapping)
        say(f"wrote {options.export_file}")
    if output is not None:
        save_blend(output)
        say(f"saved {output}")
    return 0


def _import(options: argparse.Namespace) -> int:
    from .captures import write_capture

    capture = read_capture(
        options.capture,
        swap_mouth=options.swap_mouth,
        invert=head_channels(options.invert),
        clamp=options.clamp,
        frame_rate=options.fps,
    )
    output, scene, face = blend_to_save(options.output), scene_at_hand(), chosen_face(options.face)
    start = scene.frame_start if options.start is None else options.start
    few = options.keyframes or options.tolerance is not None
    tolerance = (TOLERANCE if options.tolerance is None else options.tolerance) if few else None
    say(write_capture(face, capture, scene, start, tolerance)[1])
    save_blend(output)
    say(f"saved {output}")
    return 0


def _export(options: argparse.Namespace) -> int:
    from .captures import export_capture

    scene, face = scene_at_hand(), chosen_face(options.face)
    frames = options.range or record_at(face, options.frame).frames
    count = export_capture(face, scene, options.capture, frames[0], frames[-1], options.fps)
    say(f"wrote {options.capture}: {count} frames of {face.name}, {frames[0]} to {frames[-1]}")
    return 0


def _perform(
    face: Face, start: float, request: Request, engine: Engine, place: Placement = "REPLACE"
) -> tuple[WriteReport, str]:
    def tell(keyframe: Keyframe) -> None:
        say(f"  {keyframe.time:5.2f} s  {keyframe.label}")

    take = Take(face, scene_at_hand(), start, request, engine, place=place)
    take.wait(tell)
    performance, report = take.finish()
    text = summary(take.face_name, len(performance.keyframes), report)
    if report.last_frame > (end := scene_at_hand().frame_end):
        text += f"; it ends after the scene's last frame, {end}"
    return report, text


def _face_to_map(name: str) -> Face:
    """The chosen face, also one whose names are not known. Raises NoFace."""
    from .mapping import face_to_map

    try:
        return chosen_face(name)
    except NoFace:
        obj = scene_at_hand().objects.get(name) if name else bpy.context.view_layer.objects.active
        if obj is None:
            raise
        return face_to_map(obj, scene_at_hand())
