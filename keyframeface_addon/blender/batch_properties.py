"""The panel's choices for scripts, kept in the scene. No ``from __future__ import annotations`` here: Blender reads them."""

from typing import Any

import bpy
from bpy.props import FloatProperty, IntProperty, PointerProperty, StringProperty

from .placement import FARTHEST_FRAME


def start_property() -> Any:
    return IntProperty(
        name="First Frame",
        description="Where the first line begins; lines that are done stay where they are",
        default=1,
        min=-FARTHEST_FRAME,
        max=FARTHEST_FRAME,
    )


def gap_property() -> Any:
    return FloatProperty(
        name="Gap",
        description="Seconds between a line and the next",
        default=0.5,
        min=0.0,
        soft_max=10.0,
        step=10,
        precision=2,
        subtype="TIME_ABSOLUTE",
    )


class KeyframeFaceScript(bpy.types.PropertyGroup):
    """``scene.keyframeface_script``."""

    path: StringProperty(  # type: ignore[valid-type]
        name="Script",
        description="Lines of text (.txt), a table (.csv, .jsonl) or a screenplay (.fountain)",
        subtype="FILE_PATH",
    )
    start: start_property()  # type: ignore[valid-type]
    gap: gap_property()  # type: ignore[valid-type]


def add() -> None:
    scene_type: Any = bpy.types.Scene
    scene_type.keyframeface_script = PointerProperty(type=KeyframeFaceScript)  # type: ignore[func-returns-value]


def remove() -> None:
    del bpy.types.Scene.keyframeface_script  # type: ignore[attr-defined]
