"""The demo head: how long its code takes, beside reading the same head from a .blend."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import bpy

from keyframeface_addon.blender.head import PRESETS, add_head

from .table import Figure, median

LIMIT = 3.0


def run() -> list[Figure]:
    """Every person once, after one to warm up; processor time, for other programs' sake."""
    _empty()
    add_head(bpy.context.scene.collection)
    vertices = sum(len(thing.data.vertices) for thing in bpy.data.objects if isinstance(thing.data, bpy.types.Mesh))
    spent = []
    for person in PRESETS.values():
        _empty()
        started = time.process_time()
        add_head(bpy.context.scene.collection, character=person)
        spent.append(time.process_time() - started)
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "head.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str(saved))
        started = time.process_time()
        bpy.ops.wm.open_mainfile(filepath=str(saved))
        read = time.process_time() - started
    return [
        Figure("vertices before subdivision", f"{vertices:,}", "< 20,000", vertices < 20_000),
        Figure(
            "building a head: seconds of processor time", f"{median(spent):.2f}", f"< {LIMIT:.0f}", max(spent) < LIMIT
        ),
        Figure("against reading it from a .blend", f"{median(spent) / read:.0f} x"),
    ]


def _empty() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
