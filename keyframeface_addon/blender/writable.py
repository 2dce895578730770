"""What must not or cannot be animated is refused before anything is written, with what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import bpy

from .references import Refusal, shape_keys
from .rig import Face, current_mapping
from .slots import PREVIEW


def refuse_unwritable(face: Face) -> None:
    """Raises Refusal where no animation of this face's shape keys would be shown or kept, whatever the performance."""
    current_mapping(face)
    for mesh in face.keyed_meshes:
        keys = shape_keys(mesh)
        if keys is None:
            raise Refusal(f"{mesh.name!r} has no shape keys any more; select the face again")
        if not keys.is_editable:
            # Blender takes the animation without a word and loses it when the file is opened again
            linked = f"the shape keys of {mesh.name!r} are linked from another file, so animation on them is not saved"
            if not mesh.is_editable:
                raise Refusal(
                    f"{linked}: make a library override (Object > Library Override > Make) or a local copy first"
                )
            # the override that Blender makes of an object leaves its mesh linked
            call = f"bpy.data.objects[{mesh.name!r}, None].data.override_create(remap_local_usages=True)"
            raise Refusal(f"{linked}: override its mesh too (in the Python console: {call}) or make it local")
        if not keys.use_relative:
            raise Refusal(f"the shape keys of {mesh.name!r} are absolute: turn on Relative in Object Data > Shape Keys")
        refuse_occupied(keys, mesh.name)


def refuse_occupied(owner: bpy.types.ID, name: str) -> None:
    """Raises Refusal where the owner's own action is not what plays."""
    adt = owner.animation_data  # type: ignore[attr-defined]
    if adt is None:
        return
    if adt.action is not None and adt.action.get(PREVIEW):
        raise Refusal(f"a variation is being shown on {name!r}: keep it or put it away first")
    if adt.use_tweak_mode:
        raise Refusal(f"an NLA strip of {name!r} is being tweaked: leave tweak mode (Tab in the NLA editor) first")
    if adt.use_nla and any(track.is_solo for track in adt.nla_tracks):
        raise Refusal(f"an NLA track of {name!r} plays solo, which silences everything else: turn its star off first")
    if adt.use_nla and adt.nla_tracks and (adt.action_blend_type != "REPLACE" or adt.action_influence < 1.0):
        todo = "set its Blending to Replace and its Influence to 1 (NLA editor, sidebar) first"
        raise Refusal(f"the action of {name!r} only blends into its NLA tracks: {todo}")


def refuse_driven(owners_and_paths: Iterable[tuple[bpy.types.ID, str, str]]) -> None:
    """Raises Refusal naming what is driven; a driver wins over any keyframe. Takes (owner, path, name)."""
    driven = dict.fromkeys(name for owner, path, name in owners_and_paths if is_driven(owner, path))
    if driven:
        raise Refusal(f"driven, so keyframes would have no effect: {_listed(driven)}; remove or mute the drivers first")


def is_driven(owner: bpy.types.ID, path: str) -> bool:
    adt = owner.animation_data  # type: ignore[attr-defined]
    return adt is not None and any(curve.data_path == path and not curve.mute for curve in adt.drivers)


def refuse_silent(names_and_curves: Iterable[tuple[str, bpy.types.FCurve]]) -> None:
    """Raises Refusal naming curves which would not play what is written into them."""
    muted: dict[str, None] = {}
    modified: dict[str, None] = {}
    for name, curve in names_and_curves:
        if is_muted(curve):
            muted[name] = None
        if any(not modifier.mute for modifier in curve.modifiers):
            modified[name] = None
        if len(curve.sampled_points):
            raise Refusal(f"the curve of {name} is baked: un-bake it first (Graph Editor: Channel > Samples to Keys)")
    if muted:
        raise Refusal(f"muted, so keyframes would have no effect: {_listed(muted)}; unmute the curves first")
    if modified:
        raise Refusal(f"modifiers would change what is written: {_listed(modified)}; mute or remove them first")


def is_muted(curve: bpy.types.FCurve) -> bool:
    return curve.mute or (curve.group is not None and curve.group.mute)


def is_locked(curve: bpy.types.FCurve) -> bool:
    return curve.lock or (curve.group is not None and curve.group.lock)


def _listed(names: Collection[str]) -> str:
    shown = list(names)[:8]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
