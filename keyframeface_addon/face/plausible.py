"""Rules that no face can break, and the least change that mends a pose which does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from .channels import CHANNEL, ChannelName
from .keyframe import Keyframe, Seconds

Pose = dict[ChannelName, float]

OVERLAP = 0.2
"""How much of a movement's opposite muscle may stay active beside it: faces do co-contract, a little."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What was mended, in words for the person who reads the report."""

    time: Seconds
    rule: str
    change: str

    def __str__(self) -> str:
        return f"{self.time:.2f} s: {self.rule}; {self.change}"


def _pairs(*bases: tuple[str, str]) -> tuple[tuple[ChannelName, ChannelName], ...]:
    """Both sides of pairs that have sides."""
    return tuple(
        (a + side, b + side) for a, b in bases for side in (("Left", "Right") if a + "Left" in CHANNEL else ("",))
    )


# Antagonists: the weaker one gives way down to OVERLAP.
ANTAGONISTS = (
    *_pairs(("eyeBlink", "eyeWide"), ("mouthSmile", "mouthFrown")),
    ("mouthRollLower", "mouthFunnel"),
    ("mouthRollUpper", "mouthFunnel"),
)
# One thing moved along one axis: opposite directions cancel out, what is left is the difference.
AXES = (
    *_pairs(("eyeLookUp", "eyeLookDown"), ("eyeLookIn", "eyeLookOut")),
    ("jawLeft", "jawRight"),
    ("mouthLeft", "mouthRight"),
)


def _antagonists(pose: Pose) -> Iterator[tuple[str, str]]:
    for a, b in ANTAGONISTS:
        weaker = min((a, b), key=lambda name: pose.get(name, 0.0))
        if pose.get(weaker, 0.0) > OVERLAP:
            yield f"{a} against {b}", f"{weaker} {pose[weaker]:.2f} -> {OVERLAP:.2f}"
            pose[weaker] = OVERLAP


def _axes(pose: Pose) -> Iterator[tuple[str, str]]:
    for a, b in AXES:
        weaker, stronger = sorted((a, b), key=lambda name: pose.get(name, 0.0))
        if pose.get(weaker, 0.0) > 0:
            rest = pose[stronger] - pose[weaker]
            yield f"{a} and {b} at once", f"{stronger} {pose[stronger]:.2f} -> {rest:.2f}"
            pose[stronger], pose[weaker] = rest, 0.0


def _close_within_jaw(pose: Pose) -> Iterator[tuple[str, str]]:
    close, jaw = pose.get("mouthClose", 0.0), pose.get("jawOpen", 0.0)
    if close > jaw:
        yield "mouthClose beyond jawOpen", f"mouthClose {close:.2f} -> {jaw:.2f}"
        pose["mouthClose"] = jaw


def _tongue_needs_room(pose: Pose) -> Iterator[tuple[str, str]]:
    room, jaw = 0.15 * pose.get("tongueOut", 0.0), pose.get("jawOpen", 0.0)
    if jaw < room:
        yield "tongueOut through closed teeth", f"jawOpen {jaw:.2f} -> {room:.2f}"
        pose["jawOpen"] = room


def _air_needs_lips(pose: Pose) -> Iterator[tuple[str, str]]:
    gap, puff = pose.get("jawOpen", 0.0) - pose.get("mouthClose", 0.0), pose.get("cheekPuff", 0.0)
    if gap > 0.5 and puff > OVERLAP:
        yield "cheekPuff with the mouth wide open", f"cheekPuff {puff:.2f} -> {OVERLAP:.2f}"
        pose["cheekPuff"] = OVERLAP


# tongue first: it may open the jaw on which the next rules look
RULES: tuple[Callable[[Pose], Iterator[tuple[str, str]]], ...] = (
    _antagonists,
    _axes,
    _tongue_needs_room,
    _close_within_jaw,
    _air_needs_lips,
)


def repair(keyframe: Keyframe) -> tuple[Keyframe, tuple[Repair, ...]]:
    """The keyframe as a face can hold it, with what was changed; done twice it changes nothing more."""
    pose = dict(keyframe.channels)
    repairs = tuple(Repair(keyframe.time, what, how) for rule in RULES for what, how in rule(pose))
    return (replace(keyframe, channels=pose) if repairs else keyframe), repairs
