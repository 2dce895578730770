from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.notation import MAX_LABEL, NotationError, read_keyframe, write_keyframe

from ..strategies import keyframes, written_keyframes


def test_both_sides_are_folded_and_directions_are_degrees() -> None:
    keyframe = read_keyframe(
        "1.25 tears: browInnerUp 90 mouthSmile 40 mouthSmileLeft 60 look left 20 head down 10 tilt right 5"
    )
    assert (keyframe.time, keyframe.label) == (1.25, "tears")
    assert (keyframe.value("mouthSmileLeft"), keyframe.value("mouthSmileRight")) == (0.6, 0.4)
    assert keyframe.value("eyeLookOutLeft") == keyframe.value("eyeLookInRight") == pytest.approx(math.radians(20) / 0.6)
    # Live Link Face: eye yaw + is to the own right, head pitch + is up, head roll + is to the own right
    assert keyframe.value("leftEyeYaw") == keyframe.value("rightEyeYaw") == pytest.approx(-math.radians(20))
    assert keyframe.value("headPitch") == pytest.approx(-math.radians(10))
    assert keyframe.value("headRoll") == pytest.approx(math.radians(5))


@pytest.mark.parametrize(
    ("line", "channel", "positive"),
    [
        ("look right 10", "leftEyeYaw", True),
        ("look down 10", "rightEyePitch", True),
        ("look up 10", "leftEyePitch", False),
        ("head left 10", "headYaw", True),
        ("head right 10", "headYaw", False),
        ("head up 10", "headPitch", True),
        ("tilt left 10", "headRoll", False),
    ],
)
def test_signs_are_those_of_live_link_face(line: str, channel: str, positive: bool) -> None:
    assert (read_keyframe(f"0.0 x: {line}").value(channel) > 0) is positive


@given(written_keyframes())
def test_what_is_written_reads_back_equal(keyframe: Keyframe) -> None:
    again = read_keyframe(write_keyframe(keyframe))
    assert again.time == pytest.approx(keyframe.time)
    assert again.label == keyframe.label[:MAX_LABEL]
    assert dict(again.channels) == pytest.approx(dict(keyframe.channels))


@given(keyframes())
def test_any_pose_is_written_to_within_half_a_step(keyframe: Keyframe) -> None:
    again = read_keyframe(write_keyframe(keyframe))
    limits = {"headYaw": 60, "headPitch": 40, "headRoll": 35}
    for name, degrees in limits.items():
        assert again.value(name) == pytest.approx(
            min(keyframe.value(name), math.radians(degrees)), abs=math.radians(0.51)
        )
    shapes = [name for name in keyframe.channels if "ead" not in name and "Eye" not in name]
    for name in shapes:
        assert again.value(name) == pytest.approx(
            keyframe.value(name), abs=0.03 if name.startswith("eyeLook") else 0.0051
        )


@pytest.mark.parametrize(
    "text", ["", "neutral", "0.0 neutral", "x y: jawOpen 4", "0.0 a: jawOpen", "0.0 a: nosePick 40", "{}"]
)
def test_other_lines_are_not_keyframes(text: str) -> None:
    with pytest.raises(NotationError):
        read_keyframe(text)


@given(st.text())
def test_no_line_makes_reading_fail_otherwise(line: str) -> None:
    with contextlib.suppress(NotationError):
        assert read_keyframe(line).time < 100
