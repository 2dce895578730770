"""The surfaces of a character, and the two pictures that colour skin and eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .anatomy import Array, smoothstep
from .character import RGB, Character

Picture = Literal["skin", "eye"]


@dataclass(frozen=True)
class Look:
    """A surface. ``colour`` (linear RGB) is what is seen where pictures are not shown."""

    colour: RGB
    roughness: float
    glow: float = 0.0
    """Light of its own: a little within the mouth, or it would be a black hole."""
    picture: Picture | None = None
    translucent: bool = False


def looks(character: Character) -> dict[str, Look]:
    """All surfaces by name."""
    iris = np.array(character.iris)
    white = (0.88, 0.86, 0.82)
    return {
        "skin": Look(character.skin, 0.48, picture="skin", translucent=True),
        "lips": Look(character.lips, 0.36, picture="skin", translucent=True),
        "mouth inside": Look((0.16, 0.025, 0.03), 0.6, 0.1),
        "lid edge": Look(_mix(character.skin, character.lips, 0.55), 0.18),
        "eye white": Look(white, 0.10, picture="eye"),
        "iris": Look(_rgb(iris), 0.10, picture="eye"),
        "iris rim": Look(_rgb(iris * 0.22), 0.10, picture="eye"),
        "pupil": Look((0.003, 0.003, 0.004), 0.10, picture="eye"),
        "glint": Look((1.0, 1.0, 1.0), 0.1, 1.0),
        "lashes": Look(character.lashes, 0.6),
        "brows": Look(character.brows, 0.7),
        "hair": Look(character.hair, 0.55),
        "teeth": Look((0.80, 0.76, 0.68), 0.2, 0.08),
        "gums": Look((0.55, 0.16, 0.16), 0.35, 0.12),
        "tongue": Look((0.66, 0.17, 0.18), 0.4, 0.14),
        "collar": Look(character.clothes, 0.8),
    }


def _rgb(colour: Array) -> RGB:
    red, green, blue = colour.tolist()
    return red, green, blue


def _mix(a: RGB, b: RGB, part: float) -> RGB:
    return _rgb(np.array(a) * (1.0 - part) + np.array(b) * part)


PLAIN_SKIN = 0.4
"""Height in the skin's picture of skin as it is; shade below, the red of the lips above."""
_FLUSH = np.array([1.03, 0.66, 0.62])
_SHADE = np.array([0.74, 0.58, 0.52])


def skin_picture(character: Character, size: int = 64) -> Array:
    """(size, size, 3) linear RGB, the first row lowest: flush grows to the right, from shade over skin to lips upwards."""
    flush = np.linspace(0.0, character.flush, size)[None, :, None]
    height = np.linspace(0.0, 1.0, size)[:, None, None]
    plain = np.array(character.skin) * (1.0 + flush * (_FLUSH - 1.0))
    shaded = plain * _SHADE + (plain - plain * _SHADE) * smoothstep(0.0, PLAIN_SKIN, height)
    red = smoothstep(PLAIN_SKIN + 0.10, 0.92, height)
    result: Array = np.clip(shaded * (1.0 - red) + np.array(character.lips) * red, 0.0, 1.0)
    return result


PUPIL, RIM, IRIS = np.radians(15.5), np.radians(31.5), np.radians(35.0)
"""Angles from the eye's axis at which pupil, coloured part and dark ring end."""
EYE_PICTURE_REACH = np.radians(76.0)
"""Angle from the axis at the edge of the eye's picture."""


def eye_picture(character: Character, size: int = 256) -> Array:
    """(size, size, 3) linear RGB, the first row lowest: the eyeball seen along its axis, angles from it growing evenly."""
    across = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    x, z = np.meshgrid(across, across)
    angle, turn = np.hypot(x, z) * EYE_PICTURE_REACH, np.arctan2(z, x)
    t = np.clip((angle - PUPIL) / (RIM - PUPIL), 0.0, 1.0)
    fibres = _fibres(turn, t)
    # light that falls in from above is gathered in the lower half
    lit = 0.80 - 0.50 * np.sin(turn) * smoothstep(0.0, 0.5, t)
    bright = (0.70 + 0.75 * np.exp(-np.square((t - 0.42) / 0.34))) * lit * (1.0 + 0.34 * fibres)
    iris = np.array(character.iris) * bright[..., None]
    iris += np.array([0.10, 0.055, 0.012]) * (np.exp(-np.square(t / 0.30)) * (0.6 + 0.5 * fibres) * lit)[..., None]
    dark = np.array(character.iris) * 0.10
    rim = smoothstep(0.72, 1.02, (angle - PUPIL) / (RIM - PUPIL))[..., None]
    white = np.array([0.88, 0.86, 0.82]) * (1.0 - smoothstep(np.radians(39.0), EYE_PICTURE_REACH, angle))[..., None]
    white += np.array([0.52, 0.42, 0.39]) * smoothstep(np.radians(39.0), EYE_PICTURE_REACH, angle)[..., None]
    colour = iris + (dark - iris) * rim
    edge = smoothstep(IRIS - np.radians(1.6), IRIS + np.radians(1.0), angle)[..., None]
    colour = colour + (white - colour) * edge
    hole = smoothstep(PUPIL + np.radians(1.1), PUPIL - np.radians(0.9), angle)[..., None]
    picture: Array = np.clip(colour + (0.003 - colour) * hole, 0.0, 1.0)
    return picture


def _fibres(turn: Array, t: Array) -> Array:
    """Radial strands round the pupil, -1 to 1."""
    strands = np.zeros_like(turn)
    for count, phase, bend in ((23, 0.4, 0.5), (37, 1.9, -0.8), (53, 3.1, 0.6), (71, 0.9, -0.3)):
        strands += np.sin(count * turn + phase + bend * np.sin(3.0 * turn + phase) + 1.5 * t * bend)
    return strands / 4.0
