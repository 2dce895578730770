"""Played by ``test_modal`` inside a Blender with a window: all that may happen while a performance is made beside the animator's work.

Each check is a generator that yields where Blender's event loop is to run; what it finds goes to answer.json under its name.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Generator
from typing import Any

import addon_utils
import bpy

from keyframeface_addon.blender import operators, refine_operators
from keyframeface_addon.blender.running import TAKES
from tests.scripted_engine import ScriptedEngine
from tools.desktop import extension, player
from tools.desktop.hands import Hands, turns, until

Check = Generator[None, None, Any]
CHECKS: list[Callable[[], Check]] = []
HANDS = Hands()
ops: Any = bpy.ops  # the stubs know only Blender's own


def main() -> None:
    player.play(session)


def check(function: Callable[[], Check]) -> Callable[[], Check]:
    CHECKS.append(function)
    return function


def in_view() -> contextlib.AbstractContextManager[Any]:
    return HANDS.context(HANDS.area("VIEW_3D"))


def generate(engine: ScriptedEngine) -> set[Any]:
    """Presses the button."""
    vars(operators)["engine_from_preferences"] = lambda context: engine
    bpy.context.window_manager.windows[0].scene.keyframeface.prompt = "she laughs"  # type: ignore[attr-defined]
    with in_view():
        return set(ops.keyframeface.generate("INVOKE_DEFAULT"))


def slow() -> ScriptedEngine:
    return ScriptedEngine(delay=0.03)


def curves() -> int:
    """F-curves on all shape keys."""
    found = 0
    for key in bpy.data.shape_keys:
        action: Any = key.animation_data.action if key.animation_data else None
        if action is not None:
            layers = action.layers if hasattr(action, "slots") else ()
            bags = [bag for layer in layers for strip in layer.strips for bag in strip.channelbags]
            found += sum(len(bag.fcurves) for bag in bags or [action])
    return found


def modals() -> list[str]:
    """Operators that run in a window; those whose class has been unregistered are not counted."""
    names = []
    for operator in (o for w in bpy.context.window_manager.windows for o in w.modal_operators):
        with contextlib.suppress(AttributeError, ValueError):
            names.append(operator.bl_idname)
    return names


def over() -> bool:
    return not TAKES and not modals()


@check
def it_runs_beside_and_is_one_undo_step() -> Check:
    result = generate(slow())
    at_once = curves()
    yield from until(lambda: bool(TAKES) and bool(next(iter(TAKES.values())).labels))
    meanwhile, labels = curves(), list(next(iter(TAKES.values())).labels)
    ended = yield from until(over)
    written = curves()
    with in_view():
        bpy.ops.ed.undo()
    yield
    undone = curves()
    with in_view():
        bpy.ops.ed.redo()
    yield
    return {
        "result": sorted(result),
        "at_once": at_once,
        "meanwhile": meanwhile,
        "labels": labels,
        "ended": ended,
        "written": written,
        "undone": undone,
        "redone": curves(),
    }


@check
def cancel_button() -> Check:
    before, engine = curves(), slow()
    generate(engine)
    yield from until(lambda: bool(TAKES))
    with in_view():
        ops.keyframeface.cancel()
    at_once = not TAKES
    ended = yield from until(over)
    return {"at_once": at_once, "ended": ended, "unchanged": curves() == before, "told": engine.streams[0].cancelled}


@check
def escape() -> Check:
    before, engine = curves(), slow()
    generate(engine)
    yield from until(lambda: bool(TAKES))
    yield from HANDS.move_into(HANDS.area("VIEW_3D"))
    yield from HANDS.key("ESC")
    ended = yield from until(over)
    return {"ended": ended, "unchanged": curves() == before, "told": engine.streams[0].cancelled}


@check
def escape_while_refining() -> Check:
    before, engine = extension.keys(), slow()
    vars(refine_operators)["engine_from_preferences"] = lambda context: engine
    with in_view():
        ops.keyframeface.refine("INVOKE_DEFAULT", sentence="as if somebody had told her a secret")
    yield from until(lambda: bool(TAKES))
    yield from HANDS.move_into(HANDS.area("VIEW_3D"))
    yield from HANDS.key("ESC")
    ended = yield from until(over)
    return {"ended": ended, "unchanged": extension.keys() == before != {}, "told": engine.streams[0].cancelled}


@check
def undo_meanwhile() -> Check:
    with in_view():
        bpy.ops.ed.undo_push(message="before")
        bpy.context.view_layer.objects.active.location.x = 3.0
        bpy.ops.ed.undo_push(message="moved")
    generate(slow())
    yield from until(lambda: bool(TAKES))
    with in_view():
        bpy.ops.ed.undo()
    moved_back = bpy.data.objects["Robin"].location.x == 0.0
    ended = yield from until(over)
    return {"moved_back": moved_back, "ended": ended, "written": curves()}


@check
def renamed_meanwhile() -> Check:
    generate(slow())
    yield from until(lambda: bool(TAKES))
    bpy.data.objects["Robin"].name = "Renamed"
    ended = yield from until(over)
    bpy.data.objects["Renamed"].name = "Robin"
    return {"ended": ended, "written": curves()}


@check
def two_faces_at_once() -> Check:
    with in_view():
        ops.keyframeface.add_demo_face()
    generate(slow())
    try:
        again = sorted(generate(slow()))
    except RuntimeError as error:
        again = [str(error)]
    bpy.context.view_layer.objects.active = bpy.data.objects["Robin"]
    other = sorted(generate(slow()))
    running = len(TAKES)
    ended = yield from until(over)
    return {"again": again, "other": other, "running": running, "ended": ended}


@check
def deleted_meanwhile() -> Check:
    generate(slow())
    yield from until(lambda: bool(TAKES))
    bpy.data.objects.remove(bpy.data.objects["Robin"])
    ended = yield from until(over)
    return {"ended": ended}


@check
def edit_mode_at_the_end() -> Check:
    bpy.context.view_layer.objects.active = bpy.data.objects["Robin.001"]
    before = curves()
    generate(slow())
    with in_view():
        bpy.ops.object.mode_set(mode="EDIT")
    yield from turns(300)
    waits, unchanged = bool(TAKES), curves() == before
    with in_view():
        bpy.ops.object.mode_set(mode="OBJECT")
    ended = yield from until(over)
    return {"waits": waits, "unchanged": unchanged, "ended": ended}


@check
def dragging_at_the_end() -> Check:
    generate(slow())
    with in_view():
        bpy.ops.transform.translate("INVOKE_DEFAULT")
    yield from turns(300)
    waits, during = bool(TAKES), modals()
    yield from HANDS.click("RIGHTMOUSE")
    ended = yield from until(over)
    return {"waits": waits, "modals": during, "ended": ended}


@check
def another_file() -> Check:
    engine = slow()
    generate(engine)
    bpy.ops.wm.read_homefile(use_empty=False, app_template="")
    yield from until(over, 3.0)
    return {"over": not TAKES, "told": engine.streams[0].cancelled}


@check
def disabled_meanwhile() -> Check:
    with in_view():
        ops.keyframeface.add_demo_face()
    engine = slow()
    generate(engine)
    yield from until(lambda: bool(TAKES))
    addon_utils.disable("keyframeface_addon")
    yield from until(over, 2.0)
    return {"over": over(), "told": engine.streams[0].cancelled}


def session(seen: player.Facts) -> player.Session:
    addon_utils.enable("keyframeface_addon", default_set=True)
    yield
    with in_view():
        ops.keyframeface.add_demo_face()
        bpy.ops.ed.undo_push(message="start")
    for function in CHECKS:
        print("check", function.__name__, flush=True)
        try:
            seen[function.__name__] = yield from function()
        except Exception:
            seen[function.__name__] = {"error": traceback.format_exc()}
        yield
