"""Channels to targets and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from keyframeface_addon.face.channels import CHANNELS, INDEX, SHAPES
from keyframeface_addon.retarget.mapping import Drive, RigMapping, Tuning
from keyframeface_addon.retarget.retarget import Retarget, tuned

performances = hnp.arrays(float, st.tuples(st.integers(1, 6), st.just(len(CHANNELS))), elements=st.floats(0, 1))
ONE_TO_ONE = RigMapping({name: (Drive(f"key {name}"),) for name in SHAPES})


def channels(**values: float) -> np.ndarray:
    row = np.zeros((1, len(CHANNELS)))
    for name, value in values.items():
        row[0, INDEX[name]] = value
    return row


def shown(mapping: RigMapping, **values: float) -> dict[str, float]:
    retarget = Retarget.of(mapping, {"Jaw": (0.0, 1.0), "Look": (-1.0, 1.0)})
    return dict(zip(retarget.targets, retarget.values(channels(**values))[0].tolist(), strict=True))


@given(performances)
def test_a_rig_with_all_shapes_shows_what_was_performed(performance: np.ndarray) -> None:
    retarget = Retarget.of(ONE_TO_ONE, {})
    values = retarget.values(performance)
    for name in SHAPES:
        np.testing.assert_array_equal(values[:, retarget.targets.index(f"key {name}")], performance[:, INDEX[name]])


@given(performances, performances)
def test_what_was_edited_is_read_back(before: np.ndarray, after: np.ndarray) -> None:
    before, after = before[:1], after[:1]
    retarget = Retarget.of(ONE_TO_ONE, {})
    found = retarget.channels(retarget.values(after), before)
    np.testing.assert_allclose(found[:, : len(SHAPES)], after[:, : len(SHAPES)], atol=1e-9)
    np.testing.assert_array_equal(found[:, len(SHAPES) :], before[:, len(SHAPES) :])


def test_one_channel_onto_several_keys_and_several_onto_one() -> None:
    mapping = RigMapping(
        {
            "mouthPucker": (Drive("Upper", 0.5), Drive("Lower", 0.8)),
            "mouthFunnel": (Drive("Upper", 0.4),),
        }
    )
    assert shown(mapping, mouthPucker=1.0, mouthFunnel=0.5) == {"Upper": 0.7, "Lower": 0.8}


def test_negative_weights_and_other_limits() -> None:
    mapping = RigMapping({"eyeLookUpLeft": (Drive("Look", 1.0),), "eyeLookDownLeft": (Drive("Look", -1.0),)})
    assert shown(mapping, eyeLookDownLeft=0.6) == {"Look": -0.6}
    assert shown(mapping, eyeLookUpLeft=0.2, eyeLookDownLeft=0.6)["Look"] == -0.39999999999999997


def test_values_stay_within_the_limits() -> None:
    assert shown(RigMapping({"jawOpen": (Drive("Jaw", 1.5),)}), jawOpen=0.9) == {"Jaw": 1.0}


def test_tuning() -> None:
    drives = {"jawOpen": (Drive("Jaw"),)}
    assert shown(RigMapping(drives, {"jawOpen": Tuning(gain=0.5)}), jawOpen=0.6) == {"Jaw": 0.3}
    assert shown(RigMapping(drives, {"jawOpen": Tuning(offset=0.25)})) == {"Jaw": 0.25}
    turned = RigMapping(drives, {"jawOpen": Tuning(offset=1.0, invert=True)})
    assert shown(turned, jawOpen=0.25) == {"Jaw": 0.75}


def test_bones_get_tuned_angles() -> None:
    mapping = RigMapping(tunings={"headYaw": Tuning(gain=0.5, invert=True), "headPitch": Tuning(offset=0.1)})
    found = tuned(channels(headYaw=0.4), mapping)
    assert found[0, INDEX["headYaw"]] == -0.2
    assert found[0, INDEX["headPitch"]] == 0.1


def test_a_shared_target_shares_its_change() -> None:
    mapping = RigMapping({"eyeBlinkLeft": (Drive("Blink", 0.5),), "eyeBlinkRight": (Drive("Blink", 0.5),)})
    retarget = Retarget.of(mapping, {})
    written = channels(eyeBlinkLeft=0.2, eyeBlinkRight=0.2)
    found = retarget.channels(np.array([[0.8]]), written)
    assert abs(found[0, INDEX["eyeBlinkLeft"]] - 0.8) < 1e-9
    assert abs(found[0, INDEX["eyeBlinkRight"]] - 0.8) < 1e-9


def test_a_clamped_value_is_no_edit() -> None:
    retarget = Retarget.of(RigMapping({"jawOpen": (Drive("Jaw", 2.0),)}), {})
    written = channels(jawOpen=0.9)
    np.testing.assert_array_equal(retarget.channels(retarget.values(written), written), written)


def test_heads_turn_no_farther_than_their_limit() -> None:
    mapping = RigMapping(tunings={"headYaw": Tuning(gain=2.0, limit=0.5)})
    found = [tuned(channels(headYaw=value), mapping)[0, INDEX["headYaw"]] for value in (0.1, 0.4, -0.6)]
    assert found == [0.2, 0.5, -0.5]
