"""Action units, as who learned the Facial Action Coding System writes them: ``AU1+4``, ``L12``, ``AU 6 + 12D, no AU25``."""

from __future__ import annotations

import random

from .pose import Pose, merged, pose, scaled, without
from .scene import Scene, Timing, rise

# Ekman, Friesen and Hager, Facial Action Coding System, 2002: number -> name, entries at full strength; M1 to M4 are 51 to 54.
_UNITS: dict[int, tuple[str, str]] = {
    1: ("inner brow raiser", "browInnerUp 95"),
    2: ("outer brow raiser", "browOuterUp 95"),
    4: ("brow lowerer", "browDown 95"),
    5: ("upper lid raiser", "eyeWide 95"),
    6: ("cheek raiser", "cheekSquint 90 eyeSquint 35"),
    7: ("lid tightener", "eyeSquint 95"),
    9: ("nose wrinkler", "noseSneer 95"),
    10: ("upper lip raiser", "mouthUpperUp 95"),
    12: ("lip corner puller", "mouthSmile 95"),
    14: ("dimpler", "mouthDimple 95"),
    15: ("lip corner depressor", "mouthFrown 95"),
    16: ("lower lip depressor", "mouthLowerDown 90"),
    17: ("chin raiser", "mouthShrugLower 95"),
    18: ("lip puckerer", "mouthPucker 95"),
    19: ("tongue show", "jawOpen 30 tongueOut 90"),
    20: ("lip stretcher", "mouthStretch 95"),
    22: ("lip funneler", "mouthFunnel 95"),
    23: ("lip tightener", "mouthPress 70 mouthPucker 20"),
    24: ("lip pressor", "mouthPress 95"),
    25: ("lips part", "jawOpen 20 mouthUpperUp 25 mouthLowerDown 30"),
    26: ("jaw drop", "jawOpen 70"),
    27: ("mouth stretch", "jawOpen 100"),
    28: ("lip suck", "mouthRollLower 95 mouthRollUpper 95"),
    29: ("jaw thrust", "jawForward 90"),
    34: ("cheek puff", "cheekPuff 95"),
    43: ("eyes closed", "eyeBlink 100"),
    51: ("head turn left", "head left 32"),
    52: ("head turn right", "head right 32"),
    53: ("head up", "head up 20"),
    54: ("head down", "head down 20"),
    55: ("head tilt left", "tilt left 18"),
    56: ("head tilt right", "tilt right 18"),
    61: ("eyes turn left", "look left 25"),
    62: ("eyes turn right", "look right 25"),
    63: ("eyes up", "look up 18"),
    64: ("eyes down", "look down 22"),
}
_LEVELS = {"A": 0.2, "B": 0.35, "C": 0.55, "D": 0.75, "E": 1.0}
_LEVEL_WORDS = {
    "trace": 0.2,
    "slight": 0.35,
    "low": 0.35,
    "marked": 0.6,
    "strong": 0.8,
    "severe": 0.85,
    "maximum": 1.0,
    "max": 1.0,
}
_ONE_SIDED = (2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 20)
# What cannot stand side by side, or looks like nothing when it does
_APART = (
    {5, 43},
    {5, 7},
    {12, 15},
    {7, 43},
    {26, 27, 24, 28, 34, 23},
    {25, 24, 28, 23, 34},
    {18, 20, 22, 28, 12},
    {19, 24, 28, 34, 23, 18},
)
_APART_AXES = ({51, 52}, {53, 54}, {55, 56}, {61, 62}, {63, 64}, {43, 61, 62, 63, 64})
_KNOWN = (
    (1, 2, 5, 26),
    (6, 12),
    (1, 4, 15),
    (4, 5, 7, 23),
    (9, 15, 16),
    (1, 2, 4, 5, 20, 26),
    (6, 12, 25),
    (1, 4),
    (1, 2),
)
_FRAMES = (
    *["{}"] * 4,
    "{}.",
    "{} please",
    "show {}",
    "give me {}",
    "pose: {}",
    "reference: {}",
    "activate {}",
    "FACS pose {}",
)
_UPPER = (
    "upper face stays neutral",
    "nothing in the upper face",
    "no movement above the nose",
    "brows and lids stay out of it",
)
_LOWER = "lower face stays neutral", "nothing in the lower face", "mouth stays neutral", "no movement below the nose"


def units(rng: random.Random) -> Scene:
    """One to four units, each with a side or a strength now and then, and some that are ruled out."""
    chosen = _together(rng)
    style = rng.choice(("AU{}", "AU{}", "AU {}", "au{}", "AU{}", "{}"))
    said, faces, labels = [], [], []
    for number in chosen:
        name, entries = _UNITS[number]
        face, strength, words = pose(entries), 0.7, style.format(number)
        if style == "{}" and number == chosen[0]:
            words = rng.choice(("AU ", "FACS ", "units ", "facs: ")) + words
        if number in _ONE_SIDED and rng.random() < 0.25:
            side = rng.choice(("Left", "Right"))
            face = {n: v for n, v in face.items() if n.endswith(side)}
            words = _sided(rng, words, number, side)
            name = f"{name} {side.lower()}"
        if number < 51 and rng.random() < 0.3:
            level, strength = rng.choice(list(_LEVELS.items()))
            words += rng.choice(("{}", "{}", " {}", " ({})", " at {}")).format(
                level if rng.random() < 0.8 else level.lower()
            )
        elif number < 51 and rng.random() < 0.12:
            word, strength = rng.choice(list(_LEVEL_WORDS.items()))
            words = f"{word} {words}"
        if rng.random() < 0.15:
            words += f" ({_UNITS[number][0]})"
        said.append(words)
        faces.append(scaled(face, strength) if number < 51 else face)
        labels.append(name)
    text = rng.choice(("+", " + ", ", ", " and ", " plus ", "+")).join(said)
    text, face = _ruled_out(rng, text, merged(*faces), chosen)
    text = rng.choice(_FRAMES).format(text)
    onset, hold = rng.choice((0.3, 0.5, 0.6)), rng.choice((0.8, 1.0, 1.4))
    return Scene(
        text, tuple(rise(rng, face, ", ".join(labels)[:70], Timing(0, onset, hold), release=rng.random() < 0.08))
    )


def _together(rng: random.Random) -> list[int]:
    if rng.random() < 0.2:
        return list(rng.choice(_KNOWN))
    chosen: list[int] = []
    wanted = rng.choice((1, 1, 2, 2, 2, 3, 3, 4))
    while len(chosen) < wanted:
        number = rng.choice(list(_UNITS))
        if number not in chosen and not any(
            {number, other} <= apart for other in chosen for apart in (*_APART, *_APART_AXES)
        ):
            chosen.append(number)
    return sorted(chosen) if rng.random() < 0.7 else chosen


def _sided(rng: random.Random, words: str, number: int, side: str) -> str:
    return rng.choice(
        (
            words.replace(str(number), f"{side[0]}{number}"),
            f"{side.lower()} {words}",
            f"{words} on the {side.lower()}",
            f"{words} {side.lower()} only",
            f"{words}{side[0]}",
            f"unilateral {words} ({side.lower()})",
        )
    )


def _ruled_out(rng: random.Random, text: str, face: Pose, chosen: list[int]) -> tuple[str, Pose]:
    """With a unit, or a half of the face that is not used, ruled out; what it would set stays at 0."""
    draw = rng.random()
    if draw < 0.16:
        shown = set(face)
        possible = [n for n in _UNITS if n not in chosen and n < 51 and not shown & set(pose(_UNITS[n][1]))]
        if 6 not in chosen and 12 in chosen:
            possible += [6, 6]
        gone = rng.choice(possible)
        words = rng.choice(("no AU{}", "without AU{}", "no {}", "not AU{}", "AU{} stays out", "w/o {}")).format(gone)
        text += rng.choice((", {}", " {}", " but {}", " ({})", " - {}")).format(words)
        return text, without(face, pose(_UNITS[gone][1]))
    if draw < 0.24 and all(10 <= n < 43 or n == 9 for n in chosen):
        return f"{text}, {rng.choice(_UPPER)}", face
    if draw < 0.3 and all(n < 9 or n in (43, 61, 62, 63, 64) for n in chosen):
        return f"{text}, {rng.choice(_LOWER)}", face
    return text, face
