"""Keyframes into an F-curve by the array, a hundred times faster than ``keyframe_insert``: dense timelines need it."""

from __future__ import annotations

import bpy
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SAME_FRAME = 0.01
"""Blender takes keyframes closer than this for one."""


def _enum(name: str, item: str) -> int:
    prop = bpy.types.Keyframe.bl_rna.properties[name]
    return int(prop.enum_items[item].value)  # type: ignore[attr-defined]


_SHAPE = {
    "interpolation": _enum("interpolation", "BEZIER"),
    "handle_left_type": _enum("handle_left_type", "AUTO_CLAMPED"),
    "handle_right_type": _enum("handle_right_type", "AUTO_CLAMPED"),
}


def replace_keys(
    curve: bpy.types.FCurve, frames: npt.ArrayLike, values: npt.ArrayLike, first: float, last: float
) -> None:
    """Puts these keyframes in place of those from ``first`` to ``last``; others stay. New ones have clamped handles."""
    points = curve.keyframe_points
    _remove(points, first, last)
    kept, added = len(points), np.column_stack((frames, values)).astype(np.float32).ravel()
    count = added.size // 2
    shape = {name: np.full(kept + count, value, np.int32) for name, value in _SHAPE.items()}
    if kept:
        before = np.empty(2 * kept, np.float32)
        points.foreach_get("co", before)
        added = np.concatenate((before, added))
        for name, kinds in shape.items():
            old = np.empty(kept, np.int32)
            points.foreach_get(name, old)
            kinds[:kept] = old
    points.add(count)
    points.foreach_set("co", added)
    for name, kinds in shape.items():
        points.foreach_set(name, kinds)
    curve.update()  # sorts


def move_keys(curve: bpy.types.FCurve, first: float, by: float) -> None:
    """Moves the keyframes from ``first`` on, with their handles, by this many frames."""
    points = curve.keyframe_points
    moved = keyed_frames(points) > first - SAME_FRAME
    for name in ("co", "handle_left", "handle_right"):
        at = np.empty(2 * len(points), np.float32)
        points.foreach_get(name, at)
        at[::2][moved] += by
        points.foreach_set(name, at)
    curve.update()


def shift_keys(curve: bpy.types.FCurve, by: npt.NDArray[np.float64]) -> None:
    """Moves each keyframe, with its handles, by so many frames. Call ``curve.update()`` when all is done: it sorts."""
    points = curve.keyframe_points
    if not by.any():
        return
    for name in ("co", "handle_left", "handle_right"):
        at = np.empty(2 * len(points), np.float32)
        points.foreach_get(name, at)
        at[::2] += by.astype(np.float32)
        points.foreach_set(name, at)


def keyed_frames(points: bpy.types.FCurveKeyframePoints) -> npt.NDArray[np.float32]:
    """Where a curve has its keys."""
    at = np.empty(2 * len(points), np.float32)
    points.foreach_get("co", at)
    return at[::2]


def _remove(points: bpy.types.FCurveKeyframePoints, first: float, last: float) -> None:
    at = keyed_frames(points)
    inside = np.flatnonzero((at > first - SAME_FRAME) & (at < last + SAME_FRAME))
    if len(inside) == len(points):
        points.clear()
        return
    for i in inside[::-1].tolist():
        points.remove(points[i], fast=True)


def evaluate(curve: bpy.types.FCurve, frames: npt.ArrayLike) -> Array:
    return np.array([curve.evaluate(frame) for frame in np.asarray(frames, float).tolist()])
