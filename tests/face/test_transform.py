from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNEL
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.transform import mirror, retime, scale

from ..strategies import performances


@given(performances())
def test_mirrored_twice_it_is_the_same(performance: Performance) -> None:
    assert mirror(mirror(performance)) == performance


def test_a_mirror_swaps_sides_and_turns_the_head_the_other_way() -> None:
    pose = {
        "mouthSmileLeft": 0.6,
        "jawLeft": 0.2,
        "headYaw": 0.3,
        "headPitch": 0.1,
        "leftEyeYaw": 0.2,
        "browInnerUp": 0.5,
    }
    flipped = mirror(Performance((Keyframe(0.0, "x", pose),))).keyframes[0].channels
    assert dict(flipped) == {
        "jawRight": 0.2,
        "mouthSmileRight": 0.6,
        "browInnerUp": 0.5,
        "headYaw": -0.3,
        "headPitch": 0.1,
        "rightEyeYaw": -0.2,
    }


@given(performances(), st.floats(0, 3))
def test_scaled_values_stay_in_range(performance: Performance, factor: float) -> None:
    for before, after in zip(performance.keyframes, scale(performance, factor).keyframes, strict=True):
        for name, value in before.channels.items():
            assert after.value(name) == pytest.approx(min(CHANNEL[name].high, value * factor))
    with pytest.raises(ValueError, match="strength"):
        scale(performance, -1)


@given(performances(), st.floats(0.2, 60))
def test_retimed_it_ends_exactly_there_in_the_same_rhythm(performance: Performance, duration: float) -> None:
    again = retime(performance, duration)
    if performance.duration == 0:
        assert again == performance
        return
    assert again.duration == duration
    assert again.times() / duration == pytest.approx(performance.times() / performance.duration)
