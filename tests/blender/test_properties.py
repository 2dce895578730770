"""What the panel's settings ask the model for, and that they are kept with the scene."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from keyframeface_addon.blender.placement import PLACEMENTS
from keyframeface_addon.blender.preferences import preferences_of
from keyframeface_addon.blender.properties import FIRST_DURATION
from keyframeface_addon.language.request import MAX_CHARACTERS, VARIED, RequestError
from tests.blender.conftest import NewHead, Reload

pytest_plugins = ("tests.blender.addon",)


def test_a_request_has_all_that_was_set(settings: Any) -> None:
    settings.prompt, settings.background, settings.emotion = "she laughs", "a pub", "joy"
    settings.duration, settings.seed = 2.5, 4
    request = settings.request()
    assert (request.prompt, request.background, request.emotion) == ("she laughs", "a pub", "joy")
    assert (request.duration, request.seed, request.temperature) == (2.5, 4, VARIED)


def test_the_likeliest_and_an_open_duration_unless_told_otherwise(settings: Any) -> None:
    settings.prompt = "she laughs"
    request = settings.request()
    assert (request.duration, request.temperature) == (None, 0.0)


def test_a_text_block_is_the_prompt_while_there_is_one(settings: Any) -> None:
    settings.prompt = "short"
    text = bpy.data.texts.new("Scene 4")
    text.write("She waits.\n\nThen she laughs.\n")
    settings.text = text
    assert settings.request().prompt == "She waits. Then she laughs."
    bpy.data.texts.remove(text)
    assert settings.text is None
    assert settings.request().prompt == "short"


@pytest.mark.parametrize(("written", "empty"), [("", True), (" \n\n  \n", True), ("\n\nshe laughs", False)])
def test_an_empty_text_block_is_no_prompt(settings: Any, written: str, empty: bool) -> None:
    settings.prompt = "she laughs"
    settings.text = bpy.data.texts.new("Prompt")
    settings.text.write(written)
    assert settings.empty is empty
    if empty:
        with pytest.raises(RequestError):
            settings.request()


def test_a_text_block_that_is_too_long_says_so(settings: Any) -> None:
    settings.text = bpy.data.texts.new("Prompt")
    settings.text.write("laughs " * MAX_CHARACTERS)
    with pytest.raises(RequestError, match="shorten it"):
        settings.request()


def test_setting_the_words_leaves_a_text_block_as_it_is(settings: Any) -> None:
    text = bpy.data.texts.new("Prompt")
    text.write("a long piece of work")
    settings.text = text
    assert settings.words.strip() == "a long piece of work"
    settings.words = "she\nlaughs"
    assert (settings.prompt, settings.text, text.as_string().strip()) == ("she laughs", None, "a long piece of work")


def test_a_duration_is_given_or_left_to_the_model(settings: Any) -> None:
    assert not settings.timed
    settings.timed = True
    assert settings.duration == FIRST_DURATION
    settings.duration = 7.0
    settings.timed = True
    assert settings.duration == 7.0
    settings.timed = False
    assert settings.duration == 0.0


def test_it_starts_at_the_playhead_or_at_a_frame(settings: Any) -> None:
    bpy.context.scene.frame_set(12)
    settings.frame = 40
    assert settings.start_frame() == 12
    settings.start = "FRAME"
    assert settings.start_frame() == 40


def test_every_placement_can_be_chosen(settings: Any) -> None:
    assert settings.place == "REPLACE"
    for place in PLACEMENTS:
        settings.place = place
        assert settings.place == place


def test_everything_is_kept_with_the_file(settings: Any, new_head: NewHead, reload: Reload) -> None:
    settings.face, settings.text = new_head(), bpy.data.texts.new("Prompt")
    settings.model, settings.place, settings.duration = "gemma.gguf", "NLA", 2.0
    kept: Any = reload().keyframeface  # type: ignore[attr-defined]
    assert (kept.face.name, kept.text.name) == ("Head", "Prompt")
    assert (kept.model, kept.place, kept.duration) == ("gemma.gguf", "NLA", 2.0)


def test_every_setting_says_what_it_is(settings: Any) -> None:
    for owner in (settings, preferences_of(bpy.context)):
        for prop in owner.bl_rna.properties:
            if prop.identifier not in ("rna_type", "name", "bl_idname"):
                assert prop.description, f"{prop.identifier} has no tooltip"
                items = prop.enum_items if prop.type == "ENUM" else ()
                assert all(item.description for item in items), f"an item of {prop.identifier} has no tooltip"
