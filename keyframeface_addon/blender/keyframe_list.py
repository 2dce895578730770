"""The keyframes of the face at hand as the panel lists and edits them. The truth is on the actions: this is filled from there.

No ``from __future__ import annotations`` here: Blender reads the annotations.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Optional

import bpy
from bpy.app.handlers import persistent
from bpy.props import BoolProperty, CollectionProperty, FloatProperty, IntProperty, StringProperty

from .glance import SHARE, find_face_at_hand, forget_glances, picked
from .listening import listen, stop_listening
from .references import Refusal
from .rig import Face, NoFace
from .slots import current_action
from .ticker import redraw_panels

if TYPE_CHECKING:
    from .readback import Played
    from .record import Record

STRONGEST = 3.0
LONGEST_WAIT = 2.0
"""Seconds until a change is listed, however long looking takes."""


class _Memory:
    seen: dict[int, tuple[object, ...]] = {}
    """By scene, what told which face is at hand when it was last looked at."""
    markers: dict[int, tuple[list[str], object]] = {}
    """By scene, the actions of the face and their markers, whose changes no handler hears of."""
    stale = True
    keep_until = 0.0
    filling = False
    waiting: tuple[str, str] = ("", "")


def _scene(row: "ListedKeyframe") -> Any:
    return row.id_data


def _label_changed(row: "ListedKeyframe", context: bpy.types.Context) -> None:
    from . import edits

    label, scene = row.label, _scene(row)
    _edit(row, context, lambda face, record, i: edits.relabel(face, record, i, label, scene))


def _frame_changed(row: "ListedKeyframe", context: bpy.types.Context) -> None:
    from . import edits

    frame, scene = row.frame, _scene(row)
    _edit(row, context, lambda face, record, i: edits.move(face, record, i, frame, scene))


def _seconds_changed(row: "ListedKeyframe", context: bpy.types.Context) -> None:
    if not _Memory.filling:
        row.frame = round(row.seconds * frame_rate(_scene(row)))


def _strength_changed(row: "ListedKeyframe", context: bpy.types.Context) -> None:
    from . import edits

    strength, scene = round(row.strength, 6), _scene(row)
    _edit(row, context, lambda face, record, i: edits.set_strength(face, record, i, strength, scene))


def _lock_changed(row: "ListedKeyframe", context: bpy.types.Context) -> None:
    from . import edits

    locked = row.locked
    _edit(row, context, lambda face, record, i: edits.set_locked(face, record, [i], locked))


def _chosen(view: "KeyframeView", context: bpy.types.Context) -> None:
    """A click goes there."""
    if _Memory.filling:
        return
    mirror = context.scene.keyframeface_keyframes  # type: ignore[union-attr]
    row = mirror.row_at_hand(context)
    _set(mirror, "problem", "")
    if row is not None and context.scene.frame_current != row.frame:  # type: ignore[union-attr]
        context.scene.frame_set(row.frame)  # type: ignore[union-attr]
    _Memory.stale = True  # of this one it is looked up whether its pose was edited


class ListedKeyframe(bpy.types.PropertyGroup):
    """One keyframe of a performance."""

    at: IntProperty()  # type: ignore[valid-type]
    """The frame that it is known to be at; ``frame`` is what was typed."""
    begins: BoolProperty()  # type: ignore[valid-type]
    """Whether it is the first of a performance."""
    kept: StringProperty()  # type: ignore[valid-type]
    """Why its pose and time cannot be changed; "" where they can."""
    elsewhere: BoolProperty()  # type: ignore[valid-type]
    """Whether it is in an NLA strip, where nothing of it can be changed."""
    label: StringProperty(  # type: ignore[valid-type]
        name="Label",
        description="What the face does at this keyframe, and why. Its marker has the same name",
        update=_label_changed,
    )
    frame: IntProperty(  # type: ignore[valid-type]
        name="Frame",
        description="Where the keyframe is. All its keys and its marker move along, between its neighbours",
        update=_frame_changed,
    )
    seconds: FloatProperty(  # type: ignore[valid-type]
        name="Seconds",
        description="Where the keyframe is, from frame 0. All its keys and its marker move along, between its neighbours",
        step=4,
        precision=2,
        update=_seconds_changed,
    )
    strength: FloatProperty(  # type: ignore[valid-type]
        name="Strength",
        description="How strong the pose is, against the one that was made or keyed by hand: 1 as it was, 0.5 half as much",
        default=1.0,
        min=0.0,
        max=STRONGEST,
        soft_max=2.0,
        step=5,
        precision=2,
        update=_strength_changed,
    )
    locked: BoolProperty(  # type: ignore[valid-type]
        name="Lock",
        description="Keep this keyframe as it is: the list, refining and generating leave it alone",
        update=_lock_changed,
    )


class KeyframeList(bpy.types.PropertyGroup):
    """``scene.keyframeface_keyframes``: of the face at hand. In the scene, so that Blender makes each change an undo step."""

    face_name: StringProperty()  # type: ignore[valid-type]
    problem: StringProperty()  # type: ignore[valid-type]
    """Why the last change was not made."""
    rows: CollectionProperty(type=ListedKeyframe)  # type: ignore[valid-type]

    def row_at_hand(self, context: bpy.types.Context) -> Optional[ListedKeyframe]:  # noqa: UP045 - Blender's class
        index = context.window_manager.keyframeface_keyframes.index
        return self.rows[index] if 0 <= index < len(self.rows) else None


class KeyframeView(bpy.types.PropertyGroup):
    """``window_manager.keyframeface_keyframes``: how it is looked at, which is neither saved nor undone."""

    index: IntProperty(  # type: ignore[valid-type]
        name="Keyframe", description="Click to go there, double-click to say something else of it", update=_chosen
    )
    in_seconds: BoolProperty(  # type: ignore[valid-type]
        name="Seconds", description="Show times in seconds rather than frames"
    )
    sentence: StringProperty(  # type: ignore[valid-type]
        name="Sentence", description="What the face does at the playhead, for a keyframe more: winks at him"
    )


def frame_rate(scene: bpy.types.Scene) -> float:
    """Frames a second."""
    return float(scene.render.fps / scene.render.fps_base)


def keyframes_of(face: Face) -> list[tuple["Played", int]]:
    """All keyframes on this face's timeline in the order of their frames: a performance, and a place in it."""
    from .readback import played_on

    played = played_on(face)
    places = [
        (frame, k, i)
        for k, record in enumerate(one.record for one in played)
        for i, (frame, keyframe) in enumerate(zip(record.frames, record.performance.keyframes, strict=True))
        # of what a recording is remembered by, only what has a label means something
        if keyframe.label or not record.baked
    ]
    return [(played[k], i) for _, k, i in sorted(places)]


def keyframe_at(face: Face, index: int) -> tuple["Record", int]:
    """The one at this place of the list, hand edits merged. Raises Refusal."""
    from .readback import as_it_is

    keyframes = keyframes_of(face)
    if not keyframes:
        raise Refusal(f"there are no keyframes on {face.name!r} yet: generate some first")
    if not 0 <= index < len(keyframes):
        raise Refusal(f"there is no keyframe {index + 1} on {face.name!r}: it has {len(keyframes)}")
    played, i = keyframes[index]
    return as_it_is(face, played), i


def ask_for_sync(context: bpy.types.Context) -> None:
    """For drawing, which may only read: fills the list soon after, if it might not be what is on the face."""
    scene, active = context.scene, context.view_layer.objects.active
    assert scene is not None
    uid = scene.session_uid
    another = _Memory.seen.get(uid) != _at_hand(scene, active)
    names, markers = _Memory.markers.get(uid, ([], None))
    if not _Memory.stale and not another and _markers(names) == markers:
        return
    _Memory.waiting = (scene.name, active.name if active else "")
    wait = 0.0 if another else max(0.0, _Memory.keep_until - time.monotonic())
    if wait == 0.0 and bpy.app.timers.is_registered(_sync_soon):
        bpy.app.timers.unregister(_sync_soon)
    if not bpy.app.timers.is_registered(_sync_soon):
        bpy.app.timers.register(_sync_soon, first_interval=wait)


def sync(scene: Any, active: bpy.types.Object | None) -> bool:
    """Makes the list what is on the face at hand; whether it was something else."""
    from . import readback  # noqa: F401 - numpy with it, which takes long once: that is not counted

    started = time.thread_time()  # nor what other programs take
    mirror, uid = scene.keyframeface_keyframes, scene.session_uid
    _Memory.stale = False
    _Memory.seen[uid] = _at_hand(scene, active)
    try:
        face = find_face_at_hand(active, scene)
        changed = _fill(mirror, face, scene)
        names = _actions(face)
        _Memory.markers[uid] = (names, _markers(names))
    except (NoFace, Refusal):
        _Memory.markers.pop(uid, None)
        changed = _set(mirror, "face_name", "") or bool(len(mirror.rows))
        mirror.rows.clear()
    wait = 0.05 + (time.thread_time() - started) / SHARE  # a first look is slow, and no measure of the next
    _Memory.keep_until = time.monotonic() + min(wait, LONGEST_WAIT)
    return changed


def look_again(context: bpy.types.Context, at_frame: int | None = None) -> None:
    """At once, for operators; the keyframe at this frame is then the one at hand."""
    forget_glances(at_once=True)
    mirror = context.scene.keyframeface_keyframes  # type: ignore[union-attr]
    sync(context.scene, context.view_layer.objects.active)
    _set(mirror, "problem", "")
    if at_frame is not None:
        found = next((k for k, row in enumerate(mirror.rows) if row.at == at_frame), None)
        if found is not None:
            _set(context.window_manager.keyframeface_keyframes, "index", found)
    redraw_panels()


def _sync_soon() -> None:
    scene_name, active_name = _Memory.waiting
    scene = bpy.data.scenes.get(scene_name)
    if scene is not None and sync(scene, scene.objects.get(active_name)):
        redraw_panels()


def _at_hand(scene: bpy.types.Scene, active: bpy.types.Object | None) -> tuple[object, ...]:
    """Who it depends on which face is at hand, and what is at hand of it."""
    by_hand = picked(scene)
    index = bpy.context.window_manager.keyframeface_keyframes.index
    return (active.session_uid if active else 0, by_hand.session_uid if by_hand else 0, index)


def _actions(face: Face) -> list[str]:
    from .tracks import owners_of

    found = (current_action(owner) for owner in owners_of(face))
    return list(dict.fromkeys(action.name for action in found if action is not None))


def _markers(names: list[str]) -> object:
    """Takes about a microsecond for each marker."""
    actions = [bpy.data.actions[name] for name in names if name in bpy.data.actions]
    return hash(tuple((marker.name, marker.frame) for action in actions for marker in action.pose_markers))


def _edit(row: ListedKeyframe, context: bpy.types.Context, change: Callable[[Face, "Record", int], object]) -> None:
    """Makes one change. What cannot be is said in the panel, and the list goes back to what is on the face."""
    if _Memory.filling:
        return
    scene = _scene(row)
    mirror, view_layer = scene.keyframeface_keyframes, context.view_layer
    index = next((k for k, other in enumerate(mirror.rows) if other == row), -1)
    try:
        face = find_face_at_hand(view_layer.objects.active, scene)
        record, i = keyframe_at(face, index)
        if record.frames[i] != row.at:
            raise Refusal("the keyframes have changed meanwhile; look at them again")
        change(face, record, i)
        _set(mirror, "problem", "")
    except (NoFace, Refusal) as error:
        _set(mirror, "problem", str(error))
    forget_glances(at_once=True)
    sync(scene, view_layer.objects.active)
    redraw_panels()


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


def _fill(mirror: KeyframeList, face: Face, scene: bpy.types.Scene) -> bool:
    """In place: only what differs is written, and no row is moved while somebody drags a number of it."""
    from .readback import as_it_is

    view, rate = bpy.context.window_manager.keyframeface_keyframes, frame_rate(scene)
    listing = keyframes_of(face)
    keyframes = [(played.record, i) for played, i in listing]
    chosen = mirror.rows[view.index].at if 0 <= view.index < len(mirror.rows) else None
    changed = [_set(mirror, "face_name", face.name), len(mirror.rows) != len(keyframes)]
    while len(mirror.rows) > len(keyframes):
        mirror.rows.remove(len(mirror.rows) - 1)
    while len(mirror.rows) < len(keyframes):
        mirror.rows.add()
    if changed[0]:
        _set(mirror, "problem", "")
    if changed[1]:
        frames = [record.frames[i] for record, i in keyframes]
        at = frames.index(chosen) if chosen in frames else max(0, min(view.index, len(frames) - 1))
        _set(view, "index", at)
    if 0 <= view.index < len(keyframes):
        played, i = listing[view.index]
        keyframes[view.index] = as_it_is(face, played), i
    for row, (record, i) in zip(mirror.rows, keyframes, strict=True):
        state, frame = record.state(i), record.frames[i]
        changed += [
            _set(row, name, value)
            for name, value in (
                ("at", frame),
                ("begins", i == 0),
                ("kept", _kept(record)),
                ("elsewhere", bool(record.strip)),
                ("label", record.performance.keyframes[i].label),
                ("frame", frame),
                ("seconds", frame / rate),
                ("strength", state.strength),
                ("locked", state.locked),
            )
        ]
    return any(changed)


def _kept(record: "Record") -> str:
    if record.strip:
        return f"In the NLA strip {record.strip}"
    return "Recorded, with keys at every frame" if record.baked else ""


@persistent  # type: ignore[untyped-decorator]
def _after_a_change(*_: Any) -> None:
    """Runs very often, also from the thread that renders: it must take no time and touch nothing of Blender's."""
    _Memory.stale = True


@persistent  # type: ignore[untyped-decorator]
def _before_another_file(*_: Any) -> None:
    _forget()


def _forget() -> None:
    _Memory.seen.clear()
    _Memory.markers.clear()
    _Memory.stale = True


_HANDLERS = {
    "load_pre": _before_another_file,
    "undo_post": _after_a_change,
    "redo_post": _after_a_change,
    "load_post": _after_a_change,
    "depsgraph_update_post": _after_a_change,
}


def add() -> None:
    """The properties and what keeps them true."""
    scene_type: Any = bpy.types.Scene
    manager_type: Any = bpy.types.WindowManager
    scene_type.keyframeface_keyframes = bpy.props.PointerProperty(type=KeyframeList)  # type: ignore[func-returns-value]
    manager_type.keyframeface_keyframes = bpy.props.PointerProperty(type=KeyframeView)  # type: ignore[func-returns-value]
    listen(_HANDLERS)


def remove() -> None:
    """All of it."""
    if bpy.app.timers.is_registered(_sync_soon):
        bpy.app.timers.unregister(_sync_soon)
    stop_listening(_HANDLERS)
    _forget()
    del bpy.types.Scene.keyframeface_keyframes  # type: ignore[attr-defined]
    del bpy.types.WindowManager.keyframeface_keyframes  # type: ignore[attr-defined]


LISTED: tuple[Callable[..., Any], ...] = (ListedKeyframe, KeyframeList, KeyframeView)
"""In the order of registering."""
