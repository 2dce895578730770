"""Gaze is told twice in Live Link Face: as eyeLook shapes, which the lids follow, and as rotations of the eyes. Here they agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .channels import INDEX, ChannelName

if TYPE_CHECKING:  # enabling the extension reads this, and has no time for numpy
    import numpy as np
    import numpy.typing as npt

# Regression over Live Link Face recordings: yaw = 0.58..0.68 * (out - in), pitch = 0.51..0.61 * (down - up), radians.
FULL_YAW = 0.6
FULL_PITCH = 0.55


def with_eye_rotations(channels: Mapping[ChannelName, float]) -> dict[ChannelName, float]:
    """The same channels with eye yaw and pitch (radians) as the eyeLook shapes have them."""
    pose = dict(channels)
    for side, outwards in (("Left", -1.0), ("Right", 1.0)):
        eye = side.lower() + "Eye"
        out = pose.get("eyeLookOut" + side, 0.0) - pose.get("eyeLookIn" + side, 0.0)
        down = pose.get("eyeLookDown" + side, 0.0) - pose.get("eyeLookUp" + side, 0.0)
        pose[eye + "Yaw"] = outwards * FULL_YAW * out
        pose[eye + "Pitch"] = FULL_PITCH * down
    return pose


def eyes_follow_gaze(channels: Mapping[ChannelName, float]) -> bool:
    """The eyes look anywhere, and their rotations are what the eyeLook shapes come to."""
    followed = with_eye_rotations(channels)
    turns = [name for name in followed if name.endswith(("EyeYaw", "EyePitch"))]
    return any(followed[n] for n in turns) and all(abs(followed[n] - channels.get(n, 0.0)) < 1e-6 for n in turns)


def eye_rotations(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For many times at once: (n, 61) in which eye yaw and pitch are what the eyeLook shapes of ``values`` (n, 61) come to, all else 0."""
    import numpy as np

    found = np.zeros_like(values)
    for side, outwards in (("Left", -1.0), ("Right", 1.0)):
        eye = side.lower() + "Eye"
        look_in, look_out, look_up, look_down = (
            values[:, INDEX[f"eyeLook{way}{side}"]] for way in ("In", "Out", "Up", "Down")
        )
        found[:, INDEX[eye + "Yaw"]] = outwards * FULL_YAW * (look_out - look_in)
        found[:, INDEX[eye + "Pitch"]] = FULL_PITCH * (look_down - look_up)
    return found
