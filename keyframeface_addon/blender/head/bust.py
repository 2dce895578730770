"""Ears and sweater: they turn with the head or stand with the neck, and have no keys."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from .anatomy import Array, smoothstep
from .complexion import place_in_picture
from .part import Part, merge, other_side, sheet
from .topology import Face


def _left_ear() -> tuple[Array, list[Face]]:
    """Rings from the hollow of the ear over its rolled rim and round to its back, in a plane splayed from the head."""
    count = 36
    turn = 2.0 * np.pi * np.arange(count) / count
    # the outline: broad above, a lobe below; u grows backwards, v up
    length = 2.55 + 0.30 * np.sin(turn) + 0.12 * np.cos(2.0 * turn)
    u, v = 0.66 * length * np.cos(turn), length * np.sin(turn)
    u = u * (1.0 + 0.16 * np.sin(turn)) + 0.18 * np.sin(turn)
    back = smoothstep(-0.55, 0.45, np.cos(turn) + 0.25 * np.sin(turn))
    lobe = smoothstep(-0.55, -0.95, np.sin(turn))
    rim = back * (1.0 - 0.75 * lobe)
    # (scale of the outline, height over the plane at the front edge, extra height where the rim is rolled)
    levels = (
        (0.16, -0.55, -0.10), (0.38, -0.45, -0.08), (0.54, -0.05, 0.16), (0.66, 0.06, 0.30), (0.78, 0.00, 0.02),
        (0.88, 0.05, 0.18), (0.96, 0.00, 0.48), (1.04, -0.20, 0.42), (1.02, -0.50, 0.10), (0.86, -0.75, -0.10),
        (0.66, -1.10, -0.35), (0.50, -1.9, -0.5),
    )  # fmt: skip
    rows = []
    for scale, height, roll in levels:
        rows.append(np.stack([u * scale, v * scale, np.full(count, height) + roll * rim], axis=1))
    flat = np.concatenate(rows)
    middle = np.array([[0.0, 0.0, -0.62]])
    flat = np.concatenate([flat, middle])
    faces = [tuple(reversed(f)) for f in sheet(len(levels), count, closed=True)]
    faces += [(len(flat) - 1, c, (c + 1) % count) for c in range(count)]
    splay, lean = np.radians(24.0), np.radians(9.0)
    u, v, w = flat.T
    u, v = u * np.cos(lean) + v * np.sin(lean), v * np.cos(lean) - u * np.sin(lean)
    x = w * np.cos(splay) + u * np.sin(splay)
    y = u * np.cos(splay) - w * np.sin(splay)
    return np.stack([7.55 + x, 1.15 + y, -1.3 + v], axis=1), [tuple(reversed(f)) for f in faces]


def ears() -> Part:
    left, faces = _left_ear()
    points, all_faces, paint = merge([(left, faces, 0), (*other_side(left, faces), 0)])
    flush = np.clip(0.75 - 0.25 * np.abs(points[:, 2] + 1.3), 0.35, 0.75)
    return Part("Ears", points, all_faces, ("skin",), paint, picture=place_in_picture(flush))


_SWEATER = (
    # height, half width, front y, back y: from within the collar over its roll, along the shoulders to the lower edge
    (-15.4, 3.5, -1.2, 5.9),
    (-13.9, 3.7, -1.5, 6.0),
    (-13.45, 4.0, -1.85, 6.3),
    (-13.6, 4.35, -2.2, 6.6),
    (-14.4, 4.6, -2.5, 6.9),
    (-14.75, 4.75, -2.6, 7.0),
    (-15.05, 5.3, -2.8, 7.1),
    (-15.8, 7.3, -3.2, 7.4),
    (-16.7, 9.6, -3.6, 7.7),
    (-17.8, 11.3, -4.0, 7.9),
    (-19.2, 12.3, -4.4, 8.0),
    (-20.8, 12.7, -4.7, 8.0),
    (an.FLOOR, 12.6, -4.7, 7.9),
    (an.FLOOR, 9.0, -2.5, 6.0),
)
_RIB = (1, 4)
"""Rows of the sweater between which it is ribbed."""


def sweater() -> Part:
    """Collar, shoulders and the top of the chest, which end the bust."""
    count = 64
    turn = 2.0 * np.pi * np.arange(count) / count
    rows = []
    for row, (z, wide, front, back) in enumerate(_SWEATER):
        rib = 1.0 + (0.012 * np.cos(turn * count / 2.0) if _RIB[0] <= row <= _RIB[1] else 0.0)
        # shoulders are squarer than an ellipse, and lower to the sides
        square = 1.0 - 0.22 * smoothstep(5.0, 11.0, np.full(count, wide))
        across, ahead = np.sin(turn), np.cos(turn)
        x = wide * np.sign(across) * np.power(np.abs(across), square) * rib
        middle, deep = (front + back) / 2.0, (back - front) / 2.0
        y = middle - deep * np.sign(ahead) * np.power(np.abs(ahead), square) * rib
        dip = 0.55 * np.maximum(ahead, 0.0) * smoothstep(3.4, 4.6, np.full(count, wide)) * (wide < 8.0)
        rows.append(np.stack([x, y, z - dip * (row not in (0, 12, 13))], axis=1))
    points = np.concatenate(rows)
    faces = [tuple(reversed(f)) for f in sheet(len(rows), count, closed=True)]
    return Part("Sweater", points, faces, ("collar",), [0] * len(faces), bone="neck")
