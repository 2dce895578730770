"""Text of any length in panels, which have none that wraps."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

CHARACTER_WIDTH = 7.0
"""Pixels of a character in a panel, about, at a scale of 1."""
MARGIN = 4
ICON = 3
"""Characters that the border and an icon take."""


def paragraph(
    context: bpy.types.Context,
    layout: bpy.types.UILayout | None,
    text: str,
    icon: str = "NONE",
    alert: bool = False,
    beside: int = 0,
) -> None:
    """Lines of labels, as wide as the region; of them the first has the icon. ``alert`` shows them in red.

    ``beside``: characters that the layout is narrower than the region, for a box around it or a button beside it.
    """
    width = context.region.width if context.region else 260
    room = int(width / (CHARACTER_WIDTH * context.preferences.system.ui_scale)) - MARGIN - beside
    room -= ICON * (icon != "NONE")
    column = layout.column(align=True)
    column.scale_y = 0.8
    column.alert = alert
    shown: Any = icon
    for line in textwrap.wrap(text, max(16, room)):
        column.label(text=line, icon=shown)
        shown = "NONE" if icon == "NONE" else "BLANK1"


def sentence(text: str) -> str:
    """A message with its first letter large; messages begin with a small one, to stand after a colon. Names stay as they are."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return text[:1].upper() + text[1:] if first.rstrip(",:").isalpha() else text
