"""Generate, Cancel and Add Demo Face without a window; with one: tests/gui."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import bpy
import pytest

from keyframeface_addon.blender import destination, handlers, ticker
from keyframeface_addon.blender.curves import read_performance
from keyframeface_addon.blender.glance import forget_glances, glance
from keyframeface_addon.blender.operators import take_from_settings
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import Face, NoFace, find_face
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.language.request import VARIED
from tests.blender.conftest import NewHead
from tests.blender.snapshot import curve_count, everything
from tests.scripted_engine import ScriptedEngine

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)


@pytest.fixture
def head(new_head: NewHead, engine: ScriptedEngine, settings: Any) -> bpy.types.Object:
    """A face at hand, a prompt typed, an engine that answers."""
    made = new_head()
    bpy.context.view_layer.objects.active = made
    settings.prompt = "she laughs"
    return made


def test_generate_writes_the_performance(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    bpy.context.scene.frame_set(10)
    assert keyframeface.generate() == {"FINISHED"}
    performance, start = read_performance(find_face(head, bpy.data.scenes[0]))
    assert start == 10
    assert [k.label for k in performance.keyframes] == ["calm", "laughs out loud", "chuckles on"]
    assert performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.8)
    assert "she laughs" in engine.asked[0][1]["content"]
    assert not TAKES


def test_invoke_without_a_window_is_execute(head: bpy.types.Object) -> None:
    assert keyframeface.generate("INVOKE_DEFAULT") == {"FINISHED"}
    assert curve_count() > 0


def test_the_settings_reach_request_and_curves(head: bpy.types.Object, engine: ScriptedEngine, settings: Any) -> None:
    settings.background, settings.emotion, settings.duration = "a pub", "joy", 3.0
    settings.seed, settings.intensity, settings.start, settings.frame = 5, 0.5, "FRAME", 100
    keyframeface.generate()
    performance, start = read_performance(find_face(head, bpy.data.scenes[0]))
    assert start == 100
    assert performance.duration == pytest.approx(3.0)
    assert performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.4)
    assert (engine.samplings[0].seed, engine.samplings[0].temperature) == (5, VARIED)
    assert all(text in engine.asked[0][1]["content"] for text in ("a pub", "joy", "3 s"))


def test_no_prompt_is_grey(head: bpy.types.Object, settings: Any) -> None:
    settings.prompt = "  "
    assert not keyframeface.generate.poll()


def test_edit_mode_is_grey(head: bpy.types.Object) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    assert not keyframeface.generate.poll()
    bpy.ops.object.mode_set(mode="OBJECT")
    assert keyframeface.generate.poll()


@pytest.mark.parametrize(
    ("engine_fails", "message"),
    [
        (
            {"text": "0.0 calm: mouthPress 20\n0.5 la", "error": "the model stopped; try again"},
            "the model stopped; try again",
        ),
        ({"text": "no keyframe here\n"}, "the model's answer holds no keyframe"),
        ({"refusal": "there is no model file x.gguf"}, "there is no model file x.gguf"),
    ],
)
def test_a_failure_is_one_line_and_changes_nothing(
    head: bpy.types.Object, engine: ScriptedEngine, engine_fails: dict[str, str], message: str
) -> None:
    for name, value in engine_fails.items():
        setattr(engine, name, value)
    before = everything()
    with pytest.raises(RuntimeError, match=message) as caught:
        keyframeface.generate()
    assert len(str(caught.value).strip().splitlines()) == 1
    assert everything() == before
    assert not TAKES


def test_no_face_says_what_a_face_is(engine: ScriptedEngine, settings: Any) -> None:
    settings.prompt = "she laughs"
    with pytest.raises(RuntimeError, match="there is no face in this scene"):
        keyframeface.generate()
    assert not engine.asked


def test_a_face_that_cannot_be_written_is_refused_before_the_model_is_asked(
    head: bpy.types.Object, engine: ScriptedEngine
) -> None:
    head.data.shape_keys.use_relative = False
    with pytest.raises(RuntimeError, match="absolute"):
        keyframeface.generate()
    assert not engine.asked


def test_one_take_for_each_face(head: bpy.types.Object, new_head: NewHead) -> None:
    first = take_from_settings(bpy.context)
    with pytest.raises(Refusal, match="being made already"):
        take_from_settings(bpy.context)
    bpy.context.view_layer.objects.active = new_head("Other")
    second = take_from_settings(bpy.context)
    for take in (second, first):
        take.wait()
        take.finish()
    assert not TAKES
    assert len(bpy.data.shape_keys) == 2
    assert all(key.animation_data.action for key in bpy.data.shape_keys)


def test_steps_without_blocking(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    engine.delay = 0.001
    take = take_from_settings(bpy.context)
    before, progress = everything(), [take.progress]
    while not take.done:
        if take.poll():
            progress.append(take.progress)
    assert everything() == before
    assert take.labels == ["calm", "laughs out loud", "chuckles on"]
    assert progress == sorted(progress)
    assert progress[0] >= 0
    assert progress[-1] <= 1
    take.finish()
    assert take.over


def test_cancel_changes_nothing(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    before = everything()
    take = take_from_settings(bpy.context)
    take.poll()
    assert keyframeface.cancel() == {"FINISHED"}
    assert take.over
    assert engine.streams[0].cancelled
    assert everything() == before
    assert not keyframeface.cancel.poll()


def test_renamed_meanwhile(head: bpy.types.Object) -> None:
    take = take_from_settings(bpy.context)
    take.wait()
    head.name = "Somebody else"
    take.finish()
    assert head.data.shape_keys.animation_data.action


@pytest.mark.parametrize("what", ["object", "mesh", "keys", "scene"])
def test_deleted_meanwhile(head: bpy.types.Object, what: str) -> None:
    take = take_from_settings(bpy.context)
    take.wait()
    if what == "object":
        bpy.data.objects.remove(head)
    elif what == "mesh":
        bpy.data.meshes.remove(cast(bpy.types.Mesh, head.data))
    elif what == "keys":
        head.shape_key_clear()
    else:
        old = bpy.data.scenes[0]
        bpy.data.scenes.new("Another")
        bpy.data.scenes.remove(old)
    with pytest.raises((Refusal, NoFace)):
        take.finish()
    assert take.over
    assert not bpy.data.actions


def test_another_file_cancels(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    take = take_from_settings(bpy.context)
    bpy.ops.wm.read_homefile(use_empty=True)
    assert take.over
    assert engine.streams[0].cancelled


def test_disabling_cancels(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    import addon_utils

    take = take_from_settings(bpy.context)
    addon_utils.disable("keyframeface_addon")
    assert take.over
    assert engine.streams[0].cancelled


def test_an_unexpected_fault_frees_the_face(head: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(destination, "write_at", fault)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        keyframeface.generate()
    assert not TAKES


def test_the_demo_face_is_ready_to_act(engine: ScriptedEngine, settings: Any) -> None:
    assert keyframeface.add_demo_face() == {"FINISHED"}
    assert bpy.context.scene.camera is not None
    seen = glance(bpy.context)
    assert (seen.channels, seen.why_none, seen.labels) == (52, "", ())
    settings.prompt = "she laughs"
    keyframeface.generate()
    assert [label for _, label in glance(bpy.context).labels] == ["calm", "laughs out loud", "chuckles on"]


def test_a_glance_looks_once(head: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyframeface_addon.blender import glance as module

    looks = []

    def look(obj: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
        looks.append(obj)
        return find_face(obj, scene)

    monkeypatch.setattr(module, "find_face", look)
    forget_glances(at_once=True)
    for _ in range(100):
        assert glance(bpy.context).face_name == head.name
    assert len(looks) == 1
    forget_glances(at_once=True)
    glance(bpy.context)
    assert len(looks) == 2


def test_the_only_face_is_at_hand_whatever_is_active(head: bpy.types.Object) -> None:
    lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    bpy.context.scene.collection.objects.link(lamp)
    bpy.context.view_layer.objects.active = lamp
    assert keyframeface.generate() == {"FINISHED"}
    assert head.data.shape_keys.animation_data.action


def test_disabling_after_somebody_cleared_the_handlers(settings: Any) -> None:
    bpy.app.handlers.depsgraph_update_post.clear()
    handlers.remove()
    handlers.add()


def test_the_status_bar_is_written_once_for_each_text(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    windows = SimpleNamespace(event_timer_add=lambda *_, **__: None)
    workspace = SimpleNamespace(name="Animation", status_text_set=texts.append)
    context: Any = SimpleNamespace(window_manager=windows, window=None, workspace=workspace)
    monkeypatch.setattr(ticker.Ticker, "_ticking", [])
    shown = ticker.Ticker(context)
    for text in ("reading", "reading", "ready", "ready", "reading"):
        shown.show(context, text)
    assert texts == ["reading", "ready", "reading"]
