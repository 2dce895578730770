"""Where on the head skin is flushed, shaded or red: each vertex's place in the skin's picture."""

from __future__ import annotations

import numpy as np

from . import openings as op
from .anatomy import Array
from .palette import PLAIN_SKIN
from .topology import Topology

_Spot = tuple[tuple[float, float, float], float, float]
_FLUSHED: tuple[_Spot, ...] = (
    # where, how far (centimetres), how much: cheeks, tip of the nose, round the eyes, before the ears, chin
    ((4.5, -6.4, -3.7), 2.2, 0.65),
    ((0.0, -9.6, -2.7), 1.3, 0.75),
    ((3.5, -7.2, 0.0), 2.9, 0.25),
    ((7.3, 1.0, -1.0), 2.5, 0.5),
    ((0.0, -7.8, -9.0), 1.6, 0.30),
)
_SHADED: tuple[_Spot, ...] = (
    # inner corners of the eyes under the brows, the lids' folds, under the nose, under the lower lip, under the chin
    ((1.75, -6.9, 0.9), 1.1, 0.25),
    ((3.5, -7.0, 2.1), 1.3, 0.20),
    ((0.0, -8.2, -3.9), 0.8, 0.35),
    ((0.0, -8.2, -7.6), 0.9, 0.30),
    ((0.0, -3.0, -11.5), 4.2, 0.65),
)


def place_in_picture(flush: Array, height: Array | float = PLAIN_SKIN) -> Array:
    """(n, 2) of flush 0 to 1 and height in the picture, kept off its edges."""
    place: Array = np.clip(np.stack([flush, np.broadcast_to(height, flush.shape)], axis=1), 0.01, 0.99)
    return place


def complexion(points: Array, topology: Topology) -> Array:
    """(n, 2) of the head's vertices, given where they are at rest on the head as modelled."""
    height = PLAIN_SKIN * (1.0 - _spots(points, _SHADED))
    rings = topology.rings["mouth"]
    height[rings[op.LIP_BORDER]] = 0.62
    for ring in rings[op.LIP_BORDER + 1 :]:
        height[ring] = 1.0
    return place_in_picture(_spots(points, _FLUSHED), height)


def _spots(points: Array, spots: tuple[_Spot, ...]) -> Array:
    p = points.copy()
    p[:, 0] = np.abs(p[:, 0])
    amount = np.zeros(len(p))
    for centre, size, strength in spots:
        away = np.linalg.norm(p - np.array(centre), axis=1)
        amount = np.maximum(amount, strength * np.exp(-np.square(away / size)))
    return amount
