"""Import and export of recordings (Live Link Face CSV). No ``from __future__ import annotations`` here: Blender reads the annotations.

Nothing at the top may import numpy: enabling has no time for it.
"""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ..interchange.files import OutputError
from .glance import find_face_at_hand, forget_glances
from .last_error import fail
from .placement import FARTHEST_FRAME
from .references import Refusal
from .rig import NoFace
from .ticker import WRITABLE_MODES, Result

_ImportHelper: Any = ImportHelper  # fake-bpy-module has it that their methods return nothing
_ExportHelper: Any = ExportHelper
SUFFIX = ".csv"
FORMAT_LABEL = "Live Link Face (.csv)"


class KEYFRAMEFACE_OT_import_capture(bpy.types.Operator, _ImportHelper):  # type: ignore[misc]
    """Put a facial recording on the face: Live Link Face CSV"""

    bl_idname = "keyframeface.import_capture"
    bl_label = "Import Recording"
    bl_options = {"REGISTER", "UNDO", "PRESET"}
    filename_ext = SUFFIX

    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})  # type: ignore[valid-type]
    keys: EnumProperty(  # type: ignore[valid-type]
        name="Keys",
        description="How the recording becomes curves",
        items=(
            ("BAKE", "Every Frame", "A key at every frame of the scene: as it was recorded"),
            ("KEYFRAMES", "Keyframes", "As few keys as keep the tolerance: for editing by hand"),
        ),
    )
    tolerance: FloatProperty(  # type: ignore[valid-type]
        name="Tolerance",
        description="How far keyframes may be off the recording: of a shape's whole way, or in radians",
        default=0.05,
        min=0.0,
        soft_max=0.3,
        precision=3,
    )
    start: EnumProperty(  # type: ignore[valid-type]
        name="Start",
        description="Where on the timeline the recording begins",
        items=(
            ("PLAYHEAD", "Playhead", "At the current frame"),
            ("FRAME", "Frame", "At a frame of your choice"),
        ),
    )
    frame: IntProperty(  # type: ignore[valid-type]
        name="Frame",
        description="The frame at which the recording begins",
        default=1,
        min=-FARTHEST_FRAME,
        max=FARTHEST_FRAME,
    )
    swap_mouth: BoolProperty(  # type: ignore[valid-type]
        name="Swap Mouth Sides",
        description="Exchange MouthLeft and MouthRight, which some recordings have the other way round",
    )
    invert_yaw: BoolProperty(name="Yaw", description="The head turns to the other side")  # type: ignore[valid-type]
    invert_pitch: BoolProperty(name="Pitch", description="The head nods the other way")  # type: ignore[valid-type]
    invert_roll: BoolProperty(name="Roll", description="The head tilts to the other side")  # type: ignore[valid-type]
    above_one: EnumProperty(  # type: ignore[valid-type]
        name="Values Above 1",
        description="What becomes of shapes that go beyond their whole way",
        items=(
            ("KEEP", "Keep", "As far as the shape key's range goes; keyframes go to 1"),
            ("CLAMP", "Clamp", "To 1"),
        ),
    )
    frame_rate: FloatProperty(  # type: ignore[valid-type]
        name="Frame Rate",
        description="Of the recording, where its timecode does not tell; 0 is from the file",
        min=0.0,
        max=1000.0,
        precision=3,
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _may_run(cls, context)

    def execute(self, context: bpy.types.Context) -> Result:
        """Blocks until it is done, a second or two for a long recording."""
        from ..interchange.capture import CaptureError
        from ..interchange.live_link_face import HEAD_AXES, head_channels, read_capture
        from .captures import write_capture

        scene = context.scene
        assert scene is not None
        inverted = [axis for axis in HEAD_AXES if getattr(self, f"invert_{axis}")]
        try:
            if not self.filepath:
                raise CaptureError("which recording? Choose a .csv file")
            face = find_face_at_hand(context.view_layer.objects.active, scene)
            capture = read_capture(
                Path(bpy.path.abspath(self.filepath)),
                swap_mouth=self.swap_mouth,
                invert=head_channels(inverted),
                clamp=self.above_one == "CLAMP",
                frame_rate=self.frame_rate or None,
            )
            start = self.frame if self.start == "FRAME" else scene.frame_current
            tolerance = self.tolerance if self.keys == "KEYFRAMES" else None
            report, text = write_capture(face, capture, scene, start, tolerance)
        except (CaptureError, NoFace, Refusal) as error:
            return fail(self, context, error)
        forget_glances(at_once=True)
        warn = report.not_shown or report.kept or report.notes or capture.notes
        self.report({"WARNING" if warn else "INFO"}, text)
        return {"FINISHED"}

    def draw(self, _context: bpy.types.Context) -> None:
        """The rows that matter for what is chosen."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "keys")
        if self.keys == "KEYFRAMES":
            layout.prop(self, "tolerance")
        layout.prop(self, "start")
        if self.start == "FRAME":
            layout.prop(self, "frame")
        layout.prop(self, "frame_rate")
        layout.prop(self, "above_one")
        layout.prop(self, "swap_mouth")
        column = layout.column(heading="Invert Head", align=True)
        for name in ("invert_yaw", "invert_pitch", "invert_roll"):
            column.prop(self, name)


class KEYFRAMEFACE_OT_export_capture(bpy.types.Operator, _ExportHelper):  # type: ignore[misc]
    """Write what the face does as a recording that other tools read: Live Link Face CSV"""

    bl_idname = "keyframeface.export_capture"
    bl_label = "Export Recording"
    bl_options = {"PRESET"}
    filename_ext = SUFFIX

    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})  # type: ignore[valid-type]
    source: EnumProperty(  # type: ignore[valid-type]
        name="Frames",
        description="Which part of the timeline is written",
        items=(
            ("PERFORMANCE", "Performance", "The performance or recording at the playhead, with all edits"),
            ("RANGE", "Range", "The face as it is animated, whoever animated it, in a range of frames"),
        ),
    )
    frame_start: IntProperty(name="First", description="First frame of the range")  # type: ignore[valid-type]
    frame_end: IntProperty(name="Last", description="Last frame of the range")  # type: ignore[valid-type]
    frame_rate: FloatProperty(  # type: ignore[valid-type]
        name="Frame Rate",
        description="Rows a second; other tools expect 60 or 30",
        default=60.0,
        min=0.1,
        max=1000.0,
        precision=3,
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return _may_run(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """The scene's range to begin with."""
        assert context.scene
        self.frame_start, self.frame_end = _range(self, context.scene)
        result: Result = _ExportHelper.invoke(self, context, event)
        return result

    def execute(self, context: bpy.types.Context) -> Result:
        """A range that is not given is the scene's."""
        from .captures import export_capture
        from .readback import NoPerformance, record_at

        scene = context.scene
        assert scene is not None
        path = Path(bpy.path.abspath(bpy.path.ensure_ext(self.filepath, SUFFIX)))
        try:
            if not self.filepath:
                raise OutputError("where to? Choose a .csv file to write")
            face = find_face_at_hand(context.view_layer.objects.active, scene)
            first, last = _range(self, scene)
            if self.source == "PERFORMANCE":
                frames = record_at(face, scene.frame_current).frames
                first, last = frames[0], frames[-1]
            elif last < first:
                raise Refusal(f"the range ends at frame {last}, before it begins at {first}: choose another")
            count = export_capture(face, scene, path, first, last, self.frame_rate)
        except (NoFace, NoPerformance, Refusal, OutputError) as error:
            return fail(self, context, error)
        text = f"{count} frames of {face.name}, {first} to {last}, at {self.frame_rate:g} fps in {path.name}"
        self.report({"INFO"}, text)
        return {"FINISHED"}

    def draw(self, _context: bpy.types.Context) -> None:
        """The rows that matter for what is chosen."""
        layout = self.layout
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "source")
        if self.source == "RANGE":
            column = layout.column(align=True)
            column.prop(self, "frame_start")
            column.prop(self, "frame_end")
        layout.prop(self, "frame_rate")


CAPTURE_OPERATORS = (KEYFRAMEFACE_OT_import_capture, KEYFRAMEFACE_OT_export_capture)


def add_to_menus() -> None:
    """File > Import and File > Export."""
    bpy.types.TOPBAR_MT_file_import.append(_draw_import)
    bpy.types.TOPBAR_MT_file_export.append(_draw_export)


def remove_from_menus() -> None:
    bpy.types.TOPBAR_MT_file_export.remove(_draw_export)
    bpy.types.TOPBAR_MT_file_import.remove(_draw_import)


def draw_buttons(layout: bpy.types.UILayout | None) -> None:
    """For the panel."""
    column = layout.column(align=True)
    column.operator(KEYFRAMEFACE_OT_import_capture.bl_idname, icon="IMPORT")
    column.operator(KEYFRAMEFACE_OT_export_capture.bl_idname, icon="EXPORT")


def _draw_import(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator(KEYFRAMEFACE_OT_import_capture.bl_idname, text=FORMAT_LABEL)


def _draw_export(menu: Any, _context: bpy.types.Context) -> None:
    menu.layout.operator(KEYFRAMEFACE_OT_export_capture.bl_idname, text=FORMAT_LABEL)


def _may_run(operator: Any, context: bpy.types.Context) -> bool:
    """Grey with the reason. Whether there is a face is for ``execute`` to say: that takes looking at the whole scene."""
    reason = ""
    if context.scene is None:
        reason = "There is no scene with a face"
    elif context.mode not in WRITABLE_MODES:
        reason = "Leave this mode first: animation can be undone in Object and Pose Mode"
    if reason:
        operator.poll_message_set(reason)
    return not reason


def _range(operator: Any, scene: bpy.types.Scene) -> tuple[int, int]:
    given = operator.properties.is_property_set
    return (
        operator.frame_start if given("frame_start") else scene.frame_start,
        operator.frame_end if given("frame_end") else scene.frame_end,
    )
