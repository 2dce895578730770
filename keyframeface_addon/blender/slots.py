"""Where a data-block's F-curves live: in its action up to Blender 4.3, in a channelbag of a slot of its action since.

Asked for by feature, never by version: in 4.5 both exist, and ``action.fcurves`` shows the first slot only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy


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
    if action is None:
        return None
    if not hasattr(action, "slots"):
        return Home(action, action)
    handle = slot_handle(owner)
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
        _assign(owner, own, slot_handle(owner))
    return own


def _assign(owner: bpy.types.ID, action: bpy.types.Action | None, handle: int) -> None:
    adt = owner.animation_data  # type: ignore[attr-defined]
    adt.action = action
    if action is not None and hasattr(action, "slots"):
        adt.action_slot = next((slot for slot in action.slots if slot.handle == handle), None)


@contextmanager
def all_or_nothing(owners: Iterable[bpy.types.ID]) -> Iterator[None]:
    """Gives these owners back the action, slot and curves that they had, if the block raises."""
    before = [(owner, current_action(owner), slot_handle(owner)) for owner in owners]
    known = set(bpy.data.actions)
    # a linked action is never written, so it needs no copy
    used = {action for _, action, _ in before if action is not None and action.is_editable}
    backups = {action: action.copy() for action in used}
    try:
        yield
    except BaseException:
        for made in set(bpy.data.actions) - known - set(backups.values()):
            bpy.data.actions.remove(made)
        for owner, action, handle in before:
            if owner.animation_data:  # type: ignore[attr-defined]
                _assign(owner, backups.get(action, action) if action else None, handle)
        for action, backup in backups.items():
            name, backup.use_fake_user = action.name, action.use_fake_user
            action.user_remap(backup)
            bpy.data.actions.remove(action)
            backup.name = name
        raise
    for backup in backups.values():
        bpy.data.actions.remove(backup)
