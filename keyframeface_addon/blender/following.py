"""Where recorded keyframes are by now: animators move keys and markers and rename these, and what was recorded stays behind.

A keyframe is where its keys are. Whole performances are followed first, then single keyframes: after their marker where that
was moved onto keys, else to where their keys can have gone. A marker of another name gives the keyframe that label; one that
was deleted takes nothing with it. A keyframe without any keys is no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from ..face.keyframe import Seconds

MARKER_BYTES = 63
LONGEST = 200
"""Keyframes that are looked for one by one; what has more is a recording."""
Marker = tuple[str, int]
"""Name and frame."""
Keyed = Mapping[int, int]
"""How many curves have a key at a frame, of the frames where any has."""


@dataclass(frozen=True, slots=True)
class Line:
    """What there is to follow of one performance: its keyframes' times, labels and frames."""

    times: tuple[Seconds, ...]
    labels: tuple[str, ...]
    frames: tuple[int, ...]
    start: float
    """Frame at which its time is 0."""
    slot: int = 0
    curves: int = 1
    """How many have a key at each of its keyframes; with 0 nothing says where they are."""
    baked: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """The same performance as it is now."""

    line: Line
    kept: tuple[int, ...]
    """Which of the keyframes that were recorded these are."""
    marks: tuple[Marker | None, ...]
    """The marker of each."""


def marker_name(label: str) -> str:
    """As much of the label as Blender stores, cut between characters."""
    return label.encode()[:MARKER_BYTES].decode(errors="ignore")


def follow(lines: Sequence[Line], markers: Iterable[Marker], keyed_of: Callable[[int], Keyed | None]) -> list[Followed]:
    """Where these performances of one action are, each at its place in the list.

    ``keyed_of`` tells the keys of a slot, None where these are not known.
    """
    there = set(markers)
    free, found = set(there), dict[int, tuple[int | None, ...]]()
    keyed = [keyed_of(line.slot) if line.curves else None for line in lines]
    for i, line in enumerate(lines):
        if _marks(line) <= free and _all_keyed(line.frames, keyed[i]):
            free -= _marks(line)
            found[i] = line.frames
    for i, line in enumerate(lines):
        if i not in found and (offset := _offset(line, free, keyed[i], _stretches(lines, found, i))):
            free -= {(name, frame + offset) for name, frame in _marks(line)}
            found[i] = tuple(frame + offset for frame in line.frames)
    # no marker that stays where it was recorded leads anybody elsewhere
    left = [i for i in range(len(lines)) if i not in found]
    astray = free - set().union(*(_marks(lines[i]) for i in left))
    for i in left:
        found[i] = _one_by_one(lines[i], free, astray, keyed[i], _stretches(lines, found, i))
    return _marked(lines, [found[i] for i in range(len(lines))], there)


def moved(line: Line, order: Sequence[int], frames: Sequence[int], rate: float = 0.0) -> Line:
    """These of its keyframes at these frames, which increase. Their times move along at ``rate`` frames a second.

    Without a rate it is the line's own.
    """
    labels = tuple(line.labels[i] for i in order)
    times = [line.times[i] for i in order]
    start = line.start
    offsets = [frame - line.frames[i] for i, frame in zip(order, frames, strict=True)]
    if len(set(offsets)) == 1:
        start += offsets[0]
    elif offsets:
        rate = rate or (line.frames[-1] - line.frames[0]) / (line.times[-1] - line.times[0])
        times = [time + offset / rate for time, offset in zip(times, offsets, strict=True)]
        if any(after <= before for before, after in pairwise(times)):
            times = [(frame - start) / rate for frame in frames]
        if (early := times[0]) < 0:
            times, start = [time - early for time in times], start + early * rate
    return replace(line, times=tuple(times), labels=labels, frames=tuple(frames), start=start)


def _marks(line: Line) -> set[Marker]:
    """As they were when it was recorded."""
    return {(marker_name(label), frame) for label, frame in zip(line.labels, line.frames, strict=True) if label}


def _all_keyed(frames: Iterable[int], keyed: Keyed | None) -> bool:
    """None where nothing can be told from keys."""
    return keyed is None or all(frame in keyed for frame in frames)


def _stretches(lines: Sequence[Line], found: Mapping[int, tuple[int | None, ...]], mine: int) -> list[list[int]]:
    """Frames of the others of the same slot that have been found."""
    others = [frames for i, frames in found.items() if lines[i].slot == lines[mine].slot]
    return [kept for frames in others if (kept := [frame for frame in frames if frame is not None])]


def _places(line: Line, keyed: Keyed, stretches: Sequence[Sequence[int]], taken: set[int]) -> list[int]:
    """Where its keyframes can have gone: at least half of its curves have a key there, and it lies between the others."""
    if not keyed:
        return []
    before = [frames[-1] for frames in stretches if frames[-1] < line.frames[0]]
    after = [frames[0] for frames in stretches if frames[0] > line.frames[-1]]
    low, high = max(before, default=min(keyed)), min(after, default=max(keyed))
    taken = taken.union(*stretches)
    return [at for at, n in keyed.items() if 2 * n >= line.curves and low <= at <= high and at not in taken]


def _offset(line: Line, free: set[Marker], keyed: Keyed | None, stretches: Sequence[Sequence[int]]) -> int:
    """By how much all of its markers, or all of its keys, have moved; 0 where they have not."""
    marks = _marks(line)
    if not marks <= free and (keyed or not line.curves):
        name, first = min(marks, key=lambda mark: mark[1])
        for offset in sorted((frame - first for other, frame in free if other == name), key=abs):
            shifted = {(name, frame + offset) for name, frame in marks}
            if shifted <= free and _all_keyed((frame for _, frame in shifted), keyed):
                return offset
    if keyed is None or _all_keyed(line.frames, keyed):
        return 0
    places = set(_places(line, keyed, stretches, set()))
    for offset in sorted((frame - line.frames[0] for frame in places), key=abs):
        if all(frame + offset in places for frame in line.frames):
            return offset
    return 0


def _one_by_one(
    line: Line, free: set[Marker], astray: set[Marker], keyed: Keyed | None, stretches: Sequence[Sequence[int]]
) -> tuple[int | None, ...]:
    """The frame of each of its keyframes; None where it has no keys any more."""
    if keyed is None:
        return line.frames
    if line.baked or len(line.frames) > LONGEST:
        inside = any(line.frames[0] <= frame <= line.frames[-1] for frame in keyed)
        return line.frames if inside else (None,) * len(line.frames)
    frames = [frame if frame in keyed else None for frame in line.frames]
    taken = {frame for frame in frames if frame is not None}.union(*stretches)
    for i, (label, frame) in enumerate(zip(line.labels, line.frames, strict=True)):
        name = marker_name(label)
        if label and (name, frame) not in free:
            leads = [at for other, at in astray if other == name and at in keyed and at not in taken]
            if leads:
                frames[i] = nearest = min(leads, key=lambda at: abs(at - frame))
                taken.add(nearest)
    missing = {i: line.frames[i] for i, frame in enumerate(frames) if frame is None}
    if missing:
        for i, at in _nearest(missing, _places(line, keyed, stretches, taken)).items():
            frames[i] = at
    return tuple(frames)


def _nearest(missing: Mapping[int, int], places: Iterable[int]) -> dict[int, int]:
    """A place for each of these frames, in their order: for as many as can be, and as near as can be."""
    who = list(missing)
    near = sorted(places, key=lambda at: min(abs(at - frame) for frame in missing.values()))
    where = sorted(near[:LONGEST])

    @cache
    def best(i: int, k: int) -> tuple[int, int, tuple[tuple[int, int], ...]]:
        """Found (negative), distance in all, and which has which, from the i-th missing and the k-th place on."""
        if i == len(who) or k == len(where):
            return 0, 0, ()
        found, distance, chosen = best(i + 1, k + 1)
        taking = (found - 1, distance + abs(where[k] - missing[who[i]]), ((who[i], where[k]), *chosen))
        return min(taking, best(i, k + 1), best(i + 1, k))

    return dict(best(0, 0)[2])


def _marked(
    lines: Sequence[Line], found: Sequence[tuple[int | None, ...]], markers: Iterable[Marker]
) -> list[Followed]:
    """Gives each keyframe its marker: at its frame, where it was, anywhere; else one of another name at its frame."""
    free = set(markers)
    places = [
        (i, k, frame)
        for i, frames in enumerate(found)
        for k, frame in enumerate(frames)
        if frame is not None and lines[i].labels[k]
    ]
    marks: dict[tuple[int, int], Marker] = {}
    labels = [list(line.labels) for line in lines]

    def take(i: int, k: int, mark: Marker) -> None:
        free.discard(mark)
        marks[i, k] = mark

    for at in (lambda i, k, frame: frame, lambda i, k, frame: lines[i].frames[k]):
        for i, k, frame in places:
            mark = (marker_name(labels[i][k]), at(i, k, frame))
            if (i, k) not in marks and mark in free:
                take(i, k, mark)
    if free:
        for i, k, frame in places:
            if (i, k) not in marks:
                named = [mark for mark in free if mark[0] == marker_name(labels[i][k])]
                if named:
                    take(i, k, min(named, key=lambda mark: abs(mark[1] - frame)))
        for i, k, frame in places:
            here = sorted(mark for mark in free if mark[1] == frame)
            if (i, k) not in marks and here:
                take(i, k, here[0])
                labels[i][k] = here[0][0]
    followed = []
    for i, line in enumerate(lines):
        there = sorted((frame, k) for k, frame in enumerate(found[i]) if frame is not None)
        kept = tuple(k for _, k in there)
        now = moved(replace(line, labels=tuple(labels[i])), kept, [frame for frame, _ in there])
        followed.append(Followed(now, kept, tuple(marks.get((i, k)) for k in kept)))
    return followed
