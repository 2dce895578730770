"""Several faces one after the other, by the clock: a length in all, or what is to be seen from when to when."""

from __future__ import annotations

import random

from .feeling import face_of
from .lexicon import actions, emotions
from .measures import seconds
from .part import PASSING, Part
from .pose import Beat, Pose, scaled
from .scene import ENDS, HOLDS, STARTS, Scene

_IN_ALL = (
    "{p}, {s} in all",
    "{p}. {s} total",
    "{p} ({s})",
    "{p} over {s}",
    "{s}: {p}",
    "in {s}: {p}",
    "a {s} shot: {p}",
    "{p}, {s} overall",
    "{p}. the whole thing takes {s}",
    "total {s} - {p}",
    "{s} performance, {p}",
    "all in {s}: {p}",
    "{p}, about {s} long",
)
_FROM_TO = (
    "{a}-{b}s {p}",
    "{a} to {b} s: {p}",
    "{c}-{d} {p}",
    "from {a} to {b} seconds {p}",
    "[{a}-{b}s] {p}",
    "at {a}s {p}",
    "second {a}: {p}",
    "{c} {p}",
)


def by_the_clock(rng: random.Random) -> Scene:
    """Two to four faces with a stated length, with times, or with numbers."""
    faces = [_face(rng) for _ in range(rng.choice((2, 2, 3, 3, 4)))]
    frame = rng.random()
    if frame < 0.45:
        total = rng.choice((1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0))
        joint = rng.choice((", then ", ", ", " -> ", " then ", "; ", " > "))
        prompt = rng.choice(_IN_ALL).format(p=joint.join(said for said, *_ in faces), s=seconds(rng, total))
        gap = total / (len(faces) + rng.choice((0.0, 0.5)))
        starts = [gap * number for number in range(len(faces))]
        return Scene(prompt, _beats(rng, faces, starts, total))
    step = rng.choice((1, 1, 1, 2, 2, 3))
    starts = [float(step * number) for number in range(len(faces))]
    total = starts[-1] + step
    if frame < 0.85:
        way = rng.choice(_FROM_TO)
        parts = [
            way.format(a=f"{s:g}", b=f"{s + step:g}", c=f"0:{s:02.0f}", d=f"0:{s + step:02.0f}", p=said)
            for s, (said, *_) in zip(starts, faces, strict=True)
        ]
        return Scene(rng.choice((". ", ", ", "; ", " / ")).join(parts), _beats(rng, faces, starts, total))
    way = rng.choice(("{n}) {p}", "{n}. {p}", "beat {n}: {p}", "({n}) {p}", "#{n} {p}", "step {n}, {p}"))
    parts = [way.format(n=number, p=said) for number, (said, *_) in enumerate(faces, 1)]
    starts = [0.9 * number for number in range(len(faces))]
    return Scene(rng.choice((" ", ", ", " / ")).join(parts), _beats(rng, faces, starts, starts[-1] + 1.1))


def _face(rng: random.Random) -> tuple[str, str, Pose]:
    """Words, label, face."""
    if rng.random() < 0.35:
        part = Part(rng, rng.choice([action for action in actions().values() if action.name not in PASSING]))
        return part.clause(rng), part.label, part.face
    feeling = rng.choice(list(emotions().values()))
    face, label = face_of(rng, feeling)
    if feeling.words["noun"] and rng.random() < 0.3:
        return rng.choice(feeling.words["noun"])[0], label, face
    return rng.choice(("{}", "{}", "looks {}")).format(rng.choice(feeling.words["adj"])[0]), label, face


def _beats(
    rng: random.Random, faces: list[tuple[str, str, Pose]], starts: list[float], total: float
) -> tuple[Beat, ...]:
    """Each face is there soon after its start, is held to the next, and the last one to the end."""
    beats: list[Beat] = []
    if rng.random() < 0.6 or all(face.keys() == faces[0][2].keys() for *_, face in faces):
        beats.append((0.0, rng.choice(STARTS), {}))
    for number, ((_, label, face), start) in enumerate(zip(faces, starts, strict=True)):
        until = starts[number + 1] if number + 1 < len(faces) else total
        onset = min(0.5, 0.4 * (until - start))
        there = start + onset if beats else 0.0
        beats.append((there, label, face))
        if until - there > 0.9 and number + 1 < len(faces):
            beats.append((until - 0.1, rng.choice(HOLDS), scaled(face, 0.95)))
    released = rng.random() < 0.1
    beats.append((total, rng.choice(ENDS if released else HOLDS), {} if released else scaled(faces[-1][2], 0.95)))
    return tuple(beats)
