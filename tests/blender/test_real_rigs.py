"""Rigs made by others, from outside of the project: found without help, mapped to the right side and region, turned the right way."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from keyframeface_addon.face.channels import CHANNEL, SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import SHARED_RIGS, Reload

pytest.importorskip("bpy")

import bpy
from mathutils import Matrix, Vector

from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.joints import JointRotation, turning_joints
from keyframeface_addon.blender.loose_parts import points
from keyframeface_addon.blender.rig import Face, find_face, joint_of
from tests.blender.test_rig import open_rig
from tests.blender.timeline import current_scene, pose

Array = npt.NDArray[np.float64]

ICT, MPFB = "ict_facekit_light.blend", "mpfb_head_arkit52_visemes.blend"
GENERIC, LIVE = "FaceCapHeadGeneric.fbx", "FaceCapLiveModeAvatar.fbx"
MISSING = {ICT: {"tongueOut"}, MPFB: set(), GENERIC: set(), LIVE: {"tongueOut"}}
TURNING = {
    ICT: set(),
    MPFB: {"head"},  # its keys move the eyeballs
    GENERIC: {"leftEye", "rightEye"},
    LIVE: {"head", "leftEye", "rightEye"},
}
LEFT, BACK, UP = Vector((1, 0, 0)), Vector((0, 1, 0)), Vector((0, 0, 1))
"""Of all four, as Blender shows them."""


@pytest.fixture(params=[ICT, MPFB, GENERIC, LIVE])
def file(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def face(file: str) -> Face:
    return open_rig(SHARED_RIGS / file)


def world(mesh: bpy.types.Object, local: npt.NDArray[np.float32]) -> Array:
    matrix = np.array(mesh.matrix_world)
    found: Array = local @ matrix[:3, :3].T + matrix[:3, 3]
    return found


def displacements(face: Face) -> tuple[Array, dict[str, Array]]:
    """The first mesh's vertices, and how far each channel moves them, in the world; without keys that are empty."""
    mesh = face.meshes[0]
    rest = world(mesh, points(mesh.data.shape_keys.reference_key))
    moved = {
        channel: sum((world(mesh, points(ref.resolve())) - rest for ref in refs), np.zeros_like(rest))
        for channel, refs in face.keys.items()
    }
    return rest, {channel: move for channel, move in moved.items() if np.abs(move).max() > 1e-6}


def centre(rest: Array, move: Array) -> Array:
    """Of what a channel moves, by how far it moves it."""
    weight = (move**2).sum(axis=1)
    found: Array = weight @ rest / weight.sum()
    return found


def direction(move: Array) -> Array:
    """In which a channel moves most of what it moves."""
    weight = (move**2).sum(axis=1)
    found: Array = weight @ move / weight.sum()
    return found


def test_recognised_without_help(face: Face, file: str) -> None:
    assert (face.mapping.convention, face.by_hand) == ("ARKit", False)
    assert set(SHAPES) - set(face.keys) == MISSING[file]
    assert set(turning_joints(face)) == TURNING[file]


def test_every_channel_is_on_its_side(face: Face) -> None:
    rest, moves = displacements(face)
    middle = (rest[:, 0].min() + rest[:, 0].max()) / 2
    for channel, move in moves.items():
        weight = (move**2).sum(axis=1)
        on_the_left = weight[rest[:, 0] > middle].sum() / weight.sum()
        side = CHANNEL[channel].side
        if side != "both":
            assert (on_the_left if side == "left" else 1 - on_the_left) > 0.75, channel
        elif channel in ("jawLeft", "mouthLeft", "jawRight", "mouthRight"):
            assert direction(move)[0] * (1 if channel.endswith("Left") else -1) > 0, channel
        else:
            assert 0.3 < on_the_left < 0.7, channel


def test_every_channel_is_in_its_region(face: Face) -> None:
    rest, moves = displacements(face)
    heights: dict[str, list[float]] = {"brows": [], "eyes": [], "mouth": [], "jaw": []}
    for channel, move in moves.items():
        heights.setdefault(CHANNEL[channel].region, []).append(centre(rest, move)[2])
    assert min(heights["brows"]) > max(heights["eyes"])
    assert min(heights["eyes"]) > max(*heights["nose"], *heights["cheeks"], *heights["mouth"], *heights["jaw"])


def test_every_channel_moves_the_right_way(face: Face) -> None:
    """Up or down as seen; and the face is turned to -Y, where lips that funnel go."""
    _, moves = displacements(face)
    ups = {"eyeSquint", "eyeWide", "eyeLookUp", "browOuterUp", "mouthSmile", "mouthUpperUp", "noseSneer", "cheekSquint"}
    downs = {"eyeBlink", "eyeLookDown", "browDown", "mouthFrown", "mouthLowerDown"}
    for channel, move in moves.items():
        base, (sideways, back, up) = CHANNEL[channel].base, direction(move)
        if base in ups | {"browInnerUp", "mouthShrugLower", "mouthShrugUpper", "mouthClose"}:
            assert up > 0, channel
        if base in downs | {"jawOpen"}:
            assert up < 0, channel
        if base in ("mouthFunnel", "mouthPucker", "jawForward", "cheekPuff"):
            assert back < 0, channel
        outwards = sideways if CHANNEL[channel].side == "left" else -sideways
        if base in ("eyeLookOut", "mouthStretch", "mouthSmile", "mouthDimple"):
            assert outwards > 0, channel
        if base == "eyeLookIn":
            assert outwards < 0, channel


def test_what_is_written_on_the_left_is_seen_on_the_left(face: Face) -> None:
    scene, mesh = current_scene(), face.meshes[0]
    rest = seen(mesh)
    left = {channel: 0.5 for channel in SHAPES if CHANNEL[channel].side == "left" and not channel.startswith("eyeLook")}
    write_performance(face, Performance((Keyframe(0.0), Keyframe(1.0, "half a grimace", left))), scene, 1)
    scene.frame_set(25)
    moved = ((seen(mesh) - rest) ** 2).sum(axis=1)
    assert moved[rest[:, 0] > 0].sum() > 0.9 * moved.sum() > 0


def seen(mesh: bpy.types.Object) -> Array:
    evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
    vertices = evaluated.data.vertices  # type: ignore[union-attr]
    flat = np.empty(3 * len(vertices), np.float32)
    vertices.foreach_get("co", flat)
    return world(evaluated, flat.reshape(-1, 3))


TURNS = {
    # the nose, or the crown, goes there
    "headYaw": (-BACK, LEFT),
    "headPitch": (-BACK, UP),
    "headRoll": (UP, -LEFT),
    "leftEyeYaw": (-BACK, -LEFT),
    "rightEyeYaw": (-BACK, -LEFT),
    "leftEyePitch": (-BACK, -UP),
    "rightEyePitch": (-BACK, -UP),
}


def test_head_and_eyes_turn_the_right_way(face: Face, file: str) -> None:
    scene = current_scene()
    before = {joint: placed(face, joint) for joint in TURNING[file]}
    if "leftEye" in before:
        assert before["leftEye"].translation.x > 0.01 > -0.01 > before["rightEye"].translation.x
    for channel, (of, towards) in TURNS.items():
        if (joint := joint_of(channel)) in before:
            write_performance(face, pose(**{channel: 0.4}), scene, 1)
            scene.frame_set(1)
            turned = (placed(face, joint) @ before[joint].inverted()).to_3x3() @ of
            assert turned.dot(towards) == pytest.approx(np.sin(0.4), abs=1e-4), channel
            assert turned.dot(of) == pytest.approx(np.cos(0.4), abs=1e-4), channel
            assert (placed(face, joint).translation - before[joint].translation).length < 1e-5, channel


def placed(face: Face, joint: str) -> Matrix:
    """Where what turns is now."""
    rotation = JointRotation(face, joint)
    owner = rotation.owner.evaluated_get(bpy.context.evaluated_depsgraph_get())
    if isinstance(rotation.turned, bpy.types.PoseBone):
        assert owner.pose
        return owner.matrix_world @ owner.pose.bones[rotation.turned.name].matrix
    return owner.matrix_world.copy()


def test_eyeballs_that_are_objects_stay_in_their_sockets() -> None:
    """Face Cap calls its eyes as one sees them: ``eyeLeft`` is the character's right, while its keys have own sides."""
    face, scene = open_rig(SHARED_RIGS / GENERIC), current_scene()
    assert {joint: part.ref.name for joint, part in face.loose.items()} == {
        "leftEye": "grp_eyeRight",
        "rightEye": "grp_eyeLeft",
    }
    eyes = [bpy.data.objects[name] for name in ("eyeLeft", "eyeRight")]
    rest = [seen(eye) for eye in eyes]
    write_performance(face, pose(leftEyeYaw=0.4, rightEyeYaw=0.4, leftEyePitch=-0.3, rightEyePitch=-0.3), scene, 1)
    scene.frame_set(1)
    for eye, before in zip(eyes, rest, strict=True):
        now, radius = seen(eye), np.ptp(before[:, 0]) / 2
        front = before[:, 1].argmin()
        assert np.linalg.norm((now.min(axis=0) + now.max(axis=0) - before.min(axis=0) - before.max(axis=0)) / 2) < (
            0.15 * radius
        )
        assert now[front, 0] < before[front, 0] - 0.2 * radius
        assert now[front, 2] > before[front, 2] + 0.2 * radius


def test_saved_reloaded_and_read_back(face: Face, file: str, reload: Reload) -> None:
    turned = {channel for joint in TURNING[file] for channel in (joint + "Yaw", joint + "Pitch")}
    shown = [*face.keys, *sorted(turned)]
    values = {channel: 0.1 + 0.3 * (i % 3) for i, channel in enumerate(shown)}
    performance = Performance((Keyframe(0.0, "rest"), Keyframe(0.8, "all at once", values), Keyframe(2.0, "off again")))
    report = write_performance(face, performance, current_scene(), 10)
    assert report.not_shown == ()
    scene = reload()
    again = find_face(None, scene)
    assert again == face
    assert read_performance(again) == (performance, 10.0)
    scene.frame_set(round(10 + 0.8 * scene.render.fps / scene.render.fps_base))
    for channel, refs in again.keys.items():
        for ref in refs:
            assert ref.resolve().value == pytest.approx(values[channel], abs=1e-6)
