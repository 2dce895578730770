"""The sub-panel Mapping: what each channel drives on this rig. Drawing only reads; ``mapping_properties`` fills and writes."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

from ..face.channels import CHANNEL
from .mapping_operators import (
    KEYFRAMEFACE_OT_apply_mapping_preset,
    KEYFRAMEFACE_OT_auto_map,
    KEYFRAMEFACE_OT_check_mapping,
    KEYFRAMEFACE_OT_export_mapping,
    KEYFRAMEFACE_OT_import_mapping,
    KEYFRAMEFACE_OT_remove_drive,
    KEYFRAMEFACE_OT_remove_mapping_preset,
    KEYFRAMEFACE_OT_save_mapping_preset,
    presets,
)
from .mapping_properties import ATTENTION, MappedChannel, ask_for_sync, main_keys
from .panel import TAB, KEYFRAMEFACE_PT_main
from .paragraph import CHARACTER_WIDTH

ROWS = 7
_ICONS = {"": "BLANK1", "hand": "GREASEPENCIL", "missing": "REMOVE", "bone": "REMOVE"}
"""All other kinds: a warning sign."""


class KEYFRAMEFACE_UL_channels(bpy.types.UIList):
    """All 61 channels, or those that are looked for."""

    bl_idname = "KEYFRAMEFACE_UL_channels"

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
        row = layout.row(align=True)
        row.active = bool(item.shows)
        split = row.split(factor=0.48)
        split.label(text=item.name)
        split.label(text=item.shows or "–")
        row.label(text="", icon=_ICONS.get(item.kind, "ERROR"))  # type: ignore[arg-type]

    def filter_items(self, context: bpy.types.Context, data: Any, name: str) -> Any:
        view = context.window_manager.keyframeface_mapping  # type: ignore[attr-defined]
        wanted = [text for text in (view.search.strip().casefold(), self.filter_name.strip().casefold()) if text]
        shown = [
            all(text in f"{row.name} {row.shows}".casefold() for text in wanted)
            and (not view.missing_only or row.kind in ATTENTION)
            for row in getattr(data, name)
        ]
        return [self.bitflag_filter_item if yes else 0 for yes in shown], []

    def draw_filter(self, context: bpy.types.Context, layout: bpy.types.UILayout) -> None:
        layout.row().prop(self, "filter_name", text="", icon="VIEWZOOM")


class KEYFRAMEFACE_MT_mapping_presets(bpy.types.Menu):
    """Mappings to use again."""

    bl_idname = "KEYFRAMEFACE_MT_mapping_presets"
    bl_label = "Presets"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        names = presets()
        for name in names:
            row = layout.row(align=True)
            row.operator(KEYFRAMEFACE_OT_apply_mapping_preset.bl_idname, text=name, translate=False).name = name
            row.operator(KEYFRAMEFACE_OT_remove_mapping_preset.bl_idname, text="", icon="X").name = name
        if names:
            layout.separator()
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator(KEYFRAMEFACE_OT_save_mapping_preset.bl_idname, text="Save as Preset...", icon="ADD")


class KEYFRAMEFACE_PT_mapping(bpy.types.Panel):
    """What each channel drives, and what this rig cannot show."""

    bl_idname = "KEYFRAMEFACE_PT_mapping"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Mapping"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 6

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        """Seen also while it is closed: how much of a performance will be lost on this rig."""
        ask_for_sync(context)
        mirror = context.scene.keyframeface_mapping  # type: ignore[attr-defined]
        if mirror.root and mirror.unshown:
            self.layout.label(text=f"{mirror.unshown} not shown", icon="INFO")

    def draw(self, context: bpy.types.Context) -> None:
        layout, mirror = self.layout, context.scene.keyframeface_mapping  # type: ignore[attr-defined]
        view = context.window_manager.keyframeface_mapping  # type: ignore[attr-defined]
        if not mirror.root or len(mirror.channels) != len(CHANNEL):
            layout.label(text="Select a mesh with shape keys")
            return
        source = "by hand" if mirror.by_hand else "by its names"
        row = layout.row()
        row.label(text=f"{mirror.face_name}: {mirror.convention or 'not mapped yet'}, {source}", icon="SHAPEKEY_DATA")
        row.operator(KEYFRAMEFACE_OT_check_mapping.bl_idname, text="", icon="FILE_REFRESH", emboss=False)
        if mirror.problem:
            column = layout.column()
            column.alert = True
            _lines(context, column, mirror.problem, "ERROR")
        if mirror.summary:
            _lines(context, layout, mirror.summary, "INFO")
        row = layout.row(align=True)
        row.prop(view, "search", text="", icon="VIEWZOOM")
        row.prop(view, "missing_only", text="", icon="FILTER")
        layout.template_list(
            KEYFRAMEFACE_UL_channels.bl_idname, "", mirror, "channels", view, "index", rows=ROWS, maxrows=ROWS
        )
        if (channel := mirror.channel_at_hand(context)) is not None:
            self._draw_channel(context, layout.box(), channel)
        row = layout.row(align=True)
        row.operator(KEYFRAMEFACE_OT_auto_map.bl_idname, icon="FILE_REFRESH")
        row.menu(KEYFRAMEFACE_MT_mapping_presets.bl_idname, icon="PRESET")
        row = layout.row(align=True)
        row.operator(KEYFRAMEFACE_OT_import_mapping.bl_idname, text="Import...", icon="IMPORT")
        row.operator(KEYFRAMEFACE_OT_export_mapping.bl_idname, text="Export...", icon="EXPORT")

    def _draw_channel(self, context: bpy.types.Context, box: bpy.types.UILayout, channel: MappedChannel) -> None:
        mirror = context.scene.keyframeface_mapping  # type: ignore[attr-defined]
        view = context.window_manager.keyframeface_mapping  # type: ignore[attr-defined]
        _lines(context, box, f"{channel.name}: {CHANNEL[channel.name].meaning}", "NONE")
        keys = main_keys(context)
        column = box.column(align=True)
        for drive in channel.drives:
            row = column.row(align=True)
            split = row.split(factor=0.66, align=True)
            _target(split, drive, "target", keys, "RNA" if "|" in drive.target else "SHAPEKEY_DATA")
            split.prop(drive, "weight", text="")
            remove = row.operator(KEYFRAMEFACE_OT_remove_drive.bl_idname, text="", icon="X")
            remove.channel, remove.place = channel.name, drive.place
        _target(column.row(align=True), mirror, "new_target", keys, "ADD")
        row = box.row(align=True)
        row.prop(channel, "gain")
        row.prop(channel, "offset")
        row.prop(channel, "invert", toggle=True, text="", icon="ARROW_LEFTRIGHT")
        if not CHANNEL[channel.name].is_shape:
            box.prop(channel, "limit")
        row = box.row()
        row.scale_y = 1.2
        row.enabled = bool(channel.shows) or channel.kind == ""
        row.prop(view, "solo" if CHANNEL[channel.name].is_shape else "solo_angle", slider=True)
        if channel.notes:
            _lines(context, box, channel.notes, "INFO")


def _target(layout: bpy.types.UILayout, owner: Any, name: str, keys: bpy.types.Key | None, icon: Any) -> None:
    """A field that offers the shape keys of the face's main mesh and takes any text."""
    if keys is None:
        layout.prop(owner, name, text="", icon=icon)
    else:
        layout.prop_search(owner, name, keys, "key_blocks", text="", icon=icon, results_are_suggestions=True)


def _lines(context: bpy.types.Context, layout: bpy.types.UILayout | None, text: str, icon: Any) -> None:
    """Panels have no text that wraps; each line of the text has the icon once."""
    width = context.region.width if context.region else 260
    room = max(16, int(width / (CHARACTER_WIDTH * context.preferences.system.ui_scale)) - (9 if icon != "NONE" else 6))
    column = layout.column(align=True)
    column.scale_y = 0.8
    for line in text.splitlines():
        for i, part in enumerate(textwrap.wrap(line, room)):
            column.label(text=part, icon=icon if i == 0 else ("NONE" if icon == "NONE" else "BLANK1"))
