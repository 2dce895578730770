"""Where on a face's timeline a performance is written: the choices, by name. What each does is in ``placing``.

No ``numpy`` here: the panel's settings are made from these while Blender starts.
"""

from __future__ import annotations

from typing import Literal, get_args

Placement = Literal["REPLACE", "INSERT", "NEW_ACTION", "NLA"]

PLACES: tuple[tuple[str, str, str], ...] = (
    ("REPLACE", "Replace", "Keys of the face within the performance's range are replaced; all others stay"),
    ("INSERT", "Insert", "What the face does later moves on by as many frames as the performance takes"),
    (
        "NEW_ACTION",
        "New Action",
        "In a new action, with all that is not of the face copied over; the present action is kept as it is",
    ),
    (
        "NLA",
        "NLA Strip",
        "As a strip over all other animation, blended in before the performance and out after it; nothing else changes",
    ),
)
"""Items of an ``EnumProperty``: identifier, name, description."""

PLACEMENTS: tuple[Placement, ...] = get_args(Placement)

FARTHEST_FRAME = 1_048_574
"""That Blender has, before and after 0."""
