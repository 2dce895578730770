"""Act Out Script, from the panel, F3 or File > Import. No ``from __future__ import annotations`` here: Blender reads them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, StringProperty
from bpy_extras.io_utils import ImportHelper

from ..inference.engine import EngineError
from ..interchange.script import ScriptError
from ..language.request import temperature_of
from .batch_properties import gap_property, start_property
from .glance import find_face_at_hand, forget_glances
from .last_error import fail
from .preferences import engine_from_preferences
from .references import Refusal
from .rig import NoFace
from .ticker import WRITABLE_MODES, Result, Ticker, Ticks, redraw_panels, why_wait

if TYPE_CHECKING:
    from .batch import Batch

_ImportHelper: Any = ImportHelper  # fake-bpy-module has it that its methods return nothing
EXPECTED = (ScriptError, NoFace, Refusal, EngineError)
SUFFIXES = (".txt", ".csv", ".jsonl", ".fountain")
RUNNING: list["Batch"] = []
"""The script that is being acted out, for the panel; one at a time."""


class KEYFRAMEFACE_OT_batch(Ticks, bpy.types.Operator):
    """Act out a script: an action and a marker for each line, one after the other along the timeline, on the face of who acts it.
    Lines that are done already are kept. Esc stops; what is done stays"""

    bl_idname = "keyframeface.batch"
    bl_label = "Act Out Script"
    bl_options = {"UNDO"}  # one step for the whole script; not REGISTER, as for Generate

    filepath: StringProperty(name="Script", subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    start: start_property()  # type: ignore[valid-type]
    gap: gap_property()  # type: ignore[valid-type]
    redo: BoolProperty(  # type: ignore[valid-type]
        name="All Anew", description="Make also those lines again that are done and unchanged", options={"SKIP_SAVE"}
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        return (
            "Make all lines of the script anew, in their places, those that are done included"
            if properties.redo
            else ""
        )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Grey with the reason. Whether there are faces is for ``execute`` to say: that takes looking at the whole scene."""
        reason = ""
        if context.scene is None:
            reason = "There is no scene to animate"
        elif RUNNING:
            reason = "A script is being acted out already"
        elif context.mode not in WRITABLE_MODES:
            reason = "Leave this mode first: animation can be undone in Object and Pose Mode"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> Result:
        """Blocks until it is done: for scripts and for Blender without a window."""
        try:
            self.batch = self._batch(context)
        except EXPECTED as error:
            return fail(self, context, error)
        self.batch.run()
        return self._finish(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """The same steps beside the animator's work."""
        if bpy.app.background or context.window is None:
            return self.execute(context)
        if not self.filepath:  # from F3
            bpy.ops.keyframeface.import_script("INVOKE_DEFAULT")  # type: ignore[attr-defined]
            return {"CANCELLED"}
        try:
            self.batch = self._batch(context)
        except EXPECTED as error:
            return fail(self, context, error)
        RUNNING.append(self.batch)
        self.ticker = Ticker(context)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        self.batch.stop()
        self.ticker.stop()
        if self.batch in RUNNING:
            RUNNING.remove(self.batch)

    def step(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        if self.batch not in RUNNING:  # the extension was disabled
            return {"CANCELLED"}
        if event.type == "ESC" and event.value == "PRESS":
            self.batch.stop()
        elif event.type == "TIMER":
            self.batch.poll()
            wait = self.batch.ready and why_wait(context)
            if self.batch.ready and not wait:
                self.batch.write()
                forget_glances(at_once=True)
            if not self.batch.over:
                said = f"line {self.batch.position} of {len(self.batch.lines)}, {self.batch.label}"
                self.ticker.show(context, f"KeyframeFace: {said}{f', {wait}' if wait else ''}   Esc: stop")
        return self._finish(context) if self.batch.over else {"PASS_THROUGH"}

    def _batch(self, context: bpy.types.Context) -> "Batch":
        from .batch import Batch  # numpy, which enabling has no time for

        scene = context.scene
        assert scene is not None
        if not self.filepath:
            raise ScriptError(f"which script? Choose a {', '.join(SUFFIXES)} file")
        settings = scene.keyframeface  # type: ignore[attr-defined]
        return Batch(
            scene,
            Path(bpy.path.abspath(self.filepath)),
            engine_from_preferences(context),
            _face_at_hand(context),
            self.start if self.properties.is_property_set("start") else scene.frame_start,
            self.gap,
            self.redo,
            settings.seed,
            temperature_of(settings.seed),
            settings.intensity,
        )

    def _finish(self, context: bpy.types.Context) -> Result:
        from .batch import TEXT, told, write_text

        batch = self.batch
        write_text(batch)
        forget_glances(at_once=True)
        redraw_panels()
        failed = [outcome.text for outcome in batch.outcomes if outcome.status == "failed"]
        listed = f"{told(batch)}; each line is in the text {TEXT!r}"
        if not batch.count("made") and not batch.count("kept") and failed:
            return fail(self, context, ScriptError(f"{failed[0]}; {listed}"))
        self.report({"WARNING" if failed or batch.why_stopped else "INFO"}, listed)
        return {"FINISHED"} if batch.count("made") or batch.count("kept") else {"CANCELLED"}


class KEYFRAMEFACE_OT_stop_batch(bpy.types.Operator):
    """Stop acting out the script; what is done stays, and it goes on there when it is started again"""

    bl_idname = "keyframeface.stop_batch"
    bl_label = "Stop Script"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not RUNNING:
            cls.poll_message_set("No script is being acted out")
        return bool(RUNNING)

    def execute(self, context: bpy.types.Context) -> Result:
        """The operator that runs it notices at its next tick."""
        for batch in RUNNING:
            batch.stop()
        return {"FINISHED"}


class KEYFRAMEFACE_OT_import_script(bpy.types.Operator, _ImportHelper):  # type: ignore[misc]
    """Choose a script to act out: lines of text, a table, or a screenplay"""

    bl_idname = "keyframeface.import_script"
    bl_label = "Import Script"

    filter_glob: StringProperty(default=";".join(f"*{suffix}" for suffix in SUFFIXES), options={"HIDDEN"})  # type: ignore[valid-type]
    start: start_property()  # type: ignore[valid-type]
    gap: gap_property()  # type: ignore[valid-type]
    redo: BoolProperty(name="All Anew", description="Make also those lines again that are done and unchanged")  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return KEYFRAMEFACE_OT_batch.poll(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """With the panel's choices to begin with."""
        assert context.scene
        settings = context.scene.keyframeface_script  # type: ignore[attr-defined]
        self.start, self.gap = settings.start, settings.gap
        result: Result = _ImportHelper.invoke(self, context, event)
        return result

    def execute(self, context: bpy.types.Context) -> Result:
        """The file browser does not run what it opens beside the animator's work, so that another operator does."""
        assert context.scene
        context.scene.keyframeface_script.path = self.filepath  # type: ignore[attr-defined]
        options = {"filepath": self.filepath, "gap": self.gap, "redo": self.redo}
        if self.properties.is_property_set("start"):
            options["start"] = self.start
        try:
            return set(bpy.ops.keyframeface.batch("INVOKE_DEFAULT", **options))  # type: ignore[attr-defined]
        except RuntimeError as error:  # what the other operator reported
            self.report({"ERROR"}, str(error).removeprefix("Error: ").strip())
            return {"CANCELLED"}


BATCH_OPERATORS = (KEYFRAMEFACE_OT_batch, KEYFRAMEFACE_OT_stop_batch, KEYFRAMEFACE_OT_import_script)


def _face_at_hand(context: bpy.types.Context) -> Any:
    """The face, or as a NoFace why there is none: a script whose lines say who acts needs none."""
    assert context.scene
    try:
        return find_face_at_hand(context.view_layer.objects.active, context.scene)
    except NoFace as error:
        return error
