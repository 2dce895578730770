from __future__ import annotations

from dataclasses import replace

import pytest

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewArmature, NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.readback import NoPerformance, read_performance, record_at
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.slots import find_home
from tests.blender.timeline import action_of, curve_of, key_by_hand, key_of, keys_of, move_all, pose


def test_equal_after_save_and_reload(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, laugh: Performance, reload: Reload
) -> None:
    new_head(parent=new_armature())
    turned = replace(laugh.keyframes[2], channels={**laugh.keyframes[2].channels, "headYaw": 0.3, "headPitch": -0.2})
    laugh = replace(laugh, keyframes=(*laugh.keyframes[:2], turned))
    write_performance(find_face(None, scene), laugh, scene, 12.5)
    scene = reload()
    assert read_performance(find_face(None, scene)) == (laugh, 12.5)


def test_two_performances_on_one_timeline(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, reload: Reload
) -> None:
    face = find_face(new_head(), scene)
    write_performance(face, laugh, scene, 1)
    frown = Performance((Keyframe(0, "frowns", {"browDownLeft": 0.5}), Keyframe(1, "rests")), prompt="frown")
    write_performance(face, frown, scene, 100)
    reload()
    assert read_performance(face) == (frown, 100.0)
    assert read_performance(face, frame=20) == (laugh, 1.0)
    assert read_performance(face, frame=60) == (laugh, 1.0)
    assert read_performance(face, frame=90) == (frown, 100.0)


def test_overlapped_performance_is_replaced_from_there_on(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    again = replace(laugh, prompt="again")
    write_performance(face, again, scene, 10)
    assert read_performance(face) == read_performance(face, frame=10) == (again, 10.0)
    assert read_performance(face, frame=1) == (replace(laugh, keyframes=laugh.keyframes[:1]), 1.0)
    assert keys_of(head, "jawOpen") == {1.0: 0.0, 10.0: 0.0, 22.0: 0.5, 58.0: 0.0}
    markers = [(m.name, m.frame) for m in action_of(head).pose_markers]
    assert sorted(markers, key=lambda m: m[1]) == [
        ("calm, 静かに", 1),  # before the new range, as its keys are
        ("calm, 静かに", 10),
        ("laughs out loud", 22),
        ("chuckles on", 58),
    ]


def test_shorter_performance_leaves_nothing_of_a_longer_one(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    head = new_head(keys=(*SHAPES, "hat"))
    face = find_face(head, scene)
    long = replace(laugh, keyframes=(*laugh.keyframes, Keyframe(3.0, "gapes", {"jawOpen": 0.9})))
    write_performance(face, long, scene, 1)
    key_by_hand(head, "jawOpen", 90, 0.3)
    key_by_hand(head, "hat", 73, 0.3)
    write_performance(face, laugh, scene, 1)
    assert keys_of(head, "jawOpen") == {1.0: 0.0, 13.0: 0.5, 49.0: 0.0, 90.0: 0.3}
    assert keys_of(head, "hat") == {73.0: 0.3}
    assert sorted(marker.frame for marker in action_of(head).pose_markers) == [1, 13, 49]


def test_frames_are_those_of_writing_whatever_the_frame_rate_is_now(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    face = find_face(new_head(), scene)
    write_performance(face, laugh, scene, 1)
    write_performance(face, pose(jawOpen=0.5), scene, 100)
    scene.render.fps = 60
    assert record_at(face, 1).frames == (1, 13, 49)
    assert record_at(face).frames == (100,)
    assert (record_at(face, 1).performance, record_at(face, 1).start_frame) == (laugh, 1.0)


def test_follows_keys_and_markers_that_were_moved(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    again = replace(laugh, prompt="again")
    write_performance(face, again, scene, 100)
    move_all(head, 20)
    assert record_at(face, 21) == replace(record_at(face, 0), frames=(21, 33, 69))
    assert [read_performance(face, frame) for frame in (21, 120)] == [(laugh, 21.0), (again, 120.0)]
    calm = pose(browInnerUp=0.2)
    write_performance(face, calm, scene, 60)  # where the first has been moved to
    assert read_performance(face, 60) == (calm, 60.0)
    assert read_performance(face, 21)[0].keyframes == laugh.keyframes[:2]
    assert read_performance(face, 120) == (again, 120.0)


def test_markers_that_were_moved_alone_move_nothing(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    for marker in action_of(head).pose_markers:
        marker.frame += 20
    assert read_performance(face) == (laugh, 1.0)


def test_pushed_down_to_the_nla(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    adt = key_of(head).animation_data
    assert adt
    track = adt.nla_tracks.new()
    strip = track.strips.new("Laughs", 1, action_of(head))
    adt.action = None
    with pytest.raises(NoPerformance, match="moved to the NLA: select its strip 'Laughs' and enter tweak mode"):
        read_performance(face)
    track.select = strip.select = True
    adt.use_tweak_mode = True
    assert read_performance(face) == (laugh, 1.0)


def test_edits_by_hand_are_read(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    jaw = curve_of(head, "jawOpen")
    assert jaw is not None
    jaw.keyframe_points[1].co.y = 0.9
    jaw.keyframe_points[0].co.y = 0.003  # less than counts as an edit
    jaw.update()
    key_by_hand(head, "browInnerUp", 13, 0.25)
    read, _ = read_performance(face)
    assert read.keyframes[1].value("jawOpen") == pytest.approx(0.9)
    assert read.keyframes[0].value("jawOpen") == 0.0
    assert [k.value("browInnerUp") for k in read.keyframes] == pytest.approx([0.25] * 3)
    assert [k.label for k in read.keyframes] == [k.label for k in laugh.keyframes]


def test_removed_curve_no_longer_moves(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    home = find_home(key_of(head))
    assert home is not None
    home.holder.fcurves.remove(curve_of(head, "jawOpen"))
    assert all(not k.value("jawOpen") for k in read_performance(face)[0].keyframes)


def test_edited_gaze_turns_the_eyes(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, pose(eyeLookUpLeft=0.5, leftEyePitch=-0.275), scene, 1)
    assert read_performance(face)[0] == pose(eyeLookUpLeft=0.5, leftEyePitch=-0.275)
    curve = curve_of(head, "eyeLookUpLeft")
    assert curve is not None
    curve.keyframe_points[0].co.y = 1.0
    assert read_performance(face)[0].keyframes[0].value("leftEyePitch") == pytest.approx(-0.55)


def test_action_alone(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    with pytest.raises(NoPerformance, match="no performance has been written on 'Head' yet"):
        read_performance(find_face(head, scene))
    write_performance(find_face(head, scene), laugh, scene, 1)
    assert read_performance(action_of(head)) == (laugh, 1.0)


@pytest.mark.parametrize("garbage", ["", "[", "{}", "[1, {}]", '[{"slot": 0, "start": 1, "frames": [1]}]', 7])
def test_record_spoilt_by_hand_does_no_harm(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, garbage: str | int
) -> None:
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 1)
    action_of(head)["keyframeface"] = garbage
    with pytest.raises(NoPerformance):
        read_performance(face)
    write_performance(face, laugh, scene, 1)
    assert read_performance(face) == (laugh, 1.0)
