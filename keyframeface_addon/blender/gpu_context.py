"""Whether Workbench and EEVEE can render here."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

import bpy


@cache
def can_draw() -> bool:
    """Without a window Blender on Linux draws through libEGL, and where that is missing it aborts with no way to catch it:
    "Couldn't open libEGL.so.1". A software driver such as Mesa's is enough, a graphics card is not needed.
    """
    if not bpy.app.background or sys.platform != "linux":
        return True
    try:
        ctypes.CDLL("libEGL.so.1")
    except OSError:
        return False
    return True
