"""What the tests of faults compare would be noticed if it changed; else they prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import pytest

from tests.blender.snapshot import in_detail
from tests.blender.timeline import action_of, current_scene, curve_of, key_by_hand, key_of

pytest_plugins = ("tests.blender.addon", "tests.blender.stage")


def hat(head: bpy.types.Object) -> Any:
    return curve_of(head, "hat")


def driver(head: bpy.types.Object) -> Any:
    return key_of(head).animation_data.drivers[0]


def track(head: bpy.types.Object) -> Any:
    return head.animation_data.nla_tracks[0]


def marker(head: bpy.types.Object) -> Any:
    return action_of(head).pose_markers["mine"]


CHANGES: list[Callable[[bpy.types.Object], object]] = [
    lambda head: key_by_hand(head, "hat", 55, 0.2),
    lambda head: setattr(hat(head).keyframe_points[1].co, "y", 0.61),
    lambda head: setattr(hat(head).keyframe_points[1], "handle_left_type", "FREE"),
    lambda head: setattr(hat(head).keyframe_points[1], "interpolation", "LINEAR"),
    lambda head: setattr(hat(head), "mute", True),
    lambda head: setattr(hat(head), "lock", True),
    lambda head: hat(head).modifiers.new("NOISE"),
    lambda head: setattr(marker(head), "frame", 23),
    lambda head: setattr(driver(head).driver, "expression", "0.3"),
    lambda head: setattr(driver(head), "mute", True),
    lambda head: setattr(track(head), "mute", True),
    lambda head: setattr(track(head).strips[0], "frame_start", 2.0),
    lambda head: setattr(key_of(head).key_blocks["cheekPuff"], "value", 0.01),
    lambda head: setattr(key_of(head).key_blocks["cheekPuff"], "mute", True),
    lambda head: setattr(key_of(head).animation_data, "action", None),
    lambda head: action_of(head).pop("keyframeface"),
    lambda head: action_of(head).copy(),
    lambda head: setattr(current_scene().timeline_markers["cut"], "name", "take"),
    lambda head: setattr(current_scene(), "frame_end", 99),
    lambda head: current_scene().collection.objects.link(head.copy()),
]


@pytest.mark.parametrize("change", CHANGES)
def test_noticed(head: bpy.types.Object, change: Callable[[bpy.types.Object], object]) -> None:
    before = in_detail()
    assert in_detail() == before
    change(head)
    assert in_detail() != before
