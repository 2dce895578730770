"""``python -m keyframeface_addon convert``: a performance or a recording to a file of either kind."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .face.performance import Performance, PerformanceError, from_json, to_json
from .interchange.capture import TOLERANCE, CaptureError, performance_of
from .interchange.files import OutputError, check_writable, write_atomic
from .interchange.live_link_face import FPS, HEAD_AXES, csv_of, head_channels, read_capture, to_csv

WRITERS: dict[str, Callable[[Performance], str]] = {".json": to_json, ".csv": to_csv}


def check_performance_file(path: Path) -> None:
    """Raises OutputError where a performance cannot be written there."""
    if path.suffix.lower() not in WRITERS:
        raise OutputError(f"cannot write {path}: a performance is written as {' or '.join(WRITERS)}")
    check_writable(path)


def write_performance_file(path: Path, performance: Performance) -> None:
    """As JSON or as Live Link Face CSV, as the name says. Raises OutputError."""
    write_atomic(path, WRITERS[path.suffix.lower()](performance))


def convert(options: argparse.Namespace) -> int:
    """A performance or a recording to either; a recording becomes keyframes within the tolerance, or another rate."""
    source: Path = options.source
    output: Path = options.output
    check_performance_file(output)
    if output.exists() and source.exists() and output.samefile(source):
        raise OutputError(f"{output} is the file to convert; give another one to -o")
    if source.suffix.lower() not in WRITERS:
        raise CaptureError(f"cannot read {source}: it is no {' and no '.join(WRITERS)}")
    to_rows = output.suffix.lower() == ".csv"
    if source.suffix.lower() == ".json":
        performance = _read_performance(source)
        text = to_csv(performance, options.fps) if to_rows else to_json(performance)
        said = f"{len(performance.keyframes)} keyframes"
    else:
        capture = read_capture(
            source,
            swap_mouth=options.swap_mouth,
            invert=head_channels(options.invert),
            frame_rate=options.recorded_fps,
        )
        if to_rows:
            text = csv_of(capture.resampled(options.fps).values, options.fps)
        else:
            text = to_json(performance_of(capture, options.tolerance))
        dropped = f", {capture.dropped} dropped in between" if capture.dropped else ""
        said = "; ".join((f"{len(capture.times)} frames at {capture.frame_rate:g} fps{dropped}", *capture.notes))
    write_atomic(output, text)
    print(f"{source.name}: {said}", file=sys.stderr)
    return 0


def _read_performance(path: Path) -> Performance:
    try:
        return from_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise PerformanceError(f"cannot read {path}: {reason}") from None
    except PerformanceError as error:
        raise PerformanceError(f"{path.name}: {error}") from None


def add_to(commands: Any) -> None:
    """The command's arguments, to argparse's subparsers."""
    other = commands.add_parser("convert", help="a performance (.json) or a recording (.csv, Live Link Face) to either")
    other.add_argument("source", type=Path, metavar="FILE", help="a .json or .csv file")
    other.add_argument(
        "-o", "--output", type=Path, metavar="FILE", required=True, help="the .csv or .json file to write"
    )
    other.add_argument(
        "--fps", type=_more_than_0, default=FPS, metavar="N", help="rows a second in a .csv (default 60)"
    )
    other.add_argument(
        "--recorded-fps", type=_more_than_0, metavar="N", help="of a recording, where its timecode does not tell"
    )
    other.add_argument("--swap-mouth", action="store_true", help="exchange a recording's MouthLeft and MouthRight")
    other.add_argument(
        "--invert",
        choices=HEAD_AXES,
        nargs="+",
        action="extend",
        default=[],
        help="axes about which a recording's head turns wrongly",
    )
    other.add_argument(
        "--tolerance",
        type=_more_than_0,
        default=TOLERANCE,
        metavar="T",
        help="how far keyframes may be off a recording (default %(default)s)",
    )
    other.set_defaults(run=convert)


def _more_than_0(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"it is a number above 0, not {text!r}")
    return number
