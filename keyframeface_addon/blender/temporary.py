"""Changing the animator's settings for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def changed(owner: Any, **values: Any) -> Iterator[None]:
    """Sets these properties, and what they were before at the end. Those that this Blender does not have are left out.

    Both in the order given: of a property that decides which values another may have, such as ``media_type`` of
    ``file_format``, give the deciding one first.
    """
    values = {name: value for name, value in values.items() if hasattr(owner, name)}
    before = {name: _copied(getattr(owner, name)) for name in values}
    try:
        for name, value in values.items():
            setattr(owner, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


def _copied(value: Any) -> Any:
    """Vectors and colours are views into Blender's data."""
    return value[:] if hasattr(value, "__getitem__") and not isinstance(value, str) else value


@contextmanager
def kept(owner: Any) -> Iterator[None]:
    """Gives back every plain setting of a structure of which Blender itself changes one when another is set."""
    plain = ("BOOLEAN", "INT", "FLOAT", "STRING", "ENUM")
    names = [p.identifier for p in owner.bl_rna.properties if p.type in plain and not p.is_readonly]
    before = {name: _copied(getattr(owner, name)) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if _copied(getattr(owner, name)) != value:
                setattr(owner, name, value)
