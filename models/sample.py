"""One thing to learn: what the user asks, in the product's own words, and the answer in notation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.notation import read_keyframe, write_keyframe
from keyframeface_addon.language.prompt import user_text
from keyframeface_addon.language.request import Request
from keyframeface_addon.language.vocabulary import DIRECTIONS

_DEGREES = (2, 4, 6, 8, 10, 12, 15, 18, 20, 22, 25, 28, 30, 34, 38, 40, 45, 50, 55, 60)


@dataclass(frozen=True)
class Sample:
    """``user`` is the user message, ``answer`` lines of notation, each with its line break."""

    user: str
    answer: str


def sample(request: Request, keyframes: Iterable[Keyframe]) -> Sample:
    """Written as the product writes both, with values rounded so that there are fewer to choose from."""
    return Sample(user_text(request), "".join(rounded(write_keyframe(_with_room(k))) + "\n" for k in keyframes))


def _with_room(keyframe: Keyframe) -> Keyframe:
    """Jaw open enough for the tongue, after rounding too."""
    room = 0.15 * keyframe.value("tongueOut") + 0.03
    if not keyframe.value("tongueOut") or keyframe.value("jawOpen") >= room:
        return keyframe
    return replace(keyframe, channels={**keyframe.channels, "jawOpen": room})


def rounded(line: str) -> str:
    """Percents to 5, degrees to coarse steps; what rounds to nothing is left out."""
    head, _, entries = line.partition(":")
    words = entries.split()
    kept: list[str] = []
    place = 0
    while place < len(words):
        is_direction = " ".join(words[place : place + 2]) in DIRECTIONS
        name = " ".join(words[place : place + (2 if is_direction else 1)])
        place += 3 if is_direction else 2
        number = int(words[place - 1])
        value = min(_DEGREES, key=lambda d: abs(d - number)) if is_direction else 5 * ((number + 2) // 5)
        if is_direction:
            value = min(value, DIRECTIONS[name].degrees)
        if value and number > 1:
            kept.append(f"{name} {value}")
    return " ".join((head + ":", *kept))


def keyframes_of(lines: Sequence[tuple[float, str, str]]) -> tuple[Keyframe, ...]:
    """Keyframes from (time, label, entries)."""
    return tuple(
        replace(read_keyframe(f"0.0 {label}: {entries}".rstrip()), time=time) for time, label, entries in lines
    )
