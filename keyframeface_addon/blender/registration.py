"""What the extension hangs into Blender, and takes out again. Nothing here or imported here at the top may import numpy:
enabling has 100 ms, and numpy alone takes as much the first time."""

from __future__ import annotations

from typing import Any

import bpy

from ..inference.engines import close_engines
from . import capture_io, handlers, mapping_properties
from .demo_face import KEYFRAMEFACE_OT_add_demo_face
from .mapping_operators import MAPPING_OPERATORS
from .mapping_panel import KEYFRAMEFACE_MT_mapping_presets, KEYFRAMEFACE_PT_mapping, KEYFRAMEFACE_UL_channels
from .operators import KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_generate
from .panel import KEYFRAMEFACE_PT_labels, KEYFRAMEFACE_PT_main, KEYFRAMEFACE_PT_more
from .preferences import KeyframeFacePreferences
from .properties import KeyframeFaceSettings
from .running import cancel_all
from .ticker import Ticker

COMMAND = "keyframeface"

_CLASSES = (
    KeyframeFaceSettings,
    KeyframeFacePreferences,
    mapping_properties.MappedDrive,
    mapping_properties.MappedChannel,
    mapping_properties.FaceMapping,
    mapping_properties.MappingView,
    KEYFRAMEFACE_OT_generate,
    KEYFRAMEFACE_OT_cancel,
    KEYFRAMEFACE_OT_add_demo_face,
    *capture_io.CAPTURE_OPERATORS,
    *MAPPING_OPERATORS,
    KEYFRAMEFACE_UL_channels,
    KEYFRAMEFACE_MT_mapping_presets,
    KEYFRAMEFACE_PT_main,
    KEYFRAMEFACE_PT_more,
    KEYFRAMEFACE_PT_labels,
    KEYFRAMEFACE_PT_mapping,
)
_utils: Any = bpy.utils  # the stubs have it that these functions return nothing
_register_classes, _unregister_classes = _utils.register_classes_factory(_CLASSES)
_commands: list[Any] = []


def register() -> None:
    _register_classes()
    scene_type: Any = bpy.types.Scene
    scene_type.keyframeface = bpy.props.PointerProperty(type=KeyframeFaceSettings)  # type: ignore[func-returns-value]
    mapping_properties.add()
    capture_io.add_to_menus()
    handlers.add()
    _commands.append(_utils.register_cli_command(COMMAND, _run_command))


def unregister() -> None:
    cancel_all()
    Ticker.stop_all()
    close_engines()
    while _commands:
        _utils.unregister_cli_command(_commands.pop())
    handlers.remove()
    capture_io.remove_from_menus()
    mapping_properties.remove()
    del bpy.types.Scene.keyframeface  # type: ignore[attr-defined]
    _unregister_classes()


def _run_command(arguments: list[str]) -> int:
    from .command import run

    return run(arguments)
