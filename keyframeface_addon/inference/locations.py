"""Where things are that are not the animator's: the bundled model, the log."""

from __future__ import annotations

import os
import sys
from pathlib import Path

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
