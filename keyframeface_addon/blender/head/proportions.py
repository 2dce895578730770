"""Who the head is by its proportions: one smooth deformation of space through which every part of the character goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from . import anatomy as an
from .anatomy import Array, smoothstep
from .part import Part

_MIDDLE = 0.7
"""Centimetres beside the middle plane within which the two halves are blended; the eyeballs lie beyond."""
_EYE_EXACT, _EYE_REACH = 1.2, 2.1
"""In eye radii: how far round the eye the move is exactly a similarity, and where it has faded out."""
_CHIN_Z = -9.5


@dataclass(frozen=True)
class Proportions:
    """Factors are 1 and centimetres 0 on the head as modelled."""

    size: float = 1.0
    cranium: float = 1.0
    """Of the skull above the eyes: large on children."""
    face_length: float = 1.0
    """From the eyes to the chin."""
    face_width: float = 1.0
    jaw_width: float = 1.0
    chin: float = 0.0
    """Centimetres forwards."""
    cheeks: float = 0.0
    """Fullness in centimetres."""
    jowls: float = 0.0
    """Centimetres by which the flesh beside the chin hangs."""
    nose: float = 1.0
    nose_width: float = 1.0
    bridge: float = 0.0
    """Centimetres by which the bridge of the nose stands forward."""
    mouth_width: float = 1.0
    lips: float = 1.0
    """Fullness of the red."""
    brows_up: float = 0.0
    brow_ridge: float = 0.0
    """Centimetres forwards."""
    eye_size: float = 1.0
    eye_spacing: float = 0.0
    """Centimetres by which each eye lies further out."""
    ears: float = 1.0
    neck_width: float = 1.0
    neck_length: float = 0.0
    """Centimetres longer."""
    shoulders: float = 1.0

    @property
    def eye_scale(self) -> float:
        return self.eye_size * self.size


PLAIN = Proportions()


def warp(points: Array, proportions: Proportions) -> Array:
    """Points (n, 3) of the modelled head, in centimetres, where a head of these proportions has them.

    Exactly mirror-symmetric. Round each eye it is a similarity, so that an eyeball stays a ball under its lids.
    """
    if proportions == PLAIN:
        return points.copy()
    half = points.copy()
    half[:, 0] = np.abs(points[:, 0])
    result = _about_eyes(half, _shape_face(half, proportions), proportions)
    result = _shape_neck(result, proportions)
    floor = np.array([0.0, 0.0, an.FLOOR])
    scaled: Array = floor + (result - floor) * proportions.size
    scaled[:, 0] *= np.sign(points[:, 0])
    return scaled


def shaped(part: Part, proportions: Proportions) -> Part:
    """A part and its keys on a head of these proportions."""
    if proportions == PLAIN:
        return part
    points = warp(part.points, proportions)
    keys: Mapping[str, Array] = {
        name: _warped_move(part.points, points, key, proportions) for name, key in part.keys.items()
    }
    return replace(part, points=points, keys=keys)


def _warped_move(rest: Array, warped: Array, key: Array, proportions: Proportions) -> Array:
    result = np.zeros_like(key)
    moved = np.flatnonzero(np.any(key != 0.0, axis=1))
    result[moved] = warp(rest[moved] + key[moved], proportions) - warped[moved]
    return result


def _aside(x: Array) -> Array:
    """|x| rounded off in the middle: what depends on it has no crease there."""
    rounded: Array = np.where(x < _MIDDLE, np.square(x) / (2.0 * _MIDDLE) + _MIDDLE / 2.0, x)
    return rounded


def _near(p: Array, centre: tuple[float, float, float], reach: tuple[float, float, float]) -> Array:
    """A hill of height 1 round a point of the left half and its mirror image."""
    q = p.copy()
    if centre[0] > 0.0:
        q[:, 0] = _aside(p[:, 0])
    hill: Array = np.exp(-np.sum(np.square((q - centre) / reach), axis=1))
    return hill


def _scaled(p: Array, centre: tuple[float, float, float], factors: tuple[float, float, float], weight: Array) -> Array:
    """Scaled about a centre as far as the weight says."""
    result: Array = p + weight[:, None] * (p - np.array(centre)) * (np.array(factors) - 1.0)
    return result


def _shape_face(p: Array, want: Proportions) -> Array:
    """All but eyes and neck, one step after the other; x is 0 or more."""
    p = _scaled(p, (0.0, 1.3, 1.5), (want.cranium,) * 3, smoothstep(-2.0, 6.5, p[:, 2]))
    head = smoothstep(-12.5, -8.0, p[:, 2] - 0.2 * p[:, 1])
    p = _scaled(p, (0.0, 0.0, 0.0), (want.face_width, 1.0, 1.0), head)
    low = 0.5 * (np.sqrt(np.square(p[:, 2]) + 0.5) - p[:, 2])  # depth below the eyes, rounded off at their height
    p[:, 2] -= (want.face_length - 1.0) * np.minimum(low, -_CHIN_Z) * smoothstep(an.NECK_END, _CHIN_Z, p[:, 2])
    jaw = smoothstep(1.0, -7.0, p[:, 2]) * smoothstep(-13.5, -8.5, p[:, 2]) * smoothstep(6.5, 2.0, p[:, 1])
    p = _scaled(p, (0.0, 0.0, 0.0), (want.jaw_width, 1.0, 1.0), jaw * smoothstep(0.0, 3.5, p[:, 0]))
    p[:, 1:] += np.outer(_near(p, (0.0, -7.0, -9.0), (3.2, 3.4, 2.4)), [-want.chin, -0.35 * want.chin])
    p += np.outer(_near(p, (4.6, -4.6, -4.6), (2.6, 3.0, 2.6)), [0.75 * want.cheeks, -0.6 * want.cheeks, 0.0])
    p += np.outer(_near(p, (3.6, -4.4, -8.0), (1.9, 3.2, 1.7)), [0.35 * want.jowls, 0.0, -want.jowls])
    p[:, 1] -= want.bridge * _near(p, (0.0, -8.0, -0.6), (1.5, 2.4, 1.5))
    nose = _near(p, (0.0, -8.7, -2.4), (1.8, 2.2, 1.8))
    p = _scaled(p, (0.0, -7.2, -1.8), (want.nose * want.nose_width, want.nose, want.nose), nose)
    z = an.MOUTH_Z
    p = _scaled(p, (0.0, 0.0, z), (want.mouth_width, 1.0, 1.0), _near(p, (0.0, -7.2, z), (4.2, 3.6, 2.4)))
    red = _near(p, (0.0, -8.4, z + 0.05), (3.4, 1.5, 1.0))
    p = _scaled(p, (0.0, -7.6, z + 0.1), (1.0, 1.0 + 0.5 * (want.lips - 1.0), want.lips), red)
    brow = _near(p, (3.4, -7.0, 3.5), (3.2, 3.0, 1.9))
    p[:, 1] -= want.brow_ridge * brow
    p[:, 2] += want.brows_up * brow
    ear = _near(p, (8.2, 1.0, -1.2), (2.6, 3.2, 4.2)) * smoothstep(5.0, 7.6, p[:, 0])
    return _scaled(p, (7.2, 0.6, -1.4), (want.ears,) * 3, ear)


def _about_eyes(p: Array, shaped_face: Array, want: Proportions) -> Array:
    """The shaped face with the ball round each eye moved and scaled as a whole."""
    centre = an.EYE_CENTRE
    # a larger eyeball grows backwards rather than out of the face
    moved = _shape_face(centre[None, :].copy(), want)[0]
    moved += [want.eye_spacing, 0.4 * (want.eye_size - 1.0) * an.EYE_RADIUS, 0.0]
    folded = p.copy()
    folded[:, 0] = _aside(p[:, 0])
    away = np.linalg.norm(folded - centre, axis=1) / an.EYE_RADIUS
    weight = smoothstep(_EYE_REACH, _EYE_EXACT, away)
    change = moved + (folded - centre) * want.eye_size - shaped_face
    change[:, 0] = (moved[0] + (p[:, 0] - centre[0]) * want.eye_size - shaped_face[:, 0]) * smoothstep(
        0.0, _MIDDLE, p[:, 0]
    )
    result: Array = shaped_face + change * weight[:, None]
    return result


def _shape_neck(p: Array, want: Proportions) -> Array:
    """The neck and the shoulders."""
    from_axis = np.hypot(p[:, 0], p[:, 1] - 2.4)
    neck = smoothstep(-9.5, -12.5, p[:, 2]) * smoothstep(9.0, 4.5, from_axis)
    p = _scaled(p, (0.0, 2.4, 0.0), (want.neck_width, want.neck_width, 1.0), neck)
    p = _scaled(p, (0.0, 2.4, 0.0), (want.shoulders, want.shoulders, 1.0), smoothstep(-13.0, -17.0, p[:, 2]))
    p[:, 2] += want.neck_length * smoothstep(-16.5, -11.5, p[:, 2])
    return p
