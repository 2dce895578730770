"""Shape keys of the jaw and of the lips; those with a side are the left one."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, smoothstep
from .regions import Regions, move

JAW_ANGLE = np.radians(19.0)
TONGUE_JAW_ANGLE = np.radians(6.0)
"""How far the jaw makes room for a tongue that comes out."""
JAW_FORWARD = (0.0, -0.95, 0.0)
JAW_LEFT = (1.05, 0.05, 0.0)


def _jaw_keys(regions: Regions) -> dict[str, Array]:
    opened = regions.jaw_turn(JAW_ANGLE, regions.jaw)
    # a jaw that slides shows at the chin; its angles below the ears stay under the cheeks' flesh
    chin = (
        regions.jaw
        * smoothstep(1.0, -7.5, regions.points[:, 1])
        * (1.0 - 0.6 * smoothstep(2.5, 6.5, np.abs(regions.x)))
    )
    lips = regions.bump(0.0, an.MOUTH_Z, 4.0, 2.6, 3.0)
    opened += move(regions.bump(0.0, an.MOUTH_Z + 0.3, 2.6, 1.6) * regions.upper, 0.0, -0.05, 0.28)
    # the corners come in a little as the mouth is drawn long
    opened[:, 0] -= regions.x * 0.10 * lips
    near = smoothstep(0.0, 0.45, regions.bump(0.0, an.MOUTH_Z, 4.6, 2.0, 2.3))
    down = regions.jaw_turn(JAW_ANGLE, np.ones(len(near)))
    # at the middle the lips meet a third of the way down; towards the corners the jaw has moved them less
    meeting = 0.36 * down * (1.0 - 0.35 * np.square(np.clip(regions.x / an.MOUTH_HALF_WIDTH, -1.0, 1.0)))[:, None]
    close = (meeting - opened) * near[:, None]
    return {
        "jawOpen": opened,
        "jawForward": move(chin, *JAW_FORWARD),
        "jawLeft": move(chin, *JAW_LEFT),
        "mouthClose": close,
    }


def _corner_keys(regions: Regions) -> dict[str, Array]:
    left, corner = regions.left(0.8), regions.pull()
    apple = regions.bump(4.1, -3.6, 2.7, 2.3)
    fold = regions.bump(3.0, -4.9, 0.9, 1.6)
    smile = regions.slide(move(corner, 0.85, 0.0, 1.12) + move(apple, 0.0, 0.0, 0.35))
    smile += move(apple, 0.12, -0.34, 0.05) + move(fold, -0.05, 0.14, 0.0) + move(corner, 0.0, 0.18, 0.0)
    tight, pit = regions.corner(2.2, 1.9, 1.9), regions.corner(1.1, 1.1, 1.1)
    dimple = regions.slide(move(tight, 0.55, 0.0, 0.16)) + move(pit, 0.0, 0.45, 0.0)
    low = regions.bump(2.5, -8.6, 1.8, 1.8)
    frown = (
        regions.slide(move(regions.pull(2.4, 3.2), 0.12, 0.0, -0.98))
        + move(low, 0.1, -0.18, -0.2)
        + move(corner, 0.0, 0.08, 0.0)
    )
    thin = -regions.lip_height * np.exp(-np.square(regions.lip_height / 1.3)) * regions.bump(1.6, an.MOUTH_Z, 2.6, 1.8)
    stretch = regions.slide(move(regions.pull(2.4, 3.0, bow=1.1), 1.25, 0.0, -0.30))
    stretch[:, 2] += thin * 0.30
    keys = {"mouthSmileLeft": smile, "mouthDimpleLeft": dimple, "mouthFrownLeft": frown, "mouthStretchLeft": stretch}
    return {name: key * left[:, None] for name, key in keys.items()}


def _lip_keys(regions: Regions) -> dict[str, Array]:
    """Lips of one half, and both lips pushed to a side."""
    left = regions.left()
    upper, lower = regions.upper, 1.0 - regions.upper
    z = an.MOUTH_Z
    height = regions.lip_height
    near = regions.bump(1.3, z, 2.7, 1.9)
    squeeze = -height * np.exp(-np.power(np.abs(height) / 1.2, 3.0))
    press = move(near, 0.10, 0.16, 0.0)
    # past each other by a little, so that pressed lips stay shut when something else pulls them apart
    press[:, 2] += near * (squeeze * 0.72 + np.where(upper > 0.5, -0.07, 0.12) * np.exp(-np.square(height / 0.5)))
    rims = regions.bump(1.4, z + 1.5, 2.2, 0.9) + regions.bump(1.4, z - 1.7, 2.2, 0.9)
    press += move(rims, 0.0, -0.16, 0.0) + move(regions.corner(1.5, 1.5, 1.5), 0.12, 0.12, 0.0)
    drop = regions.bump(1.25, z - 0.5, 2.5, 2.4, 2.6) * lower
    lift = regions.bump(1.25, z + 0.4, 2.3, 2.9, 2.0) * upper
    wing = regions.bump(1.3, -3.6, 1.3, 1.3)
    aside = regions.bump(0.0, z, 4.8, 2.8, 3.4)
    return {
        "mouthPressLeft": press * left[:, None],
        "mouthLowerDownLeft": move(drop * left, 0.22, -0.08, -1.0),
        "mouthUpperUpLeft": move(lift * left, 0.10, -0.04, 0.92) + move(wing, 0.06, 0.0, 0.22),
        "mouthLeft": regions.slide(move(aside, 1.25, 0.0, 0.0)),
    }


def _round_keys(regions: Regions) -> dict[str, Array]:
    """Lips that push out or turn in, both halves at once."""
    x, height, z = regions.x, regions.lip_height, an.MOUTH_Z
    upper, lower = regions.upper, 1.0 - regions.upper
    both = smoothstep(0.0, 0.6, regions.bump(0.0, z, 4.6, 2.9, 3.1))
    ring = regions.bump(0.0, z, 2.9, 1.9)
    # as wide a plateau as the lips, rounded off like a circle, makes the opening an O
    part = np.sqrt(np.maximum(1.0 - np.square(x / an.MOUTH_HALF_WIDTH), 0.0)) * smoothstep(0.0, 0.5, ring)
    funnel = move(part * upper, 0.0, -0.15, 0.66) + move(part * lower, 0.0, -0.15, -0.78) + move(ring, 0.0, -0.75, 0.0)
    funnel[:, 0] -= x * 0.46 * both
    level = op.lip_line(np.clip(x / an.MOUTH_HALF_WIDTH, -1.0, 1.0)) - z
    funnel[:, 2] -= level * both
    pucker = move(ring, 0.0, -0.95, 0.0)
    pucker[:, 0] -= x * 0.48 * both
    pucker[:, 2] += height * 0.30 * ring - level * both
    turn_in = -height * np.exp(-np.power(np.abs(height) / 1.25, 4.0))
    red = np.exp(-np.square((np.abs(height) - 0.40) / 0.50))
    wide = regions.bump(0.0, z, 3.6, 2.4)
    wide = smoothstep(0.0, 0.55, wide)
    roll_lower = move(wide * lower * red, 0.0, 0.62, 0.06)
    roll_lower[:, 2] += wide * lower * turn_in * 0.78
    roll_upper = move(wide * upper * red, 0.0, 0.55, -0.04)
    roll_upper[:, 2] += wide * upper * turn_in * 0.78
    chin = regions.bump(0.0, -9.7, 2.6, 1.9, 2.0)
    pout = regions.bump(0.0, z, 3.0, 2.2, 2.4)
    shrug_lower = move(pout * lower, 0.0, -0.48, 0.66) + move(pout * upper, 0.0, -0.16, 0.58)
    shrug_lower += move(chin, 0.0, -0.26, 0.66) + move(regions.bump(0.0, -8.3, 2.2, 0.8), 0.0, 0.15, 0.0)
    shrug_upper = move(pout * upper, 0.0, -0.50, 0.55) + move(pout * lower, 0.0, -0.16, 0.50)
    gap = regions.bump(0.0, z, 2.6, 2.0)
    tongue = regions.jaw_turn(TONGUE_JAW_ANGLE, regions.jaw)
    tongue += move(gap * upper, 0.0, -0.05, 0.22) + move(gap * lower, 0.0, -0.12, -0.25)
    return {
        "mouthFunnel": funnel, "mouthPucker": pucker, "mouthRollLower": roll_lower, "mouthRollUpper": roll_upper,
        "mouthShrugLower": shrug_lower, "mouthShrugUpper": shrug_upper, "tongueOut": tongue,
    }  # fmt: skip


def mouth_keys(regions: Regions) -> dict[str, Array]:
    """Displacements in centimetres."""
    return {**_jaw_keys(regions), **_corner_keys(regions), **_lip_keys(regions), **_round_keys(regions)}
