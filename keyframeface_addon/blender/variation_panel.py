"""The sub-panel Variations: several readings of the prompt, stepped through on the face. Drawing only reads what is in memory."""

from __future__ import annotations

import bpy

from .glance import glance
from .panel import TAB, KEYFRAMEFACE_PT_main, in_every_editor
from .running import TAKES
from .variation_operators import (
    KEYFRAMEFACE_OT_discard_variations,
    KEYFRAMEFACE_OT_keep_variation,
    KEYFRAMEFACE_OT_make_variations,
    KEYFRAMEFACE_OT_next_variation,
    KEYFRAMEFACE_OT_show_variation,
    variations_at_hand,
)
from .variations import Variations


class KEYFRAMEFACE_PT_variations(bpy.types.Panel):
    """Each by what it comes down to."""

    bl_idname = "KEYFRAMEFACE_PT_variations"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Variations"
    bl_options = {"DEFAULT_CLOSED"}
    bl_order = 3

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return not glance(context).why_none

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.keyframeface_variations  # type: ignore[union-attr]
        running = TAKES.get(glance(context).face_id)
        row = layout.row(align=True)
        row.enabled = running is None
        row.operator(KEYFRAMEFACE_OT_make_variations.bl_idname, icon="DUPLICATE")
        count = row.row(align=True)
        count.ui_units_x = 2.5
        count.prop(settings, "count", text="")
        variations = variations_at_hand(context)
        if variations is None:
            return
        shown = variations.shown
        column = layout.column(align=True)
        for i, reading in enumerate(variations.readings):
            row = column.row(align=True)
            text = f"{i + 1}  {reading.label or 'no words'}"
            button = row.operator(
                KEYFRAMEFACE_OT_show_variation.bl_idname, text=text, translate=False, depress=i == shown
            )
            button.number = i + 1
            detail = row.row(align=True)
            detail.ui_units_x = 4.5
            detail.label(text=f"{reading.performance.duration:.1f} s  #{reading.seed}")
            keep = row.operator(KEYFRAMEFACE_OT_keep_variation.bl_idname, text="", icon="CHECKMARK")
            keep.number = i + 1
        if running is variations:
            column.label(text=f"{variations.count - len(variations.readings)} more to come", icon="SORTTIME")
        _draw_choice(layout, variations, shown)


def _draw_choice(layout: bpy.types.UILayout | None, variations: Variations, shown: int | None) -> None:
    assert layout is not None
    row = layout.row(align=True)
    row.operator(KEYFRAMEFACE_OT_next_variation.bl_idname, text="", icon="TRIA_LEFT").backwards = True
    row.operator(KEYFRAMEFACE_OT_next_variation.bl_idname, text="", icon="TRIA_RIGHT").backwards = False
    keep = row.row(align=True)
    keep.enabled = shown is not None
    keep.operator(KEYFRAMEFACE_OT_keep_variation.bl_idname, text="Keep").number = 0
    row.operator(KEYFRAMEFACE_OT_discard_variations.bl_idname, text="Discard")
    if shown is not None:
        layout.label(text=f"On the face: {shown + 1} of {len(variations.readings)}; not written yet", icon="HIDE_OFF")


VARIATION_PANELS = in_every_editor(KEYFRAMEFACE_PT_variations)
