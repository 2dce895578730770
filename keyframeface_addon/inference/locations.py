"""Where things are that are not the animator's: the bundled model, llama.cpp, the log."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from .engine import EngineError

BUNDLED = "keyframeface-small.gguf"


def bundled_model() -> Path:
    """The model that comes with the extension: inside the installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "models" / BUNDLED
    return installed if installed.exists() else package.parent / "models" / BUNDLED


def user_cache() -> Path:
    """This user's cache folder for the project, by the habit of the platform."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "keyframeface"


def log_file() -> Path:
    """Where llama.cpp's log goes unless the caller says otherwise."""
    return user_cache() / "worker.log"


def site_packages() -> str:
    """Where llama-cpp-python is installed, found without importing it here. Raises EngineError where it is not."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise EngineError(
            "llama-cpp-python is not installed for this Python; in a checkout run python3 build.py setup,"
            " in Blender install the extension's package for this platform again"
        )
    return str(Path(spec.origin).parents[1])
