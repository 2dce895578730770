"""What the face does between its keyframes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .performance import Performance

Array = npt.NDArray[np.float64]


def sample(performance: Performance, times: npt.ArrayLike) -> Array:
    """The performance at ``times`` (m,) in seconds, shape (m, 61); held before the first and after the last keyframe.

    Eased as Blender eases keys with clamped automatic handles: level at both ends and wherever a channel turns or rests, never
    beyond the two keyframes beside it. The slope between is that of Fritsch and Carlson's monotone interpolation (1980,
    weighted harmonic mean of the neighbouring slopes), which comes close to Blender's handles without copying them.
    """
    return ease(performance.times(), performance.matrix(), np.asarray(times, dtype=float))


def ease(knots: Array, values: Array, at: Array) -> Array:
    """What ``sample`` does, for ``values`` (n, channels) at ``knots`` (n,), which increase: shape (m, channels). Exact at knots."""
    slopes = monotone_slopes(knots, values)
    at = np.clip(at, knots[0], knots[-1])
    left = np.searchsorted(knots, at, side="right") - 1
    right = np.minimum(left + 1, len(knots) - 1)
    width = np.where(right > left, knots[right] - knots[left], 1.0)[:, None]
    u = (at - knots[left])[:, None] / width
    # cubic Hermite basis
    rise = u * u * (3 - 2 * u)
    leave, arrive = width * u * (1 - u) ** 2, width * u * u * (u - 1)
    start, end = values[left], values[right]
    eased: Array = start + (end - start) * rise + slopes[left] * leave + slopes[right] * arrive
    return eased


def monotone_slopes(knots: Array, values: Array) -> Array:
    """Slopes (n, channels) at the knots (n,) which keep every segment between its two values."""
    gaps = np.diff(knots)[:, None]
    secants = np.diff(values, axis=0) / gaps
    slopes = np.zeros_like(values)
    before, after = secants[:-1], secants[1:]
    w1, w2 = 2 * gaps[1:] + gaps[:-1], gaps[1:] + 2 * gaps[:-1]
    same_way = before * after > 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        harmonic = (w1 + w2) / (w1 / before + w2 / after)
    slopes[1:-1] = np.where(same_way, harmonic, 0.0)
    return slopes
