from __future__ import annotations

from dataclasses import replace
from typing import Any

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
from tests.blender.timeline import action_of, current_scene, curve_of, key_by_hand, key_of, keys_of, move_all, pose


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
    jaw = curve_of(head, "jawOpen")
    assert jaw is not None
    jaw.keyframe_points[1].co.y = 0.9
    adt.action = None
    assert record_at(face).strip == "Laughs"
    assert record_at(face).performance.keyframes[1].value("jawOpen") == pytest.approx(0.9)
    jaw.keyframe_points[1].co.y = 0.5
    strip.frame_start, strip.frame_end = 101, 149  # moved
    assert record_at(face).frames == (101, 113, 149)
    assert read_performance(face) == (laugh, 101.0)
    strip.scale = 2  # stretched
    assert record_at(face).frames == (101, 125, 197)
    assert [k.time for k in read_performance(face)[0].keyframes] == pytest.approx([0, 1, 4])
    strip.scale = 1
    strip.mute = True
    with pytest.raises(
        NoPerformance, match="the NLA strip 'Laughs' with the performance on 'Head' does not play: unmute it"
    ):
        read_performance(face)
    strip.mute = False
    track.select = strip.select = True
    adt.use_tweak_mode = True
    assert record_at(face).strip == ""
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


def move_keys(head: bpy.types.Object, frame: float, to: float, only: str = "") -> None:
    """As one does in the Dope Sheet."""
    home = find_home(key_of(head))
    assert home
    for curve in home.holder.fcurves:
        for point in curve.keyframe_points:
            if point.co.x == frame and only in curve.data_path:
                point.co_ui.x = to
        curve.update()


def delete_keys(head: bpy.types.Object, frame: float) -> None:
    home = find_home(key_of(head))
    assert home
    for curve in home.holder.fcurves:
        for point in [p for p in curve.keyframe_points if p.co.x == frame]:
            curve.keyframe_points.remove(point)


@pytest.fixture
def laughing(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> bpy.types.Object:
    """Laughs from frame 1 on: keyframes at 1, 13 and 49."""
    head = new_head()
    write_performance(find_face(head, scene), laugh, scene, 1)
    return head


def now(head: bpy.types.Object, frame: float | None = None) -> Any:
    """Frames with their labels, times, start frame."""
    record = record_at(find_face(head, current_scene()), frame)
    labels = [k.label for k in record.performance.keyframes]
    return (
        dict(zip(record.frames, labels, strict=True)),
        record.performance.times().round(4).tolist(),
        record.start_frame,
    )


CALM, LOUD, ON = "calm, 静かに", "laughs out loud", "chuckles on"


@pytest.mark.parametrize("with_marker", [False, True])
@pytest.mark.parametrize(
    ("frame", "to", "frames", "times", "start"),
    [
        (13, 20, {1: CALM, 20: LOUD, 49: ON}, [0.0, 19 / 24, 2.0], 1),
        (49, 61, {1: CALM, 13: LOUD, 61: ON}, [0.0, 0.5, 2.5], 1),
        (1, -5, {-5: CALM, 13: LOUD, 49: ON}, [0.0, 0.75, 2.25], -5),
        (1, 4, {4: CALM, 13: LOUD, 49: ON}, [0.125, 0.5, 2.0], 1),
        (13, 60, {1: CALM, 49: ON, 60: LOUD}, [0.0, 2.0, 59 / 24], 1),  # across its neighbour
    ],
)
def test_one_keyframe_whose_keys_were_moved(
    laughing: bpy.types.Object,
    laugh: Performance,
    with_marker: bool,
    frame: int,
    to: int,
    frames: dict[int, str],
    times: list[float],
    start: int,
) -> None:
    move_keys(laughing, frame, to)
    if with_marker:
        next(m for m in action_of(laughing).pose_markers if m.frame == frame).frame = to
    assert now(laughing) == (frames, pytest.approx(times, abs=1e-4), start)
    read, _ = read_performance(find_face(laughing, current_scene()))
    poses = {k.label: k.channels for k in laugh.keyframes}
    assert all(k.channels == pytest.approx(dict(poses[k.label]), abs=1e-6) for k in read.keyframes)


def test_all_keys_moved_and_no_marker(laughing: bpy.types.Object, laugh: Performance) -> None:
    for frame in (49, 13, 1):
        move_keys(laughing, frame, frame + 12)  # the first comes to be where the second was
    assert now(laughing) == ({13: CALM, 25: LOUD, 61: ON}, laugh.times().tolist(), 13)


def test_keys_that_were_scaled(laughing: bpy.types.Object) -> None:
    move_keys(laughing, 49, 97)
    move_keys(laughing, 13, 25)
    key_by_hand(laughing, "jawOpen", 40, 0.2)
    assert now(laughing) == ({1: CALM, 25: LOUD, 97: ON}, [0.0, 1.0, 4.0], 1)


def test_some_keys_moved_on_are_no_keyframe(laughing: bpy.types.Object, laugh: Performance) -> None:
    move_keys(laughing, 13, 16, only="jawOpen")
    assert now(laughing) == ({1: CALM, 13: LOUD, 49: ON}, laugh.times().tolist(), 1)


def test_a_marker_moved_onto_other_keys(laughing: bpy.types.Object) -> None:
    for key in ("jawOpen", "mouthSmileLeft"):
        key_by_hand(laughing, key, 20, 0.9)
    action_of(laughing).pose_markers[LOUD].frame = 20
    assert now(laughing)[0] == {1: CALM, 20: LOUD, 49: ON}


def test_one_marker_moved_alone_moves_nothing(laughing: bpy.types.Object) -> None:
    action_of(laughing).pose_markers[LOUD].frame = 20
    assert now(laughing)[0] == {1: CALM, 13: LOUD, 49: ON}


def test_a_marker_renamed_is_another_label(laughing: bpy.types.Object, scene: bpy.types.Scene) -> None:
    action_of(laughing).pose_markers[LOUD].name = "roars"
    action_of(laughing).pose_markers.new("mine").frame = 49
    assert now(laughing)[0] == {1: CALM, 13: "roars", 49: ON}
    move_keys(laughing, 13, 20)
    assert now(laughing)[0] == {1: CALM, 20: LOUD, 49: ON}, "a strange marker where there are no keys says nothing"
    action_of(laughing).pose_markers["roars"].frame = 20
    assert now(laughing)[0] == {1: CALM, 20: "roars", 49: ON}


def test_a_marker_deleted_takes_nothing_with_it(laughing: bpy.types.Object, laugh: Performance) -> None:
    markers = action_of(laughing).pose_markers
    markers.remove(markers[LOUD])
    assert now(laughing)[0] == {1: CALM, 13: LOUD, 49: ON}
    move_keys(laughing, 13, 20)
    assert now(laughing)[0] == {1: CALM, 20: LOUD, 49: ON}


@pytest.mark.parametrize("gone", [1, 13, 49])
def test_a_keyframe_without_keys_is_no_more(laughing: bpy.types.Object, scene: bpy.types.Scene, gone: int) -> None:
    key_by_hand(laughing, "jawOpen", 30, 0.4)
    delete_keys(laughing, gone)
    all_three = {1: CALM, 13: LOUD, 49: ON}
    assert now(laughing)[0] == {frame: label for frame, label in all_three.items() if frame != gone}
    write_performance(find_face(laughing, scene), pose(jawOpen=0.1), scene, 100)
    assert now(laughing, 1)[0] == {frame: label for frame, label in all_three.items() if frame != gone}


def test_all_keys_deleted(laughing: bpy.types.Object, scene: bpy.types.Scene) -> None:
    write_performance(find_face(laughing, scene), pose(jawOpen=0.1), scene, 100)
    delete_keys(laughing, 100)
    assert now(laughing)[0] == {1: CALM, 13: LOUD, 49: ON}
    for frame in (1, 13, 49):
        delete_keys(laughing, frame)
    with pytest.raises(NoPerformance):
        now(laughing)


def test_a_calm_performance_has_no_keys_and_is_there(scene: bpy.types.Scene, new_head: NewHead) -> None:
    face = find_face(new_head(), scene)
    calm = Performance((Keyframe(0.0, "calm"), Keyframe(1.0, "still calm"), Keyframe(2.0)))
    write_performance(face, calm, scene, 1)
    assert read_performance(face) == (calm, 1.0)
    write_performance(face, pose(browInnerUp=0.5), scene, 100)
    assert record_at(face, 1).frames == (1, 25, 49)


def test_only_the_head_turns(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    """The record is with the shape keys, which have no curves."""
    rig = new_armature()
    new_head(parent=rig)
    face = find_face(None, scene)
    nod = Performance((Keyframe(0.0, "up", {"headPitch": 0.2}), Keyframe(1.0, "down", {"headPitch": -0.2})))
    write_performance(face, nod, scene, 1)
    assert read_performance(face) == (nod, 1.0)
    home = find_home(rig)
    assert home
    for curve in home.holder.fcurves:
        curve.keyframe_points[1].co_ui.x = 37
    assert record_at(face).frames == (1, 37)


def test_what_was_moved_by_hand_is_written_down_with_the_next(
    laughing: bpy.types.Object, scene: bpy.types.Scene, reload: Reload
) -> None:
    move_keys(laughing, 13, 20)
    action_of(laughing).pose_markers[ON].name = "giggles"
    write_performance(find_face(laughing, scene), pose(jawOpen=0.1), scene, 100)
    scene = reload()
    head = bpy.data.objects["Head"]
    assert now(head, 1) == ({1: CALM, 20: LOUD, 49: "giggles"}, pytest.approx([0.0, 19 / 24, 2.0], abs=1e-4), 1)
    write_performance(find_face(head, scene), pose(jawOpen=0.1), scene, 15)
    assert now(head, 1)[0] == {1: CALM}
    assert sorted((m.frame, m.name) for m in action_of(head).pose_markers) == [(1, CALM), (15, "pose"), (100, "pose")]
