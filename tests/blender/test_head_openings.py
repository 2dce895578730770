"""The demo head's eyes and mouth, open and shut: lids and lashes, lips, teeth and tongue."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("bpy")

from mathutils import Vector
from mathutils.bvhtree import BVHTree

from keyframeface_addon.blender.head import openings as op
from keyframeface_addon.blender.head.anatomy import JAW_HINGE, Bools
from keyframeface_addon.face.channels import CHANNEL, SHAPES
from tests.blender.head_faults import Openings, eye_opening, figures, find_openings, mouth_opening
from tests.blender.head_surface import Head, Pose, Surface, both_sides, lids, lips, measure_head, repaired

CLOSED = (
    "mouthSmile", "mouthFrown", "mouthDimple", "mouthPress", "mouthStretch", "mouthPucker", "mouthRollLower",
    "mouthRollUpper", "mouthShrugLower", "mouth", "jawForward", "cheekPuff", "cheekSquint",
)  # fmt: skip
"""Shapes, by their names without a side, that leave the lips together."""


@pytest.fixture(scope="module")
def head() -> Head:
    return measure_head()


@pytest.fixture(scope="module")
def openings(head: Head) -> Openings:
    return find_openings(head)


@pytest.mark.parametrize("also", ["", "eyeSquint", "cheekSquint", "eyeLookDown", "browDown", "noseSneer", "mouthSmile"])
def test_blink_shuts_the_eye(openings: Openings, also: str) -> None:
    pose = repaired({"eyeBlinkLeft": 1.0, **({also + "Left": 1.0} if also else {})})
    assert eye_opening(openings, openings.surface.posed({}), "L") > 1.0
    gap = eye_opening(openings, openings.surface.posed(pose), "L")
    assert gap < 0.02, f"{gap:.2f} cm open"


@pytest.mark.parametrize("also", ["", "eyeSquint", "eyeWide", "eyeLookUp", "eyeLookDown", "eyeLookIn", "eyeLookOut"])
def test_no_eyeball_through_lids_on_the_way(openings: Openings, also: str) -> None:
    for step in np.linspace(0.0, 1.0, 11).tolist():
        pose = repaired({"eyeBlinkLeft": step, **({also + "Left": 1.0} if also else {})})
        through = figures(openings, pose)["eyeball through lid"]
        assert through < 0.0, f"{through:.2f} cm at blink {step:.1f}"


def test_lashes_go_down_with_the_lid(head: Head) -> None:
    """Shut, the upper lashes hang over the seam: none stands up before the lid, none dives into the eyeball."""
    lashes, eye = head.parts["Lashes"], head.eyes["L"]
    points = lashes.posed({"eyeBlinkLeft": 1.0})
    own = lashes.rest[:, 0] > 0.0
    assert np.linalg.norm(points[own] - eye.centre, axis=1).min() > eye.radii[0] * 1.0
    upper, lower, _ = lids(head, "L", op.LID_EDGE)
    shut = head.skin.posed({"eyeBlinkLeft": 1.0})
    seam = (shut[upper] + shut[lower]) / 2
    gap = np.linalg.norm(points[own][:, None, :] - seam[None], axis=2).min(axis=1)
    assert gap.max() < 1.2, "lashes stay by the seam"
    above = points[own][:, 2] - np.interp(points[own][:, 0], seam[:, 0], seam[:, 2])
    assert above.mean() < 0.25


def test_lips_close_over_an_open_jaw(openings: Openings) -> None:
    for amount in (0.25, 0.5, 0.75, 1.0):
        points = openings.surface.posed({"jawOpen": amount, "mouthClose": amount})
        gap = mouth_opening(openings, points)
        assert gap < 0.03, f"{gap:.2f} cm open at {amount}"
    assert mouth_opening(openings, openings.surface.posed({"jawOpen": 1.0})) > 2.0


@pytest.mark.parametrize("base", CLOSED)
def test_lips_stay_together(openings: Openings, base: str) -> None:
    poses = [both_sides(base)] + [{base + "Left": 1.0}] * (base + "Left" in CHANNEL)
    if base == "mouth":
        poses = [{"mouthLeft": 1.0}]
    for pose in poses:
        gap = mouth_opening(openings, openings.surface.posed(pose))
        assert gap < 0.05, f"{gap:.2f} cm open"


def lower_of(part: Surface) -> Bools:
    """Points that go with the jaw."""
    lower: Bools = np.linalg.norm(part.moves["jawOpen"], axis=1) > 0.05
    return lower


def test_lower_teeth_and_tongue_turn_on_the_jaws_hinge(head: Head) -> None:
    teeth, tongue = head.parts["Teeth"], head.parts["Tongue"]
    turns = []
    for part, which in ((teeth, lower_of(teeth)), (tongue, tongue.rest[:, 1] < -4.5)):
        before = (part.rest - JAW_HINGE)[which]
        after = before + part.moves["jawOpen"][which]
        np.testing.assert_allclose(np.hypot(after[:, 1], after[:, 2]), np.hypot(before[:, 1], before[:, 2]), rtol=0.02)
        angle = np.arctan2(before[:, 2], -before[:, 1]) - np.arctan2(after[:, 2], -after[:, 1])
        turns += [angle.min(), angle.max()]
    assert np.radians(10.0) < min(turns)
    assert max(turns) - min(turns) < np.radians(1.5)


def test_upper_teeth_belong_to_the_skull(head: Head) -> None:
    teeth = head.parts["Teeth"]
    lower = lower_of(teeth)
    assert 0.3 < lower.mean() < 0.7
    assert teeth.rest[lower, 2].mean() < teeth.rest[~lower, 2].mean()
    for name, move in teeth.moves.items():
        assert np.abs(move[~lower]).max() < 1e-4, name


def test_tongue_comes_out_between_the_teeth(head: Head) -> None:
    pose = repaired({"tongueOut": 1.0})
    tongue, teeth = head.parts["Tongue"].posed(pose), head.parts["Teeth"].posed(pose)
    upper = ~lower_of(head.parts["Teeth"])
    lip = head.skin.posed(pose)[lips(head, op.LIP_SEAL)[1]]
    assert tongue[:, 1].min() < lip[:, 1].min() - 1.0, "past the lips"
    inside = 0.0
    for x, y, z in tongue[::2].tolist():
        near = np.hypot(teeth[:, 0] - x, teeth[:, 1] - y) < 0.25
        if (near & upper).any():
            inside = max(inside, z - teeth[near & upper, 2].min())
        if (near & ~upper).any():
            inside = max(inside, teeth[near & ~upper, 2].max() - z)
    assert inside < 0.08, f"{inside:.2f} cm within a tooth"


def teeth_before_lips(head: Head, pose: Pose) -> tuple[float, float]:
    """Square centimetres of teeth and gums seen from the front, and of those that stand out of skin or lips."""
    x, z = np.meshgrid(np.arange(-4.0, 4.01, 0.1), np.arange(-11.5, -3.99, 0.1))
    outside = np.flatnonzero(
        ~np.isin(head.skin.origin, np.concatenate([*head.topology.ring_faces["mouth"][op.LIP_SEAL :], [-1]]))
        & (np.abs(head.skin.rest[head.skin.faces[:, 0], 2] + 7.0) < 6.5)
        & (head.skin.rest[head.skin.faces[:, 0], 1] < -3.0)
    )
    skin = BVHTree.FromPolygons(head.skin.posed(pose).tolist(), head.skin.faces[outside].tolist())
    part = head.parts["Teeth"]
    teeth = BVHTree.FromPolygons(part.posed(pose).tolist(), part.faces.tolist())
    assert skin
    assert teeth
    seen = poking = 0
    ahead = Vector((0.0, 1.0, 0.0))
    for start in np.stack([x.ravel(), np.full(x.size, -20.0), z.ravel()], axis=1).tolist():
        tooth = teeth.ray_cast(Vector(start), ahead)[3]
        if tooth is None:
            continue
        _, normal, _, depth = skin.ray_cast(Vector(start), ahead)
        if depth is None or tooth < depth:
            seen += 1
            poking += depth is not None and normal.y < -0.2 and depth - tooth < 1.5
    return seen * 0.01, poking * 0.01


@pytest.mark.parametrize(
    "base", sorted({CHANNEL[name].base for name in SHAPES if CHANNEL[name].region not in ("eyes", "brows")})
)
def test_teeth_stay_behind_the_lips(head: Head, base: str) -> None:
    seen, poking = teeth_before_lips(
        head, repaired(both_sides(base) if base not in ("mouth", "jaw") else {base + "Left": 1.0})
    )
    assert poking == 0.0, f"{poking:.2f} cm2 through the lips"
    if base in CLOSED:
        assert seen < 0.02, f"{seen:.2f} cm2 seen between closed lips"
