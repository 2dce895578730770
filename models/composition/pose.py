"""Poses and beats: arithmetic on faces, and their way into keyframes that no rule has to mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from keyframeface_addon.face.channels import CHANNEL
from keyframeface_addon.face.gaze import with_eye_rotations
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.plausible import repair
from keyframeface_addon.language.notation import MAX_LABEL, read_keyframe

Pose = dict[str, float]
Beat = tuple[float, str, Pose]
"""Time in seconds, label, face."""

_EYES = ("leftEye", "rightEye")
UPPER = ("brows", "eyes")
LOWER = ("nose", "cheeks", "jaw", "mouth", "tongue")


def pose(entries: str) -> Pose:
    """Channels of entries in notation; rotations of the eyes follow from the gaze and are left out."""
    channels = read_keyframe(f"0.0 x: {entries}".rstrip()).channels
    return {name: value for name, value in channels.items() if not name.startswith(_EYES)}


def scaled(face: Mapping[str, float], factor: float) -> Pose:
    """Stronger or weaker; gaze and head change less than muscles do, and nothing leaves its range."""
    gentle = 1 + (factor - 1) * 0.6
    return {
        name: min(1.0, value * factor) if CHANNEL[name].is_shape and "Look" not in name else _bounded(value * gentle)
        for name, value in face.items()
    }


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))


def merged(*faces: Mapping[str, float]) -> Pose:
    """All at once: of each channel the strongest."""
    found: Pose = {}
    for face in faces:
        for name, value in face.items():
            if abs(value) > abs(found.get(name, 0.0)):
                found[name] = value
    return found


def only(face: Mapping[str, float], regions: Iterable[str]) -> Pose:
    """The channels of these regions."""
    wanted = set(regions)
    return {name: value for name, value in face.items() if CHANNEL[name].region in wanted}


def without(face: Mapping[str, float], excluded: Iterable[str]) -> Pose:
    """The face less these channels."""
    gone = set(excluded)
    return {name: value for name, value in face.items() if name not in gone}


def keyframes(beats: Sequence[Beat]) -> tuple[Keyframe, ...]:
    """Keyframes of a performance, mended where a merge asked too much of a face; times are made to increase."""
    found: list[Keyframe] = []
    earliest = 0.0
    for time, label, face in beats:
        step = round(max(time, earliest) * 20) / 20
        at = round(step, 1) if step > 0.6 else round(step, 2)
        if found and at <= found[-1].time:
            at = round(found[-1].time + 0.1, 2)
        channels = {name: value for name, value in face.items() if abs(value) >= 0.03}
        mended = repair(
            Keyframe(at, " ".join(label.replace(":", ",").split())[:MAX_LABEL], with_eye_rotations(channels))
        )[0]
        found.append(repair(mended)[0])
        earliest = at + 0.05
    return tuple(found)
