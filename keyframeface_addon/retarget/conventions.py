"""How rigs name the shapes of a face: ARKit's names in any spelling by rule, all others from the table conventions.json.

The table's sources are named in it, entry by entry. Names are compared without regard to case and separators, and may stand behind
a prefix that ends in a separator (``blendShape2.``, ``!ex-``, ``A14_``, ``head_lod0_mesh__``).

Not in the table: Faceit, Rocketbox (``AK_09_``), Reallusion's numbered set and MPFB, which are ARKit's names by rule; Rigify,
Auto-Rig Pro and Blender Studio's faces, which are bones for the hand and have no names for shapes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..face.channels import CHANNEL, SHAPES, ChannelName

TABLE = Path(__file__).with_name("conventions.json")
ARKIT = "arkit"
_SEPARATORS = re.compile(r"[\W_]+")

Part = tuple[str, float]
"""A key's name as the convention spells it, and its value where the channel is 1."""


def plain(name: str) -> str:
    """A name as it is compared: small letters and digits, of any script and width; MMD has names of signs alone, such as ∧."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _SEPARATORS.sub("", folded) or name.strip()


@dataclass(frozen=True, eq=False)
class Convention:
    """One way of naming. ``channels``: for each channel its ways of being shown, the best first; a way is parts that add up."""

    name: str
    label: str
    source: str
    channels: Mapping[ChannelName, tuple[tuple[Part, ...], ...]] = field(repr=False)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Of all its keys, ``plain``."""
        return frozenset(plain(key) for ways in self.channels.values() for way in ways for key, _ in way)


@cache
def conventions() -> tuple[Convention, ...]:
    """All that are known; of two that fit a rig alike the first counts."""
    entries = json.loads(TABLE.read_text(encoding="utf-8"))
    return (_arkit(), *(_convention(entry) for entry in entries))


def _convention(entry: Mapping[str, object]) -> Convention:
    """In the table a channel is one way, a list of [key, weight], or a list of such ways."""
    listed: Mapping[ChannelName, list[Any]] = entry["channels"]  # type: ignore[assignment]
    channels = {
        channel: tuple(tuple((key, float(weight)) for key, weight in way) for way in _ways(ways))
        for channel, ways in listed.items()
    }
    return Convention(str(entry["name"]), str(entry["label"]), str(entry["source"]), channels)


def _ways(listed: list[Any]) -> list[Any]:
    return listed if isinstance(listed[0][0], list) else [listed]


def _arkit() -> Convention:
    """``eyeBlinkLeft`` or ``eyeBlink_L``; a channel without sides also as two halves, ``browInnerUp_L`` and ``browInnerUp_R``."""
    channels: dict[ChannelName, tuple[tuple[Part, ...], ...]] = {}
    for name in SHAPES:
        whole: tuple[Part, ...] = ((name, 1.0),)
        if CHANNEL[name].mirror == name:
            halves = [tuple((f"{name}_{side}", 1.0) for side in sides) for sides in (("Left", "Right"), ("L", "R"))]
            channels[name] = (whole, *halves)
        else:
            stem = name.removesuffix("Left").removesuffix("Right")
            channels[name] = (whole, ((f"{stem}_{'L' if name.endswith('Left') else 'R'}", 1.0),))
    return Convention(ARKIT, "ARKit", "Apple, ARFaceAnchor.BlendShapeLocation", channels)
