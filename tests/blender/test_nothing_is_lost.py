from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewArmature, NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender import curves
from keyframeface_addon.blender.curves import NoPerformance, read_performance, write_performance
from keyframeface_addon.blender.rig import find_face
from tests.blender.timeline import SLOTTED, action_of, curve_of, key_by_hand, key_of, keys_of, pose, snapshot


def test_keys_outside_the_range_and_other_curves_stay(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    head = new_head(keys=(*SHAPES, "hat"))
    for frame, value in ((1, 0.1), (9.5, 0.2), (10, 0.3), (30, 0.4), (58.4, 0.5), (90, 0.6)):
        key_by_hand(head, "jawOpen", frame, value)
        key_by_hand(head, "hat", frame, value)
    before = curve_of(head, "jawOpen")
    assert before is not None
    before.keyframe_points[0].interpolation = "LINEAR"
    before.keyframe_points[0].handle_left_type = "FREE"
    action = action_of(head)
    action.pose_markers.new("mine").frame = 22
    hat = keys_of(head, "hat")
    write_performance(find_face(head, scene), laugh, scene, 10)
    assert key_of(head).animation_data.action == action
    assert len(bpy.data.actions) == 1
    expected = {1.0: 0.1, 9.5: 0.2, 10.0: 0.0, 22.0: 0.5, 58.0: 0.0, 58.4: 0.5, 90.0: 0.6}
    assert keys_of(head, "jawOpen") == expected
    after = curve_of(head, "jawOpen")
    assert after is not None
    assert after.keyframe_points[0].interpolation == "LINEAR"
    assert after.keyframe_points[0].handle_left_type == "FREE"
    assert keys_of(head, "hat") == hat
    assert "mine" in action.pose_markers
    write_performance(find_face(head, scene), laugh, scene, 10)
    assert "mine" in action.pose_markers
    assert len(action.pose_markers) == 4


def test_curve_of_a_resting_channel_is_brought_to_rest(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    for frame in (1, 20, 30, 90):
        key_by_hand(head, "tongueOut", frame, 0.8)
    write_performance(
        find_face(head, scene),
        Performance((Keyframe(0), Keyframe(0.5, "", {"jawOpen": 1}), Keyframe(1))),
        scene,
        10,
    )
    assert keys_of(head, "tongueOut") == {1.0: 0.8, 10.0: 0.0, 34.0: 0.0, 90.0: 0.8}


def test_slider_that_stands_open_is_brought_to_rest(scene: bpy.types.Scene, new_head: NewHead) -> None:
    """A keyframe is a whole pose; and sliders stay where a deleted performance left them, or at 1 as 5.0 makes them."""
    head = new_head()
    key_of(head).key_blocks["tongueOut"].value = 0.6
    write_performance(find_face(head, scene), pose(jawOpen=0.5), scene, 10)
    assert keys_of(head, "tongueOut") == {10.0: 0.0}
    assert keys_of(head, "cheekPuff") == {}


def test_new_channel_does_not_leak_into_another_performance(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    """A new curve holds its first value back to the beginning of time."""
    head = new_head()
    face = find_face(head, scene)
    write_performance(face, laugh, scene, 10)
    write_performance(face, pose(tongueOut=0.9), scene, 100)
    scene.frame_set(22)
    assert key_of(head).key_blocks["tongueOut"].value == 0.0
    assert read_performance(face, frame=22)[0] == laugh
    scene.frame_set(100)
    assert key_of(head).key_blocks["tongueOut"].value == pytest.approx(0.9)


def test_new_channel_does_not_leak_into_what_was_keyed_by_hand(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    for frame in (1, 90, 200):
        key_by_hand(head, "jawOpen", frame, 0.4)
    write_performance(find_face(head, scene), pose(browInnerUp=0.7), scene, 100)
    assert keys_of(head, "browInnerUp") == pytest.approx({90.0: 0.0, 100.0: 0.7, 200.0: 0.0})
    write_performance(find_face(head, scene), pose(tongueOut=0.7), scene, 100)  # also where it replaces a performance
    assert keys_of(head, "tongueOut") == pytest.approx({90.0: 0.0, 100.0: 0.7, 200.0: 0.0})


def test_object_keyed_first(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, reload: Reload) -> None:
    """In 4.5 object and shape keys share an action whose ``fcurves`` shows those of the object only."""
    head = new_head()
    for frame in (1, 50):
        head.location.x = frame
        head.keyframe_insert("location", frame=frame)
    key_by_hand(head, "jawOpen", 90, 0.25)
    write_performance(find_face(head, scene), laugh, scene, 1)
    scene = reload()
    head = bpy.data.objects["Head"]
    scene.frame_set(50)
    assert head.location.x == pytest.approx(50)
    scene.frame_set(13)
    assert key_of(head).key_blocks["jawOpen"].value == pytest.approx(0.5)
    assert keys_of(head, "jawOpen")[90.0] == 0.25


def test_action_without_our_slot_playing(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head, other = new_head(), new_head("Other")
    key_by_hand(other, "jawOpen", 13, 1.0)
    key_of(head).animation_data_create().action = action_of(other)
    write_performance(find_face(head, scene), laugh, scene, 1)
    assert keys_of(other, "jawOpen") == {13.0: 1.0}
    scene.frame_set(13)
    assert key_of(head).key_blocks["jawOpen"].value == pytest.approx(0.5)
    assert key_of(other).key_blocks["jawOpen"].value == pytest.approx(1.0)


def test_action_that_moves_somebody_else_is_copied(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    head, twin = new_head(), new_head("Twin")
    key_by_hand(head, "jawOpen", 13, 1.0)
    key_by_hand(head, "jawOpen", 200, 0.7)
    shared = action_of(head)
    adt = key_of(twin).animation_data_create()
    adt.action = shared
    if SLOTTED:
        adt.action_slot = key_of(head).animation_data.action_slot
    report = write_performance(find_face(head, scene), laugh, scene, 1)
    assert key_of(twin).animation_data.action == shared
    assert action_of(head) != shared
    assert keys_of(twin, "jawOpen") == {13.0: 1.0, 200.0: 0.7}
    assert keys_of(head, "jawOpen") == {1.0: 0.0, 13.0: 0.5, 49.0: 0.0, 200.0: 0.7}
    assert "this face now has its own copy" in report.notes[0]
    assert read_performance(find_face(head, scene)) == (laugh, 1.0)
    with pytest.raises(NoPerformance):
        read_performance(find_face(twin, scene))


@pytest.mark.skipif(not SLOTTED, reason="actions have no slots here")
def test_characters_in_one_action_keep_to_their_slots(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
) -> None:
    anna, ben = new_head("Anna"), new_head("Ben")
    write_performance(find_face(anna, scene), laugh, scene, 1)
    action = action_of(anna)
    adt = key_of(ben).animation_data_create()
    adt.action = action
    adt.action_slot = action.slots.new(id_type="KEY", name="Ben's")
    frown = pose(browDownLeft=0.5)
    report = write_performance(find_face(ben, scene), frown, scene, 1)
    assert report.notes == ()
    assert key_of(ben).animation_data.action == action
    assert read_performance(find_face(anna, scene)) == (laugh, 1.0)
    assert read_performance(find_face(ben, scene)) == (frown, 1.0)


def test_failure_half_way_restores_everything(
    scene: bpy.types.Scene,
    new_head: NewHead,
    new_armature: NewArmature,
    laugh: Performance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = new_armature()
    head = new_head(parent=rig)
    new_head("Teeth", ["jawOpen"], rig)
    face = find_face(head, scene)
    key_by_hand(head, "jawOpen", 13, 1.0)
    head.keyframe_insert("location", frame=3)
    write_performance(face, pose(browInnerUp=0.2), scene, 200)
    before = snapshot()
    turn = Performance((*laugh.keyframes, Keyframe(3, "", {"headYaw": 0.5})))
    for failing in ("write_record", "replace_keys"):
        calls: Iterator[bool] = iter([True, True, True, True, True, False])
        real = getattr(curves, failing)

        def fail(*args: Any, calls: Iterator[bool] = calls, real: Any = real, name: str = failing) -> None:
            if name == "write_record" or not next(calls):
                raise RuntimeError("Blender said no")
            real(*args)

        with monkeypatch.context() as patch:
            patch.setattr(curves, failing, fail)
            with pytest.raises(RuntimeError, match="Blender said no"):
                write_performance(face, turn, scene, 1)
        assert snapshot() == before
    write_performance(face, turn, scene, 1)
    assert read_performance(face) == (turn, 1.0)
