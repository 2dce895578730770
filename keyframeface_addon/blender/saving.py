"""Saving a .blend whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import bpy

from ..interchange.files import OutputError, check_writable

_ZSTANDARD, _GZIP = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"


def blend_to_save(output: Path | None) -> Path:
    """Where the open file goes: ``output``, or where it came from. Raises OutputError before any work is done."""
    if output is None:
        if not bpy.data.filepath:
            raise OutputError("no .blend is open: name one before --command, or say where to save with -o FILE.blend")
        output = Path(bpy.data.filepath)
    elif output.suffix.lower() != ".blend":
        raise OutputError(f"cannot write {output}: the output is a .blend file")
    output = Path(os.path.realpath(os.path.expanduser(output)))  # a link stays one
    check_writable(output)
    return output


def save_blend(path: Path) -> None:
    """Saves a copy beside ``path`` and moves it there when complete. Raises OutputError; then ``path`` is as it was.

    Paths within the file are kept relative to where it ends up; it stays compressed where it was.
    """
    # Blender remaps relative paths to the folder it saves to, so the copy has to be in the final one
    temporary = path.with_name(f".keyframeface-{os.getpid()}.blend")
    compressed = _is_compressed(Path(bpy.data.filepath or path))
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(temporary), copy=True, compress=compressed)
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise OutputError(f"cannot write {path}: {reason}") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _is_compressed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError:
        return False
    return start == _ZSTANDARD or start.startswith(_GZIP)
