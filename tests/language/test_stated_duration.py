from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.prompt import user_text
from keyframeface_addon.language.reader import Reader
from keyframeface_addon.language.request import MAX_DURATION, MIN_DURATION, Request
from keyframeface_addon.language.stated_duration import stated_duration


@pytest.mark.parametrize(
    ("prompt", "seconds"),
    [
        ("startled, relieved, laughing, 4 sec overall", 4.0),
        ("a slow 6 second build from calm to panic", 6.0),
        ("A five-second shot: he waits, he smirks", 5.0),
        ("total: 2.5s, anger to tears", 2.5),
        ("0:00-0:02 serious. 0:02-0:04 a smile grows. Hold to 0:05.", 5.0),
        ("one and a half seconds in all: surprise", 1.5),
        ("0.0 neutral, 0.4 brows up, 1.1 smile, 1.8 neutral again", 1.8),
        ("[0.0] calm [0.7] blinks", None),
        ("0.0 calm then 2.5 cm of smile and 3.0 more", None),
        ("hit reaction clip, 1.2 sec: flinch, then recover", 1.2),
        ("chewing, 3 secs loopable", 3.0),
        ("a slow breath in and out. It should last about five seconds.", 5.0),
        ("it takes two seconds until he smiles", None),
        ("he needs to take two seconds to think", None),
        ("over three seconds a grin creeps in and stays", None),
        ("holds the smile for two seconds", None),
        ("under 2 seconds in all", None),
        ("a 2 second shot, 4 seconds in total", None),
        ("the train leaves at 9:30, he runs", None),
        ("second thoughts", None),
        ("do a second take of the laugh", None),
    ],
)
def test_only_what_is_said_of_the_whole_counts(prompt: str, seconds: float | None) -> None:
    assert stated_duration(prompt) == seconds


@given(st.text(max_size=100) | st.from_regex(r"[0-9]{1,3}(\.[0-9])? ?s in all", fullmatch=True))
def test_whatever_is_stated_a_request_can_ask_for(prompt: str) -> None:
    lasting = Request(f"smiles {prompt}").lasting
    assert lasting is None or MIN_DURATION <= lasting <= MAX_DURATION


def test_the_model_is_told_and_the_answer_lasts_as_long() -> None:
    request = Request("startled, then laughing, 4 sec overall")
    assert user_text(request).endswith("\nDuration: 4 s")
    reader = Reader(request)
    reader.feed("0.0 a: jawOpen 20\n1.0 b:\n2.0 c: mouthSmile 40\n")
    assert [k.time for k in reader.close().keyframes] == [0.0, 2.0, 4.0]


def test_what_is_asked_for_beside_the_prompt_goes_first() -> None:
    assert Request("laughs, 4 sec overall", duration=2.0).lasting == 2.0
    kept = (Keyframe(0.0, "a", {}), Keyframe(1.0, "b", {"jawOpen": 0.5}))
    assert Request("laughs, 4 sec overall", given=kept, change="sadder").lasting is None
