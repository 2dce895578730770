"""What can be done with one keyframe of the list. No ``from __future__ import annotations`` here: Blender reads the annotations.

All of it acts on the keyframe at hand, the one chosen in the list, or by ``index`` on any.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from ..face.keyframe import Keyframe
from ..language.request import Request, clean, temperature_of
from .glance import find_face_at_hand, glance
from .keyframe_list import STRONGEST, keyframe_at, keyframes_of, look_again
from .last_error import fail
from .operators import EXPECTED, AsksModel
from .placement import FARTHEST_FRAME
from .preferences import engine_from_preferences
from .references import Refusal
from .rig import Face
from .running import TAKES
from .ticker import WRITABLE_MODES, Result

if TYPE_CHECKING:
    from ..face.performance import Performance
    from .curves import WriteReport
    from .record import Record
    from .take import Take


def _why_not(
    context: bpy.types.Context, any_keyframe: bool = True, any_mode: bool = False, by_model: bool = False
) -> str:
    """Why nothing can be done with keyframes here; "" where it can."""
    if context.scene is None:
        return "There is no scene to animate"
    if context.mode not in WRITABLE_MODES and not any_mode:
        return "Leave this mode first: animation can be undone in Object and Pose Mode"
    seen = glance(context)
    if seen.why_none:
        return "There is no face: " + seen.why_none
    if any_keyframe and not seen.performed:
        return "There are no keyframes on this face yet: generate some first"
    if by_model and seen.face_id in TAKES:
        return "A performance is being made for this face: wait for it or cancel it"
    return ""


class _OfKeyframe:
    """Finds the keyframe and fails with one line."""

    index: IntProperty(  # type: ignore[valid-type]
        name="Keyframe",
        description="Its place in the list, from 0; -1 for the one at hand",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = _why_not(context)
        if reason:
            cls.poll_message_set(reason)  # type: ignore[attr-defined]
        return not reason

    def execute(self, context: bpy.types.Context) -> Result:
        try:
            face, record, i = self.found(context)
            at_frame = self.do(context, face, record, i)
        except EXPECTED as error:
            return fail(self, context, error)  # type: ignore[arg-type]
        look_again(context, at_frame)
        return {"FINISHED"}

    def found(self, context: bpy.types.Context) -> tuple[Face, "Record", int]:
        """Raises NoFace, Refusal."""
        face = find_face_at_hand(context.view_layer.objects.active, context.scene)  # type: ignore[arg-type]
        at_hand = context.window_manager.keyframeface_keyframes.index  # type: ignore[attr-defined]
        return face, *keyframe_at(face, self.index if self.index >= 0 else at_hand)

    def do(self, context: bpy.types.Context, face: Face, record: "Record", i: int) -> int | None:
        """The frame of the keyframe that is at hand then. Raises Refusal."""
        raise NotImplementedError


class KEYFRAMEFACE_OT_keyframe_jump(bpy.types.Operator):
    """Go to the next or previous keyframe of the face's performances"""

    bl_idname = "keyframeface.keyframe_jump"
    bl_label = "Jump to Keyframe"
    bl_options = {"REGISTER", "UNDO_GROUPED"}
    bl_undo_group = "Frame Change"  # Blender's own, which makes one step of many

    to: EnumProperty(  # type: ignore[valid-type]
        name="To",
        description="Which keyframe",
        items=(
            ("NEXT", "Next", "The first after the playhead"),
            ("PREVIOUS", "Previous", "The last before the playhead"),
            ("HERE", "At Hand", "The one that is chosen in the list, or has this index"),
        ),
    )
    index: IntProperty(  # type: ignore[valid-type]
        name="Keyframe",
        description="Its place in the list, from 0; -1 for the one at hand",
        default=-1,
        min=-1,
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = _why_not(context, any_mode=True)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> Result:
        scene = context.scene
        assert scene is not None
        try:
            face = find_face_at_hand(context.view_layer.objects.active, scene)
            frames = [played.record.frames[i] for played, i in keyframes_of(face)]
            now = scene.frame_current
            if self.to == "NEXT":
                wanted = [frame for frame in frames if frame > now][:1]
            elif self.to == "PREVIOUS":
                wanted = [frame for frame in frames if frame < now][-1:]
            else:
                at_hand = context.window_manager.keyframeface_keyframes.index  # type: ignore[attr-defined]
                record, i = keyframe_at(face, self.index if self.index >= 0 else at_hand)
                wanted = [record.frames[i]]
            if not wanted:
                raise Refusal(f"there is no keyframe {'after' if self.to == 'NEXT' else 'before'} frame {now}")
        except EXPECTED as error:
            self.report({"INFO"}, str(error))
            return {"CANCELLED"}
        scene.frame_set(wanted[0])
        look_again(context, wanted[0])
        return {"FINISHED"}


class KEYFRAMEFACE_OT_keyframe_strength(_OfKeyframe, bpy.types.Operator):
    """Make this keyframe's pose weaker or stronger; all others stay as they are"""

    bl_idname = "keyframeface.keyframe_strength"
    bl_label = "Keyframe Strength"
    bl_options = {"REGISTER", "UNDO"}

    strength: FloatProperty(  # type: ignore[valid-type]
        name="Strength", description="1 as it was made", default=1.0, min=0.0, max=STRONGEST, soft_max=2.0, step=5
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """With a slider at the mouse."""
        try:
            _, record, i = self.found(context)
        except EXPECTED as error:
            return fail(self, context, error)
        if not self.properties.is_property_set("strength"):
            self.strength = record.state(i).strength
        result: Result = context.window_manager.invoke_props_popup(self, event)
        return result

    def do(self, context: bpy.types.Context, face: Face, record: "Record", i: int) -> int | None:
        from . import edits

        edits.set_strength(face, record, i, round(self.strength, 6), context.scene)  # type: ignore[arg-type]
        return record.frames[i]


class KEYFRAMEFACE_OT_keyframe_move(_OfKeyframe, bpy.types.Operator):
    """Move this keyframe, with all its keys and its marker, to the playhead or to a frame, between its neighbours"""

    bl_idname = "keyframeface.keyframe_move"
    bl_label = "Move Keyframe to Playhead"
    bl_options = {"REGISTER", "UNDO"}

    frame: IntProperty(  # type: ignore[valid-type]
        name="Frame",
        description="Where to; the playhead where nothing is given",
        max=FARTHEST_FRAME,
        options={"SKIP_SAVE"},
    )

    def do(self, context: bpy.types.Context, face: Face, record: "Record", i: int) -> int | None:
        from . import edits

        if not self.properties.is_property_set("frame"):  # type: ignore[attr-defined]
            self.frame = context.scene.frame_current  # type: ignore[union-attr]
        at = edits.move(face, record, i, self.frame, context.scene)  # type: ignore[arg-type]
        if at != self.frame:
            self.report({"INFO"}, f"moved to frame {at}, as far as its neighbour lets it")  # type: ignore[attr-defined]
        return at


class KEYFRAMEFACE_OT_keyframe_relabel(_OfKeyframe, bpy.types.Operator):
    """Say something else of what this keyframe means; its pose stays until it is made anew"""

    bl_idname = "keyframeface.keyframe_relabel"
    bl_label = "Relabel Keyframe"
    bl_options = {"REGISTER", "UNDO"}

    label: StringProperty(name="Label", description="What the face does, and why")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        try:
            _, record, i = self.found(context)
        except EXPECTED as error:
            return fail(self, context, error)
        self.label = record.line.labels[i]
        result: Result = context.window_manager.invoke_props_dialog(self)
        return result

    def do(self, context: bpy.types.Context, face: Face, record: "Record", i: int) -> int | None:
        from . import edits

        edits.relabel(face, record, i, self.label, context.scene)  # type: ignore[arg-type]
        return record.frames[i]


class KEYFRAMEFACE_OT_keyframe_lock(_OfKeyframe, bpy.types.Operator):
    """Keep keyframes as they are, or let them be changed again: the list, refining and generating leave locked ones alone"""

    bl_idname = "keyframeface.keyframe_lock"
    bl_label = "Lock Keyframes"
    bl_options = {"REGISTER", "UNDO"}

    action: EnumProperty(  # type: ignore[valid-type]
        name="Action",
        description="What becomes of it",
        items=(
            ("TOGGLE", "Toggle", "Lock it where it is not locked, else unlock it"),
            ("LOCK", "Lock", "Keep it as it is"),
            ("UNLOCK", "Unlock", "Let it be changed again"),
        ),
    )
    everything: BoolProperty(name="All", description="All keyframes of the face")  # type: ignore[valid-type]

    def do(self, context: bpy.types.Context, face: Face, record: "Record", i: int) -> int | None:
        from . import edits

        locked = not record.state(i).locked if self.action == "TOGGLE" else self.action == "LOCK"
        if not self.everything:
            edits.set_locked(face, record, [i], locked)
            return record.frames[i]
        for other in {id(played): played.record for played, _ in keyframes_of(face)}.values():
            if not other.strip:
                edits.set_locked(face, other, range(len(other.frames)), locked)
        return None


class KEYFRAMEFACE_OT_keyframe_delete(_OfKeyframe, bpy.types.Operator):
    """Take this keyframe away, with its keys and its marker; all others stay as they are"""

    bl_idname = "keyframeface.keyframe_delete"
    bl_label = "Delete Keyframe"
    bl_options = {"REGISTER", "UNDO"}

    def do(self, context: bpy.types.Context, face: Face, record: "Record", i: int) -> int | None:
        from . import edits

        edits.delete(face, record, i, context.scene)  # type: ignore[arg-type]
        return None


class KEYFRAMEFACE_OT_keyframe_regenerate(AsksModel, _OfKeyframe, bpy.types.Operator):
    """Let the model make this keyframe's pose anew from its label, as part of the performance; all others stay. Esc cancels"""

    bl_idname = "keyframeface.keyframe_regenerate"
    bl_label = "Regenerate Keyframe"
    reading = "reading the keyframes"

    seed: IntProperty(  # type: ignore[valid-type]
        name="Variation",
        description="0 is the likeliest pose; every other number is another one. Each press of the button takes the next",
        min=0,
        options={"SKIP_SAVE"},
    )
    _made: ClassVar[dict[tuple[int, int, str], int]] = {}
    """How often by button, by face, frame and label."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = _why_not(context, by_model=True)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        self._next = True
        return super().invoke(context, event)

    def make_take(self, context: bpy.types.Context) -> "Take":
        from ..language.rewriting import rewrite_request
        from . import edits
        from .take import Take

        face, record, i = self.found(context)
        edits.refuse_changing(record, i)
        before, frame = record.performance.keyframes[i], record.frames[i]
        if not before.label:
            raise Refusal("this keyframe has no label to be made from: give it one first")
        scene = context.scene
        assert scene is not None
        seed = self.seed
        if getattr(self, "_next", False) and not self.properties.is_property_set("seed"):
            key = (face.meshes[0].session_uid, frame, before.label)
            seed = self._made.get(key, 0)
            self._made[key] = seed + 1
        request = rewrite_request(record.performance, i, seed, temperature_of(seed))
        self.label, self.frame = before.label, frame

        def write(face: Face, made: "Performance", scene: bpy.types.Scene) -> "WriteReport":
            records = [(played.record, n) for played, n in keyframes_of(face)]
            there = [k for k, (r, n) in enumerate(records) if r.frames[n] == frame and not r.strip]
            now, k = keyframe_at(face, there[-1]) if there else (None, 0)
            if now is None or now.performance.keyframes[k].channels != before.channels:
                raise Refusal(f"the keyframe {before.label!r} was changed meanwhile, so it stays as it is now")
            self.same = made.keyframes[i].channels == before.channels
            report = edits.set_pose(face, now, k, made.keyframes[i], scene)
            look_again(bpy.context)
            return report

        intensity = scene.keyframeface.intensity  # type: ignore[attr-defined]
        engine = engine_from_preferences(context)
        return Take(face, scene, record.start_frame, request, engine, intensity, write=write)

    def told(self, performance: "Performance", report: "WriteReport") -> str:
        what = "came out as it was: try another variation" if self.same else "made anew"
        return _told(f"{self.label!r} at frame {self.frame} {what}", report)


class KEYFRAMEFACE_OT_keyframe_add(AsksModel, bpy.types.Operator):
    """Let the model make one pose of a sentence, as a keyframe at the playhead; all others stay. Esc cancels"""

    bl_idname = "keyframeface.keyframe_add"
    bl_label = "Add Keyframe"
    reading = "reading the sentence"

    sentence: StringProperty(  # type: ignore[valid-type]
        name="Sentence",
        description="What the face does at the playhead; where nothing is given, what the list's field says",
        options={"SKIP_SAVE"},
    )

    _asked = False

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = _why_not(context, any_keyframe=False, by_model=True)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Asks for the sentence where there is none, as in a menu."""
        typed = context.window_manager.keyframeface_keyframes.sentence  # type: ignore[attr-defined]
        if clean(self.sentence or typed) or context.window is None or bpy.app.background:
            return super().invoke(context, event)
        self._asked = True
        result: Result = context.window_manager.invoke_props_dialog(self)
        return result

    def execute(self, context: bpy.types.Context) -> Result:
        if not self._asked or not clean(self.sentence):
            return super().execute(context)
        # a dialog can only block; this goes on beside the animator's work, and has the undo step
        ops: Any = bpy.ops
        ops.keyframeface.keyframe_add("INVOKE_DEFAULT", sentence=self.sentence)
        return {"CANCELLED"}

    def make_take(self, context: bpy.types.Context) -> "Take":
        from . import edits
        from .take import Take

        scene = context.scene
        assert scene is not None
        settings = scene.keyframeface  # type: ignore[attr-defined]
        typed = context.window_manager.keyframeface_keyframes.sentence  # type: ignore[attr-defined]
        label = clean(self.sentence or typed)
        if not label:
            raise Refusal("say what the face does at the playhead, in the field below the keyframe list")
        face, frame = find_face_at_hand(context.view_layer.objects.active, scene), scene.frame_current
        edits.refuse_adding(face, frame)
        request = Request(
            label,
            settings.background,
            settings.emotion,
            seed=settings.seed,
            temperature=temperature_of(settings.seed),
        )
        self.label, self.frame = label, frame

        def write(face: Face, made: "Performance", scene: bpy.types.Scene) -> "WriteReport":
            pose = Keyframe(0.0, label, strongest(made).channels)
            report = edits.add_pose(face, replace(made, keyframes=(pose,)), frame, scene)
            look_again(bpy.context, frame)
            return report

        engine = engine_from_preferences(context)
        return Take(face, scene, frame, request, engine, settings.intensity, write=write)

    def told(self, performance: "Performance", report: "WriteReport") -> str:
        return _told(f"{self.label!r} added at frame {self.frame}", report)


def strongest(performance: "Performance") -> Keyframe:
    """The keyframe at which most happens: its apex."""
    return max(performance.keyframes, key=lambda keyframe: sum(abs(value) for value in keyframe.channels.values()))


def _told(what: str, report: "WriteReport") -> str:
    parts = [what]
    if report.not_shown:
        parts.append(f"this rig has nothing for {', '.join(report.not_shown)}")
    if report.kept:
        parts.append(f"locked and left alone: {', '.join(report.kept)}")
    return "; ".join((*parts, *report.notes))


KEYFRAME_OPERATORS: tuple[Callable[..., Any], ...] = (
    KEYFRAMEFACE_OT_keyframe_jump,
    KEYFRAMEFACE_OT_keyframe_strength,
    KEYFRAMEFACE_OT_keyframe_move,
    KEYFRAMEFACE_OT_keyframe_relabel,
    KEYFRAMEFACE_OT_keyframe_lock,
    KEYFRAMEFACE_OT_keyframe_delete,
    KEYFRAMEFACE_OT_keyframe_regenerate,
    KEYFRAMEFACE_OT_keyframe_add,
)
