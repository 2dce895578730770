"""A face's mapping as it is kept on the rig and in files, and what a rig cannot show with it. Nothing is animated here."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import bpy

from ..face.channels import CHANNEL, SHAPES, ChannelName
from ..interchange.files import write_atomic
from ..retarget.mapping import PLAIN, Drive, MappingError, RigMapping, from_json, to_json
from ..retarget.recognition import recognise
from .references import KeyRef, ObjectRef, PropertyRef, Refusal, shape_keys
from .rig import MAPPING, Face, Joint, NoFace, character_of, find_face, joint_of, recognised
from .writable import is_driven

Kind = Literal["missing", "bone", "gone", "empty", "driven", "partial", "shared", "instead", "left"]
LARGEST_FILE = 4_000_000
"""Bytes; a mapping takes ten thousand."""
_PATH = f'["{MAPPING}"]'
_GROUPED: Mapping[Kind, str] = {
    "missing": "Nothing on this rig shows",
    "bone": "Nothing turns for",
    "gone": "What they drive is gone:",
    "empty": "Shape keys that move nothing:",
    "driven": "Moved by drivers already:",
    "partial": "Only some of their keys are there:",
    "shared": "On a key with another channel:",
    "instead": "Shown by something else:",
    "left": "Left alone, as another set of keys shows:",
}
"""From what matters most to what is good to know."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a rig cannot show of a channel, or what stands in for it."""

    channel: ChannelName
    kind: Kind
    text: str

    @property
    def line(self) -> str:
        return f"{self.channel}: {self.text}"


def face_to_map(obj: bpy.types.Object | None, scene: bpy.types.Scene) -> Face:
    """As ``find_face``; where the names of the object's shape keys are not known, a face without channels yet. Raises NoFace."""
    try:
        return find_face(obj, scene)
    except NoFace:
        if obj is None or not _key_names(obj):
            raise
    root = character_of(obj)
    meshes = [obj, *(m for m in scene.objects if m != obj and _key_names(m) and character_of(m) == root)]
    return Face(obj.name, ObjectRef.to(root), tuple(map(ObjectRef.to, meshes)), RigMapping(), False, {}, None, {})


def save_mapping(face: Face, mapping: RigMapping) -> None:
    """Keeps it on what the character hangs on. Raises Refusal; then nothing has changed."""
    root = face.root_ref.resolve()
    _refuse_lost(root)
    names = {name for mesh in face.meshes for name in _key_names(mesh)}
    for target in dict.fromkeys(drive.target for drives in mapping.drives.values() for drive in drives):
        if "|" in target and target not in names:
            PropertyRef.of(target)
    before = root.get(MAPPING)
    _keep(root, to_json(mapping))
    if not _is_on(face, mapping):
        _keep(root, before)
        raise Refusal(
            f"no mesh of {face.name!r} has any of the shape keys in this mapping: it would be no face any more"
        )


def forget_mapping(face: Face) -> None:
    """Back to what the names say. Raises Refusal where they say nothing, or the file would not keep it."""
    root = face.root_ref.resolve()
    if root.get(MAPPING) is None:
        return
    _refuse_lost(root)
    before = root[MAPPING]
    _keep(root, None)
    found = _own_face(face)
    if found is None:
        _keep(root, before)
        raise Refusal(f"the names of {face.name!r}'s shape keys follow no convention that is known: map them by hand")
    if root.override_library is not None:  # what is taken from an override comes back with its library
        _keep(root, to_json(found.mapping))


def read_mapping(path: Path) -> RigMapping:
    """Of a file that was exported or shared. Raises Refusal."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise MappingError("too large for a mapping")
        return from_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refusal(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Refusal(f"cannot use {path.name}: not text in UTF-8") from None
    except MappingError as error:
        raise Refusal(f"cannot use {path.name}: {error}") from None


def write_mapping(path: Path, mapping: RigMapping) -> None:
    """Raises OutputError."""
    write_atomic(path, to_json(mapping))


def target_of(text: str, face: Face) -> str:
    """A drive's target as people type or paste it: a key's name, or a path as Blender copies it. Raises Refusal."""
    text = text.strip()
    if key := _KEY_PATH.search(text):
        return bpy.utils.unescape_identifier(key[1])
    if any(text in _key_names(mesh) for mesh in face.meshes):
        return text
    if full := _FULL_PATH.fullmatch(text):
        text = f"{bpy.utils.unescape_identifier(full[1])}|{full[2]}"
    elif text.startswith("bpy.data."):
        raise Refusal(f"{text} is no object's: write it as of an object that has it, Head|active_material.roughness")
    elif text.startswith(("pose.", "[")):
        text = f"{(face.armature_ref or face.root_ref).name}|{text}"
    if "|" in text:
        PropertyRef.of(text)
    return text


_KEY_PATH = re.compile(r'key_blocks\["((?:\\.|[^"\\])*)"\]\.value$')
_FULL_PATH = re.compile(r'bpy\.data\.objects\["((?:\\.|[^"\\])*)"\]\.?(.+)')


def report(face: Face, moves: dict[tuple[int, str, int], bool] | None = None) -> dict[ChannelName, tuple[Note, ...]]:
    """What this rig cannot show and what stands in, by channel; a channel that is simply shown is not in it.

    ``moves`` remembers which keys move something, for the next time: that takes reading all their points.
    """
    moves = {} if moves is None else moves
    notes: defaultdict[ChannelName, list[Note]] = defaultdict(list)
    sharing = _sharing(face.mapping)
    partial = {} if face.by_hand else _partial(face)
    left = {} if face.by_hand else _second_set(face)
    for channel in CHANNEL:
        drives = face.mapping.drives.get(channel, ())
        if not drives and (note := _undriven(face, channel)):
            notes[channel].append(note)
        for drive in drives:
            notes[channel] += (Note(channel, *found) for found in _of_target(face, drive.target, moves))
        if channel in partial:
            notes[channel].append(Note(channel, "partial", partial[channel]))
        if channel in left:
            notes[channel].append(Note(channel, "left", left[channel]))
        for target, others in sharing.get(channel, {}).items():
            notes[channel].append(Note(channel, "shared", f"{_shown(target)!r} is also moved by {_listed(others, 4)}"))
    return {channel: tuple(found) for channel, found in notes.items() if found}


def grouped(notes: Mapping[ChannelName, Iterable[Note]], most: int = 6) -> Iterator[tuple[Kind, str]]:
    """A line for each kind, naming ``most`` channels of it."""
    for kind, text in _GROUPED.items():
        if channels := [channel for channel, found in notes.items() if any(note.kind == kind for note in found)]:
            yield kind, f"{text} {_listed(channels, most)}"


def shows(face: Face, channel: ChannelName) -> str:
    """What a channel drives, in short; "" where nothing."""
    drives = face.mapping.drives.get(channel, ())
    if not drives:
        return _turned_by(face, channel)
    named = " + ".join(_weighted(drive) for drive in drives[:2])
    return named + (f" + {len(drives) - 2} more" if len(drives) > 2 else "")


def table(face: Face) -> Iterator[str]:
    """A line for each channel, for a terminal."""
    for channel in CHANNEL:
        drives, tuning = face.mapping.drives.get(channel, ()), face.mapping.tuning(channel)
        shown = " + ".join(_weighted(drive) for drive in drives) or shows(face, channel) or "-"
        tuned = [f"gain {tuning.gain:g}"] if tuning.gain != PLAIN.gain else []
        tuned += [f"offset {tuning.offset:g}"] if tuning.offset != PLAIN.offset else []
        tuned += ["inverted"] if tuning.invert else []
        yield f"{channel:<20}{shown}" + (f"  ({', '.join(tuned)})" if tuned else "")


def _refuse_lost(root: bpy.types.Object) -> None:
    """Blender takes a custom property on anything and loses some of them when the file is opened again."""
    if not root.is_editable:
        todo = "make a library override or a local copy of it, or map it in its own file"
        raise Refusal(f"{root.name!r} is linked from another file, which keeps its mapping: {todo}")
    if root.override_library is None:
        return
    reference = root.override_library.reference
    # a property that the library does not have is not saved with an override, nor one that is not marked as overridable
    if reference is None or reference.get(MAPPING) is None or not reference.is_property_overridable_library(_PATH):
        todo = "map it in its own file first (from then on it can be changed here too), or make it local"
        raise Refusal(f"{root.name!r} is a library override, which keeps no mapping that its library has not: {todo}")


def _keep(root: bpy.types.Object, text: object) -> None:
    if text is None:
        del root[MAPPING]
    else:
        root[MAPPING] = text
        root.property_overridable_library_set(_PATH, True)


def _is_on(face: Face, mapping: RigMapping) -> bool:
    targets = {drive.target for drives in mapping.drives.values() for drive in drives}
    return any(targets.intersection(_key_names(mesh)) for mesh in face.meshes) or _own_face(face) is not None


def _own_face(face: Face) -> Face | None:
    root = face.root_ref.resolve()
    scene = next(iter(root.users_scene), bpy.context.scene)
    assert scene is not None
    with contextlib.suppress(NoFace):
        found = find_face(face.meshes[0], scene)
        return found if found.root_ref == face.root_ref else None
    return None


def _key_names(obj: bpy.types.Object) -> list[str]:
    keys = shape_keys(obj)
    return [block.name for block in keys.key_blocks if block != keys.reference_key] if keys else []


def _turned_by(face: Face, channel: ChannelName) -> str:
    """The bone or object that this channel turns, as ``_turned`` has it; "" for the torsion of eyes, which is not shown."""
    joint = joint_of(channel)
    return _turned(face, joint) if joint and not channel.endswith("EyeRoll") else ""


def _turned(face: Face, joint: Joint) -> str:
    """The bone or object that is this joint; "" where there is none, or where the mapping turns something itself."""
    if joint not in face.turning:
        return ""
    if joint in face.joints:
        return f"bone {face.joints[joint]}"
    return f"object {face.loose[joint].ref.name}" if joint in face.loose else ""


def _undriven(face: Face, channel: ChannelName) -> Note | None:
    turned = _turned_by(face, channel)
    if channel == "jawOpen" and turned:
        return Note(channel, "instead", f"no shape key; the jaw {turned} turns instead")
    if channel.endswith("EyeRoll") or turned:
        return None
    if channel.startswith("eyeLook") and (turned := _turned(face, f"{CHANNEL[channel].side}Eye")):
        return Note(channel, "instead", f"no shape key; the {turned} turns instead")
    if channel in SHAPES:
        return Note(channel, "missing", "nothing on this rig shows it")
    joint = joint_of(channel)
    assert joint is not None  # what is no shape turns something
    if joint in (*face.joints, *face.loose):
        return Note(channel, "bone", "it drives nothing, while the mapping has other turns of this drive something")
    if joint == "head":
        return Note(channel, "bone", "this rig has no bone for the head")
    side = joint.removesuffix("Eye").capitalize()
    axis = ("In", "Out") if channel.endswith("Yaw") else ("Up", "Down")
    if all(f"eyeLook{way}{side}" in face.mapping.drives for way in axis):
        looks = " and ".join(f"eyeLook{way}{side}" for way in axis)
        return Note(channel, "instead", f"no bone for the eye; {looks} show it instead")
    return Note(channel, "bone", "this rig has no bone for the eye")


def _of_target(face: Face, target: str, moves: dict[tuple[int, str, int], bool]) -> Iterator[tuple[Kind, str]]:
    if face.is_property(target):
        try:
            ref = PropertyRef.of(target)
        except Refusal as error:
            yield "gone", str(error)
            return
        if is_driven(*ref.located()):
            yield "driven", f"a driver moves {_shown(target)}, so keyframes would have no effect"
        return
    refs = face.keys_of.get(target, ())
    if not refs:
        yield "gone", f"no mesh of this face has a shape key {target!r} any more"
        return
    if not any(_moves(ref, moves) for ref in refs):
        yield "empty", f"the shape key {target!r} moves nothing"
    if any(_key_is_driven(ref) for ref in refs):
        yield "driven", f"a driver moves {target!r}, so keyframes would have no effect"


def _key_is_driven(ref: KeyRef) -> bool:
    keys = shape_keys(ref.mesh.resolve())
    return keys is not None and is_driven(keys, ref.resolve().path_from_id("value"))


def _moves(ref: KeyRef, known: dict[tuple[int, str, int], bool]) -> bool:
    import numpy as np  # enabling has no time for it

    block, keys = ref.resolve(), shape_keys(ref.mesh.resolve())
    assert keys is not None
    if not len(keys.user.vertices):  # type: ignore[attr-defined]  # then the length of a key's data is any number
        return False
    place = (keys.session_uid, ref.name, len(block.data))
    if place not in known:
        points = np.empty((2, 3 * len(block.data)), np.float32)
        block.data.foreach_get("co", points[0])
        block.relative_key.data.foreach_get("co", points[1])
        size = float(np.ptp(points[1])) or 1.0
        known[place] = bool((np.abs(points[0] - points[1]) > 1e-6 * size).any())
    return known[place]


def _sharing(mapping: RigMapping) -> dict[ChannelName, dict[str, list[ChannelName]]]:
    """Targets that other channels move the same way. Moved the other way, it is one slider for two ends."""
    users: defaultdict[tuple[str, bool], list[ChannelName]] = defaultdict(list)
    for channel in CHANNEL:
        for drive in mapping.drives.get(channel, ()):
            if channel not in users[drive.target, drive.weight < 0]:
                users[drive.target, drive.weight < 0].append(channel)
    found: defaultdict[ChannelName, dict[str, list[ChannelName]]] = defaultdict(dict)
    for (target, _), channels in users.items():
        for channel in channels if len(channels) > 1 else ():
            found[channel][target] = [other for other in channels if other != channel]
    return found


def _partial(face: Face) -> dict[ChannelName, str]:
    """What is lacking of the keys that the convention has for a channel."""
    found = recognise(name for mesh in face.meshes for name in _key_names(mesh))
    if found is None:
        return {}
    lines = {}
    for channel in found.partial:
        wanted = min(found.convention.channels[channel], key=len)
        lines[channel] = (
            f"{len(found.parts[channel])} of the {len(wanted)} keys that {found.convention.label} has for it"
        )
    return lines


def _second_set(face: Face) -> dict[ChannelName, str]:
    """What a mesh has keys for once more, under this or another convention; a few beside, such as visemes, are no set."""
    lines = {}
    targets = {drive.target for drives in face.mapping.drives.values() for drive in drives}
    for mesh in face.meshes:
        second = recognise(name for name in _key_names(mesh) if name not in targets)
        if second is not None and 2 * len(second.parts) >= len(face.mapping.drives):
            for channel in (channel for channel in second.parts if channel in face.mapping.drives):
                named = _listed((repr(key) for key, _ in second.parts[channel]), 2)
                lines[channel] = f"{mesh.name!r} has {named} for it too ({second.convention.label}), left alone"
    return lines


def by_hand(face: Face) -> set[ChannelName]:
    """Channels that somebody has changed from what the names say."""
    if not face.by_hand:
        return set()
    said = recognised(face.meshes)
    return {
        channel
        for channel in CHANNEL
        if face.mapping.drives.get(channel, ()) != said.drives.get(channel, ()) or face.mapping.tuning(channel) != PLAIN
    }


def _weighted(drive: Drive) -> str:
    return _shown(drive.target) if drive.weight == 1.0 else f"{drive.weight:g} {_shown(drive.target)}"


def _shown(target: str) -> str:
    return target.replace("|", ": ", 1)


def _listed(names: Iterable[str], most: int) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
