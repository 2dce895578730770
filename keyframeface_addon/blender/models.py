"""Which models there are to choose from, how a choice is written down, and whether any can run here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import bpy

from ..inference.engine import EngineError
from ..inference.locations import BUNDLED as BUNDLED_FILE
from ..inference.locations import site_packages

DEFAULT, BUNDLED, SERVER = "", "BUNDLED", "SERVER"
"""Choices beside a file: the preferences' own, the model that comes with the extension, the server of the preferences."""
SUFFIX = ".gguf"
BUNDLED_NAME = Path(BUNDLED_FILE).stem
_NO_MODEL = re.compile(r"-(?!00001)\d{5}-of-\d{5}$|mmproj", re.IGNORECASE)
"""Later parts of a model in several files, which llama.cpp finds by the first; what lets a model see pictures."""


def model_files(folder: Path) -> list[Path]:
    """The models in a folder, by name; none where it cannot be read."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() == SUFFIX and not _NO_MODEL.search(path.stem)]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name.lower())


def choice_for(path: Path, folder: Path) -> str:
    """How a file is written down: by its name where it lies in the model folder, so that a .blend finds it on other machines."""
    return path.name if path.parent == folder else str(path)


def file_of(choice: str, folder: Path) -> Path:
    """The file that a choice names, whether there is one or not."""
    return folder / Path(bpy.path.abspath(choice)).expanduser()  # an absolute path takes the place of the folder


def name_of(choice: str, server: str) -> str:
    """For people, without looking at any disk."""
    if choice == SERVER:
        return server.strip() or "Server"
    return BUNDLED_NAME if choice == BUNDLED else re.split(r"[\\/]", choice)[-1].removesuffix(SUFFIX)


def choices(folder: Path, server: str) -> Iterator[tuple[str, str]]:
    """Every choice with its name for people; reads the folder."""
    yield BUNDLED, f"{BUNDLED_NAME} (bundled)"
    for path in model_files(folder):
        yield path.name, path.stem
    if server.strip():
        yield SERVER, server.strip()


@cache
def why_no_llama() -> str:
    """What to do where no model can run on this machine; "" where one can. Looked for once: panels ask at every draw."""
    try:
        site_packages()
    except EngineError:
        return (
            "this package of KeyframeFace has no llama.cpp for this machine:"
            " install the package for this platform, or choose a server"
        )
    return ""
