"""What the extension hears of: files being opened, data changed by undo or by the animator."""

from __future__ import annotations

from typing import Any

from bpy.app.handlers import persistent

from .glance import forget_glances
from .last_error import forget_errors
from .listening import listen, stop_listening
from .preview import take_away_previews
from .properties import let_go_of_faces
from .running import cancel_all
from .variations import forget_variations


@persistent  # type: ignore[untyped-decorator]
def _before_another_file(*_: Any) -> None:
    """The faces of running takes are about to go."""
    cancel_all()
    forget_variations()
    forget_errors()
    forget_glances()


@persistent  # type: ignore[untyped-decorator]
def _after_a_change(*_: Any) -> None:
    """Runs very often, also from the thread that renders: it must take no time and touch nothing of Blender's."""
    forget_glances()


@persistent  # type: ignore[untyped-decorator]
def _before_it_is_kept(*_: Any) -> None:
    let_go_of_faces()
    take_away_previews()


@persistent  # type: ignore[untyped-decorator]
def _before_an_undo(*_: Any) -> None:
    """Undo takes over what is the same in two steps as it stands, so what belongs to no step has to be gone."""
    take_away_previews()


@persistent  # type: ignore[untyped-decorator]
def _after_an_undo(*_: Any) -> None:
    """A step in which something else was done while a variation was shown brings that back, as does an autosaved file."""
    take_away_previews()
    forget_glances()


_HANDLERS = {
    "load_pre": _before_another_file,
    "save_pre": _before_it_is_kept,
    "undo_pre": _before_an_undo,
    "redo_pre": _before_an_undo,
    "undo_post": _after_an_undo,
    "redo_post": _after_an_undo,
    "load_post": _after_an_undo,
    "depsgraph_update_post": _after_a_change,
}


def add() -> None:
    listen(_HANDLERS)


def remove() -> None:
    stop_listening(_HANDLERS)
