"""How long the main thread of a Blender with a window is kept from the animator while the bundled model generates."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.desktop import launch

from .table import Figure, median

LIMIT = 10.0
WINDOW = (1024, 768)
"""Small, as OpenGL may be software here: what it takes for redrawing grows with the window."""


def run() -> list[Figure]:
    """Milliseconds; nothing where no Blender with a window is named or no package is made."""
    archive = launch.package()
    if not launch.command() or archive is None:
        return [Figure("main thread while generating", "skipped", f"{launch.BLENDER} and dist/", True)]
    with tempfile.TemporaryDirectory() as folder:
        seen = launch.play("tests.benchmarks.window_session", Path(folder), [archive], WINDOW, simulate=False)
    turns, busy, ours = seen["turns"], seen["busy"], seen["ours"]
    gap, work, own = (_p99(times["generating"]) for times in (turns, busy, ours))
    what = f"main thread while generating, longest gap, 99th percentile of {len(turns['generating'])}"
    return [
        Figure(what, f"{gap:.1f} ms", f"< {LIMIT:.0f} ms", gap < LIMIT),
        Figure("  beside the same sidebar redrawn with nothing under way", f"{_p99(turns['redrawing']):.1f} ms"),
        Figure("  that it is busy: Blender and OpenGL redraw the window", f"{work:.1f} ms"),
        Figure("  beside the same sidebar redrawn with nothing under way", f"{_p99(busy['redrawing']):.1f} ms"),
        Figure("  the extension's code", f"{own:.1f} ms", f"< {LIMIT:.0f} ms", own < LIMIT),
        Figure("the click on Generate: the extension's code, median", f"{median(ours['starting']):.1f} ms"),
        Figure("the turn that writes: the extension's code, median", f"{median(ours['writing']):.1f} ms"),
        Figure("  with Blender's undo step and redraw", f"{median(busy['writing']):.1f} ms"),
    ]


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]
