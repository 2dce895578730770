"""Runs inside a Blender with a window, started by ``test_modal`` with ``--enable-event-simulate -- CHECKOUT ANSWER.json``.

Each check is a generator that yields where Blender's event loop is to run; what it finds goes to ANSWER.json.
"""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import bpy

CHECKOUT, ANSWER = (Path(argument) for argument in sys.argv[sys.argv.index("--") + 1 :])
sys.path.insert(0, str(CHECKOUT))

from keyframeface_addon.blender import operators  # noqa: E402
from keyframeface_addon.blender.running import TAKES  # noqa: E402
from tests.scripted_engine import ScriptedEngine  # noqa: E402

Check = Generator[None, None, Any]
CHECKS: list[Callable[[], Check]] = []
TICK = 0.05
ops: Any = bpy.ops  # the stubs know only Blender's own


def check(function: Callable[[], Check]) -> Callable[[], Check]:
    CHECKS.append(function)
    return function


def window() -> dict[str, Any]:
    """A 3D View to run operators in; from a timer there is no context."""
    found = bpy.context.window_manager.windows[0]
    area = next(area for area in found.screen.areas if area.type == "VIEW_3D")
    region = next(region for region in area.regions if region.type == "WINDOW")
    return {"window": found, "screen": found.screen, "area": area, "region": region}


def generate(engine: ScriptedEngine) -> set[Any]:
    """Presses the button."""
    vars(operators)["engine_from_preferences"] = lambda context: engine
    bpy.context.window_manager.windows[0].scene.keyframeface.prompt = "she laughs"  # type: ignore[attr-defined]
    with bpy.context.temp_override(**window()):
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


def until(condition: Callable[[], bool], seconds: float = 20.0) -> Generator[None, None, bool]:
    for _ in range(int(seconds / TICK)):
        if condition():
            return True
        yield
    return False


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
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.undo()
    yield
    undone = curves()
    with bpy.context.temp_override(**window()):
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
    with bpy.context.temp_override(**window()):
        ops.keyframeface.cancel()
    at_once = not TAKES
    ended = yield from until(over)
    return {"at_once": at_once, "ended": ended, "unchanged": curves() == before, "told": engine.streams[0].cancelled}


@check
def escape() -> Check:
    before, engine = curves(), slow()
    generate(engine)
    yield from until(lambda: bool(TAKES))
    w = window()["window"]
    w.event_simulate(type="ESC", value="PRESS", x=800, y=500)
    w.event_simulate(type="ESC", value="RELEASE", x=800, y=500)
    ended = yield from until(over)
    return {"ended": ended, "unchanged": curves() == before, "told": engine.streams[0].cancelled}


@check
def undo_meanwhile() -> Check:
    with bpy.context.temp_override(**window()):
        bpy.ops.ed.undo_push(message="before")
        bpy.context.view_layer.objects.active.location.x = 3.0
        bpy.ops.ed.undo_push(message="moved")
    generate(slow())
    yield from until(lambda: bool(TAKES))
    with bpy.context.temp_override(**window()):
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
    with bpy.context.temp_override(**window()):
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
    with bpy.context.temp_override(**window()):
        bpy.ops.object.mode_set(mode="EDIT")
    yield from until(lambda: False, 3.0)
    waits, unchanged = bool(TAKES), curves() == before
    with bpy.context.temp_override(**window()):
        bpy.ops.object.mode_set(mode="OBJECT")
    ended = yield from until(over)
    return {"waits": waits, "unchanged": unchanged, "ended": ended}


@check
def dragging_at_the_end() -> Check:
    generate(slow())
    with bpy.context.temp_override(**window()):
        bpy.ops.transform.translate("INVOKE_DEFAULT")
    yield from until(lambda: False, 3.0)
    waits, during = bool(TAKES), modals()
    w = window()["window"]
    w.event_simulate(type="RIGHTMOUSE", value="PRESS", x=800, y=500)
    w.event_simulate(type="RIGHTMOUSE", value="RELEASE", x=800, y=500)
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
    import addon_utils

    with bpy.context.temp_override(**window()):
        ops.keyframeface.add_demo_face()
    engine = slow()
    generate(engine)
    yield from until(lambda: bool(TAKES))
    addon_utils.disable("keyframeface_addon")
    yield from until(over, 2.0)
    return {"over": over(), "told": engine.streams[0].cancelled}


def session() -> Generator[None, None, None]:
    import addon_utils

    answers: dict[str, Any] = {}
    addon_utils.enable("keyframeface_addon", default_set=True)
    yield
    with bpy.context.temp_override(**window()):
        ops.keyframeface.add_demo_face()
        bpy.ops.ed.undo_push(message="start")
    for function in CHECKS:
        print("check", function.__name__, flush=True)
        try:
            answers[function.__name__] = yield from function()
        except Exception:
            answers[function.__name__] = {"error": traceback.format_exc()}
        ANSWER.write_text(json.dumps(answers, indent=1), encoding="utf-8")
        yield
    answers["complete"] = True
    ANSWER.write_text(json.dumps(answers, indent=1), encoding="utf-8")
    bpy.ops.wm.quit_blender()


_session = session()


def _tick() -> float | None:
    try:
        next(_session)
    except StopIteration:
        return None
    return TICK


bpy.app.timers.register(_tick, first_interval=1.0, persistent=True)
