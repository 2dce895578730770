"""Runs every benchmark, or those named, each in a process of its own so that none warms another's caches."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import traceback

from .table import Figure

NAMES = ("generation", "prefix", "tokens", "curves", "startup", "head", "recognition", "retarget", "batch", "window")


def main() -> int:
    """Exit status 1 where a figure that was asked for does not hold."""
    if sys.argv[1:2] == ["--one"]:
        log = tempfile.TemporaryFile()  # noqa: SIM115
        os.dup2(log.fileno(), 2)  # llama.cpp's log
        try:
            figures: list[Figure] = importlib.import_module(f"{__package__}.{sys.argv[2]}").run()
        except Exception:
            traceback.print_exc(file=sys.stdout)
            return 1
        print(*figures, sep="\n", flush=True)
        return 0 if all(figure.held for figure in figures) else 1
    failed = 0
    for name in sys.argv[1:] or NAMES:
        print(name, flush=True)
        failed |= subprocess.call([sys.executable, "-m", __package__, "--one", name])
    return failed


if __name__ == "__main__":
    sys.exit(main())
