"""The lips as a rig: curves along the mouth say where its lips go, and the skin round them follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, Ints
from .regions import Regions
from .topology import MOUTH

_FOLLOWING = {op.VESTIBULE: 0.45, op.CAVITY: 0.12}
"""Share of the lips' move that the mouth's inside takes; nearer rings take all, deeper ones none."""
_SOFTEST = 0.42
"""How much of its distance from the lips a patch of skin looks along them: far skin follows several points at once."""

Reach = tuple[float, float, float]
"""How far into the skin a move fades out, in centimetres: beside the mouth, above it, below it."""


@dataclass(frozen=True)
class Lips:
    """Curves are arrays over the mouth's loop: ``along`` grows with x from -1 to 1, ``upper`` is 1, 0 or, at corners, 0.5.

    ``arch`` is 1 at the middle and 0 at the corners, falling like a circle.
    """

    regions: Regions
    rings: list[Ints]
    along: Array
    upper: Array
    arch: Array
    beside: Array
    """(n, loop) share that each point of the lips' border has in the move of each vertex of the skin."""
    away: Array
    """(n, 2) from the border to the vertex: beside it, and above (negative below) it."""

    @property
    def border(self) -> Array:
        return self.regions.points[self.rings[op.LIP_BORDER]]

    def height(self, ring: int) -> Array:
        """Of a ring's points over the line between the lips."""
        height: Array = self.regions.points[self.rings[ring], 2] - op.lip_line(self.along)
        return height

    def between(self, ring: Array, along: Array) -> Array:
        """Points (loop, 3) of a ring's own lip at other places along it."""
        result = ring.copy()
        for lip in (self.upper >= 0.5, self.upper <= 0.5):
            order = np.flatnonzero(lip)[np.argsort(self.along[lip])]
            for axis in range(3):
                result[order, axis] = np.interp(along[order], self.along[order], ring[order, axis])
        return result

    def fading(self, reach: Reach) -> Array:
        """(n,) how much of the lips' move the skin takes: all at the border, none from ``reach`` on."""
        beside, above, below = reach
        across = np.where(self.away[:, 1] >= 0.0, above, below)
        part = np.square(self.away[:, 0] / beside) + np.square(self.away[:, 1] / across)
        fading: Array = np.square(np.maximum(1.0 - part, 0.0)) * self.regions.on_face
        return fading

    def follow(self, curve: Array, reach: Reach) -> Array:
        """The skin's share of a (loop, 3) move of the lips' border."""
        result: Array = (self.beside @ curve) * self.fading(reach)[:, None]
        return result

    def move(
        self,
        reach: Reach,
        slid: Array | None = None,
        pushed: Array | None = None,
        turned: Mapping[int, float] | None = None,
        turn: Array | float = 1.0,
        flat: Array | float = 0.0,
    ) -> Array:
        """Displacement (n, 3) of the whole face.

        ``slid`` (loop, 3) leads the lips along the skin, ``pushed`` straight. ``turned`` says by how many rings each ring
        is rolled inwards (negative outwards), ``turn`` how much of that happens where. ``flat`` is the part of their
        height that the lips lose.
        """
        regions = self.regions
        nothing = np.zeros((len(self.along), 3))
        section = self._rolled(turned or {}, turn)
        for ring in range(op.LIP_BORDER, op.LIP_INSIDE + 1):
            section[ring][:, 2] -= flat * self.height(ring)
        straight = nothing if pushed is None else pushed
        result = self.follow(straight + section[op.LIP_BORDER], reach)
        carried = nothing
        if slid is not None:
            result += regions.slide(self.follow(slid, reach))
            # both lips from the line between them, or they would part
            line = regions.points[self.rings[op.LIP_SEAL]]
            carried = an.onto_skin(line + slid, 3, depth=an.skin_distance(line)) - line
        for ring in range(op.LIP_BORDER, op.LIP_INSIDE + 1):
            result[self.rings[ring]] = carried + straight + section[ring]
        for ring, share in _FOLLOWING.items():
            result[self.rings[ring]] = share * (carried + straight)
        return result

    def _rolled(self, turned: Mapping[int, float], turn: Array | float) -> dict[int, Array]:
        """Displacement of each ring of the red that rolls along the lip's own outline."""
        outline = np.stack([self.regions.points[ring] for ring in self.rings[: op.VESTIBULE + 1]])
        rolled = {}
        for ring in range(op.LIP_BORDER, op.LIP_INSIDE + 1):
            place = ring + turned.get(ring, 0.0)
            low = int(np.clip(np.floor(place), 0, op.VESTIBULE - 1))
            target = outline[low] + (outline[low + 1] - outline[low]) * (place - low)
            rolled[ring] = (target - outline[ring]) * np.broadcast_to(turn, self.along.shape)[:, None]
        return rolled


def find_lips(regions: Regions) -> Lips:
    rings = regions.skin.topology.rings["mouth"]
    along, side = op.loop_sides(MOUTH)
    border = regions.points[rings[op.LIP_BORDER]]
    count = len(regions.points)
    near = regions.on_face * (np.linalg.norm(regions.points - [0.0, -7.5, an.MOUTH_Z], axis=1) < 8.0) > 0.0
    near[np.concatenate(rings[op.LIP_BORDER :])] = False
    gap = regions.points[near, None, :] - border[None]
    distance = np.linalg.norm(gap, axis=2)
    nearest = distance.min(axis=1, keepdims=True)
    soft = 0.15 + _SOFTEST * nearest
    share = np.exp(-(np.square(distance) - np.square(nearest)) / (2.0 * np.square(soft)))
    # corners are modelled more finely than the middle, yet they weigh no more
    share *= np.linalg.norm(np.roll(border, -1, axis=0) - np.roll(border, 1, axis=0), axis=1)
    share /= share.sum(axis=1, keepdims=True)
    beside, away = np.zeros((count, len(along))), np.full((count, 2), np.inf)
    beside[near] = share
    offset = np.einsum("nk,nki->ni", share, gap)
    flat = np.hypot(offset[:, 0], offset[:, 2]) + 1e-9
    away[near] = offset[:, [0, 2]] * (nearest / flat[:, None])
    away[np.concatenate(rings[op.LIP_BORDER :])] = np.inf
    arch = np.sqrt(np.maximum(1.0 - np.square(along), 0.0))
    return Lips(regions, rings, along, 0.5 + 0.5 * side, arch, beside, away)
