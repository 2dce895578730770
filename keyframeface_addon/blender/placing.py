"""A performance written where it was asked for: ``placement`` names the choices, ``curves`` writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import bpy
import numpy as np
import numpy.typing as npt

from ..face.performance import Performance
from .curves import WriteReport, joints_moved, keyframe_frames, refuse_unwritable, write_performance
from .following import marker_name
from .joints import turning_joints
from .nla import animated_paths, lay_over, refuse_switched_off, strips_kept
from .placement import Placement
from .readback import performances_on
from .record import forget_records
from .rig import Face
from .slots import (
    NOTHING_PLAYS,
    Assignment,
    Home,
    current_action,
    find_home,
    other_actions,
    slot_handle,
    take_own_action,
)
from .tracks import Channel, Track, owners_of, tracks_of

Baked = npt.NDArray[np.float64]

BLEND = 0.25
"""Seconds in which a strip comes in before its performance and goes out after it."""

BEYOND = 100
"""Frames before and after the scene's range in which other animation is to stay as it is, too."""


def write_at(
    face: Face,
    performance: Performance,
    scene: bpy.types.Scene,
    start_frame: float,
    place: Placement = "REPLACE",
    baked: Baked | None = None,
) -> WriteReport:
    """Writes the performance there from ``start_frame`` on; the rest as ``write_performance``. Raises Refusal."""
    if place == "NEW_ACTION":
        return _in_new_action(face, performance, scene, start_frame, baked)
    if place == "NLA":
        return _as_strip(face, performance, scene, start_frame, baked)
    return write_performance(face, performance, scene, start_frame, baked, insert=place == "INSERT")


def _in_new_action(
    face: Face, performance: Performance, scene: bpy.types.Scene, start_frame: float, baked: Baked | None
) -> WriteReport:
    """In copies of the present actions without what they have of the face; those are kept, and not lost when saving."""
    refuse_unwritable(face)
    owners = owners_of(face)
    tracks = list(_own_tracks(face, performance, baked))
    keyed = [track for track in tracks if _has_curve(find_home(track.owner), track)]
    turned = {track.channel for track in keyed if track.joint}  # without a curve a bone would stay as it stands
    changing = {next(iter(owners)), *(t.owner for t in keyed), *(t.owner for t in tracks if not t.idle)}
    present = {owner: action for owner in owners if owner in changing and (action := current_action(owner))}
    with other_actions(changing):
        for action in dict.fromkeys(present.values()):
            users = [owner for owner in present if present[owner] == action]
            _clear(take_own_action(users, action), users, keyed)
        report = write_performance(face, performance, scene, start_frame, baked, resting=turned)
        for action in present.values():
            if action.is_editable:
                action.use_fake_user = True
    return report


def _clear(action: bpy.types.Action, users: list[bpy.types.ID], keyed: list[Track]) -> None:
    """Takes from a copy what moves others than its users, and what it has of the face."""
    action.use_fake_user = False
    forget_records(action)
    if hasattr(action, "slots"):
        ours = {slot_handle(user) for user in users}
        for slot in [slot for slot in action.slots if slot.handle not in ours]:
            action.slots.remove(slot)
    for track in (track for track in keyed if track.owner in users):
        home = find_home(track.owner)
        if home is not None and (curve := home.find(track.path, track.index)) is not None:
            home.holder.fcurves.remove(curve)


def _as_strip(
    face: Face, performance: Performance, scene: bpy.types.Scene, start_frame: float, baked: Baked | None
) -> WriteReport:
    """In actions of its own, which NLA strips play over everything else."""
    refuse_unwritable(face)
    owners, frames = owners_of(face), keyframe_frames(performance, scene, start_frame)
    tracks, resting = list(_own_tracks(face, performance, baked)), beneath(face, performance, baked)
    for owner in {track.owner for track in tracks if not track.idle} | {next(iter(owners))}:
        refuse_switched_off(owner, owners[owner])
    blend = max(1, round(BLEND * scene.render.fps / scene.render.fps_base))
    title = marker_name(performance.prompt or face.name)
    shown = min(scene.frame_start, frames[0]) - BEYOND, max(scene.frame_end, frames[-1]) + BEYOND
    with strips_kept(owners), other_actions(owners):
        present = {owner: Assignment.of(owner) for owner in owners}
        for owner in owners:
            NOTHING_PLAYS.give(owner)
        report = write_performance(face, performance, scene, start_frame, baked, resting=resting)
        made = {owner: (action, slot_handle(owner)) for owner in owners if (action := current_action(owner))}
        for owner, was in present.items():
            was.give(owner)
        notes = list(report.notes)
        for owner, (action, handle) in made.items():
            action.name = title
            if pushed := lay_over(owner, action, handle, title, (frames[0], frames[-1]), blend, shown):
                todo = "to edit it, select that strip and press Tab in the NLA editor"
                notes.append(f"the action {pushed!r} of {owners[owner]!r} plays as a strip below now: {todo}")
    names = tuple(dict.fromkeys(action.name for action, _ in made.values()))
    return replace(report, actions=names, notes=tuple(notes))


def beneath(face: Face, performance: Performance, baked: Baked | None = None) -> set[Channel]:
    """What of the face is animated already: a strip over it has to bring it to rest where it does not move it."""
    animated = {owner: animated_paths(owner) for owner in owners_of(face)}
    tracks = _own_tracks(face, performance, baked)
    return {track.channel for track in tracks if (track.path, track.index) in animated[track.owner]}


def _own_tracks(face: Face, performance: Performance, baked: Baked | None) -> Iterator[Track]:
    """All tracks of the face but those of joints which only the animator moves."""
    moved = joints_moved([performance, *performances_on(face)])
    for track in tracks_of(face, performance.matrix() if baked is None else baked, turning_joints(face)):
        if track.joint is None or track.joint in moved:
            yield track


def _has_curve(home: Home | None, track: Track) -> bool:
    return home is not None and home.find(track.path, track.index) is not None
