"""``--command keyframeface`` by calling what Blender calls; through a real Blender: tests/installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import batch_command
from keyframeface_addon.blender.command import run
from keyframeface_addon.blender.curves import WriteReport, read_performance
from keyframeface_addon.blender.readback import played_records
from keyframeface_addon.blender.rig import NoFace, find_face
from keyframeface_addon.blender.take import Take
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.inference.locations import bundled_model
from keyframeface_addon.language.request import VARIED
from tests.blender.conftest import NewHead
from tests.scripted_engine import ScriptedEngine

pytest_plugins = ("tests.blender.addon",)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def blend(new_head: NewHead, engine: ScriptedEngine, tmp_path: Path) -> Path:
    """An open .blend with one face in it."""
    new_head()
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def only_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]


def reopened(path: Path) -> bpy.types.Object:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return bpy.data.objects["Head"]


def test_generate_saves(blend: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", "she laughs", "--emotion", "joy", "--start", "7"]) == 0
    said, complaints = capfd.readouterr()
    assert "0.50 s  laughs out loud" in said
    assert str(blend) in said
    assert not complaints
    performance, start = read_performance(find_face(reopened(blend), bpy.data.scenes[0]))
    assert (performance.prompt, performance.emotion, start) == ("she laughs", "joy", 7)
    assert os.listdir(blend.parent) == [blend.name]


@pytest.mark.parametrize("where", ["replace", "insert", "new-action", "nla"])
def test_generate_where_it_is_told_to(blend: Path, where: str) -> None:
    bpy.context.scene.frame_start = 20
    assert run(["generate", "she sighs"]) == 0
    before = len(bpy.data.actions)
    assert run(["generate", "she laughs", "--place", where]) == 0
    head = reopened(blend)
    face, animation = find_face(head, bpy.data.scenes[0]), head.data.shape_keys.animation_data
    assert read_performance(face, 21)[0].prompt == "she laughs"
    both = [(r.performance.prompt, r.frames[0]) for r in played_records(face)]
    expected = [("she laughs", 20)]
    expected += [("she sighs", 20 + 49)] if where == "insert" else [("she sighs", 20)] if where == "nla" else []
    assert sorted(both) == sorted(expected)
    assert len(animation.nla_tracks) == (2 if where == "nla" else 0)
    assert len(bpy.data.actions) == before + (where in ("new-action", "nla"))


@pytest.mark.parametrize(
    ("options", "sampled"),
    [([], (0, 0.0)), (["--seed", "3"], (3, VARIED)), (["--seed", "3", "--temperature", "0.2"], (3, 0.2))],
)
def test_a_seed_is_the_seed_of_the_panel(
    blend: Path, engine: ScriptedEngine, options: list[str], sampled: tuple[int, float]
) -> None:
    assert run(["generate", "she laughs", *options]) == 0
    assert [(s.seed, s.temperature) for s in engine.samplings] == [sampled]


def test_generate_starts_where_the_scene_does(blend: Path) -> None:
    bpy.context.scene.frame_start = 101
    assert run(["generate", "she laughs"]) == 0
    assert read_performance(find_face(None, bpy.data.scenes[0]))[1] == 101


def test_output_leaves_the_open_file_alone(blend: Path, tmp_path: Path) -> None:
    before = blend.read_bytes()
    assert run(["generate", "she laughs", "-o", str(tmp_path / "other.blend")]) == 0
    assert blend.read_bytes() == before
    assert reopened(tmp_path / "other.blend").data.shape_keys.animation_data.action


def test_a_compressed_file_stays_compressed(blend: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(blend), compress=True)
    before = blend.read_bytes()[:4]
    assert before != b"BLEN"
    assert run(["generate", "she laughs"]) == 0
    assert blend.read_bytes()[:4] == before


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "required"),
        (["dance"], 2, "dance"),
        (["generate"], 2, "prompt"),
        (["generate", "she laughs", "--duration", "long"], 2, "duration"),
        (["render"], 2, "--strip"),
        (["render", "--strip", "x.png", "--size", "9"], 2, "640x480"),
        (["render", "--strip", "x.jpg"], 2, ".png"),
        (["render", "--sequence", "x.jpg"], 2, ".png"),
        (["render", "--movie", "x.mp4", "--range", "9", "3"], 2, "comes before"),
        (["batch", "script.txt", "--gap", "-1"], 2, "0 or more"),
        (["render", "--movie", "x.avi"], 2, ".mp4"),
        (["render", "--movie", "x.mp4", "--fps", "nan"], 2, "number"),
        (["render", "--movie", "x.mp4", "--fps", "-3"], 2, "more than 0"),
        (["render", "--movie", "x.mp4", "--frame", "nan"], 2, "number"),
        (["generate", "she laughs", "--start", "99999999999"], 2, "1048574"),
        (["generate", "she laughs", "-o", "x" * 300 + ".blend"], 1, "too long"),
        (["generate", ""], 1, "prompt is empty"),
        (["generate", "x" * 1_000_000], 1, "1,000,000 characters"),
        (["generate", "she laughs", "--duration", "0"], 1, "duration"),
        (["generate", "she laughs", "--duration", "3600"], 1, "duration"),
        (["generate", "she laughs", "--face", "Nobody"], 1, "Nobody"),
        (["generate", "she laughs", "-o", "/nowhere/x.blend"], 1, "/nowhere"),
        (["generate", "she laughs", "-o", "x.mp4"], 1, ".blend"),
        (["batch", "missing.txt"], 1, "missing.txt"),
        (["batch", "script.docx"], 1, "docx"),
        (["render", "--strip", "x.png"], 1, "no performance"),
        (["render", "--sequence", "x.png"], 1, "no performance"),
        (["render", "--sequence", "/nowhere/x.png", "--range", "1", "2"], 1, "/nowhere"),
    ],
)
def test_mistakes(
    blend: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    before = blend.read_bytes()
    capfd.readouterr()
    assert run(arguments) == status
    assert message in only_line(capfd.readouterr().err)
    assert blend.read_bytes() == before
    assert os.listdir(blend.parent) == [blend.name]


def test_a_failed_generation_leaves_the_file(
    blend: Path, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    before, engine.error = blend.read_bytes(), "the model stopped; try again"
    assert run(["generate", "she laughs"]) == 1
    assert only_line(capfd.readouterr().err) == "keyframeface: the model stopped; try again"
    assert blend.read_bytes() == before


def test_a_failed_save_leaves_the_file(
    blend: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = blend.read_bytes()
    monkeypatch.setattr(os, "replace", full)
    assert run(["generate", "she laughs"]) == 1
    assert "No space left on device" in only_line(capfd.readouterr().err)
    assert blend.read_bytes() == before
    assert os.listdir(blend.parent) == [blend.name]


def test_ctrl_c(
    blend: Path, monkeypatch: pytest.MonkeyPatch, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    import signal

    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    before = blend.read_bytes()
    monkeypatch.setattr(engine, "start", interrupted)
    assert run(["generate", "she laughs"]) == 130
    assert "stopped" in only_line(capfd.readouterr().err)
    assert blend.read_bytes() == before


def test_no_file_is_open(new_head: NewHead, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]) -> None:
    new_head()
    assert run(["generate", "she laughs"]) == 1
    assert "-o" in only_line(capfd.readouterr().err)


def test_several_faces(blend: Path, new_head: NewHead, capfd: pytest.CaptureFixture[str]) -> None:
    new_head("Other")
    assert run(["generate", "she laughs"]) == 1
    assert "2 faces" in only_line(capfd.readouterr().err)
    assert run(["generate", "she laughs", "--face", "Other"]) == 0
    assert bpy.data.objects["Other"].data.shape_keys.animation_data.action
    assert not bpy.data.objects["Head"].data.shape_keys.animation_data


def test_batch_lays_performances_out_one_after_another(
    blend: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.csv"
    script.write_text(
        "id,prompt,duration\na,she laughs,1\nb,,\nc,she laughs again,2\nd,she waits,1,x\n", encoding="utf-8"
    )
    assert run(["batch", str(script)]) == 1
    complaints = capfd.readouterr().err
    assert "script.csv line 3: " in complaints
    assert "script.csv line 5: " in complaints
    assert "2 of 4 lines failed" in complaints
    records = played_records(find_face(reopened(blend), bpy.data.scenes[0]))
    assert [(r.performance.prompt, r.frames[0], r.frames[-1]) for r in records] == [
        ("she laughs", 1, 25),
        ("she laughs again", 37, 85),
    ]


def test_batch_tells_its_progress_and_goes_on(
    blend: Path, new_head: NewHead, tmp_path: Path, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    new_head("Anna")
    script = tmp_path / "script.csv"
    rows = ["id,character,prompt", "anna-01,ANNA,she laughs", "zoe-01,ZOE,she laughs", "head-01,head,he laughs"]
    script.write_text("\n".join(rows), encoding="utf-8")
    capfd.readouterr()
    assert run(["batch", str(script), "--start", "11", "--gap", "1"]) == 1
    said, complaints = capfd.readouterr()
    assert said.splitlines()[0] == "[1/3] anna-01: she laughs, 3 keyframes on Anna, frames 11 to 59"
    assert said.splitlines()[1] == "[3/3] head-01: he laughs, 3 keyframes on Head, frames 83 to 131"
    assert "saved" in said
    assert complaints.splitlines() == [
        "keyframeface: script.csv line 3: no face is called 'ZOE': name its mesh, armature or collection so",
        "keyframeface: 1 of 3 lines failed",
    ]
    reopened(blend)
    bpy.data.objects["Anna"].name = "Zoe and Anna"
    assert run(["batch", str(script), "--gap", "1"]) == 0
    said = capfd.readouterr().out
    assert "[1/3] anna-01: she laughs, done before, frames 11 to 59" in said
    assert "[2/3] zoe-01: she laughs, 3 keyframes on Zoe and Anna, frames 83 to 131" in said
    assert "[3/3] head-01: he laughs, done before, frames 155 to 203" in said
    assert len(engine.asked) == 3
    before = blend.read_bytes()
    assert run(["batch", str(script)]) == 0
    assert "0 of 3 lines made, 3 done before" in capfd.readouterr().out
    assert blend.read_bytes() == before
    assert run(["batch", str(script), "-o", str(tmp_path / "other.blend")]) == 0
    assert (tmp_path / "other.blend").is_file()
    assert len(engine.asked) == 3
    assert run(["batch", str(script), "--redo"]) == 0
    assert len(engine.asked) == 6


def test_ctrl_c_keeps_what_a_batch_has_done(
    blend: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: ScriptedEngine,
    capfd: pytest.CaptureFixture[str],
) -> None:
    import signal

    start, interrupts = engine.start, [1]

    def interrupted(*asked: Any) -> Any:
        if engine.asked and interrupts:
            interrupts.clear()
            signal.raise_signal(signal.SIGINT)
        return start(*asked)

    monkeypatch.setattr(engine, "start", interrupted)
    script = tmp_path / "script.txt"
    script.write_text("she laughs\nshe cries\n", encoding="utf-8")
    assert run(["batch", str(script)]) == 130
    said, complaints = capfd.readouterr()
    assert "1 of 2 lines made, stopped" in said
    assert only_line(complaints) == "keyframeface: stopped; start it again to go on"
    assert len(played_records(find_face(reopened(blend), bpy.data.scenes[0]))) == 1
    assert run(["batch", str(script)]) == 0
    assert "1 of 2 lines made, 1 done before" in capfd.readouterr().out
    assert len(engine.asked) == 2


def test_a_line_is_written_whole_before_ctrl_c_is_heard(
    blend: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import signal

    finish = Take.finish

    def interrupted(take: Take) -> tuple[Performance, WriteReport]:
        signal.raise_signal(signal.SIGINT)
        return finish(take)

    monkeypatch.setattr(Take, "finish", interrupted)
    script = tmp_path / "script.txt"
    script.write_text("she laughs\nshe cries\n", encoding="utf-8")
    assert run(["batch", str(script)]) == 130
    [record] = played_records(find_face(reopened(blend), bpy.data.scenes[0]))
    assert [marker.frame for marker in bpy.data.scenes[0].timeline_markers] == [record.frames[0]]


def test_a_long_batch_is_saved_in_between(
    blend: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: ScriptedEngine
) -> None:
    monkeypatch.setattr(batch_command, "SAVE_EVERY", -1.0)
    start = engine.start

    def killed(*asked: Any) -> Any:
        if engine.asked:
            raise ZeroDivisionError
        return start(*asked)

    monkeypatch.setattr(engine, "start", killed)
    script = tmp_path / "script.txt"
    script.write_text("she laughs\nshe cries\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        run(["batch", str(script)])
    assert len(played_records(find_face(reopened(blend), bpy.data.scenes[0]))) == 1


def test_a_batch_in_which_nothing_works_saves_nothing(
    blend: Path, tmp_path: Path, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.txt"
    script.write_text("she laughs\nhe yawns\n", encoding="utf-8")
    before, engine.error = blend.read_bytes(), "the model stopped"
    assert run(["batch", str(script)]) == 1
    complaints = capfd.readouterr().err
    assert complaints.count("the model stopped") == 2
    assert "nothing was saved" in complaints
    assert blend.read_bytes() == before


def test_the_longest_name_that_a_disk_takes(blend: Path, tmp_path: Path) -> None:
    output = tmp_path / ("x" * 249 + ".blend")
    assert run(["generate", "she laughs", "-o", str(output)]) == 0
    assert output.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")
def test_a_link_stays_a_link(blend: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.blend"
    link.symlink_to(blend)
    before = blend.read_bytes()
    assert run(["generate", "she laughs", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert blend.read_bytes() != before


def test_an_end_beyond_the_scenes_is_said(blend: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bpy.context.scene.frame_end = 20
    assert run(["generate", "she laughs"]) == 0
    assert "after the scene's last frame, 20" in capfd.readouterr().out


def test_a_batch_goes_on_after_a_face_was_not_found(
    blend: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    finish, calls = Take.finish, list[Take]()

    def once_without_a_face(take: Take) -> tuple[Performance, WriteReport]:
        calls.append(take)
        if len(calls) == 1:
            take.cancel()
            raise NoFace("it has no shape keys any more")
        return finish(take)

    monkeypatch.setattr(Take, "finish", once_without_a_face)
    script = tmp_path / "script.txt"
    script.write_text("she laughs\nshe laughs again\n", encoding="utf-8")
    assert run(["batch", str(script)]) == 1
    assert "1 of 2 lines failed" in capfd.readouterr().err
    assert len(played_records(find_face(reopened(blend), bpy.data.scenes[0]))) == 1


IN_A_FRESH_BLENDER = """
import importlib, os, sys, time
import bpy, addon_utils
bpy.ops.wm.read_factory_settings(use_empty=True)
started = time.perf_counter()
module = addon_utils.enable("bl_ext.user_default.keyframeface", default_set=True)
print("ENABLED", (time.perf_counter() - started) * 1000)
assert module is not None
assert "llama_cpp" not in sys.modules
preferences = bpy.context.preferences.addons["bl_ext.user_default.keyframeface"].preferences
assert (preferences.model, preferences.server, preferences.threads) == ("", "", 0)
bpy.ops.keyframeface.add_demo_face()
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1])
if len(sys.argv) > 2:
    preferences.model, preferences.threads = sys.argv[2], 1
    bpy.context.scene.keyframeface.prompt = "She tries to stay composed, then bursts into tears"
    assert bpy.ops.keyframeface.generate() == {"FINISHED"}
    assert len(bpy.data.actions) == 1 or not hasattr(bpy.types.Action, "slots")
    command = importlib.import_module("bl_ext.user_default.keyframeface.blender.command")
    assert command.run(["generate", "He winks", "--start", "200"]) == 0
    assert "llama_cpp" not in sys.modules
addon_utils.disable("bl_ext.user_default.keyframeface", default_set=True)
assert not hasattr(bpy.types.Scene, "keyframeface")
"""


def test_as_an_extension_with_the_bundled_model(tmp_path: Path) -> None:
    """As Blender installs it: under another name, from its own folder; the model answers where llama.cpp is installed."""
    installed = tmp_path / "extensions" / "user_default" / "keyframeface"
    shutil.copytree(ROOT / "keyframeface_addon", installed, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "blender_manifest.toml", installed)
    model = bundled_model()
    has_model = importlib.util.find_spec("llama_cpp") is not None and model.is_file()
    done = subprocess.run(
        [sys.executable, "-c", IN_A_FRESH_BLENDER, tmp_path / "x.blend", *([model] if has_model else [])],
        env={**os.environ, "BLENDER_USER_RESOURCES": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ENABLED " in done.stdout  # how long it took is for bench to say; test_architecture sees to the lazy imports
