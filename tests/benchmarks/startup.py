"""Enabling the add-on, the first keyframe from a cold worker, the memory of both processes."""

from __future__ import annotations

import compileall
import importlib
import importlib.util
import sys
import time
from pathlib import Path

import bpy

from .table import Figure, median


def run() -> list[Figure]:
    """Blender itself is loaded before the clock starts."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    # Python keeps what it compiled beside the sources: only the very first enabling after an installation is without
    package = importlib.util.find_spec("keyframeface_addon")
    assert package is not None
    for folder in package.submodule_search_locations or ():
        compileall.compile_dir(folder, quiet=2)
    before = _memory("self")
    started = time.perf_counter()
    addon = importlib.import_module("keyframeface_addon")
    addon.register()
    enabling = (time.perf_counter() - started) * 1000
    clean = "llama_cpp" not in sys.modules

    from keyframeface_addon.inference.engines import close_engines, engine_for_model
    from keyframeface_addon.inference.generation import Generation
    from keyframeface_addon.language.request import Request

    cold = []
    worker = 0.0
    for _ in range(5):
        close_engines()
        engine = engine_for_model()
        started = time.perf_counter()
        generation = Generation(Request("She tries to stay composed, then bursts into tears"), engine)
        while not generation.poll(1.0):
            pass
        cold.append(time.perf_counter() - started)
        generation.wait()
        assert engine._process is not None
        worker = _memory(str(engine._process.pid))
    close_engines()
    clean = clean and "llama_cpp" not in sys.modules
    addon.unregister()
    return [
        Figure("enabling the add-on", f"{enabling:.0f} ms", "< 100 ms", enabling < 100),
        Figure("llama_cpp in Blender's process", "no" if clean else "yes", "no", clean),
        Figure("cold worker to its first keyframe, bundled model", f"{median(cold):.2f} s"),
        Figure("peak memory of the worker, bundled model", f"{worker:.0f} MB"),
        Figure(
            "peak memory of Blender's process (before the add-on: " + f"{before:.0f} MB)", f"{_memory('self'):.0f} MB"
        ),
    ]


def _memory(process: str) -> float:
    """Peak resident size in MB, from Linux's /proc."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
