"""Generate and Cancel. What they do is in ``take``; here is how Blender runs it, blocking or beside the animator's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..inference.engine import EngineError
from ..language.request import RequestError
from .glance import find_face_at_hand, forget_glances, glance
from .preferences import engine_from_preferences
from .references import Refusal
from .rig import NoFace
from .running import TAKES
from .ticker import WRITABLE_MODES, Ticker, why_wait

if TYPE_CHECKING:
    from .curves import WriteReport
    from .take import Take

Result = set[Any]  # of "FINISHED", "CANCELLED", ...; the stubs spell out a set of literals at each place
EXPECTED = (RequestError, NoFace, Refusal, EngineError)
"""What the animator can do something about; the text of these says what."""


def take_from_settings(context: bpy.types.Context) -> Take:
    """A take of what the panel asks for. Raises RequestError, NoFace, Refusal, EngineError."""
    from .take import Take

    scene = context.scene
    assert scene is not None
    settings = scene.keyframeface  # type: ignore[attr-defined]
    request = settings.request()
    face = find_face_at_hand(context.view_layer.objects.active, scene)
    return Take(face, scene, settings.start_frame(), request, engine_from_preferences(context), settings.intensity)


class KEYFRAMEFACE_OT_generate(bpy.types.Operator):
    """Act out the prompt: keyframes on the face, starting at the playhead. Esc cancels"""

    bl_idname = "keyframeface.generate"
    bl_label = "Generate"
    # Not REGISTER: "Repeat Last" and the redo panel call execute(), which would block Blender for as long as the model takes.
    # UNDO alone pushes the one undo step, at the end of execute() or when modal() has finished.
    bl_options = {"UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Grey with the reason. Whether there is a face is for ``execute`` to say: that takes looking at the whole scene."""
        reason = ""
        if context.scene is None:
            reason = "There is no scene to animate"
        elif not context.scene.keyframeface.prompt.strip():  # type: ignore[attr-defined]
            reason = "Type a prompt first: what should the face do?"
        elif context.mode not in WRITABLE_MODES:
            reason = "Leave this mode first: animation can be undone in Object and Pose Mode"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> Result:
        """Blocks until it is done: for scripts and for Blender without a window."""
        try:
            self.take = take_from_settings(context)
            self.take.wait()
            return self._finish()
        except EXPECTED as error:
            return self._fail(error)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """The same steps beside the animator's work."""
        if bpy.app.background or context.window is None:
            return self.execute(context)
        try:
            self.take = take_from_settings(context)
        except EXPECTED as error:
            return self._fail(error)
        self.ticker = Ticker(context)
        self.ticker.show(context, f"KeyframeFace: {self.take.face_name}, reading the prompt ...   Esc: cancel")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """One step a tick. Everything but Esc passes through: the animator goes on working."""
        result: Result = {"CANCELLED"}
        try:
            result = self._step(context, event)
        finally:
            if "PASS_THROUGH" not in result:
                self.cancel(context)
        return result

    def cancel(self, context: bpy.types.Context) -> None:
        """Frees the face and the window; Blender calls this when the window is closed or another file is opened."""
        self.take.cancel()
        self.ticker.stop()

    def _step(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        if self.take.over:  # cancelled by the button, by another file
            return {"CANCELLED"}
        if event.type == "ESC" and event.value == "PRESS":
            self.take.cancel()
            return {"CANCELLED"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        try:
            new = self.take.poll()
            if self.take.done:
                if not (wait := why_wait(context)):
                    return self._finish()
                self.ticker.show(context, f"KeyframeFace: {self.take.face_name} is ready, {wait}   Esc: discard")
            elif new:
                said = f"keyframe {len(self.take.keyframes)}, {new[-1].label}"
                self.ticker.show(context, f"KeyframeFace: {self.take.face_name}, {said}   Esc: cancel")
        except EXPECTED as error:
            return self._fail(error)
        return {"PASS_THROUGH"}

    def _finish(self) -> Result:
        performance, report = self.take.finish()
        forget_glances(at_once=True)
        warn = report.not_shown or report.kept or report.notes
        self.report({"WARNING" if warn else "INFO"}, summary(self.take.face_name, len(performance.keyframes), report))
        return {"FINISHED"}

    def _fail(self, error: Exception) -> Result:
        self.report({"ERROR"}, str(error))
        return {"CANCELLED"}


def summary(face_name: str, keyframes: int, report: WriteReport) -> str:
    """In one line what was written, and what a person should know about it."""
    parts = [f"{keyframes} keyframes on {face_name}, frames {report.first_frame} to {report.last_frame}"]
    if report.not_shown:
        parts.append(f"this rig has nothing for {', '.join(report.not_shown)}")
    if report.kept:
        parts.append(f"locked and left alone: {', '.join(report.kept)}")
    return "; ".join((*parts, *report.notes))


class KEYFRAMEFACE_OT_cancel(bpy.types.Operator):
    """Stop making this face's performance; nothing is written"""

    bl_idname = "keyframeface.cancel"
    bl_label = "Cancel"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not TAKES:
            cls.poll_message_set("Nothing is being made")
        return bool(TAKES)

    def execute(self, context: bpy.types.Context) -> Result:
        """That of the face at hand; where that has none, all of them."""
        mine = TAKES.get(glance(context).face_id)
        for take in [mine] if mine else list(TAKES.values()):
            take.cancel()
        return {"FINISHED"}
