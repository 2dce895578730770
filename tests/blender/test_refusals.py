from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewArmature, NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import find_face
from tests.blender.timeline import (
    SLOTTED,
    action_of,
    current_scene,
    curve_of,
    key_by_hand,
    key_of,
    keys_of,
    load,
    local_object,
    pose,
    snapshot,
)


class TestRefusals:
    @pytest.fixture(autouse=True)
    def _nothing_changes(self, scene: bpy.types.Scene) -> Iterator[None]:
        self.before: dict[str, Any] | None = None
        yield
        assert self.before is None or snapshot() == self.before

    def refused(self, scene: bpy.types.Scene, performance: Performance, text: str) -> None:
        self.before = snapshot()
        with pytest.raises(Refusal, match=text) as refusal:
            write_performance(find_face(None, scene), performance, scene, 1)
        assert "\n" not in str(refusal.value)

    def test_drivers(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        blocks = key_of(head).key_blocks
        for name in ("jawOpen", "mouthSmileLeft", "tongueOut"):
            blocks[name].driver_add("value").driver.expression = "0.5"
        self.refused(scene, laugh, "driven, so keyframes would have no effect: jawOpen, mouthSmileLeft; remove or mute")
        assert write_performance(find_face(head, scene), pose(browInnerUp=0.5), scene, 1).curves == 1
        for driver in key_of(head).animation_data.drivers:
            driver.mute = True
        write_performance(find_face(head, scene), laugh, scene, 1)
        self.before = None

    def test_driven_head(self, scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
        rig = new_armature()
        new_head(parent=rig)
        rig.pose.bones["head"].driver_add("rotation_quaternion", 2)
        self.refused(scene, pose(headYaw=0.5), "driven, so keyframes would have no effect: head;")

    def test_muted_curve(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 13, 0.1)
        key_by_hand(head, "tongueOut", 13, 0.1)
        for name in ("jawOpen", "tongueOut"):
            curve = curve_of(head, name)
            assert curve is not None
            curve.mute = True
        self.refused(scene, laugh, "muted, so keyframes would have no effect: jawOpen; unmute")
        report = write_performance(find_face(head, scene), pose(browInnerUp=0.5), scene, 13)
        assert report.curves == 1  # the muted tongue plays nothing and is left alone
        assert keys_of(head, "tongueOut") == {13.0: 0.1}
        self.before = None

    def test_locked_curve_is_kept(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 13, 0.1)
        curve = curve_of(head, "jawOpen")
        assert curve is not None
        curve.lock = True
        report = write_performance(find_face(head, scene), laugh, scene, 1)
        assert report.kept == ("jawOpen",)
        assert keys_of(head, "jawOpen") == {13.0: 0.1}
        assert keys_of(head, "mouthSmileLeft")[13.0] == 0.8
        assert read_performance(find_face(head, scene))[0].keyframes[1].value("jawOpen") == pytest.approx(0.1)

    def test_absolute_shape_keys(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        key_of(new_head()).use_relative = False
        self.refused(scene, laugh, "'Head' are absolute: turn on Relative")

    def test_baked_curve(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 1, 0.1)
        curve = curve_of(head, "jawOpen")
        assert curve is not None
        curve.convert_to_samples(1, 50)
        self.refused(scene, laugh, "the curve of jawOpen is baked")

    def test_solo_track(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 1, 0.1)
        adt = key_of(head).animation_data
        track = adt.nla_tracks.new()
        track.strips.new("strip", 1, action_of(head))
        track.is_solo = True
        self.refused(scene, laugh, "plays solo")

    def test_tweaked_strip(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 1, 0.1)
        adt = key_of(head).animation_data
        assert adt
        track = adt.nla_tracks.new()
        track.strips.new("strip", 1, action_of(head)).select = True
        track.select = True
        adt.action = None
        adt.use_tweak_mode = True
        self.refused(scene, laugh, "leave tweak mode")

    @pytest.mark.parametrize(("name", "value"), [("action_blend_type", "ADD"), ("action_influence", 0.5)])
    def test_action_that_only_blends_in(
        self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, name: str, value: Any
    ) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 1, 0.1)
        adt = key_of(head).animation_data
        track = adt.nla_tracks.new()
        setattr(adt, name, value)
        self.refused(scene, laugh, "only blends into its NLA tracks: set its Blending to Replace")
        adt.nla_tracks.remove(track)  # alone it plays as it is
        write_performance(find_face(head, scene), laugh, scene, 1)
        self.before = None

    def test_curve_modifiers(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 13, 0.1)
        curve = curve_of(head, "jawOpen")
        assert curve is not None
        modifier = curve.modifiers.new("NOISE")
        self.refused(scene, laugh, "modifiers would change what is written: jawOpen; mute or remove them")
        modifier.mute = True
        write_performance(find_face(head, scene), laugh, scene, 1)
        self.before = None

    def test_linked(
        self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, tmp_path: Path, reload: Reload
    ) -> None:
        new_head()
        library = str(tmp_path / "library.blend")
        bpy.ops.wm.save_as_mainfile(filepath=library)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        scene = current_scene()
        linked = load(library, link=True, objects="Head")
        scene.collection.objects.link(linked)
        self.refused(scene, laugh, "linked from another file.*: make a library override")
        self.before = None

        # an override of the object alone leaves mesh and shape keys linked
        override = linked.override_hierarchy_create(scene, bpy.context.view_layer)
        if linked.name in scene.collection.objects:
            scene.collection.objects.unlink(linked)
        self.refused(scene, laugh, "override its mesh too")
        self.before = None

        override.data.override_create(remap_local_usages=True)
        face = find_face(local_object("Head"), scene)
        write_performance(face, laugh, scene, 1)
        scene = reload()
        head = local_object("Head")
        assert read_performance(find_face(head, scene)) == (laugh, 1.0)
        scene.frame_set(13)
        assert key_of(head).key_blocks["jawOpen"].value == pytest.approx(0.5)

    def test_sliders_of_an_override_need_no_override_of_the_mesh(
        self, scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, tmp_path: Path, reload: Reload
    ) -> None:
        rig = new_armature()
        new_head(keys=["corrective"], parent=rig)
        for name in ("jawOpen", "eyeBlinkLeft"):
            rig[name] = 0.0
            rig.property_overridable_library_set(f'["{name}"]', True)
        library = str(tmp_path / "library.blend")
        bpy.ops.wm.save_as_mainfile(filepath=library)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        scene = current_scene()
        linked = load(library, link=True, objects="Head")
        scene.collection.objects.link(linked)
        self.refused(scene, pose(jawOpen=0.5), "'Rig' is linked from another file: make a library override")
        self.before = None

        linked.override_hierarchy_create(scene, bpy.context.view_layer, do_fully_editable=True)
        scene.collection.objects.unlink(linked)
        write_performance(find_face(local_object("Rig"), scene), pose(jawOpen=0.5), scene, 1)
        scene = reload()
        rig = local_object("Rig")
        assert read_performance(find_face(rig, scene)) == (pose(jawOpen=0.5), 1.0)
        scene.frame_set(1)
        assert rig["jawOpen"] == pytest.approx(0.5)

    def test_linked_action_is_copied(
        self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, tmp_path: Path, reload: Reload
    ) -> None:
        head = new_head()
        key_by_hand(head, "jawOpen", 200, 0.1)
        action_of(head).name = "Library action"
        library = str(tmp_path / "library.blend")
        bpy.ops.wm.save_as_mainfile(filepath=library)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        scene = current_scene()
        head = load(library, link=False, objects="Head")
        scene.collection.objects.link(head)
        linked = load(library, link=True, actions="Library action")
        slot = getattr(key_of(head).animation_data, "action_slot", None)
        handle = slot.handle if slot else 0
        key_of(head).animation_data.action = linked
        if SLOTTED:
            slots = linked.slots
            key_of(head).animation_data.action_slot = next(s for s in slots if s.handle == handle)
        report = write_performance(find_face(head, scene), laugh, scene, 1)
        assert "is linked from another file" in report.notes[0]
        scene = reload()
        head = bpy.data.objects["Head"]
        assert read_performance(find_face(head, scene)) == (laugh, 1.0)
        assert keys_of(head, "jawOpen")[200.0] == 0.1
