"""The demo head as users see it, for measuring: every mesh rounded by its Subdivision modifier, posed by plain addition.

Centimetres in the head's own space, as in the code that makes it. Subdivision is linear in the base points, so that one
look at each key through Blender is enough to pose the rounded surface in numpy afterwards, thousands of times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import bpy
import numpy as np

from keyframeface_addon.blender.head import DEFAULT, Character, add_head
from keyframeface_addon.blender.head import openings as op
from keyframeface_addon.blender.head.anatomy import FLOOR, Array, Ints
from keyframeface_addon.blender.head.topology import LEFT_EYE, MOUTH, Block, Topology, build_topology
from keyframeface_addon.face.channels import CHANNEL, ChannelName
from keyframeface_addon.face.gaze import with_eye_rotations
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.plausible import repair

Pose = Mapping[ChannelName, float]


@dataclass(frozen=True, repr=False)
class Surface:
    """One mesh: (n, 3) points at rest, the move of each key, quads and triangles (the latter's last corner doubled)."""

    name: str
    rest: Array
    moves: Mapping[ChannelName, Array]
    faces: Ints
    origin: Ints
    """For each face, the base face it is part of."""
    base: Array
    """Points before subdivision."""
    base_moves: Mapping[ChannelName, Array]
    edge_middle: Mapping[tuple[int, int], int]
    """For the two base vertices of an edge, the point in the middle of it."""

    def posed(self, pose: Pose) -> Array:
        points = self.rest.copy()
        for name, value in pose.items():
            if name in self.moves:
                points += value * self.moves[name]
        return points

    def along(self, ring: Ints) -> Ints:
        """The points of a closed ring of base vertices, those in the middle of its edges included."""
        ends = zip(ring.tolist(), np.roll(ring, -1).tolist(), strict=True)
        middles = [self.edge_middle[min(a, b), max(a, b)] for a, b in ends]
        return np.stack([ring, np.array(middles)], axis=1).ravel()

    def normals(self, points: Array) -> Array:
        """(faces, 3), as long as twice the face's area."""
        a, b, c, d = (points[self.faces[:, i]] for i in range(4))
        return np.cross(c - a, d - b)


@dataclass(frozen=True, repr=False)
class Eye:
    """An eyeball: its centre, and how far its surface reaches by the angle (radians) from where it looks."""

    centre: Array
    angles: Array
    radii: Array

    def radius(self, points: Array, gaze: Array) -> Array:
        """Of the eyeball, in the directions of these points."""
        away = points - self.centre
        cosine = away @ gaze / np.linalg.norm(away, axis=1)
        result: Array = np.interp(np.arccos(np.clip(cosine, -1.0, 1.0)), self.angles, self.radii)
        return result


@dataclass(frozen=True, repr=False)
class Head:
    skin: Surface
    parts: Mapping[str, Surface]
    eyes: Mapping[str, Eye]
    topology: Topology


def both_sides(base: str, value: float = 1.0) -> dict[ChannelName, float]:
    """The pose of a shape by its name without a side."""
    return {name: value for name in (base + "Left", base + "Right", base) if name in CHANNEL}


def repaired(pose: Pose) -> dict[ChannelName, float]:
    """The pose as the product would give it to a rig."""
    return dict(repair(Keyframe(0.0, "", pose))[0].channels)


def gaze_of(pose: Pose, side: str) -> Array:
    """Unit vector where the eye ``L`` or ``R`` looks in this pose."""
    turned = with_eye_rotations(pose)
    eye = {"L": "leftEye", "R": "rightEye"}[side]
    yaw, pitch = turned[eye + "Yaw"], turned[eye + "Pitch"]
    return np.array([-np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), -np.sin(pitch)])


def paired(surface: Surface, ring: Ints, block: Block) -> tuple[Ints, Ints, Array]:
    """Points of an opening's ring above and below, each as far along as the other, and how far: -1 to 1 with x."""
    along, side = op.loop_sides(block)
    points = surface.along(ring)
    start = int(np.flatnonzero((side == 0.0) & (along > 0.0))[0])
    around = np.roll(points, -2 * start)
    half = len(points) // 2
    upper, lower = around[1:half], around[-1:half:-1]
    steps = np.arange(1, half) / half
    return upper[::-1], lower[::-1], (0.45 * np.cos(np.pi * steps) + 0.55 * (1.0 - 2.0 * steps))[::-1]


def lips(head: Head, ring: int) -> tuple[Ints, Ints, Array]:
    return paired(head.skin, head.topology.rings["mouth"][ring], MOUTH)


def lids(head: Head, side: str, ring: int) -> tuple[Ints, Ints, Array]:
    """As ``lips``; for the right eye too, where "along" grows outwards as on the left."""
    vertices = head.topology.rings["eye.L"][ring]
    return paired(head.skin, vertices if side == "L" else head.topology.mirror[vertices], LEFT_EYE)


@cache
def measure_head(character: Character = DEFAULT) -> Head:
    """A head made by ``add_head``, measured once for all tests: takes a few seconds and leaves Blender's file empty."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    face = add_head(bpy.context.scene.collection, character=character)
    measured = _look_at(face)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return measured


def _look_at(face: bpy.types.Object) -> Head:
    rig = face.parent
    assert rig
    parts = {
        thing.name.split(" ", 1)[-1]: _surface(thing)
        for thing in rig.children
        if thing.type == "MESH" and thing != face
    }
    eyes = {}
    for side in "LR":
        joint = np.array(rig.data.bones[f"eye.{side}"].head_local) * 100.0 + [0.0, 0.0, FLOOR]
        eyes[side] = _eyeball(parts[f"Eye.{side}"], joint)
    return Head(_surface(face), parts, eyes, build_topology())


def _surface(thing: bpy.types.Object) -> Surface:
    mesh = thing.data
    assert isinstance(mesh, bpy.types.Mesh)
    level = next((m.levels for m in thing.modifiers if m.type == "SUBSURF"), 0)  # type: ignore[attr-defined]
    rest, blocks = rounded(thing), list(mesh.shape_keys.key_blocks)[1:] if mesh.shape_keys else []
    base = _points(mesh.vertices)
    moves, base_moves = {}, {}
    for block in blocks:
        block.value = 1.0
        moves[block.name] = rounded(thing) - rest
        block.value = 0.0
        base_moves[block.name] = _points(block.data) - base
    graph = bpy.context.evaluated_depsgraph_get()
    faces = [(*p.vertices, p.vertices[-1])[:4] for p in thing.evaluated_get(graph).data.polygons]
    sizes = np.array([len(p.vertices) for p in mesh.polygons])
    pieces = sizes * 4 ** (level - 1) if level else np.ones_like(sizes)
    inner = 2**level - 1
    first = len(mesh.vertices) + inner // 2
    middles = {(min(e.vertices), max(e.vertices)): first + i * inner for i, e in enumerate(mesh.edges)} if level else {}
    origin = np.repeat(np.arange(len(sizes)), pieces)
    return Surface(thing.name, rest, moves, np.array(faces), origin, base, base_moves, middles)


def rounded(thing: bpy.types.Object) -> Array:
    """Points of a mesh as it is shown now."""
    bpy.context.view_layer.update()
    return _points(thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).data.vertices)


def _points(vertices: bpy.types.bpy_prop_collection) -> Array:  # type: ignore[type-arg]
    flat = np.empty(len(vertices) * 3, dtype=np.float32)
    vertices.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(np.float64) * 100.0 + [0.0, 0.0, FLOOR]


def _eyeball(ball: Surface, centre: Array) -> Eye:
    away = ball.rest - centre
    radius = np.linalg.norm(away, axis=1)
    angle = np.arccos(np.clip(-away[:, 1] / radius, -1.0, 1.0))
    steps = np.radians(np.arange(0.0, 181.0, 4.0))
    near = [np.abs(angle - step) <= np.radians(4.0) for step in steps]
    return Eye(centre, steps, np.array([np.median(radius[n]) if n.any() else np.median(radius) for n in near]))
