"""What each channel moves on one rig, as a value: made by recognition, changed by hand, saved with the rig and as a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..face.channels import CHANNEL, ChannelName

FORMAT = "keyframeface-mapping/1"
LARGEST = 1_000_000
"""Of weights and tunings; products of much more are no numbers."""


class MappingError(ValueError):
    """A mapping that cannot be read; the text says in one line what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Drive:
    """One thing that a channel moves, and by how much where the channel is 1.

    ``target`` is the name of a shape key, on whichever meshes of the face have it, or an animatable property as Blender
    writes it: ``Object|pose.bones["jaw"].rotation_euler[0]``. A shape key that is called like a property comes first.
    """

    target: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """How an animator wants a channel shown: ``gain`` times as strong, ``offset`` added at every time, or turned round.

    Head and eyes turn no farther than ``limit`` radians from rest, 0 for as far as they are told; shape keys have their own range.
    """

    gain: float = 1.0
    offset: float = 0.0
    invert: bool = False
    limit: float = 0.0

    def applied(self, value: float) -> float:
        """What is shown of a channel's value."""
        return (-value if self.invert else value) * self.gain + self.offset


PLAIN = Tuning()


@dataclass(frozen=True)
class RigMapping:
    """Drives of each channel that is shown, tunings of those that are tuned. Head and eyes that bones turn have tunings only."""

    drives: Mapping[ChannelName, tuple[Drive, ...]] = field(default_factory=dict)
    tunings: Mapping[ChannelName, Tuning] = field(default_factory=dict)
    convention: str = ""
    """Its label, for people."""

    def tuning(self, channel: ChannelName) -> Tuning:
        return self.tunings.get(channel, PLAIN)

    def with_drives(self, channel: ChannelName, drives: tuple[Drive, ...]) -> RigMapping:
        """The same with other drives of one channel; without any it is not shown."""
        kept = {name: found for name, found in self.drives.items() if name != channel}
        return replace(self, drives={**kept, channel: drives} if drives else kept)

    def with_tuning(self, channel: ChannelName, tuning: Tuning) -> RigMapping:
        """The same with another tuning of one channel."""
        kept = {name: found for name, found in self.tunings.items() if name != channel}
        return replace(self, tunings=kept if tuning == PLAIN else {**kept, channel: tuning})


def to_json(mapping: RigMapping) -> str:
    """Readable by people: a line for each channel."""
    lines = []
    for channel in CHANNEL:
        drives, tuning = mapping.drives.get(channel, ()), mapping.tuning(channel)
        if not drives and tuning == PLAIN:
            continue
        entry: dict[str, Any] = {"drives": [[drive.target, drive.weight] for drive in drives]} if drives else {}
        entry |= {
            name: getattr(tuning, name) for name in Tuning.__slots__ if getattr(tuning, name) != getattr(PLAIN, name)
        }
        lines.append(f"    {json.dumps(channel)}: {json.dumps(entry, ensure_ascii=False)}")
    head = f'  "format": "{FORMAT}",\n  "convention": {json.dumps(mapping.convention, ensure_ascii=False)},\n'
    return "{\n" + head + '  "channels": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def from_json(text: str) -> RigMapping:
    """The inverse of ``to_json``. Raises MappingError."""
    try:
        data = json.loads(text, object_pairs_hook=_without_repeats)
        json.dumps(data, ensure_ascii=False).encode()  # JSON may have half a character, Blender cannot keep it
    except MappingError:
        raise
    except ValueError as error:
        raise MappingError(f"not JSON ({error})") from None
    except RecursionError:
        raise MappingError("not a mapping: nested too deeply") from None
    if not isinstance(data, dict) or not str(data.get("format", "")).startswith("keyframeface-mapping/"):
        raise MappingError(f'not a mapping: it has no "format": "{FORMAT}"')
    if data["format"] != FORMAT:
        raise MappingError(f"its format is {data['format']}, this version reads {FORMAT}: update the extension")
    channels = data.get("channels")
    if not isinstance(channels, dict):
        raise MappingError('"channels" must be an object with an entry for each channel')
    if unknown := [str(name) for name in channels if name not in CHANNEL]:
        raise MappingError(f"there is no channel {unknown[0]!r}")
    drives, tunings = {}, {}
    for name, entry in channels.items():
        if not isinstance(entry, dict) or (odd := set(entry) - {"drives", *Tuning.__slots__}):
            raise MappingError(
                f"{name}: unknown {sorted(odd)[0]!r}" if isinstance(entry, dict) else f"{name}: not an object"
            )
        if found := tuple(_drive(name, drive) for drive in _list(name, entry.get("drives", []))):
            drives[name] = found
        tuning = Tuning(
            _number(name, "gain", entry.get("gain", 1.0)),
            _number(name, "offset", entry.get("offset", 0.0)),
            _yes_or_no(name, "invert", entry.get("invert", False)),
            abs(_number(name, "limit", entry.get("limit", 0.0))),
        )
        if tuning != PLAIN:
            tunings[name] = tuning
    return RigMapping(drives, tunings, str(data.get("convention", "")))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON keeps the last of several that are named alike; which one was meant is not known."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise MappingError(f"{next(name for name in names if names.count(name) > 1)!r} is in it twice")
    return found


def _list(channel: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise MappingError(f'{channel}: "drives" must be a list of ["name", weight]')
    return value


def _drive(channel: str, value: Any) -> Drive:
    match value:
        case [str(target), weight] if target:
            return Drive(target, _number(channel, f"the weight of {target!r}", weight))
    raise MappingError(f'{channel}: a drive is ["name", weight], not {json.dumps(value, ensure_ascii=False)[:60]}')


def _number(channel: str, what: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise MappingError(f"{channel}: {what} must be a number up to {LARGEST:,}, not {json.dumps(value)[:40]}")
    return float(value)


def _yes_or_no(channel: str, what: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise MappingError(f"{channel}: {what} must be true or false, not {json.dumps(value)[:40]}")
    return value
