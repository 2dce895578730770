"""The demo head: what a performance needs of it, and that its keys do on the mesh what their names promise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("bpy")

import bpy
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

from keyframeface_addon.blender.head import add_head, add_stage
from keyframeface_addon.blender.head import openings as op
from keyframeface_addon.blender.head.anatomy import EYE_CENTRE, EYE_RADIUS
from keyframeface_addon.blender.head.armature import to_scene
from keyframeface_addon.blender.head.topology import LEFT_EYE, MOUTH, build_topology
from keyframeface_addon.face.channels import SHAPES

Array = npt.NDArray[np.float64]
FLIP = np.array([-1.0, 1.0, 1.0])


@pytest.fixture(scope="module")
def face() -> bpy.types.Object:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return add_head(bpy.context.scene.collection)


def meshes(face: bpy.types.Object) -> list[bpy.types.Object]:
    assert face.parent
    return [face, *(o for o in face.parent.children if o.type == "MESH" and o != face)]


def positions(thing: bpy.types.Object, key: str = "Basis") -> Array:
    block = thing.data.shape_keys.key_blocks[key]
    co = np.empty(len(block.data) * 3, dtype=np.float32)
    block.data.foreach_get("co", co)
    return co.reshape(-1, 3).astype(np.float64)


def moves(thing: bpy.types.Object, key: str) -> Array:
    return positions(thing, key) - positions(thing)


def evaluated(thing: bpy.types.Object) -> Array:
    """World positions after keys, rig and subdivision."""
    bpy.context.view_layer.update()
    shown = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = shown.to_mesh()
    co = np.empty(len(mesh.vertices) * 3, dtype=np.float32)
    mesh.vertices.foreach_get("co", co)
    shown.to_mesh_clear()
    turn, place = np.array(shown.matrix_world.to_3x3()), np.array(shown.matrix_world.translation)
    where: Array = co.reshape(-1, 3).astype(np.float64) @ turn.T + place
    return where


def test_has_every_arkit_key_after_basis(face: bpy.types.Object) -> None:
    names = [block.name for block in face.data.shape_keys.key_blocks]
    assert names[0] == "Basis"
    assert sorted(names[1:]) == sorted(SHAPES)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_key_moves_something_smoothly(face: bpy.types.Object, name: str) -> None:
    moved = np.linalg.norm(moves(face, name), axis=1)
    assert 0.0009 < moved.max() < 0.06, "between a millimetre and six centimetres"
    allowed = 0.02 if name == "mouthClose" or "Blink" in name else 0.011
    ends = np.array([edge.vertices[:] for edge in face.data.edges])
    rest, key = positions(face), positions(face, name)
    before, after = (np.linalg.norm(p[ends[:, 0]] - p[ends[:, 1]], axis=1) for p in (rest, key))
    skin = np.isin(ends, np.concatenate(build_topology().rings["mouth"][op.LIP_SEAL :])).sum(axis=1) == 0
    assert (after - before)[skin].max() < allowed, "no spikes"


@pytest.mark.parametrize("name", sorted(n[:-4] for n in SHAPES if n.endswith("Left")))
def test_sides_mirror_each_other_exactly(face: bpy.types.Object, name: str) -> None:
    mirror = build_topology().mirror
    left, right = moves(face, name + "Left"), moves(face, name + "Right")
    np.testing.assert_allclose(right[mirror] * FLIP, left, atol=1e-6)
    if name not in {"jaw", "mouth"}:
        x = positions(face)[:, 0]
        size = np.linalg.norm(left, axis=1)
        assert size[x > 0.0].sum() > 8.0 * size[x < 0.0].sum()


def test_basis_is_symmetric(face: bpy.types.Object) -> None:
    basis = positions(face)
    np.testing.assert_allclose(basis[build_topology().mirror] * FLIP, basis, atol=1e-7)


def test_blink_brings_lids_together(face: bpy.types.Object) -> None:
    ring = build_topology().rings["eye.L"][op.LID_EDGE]
    along, side = op.loop_sides(LEFT_EYE)

    def gap(points: Array) -> float:
        heights = [points[ring[side == s], 2][np.argsort(along[side == s])] for s in (1.0, -1.0)]
        return float((heights[0] - heights[1]).max())

    assert gap(positions(face)) > 0.018
    assert gap(positions(face, "eyeBlinkLeft")) < 0.0005
    assert gap(positions(face) + moves(face, "eyeBlinkLeft") + moves(face, "eyeSquintLeft")) < 0.0005


@pytest.mark.parametrize("amount", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_lids_never_cut_into_the_eyeball(face: bpy.types.Object, amount: float) -> None:
    topology = build_topology()
    ring = np.concatenate(topology.rings["eye.L"][1 : op.LID_EDGE + 1])
    centre, radius = to_scene(EYE_CENTRE), EYE_RADIUS * 0.01
    lid = positions(face)[ring] + amount * moves(face, "eyeBlinkLeft")[ring]
    assert np.linalg.norm(lid - centre, axis=1).min() > radius * 1.01


def test_lips_touch_with_jaw_open_and_mouth_close(face: bpy.types.Object) -> None:
    seal = build_topology().rings["mouth"][op.LIP_SEAL]
    along, side = op.loop_sides(MOUTH)

    def gap(points: Array) -> float:
        heights = [points[seal[side == s], 2][np.argsort(along[side == s])] for s in (1.0, -1.0)]
        return float((heights[0] - heights[1]).max())

    opened = positions(face, "jawOpen")
    assert gap(positions(face)) < 0.0002
    assert gap(opened) > 0.02
    assert gap(opened + moves(face, "mouthClose")) < 0.0005


def test_parts_share_the_names_of_keys_that_move_them(face: bpy.types.Object) -> None:
    owners = {o.name.split(" ", 1)[-1]: o for o in meshes(face) if o.data.shape_keys}
    assert {"jawOpen", "jawLeft", "tongueOut"} <= set(owners["Tongue"].data.shape_keys.key_blocks.keys())
    assert {"jawOpen", "jawForward"} <= set(owners["Teeth"].data.shape_keys.key_blocks.keys())
    assert {"browInnerUp", "browDownLeft", "browOuterUpRight"} <= set(owners["Brows"].data.shape_keys.key_blocks.keys())
    assert {"eyeBlinkLeft", "eyeWideRight"} <= set(owners["Lashes"].data.shape_keys.key_blocks.keys())
    for owner in owners.values():
        assert set(owner.data.shape_keys.key_blocks.keys()) - {"Basis"} <= set(SHAPES)


def test_budget(face: bpy.types.Object) -> None:
    counts = [len(o.data.vertices) for o in meshes(face)]
    assert sum(counts) < 20_000


def test_neck_leaves_the_face_to_the_head(face: bpy.types.Object) -> None:
    basis = positions(face)
    group = face.vertex_groups["neck"].index
    held = np.zeros(len(basis))
    for vertex in face.data.vertices:
        held[vertex.index] = sum(g.weight for g in vertex.groups if g.group == group)
    assert held[(basis[:, 1] < -0.045) & (basis[:, 2] > 0.05)].max() == 0.0
    assert held[basis[:, 2] < 0.045].min() > 0.95


def test_bones_turn_head_and_eyes(face: bpy.types.Object) -> None:
    rig = face.parent
    assert {"neck", "head", "eye.L", "eye.R"} <= set(rig.pose.bones.keys())
    ball = next(o for o in meshes(face) if o.name.endswith("Eye.L"))
    brows = next(o for o in meshes(face) if o.name.endswith("Brows"))
    rest = {o.name: evaluated(o) for o in (face, ball, brows)}
    rig.pose.bones["eye.L"].rotation_euler[0] = 0.4
    assert np.abs(evaluated(ball) - rest[ball.name]).max() > 0.005
    assert np.abs(evaluated(face) - rest[face.name]).max() < 1e-6
    rig.pose.bones["eye.L"].rotation_euler[0] = 0.0
    rig.pose.bones["head"].rotation_euler[1] = 0.5
    for thing in (face, ball, brows):
        assert np.abs(evaluated(thing) - rest[thing.name]).max() > 0.02
    rig.pose.bones["head"].rotation_euler[1] = 0.0


def test_rest_faces_the_front_view(face: bpy.types.Object) -> None:
    basis = positions(face)
    lowest = min(np.array([v.co.z for v in thing.data.vertices]).min() for thing in meshes(face))
    assert lowest == pytest.approx(0.0, abs=1e-6), "the bust stands on the floor"
    assert 0.28 < basis[:, 2].max() < 0.36
    nose = basis[np.argmin(basis[:, 1])]
    assert abs(nose[0]) < 0.003
    assert nose[1] < -0.08


def test_active_object_and_mode_stay(face: bpy.types.Object) -> None:
    other = bpy.data.objects.new("Other", bpy.data.meshes.new("Other"))
    bpy.context.scene.collection.objects.link(other)
    bpy.context.view_layer.objects.active = other
    bpy.ops.object.mode_set(mode="EDIT")
    second = add_head(bpy.context.scene.collection, "Second")
    assert bpy.context.view_layer.objects.active == other
    assert other.mode == "EDIT"
    bpy.ops.object.mode_set(mode="OBJECT")
    for thing in [*second.parent.children, second.parent, other]:
        bpy.data.objects.remove(thing)


def test_goes_into_a_collection_that_is_not_shown(face: bpy.types.Object) -> None:
    aside = bpy.data.collections.new("Aside")
    second = add_head(aside, "Second")
    assert {o.name for o in aside.objects} == {second.parent.name, *(o.name for o in second.parent.children)}
    assert second.name not in bpy.context.scene.collection.all_objects
    for thing in [*second.parent.children, second.parent]:
        bpy.data.objects.remove(thing)


@pytest.mark.parametrize("size", [(480, 480), (400, 480), (1920, 1080)])
def test_stage_frames_the_head(face: bpy.types.Object, size: tuple[int, int]) -> None:
    scene = bpy.context.scene
    assert scene
    camera = add_stage(scene, face)
    assert scene.camera == camera
    assert camera.data.lens == pytest.approx(85.0)
    scene.render.resolution_x, scene.render.resolution_y = size
    bpy.context.view_layer.update()
    seen = [world_to_camera_view(scene, camera, Vector(v)) for v in evaluated(face)]
    assert min(*(v.x for v in seen), *(v.y for v in seen)) > 0.0
    assert max(*(v.x for v in seen), *(v.y for v in seen)) < 1.0


def test_names_are_those_of_the_facts() -> None:
    facts = Path(__file__).parents[3] / "shared/facts/channels.json"
    if not facts.exists():
        pytest.skip("facts are not part of the repository")
    assert set(json.loads(facts.read_text())["shapes"]) == set(SHAPES)
