"""Eyes and head together: diagonals, eyes against head, things followed, from one side to the other."""

from __future__ import annotations

import random

from .measures import seconds
from .pose import Beat, Pose, merged, pose, scaled
from .scene import HOLDS, STARTS, Scene, Timing, rise
from .wording import HE, SHE, for_her, told

_UP_DOWN = {
    "up": ("up", "upwards", "up", "high"),
    "down": ("down", "downwards", "down", "low"),
}
_TARGETS = (
    "a fly",
    "the ball",
    "a passing car",
    "the bird",
    "the tennis ball",
    "a butterfly",
    "the train",
    "her finger",
    "the plane",
    "a ghost",
    "the cat",
)
_REASONS = (
    "",
    "",
    "",
    "",
    " at a noise",
    ", listening",
    " for help",
    " at the clock",
    " at the door",
    " to see who is there",
)


def _look(side: str, degrees: int) -> Pose:
    return pose(f"look {side} {degrees}")


def _head(side: str, degrees: int) -> Pose:
    return pose(f"head {side} {degrees}")


def _other(side: str) -> str:
    return "right" if side == "left" else "left"


def _who(rng: random.Random, text: str) -> str:
    return (
        rng.choice(("", "", "he ", "the man ", "Tom ")) + text
        if rng.random() < 0.6
        else for_her(rng.choice(SHE) + " " + text)
    )


def diagonal(rng: random.Random) -> Scene:
    """Up and to the left, and its kind."""
    side, way = rng.choice(("left", "right")), rng.choice(("up", "down"))
    word = rng.choice(_UP_DOWN[way])
    with_head = rng.random() < 0.35
    frames = (
        "looks {w} and to the {s}",
        "looks {w} to the {s}",
        "glances {w} and {s}",
        "looks to the {s} and {w}",
        "eyes {w} {s}",
        "eyes {w} and to the {s}",
        "gazes {w} to his {s}",
        "looks into the {c} {s} corner",
        "looks {w} and off to his {s}",
        "rolls his eyes {w} and {s}",
        "eyes dart {w} {s}",
    )
    prompt = rng.choice(frames).format(w=word, s=side, c="upper" if way == "up" else "lower")
    face = merged(_look(side, rng.choice((18, 20, 22))), _look(way, rng.choice((15, 18))))
    label = f"eyes go {way} and {side}"
    if with_head:
        prompt = rng.choice((f"turns his head and looks {word} to the {side}", f"head and eyes go {word} and {side}"))
        face, label = merged(face, _head(side, 20), _head(way, 12)), f"head and eyes go {way} and {side}"
    return Scene(
        _who(rng, prompt + rng.choice(_REASONS)),
        tuple(rise(rng, face, label, Timing(0, 0.35, 0.9), release=rng.random() < 0.2)),
    )


def against(rng: random.Random) -> Scene:
    """Eyes move and the head does not, or the head moves and the eyes stay where they were."""
    side = rng.choice(("left", "right"))
    other = _other(side)
    kind = rng.randrange(4)
    if kind == 0:
        prompt = rng.choice(
            (
                "looks {s} with only his eyes",
                "looks {s} without turning his head",
                "eyes {s}, head still",
                "eyes go {s} while the head stays put",
                "only the eyes move to the {s}",
                "moves his eyes {s} but keeps his head still",
            )
        )
        face, label = _look(side, 28), f"only the eyes go {side}"
    elif kind == 1:
        prompt = rng.choice(
            (
                "turns his head {s} but keeps looking at the camera",
                "head turns {s}, eyes stay on camera",
                "turns his head to the {s} while the eyes stay forward",
                "turns {s}, eyes locked on us",
            )
        )
        face, label = merged(_head(side, 28), _look(other, 25)), f"head turns {side}, eyes stay in front"
    elif kind == 2:
        prompt = rng.choice(
            (
                "turns his head {s} and looks {o}",
                "head {s}, eyes {o}",
                "looks {o} while turning his head to the {s}",
                "head to the {s} and eyes to the {o}",
            )
        )
        face, label = merged(_head(side, 28), _look(other, 26)), f"head turns {side}, eyes go {other}"
    else:
        prompt = rng.choice(
            (
                "turns and looks {s}",
                "turns his head and eyes to the {s}",
                "head and eyes {s}",
                "looks {s}, head follows",
                "turns to look {s}",
                "looks far to his {s}",
            )
        )
        face, label = merged(_head(side, 28), _look(side, 22)), f"head and eyes go {side}"
    return Scene(_who(rng, prompt.format(s=side, o=other)), tuple(rise(rng, face, label, Timing(0, 0.45, 1.0))))


def followed(rng: random.Random) -> Scene:
    """From one side to the other, once or to and fro."""
    side = rng.choice(("left", "right"))
    other = _other(side)
    span = rng.choice((1.0, 1.5, 2.0, 3.0))
    thing = rng.choice(_TARGETS)
    head = rng.random() < 0.4
    count = rng.choice((2, 2, 2, 3, 4))
    where = [side if n % 2 == 0 else other for n in range(count)]
    if count == 2:
        frames = (
            "follows {t} from {s} to {o}",
            "watches {t} go from {s} to {o}",
            "looks from {s} to {o}",
            "looks {s}, then {o}",
            "eyes sweep from {s} to {o}",
            "glances {s} then {o}",
            "looks to the {s} and then to the {o}",
            "scans from {s} to {o}",
            "first looks {s}, then {o}",
            "checks {s}, checks {o}",
        )
        text = rng.choice(frames).format(t=thing, s=side, o=other)
    else:
        text = rng.choice((", ", " then ", ", then ")).join([f"looks {where[0]}", *where[1:]])
    if head:
        text = rng.choice(("{} with his head", "{}, head turning too", "{}, head follows the eyes")).format(text)
    gap = 0.6
    if rng.random() < 0.25:
        text, gap = f"{text} over {seconds(rng, span)}", span / count
    beats: list[Beat] = [(0.0, rng.choice(STARTS), {})]
    time = 0.0
    for place in where:
        time += gap
        beats.append((time, f"eyes go {place}", merged(_look(place, 26), _head(place, 22) if head else {})))
    last = rng.random()
    if last < 0.4:
        beats.append((time + 0.5, "back to front", {}))
    else:
        beats.append((time + 0.6, rng.choice(HOLDS), scaled(beats[-1][2], 0.95)))
    return Scene(_who(rng, text), tuple(beats))


def directed(rng: random.Random) -> Scene:
    """Any of these, or head moves that have names."""
    draw = rng.random()
    if draw < 0.35:
        return diagonal(rng)
    if draw < 0.65:
        return against(rng)
    if draw < 0.9:
        return followed(rng)
    side = rng.choice(("left", "right"))
    way = rng.choice(("up", "down"))
    prompt = rng.choice(
        (
            f"turns his head {side} and {way}",
            f"head {way} and {side}",
            f"tilts his head {side} and looks {way}",
            f"head turned {side}, chin {way}",
        )
    )
    tilt = "tilt" in prompt
    face = merged(pose(f"tilt {side} 15") if tilt else _head(side, 25), _look(way, 18) if tilt else _head(way, 14))
    who = rng.choice(HE)
    return Scene(
        told(rng, prompt) if prompt.startswith("t") else f"{who}, {prompt}",
        tuple(rise(rng, face, prompt.replace("his ", ""), Timing(0, 0.5, 0.9))),
    )
