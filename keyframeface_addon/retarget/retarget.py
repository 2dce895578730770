"""Retargeting: the channels of a performance to values of what a rig has. One pure function, for panel, batch and headless alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..face.channels import CHANNELS, INDEX, ChannelName
from .mapping import PLAIN, RigMapping

Array = npt.NDArray[np.float64]
Limits = Mapping[str, tuple[float, float]]
"""Lowest and highest value of a target; 0 to 1 where nothing is said."""


@dataclass(frozen=True, eq=False)
class Retarget:
    """Linear: ``values = channels @ weights + offsets``, then kept within limits.

    ``weights`` (61, targets), ``offsets``, ``low``, ``high`` (targets,).
    """

    targets: tuple[str, ...]
    weights: Array
    offsets: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, mapping: RigMapping, limits: Limits) -> Retarget:
        """For the drives of this mapping, targets in the order in which channels name them."""
        targets = tuple(dict.fromkeys(d.target for c in CHANNELS for d in mapping.drives.get(c.name, ())))
        place = {target: i for i, target in enumerate(targets)}
        weights, offsets = np.zeros((len(CHANNELS), len(targets))), np.zeros(len(targets))
        for channel, drives in mapping.drives.items():
            tuning = mapping.tuning(channel)
            for drive in drives:
                weights[INDEX[channel], place[drive.target]] += drive.weight * (tuning.applied(1.0) - tuning.offset)
                offsets[place[drive.target]] += drive.weight * tuning.offset
        bounds = np.array([limits.get(target, (0.0, 1.0)) for target in targets]).reshape(len(targets), 2)
        return cls(targets, weights, offsets, bounds[:, 0], bounds[:, 1])

    def values(self, channels: Array) -> Array:
        """(n, 61) values of channels -> (n, targets)."""
        found = channels @ self.weights
        if self.offsets.any():
            found += self.offsets
        np.clip(found, self.low, self.high, out=found)
        return found

    def channels(self, values: Array, written: Array) -> Array:
        """What ``written`` (n, 61) must have been for these ``values`` (n, targets): the inverse of ``values``.

        Where several channels move one target the change is shared by them, by least squares; what no target shows, and
        what lies outside of a target's limits, stays as written.
        """
        change = values - self.values(written)
        found: Array = written + change @ self._inverse
        return found

    @cached_property
    def _inverse(self) -> Array:
        inverse: Array = np.linalg.pinv(self.weights).astype(np.float64)
        return inverse

    def moving(self, channel: ChannelName) -> Sequence[str]:
        """Targets that this channel moves."""
        return [target for target, weight in zip(self.targets, self.weights[INDEX[channel]], strict=True) if weight]


def tuned(channels: Array, mapping: RigMapping) -> Array:
    """The same (n, 61) with every tuning applied: for what bones turn, which is not linear."""
    found = channels.copy()
    for channel, tuning in mapping.tunings.items():
        if tuning != PLAIN:
            factor = -tuning.gain if tuning.invert else tuning.gain
            column = channels[:, INDEX[channel]] * factor + tuning.offset
            found[:, INDEX[channel]] = np.clip(column, -tuning.limit, tuning.limit) if tuning.limit else column
    return found


def untuned(channels: Array, mapping: RigMapping) -> Array:
    """The inverse of ``tuned``; what a gain of 0 keeps from being shown comes out as 0."""
    found = channels.copy()
    for channel, tuning in mapping.tunings.items():
        if tuning != PLAIN:
            factor = -tuning.gain if tuning.invert else tuning.gain
            found[:, INDEX[channel]] = (channels[:, INDEX[channel]] - tuning.offset) / factor if factor else 0.0
    return found
