"""A model that nobody asks any more gives its memory back; the next answer loads it again."""

from __future__ import annotations

import bpy

from ..inference.engines import close_idle
from .preferences import preferences_of

INTERVAL = 20.0
"""Seconds between two looks, each of which takes microseconds."""


def free_idle() -> float:
    """Closes the engines that have had nothing to do for as long as the preferences allow; when to look again."""
    preferences = preferences_of(bpy.context)
    if preferences is not None and preferences.keep_warm > 0:
        close_idle(60.0 * preferences.keep_warm)
    return INTERVAL


def add() -> None:
    bpy.app.timers.register(free_idle, first_interval=INTERVAL, persistent=True)


def remove() -> None:
    if bpy.app.timers.is_registered(free_idle):
        bpy.app.timers.unregister(free_idle)
