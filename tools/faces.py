"""``build.py faces``: stills without names for somebody who has not seen them, and what their answers were worth.

Renders out/faces: ``emotions/<number>.png``, the poses of tests/faces/poses.txt, and ``shapes/<number>.png``, each shape at
full strength (right) beside the face without it (left), from the front and from the side. The key lies outside of it, in
out/faces-key.txt. ``--score FILE`` reads answers, one line each: the picture's number and a word for an emotion, or a few
words for a shape.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from keyframeface_addon.blender.contact_sheet import PAPER
from keyframeface_addon.blender.pixels import Pixels
from keyframeface_addon.face.channels import CHANNEL, SHAPES, ChannelName
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.notation import read_keyframe

from .png import write_png
from .portraits import EYES, FACE, MOUTH, Shot, View, photograph
from .steps import ROOT, Stop, step

POSES = ROOT / "tests" / "faces" / "poses.txt"
OUT, KEY = ROOT / "out" / "faces", ROOT / "out" / "faces-key.txt"
EMOTION_SIZE, SHAPE_SIZE = (400, 480), (300, 300)
SIDE = 48.0
"""Degrees that the second view of a shape is turned."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="build.py faces", description=__doc__.split("\n\n")[0])
    parser.add_argument("what", nargs="*", help="emotions, shapes; both where nothing is said")
    parser.add_argument("--engine", default="workbench", choices=["workbench", "eevee", "cycles"])
    parser.add_argument("--seed", type=int, default=1, help="another one gives other numbers")
    parser.add_argument("--score", type=Path, metavar="FILE", help="answers, a line each: number, what it shows")
    options = parser.parse_args()
    if options.score:
        print("\n".join(score(_lines(KEY), _lines(options.score))))
        return 0
    if unknown := set(options.what) - {"emotions", "shapes"}:
        parser.error(f"emotions or shapes, not {', '.join(sorted(unknown))}")
    numbers = iter(np.random.default_rng(options.seed).permutation(np.arange(100, 1000)).tolist())
    key = _lines(KEY) if KEY.exists() else {}
    for what, render in (("emotions", _emotions), ("shapes", _shapes)):
        named = {name: next(numbers) for name in _names(what)}
        if not options.what or what in options.what:
            key = {n: answer for n, answer in key.items() if not answer.startswith(what)}
            key |= {number: f"{what} {name}" for name, number in named.items()}
            render(options.engine, list(named.values()))
    KEY.write_text("".join(f"{number} {answer}\n" for number, answer in sorted(key.items())), encoding="utf-8")
    print(f"    {OUT.relative_to(ROOT)}\n    {KEY.relative_to(ROOT)} (the key)")
    return 0


def poses() -> Iterator[tuple[str, Keyframe]]:
    """Emotion and pose, as the file has them."""
    emotion = ""
    for line in POSES.read_text(encoding="utf-8").splitlines():
        if line.startswith("> "):
            emotion = line[2:].strip()
        elif line and not line.startswith("#"):
            yield emotion, read_keyframe(line)


def _names(what: str) -> list[str]:
    if what == "shapes":
        return list(SHAPES)
    return [f"{emotion} ({pose.label})" for emotion, pose in poses()]


def _emotions(engine: str, numbers: list[int]) -> None:
    shots = [Shot(pose, FACE) for _, pose in poses()]
    with step(f"Rendering {len(shots)} emotions") as line:
        pictures = photograph(shots, EMOTION_SIZE, engine, lambda done: line.progress(f"{done} of {len(shots)}"))
    _save(dict(zip(numbers, pictures, strict=True)), "emotions")


def _shapes(engine: str, numbers: list[int]) -> None:
    # the face without a shape is the same for many of them
    shots = list(dict.fromkeys(shot for name in SHAPES for shot in _four_shots(name)))
    with step("Rendering 52 shapes, each beside the face without it") as line:
        pictures = photograph(shots, SHAPE_SIZE, engine, lambda done: line.progress(f"{done} of {len(shots)}"))
    seen = dict(zip(shots, pictures, strict=True))
    sheets = {
        number: _two_by_two([seen[shot] for shot in _four_shots(name)])
        for number, name in zip(numbers, SHAPES, strict=True)
    }
    _save(sheets, "shapes")


def _four_shots(name: ChannelName) -> Iterator[Shot]:
    channel = CHANNEL[name]
    near = EYES if channel.region in ("eyes", "brows") else MOUTH
    near = View(-2.6, 17.0) if channel.region in ("cheeks", "nose") else near
    side = SIDE if channel.side != "right" and not name.endswith("Right") else -SIDE
    # lips that stay together over an open jaw are seen beside an open jaw
    rest: dict[ChannelName, float] = {"jawOpen": 1.0} if name == "mouthClose" else {}
    for view in (near, View(near.middle, near.height, side)):
        yield Shot(Keyframe(0.0, "", rest), view)
        yield Shot(Keyframe(0.0, "", {**rest, name: 1.0}), view)


def _two_by_two(pictures: list[Pixels]) -> Pixels:
    height, width, _ = pictures[0].shape
    sheet = np.ones((2 * height + 8, 2 * width + 8, 4), np.float32)
    sheet[..., :3] = PAPER
    for i, picture in enumerate(pictures):
        top, left = i // 2 * (height + 8), i % 2 * (width + 8)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def _save(pictures: dict[int, Pixels], what: str) -> None:
    folder = OUT / what
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for number, picture in pictures.items():
        write_png(picture, folder / f"{number}.png")


def _lines(path: Path) -> dict[int, str]:
    """Number -> the rest of its line."""
    try:
        words = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return {int(number.strip(":.")): answer.strip() for number, answer in words}
    except FileNotFoundError:
        raise Stop(f"there is no {path}") from None
    except ValueError:
        raise Stop(f"{path}: a line is a picture's number and what it shows") from None


def score(key: dict[int, str], answers: dict[int, str]) -> Iterator[str]:
    """Emotions right or wrong, with what was taken for what; each shape's meaning beside its answer, for a person to compare."""
    right, taken, count = 0, Counter[tuple[str, str]](), 0
    shapes: list[str] = []
    for number, answer in sorted(answers.items()):
        what, _, truth = key.get(number, "unknown ").partition(" ")
        if what == "emotions":
            emotion, said = truth.split(" (")[0], answer.lower().split()[0].strip(".,;")
            count, right = count + 1, right + (emotion == said)
            if emotion != said:
                taken[truth, said] += 1
        elif what == "shapes":
            channel = CHANNEL[truth]
            shapes.append(f"{number}  {answer}\n     {truth} ({channel.side}): {channel.meaning}")
    yield from shapes
    if count:
        yield f"emotions: {right} of {count} right ({right / count:.0%})"
        yield from (f"    {truth} was taken for {said}" for (truth, said), _ in taken.most_common())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Stop as reason:
        sys.exit(f"build.py faces: {reason}")
