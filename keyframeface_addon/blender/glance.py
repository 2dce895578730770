"""What a panel needs to know of the face at hand, cheaply: panels are drawn at every move of the mouse."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import bpy

from .references import Refusal, shape_keys
from .rig import Face, NoFace, SeveralFaces, find_face, holds_a_face
from .running import FaceId

SHARE = 0.02
"""Looking for faces may take up this much of the time, however large the scene."""
NOTHING = 0.002
"""Seconds not worth saving."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The face at hand, or in one line why there is none; what was last written on it."""

    face_name: str = ""
    face_id: FaceId = 0
    channels: int = 0
    why_none: str = ""
    several: bool = False
    """There is none because there is more than one: somebody has to choose."""
    labels: tuple[tuple[float, str], ...] = ()
    """Seconds and label of each keyframe."""
    performed: bool = False
    """Whether there is any performance on it."""


class _Memory:
    glances: dict[tuple[int, int, int], Glance] = {}
    stale = False
    keep_until = 0.0


def forget_glances(at_once: bool = False) -> None:
    """Something has changed: the next glance looks again, but not sooner than ``SHARE`` allows unless ``at_once``."""
    _Memory.stale = True
    if at_once:
        _Memory.keep_until = 0.0


def picked(scene: bpy.types.Scene) -> bpy.types.Object | None:
    """The object that was picked in the panel as the face; one that has left the scene since does not count."""
    settings = getattr(scene, "keyframeface", None)
    obj: bpy.types.Object | None = settings.face if settings else None
    return obj if obj is not None and is_in(obj, scene) else None


def may_be_picked(settings: Any, obj: bpy.types.Object) -> bool:
    """For the panel's list of faces."""
    return is_in(obj, settings.id_data) and holds_a_face(obj)


def is_in(obj: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Rather than only used by it: a property that points at a deleted object keeps that in the file."""
    found = scene.objects.get(obj.name)
    return found is not None and (found == obj or obj in scene.objects.values())  # a linked one may have the same name


def find_face_at_hand(active: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
    """The face picked in the panel; else the active object's, or where it has none the only one in the scene. Raises NoFace."""
    by_hand = picked(scene)
    if by_hand is not None:
        try:
            return find_face(by_hand, scene)
        except NoFace:
            raise NoFace(f"{by_hand.name!r}, which was picked as the face, is none any more: pick another") from None
    if active is not None:
        try:
            return find_face(active, scene)
        except NoFace:
            pass
    return find_face(None, scene)


def glance(context: bpy.types.Context) -> Glance:
    """From memory unless something has changed."""
    scene, active = context.scene, context.view_layer.objects.active
    assert scene is not None
    by_hand = picked(scene)
    key = (scene.session_uid, active.session_uid if active else 0, by_hand.session_uid if by_hand else 0)
    started = time.monotonic()
    if _Memory.stale and started >= _Memory.keep_until:
        _Memory.glances.clear()
        _Memory.stale = False
    if key not in _Memory.glances:
        _Memory.glances[key] = _look(active, scene)
        now = time.monotonic()
        _Memory.keep_until = now + max(0.0, now - started - NOTHING) / SHARE
    return _Memory.glances[key]


def _look(active: bpy.types.Object | None, scene: bpy.types.Scene) -> Glance:
    from .readback import played_records  # numpy, which enabling has no time for

    try:
        face = find_face_at_hand(active, scene)
        keys = shape_keys(face.meshes[0])
        records = played_records(face)
        labels = tuple((k.time, k.label) for k in records[-1].performance.keyframes if k.label) if records else ()
        face_id, channels = keys.session_uid if keys else 0, len(face.mapping.drives)
        return Glance(face.name, face_id, channels, labels=labels, performed=bool(records))
    except SeveralFaces as error:
        return Glance(why_none=str(error), several=True)
    except (NoFace, Refusal) as error:
        return Glance(why_none=str(error))
