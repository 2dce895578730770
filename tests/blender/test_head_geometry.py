"""The demo head's shapes by measurement: both sides alike, each in its region, as far as faces move, and never inside out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("bpy")

import bpy
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from keyframeface_addon.blender.head import add_head
from keyframeface_addon.blender.head import openings as op
from keyframeface_addon.blender.head.anatomy import EYE_RADIUS, Array, Bools, Ints
from keyframeface_addon.blender.head.topology import MOUTH
from keyframeface_addon.face.channels import CHANNEL, SHAPES, ChannelName
from tests.blender.head_surface import Head, Surface, lids, lips, measure_head, rounded

FLIP = np.array([-1.0, 1.0, 1.0])
ONE_SIDED = ("Hair", "Glints", "Eye.L", "Eye.R")
TURNED = np.cos(np.radians(100.0))


@pytest.fixture(scope="module")
def head() -> Head:
    return measure_head()


def surfaces(head: Head) -> Iterator[Surface]:
    yield head.skin
    yield from head.parts.values()


def partner(points: Array) -> Ints:
    """For each point the one on the other side; -1 where there is none within a hundredth of a millimetre."""
    tree = BVHTree.FromPolygons(points.tolist(), [(i, i, i) for i in range(len(points))])
    assert tree
    found = [tree.find_nearest(Vector(mirrored), 0.001)[2] for mirrored in (points * FLIP).tolist()]
    return np.array([-1 if index is None else index for index in found])


def test_adding_keys_in_numpy_is_what_blender_shows(head: Head, scene: bpy.types.Scene) -> None:
    face = add_head(scene.collection)
    pose = {"jawOpen": 0.6, "mouthSmileLeft": 0.7, "eyeBlinkRight": 0.5, "browInnerUp": 1.0}
    for name, value in pose.items():
        face.data.shape_keys.key_blocks[name].value = value
    np.testing.assert_allclose(rounded(face), head.skin.posed(pose), atol=1e-4)


def test_both_sides_are_mirror_images(head: Head) -> None:
    for surface in surfaces(head):
        if surface.name.endswith(ONE_SIDED):
            continue
        other = head.topology.mirror if surface is head.skin else partner(surface.base)
        assert other.min() >= 0, f"{surface.name}: {int(np.sum(other < 0))} points have none on the other side"
        np.testing.assert_allclose(surface.base[other] * FLIP, surface.base, atol=1e-5, err_msg=surface.name)
        for name, move in surface.base_moves.items():
            opposite = surface.base_moves[CHANNEL[name].mirror]
            np.testing.assert_allclose(opposite[other] * FLIP, move, atol=1e-5, err_msg=f"{surface.name}: {name}")


def test_eyes_are_mirror_images(head: Head) -> None:
    np.testing.assert_allclose(head.eyes["L"].centre * FLIP, head.eyes["R"].centre, atol=1e-5)
    np.testing.assert_allclose(head.eyes["L"].radii, head.eyes["R"].radii, atol=1e-4)


def region(head: Head, name: ChannelName) -> Bools:
    """Base points of the skin that a key may move."""
    x, y, z = head.skin.base.T
    eye = head.eyes["L"].centre
    from_eye = np.linalg.norm(np.abs(head.skin.base) * [1, 0, 0] + head.skin.base * [0, 1, 1] - eye, axis=1)
    forehead, cheek, mouth = z > eye[2] - EYE_RADIUS, z < eye[2] + 1.2 * EYE_RADIUS, z < eye[2]
    allowed: dict[str, Bools] = {
        "brows": forehead,
        "eyes": (from_eye < 2.6 * EYE_RADIUS),
        "cheeks": cheek,
        "nose": (np.abs(z - eye[2]) < 8.0),
        "jaw": z < eye[2] - 0.5,
        "mouth": mouth,
        "tongue": z < eye[2] - 0.5,
    }
    own_side = {"left": x > -1.5, "right": x < 1.5, "both": np.ones(len(x), dtype=np.bool_)}
    where: Bools = allowed[CHANNEL[name].region] & own_side[CHANNEL[name].side] & (y < 4.0)
    return where


@pytest.mark.parametrize("name", SHAPES)
def test_key_moves_only_its_region_and_side(head: Head, name: ChannelName) -> None:
    size = np.linalg.norm(head.skin.base_moves[name], axis=1)
    outside = np.where(region(head, name), 0.0, size)
    worst = int(outside.argmax())
    assert outside[worst] < 0.03, f"{outside[worst]:.2f} cm at {head.skin.base[worst].round(1)}"
    if CHANNEL[name].side != "both":
        assert size.sum() > 0.0
        x = head.skin.base[:, 0] * (1.0 if CHANNEL[name].side == "left" else -1.0)
        assert size[x < -0.3].sum() < 0.05 * size.sum()


@pytest.mark.parametrize("name", SHAPES)
def test_key_is_seen_from_the_front_at_three_tenths(head: Head, name: ChannelName) -> None:
    """Skin, brows, lashes or tongue that moves across the picture by half a millimetre, or turns by four degrees."""
    seen = 0.0
    for surface in surfaces(head):
        if name not in surface.moves:
            continue
        before, after = surface.rest, surface.posed({name: 0.3})
        normal, turned = surface.normals(before), surface.normals(after)
        area = np.maximum(-normal[:, 1], -turned[:, 1]) / 2
        cosine = np.sum(normal * turned, axis=1) / np.maximum(
            np.linalg.norm(normal, axis=1) * np.linalg.norm(turned, axis=1), 1e-12
        )
        across = np.linalg.norm((after - before)[surface.faces].mean(axis=1)[:, [0, 2]], axis=1)
        seen += area[(area > 0.0) & ((across > 0.05) | (cosine < np.cos(np.radians(4.0))))].sum()
    assert seen > (0.5 if "Look" in name else 1.5), f"{seen:.2f} cm2"


def landmark(head: Head, points: Array, name: str) -> Array:
    """Where one point of the face is when the skin is posed so."""
    place: Array = points[_landmark(head, name)]
    return place


def _landmark(head: Head, name: str) -> int:
    if name == "corner":
        along, side = op.loop_sides(MOUTH)
        return int(head.topology.rings["mouth"][op.LIP_SEAL][(side == 0.0) & (along > 0.0)][0])
    if name.endswith(("lip", "lid")):
        upper, lower, along = lips(head, op.LIP_SEAL) if name.endswith("lip") else lids(head, "L", op.LID_EDGE)
        return int((upper if name.startswith("upper") else lower)[np.abs(along).argmin()])
    x, z = {
        "inner brow": (1.4, 3.6),
        "outer brow": (5.6, 3.7),
        "chin": (0.0, -10.0),
        "cheek": (4.6, -6.2),
        "apple": (4.2, -3.6),
        "nose wing": (1.3, -3.3),
    }[name]
    rest = head.skin.rest
    return int(np.where(rest[:, 1] < -2.0, np.hypot(rest[:, 0] - x, rest[:, 2] - z), np.inf).argmin())


RANGES: tuple[tuple[str, str, str, float, float], ...] = (
    # shape, landmark, direction, least and most centimetres; adults' averages widened for a stylised face
    ("jawOpen", "lower lip", "-z", 2.2, 5.0),
    ("jawOpen", "upper lip", "-z", -0.8, 0.3),
    ("jawForward", "chin", "-y", 0.5, 1.6),
    ("jawLeft", "chin", "+x", 0.6, 1.6),
    ("mouthLeft", "lower lip", "+x", 0.8, 2.2),
    ("mouthSmileLeft", "corner", "+x", 0.4, 1.8),
    ("mouthSmileLeft", "corner", "+z", 0.6, 2.0),
    ("mouthFrownLeft", "corner", "-z", 0.5, 1.8),
    ("mouthDimpleLeft", "corner", "+x", 0.25, 1.2),
    ("mouthStretchLeft", "corner", "+x", 0.7, 2.0),
    ("mouthPucker", "corner", "-x", 0.6, 1.8),
    ("mouthPucker", "upper lip", "-y", 0.4, 1.8),
    ("mouthFunnel", "corner", "-x", 0.5, 1.7),
    ("mouthFunnel", "upper lip", "-y", 0.3, 1.8),
    ("mouthShrugLower", "lower lip", "+z", 0.25, 1.2),
    ("mouthShrugUpper", "upper lip", "+z", 0.25, 1.2),
    ("mouthUpperUpLeft", "upper lip", "+z", 0.15, 1.2),
    ("mouthLowerDownLeft", "lower lip", "-z", 0.15, 1.2),
    ("browInnerUp", "inner brow", "+z", 0.7, 2.4),
    ("browOuterUpLeft", "outer brow", "+z", 0.6, 2.2),
    ("browDownLeft", "inner brow", "-z", 0.5, 2.0),
    ("browDownLeft", "inner brow", "-x", 0.1, 0.9),
    ("cheekPuff", "cheek", "+out", 0.6, 2.0),
    ("cheekSquintLeft", "apple", "+z", 0.3, 1.3),
    ("noseSneerLeft", "nose wing", "+z", 0.3, 1.3),
    ("eyeWideLeft", "upper lid", "+z", 0.15, 0.9),
    ("eyeSquintLeft", "lower lid", "+z", 0.3, 1.8),
    ("eyeLookDownLeft", "upper lid", "-z", 0.4, 1.8),
    ("eyeLookUpLeft", "upper lid", "+z", 0.1, 0.9),
)


@pytest.mark.parametrize(("name", "where", "direction", "least", "most"), RANGES)
def test_range_of_movement(head: Head, name: str, where: str, direction: str, least: float, most: float) -> None:
    before, after = (landmark(head, points, where) for points in (head.skin.rest, head.skin.posed({name: 1.0})))
    if direction == "+out":
        figure = float(np.linalg.norm(after - before))
    else:
        axis = "xyz".index(direction[1])
        figure = float((after - before)[axis]) * (1.0 if direction[0] == "+" else -1.0)
    assert least <= figure <= most, f"{where} moves {figure:.2f} cm along {direction}"


@pytest.mark.parametrize("name", SHAPES)
def test_no_face_is_turned_over(head: Head, name: ChannelName) -> None:
    """Outside the lips' red, which may roll in, and the lids' edges, which may tuck in."""
    rings = head.topology.ring_faces
    hidden = [*rings["mouth"][op.LIP_BORDER :], *(f for eye in "LR" for f in rings[f"eye.{eye}"][op.LID_OUTER :])]
    skin = head.skin
    shown = ~np.isin(skin.origin, np.concatenate(hidden)) & (skin.origin <= rings["mouth"][-1][-1])
    pose = {name: 1.0} if name != "mouthClose" else {name: 1.0, "jawOpen": 1.0}
    after, before = skin.normals(skin.posed(pose)), skin.normals(skin.rest)
    size = np.linalg.norm(after, axis=1)
    turned = shown & (np.sum(after * before, axis=1) < TURNED * size * np.linalg.norm(before, axis=1))
    area = float(size[turned].sum()) / 2
    assert area < 0.05, (
        f"{area:.2f} cm2, most at {skin.rest[skin.faces[(size * turned).argmax()]].mean(axis=0).round(1)}"
    )
