"""What the extension hears of: files being opened, data changed by undo or by the animator."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from .glance import forget_glances
from .running import cancel_all


@persistent  # type: ignore[untyped-decorator]
def _before_another_file(*_: Any) -> None:
    """The faces of running takes are about to go."""
    cancel_all()
    forget_glances()


@persistent  # type: ignore[untyped-decorator]
def _after_a_change(*_: Any) -> None:
    """Runs very often, also from the thread that renders: it must take no time and touch nothing of Blender's."""
    forget_glances()


_HANDLERS = {
    "load_pre": _before_another_file,
    "undo_post": _after_a_change,
    "redo_post": _after_a_change,
    "load_post": _after_a_change,
    "depsgraph_update_post": _after_a_change,
}


def add() -> None:
    for name, handler in _HANDLERS.items():
        getattr(bpy.app.handlers, name).append(handler)


def remove() -> None:
    for name, handler in _HANDLERS.items():
        added = getattr(bpy.app.handlers, name)
        if handler in added:  # some scripts clear these lists
            added.remove(handler)
