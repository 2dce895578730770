"""Refine: a second sentence changes the performance that is there. What it does is in ``refining``.

No ``from __future__ import annotations`` here: Blender reads the annotations.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import PointerProperty, StringProperty

from ..language.request import temperature_of
from .glance import find_face_at_hand, forget_glances, glance
from .last_error import fail, forget_error
from .operators import EXPECTED, AsksModel, summary
from .preferences import engine_from_preferences
from .references import Refusal
from .running import TAKES
from .ticker import WRITABLE_MODES, Result

if TYPE_CHECKING:
    from .take import Take

EMPTY = "type first what to change: subtler, more in the brows, faster, mirror it, hold the smile longer"


class RefineSettings(bpy.types.PropertyGroup):
    """``scene.keyframeface_refine``."""

    sentence: StringProperty(  # type: ignore[valid-type]
        name="Change",
        description="What to change about the performance at the playhead: subtler, more in the brows, faster and mirrored, only"
        " the left side, hold the smile longer. Left and right are the character's own",
    )


@lru_cache(maxsize=32)
def preview(sentence: str) -> str:
    """What a sentence does at once, in words; "" where it takes a model. Asked for at every draw."""
    from ..language.refinement import read_refinement  # numpy, which enabling has no time for

    refinement = read_refinement(sentence)
    return refinement.said if refinement else ""


class KEYFRAMEFACE_OT_refine(AsksModel, bpy.types.Operator):
    """Change the performance at the playhead as the sentence says: at once where that is plain arithmetic, else by the model"""

    bl_idname = "keyframeface.refine"
    bl_label = "Refine"
    bl_options: Any = {"REGISTER", "UNDO"}
    reading = "reading the change"

    sentence: StringProperty(  # type: ignore[valid-type]
        name="Change", description="What to change; empty takes what is typed in the panel", options={"SKIP_SAVE"}
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        """Of the ready buttons, what they do."""
        said = preview(properties.sentence)
        return f"The performance at the playhead, at once: {said}" if said else (cls.__doc__ or "")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if reason := why_not_refine(context):
            cls.poll_message_set(reason)
        return not reason

    def draw(self, _context: bpy.types.Context) -> None:
        """Nothing to adjust: it would ask the model at every key that is typed."""
        self.layout.label(text=preview(self.sentence) or self.sentence)

    def execute(self, context: bpy.types.Context) -> Result:
        """Blocks until it is done."""
        return self._at_once(context) or self._by_model(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """What takes a model goes on beside the animator's work."""
        return self._at_once(context) or super().invoke(context, event)

    def make_take(self, context: bpy.types.Context) -> "Take":
        """The performance as the model changes it."""
        from .refining import record_to_refine, take_to_refine

        scene: Any = context.scene
        face = find_face_at_hand(context.view_layer.objects.active, scene)
        record, seed = record_to_refine(face, scene.frame_current), scene.keyframeface.seed
        engine = engine_from_preferences(context)
        return take_to_refine(face, scene, record, self.sentence, engine, seed, temperature_of(seed))

    def _by_model(self, context: bpy.types.Context) -> Result:
        if self.options.is_repeat or self.options.is_repeat_last:  # Blender would stand still meanwhile
            return fail(self, context, Refusal("this change takes the model: press Refine"))
        return super().execute(context)

    def _at_once(self, context: bpy.types.Context) -> Result | None:
        """Done, or failed; None where it takes a model."""
        from .refining import record_to_refine, refine_exactly

        scene: Any = context.scene
        self.sentence = self.sentence.strip() or scene.keyframeface_refine.sentence.strip()
        try:
            if not self.sentence:
                raise Refusal(EMPTY)
            face = find_face_at_hand(context.view_layer.objects.active, scene)
            done = refine_exactly(face, scene, record_to_refine(face, scene.frame_current), self.sentence)
        except EXPECTED as error:
            return fail(self, context, error)
        if done is None:
            return None
        report, said = done
        if report is None:
            self.report({"INFO"}, said)
            return {"CANCELLED"}
        forget_error(glance(context).face_id)
        forget_glances(at_once=True)
        count = len(record_to_refine(face, report.first_frame).frames)
        warn = report.not_shown or report.kept or report.notes
        self.report({"WARNING" if warn else "INFO"}, f"{said}; {summary(face.name, count, report)}")
        return {"FINISHED"}


def why_not_refine(context: bpy.types.Context) -> str:
    """Why nothing can be refined now; "" where it can."""
    if context.scene is None:
        return "There is no scene"
    seen = glance(context)
    if seen.why_none:
        return "There is no face: " + seen.why_none
    if not seen.performed:
        return "There is no performance on this face yet: generate one first"
    if seen.face_id in TAKES:
        return "A performance is being made for this face: wait for it or cancel it"
    if context.mode not in WRITABLE_MODES:
        return "Leave this mode first: animation can be undone in Object and Pose Mode"
    return ""


REFINE = (RefineSettings, KEYFRAMEFACE_OT_refine)


def add() -> None:
    """The settings on every scene."""
    scene_type: Any = bpy.types.Scene
    scene_type.keyframeface_refine = PointerProperty(type=RefineSettings)  # type: ignore[func-returns-value]


def remove() -> None:
    """And off again."""
    del bpy.types.Scene.keyframeface_refine  # type: ignore[attr-defined]
