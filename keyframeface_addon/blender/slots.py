"""Where a data-block's F-curves live: in its action up to Blender 4.3, in a channelbag of a slot of its action since.

Asked for by feature, never by version: in 4.5 both exist, and ``action.fcurves`` shows the first slot only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import bpy

PREVIEW = "keyframeface_preview"
"""On an action that only shows something for a while: how to put back what it stands in for."""


@dataclass(frozen=True, slots=True)
class Home:
    """A place for F-curves and their groups; ``holder`` is an action or a channelbag, which have both in common."""

    action: bpy.types.Action
    holder: Any

    def find(self, path: str, index: int = 0) -> bpy.types.FCurve | None:
        curve: bpy.types.FCurve | None = self.holder.fcurves.find(path, index=index)
        return curve

    def new(self, path: str, index: int, group: str) -> bpy.types.FCurve:
        curve: bpy.types.FCurve = self.holder.fcurves.new(path, index=index)
        self.group(curve, group)
        return curve

    def group(self, curve: bpy.types.FCurve, name: str) -> None:
        """Puts a curve that has no group into the one of this name."""
        if curve.group is None:
            curve.group = self.holder.groups.get(name) or self.holder.groups.new(name)


def current_action(owner: bpy.types.ID) -> bpy.types.Action | None:
    return owner.animation_data.action if owner.animation_data else None  # type: ignore[attr-defined]


def slot_handle(owner: bpy.types.ID) -> int:
    """Identifies the owner's part of its action; 0 where actions have no slots."""
    adt = owner.animation_data  # type: ignore[attr-defined]
    slot = getattr(adt, "action_slot", None) if adt else None
    return slot.handle if slot else 0


def find_home(owner: bpy.types.ID) -> Home | None:
    """Where the owner's curves are, without making anything."""
    action = current_action(owner)
    return None if action is None else home_in(action, slot_handle(owner))


def home_in(action: bpy.types.Action, handle: int) -> Home | None:
    """Where the curves of the slot of this handle are; all of them where actions have no slots."""
    if not hasattr(action, "slots"):
        return Home(action, action)
    for layer in action.layers if handle else ():
        for strip in layer.strips:
            for bag in strip.channelbags:  # type: ignore[attr-defined]
                if bag.slot_handle == handle:
                    return Home(action, bag)
    return None


def curves_in(action: bpy.types.Action) -> Iterator[bpy.types.FCurve]:
    """Everybody's."""
    holders: list[Any] = [action]
    if hasattr(action, "slots"):
        strips: list[Any] = [strip for layer in action.layers for strip in layer.strips]
        holders = [bag for strip in strips for bag in strip.channelbags]
    return (curve for holder in holders for curve in holder.fcurves)


def ensure_home(owner: bpy.types.ID, preferred: bpy.types.Action | None, name: str) -> Home:
    """Where the owner's curves are; where it has no action yet, in ``preferred`` if that has slots, or in a new one."""
    adt = owner.animation_data or owner.animation_data_create()  # type: ignore[attr-defined]
    before = adt.action
    shared = preferred if hasattr(preferred, "slots") else None  # without slots it would move both owners alike
    action: bpy.types.Action = before or shared or bpy.data.actions.new(name)
    adt.action = action
    if before is None and len(adt.nla_tracks):
        # it would hold its first and last values over all that its strips do elsewhere
        adt.action_extrapolation = "NOTHING"
    if not hasattr(action, "slots"):
        return Home(action, action)
    # assigning an action may pick a slot by its name, which another data-block may be using
    if adt.action_slot is None or (before is None and _slot_users(adt.action_slot) - {owner}):
        adt.action_slot = action.slots.new(id_type=owner.id_type, name=owner.name)
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    bag = strip.channelbag(adt.action_slot, ensure=True)  # type: ignore[attr-defined]
    return Home(action, bag)


def shared_with(owner: bpy.types.ID) -> set[bpy.types.ID]:
    """All that plays the very curves of this owner, itself included."""
    action = current_action(owner)
    if action is None:
        return set()
    if not hasattr(action, "slots"):
        return set(bpy.data.user_map(subset=[action])[action])
    slot = owner.animation_data.action_slot  # type: ignore[attr-defined]
    return _slot_users(slot) if slot else set()


def _slot_users(slot: Any) -> set[bpy.types.ID]:
    return set(slot.users())


def take_own_action(owners: Iterable[bpy.types.ID], action: bpy.types.Action) -> bpy.types.Action:
    """A local copy of ``action`` for these owners, each on its slot of it; whoever else uses the action keeps it."""
    own = action.copy()
    for owner in owners:
        replace(Assignment.of(owner), action=own).give(owner)
    return own


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an owner plays: an action, the handle of its slot there, and what becomes of it beyond its keys."""

    action: bpy.types.Action | None
    handle: int
    extrapolation: str

    @classmethod
    def of(cls, owner: bpy.types.ID) -> Assignment:
        adt = owner.animation_data  # type: ignore[attr-defined]
        return cls(current_action(owner), slot_handle(owner), adt.action_extrapolation if adt else "HOLD")

    def give(self, owner: bpy.types.ID) -> None:
        """Has the owner play it. One that never had animation has none to take away."""
        adt = owner.animation_data  # type: ignore[attr-defined]
        if adt is None:
            return
        adt.action = self.action
        if self.action is not None and hasattr(self.action, "slots"):
            adt.action_slot = next((slot for slot in self.action.slots if slot.handle == self.handle), None)
        adt.action_extrapolation = self.extrapolation


NOTHING_PLAYS = Assignment(None, 0, "HOLD")


@contextmanager
def all_or_nothing(owners: Iterable[bpy.types.ID]) -> Iterator[None]:
    """Gives these owners back the action, slot and curves that they had, if the block raises."""
    before = [(owner, Assignment.of(owner)) for owner in owners]
    known = set(bpy.data.actions)
    # a linked action is never written, so it needs no copy
    used = {was.action for _, was in before if was.action is not None and was.action.is_editable}
    backups = {action: action.copy() for action in used}
    try:
        yield
    except BaseException:
        for made in set(bpy.data.actions) - known - set(backups.values()):
            bpy.data.actions.remove(made)
        for owner, was in before:
            replace(was, action=backups.get(was.action, was.action) if was.action else None).give(owner)
        for action, backup in backups.items():
            name, backup.use_fake_user = action.name, action.use_fake_user
            action.user_remap(backup)
            bpy.data.actions.remove(action)
            backup.name = name
        raise
    for backup in backups.values():
        bpy.data.actions.remove(backup)


@contextmanager
def other_actions(owners: Iterable[bpy.types.ID]) -> Iterator[None]:
    """For a block that gives these owners other actions: if it raises, they have their own again and the others are gone.

    The own ones must not be changed in it, unless within ``all_or_nothing``, which may put equal ones in their place.
    """
    before = [(owner, Assignment.of(owner), _name(current_action(owner))) for owner in owners]
    known = set(map(_name, bpy.data.actions))
    try:
        yield
    except BaseException:
        now = {_name(action): action for action in bpy.data.actions}
        for owner, was, name in before:
            replace(was, action=now.get(name)).give(owner)
        for name, action in now.items():
            if name not in known:
                bpy.data.actions.remove(action)
        raise


def _name(action: bpy.types.Action | None) -> tuple[str, str]:
    """With the file that it is linked from."""
    return (action.name, action.library.filepath if action.library else "") if action else ("", "")
