"""Lines that a moving face folds into: furrows pressed into the skin along a path, with a soft ridge on both sides."""

from __future__ import annotations

import numpy as np

from .anatomy import Array, skin_normal
from .regions import Regions

_STEPS = 24
_ROUNDING = 8
"""How often the corners of its path are rounded."""
_PINCH = 0.30
"""How much of their way to the furrow's bottom the skin beside it is drawn in: sharper than the mesh is fine."""


def furrow(
    regions: Regions, path: list[tuple[float, float]], depth: float, width: float = 0.34, moved: Array | float = 0.0
) -> Array:
    """Displacement (n, 3) of a furrow whose ends run out softly.

    ``path`` are points (x, z) of the face as seen from the front, after it has been ``moved``; depth and half width in
    centimetres.
    """
    points = regions.points + moved
    line = _on_face(points[regions.surface & (points[:, 1] < -2.0)], path)
    result = np.zeros_like(points)
    near = regions.surface & np.all((points > line.min(axis=0) - 1.5) & (points < line.max(axis=0) + 1.5), axis=1)
    to_line = line[None, :, :] - points[near, None, :]
    distance = np.linalg.norm(to_line, axis=2)
    nearest = distance.argmin(axis=1)
    across = np.take_along_axis(distance, nearest[:, None], axis=1)[:, 0]
    t = nearest / (_STEPS - 1)
    strength = np.power(np.maximum(4.0 * t * (1.0 - t), 0.0), 0.6)
    profile = 0.45 * np.exp(-np.square((across - 1.9 * width) / width)) - np.exp(-np.square(across / width))
    drawn = _PINCH * np.exp(-np.square(across / (1.5 * width))) * strength * min(1.0, depth / 0.12)
    inward = np.take_along_axis(to_line, nearest[:, None, None], axis=1)[:, 0]
    pressed = (depth * strength * profile)[:, None]
    result[near] = skin_normal(regions.points[near])[1] * pressed + inward * drawn[:, None]
    return result


def _on_face(face: Array, path: list[tuple[float, float]]) -> Array:
    """A polyline (x, z), rounded at its corners, as evenly spread points on the skin."""
    corners = np.array(path)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    along = np.linspace(0.0, length[-1], _STEPS)
    line = np.stack([np.interp(along, length, corners[:, axis]) for axis in (0, 1)], axis=1)
    for _ in range(_ROUNDING):
        line[1:-1] = (line[:-2] + 2.0 * line[1:-1] + line[2:]) / 4.0
    away = np.linalg.norm(line[:, None, :] - face[None, :, [0, 2]], axis=2)
    weight = np.exp(-np.square(away / 0.22)) + 1e-9
    depth = weight @ face[:, 1] / weight.sum(axis=1)
    return np.stack([line[:, 0], depth, line[:, 1]], axis=1)
