"""Where the operators are found beside the panel: Blender's menus, and with them its search (F3) and shortcuts."""

from __future__ import annotations

from typing import Any

import bpy

from .batch_operators import KEYFRAMEFACE_OT_import_script, KEYFRAMEFACE_OT_stop_batch
from .capture_io import KEYFRAMEFACE_OT_export_capture, KEYFRAMEFACE_OT_import_capture
from .demo_face import KEYFRAMEFACE_OT_add_demo_face
from .keyframe_operators import (
    KEYFRAMEFACE_OT_keyframe_add,
    KEYFRAMEFACE_OT_keyframe_delete,
    KEYFRAMEFACE_OT_keyframe_jump,
    KEYFRAMEFACE_OT_keyframe_lock,
    KEYFRAMEFACE_OT_keyframe_move,
    KEYFRAMEFACE_OT_keyframe_regenerate,
    KEYFRAMEFACE_OT_keyframe_relabel,
    KEYFRAMEFACE_OT_keyframe_strength,
)
from .mapping_operators import KEYFRAMEFACE_OT_auto_map, KEYFRAMEFACE_OT_import_mapping
from .model_choice import KEYFRAMEFACE_MT_models
from .operators import KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_generate
from .prompt_presets import KEYFRAMEFACE_MT_examples, KEYFRAMEFACE_OT_new_prompt_text
from .refine_operators import KEYFRAMEFACE_OT_refine
from .variation_operators import (
    KEYFRAMEFACE_OT_discard_variations,
    KEYFRAMEFACE_OT_keep_variation,
    KEYFRAMEFACE_OT_make_variations,
    KEYFRAMEFACE_OT_next_variation,
)

HOSTS = ("VIEW3D_MT_object_animation", "GRAPH_MT_key", "DOPESHEET_MT_key")
"""Object > Animation and Pose > Animation in the 3D View, Key in the Graph Editor and in the Dope Sheet."""


SECTIONS: tuple[tuple[Any, ...], ...] = (
    (KEYFRAMEFACE_OT_generate, KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_refine),
    (
        KEYFRAMEFACE_OT_make_variations,
        KEYFRAMEFACE_OT_next_variation,
        KEYFRAMEFACE_OT_keep_variation,
        KEYFRAMEFACE_OT_discard_variations,
    ),
    (
        KEYFRAMEFACE_OT_keyframe_add,
        KEYFRAMEFACE_OT_keyframe_regenerate,
        KEYFRAMEFACE_OT_keyframe_relabel,
        KEYFRAMEFACE_OT_keyframe_strength,
        KEYFRAMEFACE_OT_keyframe_move,
        KEYFRAMEFACE_OT_keyframe_lock,
        KEYFRAMEFACE_OT_keyframe_delete,
    ),
    (
        KEYFRAMEFACE_OT_import_script,
        KEYFRAMEFACE_OT_stop_batch,
        KEYFRAMEFACE_OT_import_capture,
        KEYFRAMEFACE_OT_export_capture,
    ),
    (
        KEYFRAMEFACE_OT_new_prompt_text,
        KEYFRAMEFACE_OT_auto_map,
        KEYFRAMEFACE_OT_import_mapping,
        KEYFRAMEFACE_OT_add_demo_face,
    ),
)
JUMPS = (("PREVIOUS", "Jump to Previous Keyframe of a Face"), ("NEXT", "Jump to Next Keyframe of a Face"))


class KEYFRAMEFACE_MT_face(bpy.types.Menu):
    """All that can be done with a face"""

    bl_idname = "KEYFRAMEFACE_MT_face"
    bl_label = "KeyframeFace"
    bl_description = "Act out prompts on a face"

    def draw(self, _context: bpy.types.Context) -> None:
        layout = self.layout
        layout.operator_context = "INVOKE_DEFAULT"
        layout.menu(KEYFRAMEFACE_MT_examples.bl_idname)
        layout.menu(KEYFRAMEFACE_MT_models.bl_idname)
        for section in SECTIONS:
            layout.separator()
            for operator in section:
                layout.operator(operator.bl_idname)
        layout.separator()
        for to, text in JUMPS:
            layout.operator(KEYFRAMEFACE_OT_keyframe_jump.bl_idname, text=text).to = to


def add() -> None:
    for name in HOSTS:
        getattr(bpy.types, name).append(_draw_menu)
    bpy.types.VIEW3D_MT_mesh_add.append(_draw_demo_face)


def remove() -> None:
    bpy.types.VIEW3D_MT_mesh_add.remove(_draw_demo_face)
    for name in HOSTS:
        getattr(bpy.types, name).remove(_draw_menu)


def _draw_menu(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.menu(KEYFRAMEFACE_MT_face.bl_idname)


def _draw_demo_face(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.separator()
    menu.layout.operator(KEYFRAMEFACE_OT_add_demo_face.bl_idname, text="Demo Face", icon="MONKEY")
