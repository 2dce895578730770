"""Eyebrows: two dark tapering forms with keys of their own, led by the skin under them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from . import anatomy as an
from .anatomy import Array, smoothstep
from .part import Part, merge, moving, other_side, sheet
from .regions import Regions

INNER_END, OUTER_END = 0.95, 6.35
"""Where the left brow begins and ends, across the face."""
_STEPS, _AROUND = 22, 8


def brow_height(t: Array) -> Array:
    """Height of a brow's middle line, from its inner end (0) to its outer one (1)."""
    height: Array = 3.74 + 0.50 * np.sin(np.pi * np.power(t, 1.15) * 0.92) - 0.42 * np.square(t)
    return height


def brows(regions: Regions, keys: Mapping[str, Array]) -> Part:
    t = np.linspace(0.0, 1.0, _STEPS)
    x, middle = INNER_END + (OUTER_END - INNER_END) * t, brow_height(t)
    half = 0.03 + 0.44 * np.power(1.0 - t, 0.55) * (0.72 + 0.28 * smoothstep(0.0, 0.25, t))
    half *= np.sqrt(smoothstep(-0.10, 0.10, t))
    turn = 2.0 * np.pi * np.arange(_AROUND) / _AROUND
    # across the brow's own direction, so that it keeps its width where it slopes
    slope = np.arctan2(np.gradient(middle), np.gradient(x))
    aside, high = half[:, None] * np.cos(turn), half[:, None] * 0.36 * np.sin(turn) + 0.12
    wide = (x[:, None] - np.sin(slope)[:, None] * aside).ravel()
    tall = (middle[:, None] + np.cos(slope)[:, None] * aside).ravel()
    place = np.stack([wide, an.front_of_skin(wide, tall), tall], axis=1)
    band = (place + an.skin_normal(place)[1] * high.ravel()[:, None]).reshape(_STEPS, _AROUND, 3)
    points = np.concatenate([band.reshape(-1, 3), [band[0].mean(axis=0), band[-1].mean(axis=0)]])
    faces = sheet(_STEPS, _AROUND, closed=True)
    inner, outer, last = len(points) - 2, len(points) - 1, (_STEPS - 1) * _AROUND
    for c in range(_AROUND):
        n = (c + 1) % _AROUND
        faces += [(inner, n, c), (last + c, last + n, outer)]
    right, right_faces = other_side(points, faces)
    merged, all_faces, paint = merge([(points, faces, 0), (right, right_faces, 0)])
    feet = np.concatenate([place, band[[0, -1]].mean(axis=1)])
    feet = np.concatenate([feet, feet * np.array([-1.0, 1.0, 1.0])])
    return Part("Brows", merged, all_faces, ("brows",), paint, keys=moving(_led(feet, regions, keys)))


def _led(feet: Array, regions: Regions, keys: Mapping[str, Array], near: int = 12) -> dict[str, Array]:
    """What the skin's moves are at points on it: a plane fitted through those of the nearest vertices."""
    skin = np.flatnonzero(regions.surface & (regions.points[:, 1] < 0.0) & (regions.points[:, 2] > 1.0))
    gap = np.linalg.norm(feet[:, None, :] - regions.points[None, skin, :], axis=2)
    nearest = skin[np.argpartition(gap, near, axis=1)[:, :near]]
    away = regions.points[nearest] - feet[:, None, :]
    weight = np.exp(-np.square(np.linalg.norm(away, axis=2) / 0.45))
    plane = np.concatenate([np.ones((*away.shape[:2], 1)), away], axis=2)
    weighted = plane * weight[:, :, None]
    # neighbours lie nearly in a plane: what their moves do across it is held at nothing
    square = np.einsum("pni,pnj->pij", weighted, plane) + np.diag([0.0, 1e-3, 1e-3, 1e-3])
    share = np.einsum("pi,pni->pn", np.linalg.inv(square)[:, 0], weighted)
    return {name: np.einsum("pn,pnk->pk", share, key[nearest]) for name, key in keys.items()}
