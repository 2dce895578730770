"""What the names of bones and objects mean: head, eyes, jaw, parts of a face. Pure text."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Signs of Japanese and Chinese are a word each: 左目, 頭
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u3040-\u30ff\u4e00-\u9fff]")
_SIDES = {"left": "left", "l": "left", "左": "left", "right": "right", "r": "right", "右": "right"}
_MEANINGS = _SIDES | {"目": "eye", "頭": "head", "首": "neck"}
# What rigs put around the name of a joint: Head_Joint, CC_Base_Head, mixamorig:Head, DEF-eye.L, J_Adj_L_FaceEye
_AROUND_A_JOINT = {"joint", "jnt", "j", "bone", "bn", "b", "def", "deform", "bind", "skin", "ctrl", "ctl", "control"}
_AROUND_A_JOINT |= {"c", "x", "m", "cc", "base", "mixamorig", "rig", "bip", "adj", "face", "facial", "1", "01", "001"}
_AROUND_AN_OBJECT = {"grp", "group", "empty", "null", "node", "pivot", "geo", "geom", "mesh", "transform"}
_JOINT_WORDS = {
    "head": ({"head"}, {"neck"}),
    "leftEye": ({"eye", "left"}, {"eyeball", "left"}),
    "rightEye": ({"eye", "right"}, {"eyeball", "right"}),
    "jaw": ({"jaw"}, {"mandible"}),
}
# What is near an eye, and what looks round but is no eyeball
_NO_EYEBALL = {"lid", "lids", "lash", "lashes", "brow", "brows", "socket", "shadow", "liner", "tear", "wet", "target"}
_NO_EYEBALL |= {"aim", "highlight", "cornea", "bag", "patch", "glass", "glasses"}
_FACE_PARTS = {"teeth", "tooth", "tongue", "gum", "gums", "beard", "lash", "lashes", "eyelash", "eyelashes"}
_FACE_PARTS |= {"eye", "eyes", "eyeball", "eyeballs", "brow", "brows", "eyebrow", "eyebrows"}


def joints_of_bones(bone_names: Iterable[str]) -> dict[str, str]:
    """Bones for "head", "leftEye", "rightEye" and "jaw", as far as there are; a neck stands in for a missing head.

    Of several, the one with the plainest name: a control called ``head`` rather than ``DEF-head``.
    """
    names = {name: _words(name) for name in bone_names}

    def plainest(*kinds: set[str]) -> str | None:
        for kind in kinds:
            fitting = [name for name, words in names.items() if set(words) - _AROUND_A_JOINT == kind]
            if fitting:
                return min(fitting, key=lambda name: len(names[name]))
        return None

    found = {joint: plainest(*kinds) for joint, kinds in _JOINT_WORDS.items()}
    return {joint: name for joint, name in found.items() if name is not None}


def is_head(name: str) -> bool:
    """Whether an object is called head and nothing else: ``Head``, ``head_grp``, not ``HeadBand``."""
    return set(_words(name)) - _AROUND_A_JOINT - _AROUND_AN_OBJECT == {"head"}


def is_face_part(name: str) -> bool:
    """Whether an object's name says that it belongs to a face: ``Teeth``, ``brows_geo``, ``Eye.L``, not ``Brown``."""
    return not _FACE_PARTS.isdisjoint(_words(name))


def eyeballs_of_objects(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be those of a left and a right eyeball, alike but for the side, the plainest first."""
    sided: dict[str, dict[tuple[str, ...], str]] = {"left": {}, "right": {}}
    for name in names:
        words = _words(name)
        side = [word for word in words if word in sided]
        if len(side) == 1 and {"eye", "eyeball"} & set(words) and not _NO_EYEBALL & set(words):
            sided[side[0]][tuple(word for word in words if word not in sided and not word.isdigit())] = name
    alike = sorted(set(sided["left"]) & set(sided["right"]), key=lambda words: (len(words), words))
    return [(sided["left"][words], sided["right"][words]) for words in alike]


def _words(name: str) -> list[str]:
    return [_MEANINGS.get(word, word) for word in map(str.lower, _WORD.findall(name))]
