"""The Refine panel: a second sentence, and the most usual ones as buttons."""

from __future__ import annotations

import bpy

from .glance import glance
from .panel import TAB, KEYFRAMEFACE_PT_main, in_every_editor
from .paragraph import paragraph
from .refine_operators import KEYFRAMEFACE_OT_refine, preview

PLACEHOLDER = "subtler, more in the brows ..."
READY = (
    ("Subtler", "subtler"),
    ("Stronger", "stronger"),
    ("Mirror", "mirror it"),
    ("Slower", "slower"),
    ("Faster", "faster"),
)
"""Label and sentence of each ready button."""


class KEYFRAMEFACE_PT_refine(bpy.types.Panel):
    """The sentence, what it will do, and the usual ones."""

    bl_idname = "KEYFRAMEFACE_PT_refine"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = TAB
    bl_parent_id = KEYFRAMEFACE_PT_main.bl_idname
    bl_label = "Refine"
    bl_order = 2

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return glance(context).performed

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, context.scene.keyframeface_refine  # type: ignore[attr-defined]
        row = layout.row(align=True)
        row.prop(settings, "sentence", text="", placeholder=PLACEHOLDER)
        row.operator(KEYFRAMEFACE_OT_refine.bl_idname, text="", icon="CHECKMARK").sentence = ""
        if sentence := settings.sentence.strip():
            said = preview(sentence)
            paragraph(context, layout, f"At once: {said}" if said else "The model makes this change")
        ready = layout.grid_flow(row_major=True, columns=3, even_columns=True, align=True)  # whole words in any sidebar
        for label, sentence in READY:
            ready.operator(KEYFRAMEFACE_OT_refine.bl_idname, text=label).sentence = sentence


REFINE_PANELS = in_every_editor(KEYFRAMEFACE_PT_refine)
