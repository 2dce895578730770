"""Prompts kept as Blender's presets, and the examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender.prompt_presets import SUBDIR, KEYFRAMEFACE_MT_examples, KEYFRAMEFACE_OT_use_example
from keyframeface_addon.language.examples import EXAMPLES
from keyframeface_addon.language.request import Request
from tests.blender.drawn import drawn

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)
PANEL = "KEYFRAMEFACE_PT_prompt_presets"


@pytest.fixture
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where presets are kept: not the user's own."""

    def user_resource(kind: str, *, path: str = "", create: bool = False) -> str:
        found = tmp_path / path
        if create:
            found.mkdir(parents=True, exist_ok=True)
        return str(found)

    monkeypatch.setattr(bpy.utils, "user_resource", user_resource)
    monkeypatch.setattr(bpy.utils, "preset_paths", lambda subdir: [str(tmp_path / "presets" / subdir)])
    return tmp_path / "presets" / SUBDIR


def test_a_preset_brings_back_what_was_kept(settings: Any, folder: Path) -> None:
    words = 'she "laughs" — 静かに\\n'
    settings.prompt, settings.background, settings.emotion = words, "a pub", "joy"
    settings.duration, settings.intensity, settings.seed = 2.5, 0.5, 3
    assert keyframeface.prompt_preset_add(name="Pub Laugh") == {"FINISHED"}
    (kept,) = folder.iterdir()
    settings.prompt, settings.background, settings.emotion = "another", "", ""
    settings.duration, settings.intensity, settings.seed = 0.0, 1.0, 5
    assert bpy.ops.script.execute_preset(filepath=str(kept), menu_idname=PANEL) == {"FINISHED"}
    assert (settings.words, settings.background, settings.emotion) == (words, "a pub", "joy")
    assert (settings.duration, settings.intensity) == (2.5, 0.5)
    assert settings.seed == 5  # a reading of the prompt, no part of it


def test_a_prompt_in_a_text_block_is_kept_too(settings: Any, folder: Path) -> None:
    settings.text = bpy.data.texts.new("Prompt")
    settings.text.write("She waits.\nThen she laughs.")
    keyframeface.prompt_preset_add(name="Long One")
    (kept,) = folder.iterdir()
    bpy.ops.script.execute_preset(filepath=str(kept), menu_idname=PANEL)
    assert settings.request().prompt == "She waits. Then she laughs."
    assert bpy.data.texts["Prompt"].as_string().strip() == "She waits.\nThen she laughs."


def test_a_preset_can_be_removed(settings: Any, folder: Path) -> None:
    settings.prompt = "she laughs"
    keyframeface.prompt_preset_add(name="Laugh")
    keyframeface.prompt_preset_add(name="Laugh", remove_name=True)
    assert not list(folder.iterdir())


def test_every_example_can_be_asked_for(settings: Any) -> None:
    for number, example in enumerate(EXAMPLES):
        assert keyframeface.use_example(number=number) == {"FINISHED"}
        assert settings.request() == Request(example.prompt, example.background, example.emotion)


def test_an_example_takes_the_place_of_what_belonged_to_another(settings: Any) -> None:
    settings.background, settings.emotion, settings.text = "a pub", "joy", bpy.data.texts.new("Prompt")
    plain = next(i for i, example in enumerate(EXAMPLES) if not example.background and not example.emotion)
    keyframeface.use_example(number=plain)
    assert (settings.background, settings.emotion, settings.text) == ("", "", None)


def test_the_menu_has_every_example_under_its_kind(settings: Any) -> None:
    menu = drawn(KEYFRAMEFACE_MT_examples)
    assert menu is not None
    kinds = dict.fromkeys(example.kind for example in EXAMPLES)
    assert set(kinds) <= set(menu.texts)
    assert [button.number for button in menu.buttons] == list(range(len(EXAMPLES)))
    assert len(EXAMPLES) >= 10


def test_an_example_is_read_before_it_is_taken(settings: Any) -> None:
    for button, example in zip(drawn(KEYFRAMEFACE_MT_examples).buttons, EXAMPLES, strict=True):  # type: ignore[union-attr]
        assert example.prompt in KEYFRAMEFACE_OT_use_example.description(bpy.context, button)


def test_a_text_block_takes_over_what_is_typed(settings: Any) -> None:
    settings.prompt = "she laughs"
    bpy.data.texts.new("Prompt")  # somebody's own of that name stays as it is
    assert keyframeface.new_prompt_text() == {"FINISHED"}
    assert (settings.text.name, settings.words.strip()) == ("Prompt.001", "she laughs")
    assert bpy.data.texts["Prompt"].as_string().strip() == ""
