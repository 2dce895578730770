"""Teeth, gums and tongue. Lower teeth and tongue go with the jaw; the tongue comes out."""

from __future__ import annotations

import numpy as np

from . import jaw
from .anatomy import Array, smoothstep
from .part import Part, merge, sheet
from .regions import move, turn_on_hinge
from .topology import Face

_Piece = tuple[Array, list[Face]]
_TEETH = (0.84, 0.66, 0.72, 0.66, 0.64, 0.80)
"""Widths of one side's teeth from the middle, in centimetres along the arch."""
_LOWER_TEETH = (0.56, 0.60, 0.66, 0.66, 0.66, 0.78, 0.55)
_DEEP = 1.08
"""How much longer a dental arch is than half its width."""
_ACROSS = (0.0, 0.16, 0.5, 0.84)
"""Where a tooth's columns of vertices stand, the first in the gap before it."""
_SECTION = ((0.0, 0.0), (0.10, 0.30), (0.12, 0.62), (0.06, 0.95), (-0.08, 1.0), (-0.24, 0.85), (-0.34, 0.0))
"""From the gum over the biting edge and up the back: how far out (centimetres), how far down (of the height)."""
_ROUND = 16
"""Vertices round the tongue."""
_LYING = (np.linspace(0.0, 1.0, 6), np.array([-7.35, -6.95, -6.68, -6.50, -6.38, -6.32]))
"""Height of the resting tongue's middle from its root to its tip."""
_OUT = np.array([
    (-2.0, -7.35), (-3.5, -7.2), (-5.0, -7.0), (-6.2, -6.98), (-7.0, -7.18), (-7.8, -7.55), (-8.5, -7.98), (-9.1, -8.5),
    (-9.55, -9.1),
])  # fmt: skip
"""The middle (y, z) of a tongue that is out: over the teeth, resting on the lip, its tip hanging."""


def _jaw_keys(points: Array, weight: Array) -> dict[str, Array]:
    x, y, z = jaw.LEFT
    turns = {"jawOpen": jaw.OPEN, "tongueOut": jaw.OPEN_FOR_TONGUE, "mouthFunnel": jaw.OPEN_FOR_FUNNEL}
    return {
        # a little down, past the upper teeth
        "jawForward": move(weight, *jaw.FORWARD) + move(weight, 0.0, 0.0, -0.24),
        "jawLeft": move(weight, x, y, z),
        "jawRight": move(weight, -x, y, z),
        **{name: turn_on_hinge(points, angle) * weight[:, None] for name, angle in turns.items()},
    }


def _on_arch(length: Array, wide: float, front: float) -> tuple[Array, Array]:
    """Points at these lengths from the middle of a dental arch (z 0), and the outward direction there."""
    angle = np.linspace(-1.75, 1.75, 401)
    curve = np.stack([wide * np.sin(angle), front + _DEEP * wide * (1.0 - np.cos(angle))], axis=1)
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    turn = np.interp(length, run - run[200], angle)
    place = np.stack([wide * np.sin(turn), front + _DEEP * wide * (1.0 - np.cos(turn)), 0.0 * turn], axis=1)
    outward = np.stack([np.sin(turn) / wide, -np.cos(turn) / (_DEEP * wide), 0.0 * turn], axis=1)
    return place, outward / np.linalg.norm(outward, axis=1, keepdims=True)


def _row_of_teeth(widths: tuple[float, ...], wide: float, front: float, root: float, edge: float) -> _Piece:
    """A band round the arch, over the biting edge and up its back, drawn in between one tooth and the next."""
    starts = np.concatenate([[0.0], np.cumsum(widths)])
    half = np.array([starts[i] + part * width for i, width in enumerate(widths) for part in _ACROSS])
    gap = np.tile(np.where(np.array(_ACROSS) == 0.0, 1.0, 0.0), len(widths))
    length = np.concatenate([-half[:0:-1], half])
    gap = np.concatenate([gap[:0:-1], gap])
    place, outward = _on_arch(length, wide, front)
    # a smile's curve: teeth get shorter towards the back
    shorter = 1.0 - 0.035 * np.square(length / 1.5)
    rows = []
    for out, down in _SECTION:
        drop = down * shorter - 0.04 * gap * (down > 0.9)
        drawn_in = out - 0.09 * gap * (down > 0.1) * (out > 0.0)
        rows.append(place + outward * drawn_in[:, None] + np.outer(root + (edge - root) * drop, [0.0, 0.0, 1.0]))
    return np.concatenate(rows), sheet(len(rows), len(length))


def _gum(widths: tuple[float, ...], wide: float, front: float, z: float, thick: float) -> _Piece:
    place, outward = _on_arch(np.linspace(-sum(widths), sum(widths), 25), wide, front)
    turn = 2.0 * np.pi * np.arange(6) / 6
    rows = [place + outward * (0.30 * np.cos(a) - 0.14) + np.array([0.0, 0.0, z + thick * np.sin(a)]) for a in turn]
    return np.concatenate([*rows, rows[0]]), sheet(7, 25)


def teeth() -> Part:
    upper_row = _row_of_teeth(_TEETH, 2.60, -7.50, -4.95, -6.22)
    lower_row = _row_of_teeth(_LOWER_TEETH, 2.50, -7.24, -7.25, -6.14)
    upper_gum = _gum(_TEETH, 2.60, -7.50, -4.75, 0.42)
    lower_gum = _gum(_LOWER_TEETH, 2.50, -7.24, -7.14, 0.58)
    points, faces, paint = merge([(*upper_row, 0), (*upper_gum, 1), (*lower_row, 0), (*lower_gum, 1)])
    lower = np.arange(len(points)) >= len(upper_row[0]) + len(upper_gum[0])
    return Part("Teeth", points, faces, ("teeth", "gums"), paint, keys=_jaw_keys(points, lower.astype(np.float64)))


def tongue() -> Part:
    """A rounded blade lying behind the lower teeth."""
    # rows crowd towards the tip, which is round when it is out, and blunt at rest
    t = np.concatenate([np.linspace(0.0, 0.9, 12), [0.95, 0.975, 0.99, 0.998, 1.0]])
    blunt = 1.0 - np.power(t, 15.0)
    resting = _blade(
        np.stack([-2.0 - 4.3 * t, np.interp(t, *_LYING)], axis=1),
        np.tile([0.0, 1.0], (len(t), 1)),
        (1.45 + 0.15 * smoothstep(0.0, 0.6, t)) * np.sqrt(blunt),
        0.42 * np.sqrt(blunt),
        groove=0.14,
    )
    faces = sheet(len(t), _ROUND, closed=True)
    part = np.repeat(t, _ROUND)
    keys = _jaw_keys(resting, smoothstep(-0.4, 0.5, part))
    keys["tongueOut"] = _stuck_out(t) - resting
    return Part("Tongue", resting, faces, ("tongue",), [0] * len(faces), keys=keys)


def _blade(line: Array, up: Array, half_width: Array, half_height: Array, groove: float) -> Array:
    """Oval sections round a line (y, z) in the middle plane, ``up`` square to it, with a groove along the top."""
    turn = 2.0 * np.pi * np.arange(_ROUND) / _ROUND
    height = np.sin(turn) - groove * np.exp(-np.square((turn - np.pi / 2) / 0.35))
    across = np.outer(half_width, np.cos(turn))
    over = np.outer(half_height, height)[..., None] * up[:, None, :]
    points: Array = np.concatenate([across[..., None], line[:, None, :] + over], axis=2).reshape(-1, 3)
    return points


def _stuck_out(t: Array) -> Array:
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(_OUT, axis=0), axis=1))])
    line = np.stack([np.interp(t * run[-1], run, _OUT[:, axis]) for axis in (0, 1)], axis=1)
    ahead = np.gradient(line, axis=0)
    up = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1) / np.linalg.norm(ahead, axis=1, keepdims=True)
    to_tip = (1.0 - t) * run[-1]

    def rounded(reach: float) -> Array:
        blunt: Array = np.sqrt(1.0 - np.square(np.maximum(1.0 - to_tip / reach, 0.0)))
        return blunt

    half_width = 1.5 * rounded(1.3)
    return _blade(line, up, half_width, 0.58 * rounded(0.62), groove=0.6)
