"""The panel's Script part, and File > Import. Drawing only reads what is in memory: it happens at every move of the mouse."""

from __future__ import annotations

from typing import Any

import bpy

from .batch_operators import (
    RUNNING,
    KEYFRAMEFACE_OT_batch,
    KEYFRAMEFACE_OT_import_script,
    KEYFRAMEFACE_OT_stop_batch,
)
from .glance import glance
from .panel import TAB, KEYFRAMEFACE_PT_main
from .paragraph import paragraph

MENU_LABEL = "KeyframeFace Script (.txt, .csv, .jsonl, .fountain)"


class KEYFRAMEFACE_PT_script(bpy.types.Panel):
    """Many lines, acted out one after the other."""

    bl_idname = "KEYFRAMEFACE_PT_script"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Script"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 5

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        seen = glance(context)
        return seen.several or not seen.why_none

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = context.scene.keyframeface_script  # type: ignore[attr-defined]
        column = layout.column()
        column.active = not RUNNING
        column.prop(settings, "path", text="", icon="TEXT", placeholder=".txt, .csv, .jsonl or .fountain")
        row = column.row(align=True)
        row.prop(settings, "start")
        row.prop(settings, "gap")
        row = layout.row(align=True)
        row.scale_y = 1.4
        if RUNNING:
            batch = RUNNING[0]
            row.progress(factor=batch.progress, text=f"Line {batch.position} of {len(batch.lines)}")
            row.operator(KEYFRAMEFACE_OT_stop_batch.bl_idname, text="", icon="X")
            paragraph(context, layout, batch.label)
            return
        row.enabled = bool(settings.path.strip())
        run: Any = row.operator(KEYFRAMEFACE_OT_batch.bl_idname, icon="PLAY")
        redo: Any = row.operator(KEYFRAMEFACE_OT_batch.bl_idname, text="", icon="FILE_REFRESH")
        for properties in (run, redo):
            properties.filepath, properties.start, properties.gap = settings.path, settings.start, settings.gap
        redo.redo = True


def add_to_menus() -> None:
    """File > Import."""
    bpy.types.TOPBAR_MT_file_import.append(_draw_import)


def remove_from_menus() -> None:
    for batch in RUNNING:
        batch.stop()
    RUNNING.clear()
    bpy.types.TOPBAR_MT_file_import.remove(_draw_import)


def _draw_import(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator(KEYFRAMEFACE_OT_import_script.bl_idname, text=MENU_LABEL)
