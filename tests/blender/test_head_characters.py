"""Who the demo head can be: proportions that never fold it, eyes that stay balls, colours, two people in a scene."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.head import DEFAULT, PRESETS, add_head, add_stage
from keyframeface_addon.blender.head import anatomy as an
from keyframeface_addon.blender.head.armature import to_scene
from keyframeface_addon.blender.head.hair import STYLES
from keyframeface_addon.blender.head.materials import node_tree_of
from keyframeface_addon.blender.head.palette import eye_picture, skin_picture
from keyframeface_addon.blender.head.part import Part
from keyframeface_addon.blender.head.proportions import PLAIN, Proportions, shaped, warp
from keyframeface_addon.blender.head.topology import build_topology
from keyframeface_addon.blender.render_settings import face_look
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.performance import Performance

keyframeface: Any = cast(Any, bpy.ops).keyframeface
pytest_plugins = ("tests.blender.addon",)

Array = npt.NDArray[np.float64]
FLIP = np.array([-1.0, 1.0, 1.0])
PEOPLE = pytest.mark.parametrize("who", list(PRESETS))
STEP = 1e-4


def space(spacing: float = 0.8) -> Array:
    """Points all through and round the head, in centimetres."""
    axes = [np.arange(low, high, spacing) for low, high in ((-13.0, 13.0), (-12.0, 13.0), (an.FLOOR, 16.0))]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def stretch(points: Array, proportions: Proportions) -> Array:
    """By how much volume grows at each point: negative where space is turned inside out."""
    columns = [
        (warp(points + offset, proportions) - warp(points - offset, proportions)) / (2 * STEP)
        for offset in np.eye(3) * STEP
    ]
    growth: Array = np.linalg.det(np.stack(columns, axis=2))
    return growth


@PEOPLE
def test_nobody_is_folded(who: str) -> None:
    growth = stretch(space(), PRESETS[who].proportions)
    assert growth.min() > 0.2
    assert growth.max() < 4.0


@PEOPLE
def test_proportions_keep_both_halves_alike(who: str) -> None:
    points, wanted = space(1.7), PRESETS[who].proportions
    np.testing.assert_array_equal(warp(points * FLIP, wanted), warp(points, wanted) * FLIP)
    middle = points * [0.0, 1.0, 1.0]
    assert not warp(middle, wanted)[:, 0].any()


@PEOPLE
def test_eyeballs_stay_balls(who: str) -> None:
    """And so does the space in which lids slide over them: a similarity."""
    wanted = PRESETS[who].proportions
    rng = np.random.default_rng(5)
    ray = rng.normal(size=(4000, 3))
    around = an.EYE_CENTRE + ray / np.linalg.norm(ray, axis=1, keepdims=True) * an.EYE_RADIUS * rng.uniform(
        0.0, 1.18, (4000, 1)
    )
    around = around[around[:, 0] > 0.8]
    centre = warp(an.EYE_CENTRE[None, :], wanted)
    np.testing.assert_allclose(warp(around, wanted) - centre, (around - an.EYE_CENTRE) * wanted.eye_scale, atol=1e-9)


def test_plain_proportions_change_nothing() -> None:
    points = space(2.0)
    np.testing.assert_array_equal(warp(points, PLAIN), points)


def test_keys_end_where_the_proportions_put_them() -> None:
    rest = np.array([[1.0, -8.0, -6.0], [2.0, -7.0, 3.0]])
    key = np.array([[0.3, -0.2, -1.5], [0.0, 0.0, 0.0]])
    wanted = PRESETS["PIP"].proportions
    part = shaped(Part("", rest, [], (), [], keys={"jawOpen": key}), wanted)
    np.testing.assert_allclose(part.points + part.keys["jawOpen"], warp(rest + key, wanted), atol=1e-12)
    assert not part.keys["jawOpen"][1].any()


def test_people_differ() -> None:
    assert next(iter(PRESETS.values())) == DEFAULT
    assert len(PRESETS) >= 6
    for attribute in ("skin", "hair", "iris", "clothes", "proportions", "label"):
        assert len({getattr(person, attribute) for person in PRESETS.values()}) == len(PRESETS)
    assert {person.hair_style for person in PRESETS.values()} <= set(STYLES)


@PEOPLE
def test_pictures_are_colours(who: str) -> None:
    skin, eye = skin_picture(PRESETS[who]), eye_picture(PRESETS[who])
    for picture in (skin, eye):
        assert picture.min() >= 0.0
        assert picture.max() <= 1.0
    middle, edge = eye[128, 128], eye[128, 4]
    assert middle.max() < 0.01, "the pupil"
    assert edge.min() > 0.3, "the white"


@pytest.mark.parametrize("who", ["AMARA", "PIP", "OTTO"])
def test_a_person_is_whole(who: str, scene: bpy.types.Scene) -> None:
    head = add_head(scene.collection, "Someone", PRESETS[who])
    assert head.parent
    assert {block.name for block in head.data.shape_keys.key_blocks[1:]} == set(SHAPES)
    counts = [len(o.data.vertices) for o in head.parent.children]
    assert sum(counts) < 20_000
    points = np.array([block.co for block in head.data.shape_keys.key_blocks["Basis"].data], dtype=np.float64)
    np.testing.assert_allclose(points[build_topology().mirror] * FLIP, points, atol=1e-7)
    wanted = PRESETS[who].proportions
    for side, sign in (("L", 1.0), ("R", -1.0)):
        bone = head.parent.data.bones[f"eye.{side}"]
        centre = to_scene(warp(an.EYE_CENTRE[None, :] * [sign, 1.0, 1.0], wanted))[0]
        np.testing.assert_allclose(np.array(bone.head_local), centre, atol=1e-6)
        ball = next(o for o in head.parent.children if o.name.endswith(f"Eye.{side}"))
        away = np.linalg.norm(np.array([v.co for v in ball.data.vertices]) - centre, axis=1)
        np.testing.assert_allclose(away, an.EYE_RADIUS * wanted.eye_scale * 0.01, rtol=1e-4)


def test_each_person_has_materials_and_pictures_of_their_own(scene: bpy.types.Scene) -> None:
    first, second = (add_head(scene.collection, who, PRESETS[who]) for who in ("AMARA", "KENJI"))
    worn = [
        {slot.material for thing in head.parent.children for slot in thing.material_slots} for head in (first, second)
    ]
    assert not worn[0] & worn[1]
    assert all(image.packed_file for image in bpy.data.images)
    assert len(bpy.data.images) == 4


def test_two_people_act_independently(scene: bpy.types.Scene, settings: Any, laugh: Performance) -> None:
    assert keyframeface.add_demo_face(character="LEILA") == {"FINISHED"}
    leila = bpy.context.view_layer.objects.active
    assert keyframeface.add_demo_face(character="PIP") == {"FINISHED"}
    pip = bpy.context.view_layer.objects.active
    assert (leila.name, pip.name) == ("Leila", "Pip")
    assert pip.parent.location.x > leila.parent.location.x + 0.3
    write_performance(find_face(leila, scene), laugh, scene, 1)
    write_performance(find_face(pip, scene), laugh, scene, 100)
    smiles = {}
    for frame in (13, 112):
        scene.frame_set(frame)
        smiles[frame] = [face.data.shape_keys.key_blocks["mouthSmileLeft"].value for face in (leila, pip)]
    assert smiles[13][0] > 0.5 > smiles[13][1]
    assert smiles[112][1] > 0.5


def test_not_inside_the_cube_that_every_new_file_has(scene: bpy.types.Scene, settings: Any) -> None:
    bpy.ops.mesh.primitive_cube_add(size=2.0)
    bpy.ops.mesh.primitive_plane_add(size=20.0)
    keyframeface.add_demo_face(character="ROBIN")
    robin = bpy.context.view_layer.objects.active
    assert 1.1 < robin.matrix_world.translation.x < 1.3
    keyframeface.add_demo_face(character="PIP")
    pip = bpy.context.view_layer.objects.active
    assert 0.3 < (pip.matrix_world.translation - robin.matrix_world.translation).x < 0.5


def test_a_set_is_stood_in(scene: bpy.types.Scene, settings: Any) -> None:
    bpy.ops.mesh.primitive_cube_add(size=6.0)
    keyframeface.add_demo_face()
    assert bpy.context.view_layer.objects.active.matrix_world.translation.x == pytest.approx(0.0)


def test_colours_may_be_ones_own(settings: Any) -> None:
    blue = (0.1, 0.2, 0.9)
    keyframeface.add_demo_face(hair=blue, own_colours=True, character="OTTO")
    assert tuple(bpy.data.materials["Otto hair"].diffuse_color[:3]) == pytest.approx(blue)
    assert tuple(bpy.data.materials["Otto skin"].diffuse_color[:3]) == pytest.approx(PRESETS["OTTO"].skin)


def test_workbench_shows_pictures_only_where_they_are_colours(scene: bpy.types.Scene) -> None:
    head = add_head(scene.collection)
    add_stage(scene, head)
    face = find_face(head, scene)

    def shown() -> str:
        with face_look(scene, face, "workbench", (64, 64), "FXAA"):
            return scene.display.shading.color_type

    assert shown() == "TEXTURE"
    normal = bpy.data.materials.new("Normal")
    node = node_tree_of(normal).nodes.new("ShaderNodeTexImage")
    node.image = bpy.data.images.new("Normal", 4, 4)  # type: ignore[attr-defined]
    node_tree_of(normal).nodes.active = node
    assert shown() == "MATERIAL"
