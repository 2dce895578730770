"""What may go wrong with lips and lids of a pose, measured on the rounded surface (centimetres, square centimetres)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from keyframeface_addon.blender.head import openings as op
from keyframeface_addon.blender.head.anatomy import Array, Ints

from .head_surface import Eye, Head, Pose, Surface, gaze_of, lids, lips

FULLEST = (op.LIP_BORDER + op.LIP_SEAL) // 2
"""The ring where a lip is fullest."""
TURNED = np.cos(np.radians(100.0))

LIMITS: dict[str, float] = {
    # lips that touch are pressed into each other, and the line between them is what is seen
    "lips cross where they touch": 0.30,
    "upper red under lower red": 0.0,
    "lip skin folded": 0.05,
    # under an upper lid that lies outside, the lower one may go on
    "lids cross": 0.80,
    "lower lid through upper lid": 0.03,
    "eyeball through lid": 0.0,
    "lid folded": 0.10,
}


@dataclass(frozen=True, repr=False)
class Openings:
    """Where lips and lids are in the rounded mesh, found once for many poses."""

    surface: Surface
    eyes: dict[str, Eye]
    lips: dict[int, tuple[Ints, Ints, Array]]
    """Upper and lower points by ring, from the fullest of the red inwards."""
    lip_faces: Ints
    lids: dict[str, list[tuple[Ints, Ints, Array]]]
    """By side, from the margin's inner edge outwards."""
    lid_faces: dict[str, Ints]


def find_openings(head: Head) -> Openings:
    rings, skin = head.topology.ring_faces, head.skin

    def faces(wanted: list[list[int]]) -> Ints:
        return np.flatnonzero(np.isin(skin.origin, np.concatenate(wanted)))

    # the red itself may roll in
    lip_skin = faces(rings["mouth"][: op.LIP_BORDER])
    lid_skin = {side: faces(rings[f"eye.{side}"][2 : op.LID_EDGE]) for side in "LR"}
    red = {ring: lips(head, ring) for ring in range(FULLEST, op.LIP_INSIDE + 1)}
    margins = {side: [lids(head, side, ring) for ring in range(op.LID_INSIDE, 1, -1)] for side in "LR"}
    used = np.unique(
        np.concatenate(
            [
                *(skin.faces[part].ravel() for part in (lip_skin, *lid_skin.values())),
                *(np.concatenate(pair[:2]) for pair in (*red.values(), *margins["L"], *margins["R"])),
            ]
        )
    )
    place = np.full(len(skin.rest), -1)
    place[used] = np.arange(len(used))

    def moved(pair: tuple[Ints, Ints, Array]) -> tuple[Ints, Ints, Array]:
        return place[pair[0]], place[pair[1]], pair[2]

    kept = np.concatenate([lip_skin, lid_skin["L"], lid_skin["R"]])
    ends = np.cumsum([len(lip_skin), len(lid_skin["L"])])
    part = replace(
        skin, rest=skin.rest[used], moves={n: m[used] for n, m in skin.moves.items()}, faces=place[skin.faces[kept]]
    )
    of_lips, of_left, of_right = np.split(np.arange(len(kept)), ends)
    return Openings(
        part,
        dict(head.eyes),
        {ring: moved(pair) for ring, pair in red.items()},
        of_lips,
        {side: [moved(pair) for pair in pairs] for side, pairs in margins.items()},
        {"L": of_left, "R": of_right},
    )


def lip_gap(points: Array, pair: tuple[Ints, Ints, Array]) -> Array:
    """Upper over lower lip, across the line between them as seen from the front; negative where they cross."""
    upper, lower, _ = pair
    middle = ((points[upper] + points[lower]) / 2)[:, [0, 2]]
    line = np.gradient(middle, axis=0)
    across = np.stack([-line[:, 1], line[:, 0]], axis=1) / np.maximum(np.linalg.norm(line, axis=1)[:, None], 1e-9)
    gap: Array = np.sum((points[upper] - points[lower])[:, [0, 2]] * across, axis=1)
    return gap


def mouth_opening(openings: Openings, points: Array) -> float:
    """Height of what can be seen between the lips: at the nearest of their rings, where that is widest."""
    return float(np.min([lip_gap(points, pair) for pair in openings.lips.values()], axis=0).max())


def eye_opening(openings: Openings, points: Array, side: str) -> float:
    """Height of what can be seen between the lids: at the nearer edges of their margins, where that is widest."""
    return float(np.min([lid_gap(openings, points, side, edge) for edge in (0, 1)], axis=0).max())


def lid_gap(openings: Openings, points: Array, side: str, edge: int = 1) -> Array:
    """Upper over lower lid along the eyeball, at the same azimuth; negative where they cross.

    ``edge`` 0 is the inner edge of the margin, which lies on the eyeball, 1 the outer one.
    """
    pair = openings.lids[side][edge]
    around = [_angles(points[ring] - openings.eyes[side].centre) for ring in pair[:2]]
    (azimuth_up, high, radius), (azimuth_low, low, _) = around
    order = np.argsort(azimuth_low)
    gap: Array = (high - np.interp(azimuth_up, azimuth_low[order], low[order])) * radius.mean()
    return gap


def figures(openings: Openings, pose: Pose) -> dict[str, float]:
    """How much of each fault the pose has; harmless up to ``LIMITS``."""
    points = openings.surface.posed(pose)
    inner = np.abs(openings.lips[FULLEST][2]) < 0.9  # in the corners upper and lower meet
    found = {
        "lips cross where they touch": -float(lip_gap(points, openings.lips[op.LIP_SEAL])[inner].min()),
        "upper red under lower red": -float(lip_gap(points, openings.lips[FULLEST])[inner].min()),
        "lip skin folded": _folded(openings.surface, points, openings.lip_faces),
    }
    for side, faces in openings.lid_faces.items():
        eye = openings.eyes[side]
        lid = points[np.unique(openings.surface.faces[faces])]
        deep = eye.radius(lid, gaze_of(pose, side)) - np.linalg.norm(lid - eye.centre, axis=1)
        per_side = {
            "lids cross": -float(lid_gap(openings, points, side).min()),
            "lower lid through upper lid": _lower_through_upper(openings, points, side),
            "eyeball through lid": float(deep.max()),
            "lid folded": _folded(openings.surface, points, faces),
        }
        for fault, figure in per_side.items():
            found[fault] = max(figure, found.get(fault, figure))
    return found


def faults(openings: Openings, pose: Pose) -> dict[str, float]:
    return {fault: figure for fault, figure in figures(openings, pose).items() if figure > LIMITS[fault]}


def cause(openings: Openings, pose: Pose, fault: str) -> dict[str, float]:
    """The fewest channels of the pose that still have the fault, found by leaving out one after the other."""
    needed = dict(sorted(pose.items(), key=lambda item: item[1]))
    for name in list(needed):
        fewer = {n: v for n, v in needed.items() if n != name}
        if figures(openings, fewer)[fault] > LIMITS[fault]:
            needed = fewer
    return needed


def _angles(away: Array) -> tuple[Array, Array, Array]:
    radius = np.linalg.norm(away, axis=1)
    return np.arctan2(away[:, 0], -away[:, 1]), np.arcsin(np.clip(away[:, 2] / radius, -1.0, 1.0)), radius


def _lower_through_upper(openings: Openings, points: Array, side: str) -> float:
    """How far the lower lid's margin stands out of the upper lid where it has gone on under it."""
    centre = openings.eyes[side].centre
    upper = [_angles(points[pair[0]] - centre)[1:] for pair in openings.lids[side][1:]]
    heights, radii = (np.array([row[i] for row in upper]) for i in (0, 1))
    _, low, radius = _angles(points[openings.lids[side][1][1]] - centre)
    under = [
        radius[k] - np.interp(low[k], heights[:, k], radii[:, k])
        for k in range(len(low))
        if heights[0, k] < low[k] < heights[-1, k] and np.all(np.diff(heights[:, k]) > 0.0)
    ]
    return float(max(under, default=-1.0))


def _folded(surface: Surface, points: Array, faces: Ints) -> float:
    """Area of faces that have turned by more than a hundred degrees."""
    after, before = surface.normals(points)[faces], surface.normals(surface.rest)[faces]
    size = np.linalg.norm(after, axis=1)
    turned = np.sum(after * before, axis=1) < TURNED * size * np.linalg.norm(before, axis=1)
    return float(size[turned].sum() / 2)
