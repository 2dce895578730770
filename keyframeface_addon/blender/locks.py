"""Locked keyframes stay as they are when a performance is written over them: it takes them up, and gives way to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from ..face.keyframe import Keyframe
from ..face.performance import Performance
from .readback import as_it_is, played_in_actions
from .record import AS_MADE, KeyframeState
from .references import Refusal
from .rig import Face

NEAR = 2
"""Frames. A keyframe that is no farther from a locked one would only make it twitch."""


@dataclass(frozen=True, slots=True)
class WithLocked:
    """A performance that has taken up the locked keyframes in its range."""

    performance: Performance
    frames: tuple[int, ...]
    states: tuple[KeyframeState, ...]
    held: tuple[int, ...]
    """Frames of the locked ones."""


def with_locked(face: Face, performance: Performance, frames: tuple[int, ...], start: float, rate: float) -> WithLocked:
    """``rate`` in frames a second. Raises Refusal where nothing of the performance itself would be left."""
    first, last = frames[0], frames[-1]
    held: dict[int, tuple[Keyframe, KeyframeState]] = {}
    for played in played_in_actions(face):
        record = played.record
        if not record.locked or not record.overlaps(first, last):
            continue
        if record.baked and record.locked_frames[-1] >= first:
            what = f"the recording from frame {record.frames[0]} on has locked keyframes"
            raise Refusal(f"{what}: unlock them in the keyframe list, or start elsewhere")
        if any(first <= frame <= last for frame in record.locked_frames):
            record = as_it_is(face, played)
            held |= {record.frames[i]: (record.performance.keyframes[i], record.state(i)) for i in record.locked}
    held = {frame: kept for frame, kept in held.items() if first <= frame <= last}
    if not held:
        return WithLocked(performance, frames, (), ())
    rows = {
        frame: (keyframe, AS_MADE)
        for frame, keyframe in zip(frames, performance.keyframes, strict=True)
        if all(abs(frame - there) > NEAR for there in held)
    }
    if not rows:
        raise Refusal(
            f"the keyframe at frame {min(held)} is locked: unlock it in the keyframe list, or start elsewhere"
        )
    rows |= {frame: (replace(k, time=max(0.0, (frame - start) / rate)), state) for frame, (k, state) in held.items()}
    ordered = sorted(rows)
    keyframes = [rows[frame][0] for frame in ordered]
    if any(after.time <= before.time for before, after in pairwise(keyframes)):
        times = [max(0.0, (frame - start) / rate) for frame in ordered]
        keyframes = [replace(keyframe, time=time) for keyframe, time in zip(keyframes, times, strict=True)]
    taken_up = replace(performance, keyframes=tuple(keyframes))
    return WithLocked(taken_up, tuple(ordered), tuple(rows[frame][1] for frame in ordered), tuple(sorted(held)))


def refuse_over_locked(face: Face, first: int, last: float, what: str) -> None:
    """Raises Refusal where there are locked keyframes from ``first`` to ``last``, which ``what`` would change."""
    for played in played_in_actions(face):
        for i in played.record.locked:
            if first <= played.record.frames[i] <= last:
                frame = played.record.frames[i]
                raise Refusal(
                    f"the keyframe at frame {frame} is locked, and {what}: unlock it in the keyframe list first"
                )
