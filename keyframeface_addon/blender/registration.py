"""What the extension hangs into Blender, and takes out again. Nothing here or imported here at the top may import numpy:
enabling has 100 ms, and numpy alone takes as much the first time."""

from __future__ import annotations

from typing import Any

import bpy

from ..inference.engines import close_engines
from . import (
    batch_panel,
    batch_properties,
    capture_io,
    handlers,
    keep_warm,
    keyframe_list,
    mapping_properties,
    menus,
    refine_operators,
    variation_operators,
)
from .batch_operators import BATCH_OPERATORS
from .demo_face import KEYFRAMEFACE_OT_add_demo_face
from .keyframe_operators import KEYFRAME_OPERATORS
from .keyframe_panel import KEYFRAME_PANELS
from .last_error import KEYFRAMEFACE_OT_dismiss_error
from .mapping_operators import MAPPING_OPERATORS
from .mapping_panel import KEYFRAMEFACE_MT_mapping_presets, KEYFRAMEFACE_PT_mapping, KEYFRAMEFACE_UL_channels
from .model_choice import MODEL_CHOICE
from .operators import KEYFRAMEFACE_OT_cancel, KEYFRAMEFACE_OT_generate
from .panel import MAIN_PANELS
from .preferences import KeyframeFacePreferences
from .prompt_presets import PROMPT_PRESETS
from .properties import KeyframeFaceSettings
from .refine_panel import REFINE_PANELS
from .running import cancel_all
from .ticker import Ticker
from .variation_operators import VARIATION_OPERATORS
from .variation_panel import VARIATION_PANELS
from .variations import forget_variations

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
    KEYFRAMEFACE_OT_dismiss_error,
    *MODEL_CHOICE,
    *PROMPT_PRESETS,
    menus.KEYFRAMEFACE_MT_face,
    *capture_io.CAPTURE_OPERATORS,
    batch_properties.KeyframeFaceScript,
    *BATCH_OPERATORS,
    *keyframe_list.LISTED,
    *KEYFRAME_OPERATORS,
    *MAPPING_OPERATORS,
    KEYFRAMEFACE_UL_channels,
    KEYFRAMEFACE_MT_mapping_presets,
    *MAIN_PANELS,
    *KEYFRAME_PANELS,
    *refine_operators.REFINE,
    *REFINE_PANELS,
    *VARIATION_OPERATORS,
    *VARIATION_PANELS,
    KEYFRAMEFACE_PT_mapping,
    batch_panel.KEYFRAMEFACE_PT_script,
)
_utils: Any = bpy.utils  # the stubs have it that these functions return nothing
_register_classes, _unregister_classes = _utils.register_classes_factory(_CLASSES)
_commands: list[Any] = []


def register() -> None:
    _register_classes()
    scene_type: Any = bpy.types.Scene
    scene_type.keyframeface = bpy.props.PointerProperty(type=KeyframeFaceSettings)  # type: ignore[func-returns-value]
    mapping_properties.add()
    keyframe_list.add()
    refine_operators.add()
    variation_operators.add()
    batch_properties.add()
    capture_io.add_to_menus()
    batch_panel.add_to_menus()
    menus.add()
    keep_warm.add()
    handlers.add()
    _commands.append(_utils.register_cli_command(COMMAND, _run_command))


def unregister() -> None:
    cancel_all()
    forget_variations()
    Ticker.stop_all()
    close_engines()
    while _commands:
        _utils.unregister_cli_command(_commands.pop())
    handlers.remove()
    keep_warm.remove()
    menus.remove()
    batch_panel.remove_from_menus()
    capture_io.remove_from_menus()
    batch_properties.remove()
    variation_operators.remove()
    refine_operators.remove()
    keyframe_list.remove()
    mapping_properties.remove()
    del bpy.types.Scene.keyframeface  # type: ignore[attr-defined]
    _unregister_classes()


def _run_command(arguments: list[str]) -> int:
    from .command import run

    return run(arguments)
