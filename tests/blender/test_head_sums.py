"""Shape keys of the demo head added up: lips and lids must not cross, fold or let through what is behind them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("bpy")

from keyframeface_addon.blender.head import DEFAULT, PRESETS
from keyframeface_addon.face.channels import CHANNEL, SHAPES, ChannelName
from tests.blender.head_faults import LIMITS, Openings, cause, faults, find_openings
from tests.blender.head_surface import Head, measure_head, repaired


@pytest.fixture(scope="module")
def head() -> Head:
    return measure_head()


@pytest.fixture(scope="module")
def openings(head: Head) -> Openings:
    return find_openings(head)


def told(openings: Openings, poses: list[dict[ChannelName, float]], allowance: float = 1.0) -> str:
    """One line for each cause of a fault, those that spoil most poses first; limits may be ``allowance`` times larger."""
    causes: Counter[tuple[str, str]] = Counter()
    worst: dict[tuple[str, str], float] = {}
    for pose in poses:
        for fault, figure in faults(openings, pose).items():
            if figure <= LIMITS[fault] * allowance:
                continue
            key = fault, " + ".join(sorted(cause(openings, pose, fault)))
            causes[key] += 1
            worst[key] = max(worst.get(key, figure), figure)
    lines = [
        f"{count:4} x {fault} {worst[fault, names]:.2f} (limit {LIMITS[fault]:.2f}): {names}"
        for (fault, names), count in causes.most_common()
    ]
    return "\n".join(lines)


def test_pairs_of_keys_add_up(openings: Openings) -> None:
    pairs = (repaired({a: 1.0, b: 1.0}) for a, b in itertools.combinations(SHAPES, 2))
    # a pair on the right is the mirror image of one on the left
    wanted = [pose for pose in pairs if not all(CHANNEL[name].side == "right" for name in pose)]
    report = told(openings, wanted)
    assert not report, "\n" + report


def random_poses(count: int, seed: int = 20) -> Iterator[dict[ChannelName, float]]:
    """What a face can do: three to twelve channels, mended; gaze the same for both eyes."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        names = random.choice(SHAPES, random.integers(3, 13), replace=False).tolist()
        pose = {name: round(float(random.uniform(0.15, 1.0)), 2) for name in names if "Look" not in name}
        if any("Look" in name for name in names):
            across, up = random.uniform(-1.0, 1.0, 2).round(2).tolist()
            outer, inner = ("eyeLookOutLeft", "eyeLookInRight"), ("eyeLookInLeft", "eyeLookOutRight")
            pose |= dict.fromkeys(outer if across > 0 else inner, abs(across))
            pose |= dict.fromkeys([f"eyeLook{'Up' if up > 0 else 'Down'}{side}" for side in ("Left", "Right")], abs(up))
        yield repaired(pose)


def test_five_hundred_random_combinations(openings: Openings) -> None:
    report = told(openings, list(random_poses(500)))
    assert not report, "\n" + report


@pytest.mark.parametrize("who", [name for name, person in PRESETS.items() if person != DEFAULT])
def test_other_people_hold_together_too(who: str) -> None:
    # limits are lengths and areas on the default head; some have larger eyes and mouths
    alone = [repaired({name: 1.0}) for name in SHAPES if CHANNEL[name].side != "right"]
    report = told(find_openings(measure_head(PRESETS[who])), [*alone, *random_poses(80, 21)], allowance=1.25)
    assert not report, "\n" + report
