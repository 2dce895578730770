"""Pictures of Blender's window."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path

import bpy

from .hands import Hands, Turns, turns


class NoPicture(RuntimeError):
    """Neither Blender nor anything else here can see the window."""


class Camera:
    """Numbered pictures in a folder."""

    def __init__(self, hands: Hands, folder: Path) -> None:
        self._hands, self._folder, self._count = hands, folder, 0

    def take(self, name: str) -> Turns:
        """NN-NAME.png of the whole window. Raises NoPicture."""
        self._count += 1
        yield from photograph(self._hands, self._folder / f"{self._count:02}-{name}.png")


def photograph(hands: Hands, path: Path) -> Turns:
    """The whole window as PNG, freshly drawn. Raises NoPicture."""
    for area in hands.window.screen.areas:
        area.tag_redraw()
    yield from turns()
    with hands.context(hands.window.screen.areas[0]):
        bpy.ops.screen.screenshot(filepath=str(path), check_existing=False)
    if _is_black(path):  # software OpenGL keeps no front buffer; on a virtual screen the window is all there is
        try:
            subprocess.run(["import", "-window", "root", str(path)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise NoPicture("Blender's screenshots are black with this OpenGL: install ImageMagick") from error


def _is_black(path: Path) -> bool:
    """Whether a PNG has fewer values than any picture of a user interface."""
    data, at, compressed = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            compressed += data[at + 8 : at + 8 + length]
        at += 12 + length
    return len(set(zlib.decompress(compressed))) < 8
