"""The sidebar's KeyframeFace tab. Drawing only reads what is in memory: it happens at every move of the mouse."""

from __future__ import annotations

import textwrap

import bpy

from .capture_io import draw_buttons
from .demo_face import KEYFRAMEFACE_OT_add_demo_face
from .glance import Glance, glance
from .operators import KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_generate
from .running import TAKES

TAB = "KeyframeFace"
PLACEHOLDER = "bursts into tears"
CHARACTER_WIDTH = 7.0
"""Pixels of a character in a panel, about, at a scale of 1."""


class KEYFRAMEFACE_PT_main(bpy.types.Panel):
    """Prompt, Generate, progress."""

    bl_idname = "KEYFRAMEFACE_PT_main"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_label = "KeyframeFace"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.keyframeface  # type: ignore[attr-defined]
        seen = glance(context)
        if seen.why_none:
            _paragraph(context, layout, seen.why_none[0].upper() + seen.why_none[1:])
            layout.operator(KEYFRAMEFACE_OT_add_demo_face.bl_idname, icon="MONKEY")
            return
        layout.label(text=f"{seen.face_name}: {seen.channels} of 52 shapes", icon="SHAPEKEY_DATA")
        layout.prop(settings, "prompt", text="", placeholder=PLACEHOLDER)
        row = layout.row(align=True)
        row.prop(settings, "start", expand=True)
        if settings.start == "FRAME":
            row.prop(settings, "frame", text="")
        take = TAKES.get(seen.face_id)
        if take is None:
            row = layout.row()
            row.scale_y = 1.4
            row.operator(KEYFRAMEFACE_OT_generate.bl_idname, icon="PLAY")
            return
        count = len(take.labels)
        text = f"{count} keyframe{'s' if count != 1 else ''}" if count else "Reading the prompt"
        row = layout.row(align=True)
        row.scale_y = 1.4
        row.progress(factor=take.progress, text=text)
        row.operator(KEYFRAMEFACE_OT_cancel.bl_idname, text="", icon="X")
        if count:
            _paragraph(context, layout, take.labels[-1])


class KEYFRAMEFACE_PT_more(bpy.types.Panel):
    """What a prompt can do without."""

    bl_idname = "KEYFRAMEFACE_PT_more"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "More"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return not glance(context).why_none

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.keyframeface  # type: ignore[attr-defined]
        layout.use_property_split = True
        layout.use_property_decorate = False
        for name in ("background", "emotion", "duration", "seed", "intensity"):
            layout.prop(settings, name)
        draw_buttons(layout)


class KEYFRAMEFACE_PT_labels(bpy.types.Panel):
    """What the last performance means, keyframe by keyframe."""

    bl_idname = "KEYFRAMEFACE_PT_labels"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Last Performance"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(glance(context).labels)

    def draw(self, context: bpy.types.Context) -> None:
        seen: Glance = glance(context)
        column = self.layout.column(align=True)
        for seconds, label in seen.labels:
            row = column.row()
            row.alignment = "LEFT"
            row.label(text=f"{seconds:.2f} s")
            row.label(text=label)


def _paragraph(context: bpy.types.Context, layout: bpy.types.UILayout | None, text: str) -> None:
    """Panels have no text that wraps."""
    scale = context.preferences.system.ui_scale
    width = context.region.width if context.region else 260
    column = layout.column(align=True)
    for line in textwrap.wrap(text, max(16, int(width / (CHARACTER_WIDTH * scale)) - 4)):
        column.label(text=line)
