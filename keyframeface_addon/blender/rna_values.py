"""A single number of a data-block, by path and index as F-curves name it."""

from __future__ import annotations

import math
from typing import Any

import bpy


def value_at(owner: bpy.types.ID, path: str, index: int) -> float:
    value: Any = owner.path_resolve(path)
    return float(value[index] if hasattr(value, "__getitem__") else value)


def set_value(owner: bpy.types.ID, path: str, index: int, value: float) -> None:
    """As it was read; whole where it is a whole number. Raises ValueError and the like where there is no such property."""
    now: Any = owner.path_resolve(path)
    if hasattr(now, "__getitem__"):
        now[index] = value
        return
    holder, name, custom = _holder(owner, path)
    value = value if isinstance(now, float) else type(now)(round(value))
    if custom:
        holder[name] = value
    else:
        setattr(holder, name, value)


def default_at(owner: bpy.types.ID, path: str, index: int) -> float:
    """What Blender sets it to where no NLA strip moves it; NaN where that is not known."""
    if isinstance(owner, bpy.types.Key):
        # 5.0 made 1 the default of shape keys, and sets them to that; 5.2 has 1 too and sets them to 0, as before 5.0
        return math.nan if (5, 0) <= bpy.app.version < (5, 2) else 0.0
    holder, name, custom = _holder(owner, path)
    try:
        if custom:
            default: Any = holder.id_properties_ui(name).as_dict().get("default", 0.0)
        else:
            known = holder.bl_rna.properties[name]
            default = known.default_array if known.is_array else known.default
        return float(default[index] if hasattr(default, "__getitem__") else default)
    except (TypeError, KeyError, ValueError):
        return 0.0


def _holder(owner: bpy.types.ID, path: str) -> tuple[Any, str, bool]:
    """What has the property, its name there, and whether it is a custom one."""
    found: Any = owner.path_resolve(path, False)
    if path.endswith('"]'):
        return found.data, bpy.utils.unescape_identifier(path[path.rindex('["') + 2 : -2]), True
    return found.data, path.rpartition(".")[2], False
