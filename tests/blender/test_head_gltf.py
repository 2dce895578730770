"""The demo head and a performance on it through glTF, by Blender's own exporter and importer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.head import add_head
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.gaze import with_eye_rotations
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance

FRAMES = (1, 4, 7, 10, 13, 19, 25)
BONES = ("head", "eye.L", "eye.R")


def every_shape() -> Performance:
    """A second in which each shape moves, the head turns and the eyes look."""
    random = np.random.default_rng(5)
    keyframes = []
    for time in (0.0, 0.25, 0.5, 1.0):
        shapes = dict(zip(SHAPES, random.uniform(0.0, 0.9, len(SHAPES)).round(2).tolist(), strict=True))
        yaw, pitch, roll = random.uniform(-0.5, 0.5, 3).round(2).tolist()
        turned = with_eye_rotations({**shapes, "headYaw": yaw, "headPitch": pitch, "headRoll": roll})
        keyframes.append(Keyframe(time, "", turned))
    return Performance(tuple(keyframes))


def meshes() -> Iterator[bpy.types.Object]:
    """Those with shape keys."""
    for thing in bpy.data.objects:
        if thing.type == "MESH" and thing.data.shape_keys:  # type: ignore[attr-defined]
            yield thing


def seen() -> dict[str, list[float]]:
    """Values of all shape keys and the pose of the bones (as matrices) at each of the frames."""
    scene = bpy.context.scene
    assert scene
    found: dict[str, list[float]] = {}
    for frame in FRAMES:
        scene.frame_set(frame)
        for thing in meshes():
            for block in list(thing.data.shape_keys.key_blocks)[1:]:
                # the importer gives the object's name to an empty above it where a skinned mesh has animated keys
                found.setdefault(f"{thing.data.name}: {block.name}", []).append(block.value)
        rig = next(o for o in bpy.data.objects if o.type == "ARMATURE")
        for bone in BONES:
            # from its place at rest, as the importer may choose other axes for a bone
            turned = rig.pose.bones[bone].matrix @ rig.data.bones[bone].matrix_local.inverted()
            found.setdefault(bone, []).extend(value for row in turned for value in row)
    return found


@pytest.fixture(scope="module")
def trip(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[float]], dict[str, list[float]], Path]:
    """What was seen before the export and after the import."""
    path = tmp_path_factory.mktemp("gltf") / "head.glb"
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    assert scene
    scene.render.fps = 24
    head = add_head(scene.collection)
    report = write_performance(find_face(head, scene), every_shape(), scene, 1)
    scene.frame_start, scene.frame_end = report.first_frame, report.last_frame
    before = seen()
    # merged, as before Blender 4.4 every mesh has an action of its own, which would become a clip of its own
    bpy.ops.export_scene.gltf(filepath=str(path), export_format="GLB", export_animation_mode="ACTIVE_ACTIONS")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 24
    bpy.ops.import_scene.gltf(filepath=str(path))
    return before, seen(), path


def test_every_key_keeps_its_name_on_every_mesh(
    trip: tuple[dict[str, list[float]], dict[str, list[float]], Path],
) -> None:
    before, after, _ = trip
    assert set(before) == set(after)
    assert {name.split(": ")[1] for name in after if ": " in name} == set(SHAPES)


def test_weights_move_as_before(trip: tuple[dict[str, list[float]], dict[str, list[float]], Path]) -> None:
    before, after, _ = trip
    for name in before:
        if ": " in name:
            np.testing.assert_allclose(after[name], before[name], atol=0.005, err_msg=name)


def test_bones_move_as_before(trip: tuple[dict[str, list[float]], dict[str, list[float]], Path]) -> None:
    before, after, _ = trip
    for bone in BONES:
        assert np.ptp(before[bone]) > math.radians(5.0)
        np.testing.assert_allclose(after[bone], before[bone], atol=0.005, err_msg=bone)
