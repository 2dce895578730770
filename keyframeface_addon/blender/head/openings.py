"""The openings of the face: where the rings of the eyelids, of the lips and of the mouth's inside lie at rest."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from .anatomy import Array
from .topology import LEFT_EYE, MOUTH, Block

LID_OUTER, LID_EDGE, LID_INSIDE, LID_TUCK = 6, 7, 8, 9
"""Rings of an eye: last of the lid's skin, outer and inner edge of its margin, and the flap behind it."""
LIP_BORDER, LIP_SEAL, LIP_INSIDE, VESTIBULE, CAVITY, THROAT = 4, 8, 9, 10, 11, 13
"""Rings of the mouth: the red's outline, where lips touch, behind them, over the gums, round the teeth, at the back."""

_UPPER_RAISE, _LOWER_DROP = np.radians(25.0), np.radians(25.0)
_CORNER_TILT = np.radians(3.0)


def loop_sides(block: Block) -> tuple[Array, Array]:
    """For a block's loop: place along the opening (-1 to 1, growing with x), and 1 upper, -1 lower, 0 corner."""
    half = block.width + block.height
    start = block.width + block.height // 2
    turned = (np.arange(block.loop_length) - start) % block.loop_length
    step = np.where(turned <= half, turned, block.loop_length - turned) / half
    along = 0.45 * np.cos(np.pi * step) + 0.55 * (1.0 - 2.0 * step)
    side = np.where((turned == 0) | (turned == half), 0.0, np.where(turned < half, 1.0, -1.0))
    return along, side


def corner_height(along: Array) -> Array:
    """Elevation (radians) of the line between the eye's corners."""
    height: Array = _CORNER_TILT * along
    return height


def upper_lid(along: Array) -> Array:
    arch = np.power(np.maximum(1.0 - np.square(along), 0.0), 0.62) * (1.0 - 0.07 * along)  # highest towards the nose
    height: Array = corner_height(along) + _UPPER_RAISE * arch
    return height


def lower_lid(along: Array) -> Array:
    bow = np.power(np.maximum(1.0 - np.square(along), 0.0), 0.72) * (1.0 + 0.10 * along)  # lowest towards the temple
    height: Array = corner_height(along) - _LOWER_DROP * bow
    return height


def closed_lids(along: Array) -> Array:
    """Elevation where the lids meet in a blink: low, on a soft downward curve, as upper lids do most of the way."""
    return lower_lid(along) * 0.62 + corner_height(along) * 0.38


def eye_point(azimuth: Array, elevation: Array, radius: Array | float) -> Array:
    """Points round the left eye's centre; azimuth grows outwards (+x), both angles zero straight ahead."""
    flat = np.cos(elevation)
    direction = np.stack([np.sin(azimuth) * flat, -np.cos(azimuth) * flat, np.sin(elevation)], axis=1)
    points: Array = an.EYE_CENTRE + direction * np.asarray(radius)[..., None]
    return points


def eye_angles(points: Array) -> tuple[Array, Array, Array]:
    """Azimuth, elevation and radius of points round the left eye's centre: the inverse of ``eye_point``."""
    q = points - an.EYE_CENTRE
    radius = np.linalg.norm(q, axis=1)
    return np.arctan2(q[:, 0], -q[:, 1]), np.arcsin(np.clip(q[:, 2] / radius, -1.0, 1.0)), radius


def lid_crease(points: Array) -> Array:
    """Displacement of the fold over each eye into which the upper lid opens, a little towards the eye's centre."""
    near = points.copy()
    near[:, 0] = np.abs(points[:, 0])
    azimuth, elevation, radius = eye_angles(near)
    along = np.clip((azimuth - an.LID_TURN) / an.LID_HALF_WIDTH, -1.0, 1.0)
    above = np.degrees(elevation - upper_lid(along))
    depth = 0.16 * np.exp(-np.square((above - 17.0) / 5.0)) * (1.0 - np.square(along))
    depth *= (radius < an.EYE_RADIUS * 1.6) & (radius > an.EYE_RADIUS * 1.06)
    inward = (an.EYE_CENTRE - near) / radius[:, None]
    inward[:, 0] *= np.where(points[:, 0] < 0.0, -1.0, 1.0)
    crease: Array = inward * depth[:, None]
    return crease


def lid_ring(scale: float, radius: float) -> Array:
    """A ring round the left eye whose opening is ``scale`` times the resting one."""
    along, side = loop_sides(LEFT_EYE)
    middle = corner_height(along)
    opening = np.where(side >= 0.0, upper_lid(along), lower_lid(along)) - middle
    # wide and high grow by the same angle, so that a ring keeps its distance from the margin all round
    wider = an.LID_HALF_WIDTH * (1.0 + (scale - 1.0) * 0.62)
    return eye_point(an.LID_TURN + wider * along, middle + opening * scale, radius)


def left_eye_rings() -> dict[int, Array]:
    r = an.EYE_RADIUS
    return {
        LID_OUTER: lid_ring(1.20, an.LID_RADIUS * 1.015),
        LID_EDGE: lid_ring(1.05, an.LID_RADIUS),
        LID_INSIDE: lid_ring(1.0, r * 1.02),
        LID_TUCK: lid_ring(1.55, r * 1.03),
    }


def _lip_outline(along: Array, side: Array) -> Array:
    """Height of the red above (or below) the line between the lips, in centimetres."""
    upper = 0.60 * np.power(1.0 - np.square(along), 0.80) - 0.13 * np.exp(-np.square(along / 0.14))
    lower = 0.74 * np.power(1.0 - np.square(along), 0.62)
    return np.where(side >= 0.0, upper, -lower)


def lip_line(along: Array) -> Array:
    """Height of the line between the lips: its corners lifted a little, a face at rest that is not sullen."""
    return an.MOUTH_Z + 0.34 * np.square(along)


def philtrum(points: Array) -> Array:
    """Displacement of the groove between the nose and the cupid's bow."""
    x, _, z = points.T
    groove = 0.075 * np.exp(-np.square(x / 0.27)) - 0.035 * np.exp(-np.square((np.abs(x) - 0.5) / 0.22))
    above = z - an.MOUTH_Z
    groove *= an.smoothstep(0.36, 0.62, above) * (1.0 - an.smoothstep(1.3, 2.1, above)) * (points[:, 1] < -7.0)
    return np.stack([0.0 * x, groove, 0.0 * x], axis=1)


def mouth_rings() -> dict[int, Array]:
    """All rings from the lips' outline to the throat."""
    along, side = loop_sides(MOUTH)
    line, outline = lip_line(along), _lip_outline(along, side)
    border_x, seal_x = (an.MOUTH_HALF_WIDTH + 0.14) * along, (an.MOUTH_HALF_WIDTH - 0.06) * along
    border_y = an.front_of_skin(border_x, line + outline)
    seal_y = an.front_of_skin(seal_x, line) + 0.22
    round_off = np.sqrt(np.maximum(1.0 - np.square(along), 0.0))
    rings = {LIP_BORDER: np.stack([border_x, border_y, line + outline], axis=1)}
    fullness = np.where(side >= 0.0, 0.26, 0.34) * round_off
    for ring, (t, height, forward) in {5: (0.25, 0.80, 0.55), 6: (0.55, 0.50, 1.0), 7: (0.85, 0.20, 0.85)}.items():
        x = border_x + (seal_x - border_x) * t
        y = border_y + (seal_y - 0.22 - border_y) * t - fullness * forward
        rings[ring] = np.stack([x, y, line + outline * height], axis=1)
    overlap = side * round_off * 0.035
    rings[LIP_SEAL] = np.stack([seal_x, seal_y, line - overlap], axis=1)
    rings[LIP_INSIDE] = np.stack([seal_x * 0.98, seal_y + 0.38, line - overlap], axis=1)
    over_gums = -7.72 + 0.75 * np.square(along)
    arch = -7.05 + 1.75 * np.square(along)
    for ring, (width, height, y) in {
        VESTIBULE: (2.85, 1.45, over_gums),
        CAVITY: (3.0, 1.9, np.maximum(arch + 1.2, -5.6)),
        CAVITY + 1: (2.7, 1.9, np.full_like(arch, -3.4)),
        THROAT: (1.6, 1.1, np.full_like(arch, -1.8)),
    }.items():
        # nearly square, or its walls would cut through the rows of teeth
        z = an.MOUTH_Z + side * height * np.power(round_off, 0.4)
        rings[ring] = np.stack([width * along, y, z], axis=1)
    return rings
