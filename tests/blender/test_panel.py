"""What the sidebar shows, and that it shows it cheaply."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import glance as glances
from keyframeface_addon.blender import models, panel
from keyframeface_addon.blender.demo_face import KEYFRAMEFACE_OT_add_demo_face
from keyframeface_addon.blender.glance import forget_glances
from keyframeface_addon.blender.last_error import last_error
from keyframeface_addon.blender.operators import take_from_settings
from keyframeface_addon.blender.paragraph import sentence
from keyframeface_addon.blender.preferences import preferences_of
from keyframeface_addon.blender.rig import Face, find_face
from tests.blender.conftest import NewHead, Reload
from tests.blender.drawn import Drawn, drawn, registered
from tests.scripted_engine import ScriptedEngine

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

EDITORS = ("KEYFRAMEFACE_PT_main", "KEYFRAMEFACE_PT_main_graph", "KEYFRAMEFACE_PT_main_dopesheet")


def main(which: str = EDITORS[0]) -> Drawn:
    found = drawn(getattr(bpy.types, which))
    assert found is not None
    return found


def moves(obj: Any) -> bool:
    """Whether its shape keys have an action."""
    animation = obj.data.shape_keys.animation_data
    return bool(animation and animation.action)


@pytest.fixture
def head(new_head: NewHead, engine: ScriptedEngine, settings: Any) -> bpy.types.Object:
    """A face at hand, a prompt typed, an engine that answers."""
    made = new_head()
    bpy.context.view_layer.objects.active = made
    settings.prompt = "she laughs"
    forget_glances(at_once=True)
    return made


@pytest.mark.parametrize("which", EDITORS)
def test_all_that_is_asked_for_is_there_in_every_editor(head: bpy.types.Object, which: str) -> None:
    seen = main(which)
    assert seen.properties == ["face", "prompt", "start", "place"]
    assert seen.placeholders["face"] == "Head"
    assert "keyframeface.generate" in seen.operators
    assert "KEYFRAMEFACE_MT_models" in seen.menus
    assert "KEYFRAMEFACE_MT_examples" in seen.menus
    header = drawn(getattr(bpy.types, which), "draw_header_preset")
    assert header is not None
    assert header.menus == ["KEYFRAMEFACE_PT_prompt_presets"]


@pytest.mark.parametrize("name", ["KEYFRAMEFACE_PT_main", "KEYFRAMEFACE_PT_more"])
def test_the_editors_are_three(settings: Any, name: str) -> None:
    there = [getattr(bpy.types, name + ending) for ending in ("", "_graph", "_dopesheet")]
    assert [which.bl_space_type for which in there] == ["VIEW_3D", "GRAPH_EDITOR", "DOPESHEET_EDITOR"]
    assert {which.bl_category for which in there} == {panel.TAB}
    parents = [getattr(which, "bl_parent_id", EDITORS[i]) for i, which in enumerate(there)]
    assert tuple(parents) == EDITORS


def test_every_panel_and_menu_can_be_drawn(head: bpy.types.Object) -> None:
    keyframeface.generate()
    for which in (*registered(bpy.types.Panel), *registered(bpy.types.Menu)):
        if which.__name__ != "KEYFRAMEFACE_PT_prompt_presets":  # Blender's own draws that
            drawn(which)


def test_every_panel_and_menu_can_be_drawn_where_there_is_no_face(settings: Any) -> None:
    forget_glances(at_once=True)
    for which in (*registered(bpy.types.Panel), *registered(bpy.types.Menu)):
        if which.__name__ != "KEYFRAMEFACE_PT_prompt_presets":
            drawn(which)


def test_the_order_of_the_panels(settings: Any) -> None:
    order = {p.bl_label: p.bl_order for p in registered(bpy.types.Panel) if getattr(p, "bl_parent_id", "")}
    assert order["More"] < order["Mapping"] < order["Recordings"]


def test_a_given_duration_can_be_seen_and_set(head: bpy.types.Object, settings: Any) -> None:
    more = drawn(panel.KEYFRAMEFACE_PT_more)
    assert more is not None
    assert "duration" not in more.properties
    settings.timed = True
    more = drawn(panel.KEYFRAMEFACE_PT_more)
    assert more is not None
    assert "duration" in more.properties
    assert {"background", "emotion", "intensity", "seed"} <= set(more.properties)


def test_the_frame_is_asked_for_where_it_counts(head: bpy.types.Object, settings: Any) -> None:
    settings.start = "FRAME"
    assert "frame" in main().properties


def test_no_face_offers_a_demo_face(settings: Any) -> None:
    forget_glances(at_once=True)
    seen = main()
    assert seen.operators == [KEYFRAMEFACE_OT_add_demo_face.bl_idname]
    assert "There is no face in this scene" in seen.text


def test_several_faces_are_to_choose_from(head: bpy.types.Object, new_head: NewHead, settings: Any) -> None:
    new_head("Other")
    bpy.context.view_layer.objects.active = None
    forget_glances(at_once=True)
    seen = main()
    assert "There are 2 faces here" in seen.text
    assert seen.placeholders["face"] == "choose a face"
    assert not seen.operators
    settings.face = head
    assert "keyframeface.generate" in main().operators


def test_a_text_block_takes_the_place_of_the_line(head: bpy.types.Object, settings: Any) -> None:
    assert keyframeface.new_prompt_text() == {"FINISHED"}
    assert settings.text.as_string().strip() == "she laughs"
    seen = main()
    assert "prompt" not in seen.properties
    assert "she laughs" in seen.text
    settings.text.clear()
    assert "Type the prompt in a Text Editor" in main().text


def test_labels_are_seen_as_they_come(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    engine.size = 1
    take = take_from_settings(bpy.context)
    assert "Reading the prompt" in main().texts
    seen: list[str] = []
    while not take.done:
        if take.poll():
            seen.append(main().text)
    assert ["calm" in text for text in seen] == [True, True, True]
    assert seen[-1].index("calm") < seen[-1].index("laughs out loud") < seen[-1].index("chuckles on")
    assert "keyframeface.cancel" in main().operators
    take.cancel()
    assert "keyframeface.generate" in main().operators


def test_the_latest_labels_of_many(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    engine.text = "".join(f"{i}.0 number {i}: mouthSmile 20\n" for i in range(9))
    take = take_from_settings(bpy.context)
    take.wait()
    text = main().text
    assert "number 8" in text
    assert "number 0" not in text
    assert "3 before" in text


def test_an_error_stays_until_it_is_dismissed(
    head: bpy.types.Object, new_head: NewHead, engine: ScriptedEngine
) -> None:
    engine.error, engine.text = "the model stopped; try again", "0.0 calm: mouthPress 20\n"
    with pytest.raises(RuntimeError):
        keyframeface.generate()
    assert "The model stopped; try again" in main().text
    bpy.context.view_layer.objects.active = new_head("Other")
    assert "The model stopped" not in main().text  # it is not this one's
    bpy.context.view_layer.objects.active = head
    keyframeface.dismiss_error()
    assert "The model stopped" not in main().text


def test_what_goes_well_takes_the_error_away(head: bpy.types.Object, engine: ScriptedEngine) -> None:
    engine.refusal = "there is no model file x.gguf"
    with pytest.raises(RuntimeError):
        keyframeface.generate()
    assert "There is no model file" in main().text
    engine.refusal = ""
    keyframeface.generate()
    assert "There is no model file" not in main().text


def test_errors_are_not_of_another_file(settings: Any, engine: ScriptedEngine) -> None:
    settings.prompt = "she laughs"
    with pytest.raises(RuntimeError):
        keyframeface.generate()
    assert last_error(0)
    bpy.ops.wm.read_homefile(use_empty=True)
    assert not last_error(0)


def test_no_llama_cpp_says_what_to_do(head: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no llama.cpp for this machine" not in main().text
    monkeypatch.setattr(panel, "why_no_llama", lambda: "this package has no llama.cpp for this machine")
    assert "no llama.cpp for this machine" in main().text
    preferences_of(bpy.context).source = "SERVER"
    preferences_of(bpy.context).server = "http://127.0.0.1:8080"
    assert "no llama.cpp for this machine" not in main().text


@pytest.mark.skipif(bpy.app.online_access, reason="Blender may go online here")
def test_a_server_elsewhere_says_what_to_allow(head: bpy.types.Object, settings: Any) -> None:
    settings.model = models.SERVER
    assert "no server is named" in main().text.lower()
    preferences_of(bpy.context).server = "https://example.org"
    assert "online access is off" in main().text


def test_the_model_is_named(head: bpy.types.Object, settings: Any) -> None:
    assert models.BUNDLED_NAME in main().texts
    settings.model = "/somewhere/Qwen3-4B-Q4_K_M.gguf"
    assert "Qwen3-4B-Q4_K_M" in main().texts


def test_drawing_looks_at_the_scene_once(head: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bpy.types.Object | None] = []

    def look(obj: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
        looks.append(obj)
        return find_face(obj, scene)

    monkeypatch.setattr(glances, "find_face", look)
    forget_glances(at_once=True)
    for _ in range(20):
        for which in registered(bpy.types.Panel):
            if which.__name__ != "KEYFRAMEFACE_PT_prompt_presets":
                drawn(which)
    assert len(looks) == 1


def test_a_picked_face_wins_over_the_active_object(head: bpy.types.Object, new_head: NewHead, settings: Any) -> None:
    other = new_head("Other")
    bpy.context.view_layer.objects.active = head
    settings.face = other
    assert main().placeholders["face"] == "Other"
    assert keyframeface.generate() == {"FINISHED"}
    assert (moves(other), moves(head)) == (True, False)
    other.name = "Renamed"
    assert keyframeface.generate() == {"FINISHED"}
    settings.face = None
    assert keyframeface.generate() == {"FINISHED"}
    assert moves(head)


def test_a_picked_face_that_is_deleted_is_let_go(
    head: bpy.types.Object, new_head: NewHead, settings: Any, reload: Reload
) -> None:
    other = new_head("Other")
    settings.face = other
    bpy.context.scene.collection.objects.unlink(other)
    bpy.context.view_layer.objects.active = head
    forget_glances(at_once=True)
    assert main().placeholders["face"] == "Head"
    scene: Any = reload()
    assert scene.keyframeface.face is None
    assert "Other" not in bpy.data.objects


def test_a_picked_face_without_its_shape_keys_is_refused(head: bpy.types.Object, settings: Any) -> None:
    settings.face = head
    head.shape_key_clear()
    forget_glances(at_once=True)
    assert "picked as the face, is none any more" in main().text
    with pytest.raises(RuntimeError, match="picked as the face"):
        keyframeface.generate()


def test_only_faces_can_be_picked(head: bpy.types.Object, new_head: NewHead, settings: Any) -> None:
    from keyframeface_addon.blender.glance import may_be_picked

    lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    flag = new_head("Flag", keys=("waves",))
    elsewhere = new_head("Elsewhere")
    bpy.context.scene.collection.objects.link(lamp)
    bpy.context.scene.collection.objects.unlink(elsewhere)
    assert [may_be_picked(settings, o) for o in (head, lamp, flag, elsewhere)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("there is no face here", "There is no face here"),
        ("keyframeface-small stopped", "keyframeface-small stopped"),
        ("'Head' is driven", "'Head' is driven"),
        ("", ""),
    ],
)
def test_a_message_begins_like_a_sentence_unless_with_a_name(message: str, shown: str) -> None:
    assert sentence(message) == shown
