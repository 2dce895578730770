"""The words of the notation, derived from the channel table: shapes with both sides folded, gaze and head as directions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..face.channels import CHANNELS, REGIONS, ChannelName
from ..face.gaze import FULL_PITCH, FULL_YAW


@dataclass(frozen=True, slots=True)
class Direction:
    """``look left`` and its kind: degrees ``per`` which one unit is added to each of ``channels``, in ``degrees`` at most."""

    words: str
    channels: tuple[ChannelName, ...]
    unit: float
    degrees: int


_YAW, _PITCH = 1 / math.radians(1) * FULL_YAW, 1 / math.radians(1) * FULL_PITCH  # degrees at eyeLook = 1

LOOKS: tuple[Direction, ...] = (
    Direction("look left", ("eyeLookOutLeft", "eyeLookInRight"), 1 / _YAW, int(_YAW)),
    Direction("look right", ("eyeLookInLeft", "eyeLookOutRight"), 1 / _YAW, int(_YAW)),
    Direction("look up", ("eyeLookUpLeft", "eyeLookUpRight"), 1 / _PITCH, int(_PITCH)),
    Direction("look down", ("eyeLookDownLeft", "eyeLookDownRight"), 1 / _PITCH, int(_PITCH)),
)
HEADS: tuple[Direction, ...] = (
    Direction("head left", ("headYaw",), math.radians(1), 60),
    Direction("head right", ("headYaw",), -math.radians(1), 60),
    Direction("head up", ("headPitch",), math.radians(1), 40),
    Direction("head down", ("headPitch",), -math.radians(1), 40),
    Direction("tilt left", ("headRoll",), -math.radians(1), 35),
    Direction("tilt right", ("headRoll",), math.radians(1), 35),
)
DIRECTIONS: dict[str, Direction] = {direction.words: direction for direction in LOOKS + HEADS}


def _shape_words() -> dict[str, tuple[ChannelName, ...]]:
    words: dict[str, tuple[ChannelName, ...]] = {}
    for region in REGIONS:
        bases = dict.fromkeys(c.base for c in CHANNELS if c.is_shape and c.region == region)
        for base in bases:
            names = tuple(c.name for c in CHANNELS if c.is_shape and c.base == base)
            words[base] = names
            words.update({name: (name,) for name in names})
    return words


SHAPE_WORDS: dict[str, tuple[ChannelName, ...]] = _shape_words()
"""Word -> the channels it sets: ``mouthSmile`` both sides, ``mouthSmileLeft`` one. In the order in which they are written."""
