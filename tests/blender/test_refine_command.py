"""``--command keyframeface refine`` by calling what Blender calls."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest

from keyframeface_addon.blender.command import run
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.record import Record
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewHead
from tests.scripted_engine import ScriptedEngine

pytest_plugins = ("tests.blender.addon",)


@pytest.fixture
def blend(new_head: NewHead, engine: ScriptedEngine, laugh: Performance, tmp_path: Path) -> Path:
    """An open .blend in which a face laughs from frame 1 on."""
    head = new_head()
    write_performance(find_face(head, bpy.data.scenes[0]), laugh, bpy.data.scenes[0], 1)
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def saved(path: Path) -> Record:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return record_at(find_face(bpy.data.objects["Head"], bpy.data.scenes[0]))


def test_an_exact_change_is_said_and_saved(
    blend: Path, engine: ScriptedEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["refine", "half as strong and twice as fast", "--frame", "5"]) == 0
    said, complaints = capfd.readouterr()
    assert "Head: everything × 0.5; duration × 0.5" in said
    assert "3 keyframes on Head, frames 1 to 25" in said
    assert not complaints
    assert not engine.asked
    record = saved(blend)
    assert record.frames == (1, 7, 25)
    assert record.performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.4, abs=1e-4)


def test_what_takes_a_model_is_asked_of_it(
    blend: Path, engine: ScriptedEngine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "sadder.blend"
    assert run(["refine", "sadder", "--seed", "4", "--temperature", "0.5", "-o", str(elsewhere)]) == 0
    assert "Change: sadder" in engine.asked[0][1]["content"]
    assert engine.samplings[0].seed == 4
    assert "0.50 s  laughs out loud" in capfd.readouterr().out
    assert saved(elsewhere).performance.keyframes[1].value("cheekSquintLeft") == pytest.approx(0.5, abs=1e-4)
    assert saved(blend).performance.keyframes[1].value("cheekSquintLeft") == 0


def test_without_a_performance_nothing_is_saved(
    new_head: NewHead, engine: ScriptedEngine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    new_head()
    path = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    before = path.stat().st_mtime_ns
    assert run(["refine", "subtler"]) == 1
    assert "no performance has been written on 'Head' yet" in capfd.readouterr().err
    assert path.stat().st_mtime_ns == before
