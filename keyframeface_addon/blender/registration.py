"""What the extension hangs into Blender, and takes out again. Nothing here or imported here at the top may import numpy:
enabling has 100 ms, and numpy alone takes as much the first time."""

from __future__ import annotations

from typing import Any

import bpy

from ..inference.engines import close_engines
from . import handlers
from .operators import KEYFRAMEFACE_OT_add_demo_face, KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_generate
from .panel import KEYFRAMEFACE_PT_labels, KEYFRAMEFACE_PT_main, KEYFRAMEFACE_PT_more
from .preferences import KeyframeFacePreferences
from .properties import KeyframeFaceSettings
from .running import cancel_all

COMMAND = "keyframeface"

_register_classes, _unregister_classes = bpy.utils.register_classes_factory(
    (
        KeyframeFaceSettings,
        KeyframeFacePreferences,
        KEYFRAMEFACE_OT_generate,
        KEYFRAMEFACE_OT_cancel,
        KEYFRAMEFACE_OT_add_demo_face,
        KEYFRAMEFACE_PT_main,
        KEYFRAMEFACE_PT_more,
        KEYFRAMEFACE_PT_labels,
    )
)
_commands: list[Any] = []


def register() -> None:
    _register_classes()
    bpy.types.Scene.keyframeface = bpy.props.PointerProperty(type=KeyframeFaceSettings)  # type: ignore[attr-defined]
    handlers.add()
    _commands.append(bpy.utils.register_cli_command(COMMAND, _run_command))


def unregister() -> None:
    cancel_all()
    close_engines()
    while _commands:
        bpy.utils.unregister_cli_command(_commands.pop())
    handlers.remove()
    del bpy.types.Scene.keyframeface  # type: ignore[attr-defined]
    _unregister_classes()


def _run_command(arguments: list[str]) -> int:
    from .command import run

    return run(arguments)
