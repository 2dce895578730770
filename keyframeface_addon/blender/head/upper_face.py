"""Shape keys of brows, cheeks and nose; those with a side are the left one."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from .anatomy import Array, skin_normal, smoothstep
from .lids import bag, off_lids, turn_lids
from .regions import Regions, move
from .wrinkles import furrow

_EYE_X = float(an.EYE_CENTRE[0])
_TEMPLE = 7.6
"""Beyond this distance from the middle nothing of a brow's movement is left."""


def _forehead(regions: Regions) -> Array:
    """1 along the brows, fading down to the lids and up to the hairline."""
    z = regions.points[:, 2]
    front = smoothstep(2.0, -2.0, regions.points[:, 1])
    return smoothstep(0.7, 3.3, z) * (1.0 - smoothstep(4.6, 9.4, z)) * front * regions.outside


def _inner(x: Array) -> Array:
    """1 at the inner half of the brows, 0 from their peak outwards."""
    return 1.0 - smoothstep(1.0, 4.9, np.abs(x))


def _brow_keys(regions: Regions) -> dict[str, Array]:
    x, forehead = regions.x, _forehead(regions)
    temple = 1.0 - smoothstep(6.0, _TEMPLE, np.abs(x))
    left = regions.left(0.7)
    inner = _inner(x)
    frown = forehead * left * temple
    lowered = move(frown * (0.42 + 0.83 * inner), 0.0, 0.0, -1.0)
    lowered[:, 0] -= frown * inner * 0.42 * smoothstep(0.1, 0.95, x)
    # the skin that is pushed together bulges over the inner corner of the eye and between the brows
    bulge = move(regions.bump(1.5, 2.5, 1.9, 1.5), 0.0, -0.24, 0.0)
    lowered = regions.slide(lowered)
    bulge += furrow(regions, [(0.55, 2.2), (0.5, 3.7)], 0.22, 0.32, moved=lowered + bulge)
    free = forehead * temple * (0.15 + 0.85 * off_lids(regions))
    raised = move(free * (1.85 * inner - 0.28 * (1.0 - inner)), 0.0, 0.0, 1.0)
    across = np.zeros_like(raised)
    for z, wide, depth in ((4.55, 2.4, 0.25), (5.25, 2.9, 0.34), (6.0, 2.6, 0.28)):
        line = [(-wide, z + 0.1), (-wide * 0.4, z - 0.12), (wide * 0.4, z - 0.12), (wide, z + 0.1)]
        across += furrow(regions, line, depth, 0.3)
    arch = (0.24 * regions.left(0.7) + 0.76 * smoothstep(0.6, 4.4, x)) * (1.0 - 0.42 * smoothstep(4.9, 6.6, x))
    lifted = move(free * arch, 0.0, 0.0, 1.55)
    over = np.zeros_like(lifted)
    for z, depth in ((4.85, 0.28), (5.6, 0.26)):
        over += furrow(regions, [(2.1, z), (4.0, z + 0.35), (6.0, z - 0.25)], depth, 0.3)
    return {
        "browDownLeft": lowered + bulge * left[:, None] + turn_lids(regions, 0.10, 0.0, inner=0.10),
        "browInnerUp": regions.slide(raised) + across,
        "browOuterUpLeft": regions.slide(lifted) + over,
    }


def _cheek_keys(regions: Regions) -> dict[str, Array]:
    points = regions.points
    apple = regions.bump(_EYE_X + 0.7, -3.1, 2.9, 2.3, 2.6) * off_lids(regions)
    crow = regions.bump(_EYE_X + 2.7, -0.5, 1.6, 1.9)
    squint = regions.slide(move(apple, 0.10, 0.0, 0.95)) + move(apple, 0.08, -0.42, 0.0)
    squint += regions.slide(move(crow, -0.14, 0.0, 0.10)) + turn_lids(regions, 0.05, 0.55) + bag(regions, 0.15)
    corner = _EYE_X + 2.45
    for end in ((7.05, 0.95), (7.2, 0.15), (7.05, -0.7)):
        start = (corner + 0.25, 0.15 + 0.35 * (end[1] - 0.15))
        squint += furrow(regions, [start, end], 0.11, 0.22)
    away = np.linalg.norm(
        (np.abs(points) * [1, 0, 0] + points * [0, 1, 1] - [4.5, -5.2, an.MOUTH_Z + 0.75]) / [3.9, 4.8, 3.8], axis=1
    )
    puff = np.power(np.maximum(1.0 - np.square(away), 0.0), 2.6) * regions.outside
    lips = regions.bump(0.0, an.MOUTH_Z - 0.1, 3.3, 1.9)
    some = regions.surface & (puff > 0.0)
    swelling = np.zeros_like(points)
    swelling[some] = skin_normal(points[some])[1] * puff[some, None] * 1.6
    return {"cheekSquintLeft": squint, "cheekPuff": swelling + move(lips, 0.0, -0.28, 0.0)}


def _nose_keys(regions: Regions) -> dict[str, Array]:
    x = regions.x
    wing = regions.bump(1.4, -3.0, 1.5, 1.8, 1.2)
    tip = regions.bump(0.0, -3.0, 1.3, 1.3, 1.2) * regions.left(0.7)
    side = regions.bump(1.05, -1.5, 1.2, 1.4)
    lip = regions.bump(1.5, an.MOUTH_Z + 0.8, 2.0, 2.2, 1.3) * regions.upper
    cheek = regions.bump(2.7, -3.0, 2.0, 1.9) * off_lids(regions)
    frown = _forehead(regions) * regions.left(0.7) * (1.0 - smoothstep(1.0, 4.0, x))
    frown *= 1.0 - smoothstep(4.5, 7.5, regions.points[:, 2])
    sneer = move(wing, 0.24, 0.02, 0.58) + move(tip, 0.0, -0.05, 0.30)
    sneer += move(side, 0.05, -0.16, 0.18) + move(lip, 0.06, -0.06, 0.42)
    sneer += regions.slide(move(cheek, 0.05, 0.0, 0.45)) + move(cheek, 0.0, -0.18, 0.0)
    sneer += regions.slide(move(frown, -0.12, 0.0, -0.45)) + turn_lids(regions, 0.06, 0.45) + bag(regions, 0.06)
    lines = [(-0.1, 0.35), (1.0, -0.75)], [(0.0, -0.6), (1.15, -1.7)]
    round_wing = [(1.2, -1.6), (1.8, -1.9), (2.05, -2.6), (2.3, -3.4), (2.6, -4.2)]
    folds = furrow(regions, round_wing, 0.20, 0.30, moved=sneer)
    for line in lines:
        folds += furrow(regions, line, 0.30, 0.30, moved=sneer)
    return {"noseSneerLeft": sneer + folds}


def upper_face_keys(regions: Regions) -> dict[str, Array]:
    """Displacements in centimetres."""
    return {**_brow_keys(regions), **_cheek_keys(regions), **_nose_keys(regions)}
