from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from keyframeface_addon.face.channels import INDEX, SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import CROWN, NOSE, NewArmature, NewHead

pytest.importorskip("bpy")

import bpy
from mathutils import Vector

from keyframeface_addon.blender.animated import animated
from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.joints import JointRotation, turning_joints
from keyframeface_addon.blender.mapping import report, save_mapping, shows
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.slots import find_home
from keyframeface_addon.retarget.mapping import Drive
from tests.blender.timeline import pose

EAR, CHIN = (0.0, 0.0, 1.6), (0.0, -0.1, 1.55)


@pytest.fixture(params=["QUATERNION", "XYZ", "ZYX"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("roll", [0.0, 0.9, math.pi])
@pytest.mark.parametrize("y_up", [False, True], ids=["z up", "y up"])
def test_turns_the_right_way(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, mode: str, roll: float, y_up: bool
) -> None:
    rig = new_armature(roll=roll, y_up=y_up)
    rig.pose.bones["head"].rotation_mode = mode
    new_head(parent=rig)
    face = find_face(rig, scene)

    def shown(point: tuple[float, float, float], bone: str = "head", **channels: float) -> Vector:
        """Where a point that hangs on the bone goes, as seen in the world."""
        performance = pose(**channels)
        write_performance(face, performance, scene, 1)
        assert read_performance(face)[0] == performance
        scene.frame_set(1)
        posed, rest = rig.pose.bones[bone].matrix, rig.data.bones[bone].matrix_local
        at_rest = rig.matrix_world.inverted() @ Vector(point)
        return rig.matrix_world @ posed @ rest.inverted() @ at_rest - Vector(point)

    assert shown(NOSE, headYaw=0.5).x == pytest.approx(0.2 * math.sin(0.5), abs=1e-4)  # own left is +X
    assert shown(NOSE, headPitch=0.4).z == pytest.approx(0.2 * (math.sin(0.4) + math.cos(0.4) - 1), abs=1e-4)
    assert shown(CROWN, headRoll=0.3).x == pytest.approx(-0.4 * math.sin(0.3), abs=1e-4)  # own right is -X
    both = shown(NOSE, headYaw=-0.7, headPitch=-0.3, headRoll=0.2)
    assert both.x < -0.05
    assert both.z < -0.05
    pupil = (0.03, -0.2, 1.65)
    assert shown(pupil, "eye.L", leftEyeYaw=0.4).x < -0.03
    assert shown(pupil, "eye.L", leftEyePitch=0.4).z < -0.03


JAWLESS = [name for name in SHAPES if name != "jawOpen"]


def add_jaw(rig: bpy.types.Object, name: str = "jaw", roll: float = 0.0, parent: str = "head") -> bpy.types.PoseBone:
    """From the ear to the chin, in a rig that ``new_armature`` made."""
    y_up = bool(rig.rotation_euler.x)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    bone = rig.data.edit_bones.new(name)
    bone.head, bone.tail = ((x, z, -y) if y_up else (x, y, z) for x, y, z in (EAR, CHIN))
    bone.roll, bone.parent = roll, rig.data.edit_bones.get(parent)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig.pose.bones[name]


@pytest.mark.parametrize("roll", [0.0, 0.9, math.pi])
@pytest.mark.parametrize("y_up", [False, True], ids=["z up", "y up"])
def test_jaw_bone_opens(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, mode: str, roll: float, y_up: bool
) -> None:
    rig = new_armature(y_up=y_up)
    add_jaw(rig, roll=roll)
    bone = rig.pose.bones["jaw"]
    bone.rotation_mode = mode
    new_head(keys=JAWLESS, parent=rig)
    face, performance = find_face(rig, scene), pose(jawOpen=0.6, mouthSmileLeft=0.3)
    written = write_performance(face, performance, scene, 1)
    assert (written.not_shown, face.missing) == ((), ())
    assert read_performance(face)[0] == performance
    assert animated(face, scene, [1])[0, INDEX["jawOpen"]] == pytest.approx(0.6, abs=1e-5)
    scene.frame_set(1)
    turned = (rig.matrix_world @ bone.tail - Vector(EAR)).to_tuple()
    arm, before = Vector(CHIN) - Vector(EAR), math.atan2(EAR[2] - CHIN[2], EAR[1] - CHIN[1])
    opened = before + 0.6 * math.radians(25)
    expected = (0.0, -arm.length * math.cos(opened), -arm.length * math.sin(opened))  # down and back
    assert turned == pytest.approx(expected, abs=1e-4)
    home = find_home(rig)
    assert home is not None
    curve = next(curve for curve in home.holder.fcurves if "jaw" in curve.data_path)
    assert curve.group.name == "Jaw"
    path = bone.path_from_id("rotation_quaternion" if mode == "QUATERNION" else "rotation_euler")
    for i, value in enumerate(JointRotation(face, "jaw").values(np.array([[0.2]]))[0]):  # as an animator closes it
        if (curve := home.find(path, i)) is not None:
            curve.keyframe_points[0].co.y = value
            curve.update()
    assert read_performance(face)[0].keyframes[0].channels["jawOpen"] == pytest.approx(0.2, abs=1e-5)


def test_jaw_bone_without_a_head(scene: bpy.types.Scene, new_head: NewHead) -> None:
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    scene.collection.objects.link(rig)
    bone = add_jaw(rig)
    new_head(keys=JAWLESS, parent=rig)
    write_performance(find_face(rig, scene), pose(jawOpen=1.0), scene, 1)
    scene.frame_set(1)
    assert bone.tail.z < CHIN[2] - 0.03
    assert bone.tail.x == pytest.approx(0.0, abs=1e-6)


def test_jaw_bone_is_left_to_keys_and_mappings(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    keyed, mapped = new_armature("Keyed"), new_armature("Mapped")
    new_head(parent=keyed)
    new_head("Other", JAWLESS, mapped)
    for rig in (keyed, mapped):
        add_jaw(rig)
    face = find_face(mapped, scene)
    drives = {**face.mapping.drives, "jawOpen": (Drive("mouthClose", -1.0),)}
    assert "jaw" in turning_joints(face)
    save_mapping(face, replace(face.mapping, drives=drives))
    for rig in (keyed, mapped):
        face = find_face(rig, scene)
        assert "jaw" not in turning_joints(face)
        write_performance(face, pose(jawOpen=0.5), scene, 1)
        assert rig.animation_data is None


def test_jaw_bone_is_told(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    rig = new_armature()
    bone = add_jaw(rig, "DEF-jaw")
    new_head(keys=JAWLESS, parent=rig)
    face = find_face(rig, scene)
    assert shows(face, "jawOpen") == "bone DEF-jaw"
    assert [note.text for note in report(face)["jawOpen"]] == ["no shape key; the jaw bone DEF-jaw turns instead"]
    bone.constraints.new("COPY_ROTATION")
    assert write_performance(face, pose(headYaw=0.5), scene, 1).notes == ()
    told = write_performance(face, pose(jawOpen=0.5), scene, 1).notes
    assert told == ("the bone 'DEF-jaw' has constraints, which may hold it: Copy Rotation",)


def test_an_armature_with_a_jaw_alone_hides_no_head(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    body, jaw = new_armature(), bpy.data.objects.new("Face rig", bpy.data.armatures.new("Face rig"))
    scene.collection.objects.link(jaw)
    add_jaw(jaw)
    jaw.parent = body
    new_head(keys=JAWLESS, parent=jaw)
    assert set(find_face(jaw, scene).joints) == {"head", "leftEye", "rightEye"}


def test_mesh_follows(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    head = new_head(parent=new_armature())
    write_performance(find_face(head, scene), pose(headYaw=0.5), scene, 1)
    scene.frame_set(1)
    mesh = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    assert mesh.vertices[2].co.x > 0.09


def test_still_head_gets_no_curve(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    rig = new_armature()
    new_head(parent=rig)
    report = write_performance(find_face(rig, scene), pose(jawOpen=0.5), scene, 1)
    assert rig.animation_data is None
    assert report.not_shown == ()


def test_head_that_the_animator_moves_is_left_to_them(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, mode: str
) -> None:
    rig = new_armature(roll=0.3)
    new_head(parent=rig)
    face, bone = find_face(rig, scene), rig.pose.bones["head"]
    bone.rotation_mode = mode
    path, value = ("rotation_quaternion", 2) if mode == "QUATERNION" else ("rotation_euler", 1)
    for frame, turn in ((1, 0.0), (10, 0.4), (20, 0.0)):
        getattr(bone, path)[value] = turn
        bone.keyframe_insert(path, frame=frame)
    write_performance(face, Performance((Keyframe(0), Keyframe(2, "", {"jawOpen": 0.5}))), scene, 1)
    scene.frame_set(10)
    assert getattr(bone, path)[value] == pytest.approx(0.4, abs=1e-5)
    home = find_home(rig)
    assert home is not None
    assert "Head" not in home.holder.groups


def test_own_turn_is_brought_to_rest_later(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    rig = new_armature()
    new_head(parent=rig)
    face = find_face(rig, scene)
    write_performance(face, pose(headYaw=0.5), scene, 1)
    write_performance(face, pose(jawOpen=0.5), scene, 50)
    scene.frame_set(50)
    assert rig.pose.bones["head"].rotation_quaternion.w == pytest.approx(1.0)
    scene.frame_set(1)
    assert rig.pose.bones["head"].rotation_quaternion.w == pytest.approx(math.cos(0.25))


def test_constraints_on_a_bone_that_turns_are_told(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    rig = new_armature()
    new_head(parent=rig)
    face = find_face(rig, scene)
    constraint = rig.pose.bones["head"].constraints.new("DAMPED_TRACK")
    assert write_performance(face, pose(jawOpen=0.5), scene, 1).notes == ()
    told = write_performance(face, pose(headYaw=0.5), scene, 1).notes
    assert told == ("the bone 'head' has constraints, which may hold it: Damped Track",)
    constraint.mute = True
    assert write_performance(face, pose(headYaw=0.5), scene, 1).notes == ()


def test_no_bones_are_reported(scene: bpy.types.Scene, new_head: NewHead) -> None:
    performance = pose(headYaw=0.5, jawOpen=0.2, eyeLookUpLeft=0.5, leftEyePitch=-0.3)
    report = write_performance(find_face(new_head(), scene), performance, scene, 1)
    assert report.not_shown == ("headYaw",)  # the gaze is shown by the eyeLook key
    assert read_performance(find_face(None, scene))[0] == performance


def test_axis_angle_is_refused(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    rig = new_armature()
    rig.pose.bones["head"].rotation_mode = "AXIS_ANGLE"
    new_head(parent=rig)
    with pytest.raises(Refusal, match="set its rotation mode to Quaternion"):
        write_performance(find_face(rig, scene), pose(headYaw=0.5), scene, 1)
    write_performance(find_face(rig, scene), pose(jawOpen=0.5), scene, 1)  # the head rests
    assert read_performance(find_face(rig, scene)) == (pose(jawOpen=0.5), 1.0)


def test_eyes_that_shapes_move_are_not_turned_twice(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    rig = new_armature()
    head = new_head(parent=rig)
    head.vertex_groups.new(name="eye.L").add([0], 1.0, "REPLACE")
    gaze = pose(eyeLookUpLeft=0.5, leftEyePitch=-0.275, eyeLookUpRight=0.5, rightEyePitch=-0.275)
    report = write_performance(find_face(rig, scene), gaze, scene, 1)
    home = find_home(rig)
    assert home is not None
    assert {c.data_path for c in home.holder.fcurves} == {'pose.bones["eye.R"].rotation_quaternion'}
    assert report.not_shown == ()
    assert read_performance(find_face(rig, scene))[0] == gaze
