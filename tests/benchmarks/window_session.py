"""Runs inside a Blender with a window for ``window``: how long its main thread takes a turn while the bundled model works."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import bpy

from tools.desktop import extension, player
from tools.desktop.extension import PROMPT, TAB, ops, part
from tools.desktop.hands import Hands, Turns, region_of, turns, until

GENERATIONS = 40
REDRAWS = 150
"""Of the sidebar with nothing under way: what Blender and its OpenGL take for themselves."""


def main() -> None:
    player.play(session)


_NEXT = {"starting": "generating", "writing": ""}
"""What the turn after a turn is."""


class Stopwatch:
    """Milliseconds of every turn of Blender's event loop, that its thread is busy of them, and of the extension's share."""

    def __init__(self) -> None:
        self.kind = ""
        self.turns: dict[str, list[float]] = {}
        self.busy: dict[str, list[float]] = {}
        self.ours: dict[str, list[float]] = {}
        self._share, self._depth = 0.0, 0
        self._last, self._worked = time.perf_counter(), time.thread_time()

    def tick(self) -> float:
        """A timer of Blender's that is due in every turn."""
        now, worked = time.perf_counter(), time.thread_time()
        if self.kind:
            self.turns.setdefault(self.kind, []).append((now - self._last) * 1000)
            self.busy.setdefault(self.kind, []).append((worked - self._worked) * 1000)
            self.ours.setdefault(self.kind, []).append(self._share * 1000)
            self.kind = _NEXT.get(self.kind, self.kind)
        self._last, self._worked, self._share = now, worked, 0.0
        return 0.0

    def time(self, owner: Any, name: str) -> None:
        """From now on the time in this function is the extension's; processor time, for other programs' sake."""
        function = getattr(owner, name)
        is_method = inspect.ismethod(function)
        plain = function.__func__ if is_method else function
        # Blender passes as many arguments as the code of a function names
        if plain.__code__.co_argcount == 3:

            def timed(self: Any, context: Any, event: Any) -> Any:
                return clock(plain, self, context, event)
        else:

            def timed(self: Any, context: Any) -> Any:  # type: ignore[misc]
                return clock(plain, self, context)

        clock = self._clock
        setattr(owner, name, classmethod(timed) if is_method else timed)

    def _clock(self, function: Callable[..., Any], *arguments: Any) -> Any:
        started = time.thread_time()
        self._depth += 1
        try:
            return function(*arguments)
        finally:
            self._depth -= 1
            if not self._depth:
                self._share += time.thread_time() - started


def session(seen: player.Facts) -> player.Session:
    _, archive = player.arguments()
    hands, watch = Hands(), Stopwatch()
    yield from extension.install(hands, archive)
    view = hands.area("VIEW_3D")
    view.spaces.active.show_region_ui = True
    yield from turns()
    region_of(view, "UI").active_panel_category = TAB  # type: ignore[assignment]
    yield from turns()
    with hands.context(view):
        ops.keyframeface.add_demo_face("INVOKE_DEFAULT")
    settings: Any = bpy.context.scene.keyframeface  # type: ignore[attr-defined]
    settings.prompt = PROMPT
    yield from _generate(hands, watch)  # the model is loaded, all code read
    _time_extension(watch)
    bpy.app.timers.register(watch.tick)
    yield from turns(20)
    watch.kind = "redrawing"
    for _ in range(REDRAWS):
        region_of(view, "UI").tag_redraw()
        yield
        yield
    for seed in range(1, GENERATIONS + 1):
        settings.seed = seed
        yield from _generate(hands, watch)
    seen["turns"], seen["busy"], seen["ours"] = watch.turns, watch.busy, watch.ours


def _generate(hands: Hands, watch: Stopwatch) -> Turns:
    """Once, and until all is quiet again."""
    yield from turns()
    watch.kind = "starting"
    with hands.context(hands.area("VIEW_3D")):
        ops.keyframeface.generate("INVOKE_DEFAULT")
    yield from until(lambda: not extension.takes())
    yield
    watch.kind = ""
    yield from turns(20)


def _time_extension(watch: Stopwatch) -> None:
    """All of it that Blender calls while a take is under way; what the turn that writes is called changes with it."""
    operator = part("blender.operators").KEYFRAMEFACE_OT_generate
    finish = operator._finish

    def finishing(self: Any) -> Any:
        watch.kind = "writing"
        return finish(self)

    operator._finish = finishing
    for name in ("invoke", "modal"):
        watch.time(operator, name)
    for panel in bpy.types.Panel.__subclasses__():
        if panel.__module__.startswith(extension.MODULE):
            for name in ("poll", "draw", "draw_header", "draw_header_preset"):
                if hasattr(panel, name):
                    watch.time(panel, name)
