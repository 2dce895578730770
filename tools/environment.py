"""The virtual environments of the checkout: one for each Blender, one for the linters. Made once, reused by a stamp."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from . import llama_wheel, pins
from .steps import ROOT, Command, Stop, run_logged, step

PYTHON = (sys.version_info[0], sys.version_info[1])
NAME = f".venv-{PYTHON[0]}.{PYTHON[1]}"

# what bpy links of the system, as Debian and Ubuntu name it, and Mesa, through which EEVEE renders without a screen
PACKAGES = "libgomp1 libxi6 libxfixes3 libxrender1 libxxf86vm1 libxkbcommon0 libsm6 libgl1 libegl1 libgl1-mesa-dri"


def for_blender(version: str | None = None) -> Path:
    """The Python of the environment with bpy, llama-cpp-python and the test tools; made first where it is not there.

    ``version`` falls back to KEYFRAMEFACE_BPY, then to the newest Blender with this Python.
    """
    default = pins.DEFAULT_BLENDER[PYTHON]
    asked = version or os.environ.get("KEYFRAMEFACE_BPY") or default
    blender = pins.blender(asked, PYTHON)
    bpy = pins.version_of("bpy", blender)
    folder = ROOT / (NAME if bpy.startswith(f"{default}.") else f"{NAME}-bpy-{bpy}")
    wheel = llama_wheel.provide()
    requirements = [*blender, *pins.group("llama-imports"), *pins.group("test")]
    made = ensure(folder, requirements, f"bpy {bpy}, llama-cpp-python and the test tools", wheel)
    if made:
        _check_bpy(python_of(folder))
    return python_of(folder)


def for_lint() -> Path:
    """The Python of the linters' environment: no bpy, only its types."""
    folder = ROOT / f"{NAME}-lint"
    ensure(folder, [*pins.group("lint"), *pins.group("test")], "ruff, mypy and Blender's types")
    return python_of(folder)


def for_docs() -> Path:
    """The Python of the environment that builds the site."""
    folder = ROOT / f"{NAME}-docs"
    ensure(folder, pins.group("docs"), "Sphinx")
    return python_of(folder)


def ensure(folder: Path, requirements: Sequence[str], what: str, wheel: Path | None = None) -> bool:
    """Makes ``folder`` hold exactly these pins; False where its stamp says that it does already."""
    identity = [sys.version, sys.base_prefix, *requirements]
    if wheel is not None:
        identity += [wheel.name, str(wheel.stat().st_size), str(wheel.stat().st_mtime_ns)]
    stamp, fresh = folder / "keyframeface-stamp", hashlib.sha256("\n".join(identity).encode()).hexdigest()
    python = python_of(folder)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == fresh and python.exists():
        return False
    if not stamp.is_file() or not python.exists() or not _runs(python):  # new, half made, or its Python has moved
        with step(f"Making {folder.name}"):
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    stamp.unlink(missing_ok=True)
    with step(f"Installing {what} into {folder.name}") as line:
        pip: Command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:"]
        run_logged([*pip, *requirements, *([wheel] if wheel else [])], folder / "pip.log", line, _collecting)
    stamp.write_text(fresh, encoding="utf-8")
    return True


def python_of(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _runs(python: Path) -> bool:
    """Whether the environment's Python still is this one: after an upgrade of Python it may not even start."""
    seen = subprocess.run([python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False)
    return seen.stdout.strip() == sys.version.strip()


def _collecting(output: str) -> str | None:
    words = output.split()
    if words[:1] == ["Installing"]:
        return "unpacking"
    return f"{words[0].lower()} {words[1]}" if len(words) > 1 and words[0] in ("Collecting", "Downloading") else None


def _check_bpy(python: Path) -> None:
    """Stop where a system library is missing: bpy links X11 and OpenGL even where it draws nothing."""
    with step("Starting Blender as a module"):
        seen = subprocess.run(
            [python, "-c", "import bpy"], capture_output=True, text=True, check=False, cwd=python.parent
        )
    if seen.returncode != 0:
        reason = (seen.stderr.strip() or f"ended with status {seen.returncode}").splitlines()[-1]
        remedy = f"; on Debian or Ubuntu: apt-get install {PACKAGES}" if sys.platform == "linux" else ""
        raise Stop(f"bpy does not start: {reason}{remedy}")
