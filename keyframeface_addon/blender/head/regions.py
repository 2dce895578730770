"""What each vertex of the skin belongs to (lip, jaw, the mouth's inside), and the moves that shape keys are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, Bools, smoothstep
from .geometry import Skin, neighbours, spread
from .topology import MOUTH


@dataclass(frozen=True)
class Regions:
    """Weights 0..1 of each vertex, beside its resting position.

    ``upper``: goes with the upper lip rather than the lower, which touches it. ``jaw``: goes with the lower jaw.
    ``outside``: 1 on skin and lips, fading to 0 within the mouth. ``surface``: lies on skin or lips.
    """

    skin: Skin
    upper: Array
    jaw: Array
    outside: Array
    surface: Bools

    @property
    def points(self) -> Array:
        return self.skin.points

    @property
    def x(self) -> Array:
        return self.skin.points[:, 0]

    @property
    def lip_height(self) -> Array:
        """Height above the line between the lips, in centimetres."""
        return self.skin.points[:, 2] - op.lip_line(np.clip(self.x / an.MOUTH_HALF_WIDTH, -1.3, 1.3))

    @property
    def on_face(self) -> Array:
        """1 on the front of the head, 0 behind its sides and deep within the mouth."""
        return smoothstep(-1.0, -3.0, self.points[:, 1]) * self.outside

    def bump(self, x: float, z: float, wide: float, high: float, low: float | None = None) -> Array:
        """A smooth hill of height 1 on the face, round (x, z), reaching ``wide``, ``high`` up and ``low`` down."""
        dz = self.points[:, 2] - z
        reach = np.where(dz >= 0.0, high, high if low is None else low)
        hill = np.square(np.maximum(1.0 - np.square((self.x - x) / wide) - np.square(dz / reach), 0.0))
        return hill * self.on_face

    def left(self, blend: float = 1.0) -> Array:
        """1 on the left half, 0 on the right, the two halves adding up to 1 across the middle."""
        return smoothstep(-blend, blend, self.x)

    def slide(self, move: Array) -> Array:
        """The move led along the skin, so that what travels keeps its height over the skull and dives into nothing."""
        result = move.copy()
        some = self.surface & (np.abs(move).max(axis=1) > 1e-3)
        rest = an.skin_distance(self.points[some])
        target = an.onto_skin(self.points[some] + move[some], 2, depth=rest)
        result[some] = target - self.points[some]
        return result

    def jaw_turn(self, angle: float, weight: Array) -> Array:
        """The move of a jaw opened by ``angle`` radians on its hinge, taken along by ``weight``."""
        return turn_on_hinge(self.points, angle) * weight[:, None]


def turn_on_hinge(points: Array, angle: float) -> Array:
    """Displacement of points that turn down on the jaw's hinge."""
    q = points - an.JAW_HINGE
    c, s = np.cos(angle) - 1.0, np.sin(angle)
    return np.stack([np.zeros(len(q)), q[:, 1] * c - q[:, 2] * s, q[:, 1] * s + q[:, 2] * c], axis=1)


def move(weight: Array, x: float, y: float, z: float) -> Array:
    """A displacement by (x out, y back, z up) centimetres times the weight."""
    result: Array = weight[:, None] * np.array([x, y, z])
    return result


def _jaw_on_skin(points: Array) -> Array:
    q = points - an.JAW_HINGE
    below = np.degrees(np.arctan2(-q[:, 2], -q[:, 1]))
    reach = np.hypot(q[:, 1], q[:, 2])
    weight = smoothstep(15.0, 35.0, below) * (1.0 - smoothstep(52.0, 98.0, below))
    return weight * smoothstep(1.5, 6.0, reach) * smoothstep(-16.0, -11.6, points[:, 2])


def find_regions(skin: Skin) -> Regions:
    topology, points = skin.topology, skin.points
    rings = topology.rings["mouth"]
    along, side = op.loop_sides(MOUTH)
    from_corner = 1.0 - np.abs(along)

    upper = smoothstep(-1.3, 1.3, points[:, 2] - an.MOUTH_Z)
    jaw = _jaw_on_skin(points)
    outside = np.ones(len(points))
    held = np.ones(len(points), dtype=np.bool_)
    surface = np.ones(len(points), dtype=np.bool_)
    back = topology.mouth_back.ravel()
    for ring in range(1, len(rings)):
        vertices = rings[ring]
        held[vertices] = ring >= op.LIP_BORDER
        surface[vertices] = ring <= op.LIP_SEAL
        if ring >= op.LIP_BORDER:
            upper[vertices] = 0.5 + 0.5 * side * smoothstep(0.0, 0.2, from_corner)
            # so weighted the open mouth is an ellipse
            part = np.sqrt(np.maximum(1.0 - np.square(along), 0.0))
            jaw[vertices] = 0.42 + part * np.where(side > 0.0, -0.42, 0.58)
            inward = max(0.0, (ring - op.LIP_INSIDE) / (op.THROAT - op.LIP_INSIDE))
            outside[vertices] = 1.0 - min(1.0, inward * 1.6)
            # what lies round the lower teeth goes down with them
            jaw[vertices] *= 1.0 - 0.55 * max(0.0, (ring - op.CAVITY) / (op.THROAT - op.CAVITY))
    middle = topology.mouth_back[1:-1, 1:-1].ravel()
    held[middle] = False
    outside[back] = 0.0
    surface[back] = False
    for hidden in rings[op.LIP_SEAL + 1 :]:
        surface[hidden] = False
    for name in ("eye.L", "eye.R"):
        for hidden in topology.rings[name][op.LID_INSIDE :]:
            surface[hidden] = False
    table, degree = neighbours(topology)
    return Regions(skin, spread(upper, held, table, degree, 40), spread(jaw, held, table, degree, 40), outside, surface)
