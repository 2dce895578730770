from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from keyframeface_addon.face.channels import INDEX
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance

from ..strategies import performances

JAW = INDEX["jawOpen"]


@given(performances())
def test_it_passes_through_every_keyframe(performance: Performance) -> None:
    assert sample(performance, performance.times()) == pytest.approx(performance.matrix(), abs=1e-9)


@given(performances())
def test_between_two_keyframes_no_channel_leaves_their_values(performance: Performance) -> None:
    times, values = performance.times(), performance.matrix()
    for i in range(len(times) - 1):
        between = sample(performance, np.linspace(times[i], times[i + 1], 7))
        low, high = np.minimum(values[i], values[i + 1]), np.maximum(values[i], values[i + 1])
        assert (between >= low - 1e-9).all()
        assert (between <= high + 1e-9).all()


def test_it_is_held_outside_and_eased_at_the_ends() -> None:
    performance = Performance((Keyframe(1.0, "a", {"jawOpen": 0.2}), Keyframe(2.0, "b", {"jawOpen": 0.8})))
    jaw = sample(performance, [0.0, 1.0, 1.1, 1.5, 1.9, 2.0, 9.0])[:, JAW]
    assert jaw[[0, 1, 5, 6]] == pytest.approx([0.2, 0.2, 0.8, 0.8])
    assert jaw[3] == pytest.approx(0.5)
    assert jaw[2] - 0.2 < 0.06 * 0.6  # linear would be 0.1 of the way
    assert jaw[4] == pytest.approx(1.0 - jaw[2])


def test_a_channel_that_goes_on_rising_does_not_stop_at_the_keyframe_between() -> None:
    keys = [Keyframe(t, "", {"jawOpen": v}) for t, v in ((0.0, 0.0), (1.0, 0.4), (2.0, 0.8))]
    before, after = sample(Performance(tuple(keys)), [0.99, 1.01])[:, JAW]
    assert after - before == pytest.approx(0.4 * 0.02, rel=0.1)
