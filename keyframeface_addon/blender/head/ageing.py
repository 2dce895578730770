"""The lines that an old face keeps when it is at rest."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from .anatomy import Array
from .regions import Regions, move
from .wrinkles import furrow

_Path = list[tuple[float, float]]


def lines(regions: Regions) -> Array:
    """Displacement (n, 3) in centimetres of the oldest face, exactly mirror-symmetric."""
    x, z = an.EYE_CENTRE[0], an.MOUTH_Z
    left: tuple[tuple[_Path, float], ...] = (
        ([(1.75, -3.2), (2.8, -4.3), (3.55, z + 0.2), (3.7, z - 0.9)], 0.15),
        ([(3.05, z - 0.6), (3.3, z - 1.5), (3.2, z - 2.4)], 0.08),
        ([(x - 1.9, -1.7), (x - 0.6, -2.65), (x + 1.0, -2.75), (x + 2.2, -2.0)], 0.12),
        ([(6.0, 0.5), (6.9, 0.9)], 0.06),
        ([(6.0, -0.4), (6.9, -0.7)], 0.06),
    )
    half = sum((furrow(regions, path, depth) for path, depth in left), np.zeros_like(regions.points))
    half += move(regions.bump(x, -1.95, 2.2, 0.9), 0.0, -0.12, 0.0)
    half[regions.points[:, 0] < 0.0] = 0.0
    across: tuple[_Path, ...] = ([(-3.6, 5.6), (0.0, 5.9), (3.6, 5.6)], [(-3.0, 6.9), (0.0, 7.2), (3.0, 6.9)])
    forehead = sum((furrow(regions, path, 0.07) for path in across), np.zeros_like(regions.points))
    return regions.skin.symmetric(forehead) + 2.0 * regions.skin.symmetric(half)
