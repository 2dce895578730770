"""Shape keys of brows, cheeks and nose; those with a side are the left one."""

from __future__ import annotations

import numpy as np

from .anatomy import Array, skin_normal, smoothstep
from .lids import turn_lids
from .openings import eye_angles
from .regions import Regions, move


def _forehead(regions: Regions) -> Array:
    """1 along the brows, fading down to the lids and up to the hairline."""
    z = regions.points[:, 2]
    front = smoothstep(2.0, -2.0, regions.points[:, 1])
    below = smoothstep(1.5, 3.3, z)
    return below * (1.0 - smoothstep(4.8, 9.0, z)) * front


def _brow_keys(regions: Regions) -> dict[str, Array]:
    x, forehead = regions.x, _forehead(regions)
    left = smoothstep(-0.5, 0.9, x)
    inner = 1.0 - smoothstep(0.8, 4.6, np.abs(x))
    outer = smoothstep(1.8, 4.9, x) * (1.0 - smoothstep(6.4, 8.0, x))
    down = forehead * left * (1.0 - 0.72 * smoothstep(1.0, 6.0, x)) * (1.0 - smoothstep(6.4, 8.0, x))
    furrow = regions.bump(0.55, 2.6, 1.2, 1.5)
    lowered = move(down, 0.0, 0.0, -1.35)
    lowered[:, 0] -= down * (1.0 - smoothstep(1.0, 4.0, x)) * 0.32 * smoothstep(0.2, 0.9, x)
    return {
        "browDownLeft": regions.slide(lowered) + move(furrow, 0.0, -0.12, -0.1) + 0.35 * turn_lids(regions, 0.12, 0.0),
        "browInnerUp": regions.slide(move(forehead * inner, 0.0, 0.0, 1.4)),
        "browOuterUpLeft": regions.slide(move(forehead * outer, 0.0, 0.0, 1.2)),
    }


def _cheek_keys(regions: Regions) -> dict[str, Array]:
    points = regions.points
    _, _, from_eye = eye_angles(points)
    apple = regions.bump(4.0, -3.2, 2.8, 2.4)
    crow = regions.bump(6.0, -0.6, 1.6, 1.8)
    squint = regions.slide(move(apple, 0.0, 0.0, 0.62)) + move(apple, 0.1, -0.30, 0.0) + move(crow, -0.12, 0.0, 0.15)
    squint += turn_lids(regions, 0.06, 0.85) * (from_eye < 5.0)[:, None]
    away = np.linalg.norm(
        (np.abs(points) * [1, 0, 0] + points * [0, 1, 1] - [4.7, -4.8, -6.4]) / [3.4, 4.4, 3.4], axis=1
    )
    puff = np.square(np.maximum(1.0 - np.square(away), 0.0)) * regions.outside
    lips = regions.bump(0.0, -6.7, 3.2, 1.8)
    some = regions.surface & (puff > 0.0)
    swelling = np.zeros_like(points)
    swelling[some] = skin_normal(points[some])[1] * puff[some, None] * 1.35
    return {"cheekSquintLeft": squint, "cheekPuff": swelling + move(lips, 0.0, -0.22, 0.0)}


def _nose_keys(regions: Regions) -> dict[str, Array]:
    wing = regions.bump(1.25, -3.5, 1.35, 1.5, 1.2)
    bridge = regions.bump(0.85, -0.9, 1.1, 1.6)
    lip = regions.bump(1.5, -5.7, 1.9, 2.2, 1.3) * regions.upper
    frown = _forehead(regions) * smoothstep(-0.4, 0.7, regions.x) * (1.0 - smoothstep(1.2, 3.4, regions.x))
    cheek = regions.bump(2.9, -2.7, 1.9, 1.5)
    sneer = move(wing, 0.20, 0.05, 0.75) + move(bridge, 0.08, -0.22, 0.26) + move(lip, 0.05, -0.05, 0.45)
    sneer += (
        move(cheek, 0.0, -0.16, 0.28) + regions.slide(move(frown, -0.12, 0.0, -0.38)) + turn_lids(regions, 0.08, 0.5)
    )
    return {"noseSneerLeft": sneer}


def upper_face_keys(regions: Regions) -> dict[str, Array]:
    """Displacements in centimetres."""
    return {**_brow_keys(regions), **_cheek_keys(regions), **_nose_keys(regions)}
