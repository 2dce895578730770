"""Eyelashes: a dark line that thickens towards the temple on each upper lid, and a fine one on the lower lid."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, Ints, smoothstep
from .part import Part, merge, moving, other_side, sheet
from .regions import Regions
from .topology import LEFT_EYE, Face

_Band = tuple[Array, Ints, list[Face], Array]
"""Points, the skin vertex that each grows from, faces, and 0..1 how far each point stands away from the lid."""
_DROOP = 1.7
"""How much further than the lid its lashes turn, so that closed eyes keep a broad dark line."""


def lashes(regions: Regions, keys: Mapping[str, Array]) -> Part:
    """Moved by the very vertices of the lids' margins that they grow from."""
    bands = [_upper_band(regions), _lower_band(regions)]
    points = np.concatenate([band[0] for band in bands])
    bound = np.concatenate([band[1] for band in bands])
    left_faces = bands[0][2] + [tuple(v + len(bands[0][0]) for v in face) for face in bands[1][2]]
    right, right_faces = other_side(points, left_faces)
    merged, faces, paint = merge([(points, left_faces, 0), (right, right_faces, 0)])
    vertices = np.concatenate([bound, regions.skin.mirror[bound]])
    free = np.tile(np.concatenate([band[3] for band in bands]), 2)
    moved = {name: _swing(merged, regions.points[vertices], key[vertices], free) for name, key in keys.items()}
    return Part("Lashes", merged, faces, ("lashes",), paint, keys=moving(moved))


def _margin(regions: Regions, side: float) -> tuple[Ints, Array]:
    """Vertices along the outer edge of the left upper (1) or lower (-1) lid, corners included, and their place there."""
    along, sides = op.loop_sides(LEFT_EYE)
    chosen = np.flatnonzero((sides == side) | (sides == 0.0))
    chosen = chosen[np.argsort(along[chosen])]
    return regions.skin.topology.rings["eye.L"][op.LID_EDGE][chosen], along[chosen]


def _frame(regions: Regions, root: Ints, side: float) -> tuple[Array, Array]:
    """Unit vectors at the roots: away from the eyeball, and along the lid away from the opening."""
    ahead = np.gradient(regions.points[root], axis=0)
    away = regions.points[root] - an.EYE_CENTRE
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    over = np.cross(away, ahead) * side
    over /= np.linalg.norm(over, axis=1, keepdims=True)
    return away, over


def _band(regions: Regions, root: Ints, profile: list[Array], free: list[float]) -> _Band:
    points = np.concatenate([regions.points[root] + offset for offset in profile])
    count = len(root)
    faces = sheet(len(profile), count)
    faces += [(last, last + 1, first + 1, first) for first, last in zip(
        range(count - 1), range((len(profile) - 1) * count, len(profile) * count - 1), strict=True
    )]  # fmt: skip
    return points, np.tile(root, len(profile)), faces, np.repeat(free, count)


def _upper_band(regions: Regions) -> _Band:
    root, s = _margin(regions, 1.0)
    away, over = _frame(regions, root, 1.0)
    outwards = np.stack([np.ones_like(s), np.zeros_like(s), np.zeros_like(s)], axis=1)
    thick = 0.04 + 0.20 * smoothstep(-1.0, 0.1, s)
    length = 0.06 + 0.26 * smoothstep(-1.0, 0.75, s) + 0.24 * smoothstep(0.45, 0.9, s)
    sweep = away * 0.75 + over * 0.75 + outwards * (0.95 * smoothstep(0.0, 1.0, s) - 0.12)[:, None]
    sweep /= np.linalg.norm(sweep, axis=1, keepdims=True)
    tip = sweep * length[:, None] + over * (0.4 * thick)[:, None]
    low = away * -0.05 - over * 0.02
    high = over * thick[:, None] + away * 0.08
    middle = (low + tip) / 2 - over * 0.02 + away * 0.03
    crest = (high + tip) / 2 + over * 0.02
    return _band(regions, root, [low, middle, tip, crest, high], [0.0, 0.6, 1.0, 0.6, 0.0])


def _lower_band(regions: Regions) -> _Band:
    root, s = _margin(regions, -1.0)
    away, over = _frame(regions, root, -1.0)
    wide = 0.012 + 0.050 * smoothstep(-0.7, 0.7, s)
    low = away * 0.012 - over * 0.01
    high = away * 0.012 + over * wide[:, None]
    tip = away * (0.03 + wide * 0.9)[:, None] + over * (wide * 0.7)[:, None]
    return _band(regions, root, [high, tip, low], [0.0, 0.0, 0.0])


def _swing(points: Array, roots: Array, moves: Array, free: Array) -> Array:
    """How lashes move whose roots move: turning with the root about the eye's centre, their free ends further."""
    centre = an.EYE_CENTRE * np.where(roots[:, :1] < 0.0, [[-1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0]])
    before, after = roots - centre, roots + moves - centre
    before /= np.linalg.norm(before, axis=1, keepdims=True)
    after /= np.linalg.norm(after, axis=1, keepdims=True)
    axis = np.cross(before, after)
    sine = np.linalg.norm(axis, axis=1)
    axis /= np.maximum(sine, 1e-12)[:, None]
    angle = np.arctan2(sine, np.sum(before * after, axis=1)) * (1.0 + _DROOP * free)
    cosine, sine = np.cos(angle)[:, None], np.sin(angle)[:, None]
    hair = points - roots
    along = axis * np.sum(axis * hair, axis=1, keepdims=True)
    result: Array = moves + hair * (cosine - 1.0) + np.cross(axis, hair) * sine + along * (1.0 - cosine)
    return result
