"""``python -m keyframeface_addon generate | batch | convert``: the command line without Blender."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from . import conversion
from .conversion import check_performance_file, write_performance_file
from .face.keyframe import Keyframe
from .face.performance import Performance, PerformanceError, keyframe_rows, to_json
from .inference.engine import Engine, EngineError, ModelUnusable
from .inference.engines import engine_for_model, engine_for_server
from .inference.generation import Generation
from .interchange.capture import CaptureError
from .interchange.files import OutputError, check_writable, write_atomic
from .interchange.script import Line, Problem, ScriptError, read_script
from .language.request import Request, RequestError, temperature_of
from .terminal import OneLineParser, Progress

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 not (or not all of it) done and one line says why, 2 wrong usage, 130 stopped by Ctrl-C."""
    options = _parser().parse_args(arguments)
    if "temperature" in options:
        options.temperature = temperature_of(options.seed, options.temperature)
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except (EngineError, RequestError, ScriptError, OutputError, CaptureError, PerformanceError) as error:
        print(f"keyframeface: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("keyframeface: stopped", file=sys.stderr)
        return INTERRUPTED


def _engine(options: argparse.Namespace) -> Engine:
    served = options.server is not None
    return engine_for_server(options.server) if served else engine_for_model(options.model, options.threads)


def generate(options: argparse.Namespace) -> int:
    """One prompt to one performance, as a file or on stdout."""
    engine = _engine(options)
    request = Request(
        options.prompt, options.background, options.emotion, options.duration, options.seed, options.temperature
    )
    output: Path | None = options.output
    if output is not None:
        check_performance_file(output)
    with Progress() as progress:
        progress.show(f"{engine.name} ...")

        def tell(keyframe: Keyframe) -> None:
            progress.line(f"{keyframe.time:6.2f} s  {keyframe.label}")

        generation = Generation(request, engine)
        performance = generation.wait(tell)
        for repair in generation.repairs:
            progress.line(f"   mended: {repair}")
    if output is None:
        _print(to_json(performance))
    else:
        write_performance_file(output, performance)
    return 0


def batch(options: argparse.Namespace) -> int:
    """Every line of a script to one line of JSON; a line that fails is reported with its number, the rest is done."""
    engine = _engine(options)
    output: Path = options.output
    check_writable(output)
    if output.exists() and options.script.exists() and output.samefile(options.script):
        raise OutputError(f"{output} is the script itself; give another file to -o")
    lines, problems = read_script(options.script, options.seed, options.temperature)
    for problem in problems:
        _report(options.script, problem)
    rows: list[str] = []
    end = ""
    with Progress() as progress:
        try:
            for done, line in enumerate(lines):
                progress.bar(done, len(lines), line.request.prompt)
                try:
                    rows.append(_row(line, Generation(line.request, engine).wait()))
                except ModelUnusable as error:
                    end = str(error)
                    break
                except EngineError as error:
                    problems.append(Problem(line.number, str(error)))
                    progress.clear()
                    _report(options.script, problems[-1])
        except KeyboardInterrupt:
            end = "stopped"
    if rows:
        write_atomic(output, "".join(rows))
    if end or problems:
        where = (
            f"{len(rows)} of {len(lines)} performances are in {output}" if rows else f"nothing was written to {output}"
        )
        failed = f", {len(problems)} lines failed" if problems else ""
        print(f"keyframeface: {end + '; ' if end else ''}{where}{failed}", file=sys.stderr)
    return INTERRUPTED if end == "stopped" else 1 if end or problems else 0


def _row(line: Line, performance: Performance) -> str:
    who = {"character": line.character} if line.character else {}
    row = {"id": line.id, **who, "prompt": performance.prompt, "keyframes": keyframe_rows(performance)}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _report(script: Path, problem: Problem) -> None:
    print(f"keyframeface: {script.name} {problem}", file=sys.stderr)


def _print(text: str) -> None:
    """To stdout, as UTF-8 whatever the console's code page is."""
    if sys.stdout is None:
        raise OutputError("there is no stdout; name a file with -o")
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again when it ends
        raise OutputError(f"cannot write to stdout: {error.strerror}") from None


def _threads(text: str) -> int:
    if not text.isdecimal() or int(text) > 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads from 0 to 256")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="keyframeface", description="Text to facial keyframes, on this machine.")
    commands = parser.add_subparsers(required=True, metavar="generate | batch | convert")
    one = commands.add_parser("generate", help="one prompt to one performance")
    one.add_argument("prompt", help="what the face should do")
    one.add_argument("--background", default="", help="what happens around it")
    one.add_argument("--emotion", default="", help="the emotion, in a word or two")
    one.add_argument("--duration", type=float, metavar="S", help="seconds; without it the model decides")
    one.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a .json or .csv (Live Link Face) file; else stdout"
    )
    one.set_defaults(run=generate)
    many = commands.add_parser("batch", help="every line of a script to one line of JSON")
    many.add_argument("script", type=Path, help="a .txt, .csv, .jsonl or .fountain file")
    many.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="the .jsonl file to write")
    many.set_defaults(run=batch)
    conversion.add_to(commands)
    for command in (one, many):
        who = command.add_mutually_exclusive_group()
        who.add_argument("--model", type=Path, metavar="FILE.gguf", help="another model than the bundled one")
        who.add_argument("--server", metavar="URL", help="an OpenAI-compatible server instead of a model")
        command.add_argument(
            "--threads", type=_threads, default=0, metavar="N", help="for llama.cpp; 0: by the machine"
        )
        command.add_argument(
            "--seed", type=int, default=0, metavar="N", help="which reading; 0, the default, is the likeliest"
        )
        command.add_argument("--temperature", type=float, metavar="T", help="0 to 2; 0.7 where there is a seed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
