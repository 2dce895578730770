"""The sidebar's KeyframeFace tab, in the 3D View and where animation is edited. Drawing only reads what is in memory: it
happens at every move of the mouse."""

from __future__ import annotations

from typing import Any

import bpy

from .capture_io import draw_buttons
from .demo_face import KEYFRAMEFACE_OT_add_demo_face
from .glance import Glance, glance
from .last_error import KEYFRAMEFACE_OT_dismiss_error, last_error
from .model_choice import KEYFRAMEFACE_MT_models
from .models import SERVER, name_of, why_no_llama
from .operators import KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_generate
from .paragraph import paragraph, sentence
from .preferences import NO_ADDRESS, OFFLINE, choice_at_hand, may_connect, preferences_of
from .prompt_presets import KEYFRAMEFACE_MT_examples, KEYFRAMEFACE_OT_new_prompt_text, KEYFRAMEFACE_PT_prompt_presets
from .running import TAKES, Running

TAB = "KeyframeFace"
ELSEWHERE = {"_graph": "GRAPH_EDITOR", "_dopesheet": "DOPESHEET_EDITOR"}
PLACEHOLDER = "bursts into tears"
LABELS = 6
"""Keyframes of a running take that are listed."""
TEXT_LINES = 4
"""Lines of a text block that are shown."""
SHAPES = 52
BOX, BUTTON = 2, 4
"""Characters that a box takes at its sides, and a button beside a text."""


class KEYFRAMEFACE_PT_main(bpy.types.Panel):
    """Prompt, Generate, progress."""

    bl_idname = "KEYFRAMEFACE_PT_main"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_label = "KeyframeFace"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        KEYFRAMEFACE_PT_prompt_presets.draw_panel_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        settings = context.scene.keyframeface  # type: ignore[attr-defined]
        seen = glance(context)
        _draw_face(context, layout, settings, seen)
        _draw_error(context, layout, seen)
        if seen.why_none:
            return
        _draw_prompt(context, layout, settings)
        _draw_model(context, layout)
        row = layout.row(align=True)
        row.prop(settings, "start", expand=True)
        if settings.start == "FRAME":
            row.prop(settings, "frame", text="")
        layout.prop(settings, "place", text="")
        take = TAKES.get(seen.face_id)
        if take is not None:
            _draw_take(context, layout, take)
            return
        row = layout.row()
        row.scale_y = 1.4
        row.operator(KEYFRAMEFACE_OT_generate.bl_idname, icon="PLAY")


class KEYFRAMEFACE_PT_more(bpy.types.Panel):
    """What a prompt can do without."""

    bl_idname = "KEYFRAMEFACE_PT_more"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "More"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 4

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return not glance(context).why_none

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        settings = context.scene.keyframeface  # type: ignore[attr-defined]
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("background", "emotion", "text"):
            layout.prop(settings, name)
        row = layout.row(heading="Duration")
        row.prop(settings, "timed", text="")
        if settings.timed:
            row.prop(settings, "duration", text="")
        else:
            row.label(text="Automatic")
        layout.prop(settings, "intensity")
        layout.prop(settings, "seed")


class KEYFRAMEFACE_PT_recordings(bpy.types.Panel):
    """Import and export of what faces did elsewhere."""

    bl_idname = "KEYFRAMEFACE_PT_recordings"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Recordings"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 7

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return not glance(context).why_none

    def draw(self, _context: bpy.types.Context) -> None:
        draw_buttons(self.layout)


def in_every_editor(panel: Any) -> tuple[Any, ...]:
    """The panel, and the same for the sidebars of the Graph Editor and of the Dope Sheet; its names end in theirs.

    To be used before it is registered. A sub-panel's parent has to be in every editor too.
    """
    own = {name: value for name, value in vars(panel).items() if name not in ("__dict__", "__weakref__")}
    found = [panel]
    for ending, editor in ELSEWHERE.items():
        there = {"bl_idname": panel.bl_idname + ending, "bl_space_type": editor}
        if "bl_parent_id" in own:
            there["bl_parent_id"] = panel.bl_parent_id + ending
        found.append(type(panel.__name__ + ending, panel.__bases__, own | there))
    return tuple(found)


MAIN_PANELS: tuple[Any, ...] = (
    *in_every_editor(KEYFRAMEFACE_PT_main),
    *in_every_editor(KEYFRAMEFACE_PT_more),
    KEYFRAMEFACE_PT_recordings,
)


def _draw_face(context: bpy.types.Context, layout: bpy.types.UILayout, settings: Any, seen: Glance) -> None:
    """Whose turn it is; where nobody's, why, and what to do."""
    placeholder = "choose a face" if seen.several else seen.face_name or "no face"
    layout.prop(settings, "face", text="", icon="SHAPEKEY_DATA", placeholder=placeholder)
    if seen.why_none:
        paragraph(context, layout, sentence(seen.why_none), icon="INFO")
        if not seen.several:
            layout.operator(KEYFRAMEFACE_OT_add_demo_face.bl_idname, icon="MONKEY")
    elif seen.channels < SHAPES:
        layout.label(text=f"{seen.channels} of {SHAPES} shapes: see Mapping", icon="INFO")


def _draw_error(context: bpy.types.Context, layout: bpy.types.UILayout, seen: Glance) -> None:
    """What went wrong last, until it is dismissed."""
    if not (error := last_error(seen.face_id)):
        return
    row = layout.box().row(align=True)
    paragraph(context, row, sentence(error), icon="ERROR", alert=True, beside=BOX + BUTTON)
    row.operator(KEYFRAMEFACE_OT_dismiss_error.bl_idname, text="", icon="X", emboss=False)


def _draw_prompt(context: bpy.types.Context, layout: bpy.types.UILayout, settings: Any) -> None:
    """One line, or the beginning of a text block."""
    row = layout.row(align=True)
    if settings.text is None:
        row.prop(settings, "prompt", text="", placeholder=PLACEHOLDER)
        row.operator(KEYFRAMEFACE_OT_new_prompt_text.bl_idname, text="", icon="TEXT")
    else:
        row.prop(settings, "text", text="", icon="TEXT")
    row.menu(KEYFRAMEFACE_MT_examples.bl_idname, text="", icon="LIGHT")
    if settings.text is not None:
        lines = [line.body for line in settings.text.lines[:TEXT_LINES]]
        more = "..." if len(settings.text.lines) > TEXT_LINES else ""
        shown = " ".join(lines).strip() + more
        paragraph(context, layout.box(), shown or "Type the prompt in a Text Editor", beside=BOX)


def _draw_model(context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
    """Which one answers, and what keeps it from answering."""
    choice, preferences = choice_at_hand(context), preferences_of(context)
    server = preferences.server.strip() if preferences else ""
    layout.menu(
        KEYFRAMEFACE_MT_models.bl_idname,
        text=name_of(choice, server),
        icon="NETWORK_DRIVE" if choice == SERVER else "FILE_3D",
    )
    if choice != SERVER:
        problem = why_no_llama()
    elif not server:
        problem = NO_ADDRESS
    else:
        problem = "" if may_connect(server) else OFFLINE
    if problem:
        paragraph(context, layout, sentence(problem), icon="ERROR", alert=True)


def _draw_take(context: bpy.types.Context, layout: bpy.types.UILayout, take: Running) -> None:
    """How far it is, and what each keyframe means as it comes."""
    labels = take.labels
    count = len(labels)
    text = f"{count} keyframe{'s' if count != 1 else ''}" if count else "Reading the prompt"
    row = layout.row(align=True)
    row.scale_y = 1.4
    row.progress(factor=take.progress, text=text)
    row.operator(KEYFRAMEFACE_OT_cancel.bl_idname, text="", icon="X")
    column = layout.column(align=True)
    if count > LABELS:
        column.label(text=f"... and {count - LABELS} before")
    for label in labels[-LABELS:]:
        paragraph(context, column, label, icon="KEYFRAME")
