"""Changing one keyframe of a performance that is on the timeline: nothing else moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewArmature, NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender import edits, key_changes
from keyframeface_addon.blender.curves import NoPerformance, write_performance
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.record import Record
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import Face, find_face
from keyframeface_addon.blender.slots import find_home
from tests.blender.timeline import action_of, curve_of, key_by_hand, key_of, keys_of, pose, snapshot


@pytest.fixture
def face(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, laugh: Performance) -> Face:
    """Laughs from frame 1 on, at 1, 13 and 49, and turns its head at the end."""
    new_head(parent=new_armature())
    last = laugh.keyframes[2]
    turned = replace(last, channels={**last.channels, "headYaw": 0.3})
    made = find_face(None, scene)
    write_performance(made, replace(laugh, keyframes=(*laugh.keyframes[:2], turned)), scene, 1)
    return made


def head_of(face: Face) -> bpy.types.Object:
    return face.meshes[0]


def points(face: Face) -> dict[tuple[str, int], dict[float, tuple[Any, ...]]]:
    """All that keys are, by curve and frame; of automatic handles, whose place follows from the keys beside, the kind."""
    found: dict[tuple[str, int], dict[float, tuple[Any, ...]]] = {}
    for owner in (key_of(head_of(face)), face.armature):
        home = find_home(owner) if owner else None
        for curve in home.holder.fcurves if home else ():
            found[curve.data_path, curve.array_index] = {
                p.co.x: (
                    p.co.y,
                    p.interpolation,
                    p.easing,
                    p.handle_left_type,
                    p.handle_right_type,
                    tuple(p.handle_left) if p.handle_left_type == "FREE" else (),
                    tuple(p.handle_right) if p.handle_right_type == "FREE" else (),
                )
                for p in curve.keyframe_points
            }
    return found


def elsewhere(found: dict[tuple[str, int], dict[float, tuple[Any, ...]]], *frames: float) -> Any:
    """The same without these frames."""
    return {name: {x: key for x, key in keys.items() if x not in frames} for name, keys in found.items()}


def shape_by_hand(face: Face) -> None:
    """Handles and easing of the animator's own on every jaw key, and keys of theirs between and beyond."""
    head = head_of(face)
    for frame, value in ((7, 0.2), (30, 0.1), (60, 0.3), (90, 0.0)):
        key_by_hand(head, "jawOpen", frame, value)
    curve = curve_of(head, "jawOpen")
    assert curve
    for point in curve.keyframe_points:
        point.handle_left_type = point.handle_right_type = "FREE"
        point.handle_left = (point.co.x - 2.0, point.co.y + 0.05)
        point.handle_right = (point.co.x + 1.5, point.co.y - 0.05)
    curve.keyframe_points[0].interpolation = "BACK"
    curve.keyframe_points[0].easing = "EASE_OUT"
    curve.update()


def markers(face: Face) -> dict[int, str]:
    return {marker.frame: marker.name for marker in action_of(head_of(face)).pose_markers}


def test_strength_scales_one_keyframe_from_what_it_was(face: Face, scene: bpy.types.Scene) -> None:
    shape_by_hand(face)
    before, record = points(face), record_at(face)
    edits.set_strength(face, record, 1, 0.5, scene)
    now = record_at(face)
    assert now.performance.keyframes[1].value("jawOpen") == pytest.approx(0.25)
    assert now.performance.keyframes[1].value("mouthSmileRight") == pytest.approx(0.375)
    assert now.state(1).strength == 0.5
    assert now.performance.keyframes[0::2] == record.performance.keyframes[0::2]
    assert elsewhere(points(face), 13) == elsewhere(before, 13)
    handle = next(p for p in curve_of(head_of(face), "jawOpen").keyframe_points if p.co.x == 13)  # type: ignore[union-attr]
    assert (handle.handle_left_type, handle.handle_left.y - handle.co.y) == ("FREE", pytest.approx(0.05))
    edits.set_strength(face, record_at(face), 1, 3.0, scene)  # as far as the channels go
    edits.set_strength(face, record_at(face), 1, 1.0, scene)  # and back, with nothing lost
    assert record_at(face) == record
    assert elsewhere(points(face), 13) == elsewhere(before, 13)
    assert keys_of(head_of(face), "jawOpen")[13] == 0.5


def test_strength_after_an_edit_by_hand_counts_from_that(face: Face, scene: bpy.types.Scene) -> None:
    edits.set_strength(face, record_at(face), 1, 0.5, scene)
    jaw = curve_of(head_of(face), "jawOpen")
    assert jaw
    jaw.keyframe_points[1].co.y = 0.8
    assert record_at(face).state(1).strength == 1.0
    edits.set_strength(face, record_at(face), 1, 0.5, scene)
    assert record_at(face).performance.keyframes[1].value("jawOpen") == pytest.approx(0.4)
    assert record_at(face).performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.2)


def test_a_move_takes_keys_handles_marker_and_record(face: Face, scene: bpy.types.Scene, reload: Reload) -> None:
    shape_by_hand(face)
    before = points(face)
    assert edits.move(face, record_at(face), 1, 20, scene) == 20
    after = points(face)
    assert elsewhere(after, 20) == elsewhere(before, 13)
    for curve, keys in before.items():
        if 13 in keys and not curve[0].endswith('"jawOpen"].value'):
            assert after[curve][20] == keys[13]
    moved = next(p for p in curve_of(head_of(face), "jawOpen").keyframe_points if p.co.x == 20)  # type: ignore[union-attr]
    assert (moved.handle_left.x, moved.handle_right.x) == pytest.approx((18.0, 21.5))
    assert markers(face) == {1: "calm, 静かに", 20: "laughs out loud", 49: "chuckles on"}
    record = record_at(find_face(None, reload()))
    assert record.frames == (1, 20, 49)
    assert record.performance.times().tolist() == pytest.approx([0.0, 19 / 24, 2.0])


@pytest.mark.parametrize(
    ("index", "wanted", "got"), [(1, 80, 48), (1, -9, 2), (2, 300, 99), (0, -50, -50), (0, 40, 12)]
)
def test_a_move_stops_at_its_neighbours(face: Face, scene: bpy.types.Scene, index: int, wanted: int, got: int) -> None:
    write_performance(face, pose(jawOpen=0.5), scene, 100)
    record = record_at(face, 1)
    assert edits.move(face, record, index, wanted, scene) == got
    now = record_at(face, 1)
    assert now.frames[index] == got
    assert [k.channels for k in now.performance.keyframes] == [k.channels for k in record.performance.keyframes]
    gaps = [b - a for a, b in zip(now.frames, now.frames[1:], strict=False)]
    seconds = [b - a for a, b in zip(now.performance.times(), now.performance.times()[1:], strict=False)]
    assert [s * 24 for s in seconds] == pytest.approx(gaps)
    assert now.start_frame + now.performance.times()[0] * 24 == pytest.approx(now.frames[0])


def test_a_move_onto_keys_of_the_animators_own_is_refused(face: Face, scene: bpy.types.Scene) -> None:
    key_by_hand(head_of(face), "jawOpen", 20, 0.4)
    before = snapshot()
    with pytest.raises(Refusal, match="frame 20 has keys of its own, as on jawOpen"):
        edits.move(face, record_at(face), 1, 20, scene)
    assert snapshot() == before


def test_relabel_changes_words_only(face: Face, scene: bpy.types.Scene) -> None:
    before = points(face)
    edits.relabel(face, record_at(face), 1, "  roars \n with laughter ", scene)
    assert record_at(face).performance.keyframes[1].label == "roars with laughter"
    assert markers(face)[13] == "roars with laughter"
    assert points(face) == before


def test_delete_takes_one_keyframe_away(face: Face, scene: bpy.types.Scene) -> None:
    shape_by_hand(face)
    before = points(face)
    edits.delete(face, record_at(face), 1, scene)
    assert points(face) == elsewhere(before, 13)
    assert markers(face) == {1: "calm, 静かに", 49: "chuckles on"}
    assert record_at(face).frames == (1, 49)


def test_delete_leaves_the_poses_of_the_others(face: Face, scene: bpy.types.Scene) -> None:
    key_by_hand(head_of(face), "browInnerUp", 13, 0.25)  # which raises the brow throughout
    record = record_at(face)
    edits.delete(face, record, 1, scene)
    assert record_at(face).performance.keyframes == record.performance.keyframes[0::2]


def test_deleting_all_leaves_the_face_at_rest(scene: bpy.types.Scene, new_head: NewHead) -> None:
    face = find_face(new_head(), scene)
    write_performance(face, pose(jawOpen=0.5), scene, 10)
    key_by_hand(head_of(face), "cheekPuff", 90, 0.3)
    edits.delete(face, record_at(face), 0, scene)
    with pytest.raises(NoPerformance):
        record_at(face)
    assert (keys_of(head_of(face), "jawOpen"), markers(face)) == ({}, {})
    assert keys_of(head_of(face), "cheekPuff") == {90.0: 0.3}
    scene.frame_set(10)
    assert key_of(head_of(face)).key_blocks["jawOpen"].value == 0.0


def test_insert_adds_a_whole_pose_between(face: Face, scene: bpy.types.Scene) -> None:
    shape_by_hand(face)
    before, record = points(face), record_at(face)
    edits.insert(face, record, 25, Keyframe(0.0, "winks", {"eyeBlinkLeft": 1.0, "jawOpen": 0.1}), scene)
    now = record_at(face)
    assert now.frames == (1, 13, 25, 49)
    assert now.performance.keyframes[2] == Keyframe(1.0, "winks", {"eyeBlinkLeft": 1.0, "jawOpen": 0.1})
    assert [now.performance.keyframes[i] for i in (0, 1, 3)] == list(record.performance.keyframes)
    after = points(face)
    assert elsewhere({name: after[name] for name in before}, 25) == before
    assert keys_of(head_of(face), "eyeBlinkLeft") == {1.0: 0.0, 13.0: 0.0, 25.0: 1.0, 49.0: 0.0, 60.0: 0.0}
    assert markers(face)[25] == "winks"
    for taken in (13, 30):
        with pytest.raises(Refusal, match=f"frame {taken}"):
            edits.insert(face, now, taken, Keyframe(0.0, "x", {"jawOpen": 0.2}), scene)


def test_a_pose_with_new_channels_leaks_into_no_other(face: Face, scene: bpy.types.Scene) -> None:
    write_performance(face, pose(browInnerUp=0.5), scene, 100)
    write_performance(face, pose(browInnerUp=0.5), scene, -50)
    for frame in (1, 100):
        before = [record_at(face, at) for at in (-50, 1, 100)]
        record = record_at(face, frame)
        edits.set_pose(face, record, 0, Keyframe(0.0, "", {"tongueOut": 0.9, "headPitch": 0.2}), scene)
        now = [record_at(face, at) for at in (-50, 1, 100)]
        for old, new in zip(before, now, strict=True):
            changed = old.frames == record.frames
            assert new.performance.keyframes[changed:] == old.performance.keyframes[changed:]
        assert record_at(face, frame).performance.keyframes[0].value("tongueOut") == 0.9


def test_changed_performance_touches_what_changed(face: Face, scene: bpy.types.Scene) -> None:
    shape_by_hand(face)
    before, record = points(face), record_at(face)
    first, second, third = record.performance.keyframes
    held = replace(second, time=1.5)
    later = replace(third, time=2.5, channels={**third.channels, "cheekPuff": 0.9})
    edits.write_changed(face, record, replace(record.performance, keyframes=(first, second, held, later)), scene)
    now = record_at(face)
    assert now.frames == (1, 13, 37, 61)
    assert now.performance.keyframes == (first, second, held, later)
    after = points(face)
    jaw = next(name for name in before if name[0].endswith('"jawOpen"].value'))
    assert {x: after[jaw][x] for x in (1, 7, 13, 30, 60, 90)} == {x: before[jaw][x] for x in (1, 7, 13, 30, 60, 90)}
    assert {m: f for f, m in markers(face).items()}["chuckles on"] == 61


def test_keys_between_keyframes_go_along_where_several_move(face: Face, scene: bpy.types.Scene) -> None:
    shape_by_hand(face)
    record = record_at(face)
    faster = tuple(replace(k, time=k.time / 2) for k in record.performance.keyframes)
    edits.write_changed(face, record, replace(record.performance, keyframes=faster), scene)
    assert record_at(face).frames == (1, 7, 25)
    assert list(keys_of(head_of(face), "jawOpen")) == [1, 4, 7, 15.5, 25, 60, 90]


def test_a_performance_does_not_grow_into_the_next(face: Face, scene: bpy.types.Scene) -> None:
    write_performance(face, pose(jawOpen=0.5), scene, 80)
    record, before = record_at(face, 1), snapshot()
    slower = tuple(replace(k, time=k.time * 2) for k in record.performance.keyframes)
    with pytest.raises(Refusal, match="reach into the performance at frame 80"):
        edits.write_changed(face, record, replace(record.performance, keyframes=slower), scene)
    assert snapshot() == before


def locked(face: Face, index: int) -> Record:
    edits.set_locked(face, record_at(face), [index], True)
    return record_at(face)


def test_a_locked_keyframe_is_changed_by_nothing(face: Face, scene: bpy.types.Scene, reload: Reload) -> None:
    record = locked(face, 1)
    assert record.locked == (1,)
    before, frame = snapshot(), Keyframe(0.0, "x", {"jawOpen": 0.2})
    subtler = tuple(
        replace(k, channels={n: v / 2 for n, v in k.channels.items()}) for k in record.performance.keyframes
    )
    for change in (
        lambda: edits.set_strength(face, record, 1, 0.5, scene),
        lambda: edits.move(face, record, 1, 20, scene),
        lambda: edits.relabel(face, record, 1, "other", scene),
        lambda: edits.set_pose(face, record, 1, frame, scene),
        lambda: edits.delete(face, record, 1, scene),
        lambda: edits.write_changed(face, record, replace(record.performance, keyframes=subtler), scene),
        lambda: edits.write_changed(face, record, replace(record.performance, keyframes=subtler[2:]), scene),
    ):
        with pytest.raises(Refusal, match="'laughs out loud' at frame 13 is locked: unlock it"):
            change()
        assert snapshot() == before
    edits.set_strength(face, record, 0, 0.5, scene)
    edits.delete(face, record_at(face), 2, scene)
    again = record_at(find_face(None, reload()))
    assert again.performance.keyframes[1] == record.performance.keyframes[1]
    face = find_face(None, bpy.data.scenes[0])
    edits.set_locked(face, again, [1], False)
    edits.relabel(face, record_at(face), 1, "other", bpy.data.scenes[0])


def test_locking_changes_no_key(face: Face) -> None:
    before = points(face), markers(face)
    locked(face, 2)
    assert (points(face), markers(face)) == before


def test_a_recording_keeps_its_keys(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    face = find_face(new_head(), scene)
    import numpy as np

    from keyframeface_addon.face.motion import sample

    write_performance(face, laugh, scene, 1, sample(laugh, np.arange(49) / 24))
    record = record_at(face)
    assert record.baked
    for change in (
        lambda: edits.set_strength(face, record, 1, 0.5, scene),
        lambda: edits.move(face, record, 1, 20, scene),
        lambda: edits.delete(face, record, 1, scene),
    ):
        with pytest.raises(Refusal, match="recorded and has keys at every frame"):
            change()
    edits.relabel(face, record, 1, "roars", scene)
    assert record_at(face).performance.keyframes[1].label == "roars"


def test_a_locked_curve_stays_and_is_named(face: Face, scene: bpy.types.Scene) -> None:
    jaw = curve_of(head_of(face), "jawOpen")
    assert jaw
    jaw.lock = True
    report = edits.move(face, record_at(face), 1, 20, scene), edits.set_strength(face, record_at(face), 1, 0.5, scene)
    assert report[1].kept == ("jawOpen",)
    assert keys_of(head_of(face), "jawOpen") == {1.0: 0.0, 13.0: 0.5, 49.0: 0.0}


def test_a_driven_key_is_refused_with_nothing_changed(face: Face, scene: bpy.types.Scene) -> None:
    record = record_at(face)
    key_of(head_of(face)).key_blocks["jawOpen"].driver_add("value")
    before = snapshot()
    with pytest.raises(Refusal, match="driven"):
        edits.set_strength(face, record, 1, 0.5, scene)
    assert snapshot() == before


def test_a_failure_half_way_restores_everything(
    face: Face, scene: bpy.types.Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, before = record_at(face), snapshot()

    def fail(*_: object) -> None:
        raise RuntimeError("Blender said no")

    monkeypatch.setattr(key_changes, "replace_keys", fail)
    with pytest.raises(RuntimeError, match="Blender said no"):
        edits.insert(face, record, 25, Keyframe(0.0, "winks", {"jawOpen": 0.1}), scene)
    assert snapshot() == before


def test_a_record_that_has_changed_meanwhile_is_refused(face: Face, scene: bpy.types.Scene) -> None:
    old = record_at(face)
    edits.move(face, old, 1, 20, scene)
    before = snapshot()
    with pytest.raises(Refusal, match="changed meanwhile"):
        edits.set_strength(face, old, 1, 0.5, scene)
    assert snapshot() == before
