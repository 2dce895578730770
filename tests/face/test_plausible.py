from __future__ import annotations

import pytest
from hypothesis import given

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.plausible import ANTAGONISTS, AXES, OVERLAP, repair

from ..strategies import keyframes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"eyeBlinkLeft": 0.9, "eyeWideLeft": 0.6}, {"eyeBlinkLeft": 0.9, "eyeWideLeft": OVERLAP}),
        ({"eyeBlinkLeft": 0.9, "eyeWideRight": 0.6}, {"eyeBlinkLeft": 0.9, "eyeWideRight": 0.6}),
        ({"mouthSmileRight": 0.3, "mouthFrownRight": 0.7}, {"mouthSmileRight": OVERLAP, "mouthFrownRight": 0.7}),
        ({"mouthClose": 0.5, "jawOpen": 0.2}, {"mouthClose": 0.2, "jawOpen": 0.2}),
        ({"mouthClose": 0.5}, {}),
        ({"eyeLookUpLeft": 0.5, "eyeLookDownLeft": 0.2}, {"eyeLookUpLeft": 0.3}),
        ({"jawLeft": 0.2, "jawRight": 0.6}, {"jawRight": 0.4}),
        ({"tongueOut": 1.0}, {"tongueOut": 1.0, "jawOpen": 0.15}),
        ({"jawOpen": 0.9, "cheekPuff": 0.8}, {"jawOpen": 0.9, "cheekPuff": OVERLAP}),
        (
            {"jawOpen": 0.5, "mouthSmileLeft": 0.5, "browInnerUp": 1.0},
            {"jawOpen": 0.5, "mouthSmileLeft": 0.5, "browInnerUp": 1.0},
        ),
    ],
)
def test_what_no_face_can_do_is_mended_by_the_least_change(before: dict[str, float], after: dict[str, float]) -> None:
    mended, repairs = repair(Keyframe(1.5, "x", before))
    assert dict(mended.channels) == pytest.approx(after)
    assert bool(repairs) == (before != after)
    assert all(str(r).startswith("1.50 s: ") for r in repairs)


@given(keyframes())
def test_a_mended_pose_holds_every_rule_and_needs_no_more(keyframe: Keyframe) -> None:
    mended, _ = repair(keyframe)
    assert repair(mended) == (mended, ())
    for a, b in ANTAGONISTS:
        assert min(mended.value(a), mended.value(b)) <= OVERLAP
    for a, b in AXES:
        assert min(mended.value(a), mended.value(b)) == 0
    assert mended.value("mouthClose") <= mended.value("jawOpen")
