"""Making variations, stepping through them on the face, keeping one. What they do is in ``variations``.

No ``from __future__ import annotations`` here: Blender reads the annotations.
"""

from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty, PointerProperty

from ..face.keyframe import Keyframe
from ..language.request import VARIED
from .glance import find_face_at_hand, forget_glances, glance
from .last_error import fail, forget_error
from .operators import EXPECTED, AsksModel, summary, why_not_ask
from .preferences import engine_from_preferences
from .preview import shown_preview, take_away_previews
from .references import Refusal
from .ticker import WRITABLE_MODES, Result, redraw_panels
from .variations import FEWEST, MOST, SHELF, USUAL, Variations, discard_variations


class VariationSettings(bpy.types.PropertyGroup):
    """``scene.keyframeface_variations``."""

    count: IntProperty(  # type: ignore[valid-type]
        name="Variations",
        description="How many readings of the prompt to choose from",
        default=USUAL,
        min=FEWEST,
        max=MOST,
    )


def variations_at_hand(context: bpy.types.Context) -> Variations | None:
    """Those of the face at hand."""
    return SHELF.get(glance(context).face_id)


class KEYFRAMEFACE_OT_make_variations(AsksModel, bpy.types.Operator):
    """Read the prompt in several ways to choose from; nothing is written before one is kept. Esc keeps those there are"""

    bl_idname = "keyframeface.make_variations"
    bl_label = "Make Variations"
    bl_options: set[Any] = set()  # the scene does not change
    reading = "reading the prompt in several ways"
    take: Variations  # type: ignore[assignment]

    count: IntProperty(  # type: ignore[valid-type]
        name="Count", description="How many; 0 for as many as the panel says", default=0, min=0, max=MOST
    )
    keep: IntProperty(  # type: ignore[valid-type]
        name="Keep",
        description="Write this one at once, counted from 1; 0 to choose afterwards",
        default=0,
        min=0,
        max=MOST,
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if reason := why_not_ask(context):
            cls.poll_message_set(reason)
        return not reason

    def make_take(self, context: bpy.types.Context) -> Variations:  # type: ignore[override]
        """As many as asked for. Raises RequestError, NoFace, Refusal, EngineError."""
        scene: Any = context.scene
        settings = scene.keyframeface
        count = max(FEWEST, self.count or scene.keyframeface_variations.count)
        request = settings.request()
        face = find_face_at_hand(context.view_layer.objects.active, scene)
        engine = engine_from_preferences(context)
        start, intensity, place = settings.start_frame(), settings.intensity, settings.place
        return Variations(face, scene, start, request, engine, count, VARIED, intensity, place)

    def said(self, keyframe: Keyframe) -> str:
        number = min(len(self.take.readings) + 1, self.take.count)
        return f"variation {number} of {self.take.count}, {keyframe.label}"

    def why_wait(self, context: bpy.types.Context) -> str:
        """Nothing is written yet."""
        return ""

    def _finish(self) -> Result:
        forget_error(self.take.face_id)
        redraw_panels()
        found = len(self.take.readings)
        if self.keep:
            if self.keep > found:
                raise Refusal(f"there are only {found} readings of this prompt: keep another")
            self.report({"INFO"}, _kept(self.take, self.keep - 1))
            # one step where something is written, none where nothing is
            bpy.ops.ed.undo_push(message=self.bl_label)
            return {"FINISHED"}
        only = "" if found == self.take.count else "the model has no more; "
        text = f"{found} variations for {self.take.face_name}: {only}step through them in the panel and keep one"
        self.report({"WARNING" if only else "INFO"}, text)
        return {"FINISHED"}


def _kept(variations: Variations, index: int) -> str:
    """Writes it and says what was written. Raises Refusal, NoFace."""
    performance, report = variations.keep(index)
    forget_glances(at_once=True)
    return summary(variations.face_name, len(performance.keyframes), report)


class _Chooses:
    """An operator about the variations of the face at hand."""

    bl_options: set[Any] = set()  # what is only shown is nothing to undo

    @classmethod
    def poll(cls: Any, context: bpy.types.Context) -> bool:
        reason = ""
        if context.scene is None or variations_at_hand(context) is None:
            reason = "There are no variations for this face: make some first"
        elif context.mode not in WRITABLE_MODES:
            reason = "Leave this mode first: animation can be undone in Object and Pose Mode"
        if reason:
            cls.poll_message_set(reason)
        return not reason


class _Shows(_Chooses):
    """One that shows a variation. Meanwhile it waits for Esc, which takes it away again; all else passes through."""

    def index(self, variations: Variations) -> int | None:
        """Which one to show, None for none."""
        raise NotImplementedError

    def execute(self: Any, context: bpy.types.Context) -> Result:
        variations = variations_at_hand(context)
        assert variations is not None
        try:
            index = self.index(variations)
            if index is None:
                take_away_previews()
            else:
                variations.show(index)
        except EXPECTED as error:
            return fail(self, context, error)
        finally:
            forget_glances(at_once=True)
            redraw_panels()
        return {"FINISHED"}

    def invoke(self: Any, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        result: Result = self.execute(context)
        if shown_preview() is None or bpy.app.background or context.window is None or _is_waiting(context):
            return result
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Esc while it plays back stops that, as ever."""
        if shown_preview() is None:
            return {"FINISHED", "PASS_THROUGH"}
        if event.type != "ESC" or event.value != "PRESS" or (context.screen and context.screen.is_animation_playing):
            return {"PASS_THROUGH"}
        take_away_previews()
        forget_glances(at_once=True)
        redraw_panels()
        return {"CANCELLED"}


def _is_waiting(context: bpy.types.Context) -> bool:
    """Whether one of these waits for Esc already."""
    names = (KEYFRAMEFACE_OT_show_variation.__name__, KEYFRAMEFACE_OT_next_variation.__name__)
    running = [operator for window in context.window_manager.windows for operator in window.modal_operators]
    try:
        return any(operator is not None and operator.bl_idname in names for operator in running)
    except ValueError:  # up to 4.3 for one whose class has been unregistered meanwhile
        return False


class KEYFRAMEFACE_OT_show_variation(_Shows, bpy.types.Operator):
    """See this variation on the face, or take it away again. Nothing is written before it is kept; Esc takes it away"""

    bl_idname = "keyframeface.show_variation"
    bl_label = "Show Variation"

    number: IntProperty(  # type: ignore[valid-type]
        name="Number", description="Which one, counted from 1; once more takes it away", default=1, min=1, max=MOST
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        variations = variations_at_hand(context)
        if variations is None or properties.number > len(variations.readings):
            return str(cls.__doc__)
        reading = variations.readings[properties.number - 1]
        labels = "; ".join(keyframe.label for keyframe in reading.performance.keyframes if keyframe.label)
        return f"Seed {reading.seed}: {labels}.\n{cls.__doc__}"

    def index(self, variations: Variations) -> int | None:
        return None if variations.shown == self.number - 1 else min(self.number, len(variations.readings)) - 1


class KEYFRAMEFACE_OT_next_variation(_Shows, bpy.types.Operator):
    """See the next variation on the face. Nothing is written before it is kept; Esc takes it away"""

    bl_idname = "keyframeface.next_variation"
    bl_label = "Next Variation"

    backwards: BoolProperty(  # type: ignore[valid-type]
        name="Backwards", description="The one before instead", options={"SKIP_SAVE"}
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: Any) -> str:
        which = "previous" if properties.backwards else "next"
        return f"See the {which} variation on the face. Nothing is written before it is kept; Esc takes it away"

    def index(self, variations: Variations) -> int:
        if variations.shown is None:
            return len(variations.readings) - 1 if self.backwards else 0
        return (variations.shown + (-1 if self.backwards else 1)) % len(variations.readings)


class KEYFRAMEFACE_OT_keep_variation(_Chooses, bpy.types.Operator):
    """Write this variation, as Generate would have, and forget the others"""

    bl_idname = "keyframeface.keep_variation"
    bl_label = "Keep Variation"
    bl_options = {"UNDO"}

    number: IntProperty(  # type: ignore[valid-type]
        name="Number",
        description="Which one, counted from 1; 0 for the one on the face",
        default=0,
        min=0,
        max=MOST,
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> Result:
        variations = variations_at_hand(context)
        assert variations is not None
        try:
            index = self.number - 1 if self.number else variations.shown
            if index is None or index >= len(variations.readings):
                raise Refusal("which one? Show the variation that you want to keep")
            self.report({"INFO"}, _kept(variations, index))
        except EXPECTED as error:
            return fail(self, context, error)
        finally:
            redraw_panels()
        forget_error(variations.face_id)
        return {"FINISHED"}


class KEYFRAMEFACE_OT_discard_variations(_Chooses, bpy.types.Operator):
    """Forget these variations; the scene is as it was before"""

    bl_idname = "keyframeface.discard_variations"
    bl_label = "Discard Variations"

    def execute(self, context: bpy.types.Context) -> Result:
        discard_variations(glance(context).face_id)
        forget_glances(at_once=True)
        redraw_panels()
        return {"FINISHED"}


VARIATION_OPERATORS = (
    VariationSettings,
    KEYFRAMEFACE_OT_make_variations,
    KEYFRAMEFACE_OT_show_variation,
    KEYFRAMEFACE_OT_next_variation,
    KEYFRAMEFACE_OT_keep_variation,
    KEYFRAMEFACE_OT_discard_variations,
)


def add() -> None:
    scene_type: Any = bpy.types.Scene
    scene_type.keyframeface_variations = PointerProperty(type=VariationSettings)  # type: ignore[func-returns-value]


def remove() -> None:
    del bpy.types.Scene.keyframeface_variations  # type: ignore[attr-defined]
