"""Runs inside a Blender with a window, started by ``test_batch`` with ``--enable-event-simulate -- CHECKOUT ANSWER.json``.

A script is acted out from the panel, with undo and redo; stopped by Esc and gone on with; chosen in the file browser.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import bpy

CHECKOUT, ANSWER = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
sys.path.insert(0, str(CHECKOUT))

from keyframeface_addon.blender import batch_operators  # noqa: E402
from keyframeface_addon.blender.batch_operators import RUNNING  # noqa: E402
from keyframeface_addon.face.channels import SHAPES  # noqa: E402
from tests.scripted_engine import ScriptedEngine  # noqa: E402

SCRIPT = ANSWER.with_name("script.csv")
LONGER = ANSWER.with_name("longer.txt")
TICK = 0.05
ops: Any = bpy.ops  # the stubs know only Blender's own
Steps = Generator[None, None, None]


def window(kind: str = "VIEW_3D") -> dict[str, Any]:
    """An area to run operators in; from a timer there is no context."""
    for found in bpy.context.window_manager.windows:
        for area in found.screen.areas:
            if area.type == kind:
                region = next(region for region in area.regions if region.type == "WINDOW")
                return {"window": found, "screen": found.screen, "area": area, "region": region}
    return {}


def until(condition: Callable[[], bool], seconds: float = 40.0) -> Generator[None, None, bool]:
    for _ in range(int(seconds / TICK)):
        if condition():
            return True
        yield
    return False


def add_head(name: str) -> None:
    """Of four points: what is drawn meanwhile shall not matter."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([(1, 0, 0), (-1, 0, 0), (0, 1, 1), (0, -1, 1)], [], [(0, 1, 2), (0, 1, 3)])
    head = bpy.data.objects.new(name, mesh)
    bpy.context.window_manager.windows[0].scene.collection.objects.link(head)
    for key in ("Basis", *SHAPES):
        head.shape_key_add(name=key, from_mix=False).value = 0.0


def markers() -> list[str]:
    scene = bpy.context.window_manager.windows[0].scene
    return [marker.name for marker in sorted(scene.timeline_markers, key=lambda marker: marker.frame)]


def report() -> str:
    text = bpy.data.texts.get("KeyframeFace batch")
    return text.as_string().splitlines()[0] if text else ""


def steps(found: dict[str, Any]) -> Steps:
    import addon_utils

    addon_utils.enable("keyframeface_addon", default_set=True)
    yield
    engine = ScriptedEngine(delay=0.02)
    vars(batch_operators)["engine_from_preferences"] = lambda context: engine
    add_head(name := "Anna")
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.undo_push(message="start")
    SCRIPT.write_text(f"id,character,prompt\na,{name},she laughs\nb,{name},she laughs on\n", encoding="utf-8")
    LONGER.write_text("she laughs\n" * 20, encoding="utf-8")

    with bpy.context.temp_override(**window()):
        found["started"] = sorted(ops.keyframeface.batch("INVOKE_DEFAULT", filepath=str(SCRIPT)))
        found["twice"] = ops.keyframeface.batch.poll()
    yield from until(lambda: len(markers()) == 1)
    found["beside"] = bool(RUNNING)
    found["ended"] = yield from until(lambda: not RUNNING)
    found["made"] = markers()
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.undo()
    yield
    found["undone"] = markers()
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.redo()
    yield
    found["redone"] = markers()

    with bpy.context.temp_override(**window()):
        ops.keyframeface.batch("INVOKE_DEFAULT", filepath=str(LONGER), start=500)
    yield from until(lambda: len(markers()) == 4)
    w = window()["window"]
    for value in ("PRESS", "RELEASE"):
        w.event_simulate(type="ESC", value=value, x=800, y=500)
    found["stopped"] = yield from until(lambda: not RUNNING)
    kept = len(markers())
    found["report"], found["kept"] = report(), kept
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.undo()
    yield
    found["stop is one step"] = markers() == found["made"]
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.redo()
    yield
    LONGER.write_text("she laughs\n" * (kept - 1), encoding="utf-8")
    asked = len(engine.asked)
    with bpy.context.temp_override(**window()):
        ops.keyframeface.batch("INVOKE_DEFAULT", filepath=str(LONGER), start=500)
    yield from until(lambda: not RUNNING)
    found["gone on"], found["asked"] = report(), len(engine.asked) - asked

    SCRIPT.write_text(f"id,character,prompt\nfrom-browser,{name},she waits\n", encoding="utf-8")
    with bpy.context.temp_override(**window()):
        ops.keyframeface.import_script("INVOKE_DEFAULT")
    yield from until(lambda: bool(window("FILE_BROWSER")))
    yield from until(lambda: window("FILE_BROWSER")["area"].spaces.active.params is not None)
    params = window("FILE_BROWSER")["area"].spaces.active.params
    params.directory, params.filename = str(SCRIPT.parent).encode(), SCRIPT.name
    yield
    browser = window("FILE_BROWSER")
    del browser["screen"]  # "Overriding context with temporary screen isn't supported"
    with bpy.context.temp_override(**browser):
        bpy.ops.file.execute("INVOKE_DEFAULT")
    found["browser ran it"] = yield from until(lambda: any("from-browser" in marker for marker in markers()))
    yield from until(lambda: not RUNNING)
    found["path kept"] = bpy.context.window_manager.windows[0].scene.keyframeface_script.path  # type: ignore[attr-defined]


def session() -> Generator[None, None, None]:
    found: dict[str, Any] = {}
    try:
        yield from steps(found)
    except Exception:
        found["error"] = traceback.format_exc()
    ANSWER.write_text(json.dumps(found, indent=1), encoding="utf-8")
    bpy.ops.wm.quit_blender()


_session = session()


def _tick() -> float | None:
    try:
        next(_session)
    except StopIteration:
        return None
    return TICK


bpy.app.timers.register(_tick, first_interval=1.0, persistent=True)
