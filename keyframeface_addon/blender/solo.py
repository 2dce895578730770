"""One channel alone on the face, for as long as somebody drags it; then all is put back. Values only, no keys."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import bpy

from ..face.channels import CHANNELS, INDEX, ChannelName
from .references import KeyRef, ObjectRef, PropertyRef, Refusal, shape_keys
from .rig import ANGLES, Face

_ITEM = re.compile(r'(.*)\["((?:\\.|[^"\\])*)"\]')


class Solo:
    """A face as it stood, by names: references to Blender's data do not outlive an undo."""

    def __init__(self, face: Face, scene: bpy.types.Scene) -> None:
        self.face = face
        self._scene, self._time = scene.name, scene.frame_current_final
        self._keys: dict[KeyRef, float] = {}
        self._properties: dict[PropertyRef, Any] = {}
        self._turns: dict[str, tuple[ObjectRef, str, tuple[float, ...]]] = {}
        seen = set()
        for mesh in face.meshes:
            keys = shape_keys(mesh)
            if keys is None or keys in seen:
                continue
            seen.add(keys)
            for block in keys.key_blocks:
                if block != keys.reference_key:
                    self._keys[KeyRef(ObjectRef.to(mesh), block.name)] = block.value
        targets = (drive.target for drives in face.mapping.drives.values() for drive in drives)
        for target in filter(face.is_property, targets):
            with contextlib.suppress(Refusal):
                ref = PropertyRef.of(target)
                self._properties[ref] = _get(ref)

    def show(self, channel: ChannelName, value: float) -> None:
        """This channel at ``value``, all else at rest. Raises Refusal, for instance where the face has changed meanwhile."""
        import numpy as np  # here and in what follows: enabling has no time for it

        from ..face.gaze import with_eye_rotations
        from ..retarget.retarget import tuned
        from .joints import JointRotation, turning_joints
        from .tracks import retarget_of

        channels = {channel: value}
        if channel.startswith("eyeLook"):
            channels = with_eye_rotations(channels)
        row = np.zeros((1, len(CHANNELS)))
        for name, number in channels.items():
            row[0, INDEX[name]] = number
        retarget = retarget_of(self.face)
        shown = dict(zip(retarget.targets, retarget.values(row)[0].tolist(), strict=True))
        for ref in self._keys:
            _set_key(ref, shown.get(ref.name, 0.0))
        for target in filter(self.face.is_property, shown):
            with contextlib.suppress(Refusal):
                ref_of_property = PropertyRef.of(target)
                _set(ref_of_property, shown[target])
        angles = tuned(row, self.face.mapping)
        for joint in turning_joints(self.face):
            rotation = JointRotation(self.face, joint)
            name = rotation.path.rpartition(".")[2]
            now = tuple(getattr(rotation.turned, name))
            self._turns.setdefault(joint, (ObjectRef.to(rotation.owner), rotation.path, now))
            turned = rotation.values(angles[:, [INDEX[angle] for angle in ANGLES[joint]]])[0]
            setattr(rotation.turned, name, turned.tolist())

    def put_back(self) -> None:
        """As it was; what is gone meanwhile is left. Where the frame is another by now, what is animated shows that one."""
        for ref, value in self._keys.items():
            _quietly(_set_key, ref, value)
        for ref_of_property, raw in self._properties.items():
            _quietly(_set_raw, ref_of_property, raw)
        for owner, path, turn in self._turns.values():
            _quietly(_set_turn, owner, path, turn)
        scene = bpy.data.scenes.get(self._scene)
        if scene is not None and scene.frame_current_final != self._time:
            scene.frame_set(scene.frame_current, subframe=scene.frame_subframe)


def _quietly(write: Callable[..., None], *arguments: Any) -> None:
    with contextlib.suppress(Refusal, ValueError, KeyError, AttributeError):
        write(*arguments)


def _set_key(ref: KeyRef, value: float) -> None:
    block = ref.resolve()
    if block.value != value:
        block.value = value


def _set_turn(ref: ObjectRef, path: str, turn: tuple[float, ...]) -> None:
    above, _, name = path.rpartition(".")
    turned = ref.resolve()
    setattr(turned.path_resolve(above) if above else turned, name, turn)


def _holder(ref: PropertyRef) -> tuple[Any, str, bool]:
    """What has the property, its name there, and whether it is a custom one."""
    obj = ref.object.resolve()
    if item := _ITEM.fullmatch(ref.path):
        return (obj.path_resolve(item[1]) if item[1] else obj), bpy.utils.unescape_identifier(item[2]), True
    above, _, name = ref.path.rpartition(".")
    return (obj.path_resolve(above) if above else obj), name, False


def _get(ref: PropertyRef) -> Any:
    """A number, of the type that it has there."""
    holder, name, custom = _holder(ref)
    value = holder[name] if custom else getattr(holder, name)
    return value[ref.index] if ref.index >= 0 else value


def _set(ref: PropertyRef, value: float) -> None:
    kind = type(_get(ref))
    _set_raw(ref, value if kind is float else kind(round(value)))


def _set_raw(ref: PropertyRef, value: Any) -> None:
    holder, name, custom = _holder(ref)
    if ref.index >= 0:
        (holder[name] if custom else getattr(holder, name))[ref.index] = value
    elif custom:
        holder[name] = value
    else:
        setattr(holder, name, value)
    ref.located()[0].update_tag()
