from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance, PerformanceError, from_json, to_json

from ..strategies import performances


@pytest.mark.parametrize(
    ("time", "channels", "said"),
    [
        (-0.1, {}, "seconds from 0"),
        (float("nan"), {}, "seconds from 0"),
        (0.0, {"smile": 0.5}, "no face channel 'smile'"),
        (0.0, {"jawOpen": 1.2}, "jawOpen = 1.2"),
        (0.0, {"jawOpen": float("nan")}, "jawOpen"),
        (0.0, {"headYaw": -1.7}, "headYaw"),
    ],
)
def test_a_keyframe_refuses_what_is_not_a_pose(time: float, channels: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Keyframe(time, "x", channels)


def test_a_keyframe_keeps_only_what_is_active_and_cannot_be_changed() -> None:
    keyframe = Keyframe(1, "x", {"tongueOut": 0.3, "eyeBlinkLeft": 0.1, "jawOpen": 0})
    assert list(keyframe.channels) == ["eyeBlinkLeft", "tongueOut"]
    assert keyframe.value("jawOpen") == 0
    with pytest.raises(TypeError):
        keyframe.channels["jawOpen"] = 1.0  # type: ignore[index]
    assert pickle.loads(pickle.dumps(keyframe)) == keyframe
    assert len({keyframe, pickle.loads(pickle.dumps(keyframe))}) == 1


def test_times_must_increase() -> None:
    with pytest.raises(PerformanceError, match="at least one"):
        Performance(())
    with pytest.raises(PerformanceError, match="increase"):
        Performance((Keyframe(1.0), Keyframe(1.0)))


@given(performances())
def test_json_round_trip(performance: Performance) -> None:
    again = from_json(to_json(performance))
    assert [k.label for k in again.keyframes] == [k.label for k in performance.keyframes]
    assert again.times() == pytest.approx(performance.times(), abs=1e-4)
    assert again.matrix() == pytest.approx(performance.matrix(), abs=1e-4)
    assert from_json(to_json(again)) == again


def test_unknown_fields_of_later_versions_are_ignored() -> None:
    data = json.loads(to_json(Performance((Keyframe(0.0, "a", {"jawOpen": 0.5}),), prompt="p", seed=3)))
    data["mood"] = "later"
    data["keyframes"][0]["weight"] = 1
    again = from_json(json.dumps(data))
    assert (again.prompt, again.seed, again.keyframes[0].value("jawOpen")) == ("p", 3, 0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a performance file"),
        ("[]", "keyframeface/1"),
        ('{"format": "keyframeface/9"}', "keyframeface/9"),
        ('{"format": "keyframeface/1"}', "broken"),
        ('{"format": "keyframeface/1", "keyframes": []}', "at least one"),
        ('{"format": "keyframeface/1", "keyframes": [{"time": 0, "channels": {"nose": 1}}]}', "'nose'"),
        ('{"format": "keyframeface/1", "keyframes": [{"time": "x", "channels": {}}]}', "broken"),
    ],
)
def test_broken_files_are_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(PerformanceError, match=said) as error:
        from_json(text)
    assert "\n" not in str(error.value)


@given(st.text())
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    with pytest.raises(PerformanceError):
        from_json(text)
