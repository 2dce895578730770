"""Prompts to use again: Blender's own presets, and examples. No ``from __future__ import annotations``: Blender reads the annotations."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import bpy
from bl_operators.presets import AddPresetBase
from bl_ui.utils import PresetPanel
from bpy.props import IntProperty

from ..language.examples import EXAMPLES
from .ticker import Result, redraw_panels

SUBDIR = "keyframeface/prompts"
TEXT_NAME = "Prompt"
_AddPresetBase: Any = AddPresetBase  # unknown to the stubs
_PresetPanel: Any = PresetPanel


class KEYFRAMEFACE_PT_prompt_presets(_PresetPanel, bpy.types.Panel):  # type: ignore[misc]
    """Prompts with what belongs to them, kept for every file"""

    bl_label = "Prompt Presets"
    preset_subdir = SUBDIR
    preset_operator = "script.execute_preset"
    preset_add_operator = "keyframeface.prompt_preset_add"


class KEYFRAMEFACE_OT_prompt_preset_add(_AddPresetBase, bpy.types.Operator):  # type: ignore[misc]
    """Keep this prompt, with background, emotion, duration and intensity, as a preset; or remove one"""

    bl_idname = "keyframeface.prompt_preset_add"
    bl_label = "Add Prompt Preset"
    preset_menu = KEYFRAMEFACE_PT_prompt_presets.__name__
    preset_defines = ["settings = bpy.context.scene.keyframeface"]
    preset_values = [
        "settings.words",
        "settings.background",
        "settings.emotion",
        "settings.duration",
        "settings.intensity",
    ]
    preset_subdir = SUBDIR


class KEYFRAMEFACE_OT_use_example(bpy.types.Operator):
    """Take this example as the prompt, to try it or to go on from"""

    bl_idname = "keyframeface.use_example"
    bl_label = "Use Example Prompt"
    bl_options = {"REGISTER", "UNDO"}

    number: IntProperty(  # type: ignore[valid-type]
        name="Example", description="Its place in the menu", min=0, max=len(EXAMPLES) - 1, options={"SKIP_SAVE"}
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        """The example itself: what is read while the mouse rests on its name."""
        example = EXAMPLES[properties.number]
        return "\n".join(text for text in (example.prompt, example.background, example.emotion) if text)

    def execute(self, context: bpy.types.Context) -> Result:
        example, settings = EXAMPLES[self.number], context.scene.keyframeface  # type: ignore[attr-defined]
        settings.words, settings.background, settings.emotion = example.prompt, example.background, example.emotion
        redraw_panels()
        return {"FINISHED"}


class KEYFRAMEFACE_OT_new_prompt_text(bpy.types.Operator):
    """Write the prompt in a text block, for long ones: it takes over what is typed here. Edit it in any Text Editor"""

    bl_idname = "keyframeface.new_prompt_text"
    bl_label = "Prompt in a Text Block"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> Result:
        settings = context.scene.keyframeface  # type: ignore[attr-defined]
        text = bpy.data.texts.new(TEXT_NAME)
        text.write(settings.prompt)
        settings.text = text
        redraw_panels()
        self.report({"INFO"}, f"The prompt is the text block {text.name!r} now: edit it in a Text Editor")
        return {"FINISHED"}


class KEYFRAMEFACE_MT_examples(bpy.types.Menu):
    """Prompts to begin with"""

    bl_idname = "KEYFRAMEFACE_MT_examples"
    bl_label = "Example Prompts"
    bl_description = "Prompts to begin with, by kind"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        for i, (kind, examples) in enumerate(groupby(enumerate(EXAMPLES), key=lambda numbered: numbered[1].kind)):
            if i:
                layout.separator()
            layout.label(text=kind)
            for number, example in examples:
                used = layout.operator(KEYFRAMEFACE_OT_use_example.bl_idname, text=example.name)
                used.number = number


PROMPT_PRESETS: tuple[Callable[..., Any], ...] = (
    KEYFRAMEFACE_PT_prompt_presets,
    KEYFRAMEFACE_OT_prompt_preset_add,
    KEYFRAMEFACE_OT_use_example,
    KEYFRAMEFACE_OT_new_prompt_text,
    KEYFRAMEFACE_MT_examples,
)
