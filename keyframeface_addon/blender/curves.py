"""Performances on a rig's timeline: written as F-curves in bulk, read back with what animators made of them since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import ChannelName
from ..face.performance import Performance
from .bulk import SAME_FRAME, keyed_frames, move_keys, replace_keys
from .joints import JointRotation, turning_joints
from .locks import refuse_over_locked, with_locked
from .nla import animated_paths, strips_of
from .placement import FARTHEST_FRAME
from .readback import NoPerformance, face_records, performances_on, read_performance
from .record import Record, make_room, write_record
from .references import Refusal
from .rig import ANGLES, Face, Joint
from .slots import (
    Home,
    all_or_nothing,
    current_action,
    ensure_home,
    find_home,
    shared_with,
    slot_handle,
    take_own_action,
)
from .tracks import Channel, Track, not_shown, owners_of, tracks_of
from .writable import is_driven, is_locked, is_muted, refuse_driven, refuse_silent, refuse_unwritable

__all__ = [
    "NoPerformance",
    "WriteReport",
    "keyframe_frames",
    "read_performance",
    "refuse_unwritable",
    "write_performance",
]


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written where, and what a person should know about it."""

    first_frame: int
    last_frame: int
    curves: int
    keyframes: int
    """Keyframe points, over all curves."""
    actions: tuple[str, ...]
    not_shown: tuple[ChannelName, ...]
    """Channels of the performance that this rig has nothing for."""
    kept: tuple[str, ...]
    """Shape keys and bones whose curves are locked, left as they were."""
    notes: tuple[str, ...]


def keyframe_frames(performance: Performance, scene: bpy.types.Scene, start_frame: float) -> tuple[int, ...]:
    """Whole frames for the keyframes, each to its own: of two that round to one, the later moves on by one."""
    fps = scene.render.fps / scene.render.fps_base
    frames: list[int] = []
    for time in performance.times().tolist():
        frame = int(np.floor(start_frame + time * fps + 0.5))
        frames.append(max(frame, frames[-1] + 1) if frames else frame)
    return tuple(frames)


def write_performance(
    face: Face,
    performance: Performance,
    scene: bpy.types.Scene,
    start_frame: float,
    baked: npt.NDArray[np.float64] | None = None,
    *,
    insert: bool = False,
    resting: Collection[Channel] = (),
) -> WriteReport:
    """Writes the performance from ``start_frame`` on, and says what that was.

    Keys within its range on the channels of the face are replaced, and what a performance that begins there or reaches
    into it has beyond; all else stays. Channels that it does not move get no curve; those that have one are brought to
    rest within it. A slider that stands away from rest without a curve gets one, and with that is at rest throughout.
    With ``baked`` (n, 61) the curves get these channels, a row for every frame from the performance's first to its last,
    and the performance is what is remembered of them.
    With ``insert`` nothing is replaced: what the face does from there on moves on by as many frames as it takes.
    Locked keyframes stay as they are, and become part of it; a recording or what is inserted is refused over them.
    ``resting`` are those to bring to rest, where the performance does not move them, whether they have a curve or not.
    Pushes no undo step. Raises Refusal; then, as with any exception, nothing has changed.
    """
    refuse_unwritable(face)
    frames = keyframe_frames(performance, scene, start_frame)
    if max(-frames[0], frames[-1]) > FARTHEST_FRAME:
        beyond = f"frames {frames[0]} to {frames[-1]} are beyond Blender's last frame, {FARTHEST_FRAME}"
        raise Refusal(f"{beyond}: start nearer to frame 0")
    owners, joints, records = owners_of(face), turning_joints(face), face_records(face)
    moved_before = joints_moved(record.performance for record in records)
    if insert:
        refuse_over_locked(face, frames[0], np.inf, "would be moved on")
    if baked is not None:
        refuse_over_locked(face, frames[0], frames[-1], "a recording has a key at every frame")
    merged = with_locked(face, performance, frames, start_frame, scene.render.fps / scene.render.fps_base)
    performance, frames = merged.performance, merged.frames
    keyed = frames if baked is None else tuple(range(frames[0], frames[-1] + 1))
    laid_out = tracks_of(face, performance.matrix() if baked is None else baked, joints)
    tracks, locked = _to_write(laid_out, moved_before, {*resting, *_seen_through(face, laid_out)})
    replaced = [record for record in records if not insert and record.overlaps(frames[0], frames[-1])]
    tails = [span for record in replaced for span in record.beyond(frames[-1]) if span[0] not in record.locked_frames]
    with all_or_nothing(owners):
        notes = list(take_own_actions(owners))
        homes = homes_of(owners, {track.owner for track in tracks})
        primary = next(iter(homes))
        moving_curves = sum(not track.idle for track in tracks)
        record = Record(
            performance,
            float(start_frame),
            frames,
            slot_handle(primary),
            baked is not None,
            moving_curves,
            merged.states,
        )
        used = [action for owner in owners if (action := current_action(owner)) is not None]
        if insert:
            moving = moved_before | {track.joint for track in tracks}
            later = [track for track in laid_out if track.joint is None or track.joint in moving]
            _make_room(curves_of(later), used, map(slot_handle, owners), frames, scene)
        # before the curves: where the keys are tells it where older performances have been moved to
        write_record(used, homes[primary].action, record, map(slot_handle, owners))
        for curve in curves_of(track for track in tracks if track.joint is None or track.joint in moved_before):
            for span in tails:
                replace_keys(curve, [], [], *span)
        beside = keyed_beside(curves_of(laid_out), frames[0], frames[-1])
        keyframes = sum(write_track(track, homes[track.owner], keyed, beside, merged.held) for track in tracks)
    for owner in owners:
        owner.update_tag()
    return WriteReport(
        first_frame=frames[0],
        last_frame=frames[-1],
        curves=len(tracks),
        keyframes=keyframes,
        actions=tuple(dict.fromkeys(home.action.name for home in homes.values())),
        not_shown=not_shown(face, performance, joints),
        kept=locked,
        notes=(*notes, *_kept(merged.held), *(_strips_stay(owners) if insert else ()), *_notes(face, performance)),
    )


def _seen_through(face: Face, tracks: Iterable[Track]) -> Iterator[Channel]:
    """What strips move of owners without an action: the one to be made plays over them only as far as its keys go."""
    turned = joints_moved(performances_on(face))
    moved: dict[bpy.types.ID, set[tuple[str, int]]] = {}
    for track in tracks:
        if current_action(track.owner) is None and (track.joint is None or track.joint in turned):
            if track.owner not in moved:
                moved[track.owner] = animated_paths(track.owner)
            if (track.path, track.index) in moved[track.owner]:
                yield track.channel


def _strips_stay(owners: dict[bpy.types.ID, str]) -> Iterator[str]:
    if names := [name for owner, name in owners.items() if any(strips_of(owner))]:
        yield f"the NLA strips of {', '.join(names)} stay where they are"


def joints_moved(performances: Iterable[Performance]) -> set[Joint]:
    """Those that any of these turns."""
    active = {name for performance in performances for keyframe in performance.keyframes for name in keyframe.channels}
    return {joint for joint, channels in ANGLES.items() if active.intersection(channels)}


def _make_room(
    curves: Iterable[bpy.types.FCurve],
    actions: Iterable[bpy.types.Action],
    slots: Iterable[int],
    frames: tuple[int, ...],
    scene: bpy.types.Scene,
) -> None:
    """Moves later keys and records on. Raises Refusal."""
    first, count = frames[0], frames[-1] - frames[0] + 1
    make_room(actions, slots, first, count, scene.render.fps / scene.render.fps_base)
    for curve in curves:
        if len(curve.sampled_points):
            raise Refusal("a curve of the face is baked: un-bake it first (Graph Editor: Channel > Samples to Keys)")
        if not is_locked(curve):
            move_keys(curve, first, count)


def _to_write(
    tracks: Iterable[Track], moved_before: set[Joint], resting: Collection[Channel]
) -> tuple[list[Track], tuple[str, ...]]:
    """The tracks to write, and the names of those that are locked. Raises Refusal."""
    wanted: list[tuple[Track, bpy.types.FCurve | None]] = []
    locked: dict[str, None] = {}
    for track in tracks:
        home = find_home(track.owner)
        curve = home.find(track.path, track.index) if home else None
        if curve is not None and is_locked(curve):
            locked[track.name] = None
        elif not track.idle or _needs_rest(track, curve, moved_before, resting):
            wanted.append((track, curve))
    refuse_driven((track.owner, track.path, track.name) for track, _ in wanted)
    refuse_silent((track.name, curve) for track, curve in wanted if curve is not None)
    for track, _ in wanted:
        if not track.owner.is_editable:
            raise Refusal(f"{track.owner_name!r} is linked from another file: make a library override of it first")
    return [track for track, _ in wanted], tuple(locked)


def _needs_rest(
    track: Track, curve: bpy.types.FCurve | None, moved_before: set[Joint], resting: Collection[Channel]
) -> bool:
    """Whether an idle track might not be at rest by itself. A head that only the animator moves is left to them."""
    if is_driven(track.owner, track.path):
        return False
    if curve is None:
        return track.displaced or track.channel in resting
    return not is_muted(curve) and (track.joint is None or track.joint in moved_before)


def take_own_actions(owners: Iterable[bpy.types.ID]) -> Iterator[str]:
    """Parts this face from actions which somebody else plays too, so that nobody else is moved. Yields what it did."""
    ours = {owner: current_action(owner) for owner in owners}
    for action in dict.fromkeys(ours.values()):
        if action is None:
            continue
        users = [owner for owner in ours if ours[owner] == action]
        others = {other for owner in users for other in shared_with(owner)} - set(ours)
        if others or not action.is_editable:
            name, own = action.name, take_own_action(users, action)
            why = f"also moves {', '.join(sorted(o.name for o in others))}" if others else "is linked from another file"
            yield f"the action {name!r} {why}: this face now has its own copy, {own.name!r}"


def homes_of(owners: dict[bpy.types.ID, str], moving: set[bpy.types.ID]) -> dict[bpy.types.ID, Home]:
    """Where the curves of each moving owner go; always of the first, too, which keeps the record.

    Those that have no action yet share one, as far as Blender's actions can be shared.
    """
    primary = next(iter(owners))
    keys = [owner for owner in owners if isinstance(owner, bpy.types.Key)]
    common = next((action for owner in keys if (action := current_action(owner)) is not None), None)
    homes: dict[bpy.types.ID, Home] = {}
    for owner, name in owners.items():
        if owner == primary or owner in moving:
            homes[owner] = ensure_home(owner, common, name)
            common = common or homes[owner].action
    return homes


def curves_of(tracks: Iterable[Track]) -> Iterator[bpy.types.FCurve]:
    """Of those that have one already."""
    for track in tracks:
        if (home := find_home(track.owner)) is not None and (curve := home.find(track.path, track.index)) is not None:
            yield curve


def keyed_beside(curves: Iterable[bpy.types.FCurve], first: int, last: int) -> list[float]:
    """The nearest frames before and after the range that have a key, where there are any."""
    keyed = np.concatenate([[], *(keyed_frames(curve.keyframe_points) for curve in curves)])
    before, after = keyed[keyed < first - SAME_FRAME], keyed[keyed > last + SAME_FRAME]
    return [*([float(before.max())] if len(before) else []), *([float(after.min())] if len(after) else [])]


def _kept(held: tuple[int, ...]) -> Iterator[str]:
    if held:
        several = f"frames {', '.join(map(str, held))}" if len(held) > 1 else f"frame {held[0]}"
        yield f"locked keyframes stay at {several}"


def write_track(
    track: Track, home: Home, frames: tuple[int, ...], beside: list[float], held: tuple[int, ...] = ()
) -> int:
    """Writes one track and returns the number of keyframes. What the curve has at the frames in ``held`` stays."""
    first, last = frames[0], frames[-1]
    curve = home.find(track.path, track.index)
    if curve is None:
        curve = home.new(track.path, track.index, track.group)
        # a new curve would hold its first value through all that is animated before it, its last through all after it
        replace_keys(curve, beside, [track.rest] * len(beside), first, last)
    home.group(curve, track.group)
    at = sorted({first, last}) if track.idle else frames
    values = dict(zip(at, [track.rest] * len(at) if track.idle else track.values, strict=True))
    if len(curve.keyframe_points):
        values |= {frame: curve.evaluate(frame) for frame in held}
    there = keyed_frames(curve.keyframe_points)
    kept = [frame for frame in held if (np.abs(there - frame) < SAME_FRAME).any()]
    for low, high in pairwise((first - 1, *kept, last + 1)):
        between = [frame for frame in values if low < frame < high]
        replace_keys(curve, between, [values[frame] for frame in between], low + 1, high - 1)
    return len(values) - len(kept)


def _notes(face: Face, performance: Performance) -> Iterator[str]:
    """What may keep the performance from being seen as it is, or shows it elsewhere too."""
    for mesh in face.meshes:
        if sharing := [o.name for o in bpy.data.objects if o.data == mesh.data and o not in face.meshes]:
            yield f"{mesh.name!r} shares its mesh with {', '.join(sharing)}, which moves along"
        if mesh.show_only_shape_key:
            yield f"{mesh.name!r} shows one pinned shape key only"
    if face.armature and isinstance(bones := face.armature.data, bpy.types.Armature) and bones.pose_position == "REST":
        yield f"{face.armature.name!r} is shown in rest position"
    active = {name for keyframe in performance.keyframes for name in keyframe.channels}
    moved = joints_moved([performance])
    for turning in (JointRotation(face, joint) for joint in turning_joints(face) if joint in moved):
        if holding := [constraint.name for constraint in turning.turned.constraints if not constraint.mute]:
            yield f"{turning.what} has constraints, which may hold it: {', '.join(holding)}"
    blocks = [ref.resolve() for channel, refs in face.keys.items() if channel in active for ref in refs]
    if muted := [block.name for block in blocks if block.mute]:
        yield f"muted shape keys: {', '.join(muted)}"
    if narrow := [block.name for block in blocks if block.slider_max < 1.0]:
        yield f"shape keys whose range ends below 1: {', '.join(narrow)}"
