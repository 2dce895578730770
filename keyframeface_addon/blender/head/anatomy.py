"""Where things are on the demo head, and the skin as a signed distance.

Lengths are centimetres in the head's own space: x towards the character's left, y backwards (the face looks along -y),
z up, zero on the eye line. Only ``armature.to_scene`` turns them into metres. Pure numpy, so testable without Blender.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NECK_END = -17.5
"""Height of the neck's lower edge, within the sweater."""
FLOOR = -21.0
"""Height of the bust's lower edge; stands on z = 0 in the scene."""

EYE_CENTRE = np.array([3.4, -4.35, 0.0])
EYE_RADIUS = 2.6
LID_RADIUS = EYE_RADIUS * 1.10
"""Distance of the lid's outer edge from the eye's centre: far enough that a blink, whose vertices travel in straight
lines, never cuts into the eyeball half way."""
LID_HALF_WIDTH = np.radians(48.0)
LID_TURN = np.radians(5.0)
"""The middle of the eye's opening is turned outwards by this much, as the face is round."""

MOUTH_Z = -5.9
MOUTH_HALF_WIDTH = 2.8
JAW_HINGE = np.array([0.0, 0.6, -2.6])
SKULL_AXIS = np.array([0.0, 1.0, 1.5])
HEAD_JOINT = np.array([0.0, 2.6, -8.5])
"""Where the head turns on the neck."""

_Vector = tuple[float, float, float]


def smoothstep(low: float, high: float, x: Array) -> Array:
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def ellipsoid(p: Array, centre: _Vector, radii: _Vector) -> Array:
    q = p - centre
    near = np.linalg.norm(q / radii, axis=1)
    slope = np.linalg.norm(q / np.square(radii), axis=1)
    distance: Array = near * (near - 1.0) / np.maximum(slope, 1e-9)
    return distance


def cone(p: Array, start: _Vector, end: _Vector, start_radius: float, end_radius: float) -> Array:
    a, b = np.array(start), np.array(end)
    t = np.clip((p - a) @ (b - a) / ((b - a) @ (b - a)), 0.0, 1.0)
    distance: Array = np.linalg.norm(p - a - t[:, None] * (b - a), axis=1) - (
        start_radius + t * (end_radius - start_radius)
    )
    return distance


def join(a: Array, b: Array, blend: float) -> Array:
    h = np.maximum(blend - np.abs(a - b), 0.0) / blend
    return np.minimum(a, b) - h * h * blend * 0.25


def carve(a: Array, b: Array, blend: float) -> Array:
    return -join(-a, b, blend)


def skin_distance(points: Array) -> Array:
    """Signed distance of points to the skin without ears, lips and lids; negative inside, exact enough within 2 cm."""
    p = points.copy()
    # a rounded |x|: left and right forms meet without a crease on the middle line
    p[:, 0] = np.sqrt(np.square(points[:, 0]) + 0.01)
    d = ellipsoid(p, (0.0, 1.3, 3.8), (7.9, 8.9, 8.2))
    d = join(d, ellipsoid(p, (0.0, -0.7, -1.4), (6.7, 6.5, 6.4)), 3.0)
    d = join(d, ellipsoid(p, (0.0, -2.2, -5.4), (4.7, 5.0, 4.5)), 2.6)
    d = join(d, cone(p, (5.0, 0.6, -4.4), (1.6, -4.9, -8.3), 1.5, 1.5), 2.4)
    d = join(d, cone(p, (0.0, 3.2, -22.0), (0.0, 2.2, -5.0), 3.1, 3.2), 2.4)
    d = join(d, ellipsoid(p, (0.0, -5.6, -8.6), (2.1, 1.9, 1.5)), 2.2)
    d = join(d, ellipsoid(p, (2.9, -3.2, -5.5), (2.5, 3.0, 2.5)), 2.4)
    d = join(d, ellipsoid(p, (4.0, -4.3, -3.5), (2.5, 2.5, 2.3)), 2.4)
    d = join(d, ellipsoid(p, (0.0, -5.7, -5.9), (3.2, 2.1, 2.2)), 2.2)
    d = join(d, ellipsoid(p, (0.0, -6.75, -6.0), (2.7, 1.1, 1.15)), 1.2)
    d = join(d, ellipsoid(p, (3.2, -4.6, 3.3), (3.2, 1.7, 1.1)), 2.4)
    d = carve(d, ellipsoid(p, (1.5, -7.75, 0.0), (1.0, 1.4, 1.6)), 1.8)
    d = join(d, np.linalg.norm(p - EYE_CENTRE, axis=1) - LID_RADIUS * 1.02, 0.9)
    nose = cone(p, (0.0, -6.0, 1.8), (0.0, -8.15, -2.3), 0.72, 0.90)
    nose = join(nose, ellipsoid(p, (0.0, -8.55, -2.55), (1.10, 1.05, 0.92)), 0.8)
    nose = join(nose, ellipsoid(p, (1.05, -7.55, -2.85), (0.70, 0.85, 0.62)), 0.6)
    d = join(d, nose, 1.3)
    return carve(d, ellipsoid(p, (0.58, -8.2, -3.45), (0.3, 0.42, 0.45)), 0.25)


def skin_normal(points: Array) -> tuple[Array, Array]:
    """The distance and its unit gradient, by forward differences (a thousandth of a millimetre)."""
    step = 1e-4
    d = skin_distance(points)
    gradient = np.empty_like(points)
    for axis in range(3):
        moved = points.copy()
        moved[:, axis] += step
        gradient[:, axis] = (skin_distance(moved) - d) / step
    return d, gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-9)


def onto_skin(points: Array, steps: int = 4, depth: Array | float = 0.0) -> Array:
    """Points moved along the gradient until their distance is ``depth``."""
    p = points.copy()
    for _ in range(steps):
        d, normal = skin_normal(p)
        p -= normal * (d - depth)[:, None]
    return p


def front_of_skin(x: Array, z: Array, start: float = -13.0) -> Array:
    """The y where a line from the front at (x, z) first meets the skin."""
    p = np.stack([x, np.full_like(x, start), z], axis=1)
    for _ in range(24):
        p[:, 1] += 0.9 * skin_distance(p)
    return p[:, 1].copy()
