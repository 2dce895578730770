"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


class OutputError(Exception):
    """A file cannot be written; the text says which one and why."""


def check_writable(path: Path) -> None:
    """Says so before the work is done rather than after it. Raises OutputError."""
    try:
        if path.is_dir():
            raise OutputError(f"cannot write {path}: it is a folder")
        if path.exists() and not path.is_file():
            raise OutputError(f"cannot write {path}: it is no ordinary file")
        if not path.parent.is_dir():
            raise OutputError(f"cannot write {path}: there is no folder {path.parent}")
        if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise OutputError(f"cannot write {path}: permission denied")
    except OSError as error:  # "File name too long"
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def write_atomic(path: Path, text: str) -> None:
    """Writes UTF-8 beside ``path`` and moves it there when complete. Raises OutputError; then ``path`` is as it was."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".keyframeface-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner can read
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
        raise
