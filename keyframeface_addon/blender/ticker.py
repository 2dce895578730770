"""What Blender's window does for a modal take: a timer, a line in the status bar, fresh panels; and when it is no time to write."""

from __future__ import annotations

import bpy

INTERVAL = 0.02
"""Seconds between two looks at the engine, each of which takes microseconds."""
WRITABLE_MODES = ("OBJECT", "POSE")
"""Undo in the other modes does not include animation."""


class Ticker:
    """From the start of a modal take to its end; ``stop`` is safe at any time, also when its window has gone."""

    def __init__(self, context: bpy.types.Context) -> None:
        self._timer: bpy.types.Timer | None = context.window_manager.event_timer_add(INTERVAL, window=context.window)
        self._workspaces: set[str] = set()

    def show(self, context: bpy.types.Context, text: str) -> None:
        """In the status bar."""
        if context.workspace is not None:
            context.workspace.status_text_set(text)
            self._workspaces.add(context.workspace.name)
        redraw_panels()

    def stop(self) -> None:
        """Gives the window back as it was."""
        timer, self._timer = self._timer, None
        if timer is not None:
            bpy.context.window_manager.event_timer_remove(timer)
            for name in self._workspaces:
                if (workspace := bpy.data.workspaces.get(name)) is not None:
                    workspace.status_text_set(None)
            redraw_panels()


def redraw_panels() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def why_wait(context: bpy.types.Context) -> str:
    """Why the scene must not be changed at this very moment, as something to do; "" where it may."""
    if context.mode not in WRITABLE_MODES:
        return "leave this mode to have it written"
    if bpy.app.is_job_running("RENDER"):
        return "it is written when the render has ended"
    for window in context.window_manager.windows:
        for operator in window.modal_operators:
            # Blender's own, as those that drag keyframes about, hold pointers into the curves; Python's cannot. Only
            # operators written in Python are attributes of bpy.types.
            if not hasattr(bpy.types, operator.bl_idname):
                return "it is written when you let go"
    return ""
