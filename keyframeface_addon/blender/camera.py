"""A camera for scenes that have none: in front of what the shape keys move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Vector

from .references import shape_keys
from .rig import Face

MARGIN = 1.65
"""The picture against the part that moves, which ends at brows and chin."""
LENS = 85.0
SENSOR = 36.0


@contextmanager
def camera_before(face: Face, scene: bpy.types.Scene) -> Iterator[None]:
    """The scene has a camera for the time being."""
    lens = bpy.data.cameras.new("KeyframeFace")
    camera = bpy.data.objects.new("KeyframeFace", lens)
    scene.collection.objects.link(camera)
    before, scene.camera = scene.camera, camera
    try:
        _place(camera, lens, *_moving_box(face.meshes[0]))
        yield
    finally:
        scene.camera = before
        bpy.data.objects.remove(camera)
        bpy.data.cameras.remove(lens)


def _place(camera: bpy.types.Object, lens: bpy.types.Camera, low: Vector, high: Vector) -> None:
    """Characters look along -Y, by Blender's habit."""
    middle, extent = (low + high) / 2, max(high.x - low.x, high.z - low.z, 1e-3) * MARGIN
    lens.lens, lens.sensor_height, lens.sensor_fit = LENS, SENSOR, "VERTICAL"
    distance = extent * LENS / SENSOR
    lens.clip_start, lens.clip_end = distance / 100, distance * 100
    camera.location = (middle.x, low.y - distance, middle.z)
    camera.rotation_euler = (np.pi / 2, 0.0, 0.0)


def _moving_box(mesh: bpy.types.Object) -> tuple[Vector, Vector]:
    """In the world, around the points that any shape key moves: of a whole character that is the face."""
    keys = shape_keys(mesh)
    assert keys is not None
    rest = _points(keys.reference_key)
    moved = np.zeros(len(rest), np.float32)
    for block in keys.key_blocks:
        moved = np.maximum(moved, np.abs(_points(block) - rest).max(axis=1))
    points = rest[moved > 0.05 * moved.max()] if moved.any() else rest
    corners = [mesh.matrix_world @ Vector(corner) for corner in _corners(points)]
    low = Vector([min(corner[i] for corner in corners) for i in range(3)])
    high = Vector([max(corner[i] for corner in corners) for i in range(3)])
    return low, high


def _corners(points: npt.NDArray[np.float32]) -> list[tuple[float, float, float]]:
    (a, b, c), (d, e, f) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return [(x, y, z) for x in (a, d) for y in (b, e) for z in (c, f)]


def _points(block: bpy.types.ShapeKey) -> npt.NDArray[np.float32]:
    points = np.empty(3 * len(block.data), np.float32)
    block.data.foreach_get("co", points)
    return points.reshape(-1, 3)
