"""Puts functions into Blender's lists of handlers and takes them out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import bpy

Handlers = Mapping[str, Callable[..., None]]
"""A function for each of the lists in ``bpy.app.handlers``, by the name of the list."""


def listen(to: Handlers) -> None:
    """From now on these are called."""
    for name, handler in to.items():
        getattr(bpy.app.handlers, name).append(handler)


def stop_listening(to: Handlers) -> None:
    """They are called no more; also where somebody took them out already: some scripts clear these lists."""
    for name, handler in to.items():
        added = getattr(bpy.app.handlers, name)
        if handler in added:
            added.remove(handler)
