"""The mapping as the panel shows and edits it. The truth is the JSON on the rig: this is filled from it and writes back to it.

No ``from __future__ import annotations`` here: Blender reads the annotations.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, Optional

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, CollectionProperty, FloatProperty, IntProperty, StringProperty

from ..face.channels import CHANNEL
from ..retarget.mapping import Drive, RigMapping, Tuning
from .glance import SHARE, find_face_at_hand, forget_glances, picked
from .listening import listen, stop_listening
from .mapping import by_hand, face_to_map, grouped, report, save_mapping, shows, target_of
from .references import Refusal, shape_keys
from .rig import Face, NoFace, current_mapping
from .solo import Solo
from .ticker import redraw_panels

DIGITS = 6
"""Decimals kept of what is typed: Blender's numbers have single precision, 0.1 would be kept as 0.10000000149."""
UNKNOWN = "The names of its shape keys follow no convention that is known: choose what each channel drives, or import a mapping"
ATTENTION = ("missing", "bone", "gone", "empty", "driven", "partial")


class _Memory:
    faces: dict[int, Face] = {}
    """By scene."""
    active: dict[int, int] = {}
    """By scene, the active object when it was last looked at."""
    moves: dict[tuple[int, str, int], bool] = {}
    stale = True
    keep_until = 0.0
    filling = False
    solo: Solo | None = None
    waiting: tuple[str, str] = ("", "")


def _tuning_changed(channel: "MappedChannel", context: bpy.types.Context) -> None:
    tuning = Tuning(
        round(channel.gain, DIGITS), round(channel.offset, DIGITS), channel.invert, round(channel.limit, DIGITS)
    )
    name = channel.name
    _edit(channel.id_data, context, lambda mapping, _: mapping.with_tuning(name, tuning))


def _drive_changed(drive: "MappedDrive", context: bpy.types.Context) -> None:
    name, place, text, weight = drive.channel, drive.place, drive.target, round(drive.weight, DIGITS)

    def change(mapping: RigMapping, face: Face) -> RigMapping:
        drives = list(mapping.drives.get(name, ()))
        if place >= len(drives):
            raise Refusal("this mapping has changed meanwhile; look at it again")
        if not text.strip():
            del drives[place]
        elif text == drives[place].target:
            drives[place] = Drive(text, weight)
        else:
            drives[place] = Drive(target_of(text, face), weight)
        return mapping.with_drives(name, tuple(drives))

    _edit(drive.id_data, context, change)


def _target_chosen(mirror: "FaceMapping", context: bpy.types.Context) -> None:
    """A drive more for the channel at hand. The field is emptied when all is filled anew."""
    text, channel = mirror.new_target, mirror.channel_at_hand(context)
    if not text.strip() or channel is None:
        return
    name = channel.name

    def change(mapping: RigMapping, face: Face) -> RigMapping:
        drives = mapping.drives.get(name, ())
        return mapping.with_drives(name, (*drives, Drive(target_of(text, face))))

    _edit(mirror.id_data, context, change)


def _solo_changed(view: "MappingView", context: bpy.types.Context) -> None:
    if _Memory.filling:
        return
    mirror = context.scene.keyframeface_mapping
    channel = mirror.channel_at_hand(context)
    value = view.solo if channel is None or CHANNEL[channel.name].is_shape else view.solo_angle
    dragged = not bpy.app.background and context.window is not None
    if channel is None or (not value and not dragged):
        end_solo()
        return
    try:
        if _Memory.solo is None:
            _Memory.solo = Solo(_face(mirror, context), mirror.id_data)
        _Memory.solo.show(channel.name, value)
    except (Refusal, NoFace) as error:
        end_solo()
        _say(mirror, str(error))
        return
    if dragged:
        ops: Any = bpy.ops
        ops.keyframeface.solo("INVOKE_DEFAULT")


def _channel_chosen(_view: "MappingView", _context: bpy.types.Context) -> None:
    end_solo()


class MappedDrive(bpy.types.PropertyGroup):
    """One thing that a channel moves."""

    channel: StringProperty()  # type: ignore[valid-type]
    place: IntProperty()  # type: ignore[valid-type]
    target: StringProperty(  # type: ignore[valid-type]
        name="Target",
        description=(
            "A shape key of this face, or a property: right-click it, Copy Full Data Path, and paste here."
            " Empty it to remove the drive"
        ),
        update=_drive_changed,
    )
    weight: FloatProperty(  # type: ignore[valid-type]
        name="Weight",
        description="Its value where the channel is fully there",
        default=1.0,
        soft_min=-2.0,
        soft_max=2.0,
        step=5,
        precision=2,
        update=_drive_changed,
    )


class MappedChannel(bpy.types.PropertyGroup):
    """One of the 61 channels; its name is the channel's."""

    shows: StringProperty()  # type: ignore[valid-type]
    kind: StringProperty()  # type: ignore[valid-type]
    """What is wrong with it, as in ``mapping.Note``; "hand" where it was changed by hand; "" where all is well."""
    notes: StringProperty()  # type: ignore[valid-type]
    """Lines."""
    drives: CollectionProperty(type=MappedDrive)  # type: ignore[valid-type]
    gain: FloatProperty(  # type: ignore[valid-type]
        name="Gain",
        description="How strongly this channel is shown: 2 twice as strong, 0 not at all",
        default=1.0,
        soft_min=0.0,
        soft_max=3.0,
        step=5,
        precision=2,
        update=_tuning_changed,
    )
    offset: FloatProperty(  # type: ignore[valid-type]
        name="Offset",
        description="Added at every time, also at rest",
        soft_min=-1.0,
        soft_max=1.0,
        step=1,
        precision=3,
        update=_tuning_changed,
    )
    invert: BoolProperty(  # type: ignore[valid-type]
        name="Invert", description="Show the opposite", update=_tuning_changed
    )
    limit: FloatProperty(  # type: ignore[valid-type]
        name="Limit",
        description="Farthest that the head or eye turns from rest; 0 for no limit",
        subtype="ANGLE",
        min=0.0,
        soft_max=1.6,
        step=100,
        precision=1,
        update=_tuning_changed,
    )


class FaceMapping(bpy.types.PropertyGroup):
    """``scene.keyframeface_mapping``: of the face at hand. In the scene, so that Blender makes each change an undo step."""

    root: StringProperty()  # type: ignore[valid-type]
    """What the character hangs on, and its library."""
    face_name: StringProperty()  # type: ignore[valid-type]
    convention: StringProperty()  # type: ignore[valid-type]
    by_hand: BoolProperty()  # type: ignore[valid-type]
    summary: StringProperty()  # type: ignore[valid-type]
    """Lines: what this rig cannot show."""
    unshown: IntProperty()  # type: ignore[valid-type]
    """Channels that are not shown at all."""
    problem: StringProperty()  # type: ignore[valid-type]
    """Why the last change was not made."""
    channels: CollectionProperty(type=MappedChannel)  # type: ignore[valid-type]
    new_target: StringProperty(  # type: ignore[valid-type]
        name="Add Drive",
        description="A shape key, or a property's full data path, that this channel is to move too",
        update=_target_chosen,
    )

    def channel_at_hand(self, context: bpy.types.Context) -> Optional[MappedChannel]:  # noqa: UP045 - Blender's class
        index = context.window_manager.keyframeface_mapping.index
        return self.channels[index] if 0 <= index < len(self.channels) else None


class MappingView(bpy.types.PropertyGroup):
    """``window_manager.keyframeface_mapping``: how it is looked at, which is neither saved nor undone."""

    index: IntProperty(name="Channel", update=_channel_chosen)  # type: ignore[valid-type]
    search: StringProperty(  # type: ignore[valid-type]
        name="Filter", description="Only channels with this in their name", options={"TEXTEDIT_UPDATE"}
    )
    missing_only: BoolProperty(  # type: ignore[valid-type]
        name="Missing Only", description="Only channels that this rig does not show, or not as they should be"
    )
    solo: FloatProperty(  # type: ignore[valid-type]
        name="Solo",
        description="Drag to see this channel alone on the face; let go and all is as it was",
        min=0.0,
        max=1.0,
        precision=2,
        update=_solo_changed,
    )
    solo_angle: FloatProperty(  # type: ignore[valid-type]
        name="Solo",
        description="Drag to see this rotation alone on the face; let go and all is as it was",
        min=-1.6,
        max=1.6,
        soft_min=-0.8,
        soft_max=0.8,
        subtype="ANGLE",
        update=_solo_changed,
    )


def at_hand(context: bpy.types.Context) -> Face:
    """The face whose mapping is shown: the picked or active object's, also one of no known convention; else the only one. Raises NoFace."""
    assert context.scene
    return _at_hand(context.view_layer.objects.active, context.scene)


def _at_hand(active: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
    try:
        return face_to_map(picked(scene) or active, scene)
    except NoFace:
        return find_face_at_hand(active, scene)


def main_keys(context: bpy.types.Context) -> bpy.types.Key | None:
    """Of the face's main mesh, to choose from."""
    face = _Memory.faces.get(context.scene.session_uid)
    if face is None:
        return None
    try:
        return shape_keys(face.mesh_refs[0].resolve())
    except Refusal:
        return None


def ask_for_sync(context: bpy.types.Context) -> None:
    """For drawing, which may only read: fills the mirror soon after, if it might not be what is on the rig."""
    scene, active = context.scene, context.view_layer.objects.active
    another = _Memory.active.get(scene.session_uid) != (active.session_uid if active else 0)
    if not _Memory.stale and not another:
        return
    _Memory.waiting = (scene.name, active.name if active else "")
    wait = 0.0 if another else max(0.0, _Memory.keep_until - time.monotonic())
    if wait == 0.0 and bpy.app.timers.is_registered(_sync_soon):
        bpy.app.timers.unregister(_sync_soon)
    if not bpy.app.timers.is_registered(_sync_soon):
        bpy.app.timers.register(_sync_soon, first_interval=wait)


def _sync_soon() -> None:
    scene_name, active_name = _Memory.waiting
    scene = bpy.data.scenes.get(scene_name)
    if scene is not None and sync(scene, scene.objects.get(active_name)):
        redraw_panels()


def sync(scene: Any, active: bpy.types.Object | None) -> bool:
    """Makes the mirror what is on the rig at hand; whether it was something else."""
    started = time.monotonic()
    mirror, uid = scene.keyframeface_mapping, scene.session_uid
    _Memory.stale = False
    _Memory.active[uid] = active.session_uid if active else 0
    face: Face | None = None
    try:
        face = _at_hand(active, scene)
        changed = _fill(mirror, face)
        _Memory.faces[uid] = face
    except (NoFace, Refusal):
        _Memory.faces.pop(uid, None)
        changed = _set(mirror, "root", "")
    now = time.monotonic()
    _Memory.keep_until = now + 0.05 + (now - started) / SHARE
    return changed


def look_again(context: bpy.types.Context, at_points: bool = False) -> None:
    """At once, for operators; ``at_points`` also which keys move something."""
    if at_points:
        _Memory.moves.clear()
    forget_glances(at_once=True)
    sync(context.scene, context.view_layer.objects.active)
    _set(context.scene.keyframeface_mapping, "problem", "")
    redraw_panels()


def end_solo() -> None:
    """Puts the face back as it was; without a solo it does nothing."""
    solo, _Memory.solo = _Memory.solo, None
    if solo is not None:
        solo.put_back()
    view = bpy.context.window_manager.keyframeface_mapping
    for name in ("solo", "solo_angle"):
        _set(view, name, 0.0)


def _identity(face: Face) -> str:
    return f"{face.root_ref.name}|{face.root_ref.library or ''}"


def _face(mirror: FaceMapping, context: bpy.types.Context) -> Face:
    """The face that this mirror shows. Raises NoFace, Refusal."""
    known = _Memory.faces.get(mirror.id_data.session_uid)
    # with a window it is looked at whenever the panel is drawn; looking at every step of a drag takes too long
    if known is not None and _identity(known) == mirror.root and not (_Memory.stale and bpy.app.background):
        return known
    found = at_hand(context)
    if _identity(found) != mirror.root:
        raise Refusal("another face is at hand by now; look at its mapping again")
    return found


def _edit(scene: Any, context: bpy.types.Context, change: Callable[[RigMapping, Face], RigMapping]) -> None:
    """Writes one change to the rig. What cannot be is said in the panel, and the mirror goes back to what is on the rig."""
    if _Memory.filling:
        return
    mirror = scene.keyframeface_mapping
    end_solo()
    try:
        face = _face(mirror, context)
        save_mapping(face, change(current_mapping(face), face))
        _say(mirror, "")
    except (NoFace, Refusal) as error:
        _say(mirror, str(error))
    _Memory.stale, _Memory.keep_until = True, 0.0
    forget_glances(at_once=True)
    if bpy.app.background or context.window is None:
        sync(scene, context.view_layer.objects.active)
    else:  # the button that is being used points at what filling may move
        ask_for_sync(context)


def _say(mirror: FaceMapping, text: str) -> None:
    _set(mirror, "problem", text)


def _set(owner: Any, name: str, value: Any) -> bool:
    """Without writing back, and only where it is something else; of numbers, as Blender keeps them."""
    now = getattr(owner, name)
    if now == value or (isinstance(value, float) and abs(now - value) <= 1e-6 * max(1.0, abs(value))):
        return False
    _Memory.filling = True
    try:
        setattr(owner, name, value)
    finally:
        _Memory.filling = False
    return True


def _fill(mirror: FaceMapping, face: Face) -> bool:
    """In place: only what differs is written, and nothing is moved while somebody drags a number of it. Raises Refusal."""
    notes, changed_by_hand = report(face, _Memory.moves), by_hand(face)
    lines = "\n".join(line for _, line in grouped(notes))
    try:
        current_mapping(face)
    except Refusal as error:
        lines = f"{error}\n{lines}"
    if not face.mapping.drives:  # an object with shape keys that may not even be a face
        lines = UNKNOWN
    unshown = bool(face.mapping.drives) * sum(
        any(note.kind in ("missing", "bone") for note in found) for found in notes.values()
    )
    rows = mirror.channels
    changed = [
        _set(mirror, name, value)
        for name, value in (
            ("root", _identity(face)),
            ("face_name", face.name),
            ("convention", face.mapping.convention),
            ("by_hand", face.by_hand),
            ("summary", lines),
            ("unshown", unshown),
            ("new_target", ""),
        )
    ]
    if len(rows) != len(CHANNEL):
        rows.clear()
        for _ in CHANNEL:
            rows.add()
        changed.append(True)
    for row, channel in zip(rows, CHANNEL, strict=True):
        tuning, found = face.mapping.tuning(channel), notes.get(channel, ())
        kind = next((note.kind for note in found if note.kind in ATTENTION), "")
        changed += [
            _set(row, name, value)
            for name, value in (
                ("name", channel),
                ("shows", shows(face, channel)),
                ("kind", kind or ("hand" if channel in changed_by_hand else "")),
                ("notes", "\n".join(note.text for note in found)),
                ("gain", tuning.gain),
                ("offset", tuning.offset),
                ("invert", tuning.invert),
                ("limit", tuning.limit),
            )
        ]
        changed += _fill_drives(row, face.mapping.drives.get(channel, ()))
    return any(changed)


def _fill_drives(row: MappedChannel, drives: Iterable[Drive]) -> list[bool]:
    drives = list(drives)
    changed = [len(row.drives) != len(drives)]
    while len(row.drives) > len(drives):
        row.drives.remove(len(row.drives) - 1)
    while len(row.drives) < len(drives):
        row.drives.add()
    for place, (item, drive) in enumerate(zip(row.drives, drives, strict=True)):
        values = (("channel", row.name), ("place", place), ("target", drive.target), ("weight", drive.weight))
        changed += [_set(item, name, value) for name, value in values]
    return changed


@persistent  # type: ignore[untyped-decorator]
def _after_a_change(*_: Any) -> None:
    """Runs very often, also from the thread that renders: it must take no time and touch nothing of Blender's."""
    _Memory.stale = True


@persistent  # type: ignore[untyped-decorator]
def _before_it_is_kept(*_: Any) -> None:
    """A solo is not to be saved, nor to be there after an undo."""
    if _Memory.solo is not None:
        end_solo()


@persistent  # type: ignore[untyped-decorator]
def _before_another_file(*_: Any) -> None:
    _Memory.solo = None
    _forget()


def _forget() -> None:
    _Memory.faces.clear()
    _Memory.active.clear()
    _Memory.moves.clear()
    _Memory.stale = True


_HANDLERS = {
    "load_pre": _before_another_file,
    "save_pre": _before_it_is_kept,
    "undo_pre": _before_it_is_kept,
    "redo_pre": _before_it_is_kept,
    "undo_post": _after_a_change,
    "redo_post": _after_a_change,
    "load_post": _after_a_change,
    "depsgraph_update_post": _after_a_change,
}


def add() -> None:
    """The properties and what keeps them true."""
    scene_type: Any = bpy.types.Scene
    manager_type: Any = bpy.types.WindowManager
    scene_type.keyframeface_mapping = bpy.props.PointerProperty(type=FaceMapping)  # type: ignore[func-returns-value]
    manager_type.keyframeface_mapping = bpy.props.PointerProperty(type=MappingView)  # type: ignore[func-returns-value]
    listen(_HANDLERS)


def remove() -> None:
    """All of it; a face that is shown solo is put back."""
    end_solo()
    if bpy.app.timers.is_registered(_sync_soon):
        bpy.app.timers.unregister(_sync_soon)
    stop_listening(_HANDLERS)
    _forget()
    del bpy.types.Scene.keyframeface_mapping  # type: ignore[attr-defined]
    del bpy.types.WindowManager.keyframeface_mapping  # type: ignore[attr-defined]
