"""What is asked of a model, and what is made of its answer, where one keyframe is made anew."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.language.notation import read_keyframe, write_keyframe
from keyframeface_addon.language.prompt import user_text
from keyframeface_addon.language.reader import Reader, UnreadableAnswer
from keyframeface_addon.language.request import MAX_KEYFRAMES, Request, RequestError
from keyframeface_addon.language.rewriting import beginning, rewrite_request

from ..strategies import performances

LAUGH = Performance(
    (
        Keyframe(0.0, "calm", {"mouthPressLeft": 0.123}),
        Keyframe(0.5, "laughs", {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.75}),
        Keyframe(2.0, "chuckles on", {"cheekPuff": 1 / 3}),
    ),
    prompt="she laughs",
    emotion="joy",
)


def test_the_answer_begins_with_what_is_before_and_with_time_and_label() -> None:
    request = rewrite_request(LAUGH, 1, seed=3, temperature=0.7)
    assert beginning(request) == "0.0 calm: mouthPressLeft 12\n0.5 laughs:"
    assert user_text(request) == "Prompt: she laughs\nEmotion: joy"
    assert beginning(Request("she laughs")) == ""


def test_only_the_one_is_changed() -> None:
    request = rewrite_request(LAUGH, 1)
    reader = Reader(request)
    pieces = (beginning(request), " jawOpen 40 browDown 10\n")
    assert [k.label for piece in pieces for k in reader.feed(piece)] == ["laughs"]
    performance = reader.close("m")
    assert performance.keyframes[0] is LAUGH.keyframes[0]
    assert performance.keyframes[2] is LAUGH.keyframes[2]
    assert performance.keyframes[1] == Keyframe(
        0.5, "laughs", {"jawOpen": 0.4, "browDownLeft": 0.1, "browDownRight": 0.1}
    )
    assert (performance.prompt, performance.emotion, performance.model) == ("she laughs", "joy", "m")


def test_impossible_poses_are_mended_here_too() -> None:
    request = rewrite_request(LAUGH, 0)
    reader = Reader(request)
    reader.feed(beginning(request) + " eyeBlink 90 eyeWide 80\n")
    assert reader.close().keyframes[0].value("eyeWideLeft") == 0.2
    assert len(reader.repairs) == 2


def test_the_duration_asked_for_moves_nothing() -> None:
    request = Request("p", duration=9.0, given=LAUGH.keyframes, rewrite=2)
    reader = Reader(request)
    reader.feed(beginning(request) + " jawOpen 40\n")
    assert reader.close().times().tolist() == [0.0, 0.5, 2.0]


def test_an_answer_that_ends_before_is_an_error() -> None:
    reader = Reader(rewrite_request(LAUGH, 2))
    reader.feed("0.0 calm: mouthPress 12\n")
    with pytest.raises(UnreadableAnswer):
        reader.close()


@given(performances(), st.data())
def test_any_keyframe_of_any_performance_can_be_rewritten(performance: Performance, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(performance.keyframes) - 1))
    request = rewrite_request(performance, index)
    *before, last = beginning(request).split("\n")
    assert last.endswith(":")
    assert not before or read_keyframe(before[0]).time == 0.0
    reader = Reader(request)
    reader.feed(beginning(request) + " tongueOut 100 jawOpen 40\n")
    again = reader.close()
    assert not reader.skipped
    for i, (old, new) in enumerate(zip(performance.keyframes, again.keyframes, strict=True)):
        assert (old.time, old.label) == (new.time, new.label)
        assert dict(new.channels) == ({"tongueOut": 1.0, "jawOpen": 0.4} if i == index else dict(old.channels))


@given(st.text(), st.text())
def test_any_label_is_one_word_of_the_notation(label: str, other: str) -> None:
    labelled = Performance((Keyframe(0.0, label), Keyframe(1.0, other), Keyframe(2.0, label)), prompt="p")
    text = beginning(rewrite_request(labelled, 2))
    assert text.count("\n") == 2
    assert text.count(":") == 3
    assert "<|" not in text
    assert all(c.isprintable() or ord(c) > 127 for c in text.replace("\n", ""))


def test_a_long_performance_is_begun_shortly_before() -> None:
    many = tuple(Keyframe(100 + i, f"{i}", {"jawOpen": 0.5}) for i in range(40))
    lines = beginning(rewrite_request(Performance(many, "p"), 30)).split("\n")
    assert len(lines) == MAX_KEYFRAMES
    assert lines[0] == write_keyframe(Keyframe(0.0, "19", {"jawOpen": 0.5}))
    assert lines[-1] == "11.0 30:"
    full = tuple(Keyframe(i, "x" * 70, dict.fromkeys(LAUGH.keyframes[1].channels, 0.5)) for i in range(0, 400, 50))
    for index in range(len(full)):
        assert len(beginning(rewrite_request(Performance(full, "p"), index))) < 2000
    assert all(
        a < b
        for a, b in pairwise(
            read_keyframe(f"{line}:" if ":" not in line else line).time
            for line in beginning(rewrite_request(Performance(full, "p"), 7)).split("\n")
        )
    )


def test_without_a_prompt_the_labels_tell() -> None:
    keyframes = (Keyframe(0.0, ""), Keyframe(1.0, "smiles"), Keyframe(2.0, "frowns"))
    assert rewrite_request(Performance(keyframes), 1).prompt == "smiles, then frowns"
    with pytest.raises(RequestError, match="give it a label first"):
        rewrite_request(Performance((Keyframe(0.0, ""),)), 0)
