"""The faces of a scene as the cast of a script: which one acts a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import bpy

from ..interchange.casting import players
from .rig import Face, NoFace, faces_in


class Cast:
    """Who acts in this scene, now; to be made anew for each line, as faces come and go while a model thinks."""

    def __init__(self, scene: bpy.types.Scene, characters: Iterable[str]) -> None:
        self._faces = faces_in(scene)
        self._names = [list(_names(face, scene)) for face in self._faces]
        self._alone = len({character.casefold() for character in characters}) <= 1

    def face_of(self, character: str, at_hand: Face | NoFace) -> Face:
        """The face that goes by the character's name; the one at hand where nobody else could be meant. Raises NoFace."""
        found = [self._faces[index] for index in players(character, self._names)]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(repr(face.name) for face in found[:4])
            raise NoFace(f"{character!r} may be {names}: give one of them another name, or a collection of that name")
        if character and not self._alone:
            raise NoFace(f"no face is called {character!r}: name its mesh, armature or collection so")
        if isinstance(at_hand, NoFace):
            raise at_hand
        return at_hand


def _names(face: Face, scene: bpy.types.Scene) -> Iterator[str]:
    """Of its objects, of all they hang on, and of the collections that hold them."""
    parents: defaultdict[bpy.types.Collection, list[bpy.types.Collection]] = defaultdict(list)
    for collection in scene.collection.children_recursive:
        for child in collection.children:
            parents[child].append(collection)
    objects = [*face.meshes, *([face.armature] if face.armature else []), face.root_ref.resolve()]
    above = face.meshes[0].parent
    while above is not None:
        objects.append(above)
        above = above.parent
    waiting = [collection for obj in objects for collection in obj.users_collection]
    collections: dict[bpy.types.Collection, None] = {}
    while waiting:
        collection = waiting.pop()
        if collection != scene.collection and collection not in collections:
            collections[collection] = None
            waiting += parents[collection]
    yield from (obj.name for obj in objects)
    yield from (collection.name for collection in collections)
