"""The character's colours."""

from __future__ import annotations

import numpy as np

from .anatomy import Array

_RGB = tuple[float, float, float]

LOOKS: dict[str, tuple[_RGB, float, float]] = {
    # linear RGB, roughness, light of its own: a little within the mouth, or it would be a black hole
    "skin": ((0.84, 0.53, 0.39), 0.5, 0.0),
    "lips": ((0.66, 0.24, 0.21), 0.4, 0.0),
    "mouth inside": ((0.16, 0.025, 0.03), 0.6, 0.1),
    "lid edge": ((0.62, 0.28, 0.22), 0.4, 0.0),
    "eye white": ((0.90, 0.89, 0.86), 0.12, 0.0),
    "iris": ((0.035, 0.23, 0.27), 0.12, 0.0),
    "iris rim": ((0.008, 0.045, 0.06), 0.12, 0.0),
    "pupil": ((0.003, 0.003, 0.004), 0.1, 0.0),
    "glint": ((1.0, 1.0, 1.0), 0.1, 0.8),
    "lashes": ((0.014, 0.009, 0.008), 0.6, 0.0),
    "brows": ((0.055, 0.022, 0.012), 0.7, 0.0),
    "hair": ((0.085, 0.034, 0.017), 0.62, 0.0),
    "teeth": ((0.86, 0.82, 0.73), 0.2, 0.1),
    "gums": ((0.55, 0.16, 0.16), 0.35, 0.12),
    "tongue": ((0.66, 0.17, 0.18), 0.4, 0.14),
    "collar": ((0.05, 0.13, 0.22), 0.8, 0.0),
}


TINT = "Tint"
"""The colour attribute that a skin wears: its colour with a flush on cheeks, nose and ears. Workbench ignores it."""
_FLUSH = np.array([1.02, 0.70, 0.66])


def skin_tint(flush: Array) -> Array:
    """Linear RGB of skin by its flush, 0 to 1."""
    plain = np.array(LOOKS["skin"][0])
    result: Array = plain * (1.0 + flush[:, None] * (_FLUSH - 1.0))
    return result
