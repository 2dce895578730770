"""Played by ``test_batch`` inside a Blender with a window.

A script is acted out from the panel, with undo and redo; stopped by Esc and gone on with; chosen in the file browser.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import addon_utils
import bpy

from keyframeface_addon.blender import batch_operators
from keyframeface_addon.blender.batch_operators import RUNNING
from keyframeface_addon.face.channels import SHAPES
from tests.scripted_engine import ScriptedEngine
from tools.desktop import player
from tools.desktop.hands import Hands, until

HANDS = Hands()
ops: Any = bpy.ops  # the stubs know only Blender's own


def main() -> None:
    player.play(session)


def in_view() -> contextlib.AbstractContextManager[Any]:
    return HANDS.context(HANDS.area("VIEW_3D"))


def browsers() -> list[tuple[bpy.types.Window, Any]]:
    """File browsers, each with its window: by the preferences it has one of its own."""
    windows = bpy.context.window_manager.windows
    return [(window, area) for window in windows for area in window.screen.areas if area.type == "FILE_BROWSER"]


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


def session(seen: player.Facts) -> player.Session:
    folder = Path(player.arguments()[0])
    script, longer = folder / "script.csv", folder / "longer.txt"
    addon_utils.enable("keyframeface_addon", default_set=True)
    yield
    engine = ScriptedEngine(delay=0.02)
    vars(batch_operators)["engine_from_preferences"] = lambda context: engine
    add_head(name := "Anna")
    with in_view():
        bpy.ops.ed.undo_push(message="start")
    script.write_text(f"id,character,prompt\na,{name},she laughs\nb,{name},she laughs on\n", encoding="utf-8")
    longer.write_text("she laughs\n" * 20, encoding="utf-8")

    with in_view():
        seen["started"] = sorted(ops.keyframeface.batch("INVOKE_DEFAULT", filepath=str(script)))
        seen["twice"] = ops.keyframeface.batch.poll()
    yield from until(lambda: len(markers()) == 1)
    seen["beside"] = bool(RUNNING)
    seen["ended"] = yield from until(lambda: not RUNNING)
    seen["made"] = markers()
    with in_view():
        bpy.ops.ed.undo()
    yield
    seen["undone"] = markers()
    with in_view():
        bpy.ops.ed.redo()
    yield
    seen["redone"] = markers()

    with in_view():
        ops.keyframeface.batch("INVOKE_DEFAULT", filepath=str(longer), start=500)
    yield from until(lambda: len(markers()) == 4)
    yield from HANDS.move_into(HANDS.area("VIEW_3D"))
    yield from HANDS.key("ESC")
    seen["stopped"] = yield from until(lambda: not RUNNING)
    kept = len(markers())
    seen["report"], seen["kept"] = report(), kept
    with in_view():
        bpy.ops.ed.undo()
    yield
    seen["stop is one step"] = markers() == seen["made"]
    with in_view():
        bpy.ops.ed.redo()
    yield
    longer.write_text("she laughs\n" * (kept - 1), encoding="utf-8")
    asked = len(engine.asked)
    with in_view():
        ops.keyframeface.batch("INVOKE_DEFAULT", filepath=str(longer), start=500)
    yield from until(lambda: not RUNNING)
    seen["gone on"], seen["asked"] = report(), len(engine.asked) - asked

    script.write_text(f"id,character,prompt\nfrom-browser,{name},she waits\n", encoding="utf-8")
    with in_view():
        ops.keyframeface.import_script("INVOKE_DEFAULT")
    yield from until(lambda: bool(browsers()))
    yield from until(lambda: browsers()[0][1].spaces.active.params is not None)
    window, browser = browsers()[0]
    browser.spaces.active.params.directory = str(script.parent).encode()
    browser.spaces.active.params.filename = script.name
    yield
    region = next(region for region in browser.regions if region.type == "WINDOW")
    # without its screen: "Overriding context with temporary screen isn't supported"
    with bpy.context.temp_override(window=window, area=browser, region=region):
        bpy.ops.file.execute("INVOKE_DEFAULT")
    seen["browser ran it"] = yield from until(lambda: any("from-browser" in marker for marker in markers()))
    yield from until(lambda: not RUNNING)
    seen["path kept"] = bpy.context.window_manager.windows[0].scene.keyframeface_script.path  # type: ignore[attr-defined]
