"""The command's arguments. Apart from the command, which is then only about faces."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ..interchange.live_link_face import HEAD_AXES
from ..language.request import temperature_of
from .placement import FARTHEST_FRAME, PLACEMENTS, Placement

WHERE: dict[str, Placement] = {place.lower().replace("_", "-"): place for place in PLACEMENTS}
ENGINES = ("workbench", "eevee", "cycles")


class UsageError(Exception):
    """Arguments that make no sense; the text says in one line what is wrong."""


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would print its whole usage and end Blender."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see {self.prog} --help")


def parse(argv: list[str]) -> argparse.Namespace | None:
    """The options, with the subcommand's name as ``action``; None where help was asked for and printed. Raises UsageError."""
    parser = _parser()
    try:
        options = parser.parse_args(argv)
    except SystemExit:
        return None
    if options.action == "render" and not (options.strip or options.sequence or options.movie):
        parser.error("render what? --strip OUT.png, --sequence OUT_####.png, --movie OUT.mp4")
    if options.action in ("render", "export") and options.range and options.range[1] < options.range[0]:
        parser.error("--range: the last frame comes before the first")
    if "temperature" in options:
        options.temperature = temperature_of(options.seed, options.temperature)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="blender -b FILE.blend --command keyframeface",
        description="Act out prompts with the face in FILE.blend, and render what it does.",
    )
    actions = parser.add_subparsers(
        dest="action",
        required=True,
        metavar="generate | refine | batch | render | mapping | import | export",
        parser_class=_Parser,
    )

    generate = actions.add_parser("generate", help="one prompt to keyframes on the face")
    generate.add_argument("prompt", help="what the face should do")
    generate.add_argument("--background", default="", help="what happens around it")
    generate.add_argument("--emotion", default="", help="the emotion, in a word or two")
    generate.add_argument("--duration", type=float, metavar="S", help="seconds; without it the model decides")
    generate.add_argument(
        "--place",
        choices=tuple(WHERE),
        default="replace",
        help="what becomes of the animation that is there: replace it (default), insert before it, a new action, an NLA strip",
    )

    refine = actions.add_parser("refine", help="a performance changed by a sentence")
    refine.add_argument("sentence", help="what to change: subtler, faster, mirror it, hold the smile longer ...")
    refine.add_argument("--frame", type=_number, metavar="FRAME", help="the performance there, not the last one made")

    batch = actions.add_parser(
        "batch", help="every line of a script: an action each, one after the other on the timeline"
    )
    batch.add_argument("script", type=Path, help="a .txt, .csv, .jsonl or .fountain file")
    batch.add_argument("--gap", type=_amount, default=0.5, metavar="S", help="seconds between two lines (default 0.5)")
    batch.add_argument("--redo", action="store_true", help="make also those lines again that are done and unchanged")

    for action in (generate, batch):
        action.add_argument("--start", type=_frame, metavar="FRAME", help="first frame; without it the scene's")
    for action in (generate, refine, batch):
        action.add_argument(
            "--seed", type=int, default=0, metavar="N", help="which reading; 0, the default, is the likeliest"
        )
        action.add_argument("--temperature", type=float, metavar="T", help="0 to 2; 0.7 where there is a seed")
        action.add_argument("--model", type=Path, metavar="FILE.gguf", help="another model than the preferences'")
        action.add_argument(
            "--server", default="", metavar="URL", help="an OpenAI-compatible server instead of a model"
        )
        action.add_argument(
            "-o", "--output", type=Path, metavar="FILE.blend", help="save there instead of over the open file"
        )

    render = actions.add_parser("render", help="pictures and movies of the performance on the face")
    render.add_argument(
        "--strip",
        type=_path(".png"),
        metavar="OUT.png",
        help="a contact sheet: a picture for each keyframe, 12 at most, with its label and time",
    )
    render.add_argument(
        "--sequence", type=_path(".png"), metavar="OUT_####.png", help="a picture for each frame of all performances"
    )
    render.add_argument("--movie", type=_path(".mp4"), metavar="OUT.mp4", help="all performances on the face")
    render.add_argument("--frame", type=_number, metavar="FRAME", help="only the performance at this frame")
    render.add_argument(
        "--range", type=_frame, nargs=2, metavar=("FIRST", "LAST"), help="these frames as sequence or movie instead"
    )
    render.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="workbench is fastest (default)")
    render.add_argument("--size", type=_size, metavar="WxH", help="of one picture, in pixels")
    render.add_argument("--fps", type=_rate, metavar="N", help="fewer frames than the scene has")

    mapping = actions.add_parser("mapping", help="what each channel drives on this rig, and what it cannot show")
    source = mapping.add_mutually_exclusive_group()
    source.add_argument(
        "--import", dest="import_file", type=Path, metavar="FILE.json", help="take this mapping and save"
    )
    source.add_argument("--auto", action="store_true", help="map anew by the names of the shape keys and save")
    mapping.add_argument(
        "--export", dest="export_file", type=_path(".json"), metavar="FILE.json", help="write it there"
    )
    mapping.add_argument("-o", "--output", type=Path, metavar="FILE.blend", help="save there, not over the open file")

    importing = actions.add_parser("import", help="a recording (Live Link Face CSV) to curves on the face")
    importing.add_argument("capture", type=Path, metavar="FILE.csv", help="the recording")
    importing.add_argument("--swap-mouth", action="store_true", help="exchange MouthLeft and MouthRight")
    importing.add_argument(
        "--invert",
        choices=HEAD_AXES,
        nargs="+",
        action="extend",
        default=[],
        help="axes about which the head turns wrongly",
    )
    importing.add_argument("--clamp", action="store_true", help="values above 1 to 1, whatever the shape keys' ranges")
    importing.add_argument("--fps", type=_rate, metavar="N", help="the recording's, where its timecode does not tell")
    importing.add_argument("--keyframes", action="store_true", help="few keyframes instead of a key at every frame")
    importing.add_argument(
        "--tolerance",
        type=_amount,
        metavar="T",
        help="how far keyframes may be off, 0.05 of a shape's way if not given",
    )
    importing.add_argument("--start", type=_frame, metavar="FRAME", help="first frame; without it the scene's")
    importing.add_argument("-o", "--output", type=Path, metavar="FILE.blend", help="save there, not over the open file")

    exporting = actions.add_parser("export", help="what the face does as a recording (Live Link Face CSV)")
    exporting.add_argument("capture", type=_path(".csv"), metavar="FILE.csv", help="the file to write")
    exporting.add_argument("--fps", type=_rate, default=60.0, metavar="N", help="rows a second (default 60)")
    what = exporting.add_mutually_exclusive_group()
    what.add_argument(
        "--frame", type=_number, metavar="FRAME", help="the performance there instead of the last one made"
    )
    what.add_argument(
        "--range", type=_frame, nargs=2, metavar=("FIRST", "LAST"), help="the face as animated in these frames"
    )

    for action in (generate, refine, batch, render, mapping, importing, exporting):
        action.add_argument(
            "--face",
            default="",
            metavar="NAME",
            help="the face's mesh, armature or collection, where there are several",
        )
    return parser


def _path(suffix: str) -> Callable[[str], Path]:
    def read(text: str) -> Path:
        if not text.lower().endswith(suffix):
            raise argparse.ArgumentTypeError(f"the file's name ends in {suffix}, not as in {text!r}")
        return Path(os.path.realpath(os.path.expanduser(text)))

    return read


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"a number is needed, not {text!r}")
    return number


def _rate(text: str) -> float:
    if (rate := _number(text)) <= 0:
        raise argparse.ArgumentTypeError(f"it is more than 0, not {text}")
    return rate


def _amount(text: str) -> float:
    if (amount := _number(text)) < 0:
        raise argparse.ArgumentTypeError(f"it is 0 or more, not {text}")
    return amount


def _frame(text: str) -> int:
    try:
        frame = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {text!r}") from None
    if abs(frame) > FARTHEST_FRAME:
        raise argparse.ArgumentTypeError(f"Blender's frames go from -{FARTHEST_FRAME} to {FARTHEST_FRAME}")
    return frame


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(number) for number in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"a size is written 640x480, not {text!r}") from None
    if not (16 <= width <= 8192 and 16 <= height <= 8192):
        raise argparse.ArgumentTypeError("width and height are from 16 to 8192 pixels")
    return width, height
