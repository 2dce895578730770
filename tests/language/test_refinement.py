"""What animators type, and what it does to a performance."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face import refine
from keyframeface_addon.face.channels import CHANNEL, CHANNELS
from keyframeface_addon.face.gaze import with_eye_rotations
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.transform import mirror, retime, scale
from keyframeface_addon.language.refinement import read_refinement
from keyframeface_addon.language.refinement_words import FEATURES, NUMBERS, ROLES, SECONDS, SIDES

from ..strategies import performances

Change = Callable[[Performance], Performance]

SAMPLE = Performance(
    (
        Keyframe(0.0, "calm", {"mouthPressLeft": 0.1, "headPitch": 0.05}),
        Keyframe(
            0.5,
            "smiles",
            with_eye_rotations(
                {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.3, "eyeLookUpLeft": 0.2, "eyeLookUpRight": 0.2, "headYaw": 0.2}
            ),
        ),
        Keyframe(
            1.0,
            "laughs",
            {
                "mouthSmileLeft": 0.5, "mouthSmileRight": 0.4, "cheekSquintLeft": 0.3, "cheekSquintRight": 0.3, "jawOpen": 0.4,
                "browInnerUp": 0.3, "browOuterUpLeft": 0.4, "eyeSquintLeft": 0.2, "headRoll": 0.1,
            },
        ),
        Keyframe(2.0, "frowns", {"browDownLeft": 0.3, "browDownRight": 0.4, "mouthFrownLeft": 0.2, "noseSneerLeft": 0.2}),
    )
)  # fmt: skip


def of(*regions: str) -> frozenset[str]:
    return frozenset(c.name for c in CHANNELS if c.region in regions)


def starting(*beginnings: str) -> frozenset[str]:
    return frozenset(c.name for c in CHANNELS if c.name.startswith(beginnings))


def scaled(factor: float, names: frozenset[str] = refine.ALL, part: refine.Part | None = None) -> Change:
    return lambda p: scale(p, factor, names, refine.poses_in(p, part))


def without(names: frozenset[str]) -> Change:
    return lambda p: refine.without(p, names)


def lasting(factor: float, part: refine.Part | None = None) -> Change:
    return lambda p: refine.stretch(p, factor, part)


def held(index: int, seconds: float) -> Change:
    return lambda p: refine.hold(p, index, seconds)


SMILE = starting("mouthSmile", "mouthDimple", "cheekSquint")
MOUTH = of("mouth", "jaw", "tongue")
RIGHT, LEFT = refine.side_of("right"), refine.side_of("left")

TABLE: list[tuple[str, Change]] = [
    (
        "subtler | make it subtler | more subtle | softer | gentler please | a weaker performance | tone it down | tone down"
        " | dial it back | toned down | Smaller! | less | less intense | not so strong | too strong | it's too much | sublter"
        " | understated | take it down | less expressive | reduce it",
        scaled(0.7),
    ),
    ("much subtler | a lot softer | way smaller | far less | very subtle | much less intense", scaled(0.45)),
    ("a bit subtler | slightly weaker | a little less | take it down a notch | just a touch softer", scaled(0.85)),
    (
        "stronger | bigger | push it | exaggerate | more intense | bolder | more | exagerate it | too subtle | less subtle | strongr"
        " | dial it up | over the top",
        scaled(1.4),
    ),
    ("a bit stronger | slightly bigger | push it a little | somewhat more", scaled(1.2)),
    ("much stronger | a lot more | twice as strong | double | 2x | 200 % | two times stronger", scaled(2.0)),
    ("half | half as strong | 50 % | 50% | at 50 percent | half the strength | reduce it by half | 50% weaker"
     " | halve it", scaled(0.5)),
    ("30 % less | reduce by 30% | 30 per cent weaker | at 70%", scaled(0.7)),
    ("20% stronger | increase by 20 %", scaled(1.2)),
    ("more in the brows | stronger brows | more brow | bigger eyebrows | the brows stronger"
     " | make the brows stronger too", scaled(1.4, of("brows"))),
    ("less mouth | less in the mouth | softer mouth | tone the mouth down | mouth less", scaled(0.7, MOUTH)),
    ("less head movement | less head | move the head less", scaled(0.7, of("head"))),
    ("a bigger smile | more smile | smile more | more smiling", scaled(1.4, SMILE)),
    ("half the smile | smile at 50 %", scaled(0.5, SMILE)),
    ("stronger on the left | more on the left side", scaled(1.4, LEFT)),
    ("less in the right brow", scaled(0.7, of("brows") & RIGHT)),
    ("stronger at the end | a stronger ending", scaled(1.4, part="end")),
    ("softer at the beginning", scaled(0.7, part="start")),
    ("brows and nose stronger | stronger brows and nose", scaled(1.4, of("brows", "nose"))),
    ("stronger but not the mouth | stronger except the mouth | stronger, but keep the mouth", scaled(1.4, refine.ALL - MOUTH)),
    ("no head movement | keep the head still | don't move the head | stop the head from moving"
     " | hold the head steady", lambda p: refine.still(p, of("head"))),
    ("keep the eyes still | without eye movement", lambda p: refine.still(p, refine.GAZE)),
    ("without the smile | no smile | no smiling | remove the smile | lose the smile | get rid of the smile"
     " | don't smile", without(SMILE)),
    ("no frown | without frowning", without(starting("mouthFrown", "browDown"))),
    ("no head tilt", without(frozenset({"headRoll"}))),
    ("no smile and no brows | without the smile and brows", lambda p: without(of("brows"))(without(SMILE)(p))),
    ("only the left side | only left | left side only | just the left side | only on the left", without(RIGHT)),
    ("only the right side | only the right | just the right", without(LEFT)),
    ("only the mouth | just the mouth | mouth only | nothing but the mouth", without(refine.ALL - MOUTH)),
    ("only the brows and eyes | only the upper face", without(refine.ALL - of("brows", "eyes"))),
    ("only the left brow | left brow only", without((refine.ALL - of("brows")) | RIGHT)),
    ("the smile only on the left | smile on the left side only", without(SMILE & RIGHT)),
    ("faster | quicker | same but faster | it should be faster | speed it up | speed up | a faster take"
     " | more speed | too slow | snappier | fastr"
     " | hurry up | shorter", lasting(0.75)),
    ("slower | slow it down | more slowly | too fast | less fast | slow down | longer", lasting(1.35)),
    ("twice as fast | double speed | twice the speed | 2x faster | much faster | half as long | half the duration", lasting(0.5)),
    ("half the speed | twice as slow | half as fast | at half speed | twice as long | much slower | 50 % speed", lasting(2.0)),
    ("20 % slower | 20% longer", lasting(1.2)),
    ("20 % shorter", lasting(0.8)),
    ("speed up the end | a faster end | faster at the end", lasting(0.75, "end")),
    ("slow down the beginning | slower at the start", lasting(1.35, "start")),
    ("make it 3 seconds | 3 s | 3s | three seconds long | make it last 3 seconds | in 3 seconds"
     " | stretch it to 3 sec", lambda p: retime(p, 3.0)),
    ("half a second longer | 0.5 s longer | longer by half a second", lambda p: retime(p, 2.5)),
    ("half a second shorter", lambda p: retime(p, 1.5)),
    ("mirror it | flip | mirror | flip it | swap sides | swap left and right | on the other side | mirorr it"
     " | the other way round", mirror),
    ("make it symmetrical | symmetric | symetrical | both sides alike | even it out", refine.symmetric),
    ("less asymmetrical | more symmetric", lambda p: refine.symmetric(p, 0.6)),
    ("asymmetrical | lopsided", lambda p: refine.asymmetric(p, 0.6)),
    ("more asymmetric | more asymmetry | less symmetrical", lambda p: refine.asymmetric(p, 0.6)),
    ("slightly asymmetric", lambda p: refine.asymmetric(p, 0.8)),
    ("hold the smile longer | hold the smile | keep the smile longer | keep smiling longer | let the smile linger"
     " | a longer smile", held(2, 0.5)),
    ("hold the smile for a second | keep the smile for 1 second | hold the smile a second longer", held(2, 1.0)),
    ("hold the end for a second | hold for a second at the end | hold the last pose one second"
     " | pause at the end for 1 s", held(3, 1.0)),
    ("hold the end a bit longer", held(3, 0.25)),
    ("hold longer | hold it", held(2, 0.5)),
    ("start later | later | delay it | begin later | wait first | start half a second later"
     " | wait half a second before | pause at the start", held(0, 0.5)),
    ("wait a second first | delay the start by a second | hold the beginning for a second", held(0, 1.0)),
    ("wait a second before the frown | pause for a second before the frown", held(2, 1.0)),
    ("reverse | reverse it | backwards | play it backwards", refine.reverse),
    ("end in neutral | back to rest at the end | return to neutral | relax at the end | end at rest | settle back to neutral",
     lambda p: refine.end_at_rest(p, 0.6)),
    ("back to neutral in 2 seconds", lambda p: refine.end_at_rest(p, 2.0)),
    ("start from neutral | begin at rest", lambda p: refine.begin_at_rest(p, 0.6)),
    ("lead with the eyes | eyes first | the eyes lead | eyes earlier", lambda p: refine.shift(p, of("eyes"), -0.12, "eyes earlier")),
    ("the head later | the head follows | delay the head"
     " | head lags behind", lambda p: refine.shift(p, of("head"), 0.12, "head later")),
    ("delay the smile by half a second", lambda p: refine.shift(p, SMILE, 0.5, "smile later")),
    ("left side first", lambda p: refine.shift(p, LEFT, -0.12, "the left side earlier")),
    ("offset the sides | right side later | one side later"
     " | stagger the sides", lambda p: refine.shift(p, RIGHT, 0.12, "the right side later")),
    ("subtler and slower | subtler, slower | softer but slower", lambda p: lasting(1.35)(scaled(0.7)(p))),
    ("faster, mirror it | faster and mirrored | speed it up, then flip it", lambda p: mirror(lasting(0.75)(p))),
    ("less mouth, more brows and slower", lambda p: lasting(1.35)(scaled(1.4, of("brows"))(scaled(0.7, MOUTH)(p)))),
]  # fmt: skip

CASES = [(sentence.strip(), change) for sentences, change in TABLE for sentence in sentences.split("|")]


def test_there_are_many() -> None:
    assert len({sentence for sentence, _ in CASES}) == len(CASES) > 200


@pytest.mark.parametrize(("sentence", "change"), CASES, ids=[sentence for sentence, _ in CASES])
def test_what_is_typed_is_done(sentence: str, change: Change) -> None:
    refinement = read_refinement(sentence)
    assert refinement is not None
    assert refinement.said
    after = refinement.apply(SAMPLE)
    wanted = change(SAMPLE)
    assert after is not None
    assert after.times() == pytest.approx(wanted.times())
    assert after.matrix() == pytest.approx(wanted.matrix())
    assert [k.label for k in after.keyframes] == [k.label for k in wanted.keyframes]


FOR_A_MODEL = (
    "sadder | bigger eyes | more to the left | still stronger | fade out | the same | angrier | more angry"
    " | happier | wilder | less happy | look up more | look left | turn the head down | turn your head left"
    " | bring the brows down | raise the brows | wider eyes | open the mouth more | drop the jaw"
    " | push the lips forward | she should look"
    " older | blink less | more blinking | add a blink | as if she lied | a faster smile | slower blink"
    " | make him look tired | keep the smile"
    " | keep still | no | not | only | the smile | left | left side | brows and eyes | subtler and sadder"
    " | subtler, as if lost | stronger on the"
    " left and right brow but happier | more than half | hold the smile to the end | hold the smile until the end"
    " | head follows the eyes"
    " | start the smile later than the brows | stronger and weaker weaker stronger | more less | faster slower | 1"
    " | 0 seconds | 1000000 s"
    " | 99999 % | flip the smile | reverse the smile | neutral | relax the brows | wide awake | a bright smile | with more noise | cry"
    " | start | end | seconds | % | stronger 2 seconds | don't | one more time | in the style of Chaplin"
    " | brown eyes | she heard it | ..."
    " | less mouth, brows and eyes stronger | subtler; subtler; subtler; subtler; subtler; subtler; subtler | lauter | plus fort | 微笑"
)


@pytest.mark.parametrize("sentence", ["", " ", *(sentence.strip() for sentence in FOR_A_MODEL.split("|"))])
def test_what_is_not_understood_to_the_last_word_is_for_a_model(sentence: str) -> None:
    assert read_refinement(sentence) is None


@pytest.mark.parametrize(
    "sentence", ["more tongue", "hold the pucker longer", "wait a second before the pucker", "tongue first"]
)
def test_more_of_what_is_not_there_is_for_a_model(sentence: str) -> None:
    refinement = read_refinement(sentence)
    assert refinement is not None
    assert refinement.apply(SAMPLE) is None


def test_without_what_is_not_there_nothing_changes() -> None:
    refinement = read_refinement("no tongue, end in neutral")
    assert refinement is not None
    assert refinement.apply(SAMPLE) == refine.end_at_rest(SAMPLE, 0.6)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("subtler", "everything × 0.7"),
        ("much less mouth at the end", "mouth × 0.45 at the end"),
        ("faster, mirror it", "duration × 0.75; left and right exchanged"),
        ("only the left brow", "only left brow, all else at rest"),
        ("hold the smile for a second", "smile held 1 s longer"),
    ],
)
def test_it_says_what_it_does(sentence: str, said: str) -> None:
    refinement = read_refinement(sentence)
    assert refinement is not None
    assert refinement.said == said


def sentences() -> st.SearchStrategy[str]:
    """Of words that are understood, in any order, with numbers and commas."""
    words = [
        word
        for table in (*ROLES.values(), *FEATURES, " ".join(SIDES), " ".join(NUMBERS), " ".join(SECONDS))
        for word in table.split()
    ]
    pieces = st.sampled_from([*words, ",", "and", "but", "%", "2", "0.5", "30", "3 s", "half a second"])
    return st.lists(pieces, min_size=1, max_size=7).map(" ".join)


@given(st.one_of(st.text(), sentences()), performances())
def test_no_sentence_fails_and_what_comes_out_is_a_performance(sentence: str, performance: Performance) -> None:
    refinement = read_refinement(sentence)
    if refinement is None or (after := refinement.apply(performance)) is None:
        return
    assert refinement.said
    assert "\n" not in refinement.said
    assert len(after.keyframes) >= len(performance.keyframes)
    for name, low, high in ((c.name, c.low, c.high) for c in CHANNELS):
        assert all(low <= k.value(name) <= high for k in after.keyframes)


@given(performances())
def test_only_one_side_leaves_the_other_at_rest(performance: Performance) -> None:
    refinement = read_refinement("only the left side")
    assert refinement is not None
    after = refinement.apply(performance)
    assert after is not None
    for before, now in zip(performance.keyframes, after.keyframes, strict=True):
        for name in CHANNEL:
            assert now.value(name) == (0.0 if name in RIGHT else before.value(name))


@given(performances())
def test_half_and_double_is_the_same(performance: Performance) -> None:
    refinement = read_refinement("half as strong, then twice as strong")
    assert refinement is not None
    after = refinement.apply(performance)
    assert after is None or after.matrix() == pytest.approx(performance.matrix(), abs=1e-5)
