"""What tests ask of a timeline: keys and curves by shape key, and all that a refused write must not change."""

from __future__ import annotations

from typing import Any

import bpy

from keyframeface_addon.blender.slots import find_home
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance

SLOTTED = "slots" in bpy.types.Action.bl_rna.properties


def current_scene() -> bpy.types.Scene:
    assert bpy.context.scene
    return bpy.context.scene


def key_of(head: bpy.types.Object) -> bpy.types.Key:
    assert isinstance(head.data, bpy.types.Mesh)
    assert head.data.shape_keys
    return head.data.shape_keys


def action_of(head: bpy.types.Object) -> bpy.types.Action:
    animation = key_of(head).animation_data
    assert animation
    assert animation.action
    return animation.action


def local_object(name: str) -> bpy.types.Object:
    objects: Any = bpy.data.objects
    found: bpy.types.Object = objects[name, None]
    return found


def load(path: str, link: bool, **names: str) -> Any:
    """Links or appends the one thing that is named, by its kind: ``objects="Head"``."""
    libraries: Any = bpy.data.libraries
    [(kind, name)] = names.items()
    with libraries.load(path, link=link) as (_, wanted):
        setattr(wanted, kind, [name])
    return getattr(wanted, kind)[0]


def curve_of(head: bpy.types.Object, key: str) -> bpy.types.FCurve | None:
    home = find_home(key_of(head))
    return home.find(key_of(head).key_blocks[key].path_from_id("value")) if home else None


def keys_of(head: bpy.types.Object, key: str) -> dict[float, float]:
    curve = curve_of(head, key)
    return {round(p.co.x, 3): round(p.co.y, 4) for p in curve.keyframe_points} if curve else {}


def key_by_hand(head: bpy.types.Object, key: str, frame: float, value: float) -> None:
    block = key_of(head).key_blocks[key]
    block.value = value
    block.keyframe_insert("value", frame=frame)


def move_all(head: bpy.types.Object, offset: int) -> None:
    """Keys, handles and markers, as one moves them together in the Dope Sheet."""
    home = find_home(key_of(head))
    assert home
    for curve in home.holder.fcurves:
        for point in curve.keyframe_points:
            point.co_ui.x += offset
        curve.update()
    for marker in home.action.pose_markers:
        marker.frame += offset


def pose(**channels: float) -> Performance:
    return Performance((Keyframe(0.0, "pose", channels),))


def snapshot() -> dict[str, Any]:
    """All that a refused or broken write must leave as it was."""
    actions = {}
    for action in bpy.data.actions:
        bags: list[Any] = _channelbags(action) if SLOTTED else [action]
        drawn = [
            (c.data_path, c.array_index, [tuple(p.co) for p in c.keyframe_points]) for b in bags for c in b.fcurves
        ]
        actions[action.name] = (drawn, action.get("keyframeface"), [(m.name, m.frame) for m in action.pose_markers])
    owners = [*bpy.data.shape_keys, *bpy.data.objects]
    assigned = {o.name: (o.animation_data.action and o.animation_data.action.name) for o in owners if o.animation_data}
    return {"actions": actions, "assigned": {name: action for name, action in assigned.items() if action}}


def _channelbags(action: Any) -> list[Any]:
    return [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
