"""Timecodes: written as Live Link Face does, and read from recordings that say nowhere what their frame rate is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .capture import Array, CaptureError

CLOCK = 60
"""The app's timecode is the time of day: hours, minutes, seconds, and sixtieths of a second with thousandths of these.

It is so at any frame rate (a take of 30 frames a second steps by 2), and other tools count on it: importers for Blender, Maya
and MotionBuilder divide by 60, Unreal's by 60 as soon as a frame number exceeds 30.
"""

_BASES = (8, 10, 12, 15, 16, 18, 20, 24, 25, 30, 48, 50, 60, 72, 75, 90, 96, 100, 120, 144, 200, 240, 1000)
"""What others count to in a second; the last are milliseconds."""

_NTSC = tuple(rate * 1000 / 1001 for rate in (12, 15, 24, 30, 48, 60, 120))
_WHOLE = (
    *range(1, 21),
    12.5,
    24.0,
    25.0,
    30.0,
    48.0,
    50.0,
    60.0,
    72.0,
    75.0,
    90.0,
    96.0,
    100.0,
    120.0,
    144.0,
    200.0,
    240.0,
)

_CAMERA = 0.003
"""How far a camera's own clock may be off its frame rate; phones were 0.0001 to 0.0006 off."""

_DAY = 86400

_FORM = re.compile(r"(\d{1,3})[:;](\d{1,2})[:;](\d{1,2})(?:([:;])(\d{1,4})(?:[.,](\d*))?|[.,](\d+))?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def timecode(frame: int, fps: float) -> str:
    """When frame number ``frame`` is shown, as ``HH:MM:SS:FF.mmm`` on the app's clock of sixtieths."""
    sixtieths, thousandths = divmod(round(frame * CLOCK * 1000 / fps), 1000)
    seconds, sixtieths = divmod(sixtieths, CLOCK)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{sixtieths:02}.{thousandths:03}"


@dataclass(frozen=True, slots=True, eq=False)
class Timing:
    """When which row was recorded: ``rows`` (n,) in the order of their ``times`` (n,), which start at 0."""

    rows: npt.NDArray[np.intp]
    times: Array
    frame_rate: float
    dropped: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Positions:
    """Timecodes as frames of their own counting, not yet in order."""

    frames: Array
    per_second: float  # 0: unknown
    resolution: float


def timing_of(timecodes: Sequence[str], lines: Sequence[int], frame_rate: float | None = None) -> Timing:
    """Seconds and frame rate of the rows that have these ``timecodes`` and stand on these ``lines``.

    Rows that repeat a timecode are left out, unless most timecodes stand on several rows: a timecode slower than the camera.
    ``frame_rate`` overrides what was found. Raises CaptureError.
    """
    where = _positions(timecodes, lines)
    if not where.per_second and frame_rate is None:
        raise CaptureError(f"it has frame numbers ({timecodes[0].strip()}) instead of timecodes; say its frame rate")
    notes: list[str] = []
    order = np.argsort(where.frames, kind="stable")
    if late := int(np.count_nonzero(np.diff(order) < 0)):
        notes.append(f"{_rows(late)} out of order put in place")
    frames = where.frames[order]

    different, first, counts = np.unique(frames, return_index=True, return_counts=True)
    usual = int(np.median(counts))
    if len(different) == 1 and len(frames) > 1:
        if frame_rate is not None:
            return timing_of([str(i) for i in range(len(lines))], lines, frame_rate)
        raise CaptureError(
            f"all {len(frames)} frames have the same timecode {timecodes[0].strip()}; say its frame rate"
        )
    place = np.arange(len(frames)) - np.repeat(first, counts)
    kept = place < usual
    if repeated := int(np.count_nonzero(~kept)):
        notes.append(f"{_rows(repeated)} left out: the timecode of the frame before")
    if usual > 1:
        frames = frames + place / usual * np.median(np.diff(different))
    order, frames = order[kept], frames[kept]
    if len(frames) == 1:
        return Timing(order, np.zeros(1), frame_rate or float(CLOCK), 0, tuple(notes))

    steps = np.diff(frames)
    step = _usual_step(steps)
    passed = np.maximum(np.rint(steps / step), 1)
    times, found = _times(frames - frames[0], passed, where)
    if frame_rate is not None:
        times, found = times * (found / frame_rate), frame_rate
    return Timing(order, times, found, int(passed.sum()) - len(passed), tuple(notes))


def _positions(timecodes: Sequence[str], lines: Sequence[int]) -> _Positions:
    if all(_NUMBER.fullmatch(text.strip()) for text in timecodes):
        return _Positions(np.array([_number(text) for text in timecodes]), 0.0, 1e-3)
    matches = []
    for text, line in zip(timecodes, lines, strict=True):
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise CaptureError(f"line {line}: the timecode {text.strip()[:40]!r} is not HH:MM:SS:FF or HH:MM:SS:FF.mmm")
        matches.append(match)
    seconds = np.array([int(m[1]) * 3600 + int(m[2]) * 60 + int(m[3]) for m in matches], dtype=float)
    seconds += _DAY * np.cumsum(np.append(0, np.diff(seconds) < -_DAY / 2))
    parts = np.array([float(f"{m[5] or 0}.{m[6] or m[7] or 0}") for m in matches])
    resolution = 10.0 ** -max(len(m[6] or m[7] or "") for m in matches)
    if all(m[5] is None for m in matches):
        base, drop = 1, 0
    else:
        base = _base(seconds, parts)
        drop = _drop_frame(seconds, parts, base, marked=any(m[4] == ";" for m in matches))
    frames = seconds * base + parts
    back = np.flatnonzero(np.diff(frames) < -base)
    if len(back):
        row = int(back[0])
        raise CaptureError(
            f"line {lines[row + 1]}: the timecode goes back from {timecodes[row].strip()} to {timecodes[row + 1].strip()}; "
            "keep one take in a file"
        )
    if drop:
        minutes = seconds // 60
        frames -= drop * (minutes - minutes // 10)
    return _Positions(frames, base * 1000 / 1001 if drop else float(base), resolution)


def _base(seconds: Array, parts: Array) -> int:
    """How many frames the timecode counts in a second: what makes a step into the next second as long as one within it."""
    lowest = int(parts.max()) + 1
    forward, change = np.diff(seconds), np.diff(parts)
    within, across = change[(forward == 0) & (change > 0)], change[forward == 1]
    guess = np.median(within) - np.median(across) if len(within) and len(across) else CLOCK
    return min((base for base in _BASES if base >= lowest), key=lambda base: abs(base - guess), default=lowest)


def _drop_frame(seconds: Array, parts: Array, base: int, marked: bool) -> int:
    """How many numbers a minute leaves out, 0 where it leaves out none.

    Drop-frame timecode skips the first two numbers (of 30) of every minute but each tenth. Some mark it with a semicolon.
    """
    if base not in (30, 60, 120):
        return 0
    skip = base // 15
    minutes = seconds // 60
    if np.any((seconds % 60 == 0) & (parts < skip) & (minutes % 10 != 0)):
        return 0
    if marked:
        return skip
    steps = np.diff(seconds * base + parts)
    usual = _usual_step(steps)
    into = (np.diff(minutes) == 1) & (minutes[1:] % 10 != 0)
    leaps = np.abs(steps - usual - skip) < 0.5
    # one leap alone may also be frames that were dropped just there: believed only of a take that drops none
    believed = np.count_nonzero(into) > 1 or (usual < skip and np.all(steps[~into] < 1.6 * usual))
    return skip if np.any(into) and np.all(leaps[into]) and believed else 0


def _usual_step(steps: Array) -> float:
    """The mean step from frame to frame, dropped and repeated ones aside."""
    forward = np.sort(steps[steps > 0])
    if not len(forward):
        return 1.0
    middle = forward[(len(forward) - 1) // 2]
    return float(np.mean(forward[(forward > 0.4 * middle) & (forward < 1.6 * middle)]))


def _times(frames: Array, passed: Array, where: _Positions) -> tuple[Array, float]:
    """Seconds and frame rate. Times that are those of an even rate, but for the timecode's rounding, become even."""
    count = np.append(0, np.cumsum(passed))
    if not where.per_second:
        return count, 1.0
    measured = where.per_second * float(count[-1] / frames[-1])
    rounding = 1.1 * where.resolution
    close = max(rounding / float(frames[-1]), 1e-5)
    off = {rate: abs(measured / rate - 1) for rate in (*_NTSC, *_WHOLE)}
    near = [rate for rate in off if off[rate] <= (close if rate in _NTSC else max(close, _CAMERA))]
    nominal = min(near, key=lambda rate: off[rate], default=max(round(measured, 3), 0.001))
    for rate in (nominal, round(measured, 2), round(measured, 3)):
        if rate and np.abs(frames - count * (where.per_second / rate)).max() <= rounding:
            return count / rate, float(rate)
    return frames / where.per_second, float(nominal)


def _number(text: str) -> float:
    return float(text.strip().replace(",", "."))


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
