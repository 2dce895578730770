"""The takes under way, one for each face at most. Apart from ``take``, so that disabling and loading a file need not load that."""

from __future__ import annotations

from typing import Protocol

FaceId = int
"""``session_uid`` of the shape keys: it outlives renaming and undo, which references to Blender's data do not."""


class Running(Protocol):
    """What others may do with a take."""

    @property
    def face_name(self) -> str:
        """For people."""
        ...

    @property
    def labels(self) -> list[str]:
        """Of the keyframes so far."""
        ...

    @property
    def progress(self) -> float:
        """0 to 1, an estimate."""
        ...

    def cancel(self) -> None:
        """Returns at once; nothing is written."""
        ...


TAKES: dict[FaceId, Running] = {}


def cancel_all() -> None:
    """For when what the takes are about goes away: the file, the extension, Blender."""
    for take in list(TAKES.values()):
        take.cancel()
