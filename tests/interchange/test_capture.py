from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNELS, INDEX
from keyframeface_addon.face.motion import sample
from keyframeface_addon.interchange.capture import Array, Capture, performance_of
from keyframeface_addon.interchange.live_link_face import read_capture

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
LOW = [channel.low for channel in CHANNELS]
HIGH = [channel.high for channel in CHANNELS]


def capture_of(fps: float, **channels: Array) -> Capture:
    count = len(next(iter(channels.values())))
    values = np.zeros((count, len(CHANNELS)))
    for name, column in channels.items():
        values[:, INDEX[name]] = column
    return Capture("take", np.arange(count) / fps, values, fps)


def test_a_capture_is_a_value() -> None:
    capture = capture_of(30, jawOpen=np.linspace(0, 1, 31))
    with pytest.raises(ValueError, match="read-only"):
        capture.values[0, 0] = 1
    assert capture.duration == 1
    assert np.array_equal(pickle.loads(pickle.dumps(capture)).values, capture.values)
    with pytest.raises(ValueError, match="do not make a capture"):
        Capture("x", np.zeros(2), np.zeros((2, 52)), 30)
    with pytest.raises(ValueError, match="start at 0 and increase"):
        Capture("x", np.array([0.0, 0.0]), np.zeros((2, 61)), 30)


def test_a_capture_can_be_baked_at_any_rate() -> None:
    capture = capture_of(60, jawOpen=np.linspace(0, 1, 61))
    frames = np.arange(-1, 26) / 24
    assert capture.sample(frames)[:, INDEX["jawOpen"]] == pytest.approx(np.clip(frames, 0, 1))
    assert np.array_equal(capture.sample(capture.times), capture.values)


def test_a_slow_movement_is_two_keyframes() -> None:
    t = np.linspace(0, 1, 61)
    performance = performance_of(capture_of(60, jawOpen=t * t * (3 - 2 * t)), 0.01)
    assert performance.times() == pytest.approx([0, 1])
    assert performance.prompt == "take"


def test_a_blink_keeps_its_peak() -> None:
    blink = np.zeros(120)
    blink[50:57] = [0.3, 0.8, 1.0, 0.9, 0.6, 0.3, 0.1]
    performance = performance_of(capture_of(60, eyeBlinkLeft=blink, eyeBlinkRight=blink), 0.02)
    assert performance.matrix()[:, INDEX["eyeBlinkLeft"]].max() == 1.0
    assert len(performance.keyframes) < 14


def test_values_beyond_a_channels_range_become_keyframes_within_it() -> None:
    performance = performance_of(capture_of(30, jawOpen=np.array([-0.2, 1.05]), headYaw=np.array([0.0, -2.0])))
    assert [dict(keyframe.channels) for keyframe in performance.keyframes] == [{}, {"jawOpen": 1.0, "headYaw": -1.6}]


def test_channels_that_only_tremble_are_left_out() -> None:
    rng = np.random.default_rng(1)
    performance = performance_of(capture_of(30, jawOpen=np.linspace(0, 1, 90), tongueOut=rng.uniform(0, 0.04, 90)))
    assert {name for keyframe in performance.keyframes for name in keyframe.channels} == {"jawOpen"}
    assert len(performance.keyframes) < 8


def test_captures_of_nothing_and_of_one_frame() -> None:
    assert len(performance_of(capture_of(30, jawOpen=np.zeros(50))).keyframes) == 2
    assert len(performance_of(capture_of(30, jawOpen=np.ones(1))).keyframes) == 1
    with pytest.raises(ValueError, match="tolerance"):
        performance_of(capture_of(30, jawOpen=np.ones(1)), -0.1)


@given(st.integers(0, 2**32 - 1), st.integers(2, 80), st.sampled_from([0.0, 0.01, 0.05, 0.3]))
@settings(deadline=None)
def test_played_back_it_stays_within_the_tolerance(seed: int, count: int, tolerance: float) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.choice([1, 1, 1, 4], count)) / 60
    values = np.clip(np.cumsum(rng.normal(0, 0.1, (count, 61)), axis=0), LOW, HIGH)
    capture = Capture("walk", times - times[0], values, 60)
    performance = performance_of(capture, tolerance)
    assert np.abs(sample(performance, capture.times) - values).max() <= tolerance + 1e-9
    assert set(performance.times()) <= set(capture.times)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
@pytest.mark.parametrize("name", ["alexdjulin_alex_rom_3.csv", "think-biq_LLV_dao.csv"])
def test_recordings_by_others_become_few_keyframes(name: str) -> None:
    capture = read_capture(CAPTURES / name)
    performance = performance_of(capture, 0.05)
    played = sample(performance, capture.times)
    assert np.abs(played - np.clip(capture.values, LOW, HIGH)).max() <= 0.05 + 1e-9
    assert len(performance.keyframes) < len(capture.times) / 3
    assert performance.duration == capture.duration
