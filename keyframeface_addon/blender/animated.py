"""What a face does on the timeline, whoever animated it, as channels: from its curves, or frame by frame where more than curves play."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import bpy
import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNELS, INDEX
from ..face.gaze import eye_rotations
from ..face.motion import sample
from ..retarget.retarget import untuned
from .bulk import evaluate
from .joints import JointRotation, turning_joints
from .readback import played_records
from .rig import ANGLES, Face
from .slots import find_home
from .tracks import driven_by, retarget_of
from .writable import is_driven, is_muted

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Property:
    """One number that is animated, or stands still."""

    owner: bpy.types.ID
    path: str
    index: int

    def now(self) -> float:
        value = self.owner.path_resolve(self.path)
        return float(value if isinstance(value, int | float) else value[self.index])  # type: ignore[index]

    @property
    def by_curve(self) -> bool:
        """Whether its own action alone decides it."""
        adt = self.owner.animation_data  # type: ignore[attr-defined]
        return adt is None or not (is_driven(self.owner, self.path) or (adt.use_nla and len(adt.nla_tracks)))

    def at(self, frames: Array) -> Array:
        """As its curve has it; without one, and with a muted one, it stands as it is."""
        home = find_home(self.owner)
        curve = home.find(self.path, self.index) if home else None
        if curve is None or is_muted(curve):
            return np.full(len(frames), self.now())
        return evaluate(curve, frames)


def animated(face: Face, scene: bpy.types.Scene, frames: npt.ArrayLike) -> Array:
    """Channels (n, 61) at these frames, which may lie between whole ones. Raises Refusal.

    What the rig does not show is as the performances on it have it, and 0 beside them. Where drivers or the NLA play, the
    scene is put on each frame, and back on its own at the end.
    """
    at = np.asarray(frames, float)
    written = _written(face, at)
    retarget = retarget_of(face)
    shapes = [_first_of(face, target) for target in retarget.targets]
    rotations = {joint: JointRotation(face, joint) for joint in turning_joints(face)}
    turns = {joint: list(_components(rotation)) for joint, rotation in rotations.items()}
    values = _values(scene, at, [*shapes, *(part for parts in turns.values() for part in parts)])
    shown = np.clip(values[:, : len(shapes)], retarget.low, retarget.high)
    found = retarget.channels(shown, written)
    found += eye_rotations(found - written)  # eyes that bones turn are read below
    first = len(shapes)
    for joint, rotation in rotations.items():
        count = len(turns[joint])
        angles = np.zeros((len(at), len(CHANNELS)))
        # the torsion of eyes, which come last, is not shown
        columns = [INDEX[channel] for channel in ANGLES[joint] if not channel.endswith("EyeRoll")]
        angles[:, columns] = rotation.angles(values[:, first : first + count])[:, : len(columns)]
        found[:, columns] = untuned(angles, face.mapping)[:, columns]
        first += count
    return found


def _written(face: Face, frames: Array) -> Array:
    """What the performances on this face have at these frames."""
    written = np.zeros((len(frames), len(CHANNELS)))
    for record in played_records(face):
        inside = (frames >= record.frames[0]) & (frames <= record.frames[-1])
        times = np.interp(frames[inside], record.frames, record.performance.times())
        written[inside] = sample(record.performance, times)
    return written


def _first_of(face: Face, target: str) -> _Property:
    """The same shape key on several meshes moves alike."""
    owner, _, path, index, _, _ = next(driven_by(face, target))
    return _Property(owner, path, index)


def _components(rotation: JointRotation) -> Iterator[_Property]:
    for i in range(len(rotation.rest)):
        yield _Property(rotation.owner, rotation.path, i)


def _values(scene: bpy.types.Scene, frames: Array, properties: Sequence[_Property]) -> Array:
    """Shape (frames, properties)."""
    if all(part.by_curve for part in properties):
        columns = [part.at(frames) for part in properties]
        return np.stack(columns, axis=1) if columns else np.zeros((len(frames), 0))
    before = scene.frame_current, scene.frame_subframe
    values = np.empty((len(frames), len(properties)))
    try:
        for row, frame in zip(values, frames.tolist(), strict=True):
            whole = math.floor(frame)
            scene.frame_set(whole, subframe=frame - whole)
            row[:] = [part.now() for part in properties]
    finally:
        scene.frame_set(before[0], subframe=before[1])
    return values
