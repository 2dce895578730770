"""A performance shown on the face for a while, as if it were written; then all is as it was.

It plays from actions of its own, and each of these says what it stands in for: so it can be taken away in whatever state of the
file it is met, also one that an undo or an autosave brings back. Nothing is keyed into it by mistake, as its curves are locked;
an action that somebody makes use of otherwise stays theirs.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import bpy

from .placement import Placement
from .rig import Face
from .rna_values import set_value, value_at
from .slots import PREVIEW, Assignment, current_action, curves_in, other_actions, take_own_action

if TYPE_CHECKING:
    from ..face.performance import Performance

_SESSION = uuid.uuid4().hex
"""Data-blocks are known by number within a session, by name in the files that it leaves behind."""


class _Memory:
    shown: Hashable = None


def shown_preview() -> Hashable:
    """The name under which a preview was shown, None where there is none now."""
    return _Memory.shown


def show_preview(
    name: Hashable, face: Face, performance: Performance, scene: bpy.types.Scene, start_frame: float, place: Placement
) -> None:
    """In place of the one before. Raises Refusal; then, as with any exception, there is none and nothing has changed."""
    from .curves import refuse_unwritable, write_performance  # numpy, which enabling has no time for
    from .placing import beneath, write_at
    from .tracks import owners_of

    take_away_previews()
    refuse_unwritable(face)
    owners = list(owners_of(face))
    before = _as_it_is(face, owners)
    present = {owner: action for owner in owners if (action := current_action(owner)) is not None}
    kept = {action: action.use_fake_user for action in present.values()}
    known = {action.session_uid for action in bpy.data.actions}
    with other_actions(owners):
        if place == "NEW_ACTION":
            write_at(face, performance, scene, start_frame, place)
        else:
            resting = beneath(face, performance) if place == "NLA" else ()
            for action in kept:
                take_own_action([owner for owner in present if present[owner] == action], action)
            write_performance(face, performance, scene, start_frame, insert=place == "INSERT", resting=resting)
    for action, fake_user in kept.items():
        if action.is_editable:
            action.use_fake_user = fake_user
    for action in [action for action in bpy.data.actions if action.session_uid not in known]:
        playing = [owner for owner in owners if current_action(owner) == action]
        _mark(action, [before[owner] for owner in playing], [present[owner] for owner in playing if owner in present])
    _Memory.shown = name


def take_away_previews() -> bool:
    """From all faces. Returns whether there were any."""
    _Memory.shown = None
    actions = [action for action in bpy.data.actions if action.get(PREVIEW)]
    for action in actions:
        mark: Any = action[PREVIEW]
        entries = json.loads(mark["owners"])
        for owner in bpy.data.user_map(subset=[action])[action]:
            if getattr(owner, "animation_data", None) and current_action(owner) == action:
                entry = next((entry for entry in entries if _is_of(entry, owner)), None)
                _put_back(owner, entry, mark.get("before"))
        if action.users:
            del action[PREVIEW]
            _lock(action, False)
        else:
            bpy.data.actions.remove(action)
    return bool(actions)


def _as_it_is(face: Face, owners: list[Any]) -> dict[Any, dict[str, Any]]:
    """What each owner plays, and where what belongs to the face stands. Raises Refusal."""
    import numpy as np

    from ..face.channels import CHANNELS
    from .joints import turning_joints
    from .tracks import tracks_of

    stands: dict[Any, list[tuple[str, int, float]]] = {owner: [] for owner in owners}
    for track in tracks_of(face, np.zeros((1, len(CHANNELS))), turning_joints(face)):
        stands[track.owner].append((track.path, track.index, value_at(*track.channel)))
    found = {}
    for owner in owners:
        was = Assignment.of(owner)
        found[owner] = {
            "session": _SESSION,
            "uid": owner.session_uid,
            "name": owner.name,
            "kind": owner.id_type,
            "had": owner.animation_data is not None,
            "played": was.action is not None,
            "handle": was.handle,
            "extrapolation": was.extrapolation,
            "values": stands[owner],
        }
    return found


def _mark(action: bpy.types.Action, owners: list[dict[str, Any]], before: list[bpy.types.Action]) -> None:
    mark: dict[str, Any] = {"owners": json.dumps(owners)}
    if before:
        mark["before"] = before[0]  # counts as a user, so that it is not lost meanwhile
    action[PREVIEW] = mark
    action.name = f"{action.name} (variation)"
    _lock(action, True)


def _lock(action: bpy.types.Action, locked: bool) -> None:
    for curve in curves_in(action):
        curve.lock = locked


def _is_of(entry: dict[str, Any], owner: Any) -> bool:
    if entry["session"] == _SESSION:
        return bool(entry["uid"] == owner.session_uid)
    return bool(entry["name"] == owner.name and entry["kind"] == owner.id_type)


def _put_back(owner: Any, entry: dict[str, Any] | None, before: bpy.types.Action | None) -> None:
    if entry is None:
        owner.animation_data.action = None
        return
    Assignment(before if entry["played"] else None, entry["handle"], entry["extrapolation"]).give(owner)
    adt = owner.animation_data
    if not (entry["had"] or adt.drivers or adt.nla_tracks):
        owner.animation_data_clear()
    for path, index, value in entry["values"]:
        with contextlib.suppress(ValueError, KeyError, IndexError, TypeError, AttributeError):
            set_value(owner, path, index, value)
    owner.update_tag(refresh={"TIME"})
