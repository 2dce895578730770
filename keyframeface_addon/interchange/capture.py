"""A capture: what a face did, frame by frame, and the few keyframes that say nearly the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNELS, ChannelName
from ..face.keyframe import Keyframe
from ..face.motion import ease
from ..face.performance import Performance

Array = npt.NDArray[np.float64]

TOLERANCE = 0.05
"""How far a thinned performance may be off: of a shape's whole way, or in radians (3 degrees)."""


class CaptureError(Exception):
    """A recording that cannot be read; the text says in one line which, why, and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """Frames as they were recorded. Values may lie outside a channel's range: recordings reach 1.05.

    ``times`` (n,) are seconds that increase from 0, ``values`` (n, 61) have the order of ``CHANNELS``; both are read-only.
    ``dropped`` counts the frames that the timecode skips, ``missing`` names the channels that were not recorded (they are 0),
    ``notes`` tells in a line each what was left out or put right.
    """

    name: str
    times: Array
    values: Array
    frame_rate: float
    dropped: int = 0
    missing: tuple[ChannelName, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in ("times", "values"):
            array = np.array(getattr(self, field), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, field, array)
        if not len(self.times) or self.values.shape != (len(self.times), len(CHANNELS)):
            raise ValueError(f"times {self.times.shape} and values {self.values.shape} do not make a capture")
        if self.times[0] != 0 or np.any(np.diff(self.times) <= 0):
            raise ValueError("a capture's times start at 0 and increase")

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return float(self.times[-1])

    def sample(self, times: npt.ArrayLike) -> Array:
        """The values at ``times`` (m,), shape (m, 61): linear between frames, dropped ones bridged, held before and after."""
        at = np.asarray(times, dtype=float)
        return np.stack([np.interp(at, self.times, column) for column in self.values.T], axis=1)

    def resampled(self, frame_rate: float) -> Capture:
        """The same at another rate."""
        times = frame_times(self.duration, frame_rate)
        return replace(self, times=times, values=self.sample(times), frame_rate=frame_rate)


def frame_times(duration: float, frame_rate: float) -> Array:
    """Seconds of all frames from 0 to the one nearest to ``duration``."""
    if not (math.isfinite(frame_rate) and frame_rate > 0):
        raise ValueError(f"a frame rate is more than 0, not {frame_rate!r}")
    return np.arange(round(duration * frame_rate) + 1) / frame_rate


def performance_of(capture: Capture, tolerance: float = TOLERANCE) -> Performance:
    """As few of the capture's frames as keep the performance, eased as it is played, within ``tolerance`` of all of them.

    Values are brought into their channel's range first, since a keyframe holds no others; channels that never leave 0 by more
    than the tolerance are left out. A tolerance of 0 keeps what is needed to meet every frame.
    """
    if not tolerance >= 0:
        raise ValueError(f"a tolerance is 0 or more, not {tolerance!r}")
    values = np.clip(capture.values, [channel.low for channel in CHANNELS], [channel.high for channel in CHANNELS])
    used = np.flatnonzero(np.abs(values).max(axis=0) > tolerance)
    names = [CHANNELS[i].name for i in used]
    keyframes = tuple(
        Keyframe(float(capture.times[i]), channels=dict(zip(names, values[i, used].tolist(), strict=True)))
        for i in _needed(capture.times, values[:, used], tolerance)
    )
    return Performance(keyframes, prompt=capture.name)


def _needed(times: Array, values: Array, tolerance: float) -> npt.NDArray[np.intp]:
    """Frames to keep. As Ramer, Douglas and Peucker: the worst frame of each gap is added until none is beyond the tolerance.

    Unlike theirs all gaps are halved in one pass, as a new keyframe also changes the easing of the gaps beside its own.
    """
    keep = np.zeros(len(times), dtype=bool)
    keep[[0, -1]] = True
    while True:
        knots = np.flatnonzero(keep)
        if len(knots) == len(times):
            return knots
        error = np.abs(ease(times[knots], values[knots], times) - values).max(axis=1, initial=0.0)
        gap = np.cumsum(keep)
        by_gap = np.lexsort((error, gap))
        worst = by_gap[np.append(np.flatnonzero(np.diff(gap[by_gap])), len(times) - 1)]
        added = worst[error[worst] > tolerance]
        added = added[~keep[added]]
        if not len(added):
            return knots
        keep[added] = True
