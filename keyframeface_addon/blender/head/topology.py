"""The head's quad topology: a grid round the skull with three blocks cut out and filled with loops of edges.

Columns run round the head from the middle of the face towards the character's left, rows from the neck up to the crown.
A block (an eye, the mouth) is a rectangle of cells replaced by rings, so that edges flow round the openings as in a
modelled head.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .anatomy import Ints

COLUMNS = 92
ROWS = 77
Face = tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """A rectangle of grid cells, its lower left cell at (column, row) as seen from the front."""

    column: int
    row: int
    width: int
    height: int

    @property
    def loop_length(self) -> int:
        return 2 * (self.width + self.height)

    def loop(self) -> list[tuple[int, int]]:
        """Grid points (column, row) round the block, anticlockwise from the lower left as seen from the front."""
        c, r, w, h = self.column, self.row, self.width, self.height
        points = [(c + i, r) for i in range(w)] + [(c + w, r + j) for j in range(h)]
        return points + [(c + w - i, r + h) for i in range(w)] + [(c, r + h - j) for j in range(h)]


LEFT_EYE = Block(column=4, row=39, width=16, height=12)
RIGHT_EYE = Block(column=-20, row=39, width=16, height=12)
MOUTH = Block(column=-12, row=20, width=24, height=10)
EYE_RINGS = 9
MOUTH_RINGS = 13


@dataclass
class Topology:
    """Faces and where each vertex belongs; positions are someone else's business.

    ``mirror[v]`` is the vertex on the other side. ``rings[name][r]`` are the vertices of ring r, 0 the outermost.
    """

    count: int
    faces: list[Face]
    mirror: Ints
    grid: Ints
    crown: int
    rings: dict[str, list[Ints]]
    mouth_back: Ints
    ring_faces: dict[str, list[list[int]]] = field(default_factory=dict)
    """Face indices between ring r and ring r + 1."""


def _inside(block: Block, column: int, row: int) -> bool:
    return block.column < column < block.column + block.width and block.row < row < block.row + block.height


def _covers(block: Block, column: int, row: int) -> bool:
    return block.column <= column < block.column + block.width and block.row <= row < block.row + block.height


def _signed(column: int) -> int:
    return column if column < COLUMNS // 2 else column - COLUMNS


def build_topology() -> Topology:
    """All vertices and faces of the skin and of the mouth's inside."""
    blocks = {"eye.L": LEFT_EYE, "eye.R": RIGHT_EYE, "mouth": MOUTH}
    grid = np.full((ROWS, COLUMNS), -1, dtype=np.int64)
    mirror: list[int] = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            if not any(_inside(b, _signed(column), row) for b in blocks.values()):
                grid[row, column] = len(mirror)
                mirror.append(0)
    for row in range(ROWS):
        for column in range(COLUMNS):
            if grid[row, column] >= 0:
                mirror[grid[row, column]] = int(grid[row, -column % COLUMNS])
    crown = len(mirror)
    mirror.append(crown)

    faces: list[Face] = []
    for row in range(ROWS - 1):
        for column in range(COLUMNS):
            if not any(_covers(b, _signed(column), row) for b in blocks.values()):
                right = (column + 1) % COLUMNS
                corners = (grid[row, column], grid[row, right], grid[row + 1, right], grid[row + 1, column])
                faces.append(tuple(int(v) for v in corners))
    faces += [(int(grid[-1, c]), int(grid[-1, (c + 1) % COLUMNS]), crown) for c in range(COLUMNS)]

    rings: dict[str, list[Ints]] = {}
    ring_faces: dict[str, list[list[int]]] = {}
    for name, block in blocks.items():
        count = MOUTH_RINGS if name == "mouth" else EYE_RINGS
        first = np.array([grid[row, column % COLUMNS] for column, row in block.loop()], dtype=np.int64)
        rings[name], ring_faces[name] = [first], []
        for _ in range(count):
            outer = rings[name][-1]
            inner = np.arange(len(mirror), len(mirror) + len(outer), dtype=np.int64)
            mirror += [0] * len(outer)
            ring_faces[name].append(list(range(len(faces), len(faces) + len(outer))))
            for k in range(len(outer)):
                n = (k + 1) % len(outer)
                faces.append((int(outer[k]), int(outer[n]), int(inner[n]), int(inner[k])))
            rings[name].append(inner)
    for name, other in (("eye.L", "eye.R"), ("eye.R", "eye.L"), ("mouth", "mouth")):
        block = blocks[name]
        turned = (block.width - np.arange(block.loop_length)) % block.loop_length
        for ring, opposite in zip(rings[name][1:], rings[other][1:], strict=True):
            for k, v in enumerate(ring):
                mirror[v] = int(opposite[turned[k]])

    back = _fill_mouth(rings["mouth"][-1], mirror, faces)
    return Topology(len(mirror), faces, np.array(mirror, dtype=np.int64), grid, crown, rings, back, ring_faces)


def _fill_mouth(ring: Ints, mirror: list[int], faces: list[Face]) -> Ints:
    """Closes the mouth's innermost ring with the cells of its block; returns the (height + 1, width + 1) vertices."""
    width, height = MOUTH.width, MOUTH.height
    back = np.full((height + 1, width + 1), -1, dtype=np.int64)
    for v, (column, row) in zip(ring, MOUTH.loop(), strict=True):
        back[row - MOUTH.row, column - MOUTH.column] = v
    for row in range(1, height):
        for column in range(1, width):
            back[row, column] = len(mirror)
            mirror.append(0)
    for row in range(1, height):
        for column in range(1, width):
            mirror[back[row, column]] = int(back[row, width - column])
    for row in range(height):
        for column in range(width):
            corners = (back[row, column], back[row, column + 1], back[row + 1, column + 1], back[row + 1, column])
            faces.append(tuple(int(v) for v in corners))
    return back
