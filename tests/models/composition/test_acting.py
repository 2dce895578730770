"""Movements that come and go: as often as asked, to rest in between, never held."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from models.composition import clock, combining, ordering
from models.composition.acting import repeated
from models.composition.lexicon import actions
from models.composition.part import PASSING, Part
from models.composition.scene import Scene

TIMES = {
    1: {"once", "one", "single", "1"},
    2: {"twice", "two", "2x", "2", "couple", "pair", "double"},
    3: {"three", "3", "3x", "thrice"},
    4: {"four", "4"},
}


def _heights(scene: Scene, name: str) -> list[float]:
    return [abs(pose.get(name, 0.0)) for _, _, pose in scene.beats]


@pytest.mark.parametrize(("action", "channel"), [("nod", "headPitch"), ("blink", "eyeBlinkLeft")])
@pytest.mark.parametrize("seed", range(40))
def test_a_movement_is_done_as_often_as_said(action: str, channel: str, seed: int) -> None:
    rng = random.Random(seed)
    scene = repeated(rng, Part(rng, actions()[action]))
    heights = _heights(scene, channel)
    done = sum(high > 0.05 and before == 0 for before, high in pairwise(heights))
    assert sum(high > 0.05 for high in heights) == done, "to rest in between"
    words = set(scene.prompt.replace(",", " ").split())
    if said := [count for count, names in TIMES.items() if names & words]:
        assert done == said[0], scene.prompt


@pytest.mark.parametrize("seed", range(20))
def test_a_shake_of_the_head_goes_both_ways(seed: int) -> None:
    rng = random.Random(seed)
    turns = [pose.get("headYaw", 0.0) for _, _, pose in repeated(rng, Part(rng, actions()["shake head"])).beats]
    assert min(turns) < -0.1
    assert max(turns) > 0.1
    assert turns[-1] == 0


@pytest.mark.parametrize("compose", [ordering.in_order, combining.excluded, clock.by_the_clock])
def test_what_comes_and_goes_is_never_held(compose: Callable[[random.Random], Scene]) -> None:
    labels = {actions()[name].pose("" if "both" in actions()[name].face else side)[1]: name
              for name in PASSING for side in ("left", "right")}  # fmt: skip
    rng = random.Random(4)
    seen = 0
    for _ in range(1500):
        beats = compose(rng).beats
        for (_, label, pose), (_, _, after) in pairwise(beats):
            if label in labels:
                seen += 1
                assert pose != after, label
                assert not after or labels[label] == "shake head", label
        assert beats[-1][1] not in labels
    assert seen or compose is clock.by_the_clock
