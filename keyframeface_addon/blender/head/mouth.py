"""Shape keys of the lips; those with a side are the left one.

Keys are added up, so those that leave the mouth shut move both lips alike where they touch, and all that makes lips
thinner takes only so much of their height that the sum leaves some.
"""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from . import jaw
from . import openings as op
from .anatomy import Array, smoothstep
from .lips import Lips, find_lips
from .regions import Regions, move
from .wrinkles import furrow

_ROLLED_IN = {4: 3.2, 5: 2.3, 6: 1.1, 7: 0.9, 8: 0.6, 9: 0.2}
_PRESSED = {4: 0.95, 5: 0.7, 6: 0.15, 7: 0.05}
_TURNED_OUT = {4: -0.6, 5: -0.7, 6: -0.7, 7: -0.8, 8: -0.8, 9: -0.3}
_POUTED = {4: -0.4, 5: -0.4, 6: -0.35, 7: -0.15}
"""By how many rings each ring of the red rolls inwards."""


def _corner_keys(lips: Lips) -> dict[str, Array]:
    """What is done to one corner of the mouth."""
    regions = lips.regions
    left = np.maximum(lips.along, 0.0)
    x, z = an.MOUTH_HALF_WIDTH, op.lip_line(np.ones(1))[0]
    pull, soft = np.power(left, 1.8), np.power(left, 1.2)

    apple = regions.bump(x + 1.6, z + 2.3, 2.9, 2.0, 3.6)
    smile = lips.move((3.2, 2.8, 2.8), slid=move(pull, 0.82, 0.0, 1.2), pushed=move(pull, 0.0, 0.2, 0.0), flat=0.12)
    smile += regions.slide(move(apple, 0.1, 0.0, 0.3)) + move(apple, 0.1, -0.42, 0.0)
    smile += furrow(regions, [(1.3, -2.7), (2.6, -3.0), (3.8, -3.7), (4.5, -4.8), (4.4, -6.2)], 0.26, 0.36, moved=smile)

    dimple = lips.move((2.8, 2.0, 2.0), slid=move(pull, 0.55, 0.0, 0.12), pushed=move(pull, 0.0, 0.30, 0.0))
    dimple += move(regions.bump(x + 0.8, z, 1.2, 1.6), 0.0, 0.12, 0.0)
    dimple += furrow(regions, [(x + 0.95, z + 1.0), (x + 1.15, z), (x + 0.95, z - 1.0)], 0.24, 0.30, moved=dimple)

    sag = smoothstep(0.0, 1.3, left)
    frown = lips.move(
        (2.6, 2.4, 3.0), slid=move(pull, 0.06, 0.0, 0.0) + move(sag, 0.0, 0.0, -1.5), pushed=move(pull, 0.0, 0.1, 0.0)
    )
    frown += furrow(regions, [(x + 0.45, z + 0.3), (x + 0.6, z - 1.0), (x + 0.1, z - 2.6)], 0.15, 0.42)
    frown += move(regions.bump(x - 0.4, z - 2.4, 1.3, 1.2), 0.0, -0.18, -0.1)

    stretch = lips.move(
        (3.6, 2.4, 3.0), slid=move(soft, 1.25, 0.0, -0.42), pushed=move(soft, 0.0, 0.15, 0.0), flat=0.16 * soft
    )
    stretch += furrow(regions, [(x + 1.0, z + 0.9), (x + 1.2, z - 0.3), (x + 0.9, z - 1.6)], 0.16, 0.36)
    keys = {"mouthSmileLeft": smile, "mouthDimpleLeft": dimple, "mouthFrownLeft": frown, "mouthStretchLeft": stretch}
    return {name: key * regions.left(0.8)[:, None] for name, key in keys.items()}


def _half_keys(lips: Lips) -> dict[str, Array]:
    """Lips of one half."""
    regions = lips.regions
    half, middle = np.power(lips.arch, 1.3), an.MOUTH_Z
    upper, lower = lips.upper, 1.0 - lips.upper
    # past each other by a little, so that pressed lips stay shut when something else pulls them apart
    onto = half * (0.09 * lower - 0.06 * upper)
    straight = 0.55 * (middle - op.lip_line(lips.along))
    press = lips.move(
        (2.0, 1.5, 1.7),
        pushed=move(half, 0.0, 0.30, 0.0) + move(onto + straight, 0.0, 0.0, 1.0),
        turned=_PRESSED,
        flat=0.16,
    )
    # bulges over and under them
    for z, high in ((middle + 1.15, 0.7), (middle - 1.35, 0.75)):
        press += move(regions.bump(0.0, z, 3.2, high), 0.0, -0.32, 0.0)
    press += move(regions.bump(an.MOUTH_HALF_WIDTH + 0.4, middle + 0.3, 1.1, 1.0), 0.0, 0.30, 0.0)

    # widest beside the middle, over the eye teeth
    wide = np.power(lips.arch, 0.8) * (0.85 + 0.5 * np.square(lips.along))
    drop = lips.move((1.8, 1.2, 2.5), pushed=move(wide * lower, 0.12, 0.25, -0.98), flat=0.15 * lower)
    drop += move(regions.bump(1.3, middle - 2.1, 1.7, 0.7), 0.0, -0.12, 0.0)
    lift = lips.move(
        (2.0, 2.0, 1.2), pushed=move(wide * np.power(lips.arch, 0.5) * upper, 0.10, 0.28, 0.85), flat=0.10 * upper
    )
    lift += move(regions.bump(1.45, middle + 2.4, 1.2, 1.1), 0.10, -0.05, 0.28)
    lift += furrow(regions, [(1.5, -2.5), (2.6, -3.1), (3.3, -4.1), (3.5, -5.2)], 0.20, 0.38, moved=lift)
    return {
        "mouthPressLeft": press * regions.left(0.8)[:, None],
        "mouthLowerDownLeft": drop * regions.left()[:, None],
        "mouthUpperUpLeft": lift * regions.left()[:, None],
    }


def _round_keys(lips: Lips) -> dict[str, Array]:
    """Lips that push out or turn in, both halves at once."""
    upper, lower, arch = lips.upper, 1.0 - lips.upper, lips.arch
    one, x = np.ones_like(arch), lips.border[:, 0]
    level = an.MOUTH_Z - op.lip_line(lips.along)
    far = (3.4, 1.9, 3.1)

    funnel = lips.move(
        far,
        slid=np.stack([-0.30 * x, 0.0 * x, level], axis=1),
        pushed=move(one, 0.0, -0.85, 0.0) + move(arch * upper, 0.0, 0.0, 0.16) + move(arch * lower, 0.0, 0.05, -0.45),
        turned=_TURNED_OUT,
        turn=arch,
    )
    funnel += jaw.opened(lips, jaw.OPEN_FOR_FUNNEL)
    pucker = lips.move(
        far,
        slid=np.stack([-0.40 * x, 0.0 * x, level], axis=1),
        pushed=move(0.75 + 0.25 * arch, 0.0, -1.0, 0.0),
        flat=-0.25,
    )
    roll_lower = lips.move(
        (2.2, 1.0, 1.7), pushed=move(lower * arch, 0.0, 0.45, 0.04), turned=_ROLLED_IN, turn=lower * arch
    )
    roll_upper = lips.move(
        (2.2, 1.5, 1.0), pushed=move(upper * arch, 0.0, 0.45, -0.03), turned=_ROLLED_IN, turn=upper * arch
    )
    hump = np.power(arch, 1.5)
    shrug_lower = lips.move(
        (2.4, 2.0, 2.2),
        pushed=move(hump * lower, 0.0, -0.42, 0.55) + move(hump * upper, 0.0, -0.08, 0.55),
        turned=_POUTED,
        turn=hump * lower,
    )
    shrug_lower += _bunched_chin(lips)
    shrug_upper = lips.move(
        (2.4, 2.0, 2.0),
        pushed=move(hump * upper, 0.0, -0.60, 0.58) + move(hump * lower, 0.0, -0.24, 0.62),
    )
    tongue = jaw.opened(lips, jaw.OPEN_FOR_TONGUE)
    tongue += lips.move(
        (2.2, 1.7, 2.2), pushed=move(arch * upper, 0.0, -0.05, 0.12) + move(arch * lower, 0.0, -0.12, -0.60)
    )
    return {
        "mouthFunnel": funnel, "mouthPucker": pucker, "mouthRollLower": roll_lower, "mouthRollUpper": roll_upper,
        "mouthShrugLower": shrug_lower, "mouthShrugUpper": shrug_upper, "tongueOut": tongue,
        "mouthLeft": lips.move((3.9, 2.0, 3.2), slid=move(one, 1.3, 0.0, 0.0)),
    }  # fmt: skip


def _bunched_chin(lips: Lips) -> Array:
    """The chin's flesh drawn up into a dimpled boss under the lower lip."""
    regions = lips.regions
    x, top = regions.x, an.MOUTH_Z - 1.25
    boss = regions.bump(0.0, top - 1.35, 2.3, 1.4, 1.6)
    pits = np.cos(x * 4.4 + np.pi) * np.cos((regions.points[:, 2] - top + 1.25) * 5.2) * smoothstep(0.15, 0.6, boss)
    bunch = regions.slide(move(boss, 0.0, 0.0, 0.85)) + move(boss, 0.0, -0.36, 0.0) + move(pits, 0.0, 0.07, 0.0)
    under_lip = [(-1.9, top - 0.6), (-1.0, top - 0.15), (0.0, top), (1.0, top - 0.15), (1.9, top - 0.6)]
    return bunch + furrow(regions, under_lip, 0.13, 0.42)


def mouth_keys(regions: Regions) -> dict[str, Array]:
    """Displacements in centimetres."""
    lips = find_lips(regions)
    return {**jaw.jaw_keys(lips), **_corner_keys(lips), **_half_keys(lips), **_round_keys(lips)}
