"""Exact changes to a performance: mirrored, weaker or stronger, faster or slower."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .channels import CHANNEL, MIRROR_NEGATES, ChannelName
from .gaze import eyes_follow_gaze, with_eye_rotations
from .keyframe import Keyframe, Seconds
from .performance import Performance


def mirror(performance: Performance) -> Performance:
    """Left becomes right; done twice it is the same performance."""

    def flip(keyframe: Keyframe) -> Keyframe:
        flipped = {CHANNEL[n].mirror: -v if n in MIRROR_NEGATES else v for n, v in keyframe.channels.items()}
        return replace(keyframe, channels=flipped)

    return replace(performance, keyframes=tuple(flip(k) for k in performance.keyframes))


def scale(
    performance: Performance,
    factor: float,
    names: Collection[ChannelName] = CHANNEL,
    where: Collection[int] | None = None,
) -> Performance:
    """Every channel, or these, times ``factor`` (0 or more), kept within its range; in all keyframes or those of these indices.

    Eyes that turn as their eyeLook shapes say still do so where these have reached their end.
    """
    if not factor >= 0:
        raise ValueError(f"a strength is 0 or more, not {factor!r}")

    looks = any(name.startswith("eyeLook") for name in names)

    def within(name: ChannelName, value: float) -> float:
        return min(CHANNEL[name].high, max(CHANNEL[name].low, value * factor))

    def scaled(keyframe: Keyframe) -> Keyframe:
        pose = {n: within(n, v) if n in names else v for n, v in keyframe.channels.items()}
        follow = looks and eyes_follow_gaze(keyframe.channels)
        return replace(keyframe, channels=with_eye_rotations(pose) if follow else pose)

    return replace(
        performance,
        keyframes=tuple(scaled(k) if where is None or i in where else k for i, k in enumerate(performance.keyframes)),
    )


def retime(performance: Performance, duration: Seconds) -> Performance:
    """Stretched or squeezed so that the last keyframe is at ``duration`` seconds; one keyframe alone stays where it is."""
    if not duration > 0:
        raise ValueError(f"a duration is more than 0 seconds, not {duration!r}")
    if performance.duration == 0:
        return performance
    factor = duration / performance.duration
    *rest, last = performance.keyframes
    moved = [replace(k, time=k.time * factor) for k in rest] + [replace(last, time=duration)]
    return replace(performance, keyframes=tuple(moved))
