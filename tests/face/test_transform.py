from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNEL
from keyframeface_addon.face.gaze import FULL_YAW, eyes_follow_gaze, with_eye_rotations
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
            if eyes_follow_gaze(before.channels) and name.endswith(("EyeYaw", "EyePitch")):
                continue
            assert after.value(name) == pytest.approx(min(CHANNEL[name].high, value * factor))
    with pytest.raises(ValueError, match="strength"):
        scale(performance, -1)


def test_eyes_turn_no_farther_than_their_shapes() -> None:
    look = Performance((Keyframe(0.0, "x", with_eye_rotations({"eyeLookOutLeft": 0.8, "eyeLookInRight": 0.8})),))
    assert scale(look, 2).keyframes[0].value("leftEyeYaw") == pytest.approx(-FULL_YAW)
    apart = Performance((Keyframe(0.0, "x", {"eyeLookOutLeft": 0.8, "leftEyeYaw": 0.1}),))
    assert scale(apart, 2).keyframes[0].value("leftEyeYaw") == pytest.approx(0.2)


@given(performances(), st.floats(0, 3), st.data())
def test_scaled_in_part_the_rest_stays_to_the_bit(performance: Performance, factor: float, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from([n for n in CHANNEL if "ye" not in n])))
    where = data.draw(st.sets(st.integers(0, 7)))
    after = scale(performance, factor, names, where)
    for i, (old, new) in enumerate(zip(performance.keyframes, after.keyframes, strict=True)):
        if i not in where:
            assert new is old
        assert all(new.value(name) == old.value(name) for name in CHANNEL if name not in names)


@given(performances(), st.floats(0.2, 60))
def test_retimed_it_ends_exactly_there_in_the_same_rhythm(performance: Performance, duration: float) -> None:
    again = retime(performance, duration)
    if performance.duration == 0:
        assert again == performance
        return
    assert again.duration == duration
    assert again.times() / duration == pytest.approx(performance.times() / performance.duration)
