"""What is in the open file, to compare before and after."""

from __future__ import annotations

from typing import Any

import bpy

from keyframeface_addon.blender.slots import curves_in


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


def in_detail() -> dict[str, dict[str, Any]]:
    """``everything``, and all that can be set on what moves it: keys with their handles, drivers, strips, markers, sliders.

    Asked of Blender property by property, so that it needs no list of what an animator may have set.
    """
    bpy.context.view_layer.update()  # what plays reaches the sliders only now
    found: dict[str, dict[str, Any]] = {"": dict(everything())}
    for kind in ("scenes", "objects", "meshes", "shape_keys", "actions"):
        for block in getattr(bpy.data, kind):
            seen = found[f"{kind} {block.name_full}"] = _settings(block)
            if kind != "scenes":  # there lie an extension's settings, and reading one may be enough to make it
                items = block.items()
                seen |= {f'["{n}"]': v.to_dict() if hasattr(v, "to_dict") else v for n, v in items}
            for name in (
                "timeline_markers",
                "pose_markers",
                "key_blocks",
                "modifiers",
                "constraints",
                "slots",
                "groups",
            ):
                seen |= _listed(name, getattr(block, name, ()))
            if kind == "actions":
                for i, curve in enumerate(curves_in(block)):
                    seen |= _curve(f"curve {i}", curve)
            if (data := getattr(block, "animation_data", None)) is not None:
                seen |= _animation(data)
    return found


def _animation(data: Any) -> dict[str, Any]:
    seen = _settings(data, "animation")
    seen["animation slot"] = getattr(getattr(data, "action_slot", None), "handle", 0)
    for i, driver in enumerate(data.drivers):
        seen |= _curve(f"driver {i}", driver) | _settings(driver.driver, f"driver {i} driver")
    for track in data.nla_tracks:
        seen |= _settings(track, f"track {track.name}") | _listed(f"track {track.name} strips", track.strips)
    return seen


def _curve(name: str, curve: Any) -> dict[str, Any]:
    seen = _settings(curve, name) | _listed(f"{name} keys", curve.keyframe_points)
    return seen | _listed(f"{name} modifiers", curve.modifiers) | {f"{name} group": curve.group and curve.group.name}


def _listed(name: str, items: Any) -> dict[str, Any]:
    return {f"{name} count": len(items)} | {
        key: value for i, item in enumerate(items) for key, value in _settings(item, f"{name} {i}").items()
    }


def _settings(item: Any, name: str = "") -> dict[str, Any]:
    """Numbers and words that may be set on it; of what it points at only the name."""
    seen = {}
    for rule in item.bl_rna.properties:
        ours_or_old = rule.is_runtime or getattr(rule, "is_deprecated", False)
        if rule.is_readonly or rule.type == "COLLECTION" or ours_or_old:
            continue
        try:
            value = getattr(item, rule.identifier)
        except AttributeError:  # not on this one
            continue
        if rule.type == "POINTER":
            value = getattr(value, "name", None)
        elif getattr(rule, "is_array", False):
            value = tuple(tuple(v) if hasattr(v, "__len__") else v for v in value)
        seen[f"{name} {rule.identifier}"] = value
    return seen
