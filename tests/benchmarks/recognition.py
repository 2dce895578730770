"""Finding a face: one character of 300,000 vertices with 200 keys, and eyeballs that are objects to be told left from right."""

from __future__ import annotations

import time

import bpy
import numpy as np

from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.channels import SHAPES

from .table import Figure, median

VERTICES, KEYS, LIMIT = 300_000, 200, 0.3
ROUNDS = 5


def run() -> list[Figure]:
    """Processor time, for other programs' sake; keys that are no face's have names like a sculptor's."""
    head = _character()
    scene = bpy.context.scene
    assert scene
    figures = []
    for what, eyes in (("one mesh", False), ("with eyeballs that are objects", True)):
        if eyes:
            _eyeballs(head)
        spent = []
        for _ in range(ROUNDS):
            started = time.process_time()
            face = find_face(head, scene)
            spent.append(time.process_time() - started)
        assert len(face.keys) == len(SHAPES)
        assert len(face.loose) == (2 if eyes else 0)
        figures.append(Figure(f"find_face, {what}: seconds", f"{median(spent):.3f}"))
        figures.append(
            Figure(f"find_face, {what}: the slowest of {ROUNDS}", f"{max(spent):.3f}", f"< {LIMIT}", max(spent) < LIMIT)
        )
    return figures


def _character() -> bpy.types.Object:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    mesh = bpy.data.meshes.new("Head")
    mesh.vertices.add(VERTICES)
    rest = np.random.default_rng(0).normal(size=(VERTICES, 3)).astype(np.float32)
    rest /= 8 * np.linalg.norm(rest, axis=1, keepdims=True)
    mesh.vertices.foreach_set("co", rest.ravel())
    head = bpy.data.objects.new("Head", mesh)
    bpy.context.scene.collection.objects.link(head)
    head.shape_key_add(name="Basis")
    names = [f"hero_{name}" for name in SHAPES] + [f"sculpt pass {i:03}" for i in range(KEYS - len(SHAPES))]
    for name in names:
        key = head.shape_key_add(name=name, from_mix=False)
        if name.startswith("hero_eyeBlink"):
            left = name.endswith("Left")
            moved = rest.copy()
            moved[(rest[:, 0] > 0.02) if left else (rest[:, 0] < -0.02), 2] -= 0.01
            key.data.foreach_set("co", moved.ravel())
    return head


def _eyeballs(head: bpy.types.Object) -> None:
    for name, x in (("Eye_L", 0.03), ("Eye_R", -0.03)):
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.012, segments=96, ring_count=64, location=(x, -0.1, 0.0))
        eye = bpy.context.object
        assert eye
        eye.name, eye.parent = name, head
