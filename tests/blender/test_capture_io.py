"""Recordings onto a face and off it: the operators, what they refuse, the commands, and files that others recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt
import pytest

from keyframeface_addon.blender.animated import animated
from keyframeface_addon.blender.bulk import evaluate
from keyframeface_addon.blender.command import run
from keyframeface_addon.blender.curves import read_performance, write_performance
from keyframeface_addon.blender.glance import forget_glances, glance
from keyframeface_addon.blender.readback import face_records
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.channels import CHANNELS, INDEX, SHAPES
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.interchange.live_link_face import csv_of, read_capture
from keyframeface_addon.retarget.mapping import Tuning
from tests.blender.conftest import NewArmature, NewHead, Reload
from tests.blender.timeline import (
    action_of,
    current_scene,
    curve_of,
    key_by_hand,
    key_of,
    keys_of,
    pose,
    snapshot,
)

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
LOW = [channel.low for channel in CHANNELS]
HIGH = [channel.high for channel in CHANNELS]

Array = npt.NDArray[np.float64]


def recorded(path: Path, fps: float = 60.0, **channels: npt.ArrayLike) -> Path:
    """A recording of these channels, all others 0."""
    columns = {name: np.asarray(column, float) for name, column in channels.items()}
    values = np.zeros((len(next(iter(columns.values()))), len(CHANNELS)))
    for name, column in columns.items():
        values[:, INDEX[name]] = column
    path.write_text(csv_of(values, fps), encoding="utf-8")
    return path


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """Two seconds: a jaw that opens, a mouth that goes left, a head that turns and nods, an eye that blinks once."""
    t = np.linspace(0, 1, 121)
    blink = np.zeros(121)
    blink[60:65] = [0.5, 1.05, 1.0, 0.6, 0.2]
    return recorded(
        tmp_path / "take_7.csv",
        jawOpen=0.8 * t,
        mouthLeft=0.5 * t,
        headYaw=0.3 * t,
        headPitch=-0.2 * t,
        eyeBlinkLeft=blink,
        eyeBlinkRight=blink,
    )


@pytest.fixture
def head(new_head: NewHead, settings: Any) -> bpy.types.Object:
    """The only face, in a scene of 24 frames a second, with the playhead on 1."""
    return new_head()


@pytest.fixture
def rigged(new_head: NewHead, new_armature: NewArmature, settings: Any) -> bpy.types.Object:
    """With bones for head and eyes; no shapes for the gaze."""
    return new_head(keys=[name for name in SHAPES if not name.startswith("eyeLook")], parent=new_armature())


def now(frames: npt.ArrayLike) -> Array:
    scene = current_scene()
    return animated(find_face(None, scene), scene, frames)


class TestImport:
    def test_a_key_at_every_frame(self, head: bpy.types.Object, take: Path) -> None:
        current_scene().frame_set(11)
        assert keyframeface.import_capture(filepath=str(take)) == {"FINISHED"}
        jaw = keys_of(head, "jawOpen")
        assert list(jaw) == list(range(11, 60))
        assert list(jaw.values()) == pytest.approx(0.8 * np.arange(49) / 48, abs=1e-3)
        assert not keys_of(head, "tongueOut")

    def test_it_is_remembered_as_few_keyframes_with_the_files_name(self, head: bpy.types.Object, take: Path) -> None:
        keyframeface.import_capture(filepath=str(take))
        performance, start = read_performance(find_face(head, current_scene()))
        assert (performance.prompt, start) == ("take_7", 1)
        assert [keyframe.label for keyframe in performance.keyframes if keyframe.label] == ["take_7"]
        assert [(marker.name, marker.frame) for marker in action_of(head).pose_markers] == [("take_7", 1)]
        assert len(performance.keyframes) < 12
        assert performance.duration == pytest.approx(2)
        forget_glances(at_once=True)
        assert glance(bpy.context).labels == ((0.0, "take_7"),)

    def test_keyframes_within_a_tolerance(self, head: bpy.types.Object, take: Path) -> None:
        keyframeface.import_capture(filepath=str(take), keys="KEYFRAMES", tolerance=0.02, start="FRAME", frame=-5)
        jaw = keys_of(head, "jawOpen")
        assert -5 in jaw
        assert 43 in jaw
        assert len(jaw) < 15
        frames = np.arange(-5, 44)
        expected = read_capture(take).sample((frames + 5) / 24)[:, INDEX["jawOpen"]]
        assert now(frames)[:, INDEX["jawOpen"]] == pytest.approx(expected, abs=0.04)

    def test_the_heads_axes_and_the_mouth(self, rigged: bpy.types.Object, take: Path) -> None:
        keyframeface.import_capture(filepath=str(take), swap_mouth=True, invert_yaw=True, invert_roll=True)
        end = now([49])[0]
        assert end[INDEX["mouthRight"]] == pytest.approx(0.5)
        assert end[INDEX["mouthLeft"]] == 0
        assert end[[INDEX["headYaw"], INDEX["headPitch"]]] == pytest.approx([-0.3, -0.2], abs=1e-5)

    def test_values_above_1_go_as_far_as_the_shape_key(self, head: bpy.types.Object, take: Path) -> None:
        current_scene().render.fps = 60
        key_of(head).key_blocks["eyeBlinkLeft"].slider_max = 2.0
        keyframeface.import_capture(filepath=str(take))
        assert max(keys_of(head, "eyeBlinkLeft").values()) == pytest.approx(1.05)
        assert max(keys_of(head, "eyeBlinkRight").values()) == 1
        keyframeface.import_capture(filepath=str(take), above_one="CLAMP")
        assert max(keys_of(head, "eyeBlinkLeft").values()) == 1
        assert face_records(find_face(head, current_scene()))[0].performance.matrix().max() == 1

    def test_frames_that_were_dropped_keep_their_time(
        self, head: bpy.types.Object, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        path = recorded(tmp_path / "take.csv", jawOpen=np.linspace(0, 1, 61))
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([*lines[:20], *lines[26:]]) + "\n", encoding="utf-8")
        keyframeface.import_capture(filepath=str(path))
        assert list(keys_of(head, "jawOpen").values()) == pytest.approx(np.arange(25) / 24, abs=1e-3)
        assert "55 frames at 60 fps, 6 dropped" in capfd.readouterr().out

    def test_what_was_not_recorded_and_what_the_rig_does_not_show_is_said(
        self, new_head: NewHead, settings: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        new_head(keys=[name for name in SHAPES if name != "mouthFunnel"])
        path = tmp_path / "take.csv"
        path.write_text("Timecode,JawOpen,MouthFunnel\n00:00:00:00.000,0,0\n00:00:01:00.000,1,1\n", encoding="utf-8")
        keyframeface.import_capture(filepath=str(path))
        said = capfd.readouterr().out
        assert "2 frames" in said
        assert "nothing for mouthFunnel" in said
        assert "not recorded" in said

    def test_a_frame_rate_that_the_file_does_not_tell(self, head: bpy.types.Object, tmp_path: Path) -> None:
        path = tmp_path / "numbered.csv"
        rows = "".join(f"{frame},{frame / 10}\n" for frame in range(11))
        path.write_text("Timecode,JawOpen\n" + rows, encoding="utf-8")
        with pytest.raises(RuntimeError, match="say its frame rate"):
            keyframeface.import_capture(filepath=str(path))
        keyframeface.import_capture(filepath=str(path), frame_rate=12)
        assert keys_of(head, "jawOpen")[21] == 1

    def test_other_animation_stays(self, head: bpy.types.Object, take: Path, laugh: Performance) -> None:
        scene = current_scene()
        key_by_hand(head, "jawOpen", 200, 0.7)
        write_performance(find_face(head, scene), laugh, scene, 300)
        keyframeface.import_capture(filepath=str(take))
        assert keys_of(head, "jawOpen")[200] == 0.7
        assert [r.frames[0] for r in face_records(find_face(head, scene))] == [300, 1]

    def test_a_shorter_one_replaces_it_whole(self, head: bpy.types.Object, take: Path, tmp_path: Path) -> None:
        keyframeface.import_capture(filepath=str(take))
        key_by_hand(head, "jawOpen", 200, 0.7)
        keyframeface.import_capture(filepath=str(recorded(tmp_path / "b.csv", jawOpen=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6])))
        assert list(keys_of(head, "jawOpen")) == [1, 2, 3, 200]
        assert set(keys_of(head, "eyeBlinkLeft").values()) == {0}
        assert len(face_records(find_face(head, current_scene()))) == 1

    def test_one_that_is_cut_short_still_knows_all_its_keys(
        self, head: bpy.types.Object, take: Path, tmp_path: Path
    ) -> None:
        scene, face = current_scene(), find_face(head, current_scene())
        keyframeface.import_capture(filepath=str(take))
        write_performance(face, pose(tongueOut=1.0), scene, 20)
        cut = face_records(face)[0]
        assert (cut.frames[-1], cut.baked) == (19, True)
        assert read_performance(face, 1)[0].keyframes[-1].value("jawOpen") == pytest.approx(0.8 * 18 / 48)
        assert max(keys_of(head, "jawOpen")) == 20
        keyframeface.import_capture(filepath=str(recorded(tmp_path / "b.csv", jawOpen=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6])))
        assert list(keys_of(head, "jawOpen")) == [1, 2, 3, 20]

    def test_it_is_one_undo_step(self, head: bpy.types.Object, take: Path) -> None:
        bpy.ops.ed.undo_push(message="before")
        keyframeface.import_capture("EXEC_DEFAULT", True, filepath=str(take))
        assert keys_of(bpy.data.objects["Head"], "jawOpen")
        bpy.ops.ed.undo()
        assert not bpy.data.actions
        assert key_of(bpy.data.objects["Head"]).animation_data is None

    def test_saved_and_opened_it_is_the_same(self, head: bpy.types.Object, take: Path, reload: Reload) -> None:
        keyframeface.import_capture(filepath=str(take))
        before = face_records(find_face(head, current_scene()))
        scene = reload()
        assert face_records(find_face(None, scene)) == before

    def test_what_is_remembered_follows_edits(self, head: bpy.types.Object, take: Path) -> None:
        keyframeface.import_capture(filepath=str(take))
        curve = curve_of(head, "jawOpen")
        assert curve
        curve.keyframe_points[-1].co.y = 0.1
        curve.update()
        assert read_performance(find_face(head, current_scene()))[0].keyframes[-1].value("jawOpen") == pytest.approx(
            0.1
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "take.csv: the file is empty"),
            ("a,b\n1,2\n", "take.csv: this is no Live Link Face recording"),
            ("Timecode,JawOpen\n00:00:00:00.000,wide\n00:00:00:01.000,0\n", "line 2: jawOpen is 'wide'"),
        ],
    )
    def test_a_broken_file_changes_nothing(
        self, head: bpy.types.Object, tmp_path: Path, text: str, message: str
    ) -> None:
        path = tmp_path / "take.csv"
        path.write_text(text, encoding="utf-8")
        key_by_hand(head, "jawOpen", 5, 0.7)
        before = snapshot()
        with pytest.raises(RuntimeError, match=message) as caught:
            keyframeface.import_capture(filepath=str(path))
        assert len(str(caught.value).strip().splitlines()) == 1
        assert snapshot() == before

    def test_what_cannot_be_written_is_refused(self, head: bpy.types.Object, take: Path) -> None:
        before = snapshot()
        with pytest.raises(RuntimeError, match="beyond Blender's last frame"):
            keyframeface.import_capture(filepath=str(take), start="FRAME", frame=1_048_560)
        key_of(head).key_blocks["jawOpen"].driver_add("value")
        with pytest.raises(RuntimeError, match="driven, so keyframes would have no effect: jawOpen"):
            keyframeface.import_capture(filepath=str(take))
        with pytest.raises(RuntimeError, match="cannot read it"):
            keyframeface.import_capture(filepath=str(take.with_name("none.csv")))
        assert not bpy.data.actions
        assert before["actions"] == {}

    def test_no_file(self, head: bpy.types.Object) -> None:
        with pytest.raises(RuntimeError, match="which recording"):
            keyframeface.import_capture()

    def test_no_face(self, settings: Any, take: Path) -> None:
        with pytest.raises(RuntimeError, match="there is no face in this scene"):
            keyframeface.import_capture(filepath=str(take))

    def test_edit_mode_is_grey(self, head: bpy.types.Object) -> None:
        bpy.context.view_layer.objects.active = head
        bpy.ops.object.mode_set(mode="EDIT")
        assert not keyframeface.import_capture.poll()
        assert not keyframeface.export_capture.poll()
        bpy.ops.object.mode_set(mode="OBJECT")
        assert keyframeface.import_capture.poll()


class TestExport:
    def test_a_performance_at_any_rate(self, head: bpy.types.Object, laugh: Performance, tmp_path: Path) -> None:
        scene = current_scene()
        write_performance(find_face(head, scene), laugh, scene, 1)
        write_performance(find_face(head, scene), pose(jawOpen=1.0), scene, 400)
        path = tmp_path / "out.csv"
        for fps in (24, 30, 60, 59.94):
            assert keyframeface.export_capture(filepath=str(path), frame_rate=fps) == {"FINISHED"}
            capture = read_capture(path)
            assert capture.frame_rate == pytest.approx(fps, abs=0.01)
            assert len(capture.times) == round(2 * fps) + 1
            at = capture.sample([0, 0.5, 2])
            assert at == pytest.approx(laugh.matrix(), abs=0.02)  # a rate may have no frame at 0.5 s
            # Blender's easing and ours, which differ a little
            assert np.abs(capture.values - sample(laugh, capture.times)).max() < 0.06

    def test_edits_are_in_it_and_what_the_rig_does_not_show(
        self, new_head: NewHead, settings: Any, laugh: Performance, tmp_path: Path
    ) -> None:
        head, scene = new_head(keys=[name for name in SHAPES if name != "cheekPuff"]), current_scene()
        write_performance(find_face(head, scene), laugh, scene, 1)
        key_by_hand(head, "jawOpen", 31, 0.9)
        keyframeface.export_capture(filepath=str(tmp_path / "out.csv"))
        capture = read_capture(tmp_path / "out.csv")
        assert capture.sample([1.25])[0, INDEX["jawOpen"]] == pytest.approx(0.9, abs=1e-4)
        assert capture.values[-1, INDEX["cheekPuff"]] == pytest.approx(1 / 3)

    def test_a_face_that_somebody_else_animated(self, rigged: bpy.types.Object, tmp_path: Path) -> None:
        key_by_hand(rigged, "jawOpen", 1, 0.0)
        key_by_hand(rigged, "jawOpen", 25, 1.0)
        key_of(rigged).key_blocks["tongueOut"].value = 0.25
        with pytest.raises(RuntimeError, match="no performance"):
            keyframeface.export_capture(filepath=str(tmp_path / "out.csv"))
        assert not (tmp_path / "out.csv").exists()
        with pytest.raises(RuntimeError, match="where to"):
            keyframeface.export_capture(source="RANGE")
        current_scene().frame_set(7)
        keyframeface.export_capture(filepath=str(tmp_path / "out"), source="RANGE", frame_start=1, frame_end=25)
        capture = read_capture(tmp_path / "out.csv")
        assert capture.duration == pytest.approx(1)
        jaw = capture.values[:, INDEX["jawOpen"]]
        assert jaw[[0, 30, 60]] == pytest.approx([0, 0.5, 1], abs=1e-4)
        assert set(capture.values[:, INDEX["tongueOut"]]) == {0.25}
        assert current_scene().frame_current == 7
        current_scene().frame_end = 49
        keyframeface.export_capture(filepath=str(tmp_path / "out.csv"), source="RANGE", frame_rate=30)
        assert read_capture(tmp_path / "out.csv").duration == pytest.approx(2)

    def test_drivers_and_the_nla_are_seen(self, rigged: bpy.types.Object, tmp_path: Path) -> None:
        scene = current_scene()
        driver = key_of(rigged).key_blocks["jawOpen"].driver_add("value").driver
        driver.expression = "frame / 100"
        for frame in (1, 25):
            key_by_hand(rigged, "browInnerUp", frame, frame / 50)
        animation: Any = key_of(rigged).animation_data
        strip = animation.nla_tracks.new().strips.new("moved", 11, animation.action)
        if hasattr(strip, "action_slot") and strip.action_slot is None:
            strip.action_slot = animation.action.slots[0]
        animation.action = None
        scene.frame_set(7, subframe=0.5)
        keyframeface.export_capture(filepath=str(tmp_path / "a.csv"), source="RANGE", frame_start=11, frame_end=35)
        values = read_capture(tmp_path / "a.csv").values
        assert values[[0, 60], INDEX["jawOpen"]] == pytest.approx([0.11, 0.35], abs=1e-4)
        assert values[[0, 60], INDEX["browInnerUp"]] == pytest.approx([0.02, 0.5], abs=1e-4)
        assert (scene.frame_current, scene.frame_subframe) == (7, 0.5)

    def test_tunings_are_undone(self, rigged: bpy.types.Object, take: Path) -> None:
        from dataclasses import replace

        from keyframeface_addon.blender.captures import write_capture

        scene, face = current_scene(), find_face(rigged, current_scene())
        mapping = face.mapping
        for channel, tuning in {"headYaw": Tuning(2.0, 0.1, True), "jawOpen": Tuning(0.5)}.items():
            mapping = mapping.with_tuning(channel, tuning)
        face = replace(face, mapping=mapping)
        write_capture(face, read_capture(take), scene, 1)
        end = animated(face, scene, [49])[0]
        assert end[[INDEX["headYaw"], INDEX["jawOpen"]]] == pytest.approx([0.3, 0.8], abs=1e-5)

    def test_mistakes_write_nothing(self, head: bpy.types.Object, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError, match="the range ends at frame 1, before it begins at 9"):
            keyframeface.export_capture(filepath=str(tmp_path / "a.csv"), source="RANGE", frame_start=9, frame_end=1)
        with pytest.raises(RuntimeError, match="there is no folder"):
            keyframeface.export_capture(filepath=str(tmp_path / "x" / "a.csv"), source="RANGE")
        assert not list(tmp_path.iterdir())


class TestRoundTrip:
    @pytest.mark.parametrize("fps", [24, 60])
    def test_exported_and_imported_it_is_the_same_at_the_sampled_frames(
        self, rigged: bpy.types.Object, laugh: Performance, tmp_path: Path, fps: int
    ) -> None:
        scene = current_scene()
        scene.render.fps = fps
        write_performance(find_face(None, scene), laugh, scene, 1)
        last = 1 + 2 * fps
        curves = {name: curve_of(rigged, name) for name in ("mouthSmileLeft", "jawOpen", "cheekPuff")}
        before = {name: evaluate(curve, range(1, last + 1)) for name, curve in curves.items() if curve}
        keyframeface.export_capture(filepath=str(tmp_path / "out.csv"), frame_rate=fps)
        keyframeface.import_capture(filepath=str(tmp_path / "out.csv"))
        assert len(before) == 3
        for name, values in before.items():
            curve = curve_of(rigged, name)
            assert curve
            assert len(curve.keyframe_points) == last
            assert evaluate(curve, range(1, last + 1)) == pytest.approx(values, abs=1e-6)

    def test_a_recording_comes_out_as_it_went_in(self, rigged: bpy.types.Object, take: Path, tmp_path: Path) -> None:
        current_scene().render.fps = 60
        keyframeface.import_capture(filepath=str(take))
        keyframeface.export_capture(filepath=str(tmp_path / "out.csv"))
        expected = np.clip(read_capture(take).values, LOW, HIGH)
        assert read_capture(tmp_path / "out.csv").values == pytest.approx(expected, abs=1e-5)

    @pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
    @pytest.mark.parametrize("name", ["alexdjulin_alex_rom_3.csv", "think-biq_LLV_dao.csv"])
    def test_recordings_by_others(self, rigged: bpy.types.Object, tmp_path: Path, name: str) -> None:
        source = read_capture(CAPTURES / name)
        current_scene().render.fps = round(source.frame_rate)
        keyframeface.import_capture(filepath=str(CAPTURES / name))
        keyframeface.export_capture(filepath=str(tmp_path / "out.csv"), frame_rate=source.frame_rate)
        again = read_capture(tmp_path / "out.csv")
        shown = [
            i for i, c in enumerate(CHANNELS) if not c.name.startswith("eyeLook") and not c.name.endswith("EyeRoll")
        ]
        expected = np.clip(source.sample(again.times), LOW, HIGH)
        assert np.abs(again.values - expected)[:, shown].max() < 1e-4
        assert np.abs(again.values - expected).max() < 0.06  # what no part of the rig shows is remembered thinned


class TestCommand:
    @pytest.fixture
    def blend(self, head: bpy.types.Object, tmp_path: Path) -> Path:
        path = tmp_path / "scene.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str(path))
        return path

    def test_import_saves_and_export_writes(
        self, blend: Path, take: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["import", str(take), "--swap-mouth", "--invert", "yaw", "roll", "--start", "5"]) == 0
        said, complaints = capfd.readouterr()
        assert "take_7: 121 frames at 60 fps" in said
        assert not complaints
        bpy.ops.wm.open_mainfile(filepath=str(blend))
        assert list(keys_of(bpy.data.objects["Head"], "mouthRight")) == list(range(5, 54))
        assert run(["export", str(tmp_path / "out.csv"), "--fps", "30"]) == 0
        assert len(read_capture(tmp_path / "out.csv").times) == 61
        assert run(["export", str(tmp_path / "out.csv"), "--range", "5", "29"]) == 0
        assert len(read_capture(tmp_path / "out.csv").times) == 61

    def test_few_keyframes(self, blend: Path, take: Path, tmp_path: Path) -> None:
        before = blend.read_bytes()
        assert run(["import", str(take), "--keyframes", "-o", str(tmp_path / "other.blend")]) == 0
        assert blend.read_bytes() == before
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "other.blend"))
        assert len(keys_of(bpy.data.objects["Head"], "jawOpen")) < 12

    @pytest.mark.parametrize(
        ("arguments", "status", "message"),
        [
            (["import"], 2, "required"),
            (["import", "x.csv", "--invert", "up"], 2, "up"),
            (["import", "x.csv", "--fps", "0"], 2, "more than 0"),
            (["import", "x.csv", "--tolerance", "-1"], 2, "0 or more"),
            (["import", "x.csv"], 1, "x.csv: cannot read it"),
            (["export"], 2, "required"),
            (["export", "x.txt"], 2, ".csv"),
            (["export", "x.csv", "--range", "9", "1"], 2, "before the first"),
            (["export", "x.csv"], 1, "no performance"),
            (["export", "/nowhere/x.csv", "--range", "1", "9"], 1, "no folder"),
        ],
    )
    def test_mistakes(
        self, blend: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
    ) -> None:
        before = blend.read_bytes()
        capfd.readouterr()
        assert run(arguments) == status
        complaint = capfd.readouterr().err.strip()
        assert message in complaint
        assert len(complaint.splitlines()) == 1
        assert blend.read_bytes() == before


def test_the_menus_are_left_as_they_were(settings: Any) -> None:
    import addon_utils

    menus = (bpy.types.TOPBAR_MT_file_import, bpy.types.TOPBAR_MT_file_export)

    def entries() -> int:
        functions = [f for menu in menus for f in getattr(menu.draw, "_draw_funcs", ())]
        return sum(f.__module__.endswith("capture_io") for f in functions)

    assert entries() == 2
    addon_utils.disable("keyframeface_addon")
    assert entries() == 0
    addon_utils.enable("keyframeface_addon", default_set=True)
