"""The packaged extension in a desktop Blender: installed from its zip, asked what it knows, its model held back."""

from __future__ import annotations

import importlib
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import bpy

from .hands import Hands, Turns, turns

MODULE = "bl_ext.user_default.keyframeface"
TAB = "KeyframeFace"
PROMPT = "She tries to stay composed, then bursts into tears"

ops: Any = bpy.ops  # the stubs know only Blender's own
Keys = dict[str, list[list[float]]]


def install(hands: Hands, archive: str) -> Turns:
    """As Preferences > Get Extensions > Install from Disk does, and enables it."""
    with hands.context(hands.area("VIEW_3D")):
        ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    yield from turns()
    assert is_enabled(), "the extension was installed but not enabled"


def is_enabled() -> bool:
    return any(addon.module == MODULE for addon in bpy.context.preferences.addons)


def part(name: str) -> Any:
    """A module of the installed extension: ``part("blender.running")``."""
    return importlib.import_module(f"{MODULE}.{name}")


def takes() -> list[Any]:
    """Under way."""
    return list(part("blender.running").TAKES.values())


def labels() -> list[str]:
    """Of the first take under way, so far."""
    return list(takes()[0].labels) if takes() else []


def listed() -> list[list[Any]]:
    """Start frame and time of every keyframe of every performance on the face at hand, and its label."""
    face = part("blender.glance").find_face_at_hand(bpy.context.view_layer.objects.active, bpy.context.scene)
    records = part("blender.readback").face_records(face)
    return [[r.start_frame, round(k.time, 4), k.label] for r in records for k in r.performance.keyframes]


def shown() -> list[str]:
    """Labels in the panel's list of keyframes."""
    scene: Any = bpy.context.scene
    return [row.label for row in scene.keyframeface_keyframes.rows]


def keys(*of: bpy.types.Key) -> Keys:
    """Frame and value of every key on these shape keys, or on all of them, by data path."""
    found: Keys = {}
    for data in of or bpy.data.shape_keys:
        for curve in _curves(data):
            points: Any = curve.keyframe_points
            found[f"{data.name} {curve.data_path}"] = [[round(c, 4) for c in point.co] for point in points]
    return found


def _curves(data: bpy.types.ID) -> list[bpy.types.FCurve]:
    animation: Any = data.animation_data  # type: ignore[attr-defined]
    if not animation or not animation.action:
        return []
    if not hasattr(animation.action, "slots"):
        return list(animation.action.fcurves)
    strips = [strip for layer in animation.action.layers for strip in layer.strips]
    bags = [strip.channelbag(animation.action_slot) for strip in strips]
    return [curve for bag in bags if bag for curve in bag.fcurves]


class HeldModel:
    """The model as on a machine so slow that one can see it work: its process runs only for moments. Not on Windows."""

    def __init__(self) -> None:
        self._held: set[int] = set()

    def until(self, condition: Callable[[], bool], moment: float) -> Turns:
        """Lets it run ``moment`` seconds a turn until then, and leaves it held. Raises AssertionError where that never comes."""
        for _ in range(6000):
            if condition():
                return
            self.let_go()
            time.sleep(moment)
            self.hold()
            yield
        raise AssertionError("the model did not get there")

    def hold(self) -> None:
        """It does not run at all."""
        for pid in self._workers():
            os.kill(pid, signal.SIGSTOP)
            self._held.add(pid)

    def let_go(self) -> None:
        """It runs freely."""
        for pid in self._held & set(self._workers()):
            os.kill(pid, signal.SIGCONT)
        self._held.clear()

    def _workers(self) -> list[int]:
        engines = part("inference.engines")._engines.values()
        return [engine._process.pid for engine in engines if engine._process is not None]
