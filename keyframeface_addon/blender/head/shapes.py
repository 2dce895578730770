"""The 52 ARKit shape keys of the skin, the right ones exact mirror images of the left ones."""

from __future__ import annotations

import numpy as np

from .anatomy import Array
from .lids import lid_keys
from .mouth import mouth_keys
from .regions import Regions
from .upper_face import upper_face_keys

_SIDED = (
    "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide", "jaw", "mouth",
    "mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthPress", "mouthLowerDown", "mouthUpperUp",
    "browDown", "browOuterUp", "cheekSquint", "noseSneer",
)  # fmt: skip
_WHOLE = (
    "jawForward", "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthRollLower", "mouthRollUpper",
    "mouthShrugLower", "mouthShrugUpper", "browInnerUp", "cheekPuff", "tongueOut",
)  # fmt: skip
KEY_NAMES: tuple[str, ...] = tuple(f"{name}{side}" for name in _SIDED for side in ("Left", "Right")) + _WHOLE
"""Names of all keys, in the order in which they are added to the mesh."""


def skin_keys(regions: Regions) -> dict[str, Array]:
    """Displacement (n, 3) in centimetres for each of the 52 names."""
    made = {**lid_keys(regions), **upper_face_keys(regions), **mouth_keys(regions)}
    flip, mirror = np.array([-1.0, 1.0, 1.0]), regions.skin.mirror
    keys: dict[str, Array] = {}
    for name in _SIDED:
        left = made[name + "Left"]
        keys[name + "Left"], keys[name + "Right"] = left, left[mirror] * flip
    for name in _WHOLE:
        keys[name] = regions.skin.symmetric(made[name])
    return {name: keys[name] for name in KEY_NAMES}
