"""What went wrong last on each face, kept until somebody has read it: Blender's reports vanish after seconds.

In memory only: it belongs to what was tried, not to the scene, and an undo does not make it untrue.
"""

from __future__ import annotations

from typing import Any

import bpy

from .glance import glance
from .running import FaceId
from .ticker import redraw_panels

_ERRORS: dict[FaceId, str] = {}
"""Of face 0: where there was no face."""


def keep_error(face: FaceId, text: str) -> None:
    """In place of the one before."""
    _ERRORS[face] = text
    redraw_panels()


def forget_error(face: FaceId) -> None:
    """It has been read, or does not hold any more."""
    _ERRORS.pop(face, None)


def last_error(face: FaceId) -> str:
    """ "" where all went well."""
    return _ERRORS.get(face, "")


def forget_errors() -> None:
    """For another file."""
    _ERRORS.clear()


def fail(operator: bpy.types.Operator, context: bpy.types.Context, error: Exception) -> set[Any]:
    """How an operator ends where the animator has to do something: a report that vanishes, a line in the panel that stays."""
    keep_error(glance(context).face_id, str(error))
    operator.report({"ERROR"}, str(error))
    return {"CANCELLED"}


class KEYFRAMEFACE_OT_dismiss_error(bpy.types.Operator):
    """I have read it: take this message off the panel"""

    bl_idname = "keyframeface.dismiss_error"
    bl_label = "Dismiss"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[Any]:
        forget_error(glance(context).face_id)
        redraw_panels()
        return {"FINISHED"}
