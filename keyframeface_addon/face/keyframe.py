"""A keyframe: at this time the face looks like this, and this is what it means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .channels import CHANNEL, INDEX, ChannelName

Seconds = float


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A whole pose at one time. ``channels`` holds what is active (shapes 0..1, pose radians); all else is 0 there.

    Raises ValueError where the time is negative or not finite, a channel is unknown or its value out of range.
    """

    time: Seconds
    label: str = ""
    channels: Mapping[ChannelName, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.time) and self.time >= 0):
            raise ValueError(f"a keyframe's time is in seconds from 0, not {self.time!r}")
        for name, value in self.channels.items():
            channel = CHANNEL.get(name)
            if channel is None:
                raise ValueError(f"there is no face channel {name!r}")
            if not (math.isfinite(value) and channel.low <= value <= channel.high):
                raise ValueError(f"{name} = {value!r} at {self.time:g} s is outside {channel.low:g}..{channel.high:g}")
        active = sorted((item for item in self.channels.items() if item[1]), key=lambda item: INDEX[item[0]])
        object.__setattr__(self, "channels", MappingProxyType({name: float(value) for name, value in active}))
        object.__setattr__(self, "time", float(self.time))

    def value(self, name: ChannelName) -> float:
        """The channel's value here, 0.0 where it is not listed."""
        return self.channels.get(name, 0.0)

    def __hash__(self) -> int:
        return hash((self.time, self.label, tuple(self.channels.items())))

    def __reduce__(self) -> tuple[type[Keyframe], tuple[Seconds, str, dict[ChannelName, float]]]:
        # MappingProxyType: "cannot pickle 'mappingproxy' object"
        return Keyframe, (self.time, self.label, dict(self.channels))
