"""What a panel needs to know of the face at hand, cheaply: panels are drawn at every move of the mouse."""

from __future__ import annotations

import time
from dataclasses import dataclass

import bpy

from .references import Refusal, shape_keys
from .rig import Face, NoFace, find_face
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
    labels: tuple[tuple[float, str], ...] = ()
    """Seconds and label of each keyframe."""


class _Memory:
    glances: dict[tuple[int, int], Glance] = {}
    stale = False
    keep_until = 0.0


def forget_glances(at_once: bool = False) -> None:
    """Something has changed: the next glance looks again, but not sooner than ``SHARE`` allows unless ``at_once``."""
    _Memory.stale = True
    if at_once:
        _Memory.keep_until = 0.0


def find_face_at_hand(active: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
    """The active object's face, or where it has none the only one in the scene. Raises NoFace."""
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
    key = (scene.session_uid, active.session_uid if active else 0)
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
    try:
        face = find_face_at_hand(active, scene)
        keys = shape_keys(face.meshes[0])
        return Glance(face.name, keys.session_uid if keys else 0, len(face.mapping.drives), "", _last_labels(face))
    except (NoFace, Refusal) as error:
        return Glance(why_none=str(error))


def _last_labels(face: Face) -> tuple[tuple[float, str], ...]:
    from .readback import face_records  # numpy, which enabling has no time for

    records = face_records(face)
    return tuple((k.time, k.label) for k in records[-1].performance.keyframes if k.label) if records else ()
