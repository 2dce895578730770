"""Exact changes to parts of a performance: some channels, one side, some of its time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np

from .channels import CHANNEL, CHANNELS, INDEX, ChannelName, Side
from .keyframe import Keyframe, Seconds
from .motion import ease
from .performance import Performance

Part = Literal["start", "middle", "end"]

ALL: frozenset[ChannelName] = frozenset(INDEX)
GAZE: frozenset[ChannelName] = frozenset(
    c.name for c in CHANNELS if c.name.startswith("eyeLook") or (c.region == "eyes" and not c.is_shape)
)
"""Where both eyes look together: no side of the face has its own."""
SIDED: frozenset[ChannelName] = frozenset(c.name for c in CHANNELS if c.side != "both") - GAZE
CLOSEST: Seconds = 0.04
"""One frame of film."""
HELD_FROM = 0.8
"""Share of a feature's peak above which it counts as held."""


def side_of(side: Side) -> frozenset[ChannelName]:
    """What only this side of the face does."""
    return frozenset(name for name in SIDED if CHANNEL[name].side == side)


def without(performance: Performance, names: Collection[ChannelName]) -> Performance:
    """These channels stay at rest."""
    return _posed(performance, ({n: v for n, v in k.channels.items() if n not in names} for k in performance.keyframes))


def still(performance: Performance, names: Collection[ChannelName]) -> Performance:
    """These channels stay as the performance begins."""
    first = {n: v for n, v in performance.keyframes[0].channels.items() if n in names}
    return _posed(
        performance, ({n: v for n, v in k.channels.items() if n not in names} | first for k in performance.keyframes)
    )


def symmetric(performance: Performance, amount: float = 1.0, names: Collection[ChannelName] = ALL) -> Performance:
    """The weaker side comes up to the stronger by ``amount`` (1: all the way), and what is shifted sideways goes back."""

    def even(keyframe: Keyframe) -> dict[ChannelName, float]:
        pose = dict(keyframe.channels)
        for name in SIDED.intersection(names):
            value, other = keyframe.value(name), _other(keyframe, name)
            pose[name] = value * (1 - amount) + other * amount if other > value else value
        for name in _SIDEWAYS.intersection(names):
            pose[name] = keyframe.value(name) * (1 - amount)
        return pose

    return _posed(performance, map(even, performance.keyframes))


def asymmetric(performance: Performance, factor: float, names: Collection[ChannelName] = ALL) -> Performance:
    """The side that acts less over the whole performance acts times ``factor`` (0..1); where both are alike, the right one.

    A blink stays whole on both sides.
    """

    def total(side: Side) -> float:
        return sum(k.value(name) for k in performance.keyframes for name in side_of(side).intersection(names))

    weaker: Side = "left" if total("left") < total("right") else "right"
    less = side_of(weaker).intersection(names) - {"eyeBlinkLeft", "eyeBlinkRight"}
    return _posed(
        performance, ({n: v * factor if n in less else v for n, v in k.channels.items()} for k in performance.keyframes)
    )


def reverse(performance: Performance) -> Performance:
    """From its end to its beginning, in the same time."""
    first, last = performance.keyframes[0].time, performance.duration
    return _timed(performance, [(k, first + last - k.time) for k in reversed(performance.keyframes)])


def hold(performance: Performance, index: int, seconds: Seconds) -> Performance:
    """The pose of this keyframe lasts so much longer; what comes later moves on. One that is held by two gets no third."""
    keyframes = performance.keyframes
    held = keyframes[index]
    later = [replace(k, time=k.time + seconds) for k in keyframes[index:]]
    if index > 0 and keyframes[index - 1].channels == held.channels:
        return replace(performance, keyframes=(*keyframes[:index], *later))
    if index + 1 < len(keyframes) and keyframes[index + 1].channels == held.channels:
        return replace(performance, keyframes=(*keyframes[: index + 1], *later[1:]))
    end = replace(later[0], label=f"{held.label}, held" if held.label else "held")
    return replace(performance, keyframes=(*keyframes[: index + 1], end, *later[1:]))


def peak(performance: Performance, names: Collection[ChannelName] = ALL) -> int | None:
    """Index of the keyframe at which these channels have been at their strongest and are about to go; None where they never act."""
    strengths = [sum(abs(v) for n, v in k.channels.items() if n in names) for k in performance.keyframes]
    strongest = max(strengths)
    if strongest == 0:
        return None
    index = strengths.index(strongest)
    while index + 1 < len(strengths) and strengths[index + 1] >= HELD_FROM * strongest:
        index += 1
    return index


def onset(performance: Performance, names: Collection[ChannelName]) -> int | None:
    """Index of the keyframe from which these channels set in; None where they never do."""
    strengths = [sum(abs(v) for n, v in k.channels.items() if n in names) for k in performance.keyframes]
    for index, (before, after) in enumerate(pairwise(strengths)):
        if after > before and after >= 0.5 * max(strengths):
            return index
    return None


def end_at_rest(performance: Performance, seconds: Seconds) -> Performance:
    """Back to a face at rest within ``seconds`` after its last pose, where that is not at rest already."""
    last = performance.keyframes[-1]
    if not last.channels:
        return performance
    return replace(performance, keyframes=(*performance.keyframes, Keyframe(last.time + seconds, "back to rest")))


def begin_at_rest(performance: Performance, seconds: Seconds) -> Performance:
    """From a face at rest, ``seconds`` before its first pose, where that is not at rest already."""
    first = performance.keyframes[0]
    if not first.channels:
        return performance
    moved = (replace(k, time=k.time + seconds) for k in performance.keyframes)
    return replace(performance, keyframes=(Keyframe(first.time, "at rest"), *moved))


def poses_in(performance: Performance, part: Part | None) -> range:
    """Indices of the keyframes in that third of the performance, at least one; of all without a part."""
    return _third(len(performance.keyframes), part)


def stretch(performance: Performance, factor: float, part: Part | None = None) -> Performance:
    """The time between keyframes times ``factor`` (more than 0), in a third of the performance or all of it."""
    if not factor > 0:
        raise ValueError(f"a time is multiplied by more than 0, not {factor!r}")
    first, *rest = performance.keyframes
    moved, stretched = [(first, first.time)], _third(len(rest), part)
    for i, (before, after) in enumerate(pairwise(performance.keyframes)):
        gap = (after.time - before.time) * (factor if i in stretched else 1.0)
        moved.append((after, moved[-1][1] + gap))
    return _timed(performance, moved)


def shift(performance: Performance, names: Collection[ChannelName], seconds: Seconds, label: str) -> Performance:
    """These channels do what they do so much later (earlier where negative) than the others, from the first move on.

    Earlier takes at most 0.6 of the time that the first move has. Keyframes are added where the shifted channels arrive;
    they get the ``label``.
    """
    times = performance.times()
    by = seconds if len(times) > 1 else 0.0
    if by < 0:
        by = max(by, 0.6 * (times[0] - times[1]))
    if abs(by) < CLOSEST:
        return performance
    moved = times.copy()
    moved[1:] += by
    nearest = times[np.abs(times[:, None] - moved).argmin(axis=0)]
    met = np.where(np.abs(nearest - moved) < 1e-3, nearest, moved)
    moved = met if (np.diff(met) > 0).all() else moved
    values = performance.matrix()
    shifted = np.isin([c.name for c in CHANNELS], list(names))
    if not values[:, shifted].any():
        return performance
    at = np.union1d(times, moved)
    poses = np.where(shifted, ease(moved, values, at), ease(times, values, at))
    labels = {k.time: k.label for k in performance.keyframes}
    return replace(
        performance,
        keyframes=tuple(
            Keyframe(time, labels.get(time, label), _pose(row))
            for time, row in zip(at.tolist(), poses.tolist(), strict=True)
        ),
    )


_SIDEWAYS = frozenset(c.name for c in CHANNELS if c.is_shape and c.side == "both" and c.mirror != c.name)


def _other(keyframe: Keyframe, name: ChannelName) -> float:
    return keyframe.value(CHANNEL[name].mirror)


def _pose(row: list[float]) -> dict[ChannelName, float]:
    """Of a row of the matrix; what is less than anyone sees is at rest."""
    return {c.name: min(c.high, max(c.low, v)) for c, v in zip(CHANNELS, row, strict=True) if abs(v) > 1e-6}


def _posed(performance: Performance, poses: Iterable[dict[ChannelName, float]]) -> Performance:
    keyframes = zip(performance.keyframes, poses, strict=True)
    return replace(performance, keyframes=tuple(replace(k, channels=pose) for k, pose in keyframes))


def _timed(performance: Performance, times: Iterable[tuple[Keyframe, Seconds]]) -> Performance:
    return replace(performance, keyframes=tuple(replace(k, time=time) for k, time in times))


def _third(count: int, part: Part | None) -> range:
    third = max(1, round(count / 3))
    if part == "start":
        return range(min(third, count))
    if part == "end":
        return range(max(0, count - third), count)
    if part == "middle" and count > 2:
        return range(third, count - third)
    return range(count)
