"""Choosing a model from menus. No ``from __future__ import annotations`` here: Blender reads the annotations."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..inference.locations import log_file as usual_log_file
from .models import BUNDLED, DEFAULT, SERVER, SUFFIX, choice_for, choices, name_of
from .preferences import default_choice, log_file, model_folder, preferences_of
from .ticker import Result, redraw_panels


class KEYFRAMEFACE_OT_choose_model(bpy.types.Operator):
    """Have this model answer in this scene"""

    bl_idname = "keyframeface.choose_model"
    bl_label = "Choose Model"
    bl_options = {"UNDO"}

    choice: StringProperty(  # type: ignore[valid-type]
        name="Model",
        description="BUNDLED, SERVER, a .gguf file or its name in the model folder; empty for that of the preferences",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return context.scene is not None

    def execute(self, context: bpy.types.Context) -> Result:
        context.scene.keyframeface.model = self.choice  # type: ignore[attr-defined]
        redraw_panels()
        return {"FINISHED"}


class KEYFRAMEFACE_OT_set_default_model(bpy.types.Operator):
    """Have this model answer in every scene that has no choice of its own"""

    bl_idname = "keyframeface.set_default_model"
    bl_label = "Set Default Model"
    bl_options = {"INTERNAL"}

    choice: StringProperty(  # type: ignore[valid-type]
        name="Model", description="BUNDLED, SERVER, or a .gguf file", options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> Result:
        preferences = preferences_of(context)
        preferences.source = "SERVER" if self.choice == SERVER else "MODEL"
        if self.choice != SERVER:
            preferences.model = "" if self.choice == BUNDLED else self.choice
        context.preferences.is_dirty = True
        redraw_panels()
        return {"FINISHED"}


class KEYFRAMEFACE_OT_open_model(bpy.types.Operator):
    """Choose a language model for this scene by its file, anywhere on this machine"""

    bl_idname = "keyframeface.open_model"
    bl_label = "Choose Model File"
    bl_options = {"UNDO"}

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: StringProperty(default="*" + SUFFIX, options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        folder = model_folder()
        if folder.is_dir():
            self.filepath = str(folder) + "/"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> Result:
        """The choice is written down; whether it is a model is found out when it is asked."""
        path = Path(bpy.path.abspath(self.filepath))
        if path.suffix.lower() != SUFFIX:
            self.report({"ERROR"}, f"{path.name or 'this'} is no model: choose a file in llama.cpp's .gguf format")
            return {"CANCELLED"}
        context.scene.keyframeface.model = choice_for(path, model_folder())  # type: ignore[attr-defined]
        redraw_panels()
        return {"FINISHED"}


class KEYFRAMEFACE_OT_open_folder(bpy.types.Operator):
    """Show this folder in the file browser of the system; makes it where it is not there yet"""

    bl_idname = "keyframeface.open_folder"
    bl_label = "Open Folder"
    bl_options = {"INTERNAL"}

    which: EnumProperty(  # type: ignore[valid-type]
        name="Folder",
        description="Which folder",
        items=(
            ("MODELS", "Models", "Where models are put to be offered for choice"),
            ("LOG", "Log", "Where the log file is"),
        ),
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> Result:
        folder = model_folder() if self.which == "MODELS" else (log_file() or usual_log_file()).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            show_folder(folder)
        except (OSError, RuntimeError) as error:
            self.report({"ERROR"}, f"the folder {folder} cannot be opened: {error}")
            return {"CANCELLED"}
        return {"FINISHED"}


def show_folder(folder: Path) -> None:
    """In the system's file browser. Raises RuntimeError."""
    bpy.ops.wm.path_open(filepath=str(folder))


class KEYFRAMEFACE_MT_models(bpy.types.Menu):
    """The model that answers in this scene"""

    bl_idname = "KEYFRAMEFACE_MT_models"
    bl_label = "Model"
    bl_description = "Which model answers in this scene"

    def draw(self, context: bpy.types.Context) -> None:
        preferences = preferences_of(context)
        current = context.scene.keyframeface.model  # type: ignore[attr-defined]
        default = name_of(default_choice(preferences), preferences.server)
        _entry(self.layout, KEYFRAMEFACE_OT_choose_model, f"Default: {default}", DEFAULT, current)
        self.layout.separator()
        _entries(self.layout, KEYFRAMEFACE_OT_choose_model, current, preferences.server)
        self.layout.separator()
        self.layout.operator(KEYFRAMEFACE_OT_open_model.bl_idname, text="Other File...", icon="FILE_FOLDER")


class KEYFRAMEFACE_MT_default_model(bpy.types.Menu):
    """The model that answers in every scene without a choice of its own"""

    bl_idname = "KEYFRAMEFACE_MT_default_model"
    bl_label = "Default Model"
    bl_description = "Choose among the models that are there"

    def draw(self, context: bpy.types.Context) -> None:
        preferences = preferences_of(context)
        _entries(self.layout, KEYFRAMEFACE_OT_set_default_model, default_choice(preferences), preferences.server)


def _entries(layout: bpy.types.UILayout | None, operator: Any, current: str, server: str) -> None:
    layout.operator_context = "INVOKE_DEFAULT"
    for choice, name in choices(model_folder(), server):
        _entry(layout, operator, name, choice, current)


def _entry(layout: bpy.types.UILayout | None, operator: Any, name: str, choice: str, current: str) -> None:
    icon: Any = "RADIOBUT_ON" if choice == current else "RADIOBUT_OFF"
    layout.operator(operator.bl_idname, text=name, icon=icon, translate=False).choice = choice


MODEL_CHOICE: tuple[Callable[..., Any], ...] = (
    KEYFRAMEFACE_OT_choose_model,
    KEYFRAMEFACE_OT_set_default_model,
    KEYFRAMEFACE_OT_open_model,
    KEYFRAMEFACE_OT_open_folder,
    KEYFRAMEFACE_MT_models,
    KEYFRAMEFACE_MT_default_model,
)
