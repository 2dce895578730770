"""Shape keys of the lower jaw, which turns on its hinge and slides, and of lips that stay shut over it."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, smoothstep
from .lips import Lips
from .regions import move, turn_on_hinge

OPEN = np.radians(22.0)
OPEN_FOR_TONGUE = np.radians(12.0)
OPEN_FOR_FUNNEL = np.radians(8.0)
"""How far the jaw makes room for a tongue that comes out, and for lips that form a dark O."""
FORWARD = (0.0, -1.1, 0.10)
LEFT = (1.20, 0.05, 0.03)
LIPS_ASIDE = (0.60, 0.37, 0.95)
"""Share of the jaw's slide that the mouth's corners, its upper lip and its lower lip take."""


def opened(lips: Lips, angle: float) -> Array:
    """Displacement of the skin by a jaw opened so far (radians)."""
    regions = lips.regions
    result = regions.jaw_turn(angle, regions.jaw)
    # the corners come in as the mouth is drawn long
    narrower = np.sin(angle) * 0.28 * lips.fading((3.0, 2.4, 3.0))
    for ring in lips.rings[op.LIP_BORDER : op.CAVITY]:
        narrower[ring] = np.sin(angle) * 0.28
    result[:, 0] -= regions.x * narrower
    return result


def jaw_keys(lips: Lips) -> dict[str, Array]:
    """Displacements in centimetres."""
    regions = lips.regions
    # a jaw that slides shows at the chin; its angles below the ears stay under the cheeks' flesh
    chin = regions.jaw * smoothstep(1.0, -7.5, regions.points[:, 1])
    outer = smoothstep(2.5, 6.5, np.abs(regions.x))
    forward = move(chin * (1.0 - 0.6 * outer), *FORWARD)
    open_wide = opened(lips, OPEN)
    open_wide += lips.move((2.6, 1.6, 1.0), pushed=np.outer(lips.upper * lips.arch, [0.0, -0.05, 0.22]))
    return {
        "jawOpen": open_wide,
        "jawForward": forward,
        "jawLeft": _aside(lips, move(chin * (1.0 - 0.8 * outer), *LEFT)),
        "mouthClose": _closed(lips, open_wide),
    }


def _aside(lips: Lips, chin: Array) -> Array:
    """A jaw that slides with its ``chin``, and lips that go along unequally: each along its own outline, so that they
    stay shut."""
    aside = chin.copy()
    corner, upper, lower = LIPS_ASIDE
    more = np.where(lips.upper > 0.5, upper, lower) - corner
    along = lips.along + more * LEFT[0] / an.MOUTH_HALF_WIDTH * (1.0 - np.square(lips.along))
    for ring in lips.rings[op.LIP_BORDER : op.CAVITY]:
        outline = lips.regions.points[ring]
        aside[ring] = lips.between(outline, along) - outline + np.multiply(corner, LEFT)
    border = lips.rings[op.LIP_BORDER]
    return aside + lips.follow(aside[border] - chin[border], (3.2, 1.7, 2.6))


def _closed(lips: Lips, open_wide: Array) -> Array:
    """What brings the lips of an open jaw together, a third of the way down."""
    regions = lips.regions
    down = turn_on_hinge(lips.border, OPEN)
    meeting = down * (0.30 + 0.06 * np.square(lips.along))[:, None]
    meeting[:, 0] = 0.0
    close = np.zeros_like(open_wide)
    rings = lips.rings
    for ring in rings[op.LIP_BORDER : op.VESTIBULE]:
        close[ring] = meeting - open_wide[ring]
    close += lips.follow(close[rings[op.LIP_BORDER]], (3.0, 1.9, 2.6))
    for deeper, share in ((op.VESTIBULE, 0.6), (op.CAVITY, 0.2)):
        close[rings[deeper]] = share * close[rings[op.LIP_INSIDE]]
    return close * regions.outside[:, None]
