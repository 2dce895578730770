"""Starts a Blender that has a window, lets it play a session, and returns what the session answers."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..steps import ROOT, Stop

BLENDER = "KEYFRAMEFACE_BLENDER_GUI"
"""Names a command, such as ``/opt/blender/blender`` or ``real-blender gui 5.2``."""


class SessionFailed(RuntimeError):
    """The session did not reach its end; the text is what it and Blender said."""


def command() -> list[str]:
    """Of the Blender with a window; empty where none is named."""
    return shlex.split(os.environ.get(BLENDER, ""))


def required() -> list[str]:
    """The same; raises Stop where none is named."""
    if not command():
        raise Stop(f"{BLENDER} names no Blender: set it to a command, such as /opt/blender/blender")
    return command()


def package() -> Path | None:
    """The newest zip in dist/."""
    archives = sorted((ROOT / "dist").glob("keyframeface-*.zip"), key=lambda path: path.stat().st_mtime)
    return archives[-1] if archives else None


def environment(folder: Path) -> dict[str, str]:
    """For a Blender that keeps all its files in ``folder``, which is made."""
    (folder / "user").mkdir(parents=True, exist_ok=True)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))},
        "BLENDER_USER_RESOURCES": str(folder / "user"),
        "TMPDIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MESA_SHADER_CACHE_DISABLE": "true",  # one that another version of Mesa wrote in ends Blender with "Bus error"
    }


def play(
    module: str,
    folder: Path,
    arguments: Sequence[str | Path] = (),
    size: tuple[int, int] | None = None,
    simulate: bool = True,
    patience: float = 560,
) -> dict[str, Any]:
    """Runs ``module`` of the checkout inside Blender with ``-- FOLDER ARGUMENTS``, its window ``size`` pixels large.

    Blender keeps its files and the session its answer.json in ``folder``. With ``simulate`` it hears simulated events only,
    and never sleeps between them. ``patience`` is in seconds. Raises SessionFailed.
    """
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {module} as session; session.main()"
    geometry = ("--window-geometry", 0, 0, *size) if size else ()
    events = ("--enable-event-simulate",) if simulate else ()
    options = [*geometry, *events, "--factory-startup", "--python-expr", start, "--", folder, *arguments]
    variables = environment(folder)
    answer, log = folder / "answer.json", folder / "log"
    answer.unlink(missing_ok=True)
    with log.open("w") as said:
        process = subprocess.Popen(
            [*required(), *map(str, options)], stdout=said, stderr=said, env=variables, start_new_session=True
        )
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            raise SessionFailed(f"not over after {patience:.0f} s\n{log.read_text(errors='replace')}") from None
        finally:
            _end(process)
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
    if "error" in found or not found:
        raise SessionFailed(f"{found.get('error', 'no answer')}\n{log.read_text(errors='replace')}")
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """With its virtual screen, where it has not ended by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(5.0)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
