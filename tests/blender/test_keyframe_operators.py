"""What the buttons of the keyframe list do, by script; in a window they do the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import edits
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.keyframe_operators import KEYFRAME_OPERATORS, strongest
from keyframeface_addon.blender.operators import take_from_settings
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.record import Record
from keyframeface_addon.blender.rig import Face, find_face
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.language.request import VARIED
from tests.blender.conftest import NewHead
from tests.blender.snapshot import everything
from tests.blender.timeline import action_of, current_scene, key_by_hand, pose, snapshot
from tests.scripted_engine import ScriptedEngine

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

ANSWER = "0.0 a: mouthPress 20\n0.5 b: jawOpen 100 browInnerUp 30\n2.0 c: mouthSmile 40\n"


@pytest.fixture
def head(new_head: NewHead, engine: ScriptedEngine, laugh: Performance) -> bpy.types.Object:
    """At hand, laughs from frame 1 on, at 1, 13 and 49."""
    made = new_head()
    bpy.context.view_layer.objects.active = made
    write_performance(find_face(made, current_scene()), laugh, current_scene(), 1)
    current_scene().frame_set(13)
    return made


def face() -> Face:
    return find_face(bpy.data.objects["Head"], current_scene())


def record(frame: float = 1) -> Record:
    return record_at(face(), frame)


def view() -> Any:
    return bpy.context.window_manager.keyframeface_keyframes  # type: ignore[attr-defined]


def choose(index: int) -> None:
    assert keyframeface.keyframe_jump(to="HERE", index=index) == {"FINISHED"}


def test_jump(head: bpy.types.Object) -> None:
    assert keyframeface.keyframe_jump() == {"FINISHED"}
    assert (current_scene().frame_current, view().index) == (49, 2)
    assert keyframeface.keyframe_jump() == {"CANCELLED"}
    current_scene().frame_set(20)
    keyframeface.keyframe_jump(to="PREVIOUS")
    assert (current_scene().frame_current, view().index) == (13, 1)
    choose(0)
    assert current_scene().frame_current == 1


def test_exact_changes_act_on_the_keyframe_at_hand_or_any(head: bpy.types.Object) -> None:
    choose(1)
    assert keyframeface.keyframe_strength(strength=0.5) == {"FINISHED"}
    assert keyframeface.keyframe_relabel(label="roars") == {"FINISHED"}
    current_scene().frame_set(20)
    assert keyframeface.keyframe_move() == {"FINISHED"}
    now = record()
    assert (now.frames, now.performance.keyframes[1].label) == ((1, 20, 49), "roars")
    assert now.performance.keyframes[1].value("jawOpen") == pytest.approx(0.25)
    assert keyframeface.keyframe_move(index=2, frame=60) == {"FINISHED"}
    assert keyframeface.keyframe_delete(index=0) == {"FINISHED"}
    assert record().frames == (20, 60)
    assert view().index == 1  # the one that was moved
    with pytest.raises(RuntimeError, match="there is no keyframe 8 on 'Head': it has 2"):
        keyframeface.keyframe_delete(index=7)


def test_lock_one_and_all(head: bpy.types.Object) -> None:
    write_performance(face(), pose(jawOpen=0.2), current_scene(), 100)
    keyframeface.keyframe_lock(index=1)
    assert record().locked == (1,)
    with pytest.raises(RuntimeError, match="is locked: unlock it"):
        keyframeface.keyframe_delete(index=1)
    keyframeface.keyframe_lock(index=1)
    assert record().locked == ()
    keyframeface.keyframe_lock(action="LOCK", everything=True)
    assert (record().locked, record(100).locked) == ((0, 1, 2), (0,))
    keyframeface.keyframe_lock(action="UNLOCK", everything=True)
    assert (record().locked, record(100).locked) == ((), ())


def test_regenerate_makes_one_anew_and_keeps_the_others(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    key_by_hand(head, "browInnerUp", 49, 0.4)
    before = record()
    engine.text = ANSWER
    choose(1)
    assert keyframeface.keyframe_regenerate() == {"FINISHED"}
    now = record()
    assert now.frames == before.frames
    assert now.performance.keyframes[0::2] == before.performance.keyframes[0::2]
    made = now.performance.keyframes[1]
    assert (made.time, made.label) == (0.5, "laughs out loud")
    assert dict(made.channels) == pytest.approx({"jawOpen": 1.0, "browInnerUp": 0.3})
    assert (engine.samplings[0].temperature, engine.samplings[0].seed) == (0.0, 0)
    keyframeface.keyframe_regenerate(seed=3)
    assert (engine.samplings[1].temperature, engine.samplings[1].seed) == (VARIED, 3)
    assert now.performance.prompt == before.performance.prompt
    assert not TAKES


def test_regenerate_is_refused_before_the_model_is_asked(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    edits.set_locked(face(), record(), [1], True)
    edits.relabel(face(), record(), 2, "", current_scene())
    for index, why in ((1, "is locked"), (2, "has no label")):
        with pytest.raises(RuntimeError, match=why):
            keyframeface.keyframe_regenerate(index=index)
    assert not engine.asked


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (lambda: edits.set_strength(face(), record(), 1, 0.5, current_scene()), "was changed meanwhile"),
        (lambda: edits.delete(face(), record(), 1, current_scene()), "was changed meanwhile"),
        (lambda: edits.set_locked(face(), record(), [1], True), "is locked"),
        (lambda: bpy.data.objects.remove(bpy.data.objects["Head"]), "was deleted"),
    ],
)
def test_what_was_changed_meanwhile_stays(
    head: bpy.types.Object,
    engine: ScriptedEngine,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[], object],
    why: str,
) -> None:
    from keyframeface_addon.blender.take import Take

    after: dict[str, Any] = {}
    real = Take.wait

    def wait(take: Take, *rest: Any) -> None:
        real(take, *rest)
        meanwhile()
        after.update(snapshot())

    monkeypatch.setattr(Take, "wait", wait)
    with pytest.raises(RuntimeError, match=why):
        keyframeface.keyframe_regenerate(index=1)
    assert snapshot() == after
    assert not TAKES


def test_others_changed_meanwhile_stay_as_they_are_now(
    head: bpy.types.Object, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyframeface_addon.blender.take import Take

    engine.text = ANSWER
    real = Take.wait

    def wait(take: Take, *rest: Any) -> None:
        real(take, *rest)
        edits.set_strength(face(), record(), 2, 0.5, current_scene())
        edits.delete(face(), record(), 0, current_scene())

    monkeypatch.setattr(Take, "wait", wait)
    keyframeface.keyframe_regenerate(index=1)
    first, second = record().performance.keyframes
    assert (first.label, first.value("jawOpen")) == ("laughs out loud", 1.0)
    assert second.label == "chuckles on"
    assert second.value("mouthSmileLeft") == pytest.approx(0.2)


def test_one_that_came_out_as_it_was_is_said_to(
    head: bpy.types.Object, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    engine.text = ANSWER
    for said in ("'laughs out loud' at frame 13 made anew", "came out as it was: try another variation"):
        keyframeface.keyframe_regenerate(index=1)
        assert said in capfd.readouterr().out


def test_grey_while_a_take_is_under_way(head: bpy.types.Object, settings: Any) -> None:
    settings.prompt = "she laughs"
    take = take_from_settings(bpy.context)
    assert not keyframeface.keyframe_regenerate.poll()
    assert not keyframeface.keyframe_add.poll()
    assert keyframeface.keyframe_delete.poll()
    take.cancel()
    assert keyframeface.keyframe_add.poll()


def test_add_by_a_sentence_at_the_playhead(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    engine.text = ANSWER
    before = record()
    current_scene().frame_set(25)
    assert keyframeface.keyframe_add(sentence=" gapes\tat it ") == {"FINISHED"}
    now = record()
    assert now.frames == (1, 13, 25, 49)
    assert (now.performance.keyframes[2].label, now.performance.keyframes[2].time) == ("gapes at it", 1.0)
    assert dict(now.performance.keyframes[2].channels) == pytest.approx({"jawOpen": 1.0, "browInnerUp": 0.3})
    assert [now.performance.keyframes[i] for i in (0, 1, 3)] == list(before.performance.keyframes)
    assert "gapes at it" in engine.asked[0][1]["content"]
    assert action_of(head).pose_markers["gapes at it"].frame == 25
    assert view().index == 2


def test_add_outside_of_a_performance_is_one_of_its_own(
    head: bpy.types.Object, engine: ScriptedEngine, settings: Any
) -> None:
    before, settings.intensity = record(), 0.5
    view().sentence = "laughs again"
    current_scene().frame_set(80)
    keyframeface.keyframe_add()
    assert record(1) == before
    alone = record(80)
    assert (alone.frames, alone.performance.prompt) == ((80,), "laughs again")
    assert alone.performance.keyframes[0].value("mouthSmileLeft") == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("frame", "sentence", "why"),
    [
        (13, "gapes", "there is a keyframe at frame 13 already"),
        (20, "gapes", "frame 20 has keys of its own, as on jawOpen"),
        (25, " ", "say what the face does at the playhead"),
    ],
)
def test_add_is_refused_before_the_model_is_asked(
    head: bpy.types.Object, engine: ScriptedEngine, frame: int, sentence: str, why: str
) -> None:
    key_by_hand(head, "jawOpen", 20, 0.3)
    current_scene().frame_set(frame)
    before = snapshot()
    with pytest.raises(RuntimeError, match=why):
        keyframeface.keyframe_add(sentence=sentence)
    assert not engine.asked
    assert snapshot() == before


def test_add_fails_with_one_line(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    engine.text, engine.error = "", "the model stopped; try again"
    current_scene().frame_set(25)
    before = everything()
    with pytest.raises(RuntimeError, match="the model stopped; try again"):
        keyframeface.keyframe_add(sentence="gapes")
    assert everything() == before


@pytest.mark.parametrize(
    "operator",
    [
        lambda: keyframeface.keyframe_strength(index=1, strength=0.5),
        lambda: keyframeface.keyframe_move(index=1, frame=20),
        lambda: keyframeface.keyframe_relabel(index=1, label="roars"),
        lambda: keyframeface.keyframe_lock(index=1),
        lambda: keyframeface.keyframe_delete(index=1),
        lambda: keyframeface.keyframe_regenerate(index=1),
        lambda: keyframeface.keyframe_add(sentence="gapes"),
    ],
)
def test_each_is_one_undo_step(head: bpy.types.Object, engine: ScriptedEngine, operator: Callable[[], object]) -> None:
    current_scene().frame_set(25)
    engine.text = ANSWER
    bpy.ops.ed.undo_push(message="before")
    before = snapshot()
    operator()
    bpy.ops.ed.undo_push(message="after")  # which is left to the window otherwise
    after = snapshot()
    assert after != before
    bpy.ops.ed.undo()
    assert snapshot() == before
    bpy.ops.ed.redo()
    assert snapshot() == after


def test_grey_without_keyframes_and_in_edit_mode(head: bpy.types.Object, new_head: NewHead) -> None:
    operators: Any = KEYFRAME_OPERATORS
    named = [getattr(keyframeface, op.bl_idname.partition(".")[2]) for op in operators]
    assert all(op.poll() for op in named)
    bpy.context.view_layer.objects.active = new_head("Other")
    assert [op.poll() for op in named] == [False] * 7 + [True]
    bpy.ops.object.mode_set(mode="EDIT")
    assert [op.poll() for op in named] == [False] * 8
    bpy.context.view_layer.objects.active = head


def test_all_have_a_tooltip() -> None:
    for operator in KEYFRAME_OPERATORS:
        assert operator.__doc__
        for name, prop in operator.__annotations__.items():
            if hasattr(prop, "keywords"):
                assert prop.keywords.get("description") or prop.keywords.get("items"), name


def test_the_strongest_keyframe_is_the_apex(laugh: Performance) -> None:
    assert strongest(laugh) is laugh.keyframes[1]
    assert strongest(Performance((Keyframe(0.0),))) == Keyframe(0.0)
