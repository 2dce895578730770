"""What a line of a script takes when many are on the timeline already, beside the first: the model is not the subject."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import bpy

import keyframeface_addon
from tests.scripted_engine import ScriptedEngine

from .table import Figure, median

LINES = 200


def run() -> list[Figure]:
    """Processor time of the main thread, for other programs' sake."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    keyframeface_addon.register()
    ops: Any = bpy.ops
    ops.keyframeface.add_demo_face()
    from keyframeface_addon.blender.batch import Batch
    from keyframeface_addon.blender.glance import find_face_at_hand

    scene = bpy.context.scene
    assert scene is not None
    face = find_face_at_hand(bpy.context.view_layer.objects.active, scene)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.txt")
        script.write_text("".join(f"she laughs for the {n}th time\n" for n in range(LINES)), encoding="utf-8")
        batch = Batch(scene, script, ScriptedEngine(), face, 1, 0.5, False, 0, 0.0, 1.0)
        took, started = [], time.thread_time()
        while not batch.over:
            batch.poll()
            if batch.ready:
                batch.write()
                took.append((time.thread_time() - started) * 1000)
                started = time.thread_time()
    keyframeface_addon.unregister()
    first, last = median(took[:10]), median(took[-10:])
    return [
        Figure(f"a line of a script on an empty timeline, median of 10 of {LINES}", f"{first:.0f} ms"),
        Figure(f"  with {LINES - 10} lines there already", f"{last:.0f} ms, {last / first:.1f} x"),
    ]
