"""Heads and eyes that are objects of their own turn about their own centres, whatever they are called and however they lie."""

from __future__ import annotations

import math

import pytest

from keyframeface_addon.face.channels import SHAPES
from tests.blender.conftest import NewArmature, Reload

pytest.importorskip("bpy")

import bmesh
import bpy
from mathutils import Matrix, Vector

from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.joints import turning_joints
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import find_face
from tests.blender.timeline import current_scene, pose

EYES = {"left": Vector((0.03, -0.08, 1.65)), "right": Vector((-0.03, -0.08, 1.65))}
RADIUS = 0.012


def add(
    name: str, thing: bpy.types.ID | None, parent: bpy.types.Object | None, at: Vector | None = None
) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, thing)
    current_scene().collection.objects.link(obj)
    obj.parent = parent
    if parent is not None:
        bpy.context.view_layer.update()
        obj.matrix_parent_inverse = parent.matrix_world.inverted()
    obj.location = at or (0, 0, 0)
    return obj


def ball(name: str, parent: bpy.types.Object | None, at: Vector, centre: Vector | None = None) -> bpy.types.Object:
    mesh, made = bpy.data.meshes.new(name), bmesh.new()
    bmesh.ops.create_uvsphere(made, u_segments=12, v_segments=8, radius=RADIUS)
    bmesh.ops.translate(made, verts=made.verts[:], vec=centre or Vector())
    made.to_mesh(mesh)
    made.free()
    return add(name, mesh, parent, at)


def head_mesh(parent: bpy.types.Object | None = None, lid: float = -0.01) -> bpy.types.Object:
    """Lids that close on their own sides, and a nose."""
    mesh = bpy.data.meshes.new("Skin")
    mesh.from_pydata([*EYES.values(), (0, -0.12, 1.6), (0, 0, 1.8)], [], [(0, 1, 2), (0, 3, 1)])
    head = add("Skin", mesh, parent)
    head.shape_key_add(name="Basis")
    for name in SHAPES:
        block = head.shape_key_add(name=name, from_mix=False)
        block.value = 0.0
        if name.startswith("eyeBlink"):
            block.data[name == "eyeBlinkRight"].co.z += lid  # type: ignore[attr-defined]
    return head


@pytest.fixture(params=["XYZ", "ZXY", "QUATERNION"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def forward(eye: bpy.types.Object, rest: Matrix) -> Vector:
    """Where in the world an eye looks that looked along -Y."""
    bpy.context.view_layer.update()
    return (eye.matrix_world @ rest.inverted()).to_3x3() @ Vector((0, -1, 0))


@pytest.mark.parametrize(
    "called", ["Eye_L Eye_R", "eyeball.R eyeball.L", "GEO-eyeRight GEO-eyeLeft", "hero_eye_l.001 hero_eye_r"]
)
def test_eyes_turn_and_stay(scene: bpy.types.Scene, mode: str, called: str, reload: Reload) -> None:
    """The left eye is where the keys say that left is; a rotation at rest is kept."""
    head = head_mesh()
    names = called.split()
    for name, side in zip(names, EYES, strict=True):
        eye = ball(name, head, EYES[side])
        eye.rotation_mode = mode  # type: ignore[assignment]
        eye.rotation_euler = (0.3, 0.2, 1.0)
        eye.rotation_quaternion = (0.8, 0.0, 0.6, 0.0)
    bpy.context.view_layer.update()
    rest = {name: bpy.data.objects[name].matrix_world.copy() for name in names}
    face = find_face(head, scene)
    assert {joint: part.ref.name for joint, part in face.loose.items()} == {"leftEye": names[0], "rightEye": names[1]}
    assert not {"leftEyeYaw", "rightEyePitch"} & set(face.missing)
    performance = pose(leftEyeYaw=0.4, rightEyePitch=0.3)
    assert write_performance(face, performance, scene, 1).not_shown == ()
    assert read_performance(face) == (performance, 1.0)
    scene = reload()
    assert find_face(None, scene) == face
    scene.frame_set(1)
    left, right = (bpy.data.objects[name] for name in names)
    assert forward(left, rest[names[0]]).x == pytest.approx(-math.sin(0.4), abs=1e-5)
    assert forward(right, rest[names[1]]).z == pytest.approx(-math.sin(0.3), abs=1e-5)
    assert left.matrix_world.translation == rest[names[0]].translation
    assert read_performance(find_face(None, scene)) == (performance, 1.0)


def test_found_again_while_they_look_elsewhere(scene: bpy.types.Scene) -> None:
    head = head_mesh(add("Head", None, None, Vector((0, 0, 1.5))))
    for side, at in EYES.items():
        ball("eye " + side, head.parent, at - Vector((0, 0, 1.5)))
    face = find_face(head, scene)
    assert set(face.loose) == {"head", "leftEye", "rightEye"}
    write_performance(face, pose(headYaw=0.7, leftEyeYaw=0.4, rightEyeYaw=0.4), scene, 1)
    scene.frame_set(1)
    assert find_face(head, scene) == face


def test_a_head_that_is_an_object_turns_with_all_it_carries(scene: bpy.types.Scene) -> None:
    root = add("Hero", None, None)
    root.rotation_euler.z = math.pi / 2  # faces +X
    pivot = add("head_grp", None, root)
    bpy.context.view_layer.update()
    head = head_mesh(pivot)
    bpy.context.view_layer.update()
    rest = head.matrix_world.copy()
    face = find_face(root, scene)
    assert [part.ref.name for part in face.loose.values()] == ["head_grp"]
    for channel, of, towards in (
        ("headYaw", (0, -1, 0), (1, 0, 0)),
        ("headPitch", (0, -1, 0), (0, 0, 1)),
        ("headRoll", (0, 0, 1), (-1, 0, 0)),
    ):
        write_performance(face, pose(**{channel: 0.4}), scene, 1)
        scene.frame_set(1)
        turned = rest.inverted().to_3x3() @ head.matrix_world.to_3x3() @ Vector(of)
        assert turned.dot(Vector(towards)) == pytest.approx(math.sin(0.4), abs=1e-5), channel


def test_eyes_on_a_head_bone(scene: bpy.types.Scene, new_armature: NewArmature) -> None:
    rig = new_armature()
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name in ("eye.L", "eye.R"):
        rig.data.edit_bones.remove(rig.data.edit_bones[name])
    bpy.ops.object.mode_set(mode="OBJECT")
    head = head_mesh(rig)
    eyes = [ball("Eye." + side[0].upper(), None, at) for side, at in EYES.items()]
    bpy.context.view_layer.update()
    for eye in eyes:
        placed = eye.matrix_world.copy()
        eye.parent, eye.parent_type, eye.parent_bone = rig, "BONE", "head"
        bpy.context.view_layer.update()
        eye.matrix_world = placed
    bpy.context.view_layer.update()
    rest = eyes[0].matrix_world.copy()
    face = find_face(head, scene)
    assert face.joints == {"head": "head"}
    assert {joint: part.ref.name for joint, part in face.loose.items()} == {"leftEye": "Eye.L", "rightEye": "Eye.R"}
    write_performance(face, pose(leftEyeYaw=0.4), scene, 1)
    scene.frame_set(1)
    assert forward(eyes[0], rest).x == pytest.approx(-math.sin(0.4), abs=1e-5)
    assert find_face(head, scene) == face


def test_eyes_with_keys_of_their_own_are_not_turned(scene: bpy.types.Scene) -> None:
    head = head_mesh()
    for side, at in EYES.items():
        eye = ball("Eye_" + side, head, at)
        eye.shape_key_add(name="Basis")
        for point in eye.shape_key_add(name="eyeLookOut" + side.capitalize(), from_mix=False).data:
            point.co.x += 0.01  # type: ignore[attr-defined]
    assert turning_joints(find_face(head, scene)) == ()


@pytest.mark.parametrize(
    ("left", "right", "off"),
    [
        ("Eye_L", "Eye_R", 0.1),  # centres elsewhere
        ("Eyelash_L", "Eyelash_R", 0.0),
        ("EyeSocket_L", "EyeSocket_R", 0.0),
        ("Eye_L", "Ear_R", 0.0),
        ("Eye", "Eye.001", 0.0),
    ],
)
def test_what_is_no_pair_of_eyeballs(scene: bpy.types.Scene, left: str, right: str, off: float) -> None:
    head = head_mesh()
    for name, at in zip((left, right), EYES.values(), strict=True):
        ball(name, head, at, Vector((0, 0, off)))
    assert find_face(head, scene).loose == {}


def test_names_are_believed_where_keys_tell_nothing(scene: bpy.types.Scene) -> None:
    head = head_mesh(lid=0.0)
    for side, at in EYES.items():
        ball("eye_" + side, head, at)
    assert find_face(head, scene).loose["leftEye"].ref.name == "eye_left"


def test_axis_angle_is_refused_and_constraints_are_told(scene: bpy.types.Scene) -> None:
    head = head_mesh()
    eyes = [ball("eye_" + side, head, at) for side, at in EYES.items()]
    eyes[0].constraints.new("TRACK_TO")
    told = write_performance(find_face(head, scene), pose(leftEyeYaw=0.5), scene, 1).notes
    assert told == ("the object 'eye_left' has constraints, which may hold it: Track To",)
    eyes[1].rotation_mode = "AXIS_ANGLE"
    with pytest.raises(Refusal, match="the object 'eye_right' turns by axis and angle: set its rotation mode"):
        write_performance(find_face(head, scene), pose(rightEyeYaw=0.5), scene, 1)
