"""Which convention a rig's names follow, and which of its keys show which channel."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from ..face.channels import SHAPES, ChannelName
from .conventions import ARKIT, Convention, Part, conventions, plain

_BEGINNING = re.compile(r"(?<![^\W_])(?=[^\W_])")
_ENOUGH = 4
"""Keys that a convention other than ARKit's must find before it is believed: some called "A" or "happy" are on many meshes."""
_OPTIONAL_ENDING = "div2"
"""DAZ writes some keys with it and some without."""
_SIDE = re.compile(r"(left|right|l|r)$")
_OTHER_SIDE_SPELLING = {"left": "l", "right": "r", "l": "left", "r": "right"}
"""``Brow_Drop_L`` and ``Brow_Drop_Left`` are one key of two exporters."""


@dataclass(frozen=True)
class Recognition:
    """``parts`` of each channel that a rig can show: keys by their own names, with weights."""

    convention: Convention
    parts: Mapping[ChannelName, tuple[Part, ...]]

    @property
    def partial(self) -> tuple[ChannelName, ...]:
        """Channels of which the rig has some keys, but not all that the convention gives them."""
        return tuple(
            channel
            for channel, parts in self.parts.items()
            if len(parts) < min(len(way) for way in self.convention.channels[channel])
        )


@lru_cache(maxsize=16384)
def _readings(name: str) -> tuple[tuple[str, str], ...]:
    """(prefix, rest without separators) for every place where the name proper may begin, the longest first.

    After all of them the same again with their sides spelled the other way.
    """
    found = []
    for start in [match.start() for match in _BEGINNING.finditer(name)] or [0]:
        rest = plain(name[start:])
        prefix = re.sub(r"\d+", "", name[:start])
        found.append((prefix, rest))
        if rest.endswith(_OPTIONAL_ENDING):
            found.append((prefix, rest.removesuffix(_OPTIONAL_ENDING)))
    respelled = [(prefix, _SIDE.sub(lambda side: _OTHER_SIDE_SPELLING[side[0]], rest)) for prefix, rest in found]
    return tuple(dict.fromkeys([*found, *respelled]))


def _spelled(convention: Convention, names: Iterable[str]) -> dict[str, str]:
    """Plain spelling -> the rig's own key. Of several, the one with the prefix that most keys have, then the shortest prefix."""
    claims: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    common: Counter[str] = Counter()
    for name in names:
        readings = _readings(name)
        known = next(((prefix, rest) for prefix, rest in readings if rest in convention.spellings), None)
        if known is None or _is_corrective(convention, name, known[0]):
            continue
        claims[known[1]].append((known[0], name))
        common[known[0]] += 1
    return {
        spelling: max(claimed, key=lambda claim: (common[claim[0]], -len(claim[0])))[1]
        for spelling, claimed in claims.items()
    }


def _is_corrective(convention: Convention, name: str, prefix: str) -> bool:
    """``jawOpen_mouthClose`` corrects the sum of two keys; it shows neither."""
    return bool(prefix) and any(rest in convention.spellings for _, rest in _readings(name[: len(prefix)]))


def channels_in(convention: Convention, names: Iterable[str]) -> Mapping[ChannelName, tuple[Part, ...]]:
    """The channels that these keys show under this convention."""
    return _remembered_channels(convention, tuple(names))


@lru_cache(maxsize=256)
def _remembered_channels(convention: Convention, names: tuple[str, ...]) -> Mapping[ChannelName, tuple[Part, ...]]:
    """A face is looked at whenever something has changed in its scene, which its names hardly ever have."""
    return MappingProxyType(_channels_in(convention, names))


def _channels_in(convention: Convention, names: Iterable[str]) -> dict[ChannelName, tuple[Part, ...]]:
    spelled = _spelled(convention, names)
    found: dict[ChannelName, tuple[Part, ...]] = {}
    for channel in SHAPES:
        ways = [
            (len(there) / len(way), there)
            for way in convention.channels.get(channel, ())
            if (there := tuple((spelled[plain(key)], weight) for key, weight in way if plain(key) in spelled))
        ]
        if ways:
            found[channel] = max(ways, key=lambda way: way[0])[1]
    return found


def recognise(names: Iterable[str]) -> Recognition | None:
    """The convention under which these keys (of all meshes of one character) show most; None where they are no face's."""
    return _remembered_recognition(tuple(dict.fromkeys(names)))


@lru_cache(maxsize=64)
def _remembered_recognition(names: tuple[str, ...]) -> Recognition | None:
    best: Recognition | None = None
    most = 0.0
    for convention in conventions():
        parts = _channels_in(convention, names)
        shown = sum(_share(convention, channel, there) for channel, there in parts.items())
        enough = 1 if convention.name == ARKIT else _ENOUGH
        if len({key for there in parts.values() for key, _ in there}) >= enough and shown > most + 1e-9:
            best, most = Recognition(convention, parts), shown
    return best


def _share(convention: Convention, channel: ChannelName, there: tuple[Part, ...]) -> float:
    return min(1.0, len(there) / min(len(way) for way in convention.channels[channel]))
