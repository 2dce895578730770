from __future__ import annotations

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.language.notation import read_keyframe, write_keyframe
from keyframeface_addon.language.prompt import _EXAMPLE_ANSWER, messages, system_text
from keyframeface_addon.language.request import Request
from keyframeface_addon.language.vocabulary import DIRECTIONS, SHAPE_WORDS


def test_the_system_message_never_changes_and_names_every_channel() -> None:
    first, second = messages(Request("a")), messages(Request("b", "c", "d", 2.0, 5))
    assert first[0] == second[0]
    for name in SHAPES:
        if not name.startswith("eyeLook"):
            assert name.removesuffix("Left").removesuffix("Right") in system_text()
    assert all(words in system_text() for words in DIRECTIONS)


def test_the_user_message_holds_what_was_given() -> None:
    assert messages(Request("smiles"))[1]["content"] == "Prompt: smiles"
    assert messages(Request("smiles", "at home", "joy", 2.5))[1]["content"] == (
        "Prompt: smiles\nBackground: at home\nEmotion: joy\nDuration: 2.5 s"
    )


def test_a_change_comes_with_the_keyframes_as_they_are() -> None:
    given = (read_keyframe("0.0 calm: mouthPress 20"), read_keyframe("1.5 smiles: mouthSmile 60"))
    lines = messages(Request("smiles", emotion="joy", given=given, change="but sadder"))[1]["content"].split("\n")
    assert lines[:6] == [
        "Prompt: smiles",
        "Emotion: joy",
        "Now:",
        "0.0 calm: mouthPress 20",
        "1.5 smiles: mouthSmile 60",
        "Change: but sadder",
    ]
    assert messages(Request("smiles", given=given))[1]["content"] == "Prompt: smiles"


def test_the_worked_example_is_in_the_notation() -> None:
    for line in _EXAMPLE_ANSWER.split("\n"):
        assert write_keyframe(read_keyframe(line)).split(":")[0] == line.split(":")[0]


def test_every_shape_has_a_word_of_its_own() -> None:
    assert {names for names in SHAPE_WORDS.values() if len(names) == 1} >= {(name,) for name in SHAPES if name}
