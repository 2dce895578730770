"""The mapping editor through its operators and properties: the truth on the rig, the mirror in the panel, files and presets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import mapping_operators
from keyframeface_addon.blender.command import run
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.mapping import (
    face_to_map,
    forget_mapping,
    grouped,
    read_mapping,
    report,
    save_mapping,
    table,
    target_of,
)
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import MAPPING, Face, NoFace, current_mapping, find_face
from keyframeface_addon.face.channels import CHANNEL, SHAPES
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.retarget.conventions import conventions
from keyframeface_addon.retarget.mapping import FORMAT, Drive, RigMapping, Tuning, from_json, to_json
from tests.blender.conftest import NewArmature, NewHead, Reload

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

JAPANESE = "顔のメッシュ"
LONGEST = "口を大きく開けて笑う表情その一二三四五六"  # 20 letters, 60 bytes
LONGEST += "abc"  # as long as Blender keeps names of keys


class Editor:
    """What the panel shows and changes."""

    def __init__(self, head: bpy.types.Object) -> None:
        bpy.context.view_layer.objects.active = head
        self.name = head.name
        self.look()

    def look(self) -> None:
        assert keyframeface.check_mapping() == {"FINISHED"}

    @property
    def head(self) -> bpy.types.Object:
        return bpy.data.objects[self.name]

    @property
    def mirror(self) -> Any:
        return bpy.context.scene.keyframeface_mapping  # type: ignore[union-attr]

    @property
    def view(self) -> Any:
        return bpy.context.window_manager.keyframeface_mapping  # type: ignore[union-attr]

    def channel(self, name: str) -> Any:
        return self.mirror.channels[name]

    def choose(self, name: str) -> Any:
        self.view.index = list(CHANNEL).index(name)
        return self.channel(name)

    @property
    def face(self) -> Face:
        return find_face(self.head, bpy.data.scenes[0])

    def drives(self, channel: str) -> tuple[Drive, ...]:
        return self.mapping.drives.get(channel, ())

    @property
    def mapping(self) -> RigMapping:
        return current_mapping(self.face)

    def shown(self) -> dict[str, Any]:
        """All that the mirror holds, as values."""
        return {
            row.name: (
                row.shows,
                row.kind,
                round(row.gain, 5),
                round(row.offset, 5),
                row.invert,
                [(drive.target, round(drive.weight, 5)) for drive in row.drives],
            )
            for row in self.mirror.channels
        }


@pytest.fixture
def editor(settings: Any, new_head: NewHead) -> Editor:
    return Editor(new_head())


@pytest.fixture
def preset_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "presets"
    folder.mkdir()
    monkeypatch.setattr(bpy.utils, "user_resource", lambda *_, **__: str(folder))
    return folder


def kept(obj: Any) -> str | None:
    """The mapping that somebody has made, as it is on the rig."""
    text: str | None = obj.get(MAPPING)
    return text


def values(head: bpy.types.Object) -> list[float]:
    return [block.value for block in head.data.shape_keys.key_blocks[1:]]


def kinds(face: Face) -> dict[str, set[str]]:
    return {channel: {note.kind for note in notes} for channel, notes in report(face).items()}


class TestMirror:
    def test_all_channels_with_what_they_drive(self, editor: Editor) -> None:
        assert [row.name for row in editor.mirror.channels] == list(CHANNEL)
        assert editor.channel("jawOpen").shows == "jawOpen"
        assert (editor.mirror.convention, editor.mirror.by_hand) == ("ARKit", False)
        assert not kept(editor.head), "looking writes nothing"

    def test_gain_offset_and_invert(self, editor: Editor) -> None:
        row = editor.channel("jawOpen")
        row.gain, row.offset, row.invert = 0.1, -0.05, True
        assert editor.mapping.tuning("jawOpen") == Tuning(0.1, -0.05, True)
        assert editor.mapping.drives == {name: (Drive(name),) for name in SHAPES}
        assert editor.mirror.by_hand
        assert editor.channel("jawOpen").kind == "hand"
        row.gain, row.offset, row.invert = 1.0, 0.0, False
        assert editor.mapping.tuning("jawOpen") == Tuning()

    def test_a_drive_added_changed_and_removed(self, editor: Editor) -> None:
        editor.choose("jawOpen")
        editor.mirror.new_target = "mouthFunnel"
        assert editor.drives("jawOpen") == (Drive("jawOpen"), Drive("mouthFunnel"))
        assert editor.mirror.new_target == ""
        editor.channel("jawOpen").drives[1].weight = 0.3
        assert editor.drives("jawOpen")[1] == Drive("mouthFunnel", 0.3)
        assert editor.channel("jawOpen").shows == "jawOpen + 0.3 mouthFunnel"
        editor.channel("jawOpen").drives[0].target = "mouthClose"
        assert editor.drives("jawOpen") == (Drive("mouthClose"), Drive("mouthFunnel", 0.3))
        assert keyframeface.remove_drive(channel="jawOpen", place=0) == {"FINISHED"}
        assert editor.drives("jawOpen") == (Drive("mouthFunnel", 0.3),)
        editor.channel("jawOpen").drives[0].target = ""
        assert "jawOpen" not in editor.mapping.drives
        assert editor.channel("jawOpen").kind == "missing"
        with pytest.raises(RuntimeError, match="no drive 1 any more"):
            keyframeface.remove_drive(channel="jawOpen", place=0)

    def test_properties_as_blender_copies_their_paths(self, editor: Editor, new_armature: NewArmature) -> None:
        rig = new_armature()
        rig["Smile"] = 0.0
        editor.choose("jawOpen")
        for text, target in (
            ('bpy.data.objects["Rig"].pose.bones["head"].location[2]', 'Rig|pose.bones["head"].location[2]'),
            ('bpy.data.objects["Rig"]["Smile"]', 'Rig|["Smile"]'),
            ("Head|location[1]", "Head|location[1]"),
            ('bpy.data.shape_keys["Key"].key_blocks["cheekPuff"].value', "cheekPuff"),
        ):
            editor.mirror.new_target = text
            assert editor.drives("jawOpen")[-1] == Drive(target), editor.mirror.problem

    def test_a_property_that_is_not_there_is_refused(self, editor: Editor) -> None:
        editor.choose("jawOpen")
        editor.mirror.new_target = 'Head|["Gone"]'
        assert "has no number at" in editor.mirror.problem
        assert not kept(editor.head)
        editor.channel("jawOpen").drives[0].target = "Nobody|location[0]"
        assert "Nobody" in editor.mirror.problem
        assert editor.channel("jawOpen").drives[0].target == "jawOpen"
        editor.channel("jawOpen").gain = 2.0
        assert editor.mirror.problem == ""

    def test_the_last_drive_stays(self, settings: Any, new_head: NewHead) -> None:
        editor = Editor(new_head(keys=["jawOpen"]))
        with pytest.raises(RuntimeError, match="no face any more"):
            keyframeface.remove_drive(channel="jawOpen", place=0)
        assert not kept(editor.head)

    def test_another_face_is_not_changed_by_what_is_shown(self, editor: Editor, new_head: NewHead) -> None:
        row = editor.channel("jawOpen")
        other = new_head("Other")
        bpy.context.view_layer.objects.active = other
        row.gain = 3.0
        assert not kept(other)
        assert not kept(editor.head)
        assert editor.channel("jawOpen").gain == 1.0
        assert editor.mirror.face_name == "Other"

    def test_undo_and_redo(self, editor: Editor) -> None:
        bpy.ops.ed.undo_push(message="before")
        editor.channel("jawOpen").gain = 2.0
        bpy.ops.ed.undo_push(message="Gain")  # with a window Blender does so by itself
        editor.channel("jawOpen").gain = 3.0
        bpy.ops.ed.undo_push(message="Gain")
        bpy.ops.ed.undo()
        editor.look()
        assert editor.mapping.tuning("jawOpen").gain == editor.channel("jawOpen").gain == 2.0
        bpy.ops.ed.undo()
        editor.look()
        assert not kept(editor.head)
        assert editor.channel("jawOpen").gain == 1.0
        bpy.ops.ed.redo()
        editor.look()
        assert editor.mapping.tuning("jawOpen").gain == 2.0

    def test_operators_are_one_undo_step(self, editor: Editor) -> None:
        bpy.ops.ed.undo_push(message="before")
        keyframeface.remove_drive("EXEC_DEFAULT", True, channel="jawOpen", place=0)
        assert "jawOpen" not in editor.mapping.drives
        keyframeface.auto_map("EXEC_DEFAULT", True)
        assert "jawOpen" in editor.mapping.drives
        bpy.ops.ed.undo()
        assert "jawOpen" not in editor.mapping.drives
        bpy.ops.ed.undo()
        assert not kept(editor.head)

    def test_saved_and_opened_again(self, editor: Editor, reload: Reload) -> None:
        editor.channel("jawOpen").gain = 0.7
        keyframeface.remove_drive(channel="tongueOut", place=0)
        mapping, shown = editor.mapping, editor.shown()
        reload()
        assert editor.face.mapping == mapping
        assert editor.face.by_hand
        editor.look()
        assert editor.shown() == shown
        editor.channel("jawOpen").gain = 0.8
        assert editor.mapping.tuning("jawOpen").gain == 0.8

    def test_nobody_there(self, settings: Any) -> None:
        assert keyframeface.check_mapping() == {"FINISHED"}
        assert bpy.context.scene.keyframeface_mapping.root == ""
        with pytest.raises(RuntimeError, match="there is no face in this scene"):
            keyframeface.auto_map()

    def test_names_that_no_convention_knows_are_mapped_by_hand(self, settings: Any, new_head: NewHead) -> None:
        editor = Editor(new_head(JAPANESE, [LONGEST, "まばたき全部閉じる"]))
        assert len(LONGEST.encode()) == 63
        assert editor.head.data.shape_keys.key_blocks[1].name == LONGEST
        assert "follow no convention" in editor.mirror.summary
        with pytest.raises(NoFace):
            find_face(editor.head, bpy.data.scenes[0])
        editor.choose("jawOpen")
        editor.mirror.new_target = LONGEST
        assert editor.face.mapping.drives == {"jawOpen": (Drive(LONGEST),)}
        assert editor.channel("jawOpen").drives[0].target == LONGEST
        with pytest.raises(RuntimeError, match="follow no convention"):
            keyframeface.auto_map()
        assert editor.face.by_hand

    def test_a_mapping_that_cannot_be_read_is_not_overwritten_by_an_edit(self, editor: Editor) -> None:
        newer = to_json(RigMapping()).replace(FORMAT, "keyframeface-mapping/9")
        editor.head[MAPPING] = newer
        editor.look()
        assert "update the extension" in editor.mirror.summary
        editor.channel("jawOpen").gain = 2.0
        assert "update the extension" in editor.mirror.problem
        assert editor.head[MAPPING] == newer
        keyframeface.auto_map()
        assert not kept(editor.head)

    def test_disabled_and_enabled_again(self, editor: Editor) -> None:
        import addon_utils

        editor.choose("jawOpen")
        editor.view.solo = 0.5
        addon_utils.disable("keyframeface_addon")
        assert not any(values(editor.head))
        addon_utils.enable("keyframeface_addon", default_set=True)
        editor.look()
        assert len(editor.mirror.channels) == 61


class TestSolo:
    @pytest.fixture
    def playing(self, editor: Editor, laugh: Performance, scene: bpy.types.Scene) -> Editor:
        """Animated, and with one key that stands where somebody has put it."""
        editor.head.data.shape_keys.key_blocks["tongueOut"].value = 0.123
        write_performance(editor.face, laugh, scene, 1)
        scene.frame_set(13)
        editor.look()
        return editor

    def test_alone_and_back(self, playing: Editor) -> None:
        before = values(playing.head)
        assert sum(value > 0 for value in before) >= 3
        playing.choose("cheekPuff")
        playing.view.solo = 0.75
        blocks = playing.head.data.shape_keys.key_blocks
        assert {block.name: block.value for block in blocks[1:] if block.value} == {"cheekPuff": 0.75}
        playing.view.solo = 0.25
        assert blocks["cheekPuff"].value == 0.25
        playing.view.solo = 0.0
        assert values(playing.head) == before

    def test_no_key_is_set(self, playing: Editor) -> None:
        keys = playing.head.data.shape_keys
        action = keys.animation_data.action
        actions, name = len(bpy.data.actions), action.name
        playing.choose("cheekPuff")
        playing.view.solo = 0.75
        playing.view.solo = 0.0
        assert (len(bpy.data.actions), keys.animation_data.action.name) == (actions, name)
        assert not kept(playing.head)

    def test_as_it_is_tuned(self, playing: Editor) -> None:
        playing.channel("cheekPuff").gain = 0.5
        playing.choose("cheekPuff")
        playing.view.solo = 1.0
        assert playing.head.data.shape_keys.key_blocks["cheekPuff"].value == 0.5

    def test_another_channel_ends_it(self, playing: Editor) -> None:
        before = values(playing.head)
        playing.choose("cheekPuff")
        playing.view.solo = 0.75
        playing.choose("jawOpen")
        assert values(playing.head) == before
        assert playing.view.solo == 0.0

    def test_an_edit_ends_it(self, playing: Editor) -> None:
        before = values(playing.head)
        playing.choose("cheekPuff")
        playing.view.solo = 0.75
        playing.channel("cheekPuff").gain = 2.0
        assert values(playing.head) == before

    def test_the_frame_changes_meanwhile(self, playing: Editor, scene: bpy.types.Scene) -> None:
        scene.frame_set(25)
        expected = values(playing.head)
        scene.frame_set(13)
        playing.choose("cheekPuff")
        playing.view.solo = 0.75
        scene.frame_set(25)
        playing.view.solo = 0.0
        assert values(playing.head) == expected

    def test_it_is_neither_undone_nor_saved(self, playing: Editor, reload: Reload) -> None:
        before = values(playing.head)
        bpy.ops.ed.undo_push(message="before")
        playing.head.location.x = 1.0
        bpy.ops.ed.undo_push(message="moved")
        playing.choose("cheekPuff")
        playing.view.solo = 0.75
        bpy.ops.ed.undo()
        assert values(playing.head) == before
        assert playing.view.solo == 0.0
        playing.look()
        playing.view.solo = 0.75
        reload()
        assert values(playing.head) == before

    def test_head_and_eyes_through_bones(
        self, settings: Any, new_head: NewHead, new_armature: NewArmature, scene: bpy.types.Scene
    ) -> None:
        rig = new_armature()
        editor = Editor(new_head(keys=["jawOpen"], parent=rig))
        bones: Any = rig.pose.bones
        head, eye = bones["head"], bones["eye.L"]
        head.rotation_mode = "XYZ"
        head.rotation_euler = (0.1, 0.2, 0.3)
        before = tuple(head.rotation_euler), tuple(eye.rotation_quaternion)
        editor.choose("headYaw")
        editor.view.solo_angle = 0.5
        assert tuple(head.rotation_euler) != before[0]
        assert head.rotation_euler.to_quaternion().angle == pytest.approx(0.5, abs=1e-4)
        editor.view.solo_angle = 0.0
        assert (tuple(head.rotation_euler), tuple(eye.rotation_quaternion)) == before
        editor.choose("eyeLookUpLeft")  # no key shows it: the eye turns
        editor.view.solo = 1.0
        assert eye.rotation_quaternion.angle == pytest.approx(0.55, abs=1e-4)
        editor.view.solo = 0.0
        assert (tuple(head.rotation_euler), tuple(eye.rotation_quaternion)) == before

    def test_properties_are_put_back_as_they_were(self, editor: Editor) -> None:
        editor.head["Smile"], editor.head["Count"] = 0.2, 3
        editor.choose("jawOpen")
        for target in ('Head|["Smile"]', 'Head|["Count"]', "Head|location[2]", "Head|show_name"):
            editor.mirror.new_target = target
            assert not editor.mirror.problem
        editor.head.location.z = 0.4
        editor.view.solo = 1.0
        head = editor.head
        assert (head["Smile"], head["Count"], head.location.z, head.show_name) == (1.0, 1, 1.0, True)
        editor.view.solo = 0.0
        assert (head["Smile"], head["Count"], head.show_name) == (0.2, 3, False)
        assert type(head["Count"]) is int
        assert head.location.z == pytest.approx(0.4)

    def test_the_face_goes_meanwhile(self, editor: Editor) -> None:
        editor.choose("jawOpen")
        editor.view.solo = 0.5
        bpy.data.objects.remove(editor.head)
        editor.view.solo = 0.0
        assert editor.view.solo == 0.0


class TestFiles:
    def test_exported_and_imported(self, editor: Editor, new_head: NewHead, tmp_path: Path) -> None:
        editor.channel("jawOpen").gain = 0.7
        keyframeface.remove_drive(channel="tongueOut", place=0)
        mapping = editor.mapping
        assert keyframeface.export_mapping(filepath=str(tmp_path / "mine")) == {"FINISHED"}
        assert from_json((tmp_path / "mine.json").read_text(encoding="utf-8")) == mapping
        other = Editor(new_head("Other"))
        assert keyframeface.import_mapping(filepath=str(tmp_path / "mine.json")) == {"FINISHED"}
        assert other.mapping == mapping
        assert other.channel("jawOpen").gain == pytest.approx(0.7)
        assert other.channel("tongueOut").kind == "missing"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{", "not JSON"),
            ("[" * 100_000, "nested too deeply|not JSON"),
            ('{"channels": {}}', "not a mapping"),
            (json.dumps({"format": "keyframeface-mapping/2", "channels": {}}), "update the extension"),
            (json.dumps({"format": FORMAT, "channels": {"jawOpen": {"drives": [["x", "y"]]}}}), "jawOpen"),
            (json.dumps({"format": FORMAT, "channels": {"jawOpen": {"drives": [["x", 1]]}}}), "no face any more"),
            (json.dumps({"format": FORMAT, "channels": {}}), "no face any more"),
            (b"\xff\xfe\x00x", "UTF-8"),
            (None, "No such file"),
        ],
    )
    def test_a_file_that_cannot_be_used(
        self, editor: Editor, tmp_path: Path, text: str | bytes | None, message: str
    ) -> None:
        editor.channel("jawOpen").gain = 0.7
        before, path = editor.head[MAPPING], tmp_path / "broken.json"
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(RuntimeError, match=message) as caught:
            keyframeface.import_mapping(filepath=str(path))
        assert len(str(caught.value).strip().splitlines()) == 1
        assert editor.head[MAPPING] == before

    def test_a_folder_that_is_not_there(self, editor: Editor, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError, match=r"there is no folder|No such file"):
            keyframeface.export_mapping(filepath=str(tmp_path / "nowhere" / "x.json"))

    def test_presets(self, editor: Editor, new_head: NewHead, preset_folder: Path) -> None:
        editor.channel("jawOpen").gain = 0.7
        assert keyframeface.save_mapping_preset(name="わたしの顔 / mine") == {"FINISHED"}
        [name] = mapping_operators.presets()
        assert (preset_folder / f"{name}.json").is_file()
        assert "わたしの顔" in name
        other = Editor(new_head("Other"))
        assert keyframeface.apply_mapping_preset(name=name) == {"FINISHED"}
        assert other.mapping == editor.mapping
        assert keyframeface.remove_mapping_preset(name=name) == {"FINISHED"}
        assert mapping_operators.presets() == []
        assert other.mapping.tuning("jawOpen").gain == 0.7
        with pytest.raises(RuntimeError, match="there is no preset"):
            keyframeface.remove_mapping_preset(name="../../other")
        with pytest.raises(RuntimeError, match="needs a name"):
            keyframeface.save_mapping_preset(name="  ")

    def test_a_broken_preset(self, editor: Editor, preset_folder: Path) -> None:
        (preset_folder / "odd.json").write_text("{", encoding="utf-8")
        with pytest.raises(RuntimeError, match=r"odd\.json"):
            keyframeface.apply_mapping_preset(name="odd")
        assert not kept(editor.head)

    def test_blenders_own_folder(self, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        asked: list[Any] = []

        def user_resource(*arguments: Any, **options: Any) -> str:
            asked.append((arguments, options))
            return str(tmp_path)

        monkeypatch.setattr(bpy.utils, "user_resource", user_resource)
        mapping_operators.presets()
        assert asked == [(("SCRIPTS",), {"path": "presets/keyframeface/mapping", "create": True})]


class TestKept:
    def test_found_again(self, settings: Any, new_head: NewHead, new_armature: NewArmature, reload: Reload) -> None:
        face = find_face(new_head(JAPANESE, [*SHAPES, LONGEST], new_armature()), bpy.data.scenes[0])
        mapping = face.mapping.with_drives("jawOpen", (Drive(LONGEST, 0.25),)).with_tuning("browInnerUp", Tuning(2.0))
        save_mapping(face, mapping)
        assert bpy.data.objects["Rig"][MAPPING]
        scene = reload()
        found = find_face(bpy.data.objects[JAPANESE], scene)
        assert found.by_hand
        assert found.mapping == mapping
        assert [ref.name for ref in found.keys["jawOpen"]] == [LONGEST]
        forget_mapping(found)
        assert not find_face(bpy.data.objects[JAPANESE], bpy.data.scenes[0]).by_hand

    def linked(self, tmp_path: Path, kept: bool) -> bpy.types.Object:
        """The head of a library, with or without a mapping of its own there."""
        if kept:
            face = find_face(bpy.data.objects["Head"], bpy.data.scenes[0])
            save_mapping(face, face.mapping.with_tuning("jawOpen", Tuning(2.0)))
        library = str(tmp_path / "library.blend")
        bpy.ops.wm.save_as_mainfile(filepath=library)
        bpy.ops.wm.read_factory_settings(use_empty=True)
        libraries: Any = bpy.data.libraries
        with libraries.load(library, link=True) as (_, wanted):
            wanted.objects = ["Head"]
        head = wanted.objects[0]
        bpy.context.scene.collection.objects.link(head)
        assert isinstance(head, bpy.types.Object)
        return head

    def override(self, linked: bpy.types.Object) -> bpy.types.Object:
        untyped: Any = linked
        made: bpy.types.Object = untyped.override_hierarchy_create(
            bpy.context.scene, bpy.context.view_layer, do_fully_editable=True
        )
        if linked.name in bpy.context.scene.collection.objects:
            bpy.context.scene.collection.objects.unlink(linked)
        return made

    @pytest.mark.parametrize("kept", [False, True])
    def test_linked(self, new_head: NewHead, tmp_path: Path, kept: bool) -> None:
        new_head()
        face = find_face(self.linked(tmp_path, kept), bpy.data.scenes[0])
        with pytest.raises(Refusal, match="linked from another file, which keeps its mapping"):
            save_mapping(face, face.mapping)

    def test_an_override_keeps_no_new_mapping(self, new_head: NewHead, tmp_path: Path) -> None:
        new_head()
        face = find_face(self.override(self.linked(tmp_path, kept=False)), bpy.data.scenes[0])
        with pytest.raises(Refusal, match="keeps no mapping that its library has not"):
            save_mapping(face, face.mapping)
        assert not kept(face.root_ref.resolve())

    def test_an_override_keeps_a_change_of_its_librarys(
        self, new_head: NewHead, tmp_path: Path, reload: Reload
    ) -> None:
        new_head()
        face = find_face(self.override(self.linked(tmp_path, kept=True)), bpy.data.scenes[0])
        assert face.mapping.tuning("jawOpen") == Tuning(2.0)
        mapping = face.mapping.with_tuning("jawOpen", Tuning(3.0))
        save_mapping(face, mapping)
        scene = reload()
        head = next(obj for obj in bpy.data.objects if obj.library is None)
        assert find_face(head, scene).mapping == mapping
        forget_mapping(find_face(head, scene))
        scene = reload()
        head = next(obj for obj in bpy.data.objects if obj.library is None)
        assert find_face(head, scene).mapping.tuning("jawOpen") == Tuning()


class TestReport:
    def test_all_is_well(self, new_head: NewHead, new_armature: NewArmature) -> None:
        face = find_face(new_head(parent=new_armature()), bpy.data.scenes[0])
        assert report(face) == {}

    def test_without_bones(self, new_head: NewHead) -> None:
        found = kinds(find_face(new_head(), bpy.data.scenes[0]))
        assert {channel for channel, of in found.items() if of == {"bone"}} == {"headYaw", "headPitch", "headRoll"}
        assert found["leftEyeYaw"] == {"instead"}
        assert "leftEyeRoll" not in found

    def test_51_keys(self, new_head: NewHead) -> None:
        face = find_face(new_head(keys=[name for name in SHAPES if name != "tongueOut"]), bpy.data.scenes[0])
        assert [note.line for note in report(face)["tongueOut"]] == ["tongueOut: nothing on this rig shows it"]
        assert next(grouped(report(face))) == ("missing", "Nothing on this rig shows tongueOut")

    def test_visemes_only(self, new_head: NewHead) -> None:
        names = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"]
        editor = Editor(new_head(keys=[f"viseme_{name}" for name in names]))
        face = face_to_map(editor.head, bpy.data.scenes[0])
        found = kinds(face)
        assert {name for name in SHAPES if name.startswith(("brow", "eyeBlink"))} <= set(found)
        assert all("missing" in found[name] for name in SHAPES if name not in face.mapping.drives)

    @pytest.fixture(autouse=True)
    def _enabled(self, settings: Any) -> None:
        """The add-on."""

    def test_an_empty_key(self, new_head: NewHead) -> None:
        head = new_head()
        keys = head.data.shape_keys
        for point, rest in zip(keys.key_blocks["cheekPuff"].data, keys.reference_key.data, strict=True):
            point.co = rest.co
        face = find_face(head, bpy.data.scenes[0])
        assert [note.text for note in report(face)["cheekPuff"]] == ["the shape key 'cheekPuff' moves nothing"]
        editor = Editor(head)
        assert editor.channel("cheekPuff").kind == "empty"
        keys.key_blocks["cheekPuff"].data[0].co.z += 0.1
        editor.look()
        assert editor.channel("cheekPuff").kind == ""

    def test_one_key_for_both_lids(self, new_head: NewHead) -> None:
        head = new_head(keys=[*(name for name in SHAPES if not name.startswith("eyeBlink")), "Blink"])
        face = find_face(head, bpy.data.scenes[0])
        lids = {f"eyeBlink{side}": (Drive("Blink"),) for side in ("Left", "Right")}
        save_mapping(face, RigMapping({**face.mapping.drives, **lids}))
        found = report(find_face(head, bpy.data.scenes[0]))
        assert [note.text for note in found["eyeBlinkLeft"]] == ["'Blink' is also moved by eyeBlinkRight"]
        assert [note.text for note in found["eyeBlinkRight"]] == ["'Blink' is also moved by eyeBlinkLeft"]

    def test_one_slider_for_two_ends_is_no_sharing(self, new_head: NewHead) -> None:
        head = new_head(keys=["Jaw"])
        head[MAPPING] = to_json(RigMapping({"jawLeft": (Drive("Jaw"),), "jawRight": (Drive("Jaw", -1.0),)}))
        found = kinds(find_face(head, bpy.data.scenes[0]))
        assert "jawLeft" not in found

    def test_what_is_gone(self, new_head: NewHead) -> None:
        head = new_head()
        head["Smile"] = 0.0
        face = find_face(head, bpy.data.scenes[0])
        save_mapping(face, face.mapping.with_drives("cheekPuff", (Drive('Head|["Smile"]'),)))
        del head["Smile"]
        head.data.shape_keys.key_blocks["jawOpen"].name = "Opened"
        editor = Editor(head)
        found = report(find_face(head, bpy.data.scenes[0]))
        assert {note.kind for name in ("cheekPuff", "jawOpen") for note in found[name]} == {"gone"}
        assert "'jawOpen' any more" in found["jawOpen"][0].text
        assert editor.channel("cheekPuff").kind == "gone"
        editor.channel("cheekPuff").drives[0].target = "cheekPuff"
        assert editor.channel("cheekPuff").kind == "", editor.mirror.problem

    def test_a_driver(self, new_head: NewHead) -> None:
        head = new_head()
        head.data.shape_keys.key_blocks["jawOpen"].driver_add("value")
        assert kinds(find_face(head, bpy.data.scenes[0]))["jawOpen"] == {"driven"}

    def test_partial(self, new_head: NewHead) -> None:
        cc4 = next(convention for convention in conventions() if convention.name == "reallusion_cc4_extended")
        keys = dict.fromkeys(key for ways in cc4.channels.values() for key, _ in ways[0])
        half = [key for key in keys if not key.startswith("Mouth_Funnel_Down")]
        found = report(find_face(new_head(keys=half), bpy.data.scenes[0]))
        [note] = found["mouthFunnel"]
        assert note.kind == "partial"
        assert note.text.startswith("2 of the 4 keys that Reallusion CC4")

    def test_the_table(self, new_head: NewHead) -> None:
        face = find_face(new_head(), bpy.data.scenes[0])
        save_mapping(face, face.mapping.with_tuning("jawOpen", Tuning(2.0, 0.1, True)))
        lines = list(table(find_face(bpy.data.objects["Head"], bpy.data.scenes[0])))
        assert len(lines) == 61
        assert "jawOpen             jawOpen  (gain 2, offset 0.1, inverted)" in lines

    def test_a_key_is_taken_by_its_name_before_it_is_a_path(self, new_head: NewHead) -> None:
        face = find_face(new_head(keys=["jawOpen", "[odd] name"]), bpy.data.scenes[0])
        assert target_of(" [odd] name ", face) == "[odd] name"


class TestCommand:
    @pytest.fixture
    def blend(self, settings: Any, new_head: NewHead, tmp_path: Path) -> Path:
        new_head()
        path = tmp_path / "scene.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str(path))
        return path

    def test_prints_and_saves_nothing(self, blend: Path, capfd: pytest.CaptureFixture[str]) -> None:
        before = blend.read_bytes()
        assert run(["mapping"]) == 0
        said, complaints = capfd.readouterr()
        assert "Head: ARKit, by its names" in said
        assert "jawOpen             jawOpen" in said
        assert "headYaw: this rig has no bone for the head" in said
        assert not complaints
        assert blend.read_bytes() == before

    def test_import_export_and_auto(self, blend: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        exported, mine = tmp_path / "out.json", tmp_path / "mine.json"
        mapping = RigMapping({"jawOpen": (Drive("mouthFunnel", 0.5),)}, {}, "mine")
        mine.write_text(to_json(mapping), encoding="utf-8")
        assert run(["mapping", "--import", str(mine), "--export", str(exported)]) == 0
        assert read_mapping(exported) == mapping
        bpy.ops.wm.open_mainfile(filepath=str(blend))
        assert find_face(None, bpy.data.scenes[0]).mapping == mapping
        assert run(["mapping", "--auto"]) == 0
        bpy.ops.wm.open_mainfile(filepath=str(blend))
        assert not find_face(None, bpy.data.scenes[0]).by_hand
        assert "saved" in capfd.readouterr().out

    @pytest.mark.parametrize(
        ("arguments", "status", "message"),
        [
            (["--import", "missing.json"], 1, "missing.json"),
            (["--import", "x.json", "--auto"], 2, "not allowed"),
            (["--export", "x.txt"], 2, ".json"),
            (["--export", "/nowhere/x.json"], 1, "/nowhere"),
            (["--face", "Nobody"], 1, "Nobody"),
            (["--auto", "-o", "x.json"], 1, ".blend"),
        ],
    )
    def test_mistakes(
        self, blend: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
    ) -> None:
        before = blend.read_bytes()
        capfd.readouterr()
        assert run(["mapping", *arguments]) == status
        complaint = capfd.readouterr().err.strip()
        assert message in complaint
        assert len(complaint.splitlines()) == 1
        assert blend.read_bytes() == before
