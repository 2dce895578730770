"""One small rig for every naming convention: recognised, written, read back, and what it cannot show is said."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("bpy")

import bpy
import numpy as np

from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.joints import JointRotation
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import MAPPING, NoFace, find_face
from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.retarget.conventions import Convention, conventions
from keyframeface_addon.retarget.mapping import Drive, RigMapping, Tuning, to_json
from tests.blender.conftest import NewArmature, NewHead

ALL = pytest.mark.parametrize("convention", conventions(), ids=lambda c: c.name)


def rig_with(names: list[str], prefix: str = "") -> bpy.types.Object:
    mesh = bpy.data.meshes.new("Head")
    mesh.from_pydata([(-1, 0, 0), (1, 0, 0), (0, 0, 1)], [], [(0, 1, 2)])
    head = bpy.data.objects.new("Head", mesh)
    bpy.context.scene.collection.objects.link(head)
    head.shape_key_add(name="Basis")
    for name in names:
        key = head.shape_key_add(name=prefix + name)
        key.value = 0.0  # 1 from Blender 5.0 on
        key.data[0].co.z += 0.1  # type: ignore[attr-defined]
        if "-" in name:  # DAZ's sliders go both ways
            key.slider_min = -1.0
    return head


def keys_of(convention: Convention) -> list[str]:
    return list(dict.fromkeys(key for ways in convention.channels.values() for key, _ in ways[0]))


def smirk() -> Performance:
    """Shapes that most rigs have something for, none of them shared by two channels there."""
    return Performance(
        (
            Keyframe(0.0, "rest"),
            Keyframe(1.0, "mouth falls open", {"jawOpen": 0.6, "eyeBlinkLeft": 0.5, "cheekPuff": 0.4}),
        )
    )


@ALL
def test_recognised_written_and_read_back(convention: Convention, scene: bpy.types.Scene) -> None:
    head = rig_with(keys_of(convention), "head_lod0_mesh__")
    face = find_face(head, scene)
    assert face.mapping.convention in (convention.label, "ARKit")
    assert set(convention.channels) <= set(face.mapping.drives)
    report = write_performance(face, smirk(), scene, 1)
    missing = set(smirk().keyframes[1].channels) - set(face.mapping.drives)
    assert set(report.not_shown) == missing
    scene.frame_set(report.last_frame)
    blocks = head.data.shape_keys.key_blocks
    for key, weight in convention.channels["jawOpen"][0]:
        others = sum(
            w * smirk().keyframes[1].value(c)
            for c in SHAPES
            if c != "jawOpen"
            for k, w in face_parts(face, c)
            if k.endswith(key)
        )
        assert blocks["head_lod0_mesh__" + key].value == pytest.approx(np.clip(0.6 * weight + others, 0, 1), abs=1e-5)
    assert read_performance(face)[0] == smirk()


def face_parts(face: object, channel: str) -> list[tuple[str, float]]:
    return [(drive.target, drive.weight) for drive in face.mapping.drives.get(channel, ())]  # type: ignore[attr-defined]


def test_an_edit_is_read_back_through_weights(scene: bpy.types.Scene) -> None:
    cc4 = next(c for c in conventions() if c.name == "reallusion_cc4_extended")
    face = find_face(rig_with(keys_of(cc4)), scene)
    write_performance(face, Performance((Keyframe(0.0), Keyframe(1.0, "kiss", {"mouthPucker": 0.4}))), scene, 1)
    for key, _ in cc4.channels["mouthPucker"][0]:
        curve = find_curve(face, key)
        curve.keyframe_points[-1].co.y = 0.8
        curve.update()
    assert read_performance(face)[0].keyframes[1].value("mouthPucker") == pytest.approx(0.8, abs=1e-4)


def find_curve(face: object, key: str) -> bpy.types.FCurve:
    from keyframeface_addon.blender.slots import find_home

    owner = face.meshes[0].data.shape_keys  # type: ignore[attr-defined]
    home = find_home(owner)
    assert home is not None
    curve = home.find(owner.key_blocks[key].path_from_id("value"))
    assert curve is not None
    return curve


def test_meshes_with_another_prefix_each_have_their_say(scene: bpy.types.Scene) -> None:
    head, teeth = rig_with(list(SHAPES), "Head."), rig_with(["jawOpen", "tongueOut"], "Teeth.")
    parent = bpy.data.objects.new("Character", None)
    scene.collection.objects.link(parent)
    head.parent = teeth.parent = parent
    face = find_face(parent, scene)
    assert {ref.name for ref in face.keys["jawOpen"]} == {"Head.jawOpen", "Teeth.jawOpen"}


def test_a_mapping_of_ones_own_comes_first(scene: bpy.types.Scene) -> None:
    head = rig_with(["Open up", "jawOpen"])
    head[MAPPING] = to_json(RigMapping({"jawOpen": (Drive("Open up", 0.5),)}, {"jawOpen": Tuning(gain=2.0)}))
    face = find_face(head, scene)
    assert face.by_hand
    write_performance(face, smirk(), scene, 1)
    scene.frame_set(25)
    assert head.data.shape_keys.key_blocks["Open up"].value == pytest.approx(0.6)
    assert head.data.shape_keys.key_blocks["jawOpen"].value == 0


@pytest.mark.parametrize("kept", ["{", "[" * 100_000, '{"format": "keyframeface-mapping/2"}'], ids=range(3))
def test_on_a_broken_mapping_of_ones_own_nothing_is_written(scene: bpy.types.Scene, kept: str) -> None:
    head = rig_with(list(SHAPES))
    head[MAPPING] = kept
    face = find_face(head, scene)
    assert not face.by_hand
    with pytest.raises(Refusal, match=r"the mapping kept on 'Head' cannot be read: .*Auto-Map Again discards it"):
        write_performance(face, smirk(), scene, 1)
    assert head.data.shape_keys.animation_data is None


def test_properties_and_bones_can_be_driven(scene: bpy.types.Scene) -> None:
    head = rig_with(["jawOpen"])
    head["Smile"] = 0.0
    head[MAPPING] = to_json(
        RigMapping(
            {
                "jawOpen": (Drive("jawOpen"), Drive("Head|location[2]", 0.5)),
                "cheekPuff": (Drive('Head|["Smile"]', 2.0),),
            }
        )
    )
    face = find_face(head, scene)
    write_performance(face, smirk(), scene, 1)
    scene.frame_set(25)
    assert head.location.z == pytest.approx(0.3)
    assert head["Smile"] == pytest.approx(0.8)
    assert read_performance(face)[0] == smirk().__class__((smirk().keyframes[0], smirk().keyframes[1]))


def test_a_property_that_is_not_there_is_named(scene: bpy.types.Scene) -> None:
    head = rig_with(["jawOpen"])
    head[MAPPING] = to_json(RigMapping({"jawOpen": (Drive("jawOpen"), Drive('Head|["Gone"]'))}))
    with pytest.raises(Refusal, match=r"'Head' has no number at \[\"Gone\"\]"):
        write_performance(find_face(head, scene), smirk(), scene, 1)
    assert head.data.shape_keys.animation_data is None


@pytest.mark.parametrize("path", ["dimensions[0]", "session_uid", "matrix_world[0][3]"])
def test_what_cannot_be_animated_is_no_target(scene: bpy.types.Scene, path: str) -> None:
    head = rig_with(["jawOpen"])
    head[MAPPING] = to_json(RigMapping({"jawOpen": (Drive("jawOpen"), Drive(f"{head.name}|{path}"))}))
    with pytest.raises(Refusal, match="correct the mapping of this face"):
        write_performance(find_face(head, scene), smirk(), scene, 1)


def test_sliders_of_an_object_with_a_bar_in_its_name(scene: bpy.types.Scene, new_armature: NewArmature) -> None:
    rig = new_armature("Hero|Rig")
    rig_with(["corrective"]).parent = rig
    for name in SHAPES:
        rig[name] = 0.0
    write_performance(find_face(rig, scene), smirk(), scene, 1)
    scene.frame_set(25)
    assert rig["jawOpen"] == pytest.approx(0.6)


def test_what_an_object_points_at_can_be_driven(scene: bpy.types.Scene) -> None:
    head = rig_with(["jawOpen"])
    mesh: Any = head.data
    mesh["Blush"] = 0.0
    skin = bpy.data.materials.new("Skin")
    mesh.materials.append(skin)
    paths = ('data["Blush"]', "active_material.roughness")
    drives = (Drive("jawOpen"), *(Drive(f"{head.name}|{path}", 0.5) for path in paths))
    head[MAPPING] = to_json(RigMapping({"jawOpen": drives}))
    face = find_face(head, scene)
    write_performance(face, smirk(), scene, 1)
    scene.frame_set(25)
    assert (mesh["Blush"], skin.roughness) == pytest.approx((0.3, 0.3))
    assert head.animation_data is None  # Blender plays nothing through a pointer
    assert read_performance(face)[0].keyframes[1].value("jawOpen") == pytest.approx(0.6)


def test_keys_with_a_bar_in_their_names_are_keys(scene: bpy.types.Scene) -> None:
    head = rig_with([f"Face|{name}" for name in SHAPES])
    face = find_face(head, scene)
    write_performance(face, smirk(), scene, 1)
    scene.frame_set(25)
    assert head.data.shape_keys.key_blocks["Face|jawOpen"].value == pytest.approx(0.6)
    assert read_performance(face)[0] == smirk()


def test_two_letters_are_no_face(scene: bpy.types.Scene) -> None:
    with pytest.raises(NoFace):
        find_face(rig_with(["A", "happy"]), scene)


PURSED = [f"facs_bs_MouthPurse{v}{s}" for v in ("Lower", "Upper") for s in ("Left", "Right")]


def rig_of_properties(driven: bool) -> tuple[bpy.types.Object, bpy.types.Object]:
    """As Diffeomorphic brings Genesis 9: sliders on the armature, which drive keys of the same names and bones."""
    rig = bpy.data.objects.new("Genesis 9", bpy.data.armatures.new("Genesis 9"))
    bpy.context.scene.collection.objects.link(rig)
    sliders = ["facs_bs_MouthSmileLeft", "facs_bs_MouthSmileRight", "facs_bs_JawOpen", "facs_bs_EyeBlinkLeft"]
    for name in (*sliders, *PURSED, "facs_ctrl_CheekPuff"):
        rig[name] = 0.0
    rig["DazScale"] = 0.01
    head = rig_with([*sliders[:2], "pJCM_something"])
    head.parent = rig
    if driven:
        for name in sliders[:2]:
            driver = head.data.shape_keys.key_blocks[name].driver_add("value").driver
            driver.type = "SUM"
            variable = driver.variables.new()
            variable.targets[0].id, variable.targets[0].data_path = rig, f'["{name}"]'
    return rig, head


def test_sliders_of_the_armature_are_found(scene: bpy.types.Scene) -> None:
    rig, head = rig_of_properties(driven=True)
    face = find_face(head, scene)
    assert face.mapping.convention == "DAZ Genesis 9"
    assert face.mapping.drives["mouthSmileLeft"] == (Drive('Genesis 9|["facs_bs_MouthSmileLeft"]'),)
    assert face.mapping.drives["jawOpen"] == (Drive('Genesis 9|["facs_bs_JawOpen"]'),)
    assert face.mapping.drives["mouthPucker"] == tuple(Drive(f'Genesis 9|["{name}"]') for name in PURSED)
    assert set(face.missing) >= {"browInnerUp", "headYaw"}
    performance = Performance((Keyframe(0.0), Keyframe(1.0, "smirk", {"mouthSmileLeft": 0.6, "jawOpen": 0.2})))
    report = write_performance(face, performance, scene, 1)
    assert report.not_shown == ()
    scene.frame_set(25)
    assert rig["facs_bs_MouthSmileLeft"] == pytest.approx(0.6)
    assert head.data.shape_keys.key_blocks["facs_bs_MouthSmileLeft"].value == pytest.approx(0.6)
    assert rig["facs_bs_JawOpen"] == pytest.approx(0.2)
    assert read_performance(find_face(rig, scene))[0] == performance


def test_keys_that_nothing_drives_come_before_sliders(scene: bpy.types.Scene) -> None:
    _, head = rig_of_properties(driven=False)
    drives = find_face(head, scene).mapping.drives
    assert drives["mouthSmileLeft"] == (Drive("facs_bs_MouthSmileLeft"),)
    assert drives["cheekPuff"] == (Drive('Genesis 9|["facs_ctrl_CheekPuff"]'),)


def test_numbers_on_an_object_are_no_face(scene: bpy.types.Scene) -> None:
    head = rig_with(["Key 1"])
    head["a"], head["happy"], head["jawOpen"] = 0.5, 0.5, 1
    with pytest.raises(NoFace):
        find_face(head, scene)


@pytest.mark.parametrize(
    "tuning", [Tuning(gain=0.5), Tuning(invert=True), Tuning(limit=0.2), Tuning(gain=0.0), Tuning(offset=0.1)]
)
def test_a_tuned_head_turns_as_tuned_and_reads_back_as_meant(
    tuning: Tuning, scene: bpy.types.Scene, new_armature: NewArmature, new_head: NewHead
) -> None:
    armature = new_armature()
    head = new_head(parent=armature)
    armature[MAPPING] = to_json(find_face(head, scene).mapping.with_tuning("headYaw", tuning))
    face = find_face(head, scene)
    performance = Performance((Keyframe(0.0), Keyframe(1.0, "looks round", {"headYaw": 0.4, "headPitch": 0.1})))
    write_performance(face, performance, scene, 1)
    scene.frame_set(25)
    turned = JointRotation(face, "head")
    bone = armature.pose.bones[face.joints["head"]]
    yaw = turned.angles(np.array([tuple(bone.rotation_quaternion[:])]))[0][0]
    shown = {0.5: 0.2, 1.0: 0.4, 0.0: 0.0}[tuning.gain]
    shown = -shown if tuning.invert else min(shown, tuning.limit or 9.0) + tuning.offset
    assert yaw == pytest.approx(shown, abs=1e-4)
    assert read_performance(face)[0] == performance
