"""Hair styles. Hair is a form of its own, a union of ellipsoids round the skull, combed from a whorl to the hairline in clumps.

It has no keys: it moves with the head.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import anatomy as an
from .anatomy import Array, smoothstep
from .part import Part, merge, sheet
from .topology import Face

_Triple = tuple[float, float, float]
_COLUMNS = 120
_FARTHEST = np.radians(170.0)


@dataclass(frozen=True)
class Lock:
    """A tapering strand over the hair: turn and rise in degrees (seen from the skull's axis, turn 90 is the character's left)."""

    start: tuple[float, float]
    end: tuple[float, float]
    wide: float
    """Half its width in centimetres."""
    lift: float = 0.3
    """How far its middle stands off the hair, in centimetres."""
    bow: float = 6.0
    """Degrees by which its middle runs above the straight way."""


@dataclass(frozen=True)
class Style:
    """One way to wear hair."""

    volumes: tuple[tuple[_Triple, _Triple], ...] = ()
    """Centre and radii of ellipsoids beyond the skull itself."""
    thickness: float = 0.5
    """Over the skull, in centimetres."""
    whorl: tuple[float, float] = (180.0, 70.0)
    """Turn and rise of the place from which it is combed, in degrees."""
    hairline: tuple[tuple[float, float], ...] = ()
    """Height where it ends by the turn round the head: (degrees, centimetres), from the front to the nape."""
    clumps: int = 26
    groove: float = 0.22
    """Depth between clumps, in centimetres."""
    points: float = 0.06
    """How far clumps run to points at the hairline, in radians."""
    rows: int = 17
    """Vertices from the whorl to the hairline."""
    curls: float = 0.0
    """Height of curls, in centimetres; 0 for straight hair."""
    locks: tuple[Lock, ...] = ()
    balls: tuple[tuple[_Triple, _Triple], ...] = ()
    """Buns and tails: centre and radii."""


_SHORT = (
    (0, 8.6),
    (22, 8.2),
    (42, 7.0),
    (54, 5.2),
    (62, 2.4),
    (70, -0.6),
    (80, -1.2),
    (90, 1.6),
    (106, -1.6),
    (135, -6.0),
    (180, -7.0),
)
_BACK = (
    (0, 8.6),
    (22, 8.3),
    (42, 7.4),
    (56, 5.6),
    (66, 3.0),
    (74, 0.2),
    (80, -0.2),
    (92, 2.2),
    (108, -1.2),
    (135, -6.0),
    (180, -7.0),
)
_LONG = ((0, 8.4), (20, 8.1), (40, 6.9), (50, 4.0), (57, -2.0), (66, -9.4), (80, -10.6), (110, -11.2), (180, -11.6))

STYLES: dict[str, Style] = {
    "swept": Style(
        volumes=(((0.3, -1.6, 8.0), (6.0, 5.8, 4.6)), ((-1.2, -4.4, 8.8), (4.0, 3.0, 3.3))),
        thickness=0.45, whorl=(165.0, 76.0), hairline=_SHORT, clumps=20, groove=0.34, points=0.02,
        locks=(
            Lock((22.0, 58.0), (-58.0, 27.0), 1.25, 0.75, 12.0), Lock((20.0, 52.0), (-36.0, 31.0), 1.15, 0.55, 9.0),
            Lock((30.0, 64.0), (-76.0, 36.0), 1.35, 0.80, 14.0), Lock((18.0, 48.0), (-10.0, 35.0), 0.95, 0.35, 5.0),
            Lock((26.0, 56.0), (54.0, 26.0), 0.95, 0.35, 4.0),
        ),
    ),
    "bob": Style(
        volumes=(((0.0, 1.6, 3.9), (8.9, 9.2, 9.0)), ((0.0, 2.2, -3.0), (9.0, 7.4, 8.0)), ((0.0, 1.4, -8.4), (8.0, 5.4, 4.4))),
        thickness=0.5, whorl=(180.0, 80.0), hairline=_LONG, clumps=24, groove=0.34, points=0.03,
        locks=(Lock((-20.0, 58.0), (46.0, 24.0), 1.5, 0.5, 10.0), Lock((-26.0, 56.0), (-56.0, 22.0), 1.2, 0.4, 6.0)),
    ),
    "bun": Style(
        thickness=0.42, whorl=(180.0, 52.0), hairline=_BACK, clumps=30, groove=0.20, points=0.02,
        balls=(((0.0, 8.6, 10.6), (3.3, 3.1, 2.9)), ((0.0, 6.9, 9.0), (2.0, 1.7, 1.3))),
    ),
    "curls": Style(
        volumes=(((0.0, 2.0, 5.2), (9.4, 9.6, 8.8)),),
        thickness=0.7, whorl=(180.0, 80.0), hairline=(*_SHORT[:5], (72, -0.8), (90, -2.2), (110, -3.4), (180, -6.4)),
        clumps=0, groove=0.0, points=0.0, rows=28, curls=1.5,
    ),
    "cropped": Style(thickness=0.24, whorl=(180.0, 74.0), hairline=_BACK, clumps=60, groove=0.035, points=0.0),
    "tousled": Style(
        volumes=(((0.0, 0.0, 7.2), (7.2, 7.4, 5.4)),),
        thickness=0.6, whorl=(160.0, 74.0), hairline=_SHORT, clumps=18, groove=0.42, points=0.10,
        locks=(
            Lock((8.0, 62.0), (-14.0, 26.0), 1.2, 0.5, 4.0), Lock((-24.0, 62.0), (-42.0, 24.0), 1.25, 0.6, 4.0),
            Lock((34.0, 62.0), (14.0, 25.0), 1.2, 0.5, 4.0), Lock((58.0, 60.0), (44.0, 20.0), 1.2, 0.5, 4.0),
            Lock((-58.0, 60.0), (-66.0, 14.0), 1.2, 0.5, 4.0),
        ),
    ),
    "receding": Style(
        thickness=0.36, whorl=(180.0, 40.0),
        hairline=((0, 12.4), (50, 11.0), (66, 4.6), (76, -0.4), (84, -0.4), (94, 2.2), (108, -1.4), (135, -6.0), (180, -7.0)),
        clumps=40, groove=0.10, points=0.02,
    ),
}  # fmt: skip
"""All styles by name."""


def hair(style: str = "swept") -> Part:
    """The hair of a style; KeyError for an unknown one."""
    worn = STYLES[style]
    surface = _surface(worn)
    pieces = [_shell(worn, surface), *(_lock(lock, surface) for lock in worn.locks)]
    pieces += [_ball(*ball) for ball in worn.balls]
    points, faces, paint = merge([(where, made, 0) for where, made in pieces])
    return Part("Hair", points, faces, ("hair",), paint)


_Distance = Callable[[Array], Array]


def _surface(style: Style) -> _Distance:
    """Distance to the hair's outer form."""

    def distance(points: Array) -> Array:
        found = an.skin_distance(points) - style.thickness
        for centre, radii in style.volumes:
            found = an.join(found, an.ellipsoid(points, centre, radii), 2.0)
        return found

    return distance


def _from_axis(turn: Array, rise: Array) -> Array:
    """Unit directions from the skull's axis."""
    return np.stack([np.sin(turn) * np.cos(rise), -np.cos(turn) * np.cos(rise), np.sin(rise)], axis=-1)


def _meet(distance: _Distance, directions: Array) -> Array:
    """Where rays (n, 3) from the skull's axis leave the form, found from outside by stepping inwards."""
    reach = np.full(len(directions), 22.0)
    for _ in range(26):
        reach -= 0.8 * distance(an.SKULL_AXIS + directions * reach[:, None])
    where: Array = an.SKULL_AXIS + directions * reach[:, None]
    return where


def _shell(style: Style, surface: _Distance) -> tuple[Array, list[Face]]:
    """Columns run from the whorl to the hairline, then a rolled edge back under the hair to the skin."""
    turn, rise = np.radians(style.whorl)
    pole = _from_axis(np.array([turn]), np.array([rise]))[0]
    aside = np.cross(pole, [0.0, 0.0, 1.0]) if abs(pole[2]) < 0.999 else np.array([1.0, 0.0, 0.0])
    aside /= np.linalg.norm(aside)
    ahead = np.cross(aside, pole)
    round_pole = 2.0 * np.pi * (np.arange(_COLUMNS) + 0.5) / _COLUMNS
    outward = np.outer(np.cos(round_pole), aside) + np.outer(np.sin(round_pole), ahead)

    def towards(angle: Array) -> Array:
        found: Array = np.cos(angle)[..., None] * pole + np.sin(angle)[..., None] * outward[:, None, :]
        return found

    fine = np.linspace(0.0, _FARTHEST, 70)
    line = _meet(surface, towards(np.tile(fine, (_COLUMNS, 1))).reshape(-1, 3)).reshape(_COLUMNS, -1, 3)
    degrees, heights = np.array(style.hairline, dtype=np.float64).T
    seen_turn = np.degrees(np.abs(np.arctan2(line[..., 0], -(line[..., 1] - an.SKULL_AXIS[1]))))
    above = line[..., 2] - np.interp(seen_turn, degrees, heights)
    first = np.argmax(above < 0.0, axis=1)
    # between the last sample above the hairline and the first below
    a, b = above[np.arange(_COLUMNS), first - 1], above[np.arange(_COLUMNS), first]
    end = fine[first - 1] + (fine[first] - fine[first - 1]) * a / np.maximum(a - b, 1e-9)
    for _ in range(2):
        end = 0.5 * end + 0.25 * (np.roll(end, 1) + np.roll(end, -1))
    phase = style.clumps * 0.5 * round_pole
    clump = np.abs(np.sin(phase + 0.35 * np.sin(3.0 * round_pole))) if style.clumps else np.ones(_COLUMNS)
    end = end + style.points * (clump - 0.6)

    t = np.linspace(0.03, 1.0, style.rows)
    directions = towards(end[:, None] * t[None, :])
    outside = _meet(surface, directions.reshape(-1, 3)).reshape(_COLUMNS, style.rows, 3)
    # grooves open from the whorl; the hair thins out to the edge
    depth = style.groove * (1.0 - clump)[:, None] * smoothstep(0.0, 0.35, t)
    outside = outside - directions * depth[..., None]
    if style.curls:
        outside = outside + directions * (style.curls * _curls(directions) * smoothstep(1.0, 0.8, t))[..., None]
    edge, along = outside[:, -1], _unit(outside[:, -1] - outside[:, -2])
    skin = _meet(an.skin_distance, directions[:, -1])
    inwards = _unit(an.SKULL_AXIS - skin)
    thick = np.linalg.norm(edge - skin, axis=1, keepdims=True)
    under = [edge + inwards * np.minimum(thick, depth) - along * 0.7 * depth for depth in (0.16, 0.42)]
    rows = [*outside.transpose(1, 0, 2), *under, skin + inwards * 0.35]
    crown = outside[:, 0].mean(axis=0)
    points = np.concatenate([*rows, crown[None]])
    top = len(points) - 1
    faces = [tuple(reversed(f)) for f in sheet(len(rows), _COLUMNS, closed=True)]
    faces += [(c, (c + 1) % _COLUMNS, top) for c in range(_COLUMNS)]
    return points, faces


def _unit(vectors: Array) -> Array:
    result: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return result


def _curls(directions: Array) -> Array:
    """Rounded bumps all over, 0 to 1, at the points of a Fibonacci sphere."""
    count = 190
    place = np.arange(count) + 0.5
    height = 1.0 - 2.0 * place / count
    angle = np.pi * (1.0 + np.sqrt(5.0)) * place
    wide = np.sqrt(1.0 - np.square(height))
    tops = np.stack([wide * np.cos(angle), wide * np.sin(angle), height], axis=1)
    near = np.max(directions.reshape(-1, 3) @ tops.T, axis=1)
    bump: Array = np.sqrt(np.clip(1.0 - np.square(np.arccos(np.clip(near, -1.0, 1.0)) / 0.16), 0.0, 1.0))
    return bump.reshape(directions.shape[:-1])


def _lock(lock: Lock, surface: _Distance) -> tuple[Array, list[Face]]:
    steps, around = 16, 10
    u = np.linspace(0.0, 1.0, steps)
    turn = np.radians(lock.start[0] + (lock.end[0] - lock.start[0]) * u)
    rise = np.radians(lock.start[1] + (lock.end[1] - lock.start[1]) * u + lock.bow * np.sin(np.pi * u))
    path = _meet(surface, _from_axis(turn, rise))
    normal = _unit(path - an.SKULL_AXIS)
    ahead = _unit(np.gradient(path, axis=0))
    across = _unit(np.cross(normal, ahead))
    full = np.power(np.sin(np.pi * np.clip(u * 0.93 + 0.06, 0.0, 1.0)), 0.75)
    path = path + normal * (0.10 + lock.lift * np.sin(np.pi * np.power(u, 0.8)))[:, None]
    angle = 2.0 * np.pi * np.arange(around) / around
    ridge = 1.0 + 0.12 * np.cos(3.0 * angle)
    rows = [
        path + (across * w + normal * h) * full[:, None]
        for w, h in zip(lock.wide * np.cos(angle) * ridge, 0.5 * np.sin(angle) * ridge, strict=True)
    ]
    points = np.concatenate([np.stack(rows, axis=1).reshape(-1, 3), path[:1], path[-1:]])
    tail, tip, last = len(points) - 2, len(points) - 1, (steps - 1) * around
    faces = sheet(steps, around, closed=True)
    for c in range(around):
        n = (c + 1) % around
        faces += [(tail, n, c), (last + c, last + n, tip)]
    return points, faces


def _ball(centre: _Triple, radii: _Triple) -> tuple[Array, list[Face]]:
    """A bun: a ball with twisted strands."""
    rows, columns = 12, 24
    rise = np.linspace(-0.5, 0.5, rows + 2)[1:-1] * np.pi
    turn = 2.0 * np.pi * np.arange(columns) / columns
    twist = 1.0 - 0.10 * np.abs(np.sin(3.0 * turn[None, :] + 2.2 * rise[:, None]))
    unit = _from_axis(np.broadcast_to(turn, (rows, columns)), np.broadcast_to(rise[:, None], (rows, columns)))
    ball = (unit * twist[..., None]).reshape(-1, 3)
    points = np.array(centre) + np.concatenate([ball, [[0.0, 0.0, -0.97], [0.0, 0.0, 0.97]]]) * np.array(radii)
    faces = sheet(rows, columns, closed=True)
    low, high, last = len(points) - 2, len(points) - 1, (rows - 1) * columns
    for c in range(columns):
        n = (c + 1) % columns
        faces += [(low, n, c), (last + c, last + n, high)]
    return points, faces
