"""Hair: a short cap round the skull and broad locks swept over the forehead to the character's left. It has no keys."""

from __future__ import annotations

import numpy as np

from . import anatomy as an
from .anatomy import Array, smoothstep
from .part import Part, merge, sheet
from .topology import Face

_LOCKS = (
    # turn and elevation (degrees, seen from the skull's axis) where it starts and ends, lift, half width (centimetres)
    (-38.0, 43.0, 50.0, 39.0, 0.30, 1.30),
    (-44.0, 49.0, 62.0, 43.0, 0.75, 1.35),
    (-50.0, 56.0, 76.0, 48.0, 1.05, 1.35),
    (-56.0, 63.0, 90.0, 53.0, 1.10, 1.35),
    (-64.0, 70.0, 106.0, 58.0, 0.95, 1.35),
    (-76.0, 76.0, 124.0, 62.0, 0.75, 1.30),
)


def _hairline(turn: Array) -> Array:
    """Height where the hair ends, by the angle round the head: high in front, low before the ears and at the nape."""
    angles = [0.0, 22.0, 42.0, 56.0, 66.0, 74.0, 82.0, 92.0, 108.0, 135.0, 180.0]
    return np.interp(np.degrees(np.abs(turn)), angles, [8.0, 7.9, 7.2, 5.4, 2.6, 0.2, -0.2, 1.9, -2.0, -6.4, -7.2])


def _on_skull(turn: Array, elevation: Array) -> Array:
    ray = np.stack([np.sin(turn) * np.cos(elevation), -np.cos(turn) * np.cos(elevation), np.sin(elevation)], axis=-1)
    return an.onto_skin(an.SKULL_AXIS + ray.reshape(-1, 3) * 9.0, 3)


def _cap() -> tuple[Array, list[Face]]:
    """Rows run from the hairline to the crown."""
    columns, rows = 96, 18
    turn = 2.0 * np.pi * (np.arange(columns) + 0.5) / columns
    turn = np.where(turn > np.pi, turn - 2.0 * np.pi, turn)
    edge = np.stack([9.0 * np.sin(turn), an.SKULL_AXIS[1] - 9.0 * np.cos(turn), _hairline(turn)], axis=1)
    edge = an.onto_skin(edge, 4) - an.SKULL_AXIS
    start = np.arctan2(edge[:, 2], np.hypot(edge[:, 0], edge[:, 1]))
    t = np.repeat(np.arange(rows) / (rows - 1), columns)
    around, low = np.tile(turn, rows), np.tile(start, rows)
    place = _on_skull(around, low + (0.985 * np.pi / 2 - low) * t)
    normal = an.skin_normal(place)[1]
    above = smoothstep(1.0, 8.0, place[:, 2])
    strand = np.abs(np.sin(around * 13.0 + 2.0 * t + 0.8 * np.sin(around * 3.0)))
    ahead = smoothstep(0.0, -4.0, place[:, 1])
    body = (0.42 + 0.55 * above * (1.0 - 0.6 * ahead) + 0.20 * strand) * (0.40 + 0.60 * smoothstep(0.0, 0.2, t))
    cap = (place + normal * body[:, None]).reshape(rows, columns, 3)
    first, out = place[:columns], normal[:columns]
    crown = cap[-1:].mean(axis=1) + np.array([0.0, 0.0, 0.05])
    points = np.concatenate([first - out * 0.35, first + out * 0.05, cap.reshape(-1, 3), crown])
    last, top = (rows + 1) * columns, len(points) - 1
    lid: list[Face] = [(last + c, last + (c + 1) % columns, top) for c in range(columns)]
    return points, sheet(rows + 2, columns, closed=True) + lid


def _lock(
    start_turn: float, start_rise: float, end_turn: float, end_rise: float, lift: float, wide: float
) -> tuple[Array, list[Face]]:
    """A tapering band, thick in its middle, with a ridge where its strands part."""
    steps, around = 16, 10
    u = np.linspace(0.0, 1.0, steps)
    turn = np.radians(start_turn + (end_turn - start_turn) * u)
    rise = np.radians(start_rise + (end_rise - start_rise) * u + 7.0 * np.sin(np.pi * u))
    path = _on_skull(turn, rise)
    normal = an.skin_normal(path)[1]
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    across = np.cross(normal, ahead)
    full = np.power(np.sin(np.pi * np.clip(u * 0.94 + 0.05, 0.0, 1.0)), 0.7)
    path = path + normal * (0.45 + lift * np.power(np.sin(np.pi * np.power(u, 0.8)), 1.2))[:, None]
    angle = 2.0 * np.pi * np.arange(around) / around
    ridge = 1.0 + 0.10 * np.cos(3.0 * angle)
    wide_of, high_of = wide * np.cos(angle) * ridge, 0.62 * np.sin(angle) * ridge
    rows = [path + (across * w + normal * h) * full[:, None] for w, h in zip(wide_of, high_of, strict=True)]
    points = np.concatenate([np.stack(rows, axis=1).reshape(-1, 3), path[:1], path[-1:]])
    tail, tip, last = len(points) - 2, len(points) - 1, (steps - 1) * around
    faces = sheet(steps, around, closed=True)
    for c in range(around):
        n = (c + 1) % around
        faces += [(tail, n, c), (last + c, last + n, tip)]
    return points, faces


def hair() -> Part:
    pieces = [_cap(), *(_lock(*lock) for lock in _LOCKS)]
    points, faces, paint = merge([(where, made, 0) for where, made in pieces])
    return Part("Hair", points, faces, ("hair",), paint)
