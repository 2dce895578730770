"""An animator's first session with the zip, by mouse and keyboard; played by ``test_first_session`` inside a Blender with a window.

What is seen at each step goes to answer.json, a picture of each to the folder named last: ``-- FOLDER ZIP PICTURES``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from tools.desktop import extension, player
from tools.desktop.camera import Camera
from tools.desktop.extension import PROMPT, TAB, HeldModel
from tools.desktop.hands import Hands, turns, until

BURST = 0.02
"""Seconds that the held model runs a turn until it says its first words; then a tenth."""


def main() -> None:
    player.play(session)


def session(seen: player.Facts) -> player.Session:
    folder, archive, pictures = player.arguments()
    hands = Hands()
    camera = Camera(hands, Path(pictures))
    yield from extension.install(hands, archive)
    seen["enabled"] = extension.is_enabled()
    view = hands.area("VIEW_3D")
    yield from hands.open_tab(view, TAB)
    yield from camera.take("tab")

    yield from hands.press(view, "keyframeface.add_demo_face")
    yield from until(lambda: bool(bpy.data.shape_keys))
    seen["shapes"] = len(bpy.context.view_layer.objects.active.data.shape_keys.key_blocks)
    yield from camera.take("face")

    yield from hands.fill(view, "prompt", PROMPT)
    seen["prompt"] = bpy.context.scene.keyframeface.prompt
    yield from hands.move_into(view)
    yield from camera.take("prompt")

    seen["generated"] = yield from _generate(hands, camera)
    seen["graph"] = yield from _graph_editor(hands, camera)

    written = extension.keys()
    view = hands.area("VIEW_3D")
    yield from hands.move_into(view)
    yield from hands.key("Z", ctrl=True)
    undone = extension.keys()
    yield from camera.take("undone")
    yield from hands.key("Z", ctrl=True, shift=True)
    yield from camera.take("redone")
    seen["undo"] = {"undone": len(undone), "redone": extension.keys() == written}

    seen["escape"] = yield from _escape(hands, camera)

    before = [extension.listed(), extension.keys()]
    file = str(Path(folder) / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=file)
    bpy.ops.wm.open_mainfile(filepath=file)
    yield from turns(20)
    seen["reloaded"] = {"same": [extension.listed(), extension.keys()] == before, "listed": before[0]}
    yield from hands.open_tab(hands.area("VIEW_3D"), TAB)
    labels = [label for _, _, label in before[0]]
    seen["reloaded"]["shown"] = yield from until(lambda: extension.shown() == labels)
    yield from camera.take("reloaded")


def _generate(hands: Hands, camera: Camera) -> Any:
    """With a slow model: what is seen before, while and after it runs."""
    view, held = hands.area("VIEW_3D"), HeldModel()
    yield from hands.press(view, "keyframeface.generate")
    started = yield from until(lambda: bool(extension.takes()))
    yield from held.until(lambda: bool(extension.labels()), BURST)
    meanwhile, keys = extension.labels(), len(extension.keys())
    yield from camera.take("generating")
    yield from held.until(lambda: len(extension.labels()) > len(meanwhile) or not extension.takes(), BURST / 10)
    more = extension.labels()
    yield from camera.take("more-labels")
    held.let_go()
    ended = yield from until(lambda: not extension.takes())
    listed = [label for _, _, label in extension.listed()]
    shown = yield from until(lambda: extension.shown() == listed)
    yield from camera.take("written")
    return {
        "shown": shown,
        "started": started,
        "meanwhile": meanwhile,
        "keys_meanwhile": keys,
        "more": more,
        "ended": ended,
        "listed": listed,
        "keys": sum(map(len, extension.keys().values())),
    }


def _graph_editor(hands: Hands, camera: Camera) -> Any:
    """In the lower half of the 3D View: the curves that it shows."""
    with hands.context(hands.area("VIEW_3D")):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.5)
    yield from turns()
    upper_to_lower = sorted((a for a in hands.window.screen.areas if a.type == "VIEW_3D"), key=lambda area: -area.y)
    upper_to_lower[-1].type = "GRAPH_EDITOR"
    yield from turns()
    graph = hands.area("GRAPH_EDITOR")
    yield from hands.move_into(graph)
    yield from hands.key("HOME")
    yield from turns(20)
    with hands.context(graph):
        curves: Any = bpy.context.visible_fcurves
        head: Any = bpy.context.view_layer.objects.active.data.shape_keys
        found = {
            "written": sum(map(len, extension.keys(head).values())),
            "curves": len(curves),
            "keys": sum(len(curve.keyframe_points) for curve in curves),
            "groups": sorted({curve.group.name for curve in curves if curve.group}),
        }
    yield from camera.take("graph-editor")
    yield from hands.open_tab(graph, TAB)
    yield from hands.find(graph, "keyframeface.generate")
    yield from hands.move_into(graph)
    yield from camera.take("graph-editor-tab")
    return found


def _escape(hands: Hands, camera: Camera) -> Any:
    """Half-way through another performance, further along."""
    view, held = hands.area("VIEW_3D"), HeldModel()
    before = [extension.listed(), extension.keys()]
    held.hold()
    yield from hands.press(view, "keyframeface.generate")
    yield from until(lambda: bool(extension.takes()))
    yield from held.until(lambda: bool(extension.labels()), BURST / 10)
    halfway = extension.labels()
    yield from hands.move_into(view)
    yield from hands.key("ESC")
    stopped = not extension.takes()
    held.let_go()
    yield from turns(20)
    yield from camera.take("escaped")
    return {"halfway": halfway, "stopped": stopped, "same": [extension.listed(), extension.keys()] == before}
