from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.request import MAX_CHARACTERS, VARIED, Request, RequestError, temperature_of


@pytest.mark.parametrize("prompt", ["", "  \n\t ", "\x00\x07"])
def test_an_empty_prompt_is_refused(prompt: str) -> None:
    with pytest.raises(RequestError, match="the prompt is empty"):
        Request(prompt)


@pytest.mark.parametrize("duration", [0, -1, 3600, float("nan"), float("inf")])
def test_durations_that_no_performance_has_are_refused(duration: float) -> None:
    with pytest.raises(RequestError, match=r"a duration is between 0\.2 and 60 seconds"):
        Request("smiles", duration=duration)


def test_a_megabyte_is_refused_with_its_size() -> None:
    with pytest.raises(RequestError, match="1,048,576 characters"):
        Request("x" * (1 << 20))
    with pytest.raises(RequestError, match="prompt, background and emotion"):
        Request("x" * MAX_CHARACTERS, background="y")


@pytest.mark.parametrize(
    "field", [{"seed": -1}, {"seed": 1 << 32}, {"temperature": 3.0}, {"temperature": float("nan")}]
)
def test_seed_and_temperature_have_ranges(field: dict[str, float]) -> None:
    with pytest.raises(RequestError):
        Request("smiles", **field)  # type: ignore[arg-type]


POSES = (Keyframe(0.0, "calm"), Keyframe(1.0, "smiles"))


def test_what_is_changed_has_to_be_there() -> None:
    assert Request("p", given=POSES, change=" more\n of it ").change == "more of it"
    with pytest.raises(RequestError, match="no keyframes to change"):
        Request("p", change="angrier")
    with pytest.raises(RequestError, match="up to 12 keyframes at once, and this performance has 40"):
        Request("p", given=tuple(Keyframe(float(i)) for i in range(40)), change="angrier")
    with pytest.raises(RequestError, match=r"emotion and change have 4,\d+ characters"):
        Request("p" * 4000, given=POSES, change="angrier")


@pytest.mark.parametrize("rewrite", [-1, 2, 99])
def test_what_is_rewritten_has_to_be_there(rewrite: int) -> None:
    assert Request("p", given=POSES, rewrite=1).rewrite == 1
    with pytest.raises(RequestError, match=f"no keyframe {rewrite + 1}: the performance has 2"):
        Request("p", given=POSES, rewrite=rewrite)
    with pytest.raises(RequestError, match="not both"):
        Request("p", given=POSES, rewrite=1, change="angrier")


@given(st.text(max_size=300))
def test_any_text_becomes_one_printable_line(text: str) -> None:
    try:
        request = Request("p " + text)
    except RequestError as error:
        pytest.fail(str(error))
    assert request.prompt.encode("utf-8").decode().isprintable() or any(ord(c) > 127 for c in request.prompt)
    assert "\n" not in request.prompt
    assert "<|" not in request.prompt
    assert Request(request.prompt) == request


def test_a_seed_is_another_reading_unless_a_temperature_is_asked_for() -> None:
    assert temperature_of(0) == 0.0
    assert temperature_of(3) == VARIED
    assert temperature_of(3, 0.0) == 0.0
    assert temperature_of(0, 1.2) == 1.2
