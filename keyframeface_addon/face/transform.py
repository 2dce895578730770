"""Exact changes to a performance: mirrored, weaker or stronger, faster or slower."""

from __future__ import annotations

from dataclasses import replace

from .channels import CHANNEL, MIRROR_NEGATES, ChannelName
from .keyframe import Keyframe, Seconds
from .performance import Performance


def mirror(performance: Performance) -> Performance:
    """Left becomes right; done twice it is the same performance."""

    def flip(keyframe: Keyframe) -> Keyframe:
        flipped = {CHANNEL[n].mirror: -v if n in MIRROR_NEGATES else v for n, v in keyframe.channels.items()}
        return replace(keyframe, channels=flipped)

    return replace(performance, keyframes=tuple(flip(k) for k in performance.keyframes))


def scale(performance: Performance, factor: float) -> Performance:
    """Every channel times ``factor`` (0 or more), kept within its range."""
    if not factor >= 0:
        raise ValueError(f"a strength is 0 or more, not {factor!r}")

    def within(name: ChannelName, value: float) -> float:
        return min(CHANNEL[name].high, max(CHANNEL[name].low, value * factor))

    return replace(
        performance,
        keyframes=tuple(
            replace(k, channels={n: within(n, v) for n, v in k.channels.items()}) for k in performance.keyframes
        ),
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
