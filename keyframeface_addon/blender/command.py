"""``blender -b FILE.blend --command keyframeface ...``: what ``arguments`` lists, on the rig in the open file, without a window."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bpy

from ..face.keyframe import Keyframe
from ..inference.engine import Engine, EngineError
from ..interchange.capture import TOLERANCE, CaptureError
from ..interchange.files import OutputError, check_writable
from ..interchange.live_link_face import head_channels, read_capture
from ..interchange.script import Problem, ScriptError, read_script
from ..language.request import Request, RequestError
from .arguments import UsageError, parse
from .curves import WriteReport
from .glance import find_face_at_hand
from .operators import summary
from .preferences import engine_from_preferences
from .readback import NoPerformance, face_records, record_at
from .references import Refusal
from .rig import Face, NoFace, current_mapping, find_face
from .saving import blend_to_save, save_blend
from .take import Take

BETWEEN = 0.5
"""Seconds between two performances of a batch."""
HOLD = 0.7
"""Seconds that a movie stays on the last keyframe."""
FAILED, MISUSED, INTERRUPTED = 1, 2, 130
EXPECTED = (EngineError, RequestError, ScriptError, CaptureError, OutputError, NoFace, NoPerformance, Refusal)


def run(argv: list[str]) -> int:
    """Exit status: 0 done; 1 not, or not all of it, done and one line on stderr says why; 2 wrong usage; 130 stopped by Ctrl-C."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "generate": _generate,
        "batch": _batch,
        "render": _render,
        "mapping": _mapping,
        "import": _import,
        "export": _export,
    }
    try:
        options = parse(argv)
        if options is None:  # --help
            return 0
        with _ctrl_c_raises():
            return actions[options.action](options)
    except UsageError as error:
        _complain(str(error))
        return MISUSED
    except EXPECTED as error:
        _complain(str(error))
        return FAILED
    except KeyboardInterrupt:
        _complain("stopped; nothing was saved")
        return INTERRUPTED


def _generate(options: argparse.Namespace) -> int:
    request = Request(
        options.prompt, options.background, options.emotion, options.duration, options.seed, options.temperature
    )
    output, scene, face = blend_to_save(options.output), _scene(), _chosen_face(options.face)
    engine = engine_from_preferences(bpy.context, options.model, options.server)
    _say(f"{engine.name} acts out for {face.name}: {request.prompt}")
    start = scene.frame_start if options.start is None else options.start
    _say(_perform(face, start, request, engine)[1])
    save_blend(output)
    _say(f"saved {output}")
    return 0


def _batch(options: argparse.Namespace) -> int:
    lines, problems = read_script(options.script, options.seed, options.temperature)
    output, scene, face = blend_to_save(options.output), _scene(), _chosen_face(options.face)
    engine = engine_from_preferences(bpy.context, options.model, options.server)
    for problem in problems:
        _complain(f"{options.script.name} {problem}")
    frame = scene.frame_start if options.start is None else options.start
    performed = 0
    for line in lines:
        _say(f"{line.id}: {line.request.prompt}")
        try:
            report, text = _perform(face, frame, line.request, engine)
        except (EngineError, NoFace, Refusal) as error:
            problems.append(Problem(line.number, str(error)))
            _complain(f"{options.script.name} {problems[-1]}")
            continue
        _say(text)
        performed += 1
        frame = report.last_frame + max(1, round(BETWEEN * scene.render.fps / scene.render.fps_base))
    if performed:
        save_blend(output)
        _say(f"saved {output}: {performed} performances")
    if problems:
        _complain(
            f"{len(problems)} of {len(problems) + performed} lines failed"
            + ("" if performed else "; nothing was saved")
        )
    return FAILED if problems else 0


def _render(options: argparse.Namespace) -> int:
    from .render import render_movie, render_strip
    from .render_settings import MOVIE_SIZE, STRIP_SIZE

    scene, face = _scene(), _chosen_face(options.face)
    record = record_at(face, options.frame)
    performance = record.performance
    if options.strip:
        _say(f"{len(performance.keyframes)} pictures: {performance.prompt}")

        def count(done: int, of: int) -> None:
            _say(f"  {done} of {of}")

        size = options.size or STRIP_SIZE
        render_strip(scene, performance, record.frames, options.strip, size, options.engine, count, face)
        _say(f"wrote {options.strip}")
    if options.movie:
        shown = face_records(face) if options.frame is None else [record]
        first, last = min(r.frames[0] for r in shown), max(r.frames[-1] for r in shown)
        last += round(HOLD * scene.render.fps / scene.render.fps_base)
        _say(f"frames {first} to {last}")
        every = max(1, (last - first) // 10)

        def tell(frame: int) -> None:
            if (frame - first) % every == 0:
                _say(f"  frame {frame} of {last}")

        size = options.size or MOVIE_SIZE
        render_movie(scene, first, last, options.movie, options.fps, size, options.engine, tell, face)
        _say(f"wrote {options.movie}")
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
    _say(f"{face.name}: {mapping.convention or 'no convention'}, {source}")
    for line in table(face):
        _say(f"  {line}")
    notes = report(face)
    for _, line in grouped(notes, most=99):
        _say(line)
    for note in (note for found in notes.values() for note in found):
        _say(f"  {note.line}")
    if options.export_file:
        write_mapping(options.export_file, mapping)
        _say(f"wrote {options.export_file}")
    if output is not None:
        save_blend(output)
        _say(f"saved {output}")
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
    output, scene, face = blend_to_save(options.output), _scene(), _chosen_face(options.face)
    start = scene.frame_start if options.start is None else options.start
    few = options.keyframes or options.tolerance is not None
    tolerance = (TOLERANCE if options.tolerance is None else options.tolerance) if few else None
    _say(write_capture(face, capture, scene, start, tolerance)[1])
    save_blend(output)
    _say(f"saved {output}")
    return 0


def _export(options: argparse.Namespace) -> int:
    from .captures import export_capture

    scene, face = _scene(), _chosen_face(options.face)
    frames = options.range or record_at(face, options.frame).frames
    count = export_capture(face, scene, options.capture, frames[0], frames[-1], options.fps)
    _say(f"wrote {options.capture}: {count} frames of {face.name}, {frames[0]} to {frames[-1]}")
    return 0


def _perform(face: Face, start: float, request: Request, engine: Engine) -> tuple[WriteReport, str]:
    def tell(keyframe: Keyframe) -> None:
        _say(f"  {keyframe.time:5.2f} s  {keyframe.label}")

    take = Take(face, _scene(), start, request, engine)
    take.wait(tell)
    performance, report = take.finish()
    text = summary(take.face_name, len(performance.keyframes), report)
    if report.last_frame > (end := _scene().frame_end):
        text += f"; it ends after the scene's last frame, {end}"
    return report, text


def _scene() -> bpy.types.Scene:
    scene = bpy.context.scene
    assert scene is not None
    return scene


def _chosen_face(name: str) -> Face:
    """Raises NoFace."""
    scene = _scene()
    if not name:
        return find_face_at_hand(bpy.context.view_layer.objects.active, scene)
    collections = {collection.name: collection for collection in scene.collection.children_recursive}
    named = scene.objects.get(name) or collections.get(name)
    if named is None:
        raise NoFace(f"there is no object or collection {name!r} in the scene {scene.name!r}")
    return find_face(named, scene)


def _face_to_map(name: str) -> Face:
    """The chosen face, also one whose names are not known. Raises NoFace."""
    from .mapping import face_to_map

    try:
        return _chosen_face(name)
    except NoFace:
        obj = _scene().objects.get(name) if name else bpy.context.view_layer.objects.active
        if obj is None:
            raise
        return face_to_map(obj, _scene())


@contextmanager
def _ctrl_c_raises() -> Iterator[None]:
    """Blender without a window notes the first Ctrl-C for its renderer, and Python never hears of it."""
    try:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def _say(text: str) -> None:
    _write(sys.stdout, text)


def _complain(text: str) -> None:
    _write(sys.stderr, "keyframeface: " + " ".join(text.split()))


def _write(stream: object, text: str) -> None:
    """A console that cannot show a letter shows a question mark for it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)  # type: ignore[call-overload]
