"""A fresh empty scene, and small rigs to put in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance

try:
    import bpy
except ImportError:
    collect_ignore_glob = ["test_*.py"]

NOSE = (0.0, -0.2, 1.7)
CROWN = (0.0, 0.0, 1.9)
SHARED_RIGS = Path(__file__).parents[3] / "shared" / "rigs"


class NewHead(Protocol):
    def __call__(
        self, name: str = "Head", keys: Iterable[str] = SHAPES, parent: bpy.types.Object | None = None
    ) -> bpy.types.Object: ...


class NewArmature(Protocol):
    def __call__(self, name: str = "Rig", roll: float = 0.0, y_up: bool = False) -> bpy.types.Object: ...


class Reload(Protocol):
    def __call__(self) -> bpy.types.Scene: ...


@pytest.fixture
def scene() -> bpy.types.Scene:
    """Of a new file; whatever else is in Blender is gone."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert bpy.context.scene
    return bpy.context.scene


@pytest.fixture
def new_head(scene: bpy.types.Scene) -> NewHead:
    """Makes a mesh of four points with one shape key for each name; every key lifts every point by one metre."""

    def make(
        name: str = "Head", keys: Iterable[str] = SHAPES, parent: bpy.types.Object | None = None
    ) -> bpy.types.Object:
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata([(0.1, 0, 1.6), (-0.1, 0, 1.6), NOSE, CROWN], [], [(0, 1, 2), (0, 3, 1)])
        head = bpy.data.objects.new(name, mesh)
        scene.collection.objects.link(head)
        head.shape_key_add(name="Basis")
        for key in keys:
            block = head.shape_key_add(name=key, from_mix=False)
            block.value = 0.0  # 1 from Blender 5.0 on
            for point in block.data:
                point.co.z += 1.0  # type: ignore[attr-defined]
        if parent is not None:
            head.parent = parent
            if parent.type == "ARMATURE":
                head.vertex_groups.new(name="head").add(range(4), 1.0, "REPLACE")
                modifier = head.modifiers.new("Armature", "ARMATURE")
                modifier.object = parent  # type: ignore[attr-defined]
        return head

    return make


@pytest.fixture
def new_armature(scene: bpy.types.Scene) -> NewArmature:
    """Makes an armature with neck, head and eyes that faces -Y of the world; ``y_up`` as FBX files bring it, lying."""

    def make(name: str = "Rig", roll: float = 0.0, y_up: bool = False) -> bpy.types.Object:
        armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
        scene.collection.objects.link(armature)
        bpy.context.view_layer.objects.active = armature
        bpy.ops.object.mode_set(mode="EDIT")
        above = None
        joints: Sequence[tuple[str, tuple[float, float, float], tuple[float, float, float]]] = (
            ("neck", (0, 0.02, 1.4), (0, 0, 1.5)),
            ("head", (0, 0, 1.5), (0, 0.01, 1.8)),
            ("eye.L", (0.03, -0.1, 1.65), (0.03, -0.15, 1.65)),
            ("eye.R", (-0.03, -0.1, 1.65), (-0.03, -0.15, 1.65)),
        )
        for bone_name, head, tail in joints:
            bone = armature.data.edit_bones.new(bone_name)
            bone.head, bone.tail = ((x, z, -y) if y_up else (x, y, z) for x, y, z in (head, tail))
            bone.roll = roll
            bone.parent = above
            above = bone if bone_name in ("neck", "head") else above
        bpy.ops.object.mode_set(mode="OBJECT")
        if y_up:
            armature.rotation_euler.x = 1.5707963
        return armature

    return make


@pytest.fixture
def reload(tmp_path: Path) -> Reload:
    """Saves the file and opens it again."""

    def save_and_open() -> bpy.types.Scene:
        path = str(tmp_path / "saved.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.open_mainfile(filepath=path)
        assert bpy.context.scene
        return bpy.context.scene

    return save_and_open


@pytest.fixture
def laugh() -> Performance:
    """Three keyframes at 0, 0.5 and 2 s."""
    return Performance(
        (
            Keyframe(0.0, "calm, 静かに", {"mouthPressLeft": 0.1}),
            Keyframe(0.5, "laughs out loud", {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.75, "jawOpen": 0.5}),
            Keyframe(2.0, "chuckles on", {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.4, "cheekPuff": 1 / 3}),
        ),
        prompt='she laughs "out loud"',
        background="a pub",
        emotion="joy",
        model="test",
        seed=7,
    )
