"""What Blender's window does for a modal take: a timer, a line in the status bar, fresh panels; and when it is no time to write."""

from __future__ import annotations

from typing import Any, ClassVar

import bpy

Result = set[Any]  # of "FINISHED", "CANCELLED", ...; the stubs spell out a set of literals at each place
INTERVAL = 0.02
"""Seconds between two looks at the engine, each of which takes microseconds."""
PANEL_EDITORS = ("VIEW_3D", "GRAPH_EDITOR", "DOPESHEET_EDITOR")
WRITABLE_MODES = ("OBJECT", "POSE")
"""Undo in the other modes does not include animation."""


class Ticker:
    """From the start of a modal take to its end; ``stop`` is safe at any time, also when its window has gone.

    It has to outlive the take by one tick: without an event Blender would not ask the operator whether it is over.
    """

    _ticking: ClassVar[list[Ticker]] = []

    def __init__(self, context: bpy.types.Context) -> None:
        self._timer = context.window_manager.event_timer_add(INTERVAL, window=context.window)
        self._workspaces: set[str] = set()
        self._shown: object = None
        self._ticking.append(self)

    def show(self, context: bpy.types.Context, text: str) -> None:
        """In the status bar. May be called every tick: what is shown already costs nothing."""
        workspace = context.workspace
        if (wanted := (workspace.name if workspace else "", text)) == self._shown:
            return
        self._shown = wanted
        if workspace is not None:
            workspace.status_text_set(text)
            self._workspaces.add(workspace.name)
        redraw_panels()

    def stop(self) -> None:
        """Gives the window back as it was."""
        if self not in self._ticking:
            return
        self._ticking.remove(self)
        bpy.context.window_manager.event_timer_remove(self._timer)
        for name in self._workspaces:
            if (workspace := bpy.data.workspaces.get(name)) is not None:
                workspace.status_text_set(None)
        redraw_panels()

    @classmethod
    def stop_all(cls) -> None:
        """For when the operators will not be asked again: the extension is being disabled."""
        for ticker in list(cls._ticking):
            ticker.stop()


class Ticks:
    """An operator that works beside the animator, one ``step`` an event, and is over when a step lets nothing pass through."""

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Everything but Esc passes through: the animator goes on working."""
        result: Result = {"CANCELLED"}
        try:
            result = self.step(context, event)
        finally:
            if "PASS_THROUGH" not in result:
                self.cancel(context)
        return result

    def step(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """What there is to do at this event."""
        raise NotImplementedError

    def cancel(self, context: bpy.types.Context) -> None:
        """Frees the face and the window; Blender calls this when the window is closed or another file is opened."""
        raise NotImplementedError


def redraw_panels() -> None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in PANEL_EDITORS:
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()


def why_wait(context: bpy.types.Context) -> str:
    """Why the scene must not be changed at this very moment, as something to do; "" where it may."""
    if context.mode not in WRITABLE_MODES:
        return "leave this mode to have it written"
    if bpy.app.is_job_running("RENDER"):
        return "it is written when the render has ended"
    if any(
        _holds_pointers(operator) for window in context.window_manager.windows for operator in window.modal_operators
    ):
        return "it is written when you let go"
    return ""


def _holds_pointers(operator: bpy.types.Operator | None) -> bool:
    """Blender's own operators, as those that drag keyframes about, point into the curves; those written in Python cannot.

    Only these are attributes of ``bpy.types``. One whose class has been unregistered meanwhile is None, or up to 4.3 raises
    'Operator.path_resolve("properties") could not be resolved'.
    """
    try:
        return operator is not None and not hasattr(bpy.types, operator.bl_idname)
    except ValueError:
        return False
