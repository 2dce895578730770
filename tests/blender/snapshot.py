"""What is in the open file, to compare before and after."""

from __future__ import annotations

from typing import Any

import bpy


def everything() -> dict[str, str]:
    """All data-blocks by kind and name, with what moves them and with their shape keys' values: equal where nothing has changed."""
    found = {}
    for kind in (
        "scenes",
        "objects",
        "meshes",
        "shape_keys",
        "actions",
        "cameras",
        "curves",
        "images",
        "worlds",
        "lights",
    ):
        for block in getattr(bpy.data, kind):
            data = getattr(block, "animation_data", None)
            values = [k.value for k in block.key_blocks] if kind == "shape_keys" else []
            if block.name == "Render Result":  # Blender's own, there since the first render
                continue
            found[f"{kind} {block.name}"] = f"{data.action.name if data and data.action else ''} {values} {block.users}"
    return found


def curve_count() -> int:
    """F-curves in all actions."""
    count = 0
    actions: list[Any] = list(bpy.data.actions)  # stubs of one version do not fit all
    for action in actions:
        if hasattr(action, "slots"):
            bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
            count += sum(len(bag.fcurves) for bag in bags)
        else:
            count += len(action.fcurves)
    return count
