"""The skin's vertices: a lofted template, drawn onto the signed distance and relaxed until the edges flow evenly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array, Bools, Ints
from .topology import COLUMNS, LEFT_EYE, MOUTH, ROWS, Topology, build_topology

_PROFILE = np.array([
    # row, front (y, z), side (x, z), back (y, z)
    (0, -1.6, an.NECK_END, 3.6, an.NECK_END, 6.4, an.NECK_END),
    (8, -1.4, -12.0, 3.8, -11.6, 6.0, -10.5),
    (13, -5.0, -10.4, 4.6, -8.6, 7.0, -7.5),
    (17, -7.2, -9.2, 5.6, -6.8, 8.0, -5.0),
    (20, -7.6, -7.9, 6.2, -5.2, 8.8, -3.0),
    (30, -7.8, -4.3, 7.0, -2.6, 9.6, -0.5),
    (39, -7.6, -2.6, 7.4, -0.6, 10.0, 1.5),
    (51, -7.2, 2.7, 7.6, 3.0, 10.2, 4.2),
    (62, -7.0, 6.6, 7.2, 6.4, 9.2, 7.2),
    (72, -4.3, 10.4, 4.6, 10.4, 6.4, 10.5),
    (76, -0.6, 11.8, 1.8, 11.8, 3.2, 11.8),
])  # fmt: skip
_CROWN = np.array([0.0, 1.3, 11.9])


@dataclass(frozen=True)
class Skin:
    """The head at rest: vertex positions (centimetres) on their topology."""

    topology: Topology
    points: Array

    @property
    def mirror(self) -> Ints:
        return self.topology.mirror

    def symmetric(self, vectors: Array) -> Array:
        return mirrored_mean(vectors, self.mirror)


def mirrored_mean(vectors: Array, mirror: Ints) -> Array:
    """Vectors made exactly symmetric: each the mean of itself and its mirror image."""
    flip = np.array([-1.0, 1.0, 1.0])
    result: Array = (vectors + vectors[mirror] * flip) * 0.5
    return result


def neighbours(topology: Topology) -> tuple[Ints, Array]:
    """For each vertex its neighbours, padded with itself, and their number; the crown keeps itself only."""
    near: list[set[int]] = [set() for _ in range(topology.count)]
    for face in topology.faces:
        for a, b in zip(face, face[1:] + face[:1], strict=True):
            near[a].add(b)
            near[b].add(a)
    near[topology.crown] = {topology.crown}
    width = max(len(n) for n in near)
    table = np.repeat(np.arange(topology.count)[:, None], width, axis=1)
    for v, n in enumerate(near):
        table[v, : len(n)] = sorted(n)
    return table, np.array([len(n) for n in near], dtype=np.float64)


def neighbour_mean(values: Array, table: Ints, degree: Array) -> Array:
    padding = table.shape[1] - degree
    total = values[table].sum(axis=1) - values * (padding[:, None] if values.ndim == 2 else padding)
    mean: Array = total / (degree[:, None] if values.ndim == 2 else degree)
    return mean


def spread(values: Array, held: Bools, table: Ints, degree: Array, rounds: int) -> Array:
    """Lets values diffuse along edges from the held vertices into the others."""
    result = values.copy()
    for _ in range(rounds):
        result = np.where(held, values, neighbour_mean(result, table, degree))
    return result


def _grid_template() -> Array:
    """(ROWS, COLUMNS, 3) first guess of the skin, blended round the head from a front, a side and a back profile."""
    rows = np.arange(ROWS)
    front_y, front_z, side_x, side_z, back_y, back_z = (
        np.interp(rows, _PROFILE[:, 0], c)[:, None] for c in _PROFILE.T[1:]
    )
    column = np.arange(COLUMNS)
    column = np.where(column <= COLUMNS // 2, column, column - COLUMNS)
    quarter = COLUMNS // 2
    turn = np.sign(column) * np.interp(
        np.abs(column), [0, 4, 20, 25, quarter], np.radians([0.0, 7.0, 58.0, 85.0, 180.0])
    )
    axis_y = 0.25 * (front_y + back_y) + 0.5
    front, back = np.maximum(np.cos(turn), 0.0) ** 2, np.maximum(-np.cos(turn), 0.0) ** 2
    side = np.sin(turn) ** 2
    radius = front * (axis_y - front_y) + side * side_x + back * (back_y - axis_y)
    z = front * front_z + side * side_z + back * back_z
    return np.stack([radius * np.sin(turn), axis_y - radius * np.cos(turn), z], axis=2)


def build_skin() -> Skin:
    topology = build_topology()
    points = np.zeros((topology.count, 3))
    known = topology.grid >= 0
    points[topology.grid[known]] = _grid_template()[known]
    points[topology.crown] = _CROWN
    forward = known & (np.abs(points[topology.grid][..., 0]) < 5.0) & (points[topology.grid][..., 1] < -4.0)
    face = topology.grid[forward & (np.arange(ROWS) > 15)[:, None] & (np.arange(ROWS) < 68)[:, None]]
    points[face, 1] = an.front_of_skin(points[face, 0], points[face, 2])
    held = np.zeros(topology.count, dtype=np.bool_)
    free_of_skin = np.zeros(topology.count, dtype=np.bool_)

    def fix(vertices: Ints, where: Array) -> None:
        points[vertices] = where
        held[vertices] = True
        free_of_skin[vertices] = True

    eye = op.left_eye_rings()
    for ring, where in eye.items():
        fix(topology.rings["eye.L"][ring], where)
        left = topology.rings["eye.L"][ring]
        fix(topology.mirror[left], where * np.array([-1.0, 1.0, 1.0]))
    for ring, where in op.mouth_rings().items():
        fix(topology.rings["mouth"][ring], where)
    for name, block in (("eye.L", LEFT_EYE), ("eye.R", LEFT_EYE), ("mouth", MOUTH)):
        rings = topology.rings[name]
        last = op.LIP_BORDER if block is MOUTH else op.LID_OUTER
        for ring in range(1, last):
            points[rings[ring]] = points[rings[0]] + (points[rings[last]] - points[rings[0]]) * ring / last
    back = topology.mouth_back
    middle = back[1:-1, 1:-1].ravel()
    points[middle] = points[back[0]].mean(axis=0)
    free_of_skin[middle] = True
    held[topology.grid[0]] = held[topology.crown] = True

    table, degree = neighbours(topology)
    # one half is enough to work on: the other is its mirror image
    own = np.arange(topology.count)
    half = np.flatnonzero(~free_of_skin & ((points[:, 0] > 1e-6) | (topology.mirror == own)))
    flip = np.array([-1.0, 1.0, 1.0])

    def both(vectors: Array, halves: Array) -> Array:
        result = vectors.copy()
        result[topology.mirror[half]] = halves * flip
        result[half] = np.where(topology.mirror[half, None] == half[:, None], halves * [0.0, 1.0, 1.0], halves)
        return result

    points = both(points, an.onto_skin(points[half], 3))
    for _ in range(8):
        # relax within the surface only, or the nose would be ironed flat
        normal = both(np.zeros_like(points), an.skin_normal(points[half])[1])
        for _ in range(4):
            step = 0.6 * (neighbour_mean(points, table, degree) - points)
            step -= np.sum(step * normal, axis=1, keepdims=True) * normal
            step[held] = 0.0
            points = points + step
        points = both(points, an.onto_skin(points[half], 1))
        points[topology.grid[0], 2] = an.NECK_END
    points = both(points, an.onto_skin(points[half], 2))
    points[topology.grid[0], 2] = an.NECK_END
    points += op.lid_crease(points) + op.philtrum(points)
    return Skin(topology, mirrored_mean(points, topology.mirror))
