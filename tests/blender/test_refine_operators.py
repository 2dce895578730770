"""A performance on the timeline changed by a sentence, without a window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import refine_operators, refine_panel
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.edits import set_locked
from keyframeface_addon.blender.glance import forget_glances
from keyframeface_addon.blender.readback import face_records, record_at
from keyframeface_addon.blender.record import Record
from keyframeface_addon.blender.refining import record_to_refine, take_to_refine
from keyframeface_addon.blender.rig import Face, find_face
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.transform import mirror
from tests.blender.conftest import NewHead
from tests.blender.drawn import drawn
from tests.blender.snapshot import everything
from tests.scripted_engine import ScriptedEngine

ops: Any = bpy.ops
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

SADDER = "0.0 calm: mouthPress 20\n0.5 tears well up: browInnerUp 60\n1.5 weeps: mouthFrown 50 browInnerUp 70\n"


@pytest.fixture
def face(new_head: NewHead, engine: ScriptedEngine, settings: Any, laugh: Performance) -> Face:
    """A face that laughs from frame 10 on, at 24 frames a second: keyframes at 10, 22 and 58. The playhead is at 20."""
    made = new_head()
    bpy.context.view_layer.objects.active = made
    scene = bpy.data.scenes[0]
    face = find_face(made, scene)
    write_performance(face, laugh, scene, 10)
    scene.frame_set(20)
    forget_glances(at_once=True)
    return face


def now(face: Face, frame: int = 20) -> Record:
    return record_at(face, frame)


def curve(face: Face, name: str) -> bpy.types.FCurve:
    keys = face.meshes[0].data.shape_keys
    action = keys.animation_data.action
    curves = action.layers[0].strips[0].channelbags[0].fcurves if hasattr(action, "slots") else action.fcurves
    found = curves.find(f'key_blocks["{name}"].value')
    assert isinstance(found, bpy.types.FCurve)
    return found


def test_an_exact_change_takes_no_model(face: Face, engine: ScriptedEngine, laugh: Performance) -> None:
    assert keyframeface.refine(sentence="subtler") == {"FINISHED"}
    record = now(face)
    assert record.performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.7 * 0.8, abs=1e-4)
    assert record.frames == (10, 22, 58)
    assert [k.label for k in record.performance.keyframes] == [k.label for k in laugh.keyframes]
    assert record.performance.prompt == laugh.prompt
    assert not engine.asked


def test_the_typed_sentence_counts_where_a_button_brings_none(face: Face) -> None:
    bpy.context.scene.keyframeface_refine.sentence = " faster, mirror it "
    assert keyframeface.refine() == {"FINISHED"}
    record = now(face)
    assert record.frames == (10, 19, 46)
    assert record.performance.keyframes[1].value("mouthSmileRight") == pytest.approx(0.8, abs=1e-4)


def test_mirrored_twice_it_is_as_before(face: Face) -> None:
    before = everything()
    keyframeface.refine(sentence="mirror it")
    assert now(face).performance.keyframes[0].value("mouthPressRight") == pytest.approx(0.1, abs=1e-4)
    keyframeface.refine(sentence="mirror it")
    assert now(face).performance.matrix() == pytest.approx(mirror(mirror(now(face).performance)).matrix())
    assert now(face).performance.keyframes[0].value("mouthPressLeft") == pytest.approx(0.1, abs=1e-4)
    assert before.keys() == everything().keys()


def test_a_hold_adds_a_keyframe_and_moves_what_follows(face: Face) -> None:
    keyframeface.refine(sentence="hold the smile for a second")
    record = now(face)
    assert record.frames == (10, 22, 46, 82)
    assert [k.label for k in record.performance.keyframes][1:] == [
        "laughs out loud",
        "laughs out loud, held",
        "chuckles on",
    ]
    assert curve(face, "mouthSmileLeft").evaluate(40) == pytest.approx(0.8, abs=1e-4)
    names = {marker.name: marker.frame for marker in face.meshes[0].data.shape_keys.animation_data.action.pose_markers}
    assert (names["laughs out loud"], names["chuckles on"]) == (22, 82)


def test_edits_by_hand_are_what_is_changed(face: Face) -> None:
    smile = curve(face, "mouthSmileLeft")
    point = next(p for p in smile.keyframe_points if p.co.x == 22)
    point.co_ui.y = 0.5
    smile.keyframe_points.insert(40, 0.9)
    keyframeface.refine(sentence="half in the mouth")
    assert now(face).performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.25, abs=1e-3)
    assert 40 in [p.co.x for p in curve(face, "mouthSmileLeft").keyframe_points]


def test_other_performances_and_curves_stay(face: Face, laugh: Performance) -> None:
    scene = bpy.data.scenes[0]
    write_performance(face, laugh, scene, 200)
    other = record_at(face, 200)
    forget_glances(at_once=True)
    keyframeface.refine(sentence="much stronger")
    assert record_at(face, 200) == other
    assert len(face_records(face)) == 2


def test_no_room_is_said_and_nothing_changes(face: Face, laugh: Performance) -> None:
    write_performance(face, laugh, bpy.data.scenes[0], 65)
    forget_glances(at_once=True)
    before = everything()
    with pytest.raises(RuntimeError, match="reach into the performance at frame 65: make room"):
        keyframeface.refine(sentence="twice as slow")
    assert everything() == before


def test_what_is_locked_stays(face: Face) -> None:
    set_locked(face, now(face), [1], True)
    keyframeface.refine(sentence="subtler")
    keyframes = now(face).performance.keyframes
    assert keyframes[1].value("mouthSmileLeft") == pytest.approx(0.8, abs=1e-4)
    assert keyframes[2].value("mouthSmileLeft") == pytest.approx(0.28, abs=1e-3)
    with pytest.raises(RuntimeError, match="is locked: unlock it"):
        keyframeface.refine(sentence="faster")


def test_what_is_so_already_is_said(face: Face) -> None:
    before = everything()
    assert keyframeface.refine(sentence="no tongue") == {"CANCELLED"}
    assert everything() == before


def test_what_is_not_arithmetic_goes_to_the_model_with_the_keyframes(
    face: Face, engine: ScriptedEngine, settings: Any
) -> None:
    engine.text = SADDER
    settings.seed = 3
    assert keyframeface.refine(sentence="let the laugh turn into tears") == {"FINISHED"}
    asked = engine.asked[0][1]["content"].split("\n")
    assert asked[0] == 'Prompt: she laughs "out loud"'
    assert "0.5 laughs out loud: jawOpen 50 mouthSmileLeft 80 mouthSmileRight 75" in asked
    assert "Change: let the laugh turn into tears" in asked
    assert engine.samplings[0].seed == 3
    record = now(face)
    assert record.frames == (10, 22, 46)
    assert [k.label for k in record.performance.keyframes] == ["calm", "tears well up", "weeps"]
    assert record.performance.prompt == 'she laughs "out loud", let the laugh turn into tears'
    assert curve(face, "mouthSmileLeft").evaluate(22) == pytest.approx(0.0, abs=1e-4)
    assert not TAKES


def test_more_of_what_is_not_there_goes_to_the_model(face: Face, engine: ScriptedEngine) -> None:
    engine.text = SADDER
    keyframeface.refine(sentence="more in the nose")
    assert "Change: more in the nose" in engine.asked[0][1]["content"]


def test_the_small_model_is_asked_anew_and_keeps_the_time(face: Face, engine: ScriptedEngine) -> None:
    engine.name, engine.text = "keyframeface-small", SADDER
    keyframeface.refine(sentence="sadder")
    assert engine.asked[0][1]["content"] == (
        'Prompt: she laughs "out loud", sadder\nBackground: a pub\nEmotion: joy\nDuration: 2 s'
    )
    assert now(face).frames == (10, 26, 58)
    assert now(face).performance.prompt == 'she laughs "out loud", sadder'


def test_edited_while_the_model_worked_nothing_is_overwritten(face: Face, engine: ScriptedEngine) -> None:
    engine.text = SADDER
    scene = bpy.data.scenes[0]
    take = take_to_refine(face, scene, record_to_refine(face, 20), "sadder", engine)
    take.wait()
    next(p for p in curve(face, "mouthSmileLeft").keyframe_points if p.co.x == 22).co_ui.y = 0.3
    before = everything()
    with pytest.raises(ValueError, match="changed meanwhile"):
        take.finish()
    assert everything() == before
    assert take.over


def test_a_model_that_fails_changes_nothing(face: Face, engine: ScriptedEngine) -> None:
    engine.text, engine.error = "0.0 calm: mouthPress 20\n", "the model stopped; try again"
    before = everything()
    with pytest.raises(RuntimeError, match="the model stopped; try again"):
        keyframeface.refine(sentence="sadder")
    assert everything() == before
    assert not TAKES


def test_locked_keyframes_survive_a_model(face: Face, engine: ScriptedEngine) -> None:
    set_locked(face, now(face), [1], True)
    engine.text = SADDER
    keyframeface.refine(sentence="sadder")
    keyframes = now(face).performance.keyframes
    assert (keyframes[1].label, keyframes[2].label) == ("laughs out loud", "weeps")
    assert keyframes[1].value("mouthSmileLeft") == pytest.approx(0.8, abs=1e-4)


def test_no_sentence_says_what_to_type(face: Face) -> None:
    with pytest.raises(RuntimeError, match="type first what to change"):
        keyframeface.refine()


def test_without_a_performance_it_is_grey(new_head: NewHead, settings: Any) -> None:
    forget_glances(at_once=True)
    assert not keyframeface.refine.poll()
    bpy.context.view_layer.objects.active = new_head()
    forget_glances(at_once=True)
    assert not keyframeface.refine.poll()
    assert "generate one first" in refine_operators.why_not_refine(bpy.context)


def test_during_a_take_and_in_edit_mode_it_is_grey(face: Face, engine: ScriptedEngine) -> None:
    assert keyframeface.refine.poll()
    take = take_to_refine(face, bpy.data.scenes[0], record_to_refine(face, 20), "sadder", engine)
    assert not keyframeface.refine.poll()
    take.cancel()
    assert keyframeface.refine.poll()
    bpy.ops.object.mode_set(mode="EDIT")
    assert not keyframeface.refine.poll()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_recordings_with_a_key_at_every_frame_are_refused(face: Face, laugh: Performance) -> None:
    scene = bpy.data.scenes[0]
    rows = laugh.matrix()
    short = replace(laugh, keyframes=laugh.keyframes[:2])
    write_performance(face, short, scene, 300, baked=rows[:1].repeat(13, axis=0))
    scene.frame_set(305)
    with pytest.raises(RuntimeError, match="keys at every frame"):
        keyframeface.refine(sentence="subtler")


def test_the_panel_says_beforehand_what_a_sentence_does(face: Face) -> None:
    settings = bpy.data.scenes[0].keyframeface_refine  # type: ignore[attr-defined]
    settings.sentence = "much subtler, mirror it"
    shown = drawn(refine_panel.KEYFRAMEFACE_PT_refine)
    assert "everything × 0.45; left and right exchanged" in " ".join(shown.texts)
    settings.sentence = "as if she had lost him"
    assert "The model makes this change" in " ".join(drawn(refine_panel.KEYFRAMEFACE_PT_refine).texts)


@pytest.mark.parametrize("sentence", [sentence for _, sentence in refine_panel.READY])
def test_the_ready_buttons_take_no_model(face: Face, engine: ScriptedEngine, sentence: str) -> None:
    before = now(face).performance
    assert keyframeface.refine(sentence=sentence) == {"FINISHED"}
    assert now(face).performance != before
    assert not engine.asked
