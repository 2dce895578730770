"""The scene and the face that a command is about."""

from __future__ import annotations

import bpy

from .glance import find_face_at_hand
from .rig import Face, NoFace, find_face


def scene_at_hand() -> bpy.types.Scene:
    scene = bpy.context.scene
    assert scene is not None
    return scene


def chosen_face(name: str) -> Face:
    """Raises NoFace."""
    scene = scene_at_hand()
    if not name:
        return find_face_at_hand(bpy.context.view_layer.objects.active, scene)
    collections = {collection.name: collection for collection in scene.collection.children_recursive}
    named = scene.objects.get(name) or collections.get(name)
    if named is None:
        raise NoFace(f"there is no object or collection {name!r} in the scene {scene.name!r}")
    return find_face(named, scene)


def face_at_hand(name: str) -> Face | NoFace:
    """For a script, whose lines may say who acts. Raises NoFace where there is none of this name."""
    try:
        return chosen_face(name)
    except NoFace as error:
        if name:
            raise
        return error
