from __future__ import annotations

from dataclasses import replace

import pytest

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.retarget.mapping import Drive
from tests.blender.conftest import SHARED_RIGS, NewArmature, NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.mapping import report, save_mapping
from keyframeface_addon.blender.rig import Face, find_face
from keyframeface_addon.blender.slots import find_home
from tests.blender.timeline import SLOTTED, action_of, current_scene, key_by_hand, key_of, keys_of, pose


@pytest.mark.parametrize(
    "spelled", ['we"ird\\_{}', "表情_{}", "x" * 40 + "_{}", "[0].{}", "a'b {}", "{}"], ids=range(6)
)
def test_odd_names(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, reload: Reload, spelled: str) -> None:
    names = {name: spelled.format(name) for name in SHAPES}
    new_head(name='He"ad\\', keys=names.values())
    write_performance(find_face(None, scene), laugh, scene, 1)
    scene = reload()
    face = find_face(None, scene)
    assert read_performance(face) == (laugh, 1.0)
    scene.frame_set(13)
    assert key_of(face.meshes[0]).key_blocks[names["jawOpen"]].value == pytest.approx(0.5)


def test_name_of_63_bytes(scene: bpy.types.Scene, new_head: NewHead) -> None:
    name = "顔" * 18 + "_jawOpen"
    assert len(name.encode()) == 62
    new_head(keys=["_" + name, "mouthFunnel"])
    face = find_face(None, scene)
    write_performance(face, pose(jawOpen=0.5), scene, 1)
    scene.frame_set(1)
    assert face.keys["jawOpen"][0].resolve().value == pytest.approx(0.5)


def test_marker_names_are_cut_between_characters(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    label = "驚" * 40
    performance = Performance((Keyframe(0.0, label), Keyframe(1.0, "")))
    write_performance(find_face(head, scene), performance, scene, 1)
    assert [m.name for m in action_of(head).pose_markers] == ["驚" * 21]
    assert read_performance(find_face(head, scene))[0].keyframes[0].label == label


def test_both_halves_of_a_split_channel(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head(keys=["browInnerUp_L", "browInnerUp_R", "jawOpen"])
    write_performance(find_face(head, scene), pose(browInnerUp=0.5), scene, 1)
    assert keys_of(head, "browInnerUp_L") == keys_of(head, "browInnerUp_R") == {1.0: 0.5}


def test_several_meshes(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, laugh: Performance, reload: Reload
) -> None:
    rig = new_armature()
    new_head("Face", parent=rig)
    new_head("Teeth", ["jawOpen", "tongueOut"], rig)
    new_head("Brows", ["browInnerUp"], rig)
    turned = replace(laugh, keyframes=(*laugh.keyframes, Keyframe(3, "turns", {"headYaw": 0.4})))
    report = write_performance(find_face(None, scene), turned, scene, 1)
    assert report.actions == (("Face",) if SLOTTED else ("Face", "Teeth", "Rig"))
    assert len(bpy.data.actions) == len(report.actions)  # nothing for the brows, which rest
    scene = reload()
    for name in ("Face", "Teeth"):
        scene.frame_set(13)
        assert key_of(bpy.data.objects[name]).key_blocks["jawOpen"].value == pytest.approx(0.5)
    assert read_performance(find_face(None, scene)) == (turned, 1.0)


def test_meshes_that_share_one_action_on_purpose(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, laugh: Performance
) -> None:
    rig = new_armature()
    head, teeth = new_head(parent=rig), new_head("Teeth", ["jawOpen"], rig)
    key_by_hand(head, "jawOpen", 200, 1.0)
    adt = key_of(teeth).animation_data_create()
    adt.action = action_of(head)
    if SLOTTED:
        adt.action_slot = key_of(head).animation_data.action_slot
    report = write_performance(find_face(rig, scene), laugh, scene, 1)
    assert report.notes == ()
    assert len(bpy.data.actions) == 1
    assert keys_of(teeth, "jawOpen") == keys_of(head, "jawOpen") == {1.0: 0.0, 13.0: 0.5, 49.0: 0.0, 200.0: 1.0}


def test_mesh_used_by_two_objects(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    copy = head.copy()
    scene.collection.objects.link(copy)
    report = write_performance(find_face(head, scene), laugh, scene, 1)
    assert report.notes == ("'Head' shares its mesh with Head.001, which moves along",)
    assert keys_of(copy, "jawOpen")[13.0] == 0.5


def test_what_is_not_seen_is_noted(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    key_of(head).key_blocks["jawOpen"].mute = True
    key_of(head).key_blocks["cheekPuff"].slider_max = 0.2
    head.show_only_shape_key = True
    notes = write_performance(find_face(head, scene), laugh, scene, 1).notes
    assert notes == (
        "'Head' shows one pinned shape key only",
        "muted shape keys: jawOpen",
        "shape keys whose range ends below 1: cheekPuff",
    )


def test_empty_face_still_remembers(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    calm = Performance((Keyframe(0.0, "calm"), Keyframe(1.0, "still calm")), prompt="nothing happens")
    report = write_performance(find_face(head, scene), calm, scene, 1)
    assert (report.curves, report.actions) == (0, ("Head",))
    assert read_performance(find_face(head, scene)) == (calm, 1.0)


def test_a_mesh_without_vertices(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    head = new_head(keys=["jawOpen"], parent=new_armature())
    head.data = bpy.data.meshes.new("Nothing")
    for name in ("Basis", *SHAPES):
        head.shape_key_add(name=name)
    head.vertex_groups.new(name="eye.L")
    face = find_face(head, scene)
    assert {note.kind for note in report(face)["jawOpen"]} == {"empty"}
    write_performance(face, pose(jawOpen=0.5, leftEyeYaw=0.2), scene, 1)


def test_a_second_set_of_keys_is_told(scene: bpy.types.Scene, new_head: NewHead) -> None:
    new_head(keys=[*SHAPES, *(f"Old_{name}" for name in SHAPES), "viseme_aa", "viseme_O"])
    face = find_face(None, scene)
    assert [ref.name for ref in face.keys["jawOpen"]] == ["jawOpen"]
    assert [note.line for note in report(face)["jawOpen"]] == [
        "jawOpen: 'Head' has 'Old_jawOpen' for it too (ARKit), left alone"
    ]


def test_head_that_the_mapping_turns(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, reload: Reload
) -> None:
    rig = new_armature()
    rig.pose.bones["head"].rotation_mode = "XYZ"
    head = new_head(parent=rig)
    face = find_face(head, scene)
    drive = Drive('Rig|pose.bones["head"].rotation_euler[1]', -0.5)
    save_mapping(face, face.mapping.with_drives("headYaw", (drive,)))
    for _ in range(2):
        face = find_face(head, scene)
        write_performance(face, pose(headYaw=0.4, leftEyeYaw=0.2), scene, 1)
        scene.frame_set(1)
        turned = rig.pose.bones["head"].rotation_euler
        assert (turned.x, turned.y, turned.z) == pytest.approx((0, -0.2, 0))  # type: ignore[union-attr]
    assert "headPitch" in face.missing
    assert [note.kind for note in report(face)["headPitch"]] == ["bone"]
    assert read_performance(face)[0].keyframes[0].value("headYaw") == pytest.approx(0.4)


def test_mpfb_rig_does_not_look_twice_as_far() -> None:
    path = SHARED_RIGS / "mpfb_head_arkit52_visemes.blend"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    bpy.ops.wm.open_mainfile(filepath=str(path))
    scene = current_scene()
    face: Face = find_face(None, scene)
    write_performance(face, pose(eyeLookUpLeft=1.0, leftEyePitch=-0.55, headYaw=0.5), scene, 1)
    assert face.armature is not None
    home = find_home(face.armature)
    assert home is not None
    assert {c.data_path for c in home.holder.fcurves} == {'pose.bones["head"].rotation_quaternion'}
