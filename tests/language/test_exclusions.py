"""What a prompt plainly rules out, and what only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNEL, CHANNELS
from keyframeface_addon.language.exclusions import exclusions
from keyframeface_addon.language.reader import Reader
from keyframeface_addon.language.request import Request

SAYS_NO = [
    ("surprised, but she does not open her mouth", "jawOpen mouthFunnel", "eyeWide browInnerUp"),
    ("Surprised, with her mouth kept shut", "jawOpen", "eyeWide"),
    ("amazed, lips stay sealed", "jawOpen", "eyeWide"),
    ("smiles without showing her teeth", "mouthUpperUp mouthLowerDown", "mouthSmile"),
    ("a wide smile, no teeth", "mouthUpperUp mouthLowerDown", "mouthSmile"),
    ("just nods, no smile", "mouthSmile", "headPitch"),
    ("he isn't smiling at all", "mouthSmile", "headPitch"),
    ("she doesn’t smile. she only nods.", "mouthSmile", "headPitch"),
    ("dont blink, stare", "eyeBlink", "eyeWide"),
    ("an unblinking stare", "eyeBlink", "eyeWide"),
    ("yawns with his eyes staying open", "", ""),
    ("yawns, and his eyes stay open", "eyeBlink", "jawOpen"),
    ("angry without frowning or baring his teeth", "browDown mouthFrown mouthUpperUp", "noseSneer"),
    ("disgusted, nose doesn't wrinkle, no tongue", "noseSneer tongueOut", "mouthUpperUp"),
    ("looks to the left without turning his head", "headYaw", "eyeLookOut headPitch"),
    ("follows the ball, head still", "headYaw headPitch headRoll", "eyeLookOut"),
    ("keeps her head still and looks up", "headYaw headPitch", "eyeLookUp"),
    ("sad, brows don't move", "browInnerUp browDown browOuterUp", "mouthFrown"),
    ("sad, the eyebrows take no part", "browInnerUp", "mouthFrown"),
    ("furious, but the botox won't let the brows come down", "browDown", "browInnerUp noseSneer"),
    ("laughs, brows frozen", "browDown browInnerUp browOuterUp", "mouthSmile"),
    ("anger only in the brows", "mouthPress jawOpen noseSneer headPitch", "browDown browInnerUp"),
    ("happy with the eyes alone", "mouthSmile jawOpen", "cheekSquint eyeSquint"),
    ("a smile that doesn't reach the eyes", "cheekSquint eyeSquint", "mouthSmile"),
    ("left brow up, rest of the face stays neutral", "mouthSmile jawOpen eyeWide headYaw", "browOuterUp"),
    ("AU12 without AU6 or AU7", "cheekSquint eyeSquint", "mouthSmile"),
    ("AU4+7, no AU9", "noseSneer", "browDown"),
    ("puffs his cheeks, doesn't purse his lips", "mouthPucker", "cheekPuff"),
    ("neither smiles nor frowns", "mouthSmile browDown", "eyeWide"),
    ("crying but no pout, no chin wobble", "mouthShrugLower mouthPucker", "browInnerUp"),
]
LEAVES_OPEN = [
    "tries not to smile",
    "can't help smiling",
    "can't stop smiling",
    "he can't keep his eyes open",
    "doesn't blink, then blinks hard",
    "no longer frowning, she grins",
    "she isn't smiling yet",
    "doesn't smile too broadly",
    "not just smiling, beaming",
    "not a smile but a smirk",
    "nobody smiles",
    '"Don\'t smile", he says, grinning',
    "why doesn't she smile?",
    "the left corner doesn't smile, the right one does",
    "not angry, just tired",
    "not unhappy",
    "she stops smiling",
    "still smiling",
    "lips shut, lips shut, thrown open, gasps, grins",
    "only the left eye closes",
    "brows frozen in fear",
    "a frozen brow of terror",
    "no doubt about it, he is furious",
    "smiles",
    "",
]


def _bases(names: frozenset[str]) -> set[str]:
    return {CHANNEL[name].base for name in names}


@pytest.mark.parametrize(("prompt", "out", "kept"), SAYS_NO)
def test_what_is_plainly_ruled_out(prompt: str, out: str, kept: str) -> None:
    found = _bases(exclusions(prompt))
    assert found >= set(out.split()), prompt
    assert not found & set(kept.split()), prompt


@pytest.mark.parametrize("prompt", LEAVES_OPEN)
def test_what_leaves_a_doubt_rules_nothing_out(prompt: str) -> None:
    assert not exclusions(prompt)


def test_both_sides_are_meant() -> None:
    for name in (found := exclusions("sad, no smile, the brows do not move")):
        assert CHANNEL[name].mirror in found


WORDS = [
    "no",
    "not",
    "without",
    "or",
    "the",
    "only",
    "mouth",
    "eyes",
    "smile",
    "teeth",
    ",",
    ".",
    "stays",
    "still",
    "AU12",
]


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_can_be_asked(text: str) -> None:
    assert exclusions(text) <= {channel.name for channel in CHANNELS}


ANSWER = "0.0 neutral:\n0.4 gasps: eyeWide 70 jawOpen 50 mouthFunnel 30 look left 20 head left 10\n"


def _read(request: Request) -> Reader:
    reader = Reader(request)
    reader.feed(ANSWER)
    return reader


def test_the_answer_is_read_without_it_and_says_so() -> None:
    reader = _read(Request("surprised without opening her mouth"))
    last = reader.close().keyframes[-1]
    assert last.value("eyeWideLeft") == 0.7
    assert last.value("jawOpen") == last.value("mouthFunnel") == 0
    assert [str(r) for r in reader.repairs] == [
        "0.40 s: ruled out by the prompt; jawOpen 0.50 -> 0.00",
        "0.40 s: ruled out by the prompt; mouthFunnel 0.30 -> 0.00",
    ]


def test_eyes_that_must_not_look_do_not_turn_either() -> None:
    last = _read(Request("surprised, only in the brows")).close().keyframes[-1]
    assert not any(last.channels.values())


def test_a_jaw_that_drops_behind_closed_lips_is_no_open_mouth() -> None:
    reader = Reader(Request("yawns, his mouth stays closed"))
    reader.feed("0.0 yawns: jawOpen 50 mouthClose 45\n")
    assert reader.close().keyframes[0].value("jawOpen") == 0.5
    assert not reader.repairs


def test_what_is_changed_goes_by_the_change() -> None:
    given_before = _read(Request("x")).close().keyframes
    changed = _read(Request("surprised without opening her mouth", given=given_before, change="now she gasps")).close()
    assert changed.keyframes[-1].value("jawOpen") == 0.5
