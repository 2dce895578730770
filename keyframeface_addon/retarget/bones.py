"""What the names of bones mean: head and eyes. Pure text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}
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
