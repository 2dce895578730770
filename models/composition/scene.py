"""A composed example before it is written down, and what all kinds of scenes share: starts, timing, holds."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.transform import retime
from keyframeface_addon.language.request import Request

from ..sample import Sample, sample
from .pose import Beat, Pose, keyframes, scaled

PLACES = (
    "at home",
    "in the kitchen",
    "at the office",
    "on a stage",
    "in a small café",
    "at night, street lamps",
    "a spaceship",
    "in class",
    "on the phone",
    "game cutscene",
    "close-up, neutral light",
    "in a car",
    "at a party",
    "forest",
    "a studio",
    "two people at a table",
    "medieval tavern",
    "in the rain",
    "school corridor",
    "commercial for toothpaste",
    "idle loop for a game",
    "animated short",
    "morning, bedroom",
    "a courtroom",
    "at the beach",
    "train station",
    "first scene",
    "hospital",
    "music video",
)
STARTS = (*["neutral"] * 12, "face at rest", "relaxed", "calm before it", "waiting", "at ease")
HOLDS = ("holds it", "stays", "held", "it lingers", "keeps it", "still there", "settles")
ENDS = ("back to neutral", "relaxes", "lets go", "face at rest again", "fades")


@dataclass(frozen=True)
class Scene:
    """What is asked and what the face does."""

    prompt: str
    beats: tuple[Beat, ...]
    background: str = ""
    emotion: str = ""
    duration: float | None = None

    def sample(self) -> Sample:
        """As a request with keyframes, in the product's form."""
        request = Request(self.prompt, self.background, self.emotion, self.duration)
        found = keyframes(self.beats)
        if self.duration is not None:
            found = retime(Performance(found), self.duration).keyframes
        return sample(request, found)

    def with_noise(self, rng: random.Random) -> Scene:
        """A place that changes nothing, a duration asked for."""
        scene = self
        if not scene.background and rng.random() < 0.08:
            scene = replace(scene, background=rng.choice(PLACES))
        if scene.duration is None and rng.random() < 0.08:
            scene = replace(scene, duration=rng.choice((0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0)))
        return scene


@dataclass(frozen=True)
class Timing:
    """How a pose comes and stays: seconds until it begins, until it is there, held after."""

    delay: float = 0.0
    onset: float = 0.5
    hold: float = 0.9


def vary(rng: random.Random, face: Pose, spread: float = 0.06) -> Pose:
    """The same face, not quite: every channel a little stronger or weaker, now and then a little more on one side."""
    found = {
        name: value if "Look" in name else max(-1.0, min(1.0, value * rng.uniform(1 - spread, 1 + spread)))
        for name, value in face.items()
    }  # both eyes look the same way
    for name in face:  # both sides of a symmetric shape stay together, so that it is written once
        if (
            name.endswith("Right")
            and (left := name.removesuffix("Right") + "Left") in face
            and face[left] == face[name]
        ):
            found[name] = found[left]
    return found


def rise(
    rng: random.Random, face: Pose, label: str, timing: Timing, start: Pose | None = None, release: bool = False
) -> list[Beat]:
    """From the start to the face, held, perhaps released."""
    beats: list[Beat] = [(0.0, rng.choice(STARTS), start or {})]
    if timing.delay:
        beats.append((timing.delay, "waits", start or {}))
    peak = timing.delay + timing.onset
    beats.append((peak, label, face))
    if release or rng.random() < 0.85:  # a face that is reached is kept a while, as an animator would
        beats.append((peak + timing.hold, rng.choice(HOLDS), scaled(face, rng.uniform(0.9, 0.97))))
    if release:
        beats.append((peak + timing.hold + rng.uniform(0.4, 0.7), rng.choice(ENDS), {}))
    return beats
