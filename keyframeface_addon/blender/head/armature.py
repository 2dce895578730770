"""The rig: neck, head and two eyes."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector

from . import anatomy as an
from .anatomy import Array
from .proportions import Proportions, warp


def to_scene(points: Array) -> Array:
    """Centimetres of the head's own space to metres of the scene, the bust standing on z = 0."""
    metres: Array = (points - np.array([0.0, 0.0, an.FLOOR])) * 0.01
    return metres


def _bones(proportions: Proportions) -> dict[str, tuple[Array, Array, str | None]]:
    """Head, tail (centimetres) and parent of each bone."""
    middle = np.array([[0.0, 2.6, an.NECK_END], an.HEAD_JOINT, [0.0, 2.6, 11.5]])
    base, joint, crown = warp(middle, proportions)
    bones: dict[str, tuple[Array, Array, str | None]] = {"neck": (base, joint, None), "head": (joint, crown, "neck")}
    for name, sign in (("eye.L", 1.0), ("eye.R", -1.0)):
        centre = warp(an.EYE_CENTRE[None, :] * np.array([sign, 1.0, 1.0]), proportions)[0]
        bones[name] = (centre, centre + np.array([0.0, -an.EYE_RADIUS * 1.6 * proportions.eye_scale, 0.0]), "head")
    return bones


def make_rig(collection: bpy.types.Collection, name: str, proportions: Proportions) -> bpy.types.Object:
    """An armature with bones ``neck``, ``head`` (upright) and ``eye.L``, ``eye.R`` (pointing where the eyes look).

    Local axes: x turns are nods and looks up or down. Edit bones exist in edit mode only, which has no data API, so the
    armature is made active for a moment; what was active, and its mode, come back.
    """
    layer = bpy.context.view_layer
    was_active = layer.objects.active
    was_mode = was_active.mode if was_active else "OBJECT"
    if was_mode != "OBJECT":
        bpy.ops.object.mode_set(mode="OBJECT")
    armature = bpy.data.armatures.new(name)
    rig = bpy.data.objects.new(name, armature)
    linked_for_edit = collection not in _visible(layer.layer_collection)
    collection.objects.link(rig)
    if linked_for_edit:
        bpy.context.scene.collection.objects.link(rig)
    layer.update()
    layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for bone_name, (head, tail, parent) in _bones(proportions).items():
        bone = armature.edit_bones.new(bone_name)
        bone.head, bone.tail = Vector(to_scene(head).tolist()), Vector(to_scene(tail).tolist())
        # the x axis along the world's: bones that stand take z forwards, those that lie take z up
        bone.align_roll((0.0, 0.0, 1.0) if bone_name.startswith("eye") else (0.0, -1.0, 0.0))
        if parent:
            bone.parent = armature.edit_bones[parent]
            bone.use_connect = bone_name == "head"
    bpy.ops.object.mode_set(mode="OBJECT")
    if linked_for_edit:
        bpy.context.scene.collection.objects.unlink(rig)
    for pose_bone in rig.pose.bones:
        pose_bone.rotation_mode = "XYZ"
    # not in front: what one sees first would be a stick across the face
    armature.display_type = "STICK"
    layer.objects.active = was_active
    if was_active and was_mode != "OBJECT":
        bpy.ops.object.mode_set(mode=was_mode)
    return rig


def _visible(layer: bpy.types.LayerCollection) -> list[bpy.types.Collection]:
    """Collections that are shown in the view layer: only their objects can be edited."""
    if layer.hide_viewport or layer.collection.hide_viewport:
        return []
    found = [] if layer.exclude else [layer.collection]
    for child in layer.children:
        found += _visible(child)
    return found
