from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.performance import Performance
from keyframeface_addon.language.reader import Reader, UnreadableAnswer
from keyframeface_addon.language.request import Request

ANSWER = """\
0.0 composed: mouthPress 30
0.8 it gets through: browInnerUp 55 look down 12
1.6 bursts into tears: browInnerUp 90 jawOpen 45 mouthFrown 60
"""


def _read(answer: str, request: Request | None = None) -> tuple[Performance, Reader]:
    reader = Reader(request or Request("p"))
    reader.feed(answer)
    return reader.close("m"), reader


def test_a_keyframe_is_there_as_soon_as_its_line_is_complete() -> None:
    reader = Reader(Request("p"))
    assert reader.feed("0.0 composed: mouthPress 3") == []
    (first,) = reader.feed("0\n0.8 it")
    assert first.value("mouthPressLeft") == 0.3
    assert [k.label for k in reader.feed(" gets through:\n1.0 more:\n")] == ["it gets through", "more"]


@given(st.lists(st.integers(0, len(ANSWER)), max_size=12))
def test_the_pieces_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(ANSWER)]
    reader = Reader(Request("p"))
    for start, end in pairwise(edges):
        reader.feed(ANSWER[start:end])
    assert reader.close("m") == _read(ANSWER)[0]


def test_a_last_line_that_was_cut_off_is_left_out() -> None:
    performance, reader = _read(ANSWER + "2.4 sobs: brow")
    assert len(performance.keyframes) == 3
    assert reader.skipped == ["2.4 sobs: brow"]
    assert len(_read(ANSWER + "2.4 sobs: browDown 20")[0].keyframes) == 4


def test_times_that_do_not_increase_are_moved_and_reported() -> None:
    performance, reader = _read("0.5 a:\n0.5 b:\n0.2 c: jawOpen 20\n1.0 d:\n")
    assert performance.times() == pytest.approx([0.5, 0.54, 0.58, 1.0])
    assert [r.rule for r in reader.repairs] == ["time does not increase"] * 2


def test_impossible_poses_are_mended_and_reported() -> None:
    performance, reader = _read("0.0 a: eyeBlink 90 eyeWide 80\n")
    assert performance.keyframes[0].value("eyeWideLeft") == 0.2
    assert len(reader.repairs) == 2


def test_the_duration_asked_for_is_kept_exactly() -> None:
    performance, reader = _read(ANSWER, Request("p", duration=4.0))
    assert performance.duration == 4.0
    assert performance.times() == pytest.approx([0, 2, 4])
    assert reader.repairs[-1].rule == "duration asked for"


@pytest.mark.parametrize("answer", ["", "I cannot do that.", "```\n```", "\n\n"])
def test_an_answer_without_keyframes_is_an_error(answer: str) -> None:
    with pytest.raises(UnreadableAnswer, match="holds no keyframe"):
        _read(answer)


def test_prose_around_the_keyframes_is_skipped() -> None:
    performance, reader = _read("Sure! Here it is\n```\n" + ANSWER + "```\n")
    assert len(performance.keyframes) == 3
    assert len(reader.skipped) == 3


@given(st.text())
def test_no_answer_breaks_the_reader(text: str) -> None:
    try:
        _read(ANSWER + text)
    except UnreadableAnswer:
        pytest.fail("the answer holds keyframes")


def test_a_pose_that_is_held_throughout_comes_from_rest() -> None:
    performance, reader = _read("0.0 guilty: look down 20 mouthPress 40\n1.0 guilty: look down 20 mouthPress 40\n")
    assert not any(performance.keyframes[0].channels.values())
    assert performance.keyframes[1].value("mouthPressLeft") == 0.4
    assert [str(r) for r in reader.repairs] == ["0.00 s: one pose throughout; begins at rest"]


def test_a_face_that_stays_at_rest_is_left_so() -> None:
    performance, reader = _read("0.0 blank:\n1.0 still blank: mouthPress 3\n")
    assert performance.keyframes[1].value("mouthPressLeft") == 0.03
    assert not reader.repairs


def test_one_keyframe_alone_keeps_its_pose() -> None:
    assert _read("0.0 smiles: mouthSmile 60\n")[0].keyframes[0].value("mouthSmileLeft") == 0.6
