"""What the names on a rig mean: shape keys as face channels, bones as head and eyes. Pure text, no Blender.

Covers ARKit's own names however they are spelled: ``eyeBlinkLeft``, ``EyeBlinkLeft``, ``eye_blink_left``,
``eyeBlink_L``, ``eyeBlink.L``, ``EYEBLINKLEFT``; also behind a prefix that ends in a separator (``blendShape2.``,
``!ex-``, ``A14_``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ..face.channels import CHANNEL, SHAPES, ChannelName

_BOUNDARY = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9])")
_NOT_ALNUM = re.compile(r"[^a-z0-9]")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}


class _Meaning(NamedTuple):
    channel: ChannelName
    half: str
    """The side, where the key is only one half of a channel that has none: ``browInnerUp_L``."""
    prefix: str


def _forms() -> dict[str, tuple[ChannelName, str]]:
    """Spelling in lower case without separators -> channel, half."""
    forms = {name.lower(): (name, "") for name in SHAPES}
    for name in SHAPES:
        channel = CHANNEL[name]
        if channel.mirror == name:  # the two sides in one channel
            for suffix, side in _SIDES.items():
                forms[name.lower() + suffix] = (name, side)
        else:
            stem = name.removesuffix("Left").removesuffix("Right")
            forms[(stem + ("l" if name.endswith("Left") else "r")).lower()] = (name, "")
    return forms


_FORMS = _forms()


@lru_cache(maxsize=8192)
def _meaning(key_name: str) -> _Meaning | None:
    """What one shape key's name says; None where it is not ARKit's, or a corrective such as ``jawOpen_mouthClose``."""
    for boundary in _BOUNDARY.finditer(key_name):
        prefix, spelled = key_name[: boundary.start()], key_name[boundary.start() :]
        if (form := _FORMS.get(_NOT_ALNUM.sub("", spelled.lower()))) is not None:
            return None if prefix and _meaning(prefix) else _Meaning(*form, re.sub(r"\d+", "", prefix))
    return None


def channels_of_keys(key_names: Iterable[str]) -> dict[ChannelName, tuple[str, ...]]:
    """The keys of one mesh that drive each channel: one key, or both halves of a channel that the rig has split in two.

    Where several names claim a channel, the prefix that most keys share wins (``jawOpen`` over ``old_jawOpen``), then a
    whole key over halves, then the first in the list.
    """
    meanings = {name: meaning for name in key_names if (meaning := _meaning(name)) is not None}
    common = Counter(meaning.prefix for meaning in meanings.values())
    claims: defaultdict[ChannelName, list[tuple[_Meaning, str]]] = defaultdict(list)
    for name, meaning in meanings.items():
        claims[meaning.channel].append((meaning, name))
    found: dict[ChannelName, tuple[str, ...]] = {}
    for channel in SHAPES:
        if not (claimed := claims.get(channel)):
            continue
        winner = max((meaning.prefix for meaning, _ in claimed), key=lambda prefix: (common[prefix], -len(prefix)))
        parts: dict[str, str] = {}
        for meaning, name in claimed:
            if meaning.prefix == winner:
                parts.setdefault(meaning.half, name)
        found[channel] = (parts[""],) if "" in parts else tuple(parts.values())
    return found


# What rigs put around the name of a joint: Head_Joint, CC_Base_Head, mixamorig:Head, DEF-eye.L, J_Adj_L_FaceEye
_AROUND_A_JOINT = {"joint", "jnt", "j", "bone", "bn", "b", "def", "deform", "bind", "skin", "ctrl", "ctl", "control"}
_AROUND_A_JOINT |= {"c", "x", "m", "cc", "base", "mixamorig", "rig", "bip", "adj", "face", "1", "01", "001"}
_HEAD_WORDS = ({"head"}, {"neck"})
_EYE_WORDS = {
    "leftEye": ({"eye", "left"}, {"eyeball", "left"}),
    "rightEye": ({"eye", "right"}, {"eyeball", "right"}),
}


def joints_of_bones(bone_names: Iterable[str]) -> dict[str, str]:
    """Bones for "head", "leftEye" and "rightEye", as far as there are; a neck stands in for a missing head.

    Of several, the one with the plainest name: a control called ``head`` rather than ``DEF-head``.
    """
    names = {name: [_SIDES.get(word, word) for word in map(str.lower, _WORD.findall(name))] for name in bone_names}

    def plainest(*kinds: set[str]) -> str | None:
        for kind in kinds:
            fitting = [name for name, words in names.items() if set(words) - _AROUND_A_JOINT == kind]
            if fitting:
                return min(fitting, key=lambda name: len(names[name]))
        return None

    found = {"head": plainest(*_HEAD_WORDS), **{joint: plainest(*kinds) for joint, kinds in _EYE_WORDS.items()}}
    return {joint: name for joint, name in found.items() if name is not None}
