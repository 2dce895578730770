"""``build.py screenshots``: the pictures of the user guide, from the package in a desktop Blender with a window."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np

from keyframeface_addon.blender.pixels import Pixels, load_picture

from .desktop import launch
from .png import write_png
from .steps import ROOT, Stop, step

PICTURES = ROOT / "docs" / "pictures"
UNCUT = ROOT / "out" / "screenshots"
"""Pictures of the whole window, and Blender's log."""
SHADES = 47
"""Levels that a colour is stored in: the 3D View's shading would else make a file twice as large."""
MARGIN, CORNER = 8, 12
"""Pixels kept under what is trimmed; of the rows at the foot, in which an area's round corners are."""
LARGEST = 300_000
"""Bytes."""


def main() -> int:
    archive = launch.package()
    if archive is None:
        raise Stop("no dist/keyframeface-*.zip: first run build.py package")
    shutil.rmtree(UNCUT, ignore_errors=True)
    with step(f"Playing the guide with {archive.name}"):
        try:
            played = launch.play("tools.desktop.pictures", UNCUT, [archive], patience=1200)
        except launch.SessionFailed as error:
            raise Stop(str(error)) from None
    for name, picture in played["pictures"].items():
        path = PICTURES / f"{name}.png"
        pixels = _cut(load_picture(Path(picture["file"])), *picture["box"])
        pixels = _trimmed(pixels) if picture["trim"] else pixels
        write_png(np.round(pixels * SHADES) / np.float32(SHADES), path)
        size = path.stat().st_size
        print(f"    {path.relative_to(ROOT)} ({size // 1000} KB{', too large' if size > LARGEST else ''})")
    return 0


def _cut(pixels: Pixels, left: int, bottom: int, width: int, height: int) -> Pixels:
    """The box is measured from the lower left, rows from the top."""
    top = pixels.shape[0] - bottom - height
    return pixels[top : top + height, left : left + width, :3]


def _trimmed(pixels: Pixels) -> Pixels:
    """Without the rows at the foot that are all alike."""
    pixels = pixels[:-CORNER]
    differs = np.abs(pixels - pixels[-1]).max(axis=(1, 2)) > 0.02
    last = int(np.flatnonzero(differs)[-1]) if differs.any() else 0
    return pixels[: last + 1 + MARGIN]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Stop as reason:
        sys.exit(f"build.py screenshots: {reason}")
