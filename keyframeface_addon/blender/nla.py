"""NLA strips of a data-block: what they move, and how one is laid over all that moves it already.

Blender plays the action itself on top of every strip, so whatever it moves has to become a strip too before another can be
seen over it. What no strip moves at a frame Blender sets to its default there, wherever it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import bpy

from .references import Refusal
from .rna_values import default_at, value_at
from .slots import NOTHING_PLAYS, Assignment, Home, current_action, home_in, slot_handle

Range = tuple[float, float]


def strips_of(owner: bpy.types.ID, silent: bool = False) -> Iterator[bpy.types.NlaStrip]:
    """Those that play, from the lowest; the others where ``silent``."""
    adt = owner.animation_data  # type: ignore[attr-defined]
    for track in adt.nla_tracks if adt else ():
        for strip in track.strips:
            if strip.action is not None and (track.mute or strip.mute or not adt.use_nla) == silent:
                yield strip


def strip_home(strip: bpy.types.NlaStrip) -> Home | None:
    """Where the curves that a strip plays are."""
    assert strip.action is not None
    return home_in(strip.action, getattr(strip, "action_slot_handle", 0))


def animated_paths(owner: bpy.types.ID) -> set[tuple[str, int]]:
    """Path and index of all that the owner's action or a strip moves."""
    homes = [strip_home(strip) for strip in strips_of(owner)]
    if (action := current_action(owner)) is not None:
        homes.append(home_in(action, slot_handle(owner)))
    return {path for home in homes if home for path in _paths(home)}


def _paths(home: Home) -> set[tuple[str, int]]:
    return {(curve.data_path, curve.array_index) for curve in home.holder.fcurves if not curve.mute}


def refuse_switched_off(owner: bpy.types.ID, name: str) -> None:
    """Raises Refusal where strips would not be played."""
    adt = owner.animation_data  # type: ignore[attr-defined]
    if adt is not None and not adt.use_nla and len(adt.nla_tracks):
        raise Refusal(
            f"the NLA of {name!r} is switched off: switch it on (NLA editor, beside its name), or write elsewhere"
        )


def lay_over(
    owner: bpy.types.ID,
    action: bpy.types.Action,
    handle: int,
    title: str,
    frames: Range,
    blend: int,
    shown: Range,
) -> str:
    """Adds a strip on a track of its own over all that moves the owner: the action as it is within ``frames``.

    It is blended in during as many frames before them and out after them; beyond that all is as it was, at least within
    the range ``shown``. Returns the name of the action that had to become a strip for that, "" where none had to.
    """
    home = home_in(action, handle)
    written = _paths(home) if home else set()
    covering, pushed = current_action(owner), ""
    playing = home_in(covering, slot_handle(owner)) if covering else None
    if playing is not None and _paths(playing) & written:
        _push_down(owner, playing, shown)
        pushed = playing.action.name
    owner.animation_data.use_nla = True  # type: ignore[attr-defined]
    _keep_standing(owner, written - animated_paths(owner), f"{title}, beneath", shown)
    strip = _new_strip(owner, action, handle, title, (frames[0] - blend, frames[1] + blend))
    strip.blend_type = "REPLACE"
    strip.blend_in = strip.blend_out = blend
    strip.extrapolation = "NOTHING"
    return pushed


def _new_strip(
    owner: bpy.types.ID, action: bpy.types.Action, handle: int, title: str, frames: Range
) -> bpy.types.NlaStrip:
    """On a track of its own on top, frame by frame as the action has it."""
    track = owner.animation_data.nla_tracks.new()  # type: ignore[attr-defined]
    track.name = title
    return add_strip(track, action, handle, title, frames)


def add_strip(
    track: bpy.types.NlaTrack, action: bpy.types.Action, handle: int, title: str, frames: Range
) -> bpy.types.NlaStrip:
    """Where the track has room for it, frame by frame as the action has it."""
    strip: bpy.types.NlaStrip = track.strips.new(title, round(frames[0]), action)
    if hasattr(strip, "action_slot"):
        strip.action_slot = next((slot for slot in action.slots if slot.handle == handle), None)
    strip.use_sync_length = False  # leaving tweak mode would shrink it to its keys
    strip.action_frame_start, strip.action_frame_end = frames
    strip.frame_start, strip.frame_end = frames
    return strip


def _push_down(owner: bpy.types.ID, playing: Home, shown: Range) -> None:
    """Makes the owner's action a strip over all others which plays just what it played."""
    adt = owner.animation_data  # type: ignore[attr-defined]
    action, handle = playing.action, slot_handle(owner)
    first, last = action.frame_range[0], action.frame_range[1]
    # A strip knows nothing of what its curves do outside it, and Blender lets only the lowest strip hold backwards
    beyond = len(adt.nla_tracks) or any(map(_goes_on, playing.holder.fcurves))
    if beyond and adt.action_extrapolation != "NOTHING":
        first, last = min(first, shown[0]), max(last, shown[1])
    extrapolation, blending, influence = adt.action_extrapolation, adt.action_blend_type, adt.action_influence
    NOTHING_PLAYS.give(owner)
    strip = _new_strip(owner, action, handle, action.name, (first, max(last, first + 1)))
    strip.extrapolation, strip.blend_type, strip.influence = extrapolation, blending, influence


def _goes_on(curve: bpy.types.FCurve) -> bool:
    return curve.extrapolation != "CONSTANT" or any(not modifier.mute for modifier in curve.modifiers)


def _keep_standing(owner: bpy.types.ID, paths: Iterable[tuple[str, int]], title: str, shown: Range) -> None:
    """A strip that holds those where they stand which Blender would otherwise set to their default outside of strips."""
    values = {(path, index): value_at(owner, path, index) for path, index in paths}
    standing = {key: value for key, value in values.items() if not abs(value - default_at(owner, *key)) <= 1e-6}
    if not standing:
        return
    action = bpy.data.actions.new(title)
    adt = owner.animation_data  # type: ignore[attr-defined]
    before = Assignment.of(owner)
    adt.action = action
    if hasattr(action, "slots"):
        adt.action_slot = action.slots.new(id_type=owner.id_type, name=owner.name)
        layer = action.layers.new("Layer")
        layer.strips.new(type="KEYFRAME").channelbag(adt.action_slot, ensure=True)  # type: ignore[attr-defined]
    home, own = home_in(action, slot_handle(owner)), slot_handle(owner)
    assert home is not None
    for (path, index), value in standing.items():
        home.new(path, index, "Standing").keyframe_points.insert(shown[0], value)
    before.give(owner)
    _new_strip(owner, action, own, title, (shown[0], max(shown[1], shown[0] + 1))).extrapolation = "HOLD"


@contextmanager
def strips_kept(owners: Iterable[bpy.types.ID]) -> Iterator[None]:
    """Takes the tracks away again that were added on top of these owners', if the block raises."""
    before = []
    for owner in owners:
        adt = owner.animation_data  # type: ignore[attr-defined]
        before.append((owner, len(adt.nla_tracks) if adt else 0, adt.use_nla if adt else True))
    try:
        yield
    except BaseException:
        for owner, count, use_nla in before:
            if (adt := owner.animation_data) is not None:  # type: ignore[attr-defined]
                for track in list(adt.nla_tracks)[count:]:
                    adt.nla_tracks.remove(track)
                adt.use_nla = use_nla
        raise
