"""Shape keys of the left eye's lids. Lids turn about the eye's centre, so that they follow the eyeball's curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, Bools, smoothstep
from .regions import Regions, move
from .wrinkles import furrow

_UPPER_FOLD, _LOWER_FOLD = np.radians(42.0), np.radians(29.0)
"""Lid skin within this angle of the margin takes up its travel, most at the margin."""
_UPPER_BALL, _LOWER_BALL = an.LID_RADIUS * 1.055, an.LID_RADIUS * 0.972
"""How far from the eye's centre closed lids lie: the upper one outside, so that the lower can slide under it."""
_UPPER_REACH, _LOWER_REACH = np.radians(26.0), np.radians(10.0)
"""Lids that have closed by this angle lie there."""
_SEAL = np.radians(4.3)
"""By this much the upper margin passes the lower one in a blink: rounding draws both back."""
_LIFT = 0.19
"""Centimetres that an opening lid stands out, so that it and a blink, which goes straight, add up to clear the ball."""


@dataclass(frozen=True)
class _Around:
    """Where vertices are as seen from the left eye's centre; angles in radians."""

    azimuth: Array
    elevation: Array
    radius: Array
    along: Array
    """-1 at the inner corner, 1 at the outer; not clipped."""
    upper: Bools
    middle: Array
    """Elevation of the line between the corners."""
    beyond: Array
    """Angle from the margin into the skin, as if what stands out from the lid were laid flat."""
    weight: Array
    """How much of the margin's travel is taken along."""


def _around(regions: Regions) -> _Around:
    azimuth, elevation, radius = op.eye_angles(regions.points)
    # a little wider than the opening, so that the margin's outer edge closes right into the corners
    along = (azimuth - an.LID_TURN) / (an.LID_HALF_WIDTH * 1.05)
    inside = np.clip(along, -1.0, 1.0)
    middle = op.corner_height(inside)
    upper = elevation >= middle
    margin = np.where(upper, op.upper_lid(inside), op.lower_lid(inside))
    beyond = np.maximum(np.where(upper, elevation - margin, margin - elevation), 0.0)
    beyond += np.clip(radius / an.LID_RADIUS - 1.0, 0.0, 0.3)
    fold = np.where(upper, _UPPER_FOLD, _LOWER_FOLD)
    weight = (1.0 - smoothstep(0.06, 1.0, beyond / fold)) * (1.0 - smoothstep(1.3, 1.75, radius / an.EYE_RADIUS))
    weight *= (np.abs(azimuth) < np.radians(100.0)) * (regions.points[:, 0] > 0.0)
    return _Around(azimuth, elevation, radius, along, upper, middle, beyond, weight)


def _travel(around: _Around, spread: float) -> Array:
    """Elevation that brings each vertex's margin to the line where lids meet, away from it ``spread`` times as wide."""

    def way(along: Array) -> Array:
        margin = np.where(around.upper, op.upper_lid(along), op.lower_lid(along))
        result: Array = op.closed_lids(along) - margin
        return result

    at_margin = way(np.clip(around.along, -1.0, 1.0))
    # a lid's margin rises steeply in the corners; its skin must not, or it would crumple there
    most = way(np.zeros(1))
    hill = np.square(np.maximum(1.0 - np.square(around.along / spread), 0.0))
    soft = most * hill * smoothstep(0.0, np.radians(20.0), np.abs(around.elevation - around.middle))
    blend = smoothstep(np.radians(2.5), np.radians(14.0), around.beyond)
    blend = np.maximum(blend, smoothstep(1.03, 1.12, around.radius / an.LID_RADIUS))
    travel: Array = at_margin + (soft - at_margin) * blend
    return travel


def turn_lids(
    regions: Regions,
    upper: float,
    lower: float,
    aside: float = 0.0,
    seal: bool = False,
    inner: float = 0.0,
) -> Array:
    """Displacement that closes the left lids by a part of the way to the line where they meet.

    ``upper`` 1 brings the upper lid there, negative opens it further; so does ``lower`` for the lower lid.
    ``inner`` adds to ``upper`` towards the inner corner and takes as much away towards the outer. ``aside`` turns both
    margins outwards (radians). ``seal`` lets the upper margin overlap the lower a little.
    """
    around = _around(regions)
    inside = np.clip(around.along, -1.0, 1.0)
    travel = _travel(around, 1.45 if seal else 1.2) * np.where(around.upper, upper - inner * inside, lower)
    opening = np.sqrt(np.maximum(1.0 - np.square(inside), 0.0))
    if seal:
        travel -= np.where(around.upper, _SEAL * opening, 0.0)
    ball = np.where(around.upper, _UPPER_BALL, _LOWER_BALL)
    shut = np.where(around.upper, -travel, travel)
    closing = np.where(around.upper, smoothstep(0.0, _UPPER_REACH, shut), smoothstep(0.0, _LOWER_REACH, shut))
    opened = smoothstep(0.0, np.radians(8.0), -shut)
    skin = around.radius > an.EYE_RADIUS * 1.05
    weight = around.weight
    near = smoothstep(0.0, 0.75, weight) * (1.0 - 0.6 * smoothstep(0.7, 1.0, np.abs(around.along))) * closing * skin
    # several keys may raise the lower lid at once: each draws it in by no more than its share
    inwards = np.where(around.upper, ball - around.radius, np.clip(ball - around.radius, -0.26, 0.0))
    new = op.eye_point(
        around.azimuth + weight * aside * opening,
        around.elevation + weight * travel,
        around.radius + near * inwards + _LIFT * opened * weight * skin,
    )
    result = new - regions.points
    result[weight <= 0.0] = 0.0
    return result


def _unfolded(regions: Regions, amount: float) -> Array:
    """Displacement that takes ``amount`` of the upper lid's crease away."""
    result: Array = -op.lid_crease(regions.points) * amount
    result[regions.points[:, 0] < 0.0] = 0.0
    return result


def _bulge(regions: Regions, azimuth: float, height: float) -> Array:
    """Displacement away from the eyeball where the cornea pushes the lids from behind."""
    around = _around(regions)
    hill = np.exp(-np.square((around.azimuth - an.LID_TURN - azimuth) / np.radians(17.0))) * around.weight
    outward = regions.points - an.EYE_CENTRE
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    result: Array = outward * (hill * height * (around.radius > an.EYE_RADIUS * 1.05))[:, None]
    return result


def off_lids(regions: Regions) -> Array:
    """0 on both eyes' lids, which stay on the eyeball or would come through each other, growing to 1 beyond them."""
    left = smoothstep(np.radians(5.0), np.radians(24.0), _around(regions).beyond)
    result: Array = np.where(regions.x < 0.0, left[regions.skin.mirror], left)
    return result


def bag(regions: Regions, depth: float) -> Array:
    """The bunched skin under a lower lid that is pushed up, and the line below it."""
    x, z = an.EYE_CENTRE[0], an.EYE_CENTRE[2]
    line = furrow(regions, [(x - 1.7, z - 1.55), (x - 0.7, z - 2.15), (x + 0.7, z - 2.25), (x + 2.0, z - 1.75)], depth)
    roll = regions.bump(x + 0.1, z - 1.7, 2.3, 0.7)
    return (line + move(roll, 0.0, -depth * 1.3, 0.0)) * off_lids(regions)[:, None]


def lid_keys(regions: Regions) -> dict[str, Array]:
    """Displacements (centimetres) of eyeBlink, eyeLook*, eyeSquint and eyeWide, left eye."""
    x, z = an.EYE_CENTRE[0], an.EYE_CENTRE[2]
    cheek = regions.bump(x + 0.2, z - 2.6, 3.0, 1.7) * off_lids(regions)
    brow = regions.bump(x, z + 3.4, 3.4, 2.2)
    aside = np.radians(7.0)
    return {
        "eyeBlinkLeft": turn_lids(regions, 1.0, 1.0, seal=True) + _unfolded(regions, 0.75),
        "eyeLookUpLeft": turn_lids(regions, -0.19, 0.40) + move(brow, 0.0, 0.0, 0.18) - _unfolded(regions, 0.15),
        "eyeLookDownLeft": turn_lids(regions, 0.38, -0.60) + _unfolded(regions, 0.45),
        "eyeLookInLeft": turn_lids(regions, 0.03, 0.0, aside=-aside) + _bulge(regions, -np.radians(30.0), 0.16),
        "eyeLookOutLeft": turn_lids(regions, 0.03, 0.0, aside=aside) + _bulge(regions, np.radians(30.0), 0.16),
        "eyeSquintLeft": turn_lids(regions, 0.16, 0.90) + bag(regions, 0.16) + move(cheek, 0.0, -0.10, 0.24),
        "eyeWideLeft": turn_lids(regions, -0.32, -0.40) + move(brow, 0.0, 0.0, 0.22) - _unfolded(regions, 0.15),
    }
