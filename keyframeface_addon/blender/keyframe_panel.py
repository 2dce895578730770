"""The sub-panel Keyframes, in every editor that has the tab. Drawing only reads; ``keyframe_list`` fills and writes."""

from __future__ import annotations

from typing import Any

import bpy

from .glance import glance
from .keyframe_list import ask_for_sync, frame_rate
from .keyframe_operators import (
    KEYFRAMEFACE_OT_keyframe_add,
    KEYFRAMEFACE_OT_keyframe_delete,
    KEYFRAMEFACE_OT_keyframe_jump,
    KEYFRAMEFACE_OT_keyframe_lock,
    KEYFRAMEFACE_OT_keyframe_move,
    KEYFRAMEFACE_OT_keyframe_regenerate,
)
from .panel import TAB, KEYFRAMEFACE_PT_main, in_every_editor
from .paragraph import paragraph, sentence

ROWS = 5
EMPTY = "winks at him"


def _icon(name: str) -> Any:
    """The stubs have a list of all there are."""
    return name


class KEYFRAMEFACE_UL_keyframes(bpy.types.UIList):
    """When, what, whether it is locked."""

    bl_idname = "KEYFRAMEFACE_UL_keyframes"

    def draw_item(  # type: ignore[override]
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        data: Any,
        item: Any,
        icon: int,
        active_data: Any,
        active_property: str,
    ) -> None:
        scene, view = context.scene, context.window_manager.keyframeface_keyframes  # type: ignore[attr-defined]
        assert scene is not None
        row = layout.row(align=True)
        row.active = not item.locked
        at = row.row(align=True)
        # a share of the row would cut numbers short in a narrow sidebar
        at.ui_units_x = 5.2 if view.in_seconds else 4.2
        when = f"{item.at / frame_rate(scene):.2f} s" if view.in_seconds else str(item.at)
        at.label(text=when, icon=_icon("KEYFRAME_HLT" if item.at == scene.frame_current else "KEYFRAME"))
        row.prop(item, "label", text="", emboss=False)
        if item.kept:
            row.label(text="", icon=_icon("NLA" if item.elsewhere else "REC"))
        row.prop(item, "locked", text="", icon=_icon("LOCKED" if item.locked else "UNLOCKED"), emboss=False)

    def filter_items(self, context: bpy.types.Context, data: Any, name: str) -> Any:
        """By label; the order is that of time."""
        wanted = self.filter_name.strip().casefold()
        rows = getattr(data, name)
        return [self.bitflag_filter_item if wanted in row.label.casefold() else 0 for row in rows], []

    def draw_filter(self, context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        layout.row().prop(self, "filter_name", text="", icon="VIEWZOOM")


class KEYFRAMEFACE_MT_keyframe_specials(bpy.types.Menu):
    """More that can be done with the keyframes"""

    bl_idname = "KEYFRAMEFACE_MT_keyframe_specials"
    bl_label = "Keyframe Specials"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator(KEYFRAMEFACE_OT_keyframe_move.bl_idname, icon="NEXT_KEYFRAME")
        layout.separator()
        for action, icon in (("LOCK", "LOCKED"), ("UNLOCK", "UNLOCKED")):
            text = f"{action.capitalize()} All"
            lock = layout.operator(KEYFRAMEFACE_OT_keyframe_lock.bl_idname, text=text, icon=_icon(icon))
            lock.action, lock.everything = action, True
        layout.separator()
        layout.prop(context.window_manager.keyframeface_keyframes, "in_seconds")  # type: ignore[attr-defined]


def draw_keyframes(layout: Any, context: bpy.types.Context) -> None:
    """The list, what can be done with it, and the keyframe at hand."""
    ask_for_sync(context)
    mirror = context.scene.keyframeface_keyframes  # type: ignore[union-attr]
    view = context.window_manager.keyframeface_keyframes  # type: ignore[attr-defined]
    if mirror.rows:
        row = layout.row()
        row.template_list(KEYFRAMEFACE_UL_keyframes.bl_idname, "", mirror, "rows", view, "index", rows=ROWS)
        _draw_buttons(row.column(align=True))
    else:
        layout.label(text="No keyframes yet", icon="KEYFRAME")
    row = layout.row(align=True)
    row.prop(view, "sentence", text="", placeholder=EMPTY, icon="KEYFRAME_HLT")
    row.operator(KEYFRAMEFACE_OT_keyframe_add.bl_idname, text="", icon="ADD")
    if mirror.problem:
        paragraph(context, layout, sentence(mirror.problem), icon="ERROR", alert=True)
    if (at_hand := mirror.row_at_hand(context)) is not None:
        _draw_keyframe(layout, at_hand, view.in_seconds)


def _draw_buttons(column: bpy.types.UILayout) -> None:
    column.operator(KEYFRAMEFACE_OT_keyframe_regenerate.bl_idname, text="", icon="FILE_REFRESH")
    column.operator(KEYFRAMEFACE_OT_keyframe_delete.bl_idname, text="", icon="REMOVE")
    column.menu(KEYFRAMEFACE_MT_keyframe_specials.bl_idname, text="", icon="DOWNARROW_HLT")
    column.separator()
    for to, icon in (("PREVIOUS", "TRIA_UP"), ("NEXT", "TRIA_DOWN")):
        column.operator(KEYFRAMEFACE_OT_keyframe_jump.bl_idname, text="", icon=_icon(icon)).to = to


def _draw_keyframe(layout: bpy.types.UILayout, row: Any, in_seconds: bool) -> None:
    layout.use_property_split = True
    layout.use_property_decorate = False
    column = layout.column()
    column.enabled = not row.locked and not row.elsewhere
    column.prop(row, "label")
    changeable = column.column(align=True)
    changeable.enabled = not row.kept
    changeable.prop(row, "seconds" if in_seconds else "frame")
    changeable.prop(row, "strength", slider=True)
    if row.kept:
        layout.label(text=row.kept, icon="INFO")


class KEYFRAMEFACE_PT_keyframes(bpy.types.Panel):
    """What the face's performances mean, keyframe by keyframe."""

    bl_idname = "KEYFRAMEFACE_PT_keyframes"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Keyframes"
    bl_order = 1

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return not glance(context).why_none

    def draw(self, context: bpy.types.Context) -> None:
        draw_keyframes(self.layout, context)


KEYFRAME_PANELS: tuple[Any, ...] = (
    KEYFRAMEFACE_UL_keyframes,
    KEYFRAMEFACE_MT_keyframe_specials,
    *in_every_editor(KEYFRAMEFACE_PT_keyframes),
)
