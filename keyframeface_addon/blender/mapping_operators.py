"""What the mapping's buttons do. No ``from __future__ import annotations`` here: Blender reads the annotations."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, IntProperty, StringProperty

from ..interchange.files import OutputError
from ..retarget.mapping import RigMapping
from .mapping import forget_mapping, grouped, read_mapping, report, save_mapping, write_mapping
from .mapping_properties import at_hand, end_solo, look_again
from .references import Refusal
from .rig import Face, NoFace, current_mapping
from .ticker import INTERVAL, Result

EXPECTED = (NoFace, Refusal, OutputError)
SUFFIX = ".json"
LONGEST_NAME = 60
HELD = 1.5
"""Seconds that a solo stays whose value was typed rather than dragged."""


class _OfMapping(bpy.types.Operator):
    """Fails with one line, and looks at the face again when something was done."""

    def execute(self, context: bpy.types.Context) -> Result:
        end_solo()
        try:
            said = self.do(context, at_hand(context))
        except EXPECTED as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        look_again(context)
        if said:
            self.report({"INFO"}, said)
        return {"FINISHED"}

    def do(self, context: bpy.types.Context, face: Face) -> str:
        """What to say when it is done. Raises NoFace, Refusal, OutputError."""
        raise NotImplementedError

    def take(self, face: Face, mapping: RigMapping, name: str) -> str:
        save_mapping(face, mapping)
        now = at_hand(bpy.context)
        lines = [line for kind, line in grouped(report(now)) if kind == "gone"]
        return "; ".join((f"{name}: {len(now.mapping.drives)} channels mapped on {now.name}", *lines))


class KEYFRAMEFACE_OT_check_mapping(_OfMapping):
    """Look at the rig again: which channels it can show, which shape keys move something"""

    bl_idname = "keyframeface.check_mapping"
    bl_label = "Check Again"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> Result:
        """Also where there is no face."""
        end_solo()
        look_again(context, at_points=True)
        return {"FINISHED"}


class KEYFRAMEFACE_OT_auto_map(_OfMapping):
    """Map all channels anew by the names of the shape keys; what was changed by hand is discarded"""

    bl_idname = "keyframeface.auto_map"
    bl_label = "Auto-Map Again"
    bl_options = {"REGISTER", "UNDO"}

    def do(self, context: bpy.types.Context, face: Face) -> str:
        forget_mapping(face)
        now = at_hand(context)
        return f"{now.mapping.convention}: {len(now.mapping.drives)} channels mapped on {now.name}"


class KEYFRAMEFACE_OT_remove_drive(_OfMapping):
    """Let the channel move this no more"""

    bl_idname = "keyframeface.remove_drive"
    bl_label = "Remove Drive"
    bl_options = {"UNDO", "INTERNAL"}

    channel: StringProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]
    place: IntProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def do(self, context: bpy.types.Context, face: Face) -> str:
        mapping = current_mapping(face)
        drives = list(mapping.drives.get(self.channel, ()))
        if not 0 <= self.place < len(drives):
            raise Refusal(f"{self.channel or 'this channel'} has no drive {self.place + 1} any more")
        del drives[self.place]
        save_mapping(face, mapping.with_drives(self.channel, tuple(drives)))
        return ""


class KEYFRAMEFACE_OT_import_mapping(_OfMapping):
    """Take the mapping of a JSON file for this face"""

    bl_idname = "keyframeface.import_mapping"
    bl_label = "Import Mapping"
    bl_options = {"REGISTER", "UNDO"}

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def do(self, context: bpy.types.Context, face: Face) -> str:
        path = Path(bpy.path.abspath(self.filepath))
        return self.take(face, read_mapping(path), path.name)


class KEYFRAMEFACE_OT_export_mapping(_OfMapping):
    """Write this face's mapping to a JSON file, to share it or to use it on another rig"""

    bl_idname = "keyframeface.export_mapping"
    bl_label = "Export Mapping"
    bl_options = {"INTERNAL"}

    filepath: StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})  # type: ignore[valid-type]
    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]
    check_existing: BoolProperty(default=True, options={"HIDDEN"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        try:
            self.filepath = bpy.path.clean_name(at_hand(context).name) + SUFFIX
        except NoFace as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, context: bpy.types.Context) -> bool:
        """While the file is being chosen: so that Blender asks before it replaces what is there."""
        wanted = bpy.path.ensure_ext(self.filepath, SUFFIX)
        changed = bool(wanted != self.filepath)
        self.filepath = wanted
        return changed

    def do(self, context: bpy.types.Context, face: Face) -> str:
        if not self.filepath:
            raise OutputError("no file is named to write the mapping to")
        path = Path(bpy.path.abspath(bpy.path.ensure_ext(self.filepath, SUFFIX)))
        write_mapping(path, current_mapping(face))
        return f"wrote {path}"


def preset_folder() -> Path:
    """Raises OutputError."""
    folder = bpy.utils.user_resource("SCRIPTS", path="presets/keyframeface/mapping", create=True)
    if not folder:
        raise OutputError("Blender's folder for presets cannot be made: look at its permissions")
    return Path(folder)


def presets() -> list[str]:
    """Their names."""
    try:
        return sorted(path.stem for path in preset_folder().glob(f"*{SUFFIX}") if not path.name.startswith("."))
    except OSError:
        return []


def _preset(name: str) -> Path:
    """Its file. Raises OutputError, Refusal."""
    clean = bpy.path.clean_name(name.strip()).strip("_")
    if not clean:
        raise Refusal("a preset needs a name of letters or digits")
    while len(clean.encode()) > 3 * LONGEST_NAME:
        clean = clean[:-1]
    return preset_folder() / (clean + SUFFIX)


class KEYFRAMEFACE_OT_save_mapping_preset(_OfMapping):
    """Keep this face's mapping as a preset, for other faces"""

    bl_idname = "keyframeface.save_mapping_preset"
    bl_label = "Save Mapping as Preset"
    bl_options = {"INTERNAL"}

    name: StringProperty(  # type: ignore[valid-type]
        name="Name", description="A preset of this name is replaced", maxlen=LONGEST_NAME, options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        mirror = context.scene.keyframeface_mapping  # type: ignore[attr-defined]
        self.name = self.name or mirror.face_name
        result: Result = context.window_manager.invoke_props_dialog(self)
        return result

    def do(self, context: bpy.types.Context, face: Face) -> str:
        path = _preset(self.name)
        write_mapping(path, current_mapping(face))
        return f"saved as the preset {path.stem!r}"


class KEYFRAMEFACE_OT_apply_mapping_preset(_OfMapping):
    """Take this preset's mapping for this face"""

    bl_idname = "keyframeface.apply_mapping_preset"
    bl_label = "Apply Mapping Preset"
    bl_options = {"REGISTER", "UNDO"}

    name: StringProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def do(self, context: bpy.types.Context, face: Face) -> str:
        return self.take(face, read_mapping(preset_folder() / (self.name + SUFFIX)), self.name)


class KEYFRAMEFACE_OT_remove_mapping_preset(bpy.types.Operator):
    """Remove this preset; faces that were mapped with it stay as they are"""

    bl_idname = "keyframeface.remove_mapping_preset"
    bl_label = "Remove Mapping Preset"
    bl_options = {"INTERNAL"}

    name: StringProperty(options={"SKIP_SAVE"})  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        result: Result = context.window_manager.invoke_confirm(self, event)
        return result

    def execute(self, context: bpy.types.Context) -> Result:
        if self.name not in presets():
            self.report({"ERROR"}, f"there is no preset {self.name!r}")
            return {"CANCELLED"}
        try:
            (preset_folder() / (self.name + SUFFIX)).unlink()
        except OSError as error:
            self.report({"ERROR"}, f"cannot remove the preset {self.name!r}: {error.strerror or error}")
            return {"CANCELLED"}
        return {"FINISHED"}


class KEYFRAMEFACE_OT_solo(bpy.types.Operator):
    """Waits for the slider to be let go, which no property hears of"""

    bl_idname = "keyframeface.solo"
    bl_label = "Solo"
    bl_options = {"INTERNAL"}

    _running = False

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        if KEYFRAMEFACE_OT_solo._running:
            return {"CANCELLED"}
        KEYFRAMEFACE_OT_solo._running = True
        self._typed = event.type not in ("MOUSEMOVE", "INBETWEEN_MOUSEMOVE", "LEFTMOUSE")
        self._over = False
        self._ticks = 0
        self._timer = context.window_manager.event_timer_add(INTERVAL, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Hears everything before the slider does, so it ends one tick after: the slider has had its last word by then."""
        if event.type == "TIMER":
            self._ticks += 1
            if self._over or (self._typed and self._ticks * INTERVAL > HELD):
                self.cancel(context)
                return {"FINISHED"}
        elif event.type in ("LEFTMOUSE", "RIGHTMOUSE", "ESC"):
            self._over = self._over or event.value == "PRESS" or (event.value == "RELEASE" and not self._typed)
        return {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Also when the window is closed or another file is opened."""
        KEYFRAMEFACE_OT_solo._running = False
        context.window_manager.event_timer_remove(self._timer)
        end_solo()


MAPPING_OPERATORS: tuple[Callable[..., Any], ...] = (
    KEYFRAMEFACE_OT_check_mapping,
    KEYFRAMEFACE_OT_auto_map,
    KEYFRAMEFACE_OT_remove_drive,
    KEYFRAMEFACE_OT_import_mapping,
    KEYFRAMEFACE_OT_export_mapping,
    KEYFRAMEFACE_OT_save_mapping_preset,
    KEYFRAMEFACE_OT_apply_mapping_preset,
    KEYFRAMEFACE_OT_remove_mapping_preset,
    KEYFRAMEFACE_OT_solo,
)
