"""Generate and Cancel. What they do is in ``take``; here is how Blender runs it, blocking or beside the animator's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..face.keyframe import Keyframe
from ..inference.engine import EngineError
from ..language.request import RequestError
from .glance import find_face_at_hand, forget_glances, glance
from .last_error import fail, forget_error, keep_error
from .preferences import engine_from_preferences
from .references import Refusal
from .rig import NoFace
from .running import TAKES
from .ticker import WRITABLE_MODES, Result, Ticker, Ticks, why_wait

if TYPE_CHECKING:
    from ..face.performance import Performance
    from .curves import WriteReport
    from .take import Take

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
    engine = engine_from_preferences(context)
    return Take(face, scene, settings.start_frame(), request, engine, settings.intensity, settings.place)


class AsksModel(Ticks):
    """An operator that makes a take: ``execute`` blocks until it is written, ``invoke`` does the same steps beside the animator's work."""

    # Not REGISTER: "Repeat Last" and the redo panel call execute(), which would block Blender for as long as the model takes.
    # UNDO alone pushes the one undo step, at the end of execute() or when modal() has finished.
    bl_options: Any = {"UNDO"}
    reading = "reading the prompt"
    """What the status bar says before the first keyframe."""
    take: Any
    """A take, or what has its steps."""
    report: Any

    def make_take(self, context: bpy.types.Context) -> Any:
        """What is asked of the model. Raises RequestError, NoFace, Refusal, EngineError."""
        raise NotImplementedError

    def execute(self, context: bpy.types.Context) -> Result:
        """Blocks until it is done: for scripts and for Blender without a window."""
        try:
            self.take = self.make_take(context)
        except EXPECTED as error:
            return fail(self, context, error)  # type: ignore[arg-type]
        try:
            self.take.wait()
            return self._finish()
        except EXPECTED as error:
            return self._fail(error)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """The same steps beside the animator's work."""
        if bpy.app.background or context.window is None:
            return self.execute(context)
        try:
            self.take = self.make_take(context)
        except EXPECTED as error:
            return fail(self, context, error)  # type: ignore[arg-type]
        self.ticker = Ticker(context)
        self.ticker.show(context, f"KeyframeFace: {self.take.face_name}, {self.reading} ...   Esc: cancel")
        context.window_manager.modal_handler_add(self)  # type: ignore[arg-type]
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        self.take.cancel()
        self.ticker.stop()

    def step(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
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
                if not (wait := self.why_wait(context)):
                    return self._finish()
                self.ticker.show(context, f"KeyframeFace: {self.take.face_name} is ready, {wait}   Esc: discard")
            elif new:
                self.ticker.show(context, f"KeyframeFace: {self.take.face_name}, {self.said(new[-1])}   Esc: cancel")
        except EXPECTED as error:
            return self._fail(error)
        return {"PASS_THROUGH"}

    def why_wait(self, context: bpy.types.Context) -> str:
        """Why what is done cannot be written at this moment; "" where it can."""
        return why_wait(context)

    def said(self, keyframe: Keyframe) -> str:
        """How far it is, for the status bar."""
        return f"keyframe {len(self.take.keyframes)}, {keyframe.label}"

    def _finish(self) -> Result:
        performance, report = self.take.finish()
        forget_error(self.take.face_id)
        forget_glances(at_once=True)
        warn = report.not_shown or report.kept or report.notes
        self.report({"WARNING" if warn else "INFO"}, self.told(performance, report))
        return {"FINISHED"}

    def told(self, performance: Performance, report: WriteReport) -> str:
        """In one line what was written."""
        return summary(self.take.face_name, len(performance.keyframes), report)

    def _fail(self, error: Exception) -> Result:
        keep_error(self.take.face_id, str(error))
        self.report({"ERROR"}, str(error))
        return {"CANCELLED"}


def why_not_ask(context: bpy.types.Context) -> str:
    """Why the model cannot be asked to act out the prompt; "" where it can, as far as one sees without looking for a face."""
    if context.scene is None:
        return "There is no scene to animate"
    if context.scene.keyframeface.empty:  # type: ignore[attr-defined]
        return "Type a prompt first: what should the face do?"
    if context.mode not in WRITABLE_MODES:
        return "Leave this mode first: animation can be undone in Object and Pose Mode"
    return ""


class KEYFRAMEFACE_OT_generate(AsksModel, bpy.types.Operator):
    """Act out the prompt: keyframes on the face, starting at the playhead. Esc cancels"""

    bl_idname = "keyframeface.generate"
    bl_label = "Generate"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Grey with the reason. Whether there is a face is for ``execute`` to say: that takes looking at the whole scene."""
        if reason := why_not_ask(context):
            cls.poll_message_set(reason)
        return not reason

    def make_take(self, context: bpy.types.Context) -> Take:
        return take_from_settings(context)


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
    bl_options = set()  # type: ignore[var-annotated]  # there is nothing to undo, nor to repeat

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
