from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keyframeface_addon.face import refine
from keyframeface_addon.face.channels import CHANNELS
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance

from ..strategies import performances

NAMES = [channel.name for channel in CHANNELS]
SMIRK = Performance(
    (
        Keyframe(0.0, "calm"),
        Keyframe(
            0.6, "smirks", {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.2, "mouthLeft": 0.3, "eyeLookUpLeft": 0.2}
        ),
        Keyframe(1.0, "smirk stays", {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.2, "browInnerUp": 0.4}),
        Keyframe(2.0, "calms down", {"mouthSmileLeft": 0.1}),
    )
)


@given(performances(), st.sets(st.sampled_from(NAMES)))
def test_what_is_left_out_is_at_rest_and_nothing_else_changes(performance: Performance, names: set[str]) -> None:
    for before, after in zip(performance.keyframes, refine.without(performance, names).keyframes, strict=True):
        assert all(after.value(name) == (0.0 if name in names else before.value(name)) for name in NAMES)
        assert (after.time, after.label) == (before.time, before.label)


@given(performances(), st.sets(st.sampled_from(NAMES)))
def test_what_is_still_stays_as_it_begins(performance: Performance, names: set[str]) -> None:
    first = performance.keyframes[0]
    for before, after in zip(performance.keyframes, refine.still(performance, names).keyframes, strict=True):
        assert all(after.value(name) == (first if name in names else before).value(name) for name in NAMES)


@given(performances())
def test_played_backwards_twice_it_is_the_same(performance: Performance) -> None:
    there = refine.reverse(performance)
    assert there.duration == pytest.approx(performance.duration)
    again = refine.reverse(there)
    assert [(k.label, k.channels) for k in again.keyframes] == [(k.label, k.channels) for k in performance.keyframes]
    assert again.times() == pytest.approx(performance.times())


@given(performances())
@example(Performance((Keyframe(0.0, "", {"mouthPressLeft": 0.99999, "mouthPressRight": 0.3387196490210301}),)))
def test_symmetrical_both_sides_are_as_the_stronger_one(performance: Performance) -> None:
    even = refine.symmetric(performance)
    for before, after in zip(performance.keyframes, even.keyframes, strict=True):
        for left in refine.side_of("left"):
            right = left.replace("Left", "Right")
            assert after.value(left) == after.value(right) == max(before.value(left), before.value(right))
    assert refine.symmetric(even) == even


def test_gaze_is_no_matter_of_sides_and_the_mouth_goes_back_to_the_middle() -> None:
    pose = refine.symmetric(SMIRK).keyframes[1]
    assert dict(pose.channels) == {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6, "eyeLookUpLeft": 0.2}
    half = refine.symmetric(SMIRK, 0.5).keyframes[1]
    assert half.value("mouthSmileRight") == pytest.approx(0.4)
    assert half.value("mouthLeft") == pytest.approx(0.15)


def test_asymmetric_the_weaker_side_gives_way() -> None:
    assert refine.asymmetric(SMIRK, 0.5).keyframes[1].value("mouthSmileRight") == pytest.approx(0.1)
    assert refine.asymmetric(SMIRK, 0.5).keyframes[1].value("mouthSmileLeft") == 0.6
    alike = refine.asymmetric(refine.symmetric(SMIRK), 0.5).keyframes[1]
    assert (alike.value("mouthSmileLeft"), alike.value("mouthSmileRight")) == (0.6, 0.3)


@given(performances(), st.floats(0.05, 10), st.data())
def test_a_pose_that_is_held_moves_on_what_follows(
    performance: Performance, seconds: float, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(performance.keyframes) - 1))
    held = refine.hold(performance, index, seconds)
    assert held.duration == pytest.approx(performance.duration + seconds)
    assert held.keyframes[:index] == performance.keyframes[:index]
    twice = refine.hold(held, index, seconds)
    assert len(twice.keyframes) == len(held.keyframes)
    assert twice.duration == pytest.approx(held.duration + seconds)


def test_a_peak_is_where_it_is_about_to_go() -> None:
    assert refine.peak(SMIRK, {"mouthSmileLeft"}) == 2
    assert refine.peak(SMIRK, {"mouthLeft"}) == 1
    assert refine.peak(SMIRK, {"tongueOut"}) is None
    assert refine.onset(SMIRK, {"mouthSmileLeft"}) == 0
    assert refine.onset(SMIRK, {"browInnerUp"}) == 1
    assert refine.onset(SMIRK, {"tongueOut"}) is None


def test_at_rest_before_and_after() -> None:
    assert refine.begin_at_rest(SMIRK, 0.5) == SMIRK
    ended = refine.end_at_rest(SMIRK, 0.5)
    assert ended.keyframes[-1] == Keyframe(2.5, "back to rest")
    assert refine.end_at_rest(ended, 0.5) == ended
    begun = refine.begin_at_rest(refine.reverse(SMIRK), 0.5)
    assert begun.times() == pytest.approx([0.0, 0.5, 1.5, 1.9, 2.5])
    assert not begun.keyframes[0].channels


@given(performances(), st.floats(0.1, 10))
def test_stretched_in_thirds_it_is_stretched_as_a_whole(performance: Performance, factor: float) -> None:
    whole = refine.stretch(performance, factor)
    span = performance.duration - performance.keyframes[0].time
    assert whole.duration - whole.keyframes[0].time == pytest.approx(factor * span)
    if len(performance.keyframes) > 3:
        parts = refine.stretch(
            refine.stretch(refine.stretch(performance, factor, "start"), factor, "middle"), factor, "end"
        )
        assert parts.times() == pytest.approx(whole.times())
    with pytest.raises(ValueError, match="more than 0"):
        refine.stretch(performance, 0)


def test_only_the_end_is_stretched() -> None:
    assert refine.stretch(SMIRK, 0.5, "end").times() == pytest.approx([0, 0.6, 1.0, 1.5])
    assert refine.stretch(SMIRK, 2, "start").times() == pytest.approx([0, 1.2, 1.6, 2.6])
    assert list(refine.poses_in(SMIRK, "end")) == [3]
    assert list(refine.poses_in(SMIRK, "middle")) == [1, 2]


def test_eyes_that_lead_arrive_before_the_rest() -> None:
    led = refine.shift(SMIRK, refine.GAZE, -0.12, "eyes first")
    assert [k.time for k in led.keyframes] == pytest.approx([0, 0.48, 0.6, 0.88, 1.0, 1.88, 2.0])
    early = led.keyframes[1]
    assert early.label == "eyes first"
    assert early.value("eyeLookUpLeft") == pytest.approx(0.2)
    assert 0 < early.value("mouthSmileLeft") < 0.6
    assert led.keyframes[2].value("mouthSmileLeft") == pytest.approx(0.6)


@given(performances(), st.sets(st.sampled_from(NAMES), min_size=1), st.floats(-0.5, 0.5))
def test_shifted_channels_reach_the_same_values(performance: Performance, names: set[str], seconds: float) -> None:
    shifted = refine.shift(performance, names, seconds, "later")
    assert all(a.time < b.time for a, b in pairwise(shifted.keyframes))
    for name in NAMES:
        peak = max(k.value(name) for k in performance.keyframes)
        assert max(k.value(name) for k in shifted.keyframes) == pytest.approx(peak, abs=1e-5)
    labels = [k.label for k in shifted.keyframes if k.label != "later"]
    assert labels == [k.label for k in performance.keyframes if k.label != "later"]


def test_a_delay_is_as_long_as_asked_for() -> None:
    late = refine.shift(SMIRK, {"browInnerUp"}, 0.5, "brows later")
    assert [k.time for k in late.keyframes] == pytest.approx([0, 0.6, 1.0, 1.1, 1.5, 2.0, 2.5])
    assert max(late.keyframes, key=lambda k: k.value("browInnerUp")).time == pytest.approx(1.5)
    assert late.keyframes[4].value("browInnerUp") == pytest.approx(0.4)
    assert late.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.6)
    assert [k.label for k in late.keyframes if k.label != "brows later"] == [k.label for k in SMIRK.keyframes]
    assert refine.shift(SMIRK, {"tongueOut"}, 0.5, "x") == SMIRK
    assert refine.shift(SMIRK, {"browInnerUp"}, 0.01, "x") == SMIRK
