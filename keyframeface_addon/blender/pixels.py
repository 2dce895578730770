"""Pictures as arrays: rows from the top, red, green, blue, alpha from 0 to 1, as they look (not linear)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]


def load_picture(path: Path) -> Pixels:
    """Shape (height, width, 4)."""
    image = bpy.data.images.load(str(path))
    try:
        width, height = image.size
        flat = np.empty(width * height * 4, np.float32)
        pixels: Any = image.pixels  # the stubs say float
        pixels.foreach_get(flat)
    finally:
        bpy.data.images.remove(image)
    return flat.reshape(height, width, 4)[::-1]


def save_picture(pixels: Pixels, path: Path) -> None:
    """As PNG."""
    height, width, _ = pixels.shape
    image = bpy.data.images.new("KeyframeFace", width, height, alpha=False)
    try:
        target: Any = image.pixels
        target.foreach_set(np.ascontiguousarray(pixels[::-1]).ravel())
        image.filepath_raw = str(path)
        image.file_format = "PNG"
        image.save()
    finally:
        bpy.data.images.remove(image)
