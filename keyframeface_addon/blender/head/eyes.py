"""Eyeballs, which turn, and the lamp's reflection in them, which does not."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from .anatomy import Array
from .palette import EYE_PICTURE_REACH, IRIS, PUPIL, RIM
from .part import Part, merge, sheet
from .topology import Face

_AROUND = 32
_RINGS = np.array([
    *np.linspace(0.3, 1.0, 3) * PUPIL,
    *np.linspace(PUPIL, RIM, 4)[1:],
    IRIS,
    *np.radians([38.0, 46.0, 56.0, 66.0, 76.0, 92.0, 112.0, 135.0, 160.0]),
])  # fmt: skip
_GLINTS = (
    # azimuth, elevation, radius (radians): the key lamp, and a weak echo across the pupil
    (np.radians(-11.0), np.radians(13.0), np.radians(5.6)),
    (np.radians(9.5), np.radians(-11.0), np.radians(2.2)),
)
_GLINT_LIFT = 1.010
"""In eye radii: over the eyeball, under the closing lid."""


def eyeball(side: str) -> Part:
    """A ball whose pole looks ahead (-y), painted by rings (pupil, iris, its dark rim, white)."""
    turn = 2.0 * np.pi * np.arange(_AROUND) / _AROUND
    flat, depth = np.sin(_RINGS), -np.cos(_RINGS)
    body = np.stack(
        [np.outer(flat, np.cos(turn)), np.repeat(depth[:, None], _AROUND, 1), np.outer(flat, np.sin(turn))], axis=2
    )
    points = np.concatenate([body.reshape(-1, 3), [[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]])
    front, back = len(points) - 2, len(points) - 1
    faces = sheet(len(_RINGS), _AROUND, closed=True)
    middles = np.repeat((_RINGS[:-1] + _RINGS[1:]) / 2, _AROUND)
    paint = [2 if m < PUPIL else 1 if m < RIM else 3 if m < IRIS else 0 for m in middles]
    last = (len(_RINGS) - 1) * _AROUND
    for c in range(_AROUND):
        n = (c + 1) % _AROUND
        faces += [(front, n, c), (last + c, last + n, back)]
        paint += [2, 0]
    faces = [tuple(reversed(f)) for f in faces]
    sign = 1.0 if side == "L" else -1.0
    ball = an.EYE_CENTRE * np.array([sign, 1.0, 1.0]) + points * an.EYE_RADIUS
    colours = ("eye white", "iris", "pupil", "iris rim")
    return Part(f"Eye.{side}", ball, faces, colours, paint, bone=f"eye.{side}", picture=_seen_along_axis(points))


def _seen_along_axis(points: Array) -> Array:
    """(n, 2) places in the eye's picture of points on the unit ball."""
    angle = np.arccos(np.clip(-points[:, 1], -1.0, 1.0))
    flat = np.maximum(np.hypot(points[:, 0], points[:, 2]), 1e-9)
    part = np.minimum(angle / EYE_PICTURE_REACH, 0.99)
    place: Array = 0.5 + 0.5 * points[:, ::2] / flat[:, None] * part[:, None]
    return place


def glints() -> Part:
    """Small white caps over both irises, at the same place on both, as one lamp makes them."""
    pieces: list[tuple[Array, list[Face], int]] = []
    for sign in (1.0, -1.0):
        for azimuth, elevation, radius in _GLINTS:
            cap, faces = _cap(azimuth, elevation, radius)
            pieces.append((an.EYE_CENTRE * np.array([sign, 1.0, 1.0]) + cap, faces, 0))
    points, all_faces, paint = merge(pieces)
    return Part("Glints", points, all_faces, ("glint",), paint)


def _cap(azimuth: float, elevation: float, radius: float) -> tuple[Array, list[Face]]:
    """Round the eye's centre: rings of a sphere, so that subdivision keeps it one."""
    around = 16
    turn = 2.0 * np.pi * np.arange(around) / around
    rim = radius * np.repeat([1.0, 0.66, 0.33], around)
    a, e = azimuth + rim * np.tile(np.cos(turn), 3), elevation + rim * np.tile(np.sin(turn), 3)
    a, e = np.append(a, azimuth), np.append(e, elevation)
    points = np.stack([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)], axis=1)
    faces = sheet(3, around, closed=True)
    faces += [(2 * around + c, 2 * around + (c + 1) % around, 3 * around) for c in range(around)]
    return points * an.EYE_RADIUS * _GLINT_LIFT, faces
