"""A part of the character beside its skin: a mesh with its own keys and colours, still without Blender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .anatomy import Array
from .topology import Face


@dataclass
class Part:
    """Positions and key displacements in centimetres; ``paint[f]`` is an index into ``colours`` for each face."""

    name: str
    points: Array
    faces: list[Face]
    colours: tuple[str, ...]
    paint: list[int]
    bone: str = "head"
    keys: Mapping[str, Array] = field(default_factory=dict)
    rounded: int = 1
    """Levels of subdivision."""
    picture: Array | None = None
    """(n, 2) place of each vertex in the picture that its material shows."""


def sheet(rows: int, columns: int, closed: bool = False, first: int = 0) -> list[Face]:
    """Quads over a (rows, columns) array of vertices; ``closed`` joins the last column to the first."""
    faces: list[Face] = []
    for r in range(rows - 1):
        for c in range(columns if closed else columns - 1):
            n = (c + 1) % columns
            a, b = first + r * columns, first + (r + 1) * columns
            faces.append((a + c, a + n, b + n, b + c))
    return faces


def merge(pieces: list[tuple[Array, list[Face], int]]) -> tuple[Array, list[Face], list[int]]:
    """Pieces of (points, faces, colour) as one mesh."""
    faces: list[Face] = []
    paint: list[int] = []
    first = 0
    for points, piece, colour in pieces:
        faces += [tuple(v + first for v in f) for f in piece]
        paint += [colour] * len(piece)
        first += len(points)
    return np.concatenate([points for points, _, _ in pieces]), faces, paint


def other_side(points: Array, faces: list[Face]) -> tuple[Array, list[Face]]:
    """The mirror image, its faces turned so that they still look outwards."""
    return points * np.array([-1.0, 1.0, 1.0]), [tuple(reversed(f)) for f in faces]


def moving(keys: Mapping[str, Array], least: float = 0.02) -> dict[str, Array]:
    """Only the keys that move something by at least ``least`` centimetres."""
    return {name: key for name, key in keys.items() if np.abs(key).max(initial=0.0) >= least}
