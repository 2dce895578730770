"""61 channels x 10,000 keys into F-curves: ours against bare ``foreach_set`` and against ``keyframe_insert``."""

from __future__ import annotations

import time

import bpy
import numpy as np

from keyframeface_addon.blender.bulk import replace_keys

from .table import Figure, median

CHANNELS, KEYS, INSERTED = 61, 10_000, 500
ROUNDS = 5


def run() -> list[Figure]:
    """``keyframe_insert`` runs on the first 500 keys of each channel: it only gets slower, per key, the longer a curve is."""
    random = np.random.default_rng(0)
    frames = np.arange(KEYS, dtype=float)
    values = random.random((CHANNELS, KEYS))
    ours, bare = [], []
    for _ in range(ROUNDS):
        curves = _curves()
        started = time.perf_counter()
        for curve, row in zip(curves, values, strict=True):
            replace_keys(curve, frames, row, 0.0, float(KEYS))
        ours.append(time.perf_counter() - started)
        curves = _curves()
        started = time.perf_counter()
        for curve, row in zip(curves, values, strict=True):
            _bare(curve, frames, row)
        bare.append(time.perf_counter() - started)
    keys = _keys()
    started = time.perf_counter()
    for channel, row in enumerate(values):
        block = keys.key_blocks[channel + 1]
        for frame in range(INSERTED):
            block.value = row[frame]
            block.keyframe_insert("value", frame=frame)
    inserted = (time.perf_counter() - started) / INSERTED * KEYS
    faster, ratio = inserted / median(ours), median(ours) / median(bare)
    return [
        Figure(f"{CHANNELS} channels x {KEYS:,} keys: ours", f"{median(ours) * 1000:.0f} ms"),
        Figure("against bare foreach_set", f"{ratio:.2f} x", "<= 2 x", ratio <= 2),
        Figure("against keyframe_insert: times faster", f"{faster:.0f} x", ">= 50 x", faster >= 50),
    ]


def _keys() -> bpy.types.Key:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    mesh = bpy.data.meshes.new("m")
    mesh.from_pydata([(0, 0, 0)], [], [])
    thing = bpy.data.objects.new("m", mesh)
    bpy.context.scene.collection.objects.link(thing)
    thing.shape_key_add(name="Basis")
    for i in range(CHANNELS):
        thing.shape_key_add(name=f"k{i}")
    keys = mesh.shape_keys
    assert keys is not None
    return keys


def _curves() -> list[bpy.types.FCurve]:
    keys = _keys()
    curves = []
    for block in keys.key_blocks[1:]:
        block.keyframe_insert("value", frame=0)
    action = keys.animation_data.action
    if hasattr(action, "slots"):
        strip = action.layers[0].strips[0]
        curves = list(strip.channelbag(keys.animation_data.action_slot).fcurves)
    else:
        curves = list(action.fcurves)
    for curve in curves:
        curve.keyframe_points.clear()
    return curves


def _bare(curve: bpy.types.FCurve, frames: np.ndarray, row: np.ndarray) -> None:  # type: ignore[type-arg]
    points = curve.keyframe_points
    points.add(len(frames))
    points.foreach_set("co", np.column_stack((frames, row)).astype(np.float32).ravel())
    points.foreach_set("interpolation", np.full(len(frames), 2, np.int32))
    for side in ("left", "right"):
        points.foreach_set(f"handle_{side}_type", np.full(len(frames), 4, np.int32))
    curve.update()
