"""Writing over locked keyframes: they stay as they are, and the performance around them is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender import edits
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import Face, find_face
from tests.blender.timeline import action_of, curve_of, key_by_hand, keys_of, pose, snapshot

FROWN = Performance(
    (
        Keyframe(0.0, "frowns", {"browDownLeft": 0.5}),
        Keyframe(0.5, "glares", {"browDownLeft": 0.8, "jawOpen": 0.1}),
        Keyframe(1.0, "thinks", {"browInnerUp": 0.4}),
        Keyframe(2.5, "rests", {"mouthPressLeft": 0.3}),
    ),
    prompt="frown",
)


@pytest.fixture
def face(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> Face:
    """Laughs at 1, 13 and 49; the middle was shaped by hand and is locked, at half its strength."""
    made = find_face(new_head(), scene)
    write_performance(made, laugh, scene, 1)
    edits.set_strength(made, record_at(made), 1, 0.5, scene)
    jaw = curve_of(made.meshes[0], "jawOpen")
    assert jaw
    for point in jaw.keyframe_points:
        point.handle_left_type = point.handle_right_type = "FREE"
        point.handle_left.x -= 1.5
    jaw.keyframe_points[1].interpolation = "BACK"
    edits.set_locked(made, record_at(made), [1], True)
    return made


def markers(face: Face) -> list[tuple[int, str]]:
    return sorted((marker.frame, marker.name) for marker in action_of(face.meshes[0]).pose_markers)


def test_a_locked_keyframe_becomes_part_of_what_is_written_over_it(
    face: Face, scene: bpy.types.Scene, reload: Reload
) -> None:
    head, before = face.meshes[0], record_at(face)
    shaped = curve_of(head, "jawOpen").keyframe_points[1].handle_left.x  # type: ignore[union-attr]
    report = write_performance(face, FROWN, scene, 1)
    assert "locked keyframes stay at frame 13" in report.notes
    now = record_at(face)
    assert now.frames == (1, 13, 25, 61)
    assert now.performance.prompt == "frown"
    assert [k.label for k in now.performance.keyframes] == ["frowns", "laughs out loud", "thinks", "rests"]
    assert now.performance.keyframes[1] == before.performance.keyframes[1]
    assert now.state(1) == before.state(1)
    assert now.performance.keyframes[0] == FROWN.keyframes[0]
    assert now.performance.keyframes[2:] == FROWN.keyframes[2:]
    jaw = curve_of(head, "jawOpen")
    assert jaw
    kept = next(point for point in jaw.keyframe_points if point.co.x == 13)
    assert (kept.co.y, kept.interpolation, kept.handle_left_type) == (0.25, "BACK", "FREE")
    assert kept.handle_left.x == shaped
    assert keys_of(head, "browDownLeft")[13.0] == 0.0
    assert markers(face) == [(1, "frowns"), (13, "laughs out loud"), (25, "thinks"), (61, "rests")]
    again = record_at(find_face(None, reload()))
    assert again == now


def test_one_beyond_the_end_stays_for_itself(face: Face, scene: bpy.types.Scene) -> None:
    before = record_at(face)
    write_performance(face, pose(browDownLeft=0.5), scene, 5)
    assert record_at(face, 1).frames == (1,)
    assert record_at(face, 5).frames == (5,)
    alone = record_at(face, 13)
    assert (alone.frames, alone.locked) == ((13,), (0,))
    assert alone.performance.keyframes[0] == before.performance.keyframes[1]
    assert 49.0 not in keys_of(face.meshes[0], "jawOpen")
    assert markers(face) == [(1, "calm, 静かに"), (5, "pose"), (13, "laughs out loud")]


def test_a_pose_keyed_by_hand_and_locked(face: Face, scene: bpy.types.Scene) -> None:
    key_by_hand(face.meshes[0], "tongueOut", 1, 0.6)
    key_by_hand(face.meshes[0], "tongueOut", 49, 0.2)  # at 13, in between
    before = record_at(face).performance.keyframes[1]
    write_performance(face, FROWN, scene, 1)
    kept = record_at(face).performance.keyframes[1]
    assert dict(kept.channels) == pytest.approx(dict(before.channels), abs=0.005)
    assert kept.value("tongueOut") > 0.4
    assert keys_of(face.meshes[0], "tongueOut")[25.0] == 0.0


def test_where_nothing_would_be_left_it_is_refused(face: Face, scene: bpy.types.Scene) -> None:
    before = snapshot()
    with pytest.raises(Refusal, match="the keyframe at frame 13 is locked: unlock it"):
        write_performance(face, pose(jawOpen=0.9), scene, 13)
    assert snapshot() == before


def test_recordings_and_insertions_are_refused(face: Face, scene: bpy.types.Scene, laugh: Performance) -> None:
    before = snapshot()
    with pytest.raises(Refusal, match="frame 13 is locked, and a recording has a key at every frame"):
        write_performance(face, laugh, scene, 1, sample(laugh, np.arange(49) / 24))
    with pytest.raises(Refusal, match="frame 13 is locked, and would be moved on"):
        write_performance(face, laugh, scene, 1, insert=True)
    assert snapshot() == before
    write_performance(face, laugh, scene, 14, insert=True)
    assert record_at(face, 1).frames == (1, 13)


def test_a_locked_recording_is_not_written_over(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    face = find_face(new_head(), scene)
    write_performance(face, laugh, scene, 1, sample(laugh, np.arange(49) / 24))
    edits.set_locked(face, record_at(face), [1], True)
    before = snapshot()
    with pytest.raises(Refusal, match="the recording from frame 1 on has locked keyframes"):
        write_performance(face, FROWN, scene, 5)
    assert snapshot() == before
    write_performance(face, FROWN, scene, 20)
    assert record_at(face, 1).performance.keyframes[1] == laugh.keyframes[1]


def test_unlocked_it_is_replaced(face: Face, scene: bpy.types.Scene) -> None:
    edits.set_locked(face, record_at(face), [1], False)
    write_performance(face, replace(FROWN, keyframes=FROWN.keyframes), scene, 1)
    assert record_at(face).performance == FROWN
