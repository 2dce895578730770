"""Where recorded keyframes are by now, told from markers and keys alone: no Blender in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.blender.following import Followed, Line, Marker, follow, marker_name, moved

pytest.importorskip("bpy")

LAUGH = Line((0.0, 0.5, 2.0), ("calm", "laughs", "chuckles"), (1, 13, 49), 1.0, curves=4)
MARKS = [("calm", 1), ("laughs", 13), ("chuckles", 49)]


def keys(*frames: int, curves: int = 4) -> Counter[int]:
    return Counter(dict.fromkeys(frames, curves))


def followed(line: Line, markers: Iterable[Marker], keyed: Counter[int] | None) -> Followed:
    return follow([line], markers, lambda _: keyed)[0]


@given(st.sets(st.integers(-500, 500), min_size=1, max_size=8), st.integers(-600, 600))
def test_all_that_moves_together_is_followed(frames: set[int], offset: int) -> None:
    at = sorted(frames)
    line = Line(tuple(frame / 24 for frame in range(len(at))), tuple(f"k{i}" for i in range(len(at))), tuple(at), 0.0)
    keyed = keys(*(frame + offset for frame in at), curves=1)
    for markers in (
        [(label, frame + offset) for label, frame in zip(line.labels, at, strict=True)],
        list(zip(line.labels, at, strict=True)),
        [],
    ):
        now = followed(line, markers, keyed)
        assert set(now.line.frames) == set(keyed)
        assert sorted(now.line.labels) == sorted(line.labels)


@given(
    st.lists(st.tuples(st.integers(-60, 160), st.integers(1, 6)), max_size=12),
    st.lists(st.tuples(st.sampled_from(["calm", "laughs", "chuckles", "mine"]), st.integers(-60, 160)), max_size=6),
)
def test_whatever_was_done_by_hand_there_is_an_order(keyed: list[tuple[int, int]], markers: list[Marker]) -> None:
    other = Line((0.0, 1.0), ("frowns", "laughs"), (100, 124), 100.0, curves=4)
    for found in follow([LAUGH, other], markers, lambda _: dict(keyed)):
        line = found.line
        assert len(line.times) == len(line.labels) == len(line.frames) == len(found.kept) == len(found.marks)
        assert all(a < b for values in (line.times, line.frames) for a, b in pairwise(values))
        assert not line.times or line.times[0] >= 0
        assert set(line.frames) <= {frame for frame, _ in keyed}
        assert [m for m in found.marks if m] == list(dict.fromkeys(m for m in found.marks if m))


def test_nothing_known_of_the_keys() -> None:
    assert followed(LAUGH, MARKS, None).line == LAUGH
    assert followed(LAUGH, [], None).line == LAUGH
    still = Line((0.0,), ("calm",), (1,), 1.0, curves=0)
    assert followed(still, [("calm", 1)], keys(80)).line == still
    assert followed(still, [("calm", 30)], keys(80)).line.frames == (30,), "its marker is all there is"


def test_few_keys_are_no_keyframe_that_moved() -> None:
    keyed = keys(1, 49) + keys(20, curves=1)
    assert followed(LAUGH, MARKS, keyed).line.frames == (1, 49)
    assert followed(LAUGH, MARKS, keys(1, 49) + keys(20, curves=2)).line.frames == (1, 20, 49)


def test_two_moved_past_keys_of_the_animators_own() -> None:
    now = followed(LAUGH, MARKS, keys(1, 18, 30, 60))
    assert now.line.frames == (1, 18, 60)
    assert now.line.labels == LAUGH.labels


def test_another_performance_is_left_to_itself() -> None:
    other = Line((0.0,), ("frowns",), (100,), 100.0, curves=4)
    first, second = follow([LAUGH, other], [*MARKS, ("frowns", 100)], lambda _: keys(1, 13, 49))
    assert first.line == LAUGH
    assert second.line.frames == ()
    first, second = follow([LAUGH, other], [*MARKS, ("frowns", 100)], lambda _: keys(1, 13, 100, 120))
    assert first.line.frames == (1, 13), "what is behind another performance was not moved there"
    assert second.line.frames == (100,)


def test_slots_are_told_apart() -> None:
    ben = Line((0.0,), ("frowns",), (13,), 13.0, slot=2)
    anna, now = follow([LAUGH, ben], MARKS, lambda slot: keys(40, curves=1) if slot else keys(1, 13, 49))
    assert anna.line == LAUGH
    assert now.line.frames == (40,)


def test_the_same_label_twice() -> None:
    twice = Line((0.0, 1.0), ("calm", "calm"), (1, 25), 1.0)
    now = followed(twice, [("calm", 1), ("smug", 25)], keys(1, 25, curves=1))
    assert now.line.labels == ("calm", "smug")


def test_a_recording_is_one_piece() -> None:
    take = Line((0.0, 1.0), ("take 1", ""), (1, 25), 1.0, baked=True)
    assert followed(take, [("take 1", 1)], keys(*range(1, 26), curves=1)).line == take
    assert followed(take, [("take 1", 1)], keys(*range(31, 56), curves=1)).line.frames == (31, 55)
    assert followed(take, [("take 1", 1)], keys(3, 9, curves=1)).line == take, "thinned out by hand"
    assert followed(take, [("take 1", 1)], keys(90, curves=1)).kept == ()


def test_times_move_along_at_the_rate_of_the_performance() -> None:
    assert moved(LAUGH, (0, 1, 2), (1, 25, 49)).times == pytest.approx((0.0, 1.0, 2.0))
    assert moved(LAUGH, (0, 1, 2), (11, 23, 59)) == Line((0.0, 0.5, 2.0), LAUGH.labels, (11, 23, 59), 11.0, curves=4)
    early = moved(LAUGH, (0, 1, 2), (-23, 13, 49))
    assert early.times == pytest.approx((0.0, 1.5, 3.0))
    assert early.start == pytest.approx(-23.0)
    assert moved(LAUGH, (0, 1, 2), (1, 25, 49), rate=12).times == pytest.approx((0.0, 1.5, 2.0))


def test_markers_hold_63_bytes() -> None:
    assert marker_name("静" * 30) == "静" * 21
