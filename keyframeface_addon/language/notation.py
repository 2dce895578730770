"""One keyframe, one line: ``1.6 bursts into tears: browInnerUp 90 jawOpen 45 look down 12 head down 10``.

Time in seconds, a label without a colon, then what is active: shapes in percent, directions in degrees. The label stands
before the values, so that a model decides what the face means before it says how much of what.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from ..face.channels import CHANNEL, ChannelName
from ..face.gaze import with_eye_rotations
from ..face.keyframe import Keyframe
from .request import clean
from .vocabulary import DIRECTIONS, HEADS, LOOKS, SHAPE_WORDS, Direction

MAX_LABEL = 72
_LINE = re.compile(r"(\d{1,2}(?:\.\d{1,2})?) ([^:]*):((?: [A-Za-z]+(?: [a-z]+)? \d{1,3})*)", re.ASCII)
_ENTRY = re.compile(r" ([A-Za-z]+(?: [a-z]+)?) (\d{1,3})", re.ASCII)
_GAZE = tuple(name for look in LOOKS for name in look.channels)


class NotationError(ValueError):
    """A line that is not a keyframe."""


def read_keyframe(line: str) -> Keyframe:
    """The keyframe that a line of notation means; a later entry wins over an earlier one. Raises NotationError."""
    match = _LINE.fullmatch(" ".join(line.split()))
    if match is None:
        raise NotationError(f"not a keyframe line: {line.strip()[:80]!r}")
    time, label, entries = match.groups()
    channels: dict[ChannelName, float] = {}
    for words, number in _ENTRY.findall(entries):
        if (direction := DIRECTIONS.get(words)) is not None:
            value = direction.unit * min(int(number), direction.degrees)
            for name in direction.channels:
                channels[name] = value
        elif (names := SHAPE_WORDS.get(words)) is not None:
            channels.update(dict.fromkeys(names, min(int(number), 100) / 100))
        else:
            raise NotationError(f"there is no channel {words!r} in {line.strip()[:80]!r}")
    return Keyframe(float(time), clean(label)[:MAX_LABEL].rstrip(), with_eye_rotations(channels))


def write_keyframe(keyframe: Keyframe) -> str:
    """The line that means this keyframe, to 1 % and 1 degree. Rotations of the eyes follow from the gaze and are not written."""
    label = clean(keyframe.label.replace(":", ","))[:MAX_LABEL].strip() or "moves on"
    time = f"{keyframe.time:.2f}".removesuffix("0")
    return " ".join((f"{time} {label}:", *_entries(keyframe.channels)))


def _entries(channels: Mapping[ChannelName, float]) -> Iterator[str]:
    percent = {name: round(100 * value) for name, value in channels.items() if CHANNEL[name].is_shape}
    looks = {look: _degrees(look, channels) for look in LOOKS} if _eyes_agree(percent) else {}
    gaze_written = False
    for word, names in SHAPE_WORDS.items():
        if looks and names[0] in _GAZE:
            if not gaze_written:
                gaze_written = True
                yield from (f"{look.words} {degrees}" for look, degrees in looks.items() if degrees)
            continue
        values = {percent.get(name, 0) for name in names}
        if len(names) == 2 and len(values) == 1:
            for name in names:
                percent.pop(name, None)
        if len(values) == 1 and (value := values.pop()):
            yield f"{word} {value}"
    for head in HEADS:
        if (degrees := _degrees(head, channels)) > 0:
            yield f"{head.words} {degrees}"


def _degrees(direction: Direction, channels: Mapping[ChannelName, float]) -> int:
    value = channels.get(direction.channels[0], 0.0) / direction.unit
    return min(direction.degrees, max(0, math.floor(value + 0.5)))


def _eyes_agree(percent: Mapping[ChannelName, int]) -> bool:
    """Both eyes look the same way, so that ``look`` says it all; else each eye is written by its own shapes."""
    return all(abs(percent.get(a, 0) - percent.get(b, 0)) <= 1 for a, b in (look.channels for look in LOOKS))
