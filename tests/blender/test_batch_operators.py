"""Act Out Script without a window; with one: tests/gui."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import bpy
import pytest

from keyframeface_addon.blender import batch_operators
from keyframeface_addon.blender.batch import TEXT
from keyframeface_addon.blender.batch_operators import RUNNING, KEYFRAMEFACE_OT_batch
from keyframeface_addon.blender.batch_panel import KEYFRAMEFACE_PT_script
from keyframeface_addon.blender.glance import forget_glances
from keyframeface_addon.blender.readback import played_records
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.blender.ticker import Ticks
from tests.blender.conftest import NewHead
from tests.blender.drawn import drawn
from tests.blender.snapshot import everything
from tests.scripted_engine import ScriptedEngine

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)


@pytest.fixture
def script(new_head: NewHead, engine: ScriptedEngine, tmp_path: Path) -> Path:
    """Two lines for two faces."""
    new_head("Anna"), new_head("Ben")
    path = tmp_path / "script.csv"
    path.write_text("id,character,prompt\na,ANNA,she laughs\nb,BEN,he laughs\n", encoding="utf-8")
    return path


def starts(name: str) -> list[float]:
    scene = bpy.context.scene
    assert scene
    return [record.start_frame for record in played_records(find_face(bpy.data.objects[name], scene))]


def test_a_script_is_acted_out(script: Path, settings: Any, engine: ScriptedEngine) -> None:
    settings.intensity, settings.seed = 0.5, 3
    assert keyframeface.batch(filepath=str(script), start=10, gap=1.0) == {"FINISHED"}
    assert (starts("Anna"), starts("Ben")) == ([10], [82])
    face = find_face(bpy.data.objects["Anna"], bpy.data.scenes[0])
    assert played_records(face)[0].performance.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.4)
    assert engine.samplings[0].seed == 3
    assert "2 of 2 lines made" in bpy.data.texts[TEXT].as_string()
    assert not TAKES
    assert not RUNNING


def test_it_starts_where_the_scene_does(script: Path) -> None:
    bpy.context.scene.frame_start = 101
    assert keyframeface.batch("INVOKE_DEFAULT", filepath=str(script)) == {"FINISHED"}
    assert starts("Anna") == [101]


def test_started_again_it_asks_for_nothing_twice(script: Path, engine: ScriptedEngine) -> None:
    keyframeface.batch(filepath=str(script))
    assert keyframeface.batch(filepath=str(script)) == {"FINISHED"}
    assert len(engine.asked) == 2
    keyframeface.batch(filepath=str(script), redo=True)
    assert len(engine.asked) == 4


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("script.docx", "x", "docx"),
        ("script.csv", "", "holds no prompt"),
        ("script.csv", "a,b\n1,2\n", "prompt"),
        ("script.txt", "she laughs", "there are 2 faces"),
        ("", "", "which script"),
    ],
)
def test_an_odd_file_is_one_line_and_changes_nothing(script: Path, name: str, text: str, message: str) -> None:
    path = script.with_name(name) if name else None
    if path:
        path.write_text(text, encoding="utf-8")
    before = everything()
    with pytest.raises(RuntimeError, match=message) as caught:
        keyframeface.batch(filepath=str(path or ""))
    assert len(str(caught.value).strip().splitlines()) == 1
    assert everything() == before


def test_where_every_line_fails_nothing_has_changed(script: Path, engine: ScriptedEngine) -> None:
    engine.error, before = "the model stopped; try again", everything()
    with pytest.raises(RuntimeError, match="the model stopped; try again; 0 of 2 lines made, 2 failed"):
        keyframeface.batch(filepath=str(script))
    assert everything() == before
    assert bpy.data.texts[TEXT].as_string().count("the model stopped") == 2


def test_edit_mode_is_grey(script: Path) -> None:
    bpy.context.view_layer.objects.active = bpy.data.objects["Anna"]
    bpy.ops.object.mode_set(mode="EDIT")
    assert not keyframeface.batch.poll()
    assert not keyframeface.import_script.poll()


def test_the_file_browser_hands_over(script: Path) -> None:
    assert keyframeface.import_script(filepath=str(script), gap=1.0, start=5) == {"FINISHED"}
    assert (starts("Anna"), starts("Ben")) == ([5], [77])
    assert bpy.context.scene.keyframeface_script.path == str(script)  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="docx"):
        keyframeface.import_script(filepath="x.docx")


class Window:
    """As much of Blender's window as the modal operator needs, and the operator outside of Blender's own hands."""

    def __init__(self, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.reports: list[str] = []
        window = self

        class Ticker:
            def __init__(self, _context: object) -> None:
                pass

            def show(self, _context: object, text: str) -> None:
                window.said.append(text)

            def stop(self) -> None:
                pass

        monkeypatch.setattr(batch_operators, "Ticker", Ticker)
        monkeypatch.setattr(
            batch_operators, "bpy", SimpleNamespace(app=SimpleNamespace(background=False), path=bpy.path)
        )
        manager = SimpleNamespace(modal_handler_add=lambda operator: None, windows=[])
        self.context: Any = SimpleNamespace(
            scene=bpy.context.scene,
            view_layer=bpy.context.view_layer,
            window=object(),
            window_manager=manager,
            mode="OBJECT",
        )
        given = SimpleNamespace(is_property_set=lambda name: False)
        fields = {"filepath": str(script), "start": 1, "gap": 0.5, "redo": False, "properties": given}
        functions = {
            name: value for name, value in vars(KEYFRAMEFACE_OT_batch).items() if callable(value) and name[:2] != "__"
        }
        functions["report"] = lambda _self, _kind, text: window.reports.append(text)
        self.operator: Any = type("Operator", (Ticks,), {**functions, **fields})()
        assert self.operator.invoke(self.context, None) == {"RUNNING_MODAL"}

    def send(self, type: str = "TIMER", value: str = "NOTHING") -> set[str]:
        return cast(set[str], self.operator.modal(self.context, SimpleNamespace(type=type, value=value)))


def test_beside_the_animators_work(script: Path, monkeypatch: pytest.MonkeyPatch, engine: ScriptedEngine) -> None:
    window = Window(script, monkeypatch)
    assert RUNNING
    assert not keyframeface.batch.poll()
    result = set[str]()
    for _ in range(100):
        assert window.send("MOUSEMOVE") == {"PASS_THROUGH"} or result
        if "PASS_THROUGH" not in (result := window.send()):
            break
    assert result == {"FINISHED"}
    assert any("line 2 of 2, b: he laughs" in text for text in window.said)
    assert "2 of 2 lines made" in window.reports[0]
    assert (starts("Anna"), starts("Ben")) == ([1], [61])
    assert not RUNNING
    assert keyframeface.batch.poll()


@pytest.mark.parametrize("how", ["esc", "button", "cancelled take", "disabled"])
def test_stopping_keeps_what_is_done(script: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    window = Window(script, monkeypatch)
    while not starts("Anna"):
        assert window.send() == {"PASS_THROUGH"}
    assert window.send() == {"PASS_THROUGH"}  # the next line has begun
    assert TAKES
    if how == "esc":
        result = window.send("ESC", "PRESS")
    elif how == "button":
        keyframeface.stop_batch()
        result = window.send()
    elif how == "disabled":
        from keyframeface_addon.blender import batch_panel

        monkeypatch.setattr(batch_panel, "bpy", SimpleNamespace(types=SimpleNamespace(TOPBAR_MT_file_import=[1])))
        monkeypatch.setattr(batch_panel, "_draw_import", 1)
        batch_panel.remove_from_menus()
        result = window.send()
    else:
        next(iter(TAKES.values())).cancel()
        result = window.send()
    assert result == ({"CANCELLED"} if how == "disabled" else {"FINISHED"})
    assert not TAKES
    assert not RUNNING
    assert (starts("Anna"), starts("Ben")) == ([1], [])
    monkeypatch.undo()


def test_it_waits_while_nothing_may_be_written(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window(script, monkeypatch)
    window.context.mode = "SCULPT"
    for _ in range(40):
        assert window.send() == {"PASS_THROUGH"}
    assert not starts("Anna")
    assert "leave this mode" in window.said[-1]
    window.context.mode = "OBJECT"
    window.send()
    assert starts("Anna") == [1]
    window.operator.cancel(window.context)
    assert not RUNNING


def test_one_undo_takes_the_whole_script_away(script: Path, engine: ScriptedEngine) -> None:
    bpy.ops.ed.undo_push(message="before")
    before = everything()
    keyframeface.batch("EXEC_DEFAULT", True, filepath=str(script))
    made = everything()
    bpy.ops.ed.undo()
    assert everything() == before
    assert not bpy.context.scene.timeline_markers
    bpy.ops.ed.redo()
    assert everything() == made
    assert keyframeface.batch(filepath=str(script)) == {"FINISHED"}
    assert len(engine.asked) == 2
    bpy.ops.ed.undo()
    keyframeface.batch(filepath=str(script))
    assert len(engine.asked) == 4  # what was undone is not done


def test_the_panel(script: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = bpy.context.scene.keyframeface_script  # type: ignore[attr-defined]
    kept.path, kept.start, kept.gap = str(script), 7, 2.0
    forget_glances(at_once=True)
    seen = drawn(KEYFRAMEFACE_PT_script)
    assert seen
    assert seen.properties == ["path", "start", "gap"]
    assert seen.operators == ["keyframeface.batch"] * 2
    run, redo = seen.buttons
    assert (run.filepath, run.start, run.gap) == (str(script), 7, 2.0)
    assert redo.redo
    window = Window(script, monkeypatch)
    window.send()
    seen = drawn(KEYFRAMEFACE_PT_script)
    assert seen
    assert seen.operators == ["keyframeface.stop_batch"]
    assert "Line 1 of 2" in seen.text
    assert "a: she laughs" in seen.text
    window.send("ESC", "PRESS")
    seen = drawn(KEYFRAMEFACE_PT_script)
    assert seen
    assert seen.operators == ["keyframeface.batch"] * 2


def test_no_script_where_there_is_no_face(engine: ScriptedEngine) -> None:
    forget_glances(at_once=True)
    assert drawn(KEYFRAMEFACE_PT_script) is None


def test_the_menu(settings: Any) -> None:
    seen = drawn(bpy.types.KEYFRAMEFACE_MT_face)  # type: ignore[attr-defined]
    assert seen
    assert "keyframeface.import_script" in seen.operators
