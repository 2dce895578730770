"""Eyeballs, eyelashes and eyebrows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from . import anatomy as an
from . import openings as op
from .anatomy import Array
from .part import Part, carried, merge, moving, other_side, sheet
from .regions import Regions
from .topology import LEFT_EYE, Face

_AROUND = 32
_IRIS, _RIM, _PUPIL = np.radians(29.0), np.radians(27.0), np.radians(13.0)
_RINGS = np.radians(
    [4.0, 9.0, 13.0, 14.0, 19.0, 24.0, 27.0, 29.0, 30.0, 36.0, 46.0, 60.0, 78.0, 98.0, 120.0, 145.0, 165.0]
)


def eyeball(side: str) -> Part:
    """A ball whose pole looks ahead (-y), painted by rings (pupil, iris, its dark rim, white), with a highlight."""
    turn = 2.0 * np.pi * np.arange(_AROUND) / _AROUND
    flat, depth = np.sin(_RINGS), -np.cos(_RINGS)
    body = np.stack(
        [np.outer(flat, np.cos(turn)), np.repeat(depth[:, None], _AROUND, 1), np.outer(flat, np.sin(turn))], axis=2
    )
    points = np.concatenate([body.reshape(-1, 3), [[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]])
    front, back = len(points) - 2, len(points) - 1
    faces = sheet(len(_RINGS), _AROUND, closed=True)
    middles = np.repeat((_RINGS[:-1] + _RINGS[1:]) / 2, _AROUND)
    paint = [2 if m < _PUPIL else 1 if m < _RIM else 3 if m < _IRIS else 0 for m in middles]
    last = (len(_RINGS) - 1) * _AROUND
    for c in range(_AROUND):
        n = (c + 1) % _AROUND
        faces += [(front, n, c), (last + c, last + n, back)]
        paint += [2, 0]
    faces = [tuple(reversed(f)) for f in faces]
    sign = 1.0 if side == "L" else -1.0
    ball = an.EYE_CENTRE * np.array([sign, 1.0, 1.0]) + points * an.EYE_RADIUS
    glint, disc = _glint(an.EYE_CENTRE * np.array([sign, 1.0, 1.0]))
    colours = ("eye white", "iris", "pupil", "iris rim", "glint")
    merged = merge([(ball, faces, 0), (glint, disc, 4)])
    return Part(f"Eye.{side}", merged[0], merged[1], colours, paint + [4] * len(disc), bone=f"eye.{side}")


def _glint(centre: Array) -> tuple[Array, list[Face]]:
    """A small white cap over the iris, above and to the left of its middle on both eyes, as one lamp would make it."""
    turn = 2.0 * np.pi * np.arange(16) / 16
    rim = np.radians(5.0)
    azimuth, elevation = np.radians(9.0) + rim * np.cos(turn), np.radians(12.0) + rim * np.sin(turn)
    flat = np.cos(elevation)
    around = np.stack([np.sin(azimuth) * flat, -np.cos(azimuth) * flat, np.sin(elevation)], axis=1)
    middle = around.mean(axis=0)
    points = np.concatenate([around * 1.012, [middle / np.linalg.norm(middle) * 1.02]])
    return centre + points * an.EYE_RADIUS, [(c, (c + 1) % 16, 16) for c in range(16)]


def lashes(regions: Regions, keys: Mapping[str, Array]) -> Part:
    """A dark swept band along each upper lid's edge, moved by the very vertices it grows from."""
    along, side = op.loop_sides(LEFT_EYE)
    rings = regions.skin.topology.rings["eye.L"]
    upper = np.flatnonzero(side >= 0.0)
    upper = upper[np.argsort(along[upper])]
    root, base = rings[op.LID_EDGE][upper], rings[op.LID_OUTER][upper]
    s = along[upper]
    points = regions.points
    outward = points[root] - an.EYE_CENTRE
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    length = 0.20 + 0.32 * np.exp(-np.square((s - 0.75) / 0.5)) * np.clip((1.15 - s) * 4.0, 0.0, 1.0)
    sweep = outward * 0.75 + np.stack([0.55 * s, np.zeros_like(s), 0.55 - 0.2 * np.abs(s)], axis=1)
    low = points[root] + outward * 0.02 - (points[base] - points[root]) * 0.25
    high = points[root] * 0.72 + points[base] * 0.28 + outward * 0.05
    tip = points[root] + sweep * length[:, None]
    rows = np.concatenate([low, tip, high])
    count = len(upper)
    bound = np.concatenate([root, root, root])
    left_faces = sheet(3, count)
    right, right_faces = other_side(rows, left_faces)
    merged, faces, paint = merge([(rows, left_faces, 0), (right, right_faces, 0)])
    vertices = np.concatenate([bound, regions.skin.mirror[bound]])
    moved = {name: _swing(merged, regions.points[vertices], key[vertices]) for name, key in keys.items()}
    return Part("Lashes", merged, faces, ("lashes",), paint, keys=moving(moved))


def _swing(points: Array, roots: Array, moves: Array) -> Array:
    """How lashes move whose roots move: turning with the root about the eye's centre, at the same angle to the lid."""
    centre = an.EYE_CENTRE * np.where(roots[:, :1] < 0.0, [[-1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0]])
    before, after = roots - centre, roots + moves - centre
    before /= np.linalg.norm(before, axis=1, keepdims=True)
    after /= np.linalg.norm(after, axis=1, keepdims=True)
    axis = np.cross(before, after)
    cosine = np.sum(before * after, axis=1, keepdims=True)
    hair = points - roots
    turned = hair * cosine + np.cross(axis, hair) + axis * np.sum(axis * hair, axis=1, keepdims=True) / (1.0 + cosine)
    result: Array = moves + turned - hair
    return result


def brows(regions: Regions, keys: Mapping[str, Array]) -> Part:
    """Two tapering bands over the eyes, with a thickness of their own, carried by the forehead's skin."""
    t = np.linspace(0.0, 1.0, 22)
    x = 0.95 + 5.35 * t
    middle = 3.60 + 0.46 * np.sin(np.pi * np.power(t, 1.05) * 0.96) - 0.30 * np.square(t)
    half = 0.36 * np.power(np.clip(1.0 - t, 0.0, 1.0), 0.55) * np.power(np.clip(t / 0.06 + 0.35, 0.0, 1.0), 0.5) + 0.03
    turn = 2.0 * np.pi * np.arange(8) / 8
    high = (middle[:, None] + half[:, None] * np.cos(turn)).ravel()
    wide = np.repeat(x, 8)
    place = np.stack([wide, an.front_of_skin(wide, high), high], axis=1)
    thick = (half[:, None] * 0.42 * np.sin(turn) + 0.10).ravel()
    band = (place + an.skin_normal(place)[1] * thick[:, None]).reshape(len(t), 8, 3)
    points = np.concatenate([band.reshape(-1, 3), [band[0].mean(axis=0), band[-1].mean(axis=0)]])
    faces = sheet(len(t), 8, closed=True)
    inner, outer, last = len(points) - 2, len(points) - 1, (len(t) - 1) * 8
    for c in range(8):
        n = (c + 1) % 8
        faces += [(inner, n, c), (last + c, last + n, outer)]
    right, right_faces = other_side(points, faces)
    merged, all_faces, paint = merge([(points, faces, 0), (right, right_faces, 0)])
    surface = np.flatnonzero(regions.surface & (regions.points[:, 1] < 0.0) & (regions.points[:, 2] > -1.0))
    moved = carried(merged, regions.points[surface], {name: key[surface] for name, key in keys.items()})
    return Part("Brows", merged, all_faces, ("brows",), paint, keys=moving(moved))
