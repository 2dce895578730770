"""Mouse and keyboard of a Blender that runs with ``--enable-event-simulate``.

What takes turns of Blender's event loop is a generator: ``yield from`` it. Coordinates are pixels from the window's lower left.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator
from typing import Any

import bpy

TICK = 0.01
"""Seconds between two turns, at least."""
SETTLE = 4
"""Turns after which what an event changes has been drawn."""
STEP = 8
"""Pixels between two places where a button is looked for; buttons are 20 high."""
COLUMNS = (0.4, 0.9, 0.1, 0.65, 0.25, 0.8)
"""Where in a region's width buttons are looked for."""
KEYS = {" ": "SPACE", ",": "COMMA", ".": "PERIOD", "-": "MINUS", "'": "QUOTE"}

Turns = Generator[None, None, None]
Box = tuple[int, int, int, int]
"""Left, bottom, width, height."""


class NotThere(RuntimeError):
    """A button, tab or area that should be seen is not."""


def until(condition: Callable[[], bool], seconds: float = 60.0) -> Generator[None, None, bool]:
    """Takes turns; whether it came true. Seconds are counted in turns, so that a slow machine is given longer."""
    for _ in range(int(seconds / TICK)):
        if condition():
            return True
        yield
    return condition()


def turns(count: int = SETTLE) -> Turns:
    for _ in range(count):
        yield


class Hands:
    """Those of one animator at the first window."""

    def __init__(self) -> None:
        self.x = self.y = 0

    @property
    def window(self) -> bpy.types.Window:
        """Asked for anew each time: opening a file replaces it."""
        return bpy.context.window_manager.windows[0]

    def area(self, kind: str) -> bpy.types.Area:
        """The largest of this kind. Raises NotThere."""
        areas = [area for area in self.window.screen.areas if area.type == kind]
        if not areas:
            raise NotThere(f"no {kind} on the screen")
        return max(areas, key=lambda area: area.width * area.height)

    def context(self, area: bpy.types.Area, region: str = "WINDOW") -> contextlib.AbstractContextManager[Any]:
        """For operators: from a timer there is none."""
        found = region_of(area, region)
        override: Any = bpy.context.temp_override
        return override(window=self.window, screen=self.window.screen, area=area, region=found)  # type: ignore[no-any-return]

    def event(self, kind: str, value: str = "PRESS", **more: Any) -> None:
        self.window.event_simulate(type=kind, value=value, x=self.x, y=self.y, **more)  # type: ignore[arg-type]

    def move(self, x: float, y: float) -> Turns:
        """The mouse."""
        self.x, self.y = int(x), int(y)
        self.event("MOUSEMOVE", "NOTHING")
        yield from turns(2)

    def move_into(self, area: bpy.types.Area, region: str = "WINDOW") -> Turns:
        """To its middle, where no button is."""
        x, y, width, height = box_of(region_of(area, region))
        yield from self.move(x + width * 0.4, y + height * 0.6)

    def click(self, kind: str = "LEFTMOUSE") -> Turns:
        """Where the mouse is."""
        self.event(kind)
        yield
        self.event(kind, "RELEASE")
        yield from turns()

    def drag(self, x: float, y: float) -> Turns:
        """From where the mouse is to there."""
        start_x, start_y = self.x, self.y
        self.event("LEFTMOUSE")
        yield
        for i in range(1, 5):
            yield from self.move(start_x + (x - start_x) * i / 4, start_y + (y - start_y) * i / 4)
        self.event("LEFTMOUSE", "RELEASE")
        yield from turns()

    def key(self, kind: str, **modifiers: bool) -> Turns:
        """``key("Z", ctrl=True)``, heard by what the mouse is over."""
        self.event(kind, "PRESS", **modifiers)
        self.event(kind, "RELEASE", **modifiers)
        yield from turns()

    def type(self, text: str) -> Turns:
        """Into the field that is being edited."""
        for character in text:
            kind = KEYS.get(character) or (
                character.upper() if character.isascii() and character.isalpha() else "SPACE"
            )
            self.event(kind, unicode=character)
            self.event(kind, "RELEASE")
            yield

    def find(self, area: bpy.types.Area, name: str, region: str = "UI") -> Turns:
        """Moves the mouse onto an operator's ("keyframeface.generate") or a property's ("prompt") button. Raises NotThere.

        No part of Blender's API says where buttons are, so this hovers over the region until Blender says that it is this
        one. It names the last button also where there is none: only a change of name tells.
        """
        left, bottom, width, height = box_of(region_of(area, region))
        rows = range(bottom + height - 4, bottom, -STEP)
        for column in COLUMNS:
            for path in (rows, reversed(rows)):
                before: str | None = None
                for y in path:
                    yield from self.move(left + width * column, y)
                    now = self._hovered(area, region)
                    if before not in (None, now) and f".{now}".endswith(f".{name}"):
                        return
                    before = now
        raise NotThere(f"no button of {name} in the {area.type}")

    def press(self, area: bpy.types.Area, name: str, region: str = "UI") -> Turns:
        """Finds a button and clicks it."""
        yield from self.find(area, name, region)
        yield from self.click()

    def fill(self, area: bpy.types.Area, name: str, text: str) -> Turns:
        """Finds a text field, replaces what is in it."""
        yield from self.press(area, name)
        yield from self.key("A", ctrl=True)
        yield from self.type(text)
        yield from self.key("RET")

    def open_tab(self, area: bpy.types.Area, name: str) -> Turns:
        """Opens the sidebar and clicks its tabs, which show their names upright, until it is this one. Raises NotThere."""
        if not area.spaces.active.show_region_ui:  # type: ignore[attr-defined]
            yield from self.move_into(area)
            yield from self.key("N")
        yield from turns(2 * SETTLE)
        left, bottom, width, height = box_of(region_of(area, "UI"))
        for y in range(bottom + height - 2 * STEP, bottom, -4 * STEP):
            if region_of(area, "UI").active_panel_category == name:  # type: ignore[attr-defined]
                return
            yield from self.move(left + width - STEP, y)
            yield from self.click()
        raise NotThere(f"no tab {name} in the {area.type}")

    def _hovered(self, area: bpy.types.Area, region: str) -> str:
        """The property or operator of the button under the mouse, or of the last one."""
        with self.context(area, region):
            if found := getattr(bpy.context, "property", None):
                return str(found[1])
            copy: Any = bpy.ops.ui.copy_python_command_button
            if copy.poll():
                copy()
                said = re.match(r"bpy\.ops\.([\w.]+)", bpy.context.window_manager.clipboard)
                return said[1] if said else ""
        return ""


def region_of(area: bpy.types.Area, kind: str) -> bpy.types.Region:
    return next(region for region in area.regions if region.type == kind)


def box_of(what: bpy.types.Area | bpy.types.Region) -> Box:
    return what.x, what.y, what.width, what.height
