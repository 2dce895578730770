"""What is remembered of Blender's data: by name, as pointers do not outlive an undo, and refused where it is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import bpy


class Refusal(ValueError):
    """A face that must not or cannot be written; nothing was changed. The text says in one line why and what to do."""


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """An object by its name: references to Blender's data do not outlive an undo, names do."""

    name: str
    library: str | None = None

    @classmethod
    def to(cls, obj: bpy.types.Object) -> ObjectRef:
        return cls(obj.name, obj.library.filepath if obj.library else None)

    def resolve(self) -> bpy.types.Object:
        """Raises Refusal where the object is gone."""
        # with None for a library it is the local one; fake-bpy-module does not know that nothing may be found
        obj = cast(bpy.types.Object | None, bpy.data.objects.get((self.name, self.library)))
        if obj is None:
            raise Refusal(f"the object {self.name!r} is no longer in this file; select the face again")
        return obj


@dataclass(frozen=True, slots=True)
class KeyRef:
    """A shape key by its object and name."""

    mesh: ObjectRef
    name: str

    def resolve(self) -> bpy.types.ShapeKey:
        """Raises Refusal where the shape key is gone."""
        keys = shape_keys(self.mesh.resolve())
        block = cast(bpy.types.ShapeKey | None, keys.key_blocks.get(self.name) if keys else None)
        if block is None:
            raise Refusal(f"{self.mesh.name!r} has no shape key {self.name!r} any more; select the face again")
        return block


@dataclass(frozen=True, slots=True)
class PropertyRef:
    """An animatable property by its object and path, such as ``pose.bones["jaw"].rotation_euler`` and 0, or ``["Smile"]`` and -1."""

    object: ObjectRef
    path: str
    index: int

    @classmethod
    def of(cls, target: str) -> PropertyRef:
        """Of a drive's target. Raises Refusal where there is no such property."""
        parts = target.split("|")
        halves = [("|".join(parts[:i]), "|".join(parts[i:])) for i in range(1, len(parts))]
        name, path = next((half for half in halves if half[0] in bpy.data.objects), halves[0])
        if (name, None) not in bpy.data.objects and name in bpy.data.objects:
            raise Refusal(f"{name!r} is linked from another file: make a library override of it first")
        indexed = _INDEX.fullmatch(path)
        found = cls(ObjectRef(name), indexed[1], int(indexed[2])) if indexed else cls(ObjectRef(name), path, -1)
        found.resolve()
        found.located()
        return found

    def resolve(self) -> float:
        """Its value. Raises Refusal where it is gone or is no number."""
        obj = self.object.resolve()
        try:
            value = obj.path_resolve(self.path)
            return float(value[self.index] if self.index >= 0 else value)  # type: ignore[index, arg-type]
        except (ValueError, TypeError, IndexError, KeyError, AttributeError):
            where = self.path + (f"[{self.index}]" if self.index >= 0 else "")
            raise Refusal(f"{obj.name!r} has no number at {where}: correct the mapping of this face") from None

    def located(self) -> tuple[bpy.types.ID, str]:
        """The data-block that holds it, which the object may only point at, and its path there. Raises Refusal."""
        obj = self.object.resolve()
        try:
            found: Any = obj.path_resolve(self.path, False)
            holder = found.data
            known = holder.bl_rna.properties.get(self.path.rpartition(".")[2])
            if known is None or (known.is_animatable and not known.is_readonly):
                return holder.id_data, found.path_from_id()
        except (ValueError, AttributeError):
            pass
        raise Refusal(f"{obj.name!r} has nothing that can be animated at {self.path}: correct the mapping of this face")


_INDEX = re.compile(r"(.+)\[(\d+)\]")
"""A path with an index: not ``["2"]``, which is a name."""


def shape_keys(obj: bpy.types.Object) -> bpy.types.Key | None:
    return obj.data.shape_keys if isinstance(obj.data, bpy.types.Mesh) else None
