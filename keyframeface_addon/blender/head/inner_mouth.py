"""Teeth, gums and tongue. Lower teeth and tongue go with the jaw; the tongue comes out."""

from __future__ import annotations

import numpy as np

from . import mouth
from .anatomy import Array, smoothstep
from .part import Part, merge, sheet
from .regions import move, turn_on_hinge
from .topology import Face

_JAW_KEYS = ("jawOpen", "jawForward", "jawLeft", "jawRight", "tongueOut")


def _jaw_keys(points: Array, weight: Array) -> dict[str, Array]:
    x, y, z = mouth.JAW_LEFT
    return {
        "jawOpen": turn_on_hinge(points, mouth.JAW_ANGLE) * weight[:, None],
        "jawForward": move(weight, *mouth.JAW_FORWARD),
        "jawLeft": move(weight, x, y, z),
        "jawRight": move(weight, -x, y, z),
        "tongueOut": turn_on_hinge(points, mouth.TONGUE_JAW_ANGLE) * weight[:, None],
    }


def _arch(steps: int, wide: float, front: float, deep: float) -> tuple[Array, Array, Array]:
    """Points along a dental arch, the outward direction there, and the angle from its middle."""
    angle = np.linspace(-1.25, 1.25, steps)
    place = np.stack([wide * np.sin(angle), front + deep * (1.0 - np.cos(angle)), np.zeros(steps)], axis=1)
    outward = np.stack([np.sin(angle) / wide, -np.cos(angle) / deep, np.zeros(steps)], axis=1)
    return place, outward / np.linalg.norm(outward, axis=1, keepdims=True), angle


def _row_of_teeth(wide: float, front: float, root: float, edge: float, tooth: float) -> tuple[Array, list[Face]]:
    """A band round the arch from root to edge and up its back, drawn in between one tooth and the next."""
    place, outward, angle = _arch(121, wide, front, wide * 1.25)
    middle = np.abs(np.sin(np.pi * angle / tooth))
    gap = np.power(1.0 - middle, 3.0)
    height = edge - root
    rows = []
    # how far out, how far down, from the gum over the biting edge and up the back
    section = (
        (0.0, 0.0),
        (0.09, 0.25),
        (0.12, 0.55),
        (0.10, 0.85),
        (0.0, 1.0),
        (-0.16, 0.97),
        (-0.28, 0.6),
        (-0.34, 0.0),
    )
    for out, down in section:
        drop = np.where(down > 0.5, down - 0.06 * gap * (down - 0.5) * 2.0, down)
        drawn_in = out - 0.10 * gap * (down > 0.1) * (out > -0.1)
        rows.append(place + outward * drawn_in[:, None] + np.outer(root + height * drop, [0.0, 0.0, 1.0]))
    return np.concatenate(rows), sheet(len(rows), 121)


def _gum(wide: float, front: float, z: float, thick: float) -> tuple[Array, list[Face]]:
    place, outward, _ = _arch(41, wide, front, wide * 1.25)
    turn = 2.0 * np.pi * np.arange(8) / 8
    rows = [place + outward * (0.28 * np.cos(a) - 0.12) + np.array([0.0, 0.0, z + thick * np.sin(a)]) for a in turn]
    return np.concatenate([*rows, rows[0]]), sheet(9, 41)


def teeth() -> Part:
    upper_row = _row_of_teeth(2.15, -7.05, -5.70, -6.90, 0.33)
    lower_row = _row_of_teeth(1.98, -6.78, -7.60, -6.80, 0.30)
    upper_gum, lower_gum = _gum(2.15, -7.05, -5.42, 0.36), _gum(1.98, -6.78, -7.68, 0.36)
    points, faces, paint = merge([(*upper_row, 0), (*upper_gum, 1), (*lower_row, 0), (*lower_gum, 1)])
    lower = np.arange(len(points)) >= len(upper_row[0]) + len(upper_gum[0])
    return Part("Teeth", points, faces, ("teeth", "gums"), paint, keys=_jaw_keys(points, lower.astype(np.float64)))


def tongue() -> Part:
    """A rounded blade lying behind the lower teeth."""
    # rows crowd towards the rounded tip
    t = 1.0 - np.square(np.linspace(1.0, 0.0, 15)) * 0.55 - 0.45 * np.linspace(1.0, 0.0, 15)
    y = -2.0 - 4.1 * t
    half_width = 1.62 * np.power(1.0 - np.power(t, 14.0), 0.5) + 0.02
    half_height = 0.45 * np.power(1.0 - np.power(t, 8.0), 0.5) + 0.01
    z = -7.95 + 0.40 * np.sin(np.pi * t * 0.9)
    turn = 2.0 * np.pi * np.arange(16) / 16
    groove = 0.16 * np.exp(-np.square((turn - np.pi / 2) / 0.35))
    rows = np.stack([
        np.outer(half_width, np.cos(turn)),
        np.repeat(y[:, None], 16, axis=1),
        z[:, None] + np.outer(half_height, np.sin(turn)) - np.outer(half_height, groove),
    ], axis=2)  # fmt: skip
    points = np.concatenate([rows.reshape(-1, 3), [[0.0, y[-1] - 0.06, z[-1]]]])
    tip = len(points) - 1
    faces = sheet(len(t), 16, closed=True) + [(14 * 16 + c, 14 * 16 + (c + 1) % 16, tip) for c in range(16)]
    part = np.append(np.repeat(t, 16), 1.0)
    keys = _jaw_keys(points, smoothstep(-0.4, 0.5, part))
    keys["tongueOut"] = keys["tongueOut"] + _stick_out(points, part)
    return Part("Tongue", points, faces, ("tongue",), [0] * len(faces), keys=keys)


def _stick_out(points: Array, part: Array) -> Array:
    """Forward over the lower teeth, then down over the lip and the chin."""
    ahead = np.square(part) * 4.6
    out = points[:, 1] - ahead
    over_teeth = 0.62 * smoothstep(0.25, 0.7, part)
    bent = 1.5 * np.square(np.maximum(-8.2 - out, 0.0) / 2.6)
    result = np.stack([-points[:, 0] * 0.16 * part, -ahead, over_teeth - bent], axis=1)
    return result
