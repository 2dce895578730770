"""Shape keys of the left eye's lids. Lids turn about the eye's centre, so that they follow the eyeball's curve."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, smoothstep
from .regions import Regions, move

_FOLD = np.radians(26.0)
"""Lid skin within this angle of the margin takes up its travel, most at the margin."""


def turn_lids(regions: Regions, upper: float, lower: float, upper_aside: float = 0.0, seal: bool = False) -> Array:
    """Displacement that closes the left lids by a part of the way to the line where they meet.

    ``upper`` 1 brings the upper lid there, negative opens it further; so does ``lower`` for the lower lid.
    ``upper_aside`` turns both margins outwards (radians). ``seal`` lets the upper margin overlap the lower by a degree.
    """
    azimuth, elevation, radius = op.eye_angles(regions.points)
    # a little wider than the opening, so that the margin's outer edge closes right into the corners
    along = np.clip((azimuth - an.LID_TURN) / (an.LID_HALF_WIDTH * 1.05), -1.0, 1.0)
    middle, meet = op.corner_height(along), op.closed_lids(along)
    is_upper = elevation >= middle
    margin = np.where(is_upper, op.upper_lid(along), op.lower_lid(along))
    beyond = np.maximum(np.where(is_upper, elevation - margin, margin - elevation), 0.0)
    weight = (1.0 - smoothstep(0.0, 1.0, beyond / _FOLD)) * (1.0 - smoothstep(1.3, 1.7, radius / an.EYE_RADIUS))
    weight *= (np.abs(azimuth) < np.radians(100.0)) * (regions.points[:, 0] > 0.0)
    travel = (meet - margin) * np.where(is_upper, upper, lower)
    if seal:
        opening = np.sqrt(np.maximum(1.0 - np.square(along), 0.0))
        travel -= np.where(is_upper, np.radians(2.5) * opening, 0.0)
    ball = np.where(is_upper, an.LID_RADIUS * 1.055, an.LID_RADIUS * 0.965)
    closing = np.clip(np.abs(travel) / np.radians(12.0), 0.0, 1.0)
    lifted = np.where(radius > an.EYE_RADIUS * 1.05, np.maximum(radius, ball), radius)
    aside = weight * upper_aside * np.sqrt(np.maximum(1.0 - np.square(along), 0.0))
    new = op.eye_point(azimuth + aside, elevation + weight * travel, radius + weight * closing * (lifted - radius))
    result = new - regions.points
    result[weight <= 0.0] = 0.0
    return result


def _around(regions: Regions, x: float, z: float, wide: float, high: float) -> Array:
    return regions.bump(x, z, wide, high)


def lid_keys(regions: Regions) -> dict[str, Array]:
    """Displacements (centimetres) of eyeBlink, eyeLook*, eyeSquint and eyeWide, left eye."""
    cheek = _around(regions, 3.6, -2.6, 3.0, 1.7)
    brow = _around(regions, 3.4, 3.4, 3.4, 2.2)
    return {
        "eyeBlinkLeft": turn_lids(regions, 1.0, 1.0, seal=True),
        "eyeLookUpLeft": turn_lids(regions, -0.17, 0.50) + move(brow, 0.0, 0.0, 0.10),
        "eyeLookDownLeft": turn_lids(regions, 0.45, -0.70),
        "eyeLookInLeft": turn_lids(regions, 0.0, 0.0, upper_aside=-np.radians(5.0)),
        "eyeLookOutLeft": turn_lids(regions, 0.0, 0.0, upper_aside=np.radians(5.0)),
        "eyeSquintLeft": turn_lids(regions, 0.13, 1.25) + move(cheek, 0.0, -0.10, 0.16),
        "eyeWideLeft": turn_lids(regions, -0.27, -0.35) + move(brow, 0.0, 0.0, 0.15),
    }
