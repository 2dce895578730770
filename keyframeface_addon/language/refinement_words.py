"""The words in which animators ask for changes: one table of what they do in a sentence, one of what they name in a face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from ..face.channels import CHANNELS, ChannelName, Side
from ..face.refine import GAZE

# What a word does in a clause. Several words that belong together are written with hyphens; fillers may stand between them.
ROLES: dict[str, str] = {
    "WEAKER": "subtler subtle subtly softer soft softly soften gentler gentle gently weaker weak weaken milder mild lighter light"
    " lightly smaller small fainter faint understated restrained subdued muted reduce reduced decrease decreased lessen minimise"
    " minimize tone-down toned-down dial-back dial-down take-down bring-down turn-down scale-down pull-back rein-in tame tamer",
    "STRONGER": "stronger strong strongly bigger big larger large bolder bold intense intenser intensify exaggerate exaggerated"
    " exagerate exagerated exaggurate exaggerrate exxagerate amplify amplified heighten heightened increase increased boost push"
    " push-further dial-up turn-up ramp-up crank-up scale-up bring-up broader broad over-the-top extreme pronounced emphasise"
    " emphasize strengthen expressive",
    "MORE": "more extra even-more not-enough",
    "LESS": "less fewer even-less not-so not-as",
    "AMOUNT": "strength intensity amount size",
    "AS": "as",
    "NO": "no without remove stop stops lose kill none not don't dont get-rid-of take-out take-away leave-out zero",
    "EXCEPT": "except excluding besides apart-from other-than not-in not-on",
    "ONLY": "only just solely",
    "STILL": "still steady fixed frozen motionless static",
    "MOVEMENT": "movement movements motion move moves moving",
    "KEEP": "keep keeps keeping let lets leave",
    "FASTER": "faster fast quicker quick quickly quicken speedier snappier snappy speed-up hurry hurry-up fasten",
    "SLOWER": "slower slow slowly slow-down",
    "SHORTER": "shorter short shorten",
    "LONGER": "longer lengthen prolong stretch stretch-out draw-out drag-out",
    "LONG": "long duration length total last lasts lasting",
    "SPEED": "speed pace tempo",
    "MIRROR": "mirror mirrored flip flipped swap swapped flop exchange switch other-side other-way-round other-way opposite-side",
    "SYMMETRIC": "symmetrical symmetric symmetry symmetrically symetrical symetric symmetrise symmetrize even-out even-both-sides"
    " balanced both-sides-alike both-sides-same both-sides-equal same-on-both-sides equal-on-both-sides",
    "ASYMMETRIC": "asymmetrical asymmetric asymmetry asymmetrically assymetric assymetrical asymetric asymetrical assymmetric"
    " assymmetrical uneven lopsided lop-sided crooked",
    "HOLD": "hold holds held holding linger lingers sustain sustained stay stays freeze pause pauses",
    "WAIT": "wait waits delay delayed later",
    "BEFORE": "before beforehand",
    "REVERSE": "reverse reversed backwards backward rewind",
    "NEUTRAL": "neutral rest resting relax relaxed relaxes",
    "RETURN": "back return returns returning settle settles",
    "LEAD": "lead leads leading first earlier ahead",
    "LAG": "lag lags follow follows trail trails trailing behind after offset stagger staggered",
    "START": "start starts starting begin begins beginning opening",
    "MIDDLE": "middle mid",
    "END": "end ends ending finish finishes last-pose final final-pose",
    "SIDES": "side sides left-and-right",
    "TO": "to",
    "AT": "at",
    "BY": "by",
    "A BIT": "bit little little-bit slightly tad touch hint somewhat notch",
    "MUCH": "much lot lots way far very really considerably significantly drastically heavily",
    "FILLER": "a an the it its it's this that these those make makes made do does be is are in into on of with within for from please can"
    " could you i want would like i'd let's now so some something have has give gives all everything whole overall performance"
    " animation take face expression he she his her him their they them and even still-more x × times go goes come comes another"
    " alone unchanged untouched same everywhere per cent percent % or again keyframes keyframe should thing version pose play played get"
    " times",
}
"""Role -> words. What a clause of certain roles means is said in ``refinement``."""

# Words -> bases of channels, or whole regions, written with a star
FEATURES: dict[str, str] = {
    "brow brows eyebrow eyebrows forehead": "brows*",
    "eye eyes": "eyes*",
    "lid lids eyelid eyelids": "eyeBlink eyeSquint eyeWide",
    "gaze look looks looking glance glances": "gaze",
    "blink blinks blinking wink winks winking": "eyeBlink",
    "squint squints squinting": "eyeSquint",
    "cheek cheeks": "cheeks*",
    "nose nostrils": "nose*",
    "sneer sneers sneering": "noseSneer",
    "jaw": "jaw*",
    "mouth": "mouth* jaw* tongue*",
    "lip lips": "mouth*",
    "tongue": "tongue*",
    "smile smiles smiling grin grins grinning smirk smirks smirking": "mouthSmile mouthDimple cheekSquint",
    "frown frowns frowning": "mouthFrown browDown",
    "scowl scowls scowling furrow": "browDown",
    "pucker": "mouthPucker mouthFunnel",
    "head neck": "head*",
    "nod nods nodding head-nod": "headPitch",
    "tilt tilts tilting head-tilt": "headRoll",
    "turn turns turning head-turn": "headYaw",
    "upper-face top-half upper-half": "brows* eyes*",
    "lower-face bottom-half lower-half": "cheeks* nose* jaw* mouth* tongue*",
}
SIDES: dict[str, Side] = {"left": "left", "right": "right"}
NUMBERS: dict[str, float] = {
    "half": 1 / 2, "halve": 1 / 2, "halved": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twice": 2, "double": 2, "doubled": 2, "triple": 3,
}  # fmt: skip
SECONDS = ["s", "sec", "secs", "second", "seconds"]
JOINING = [",", ";", ".", "and", "&", "but", "then", "plus", "also"]
"""Between clauses."""
SAME: tuple[tuple[str, str], ...] = (
    ("but not ", "except "),
    ("but keep ", "except "),
    ("but leave ", "except "),
    ("nothing but ", "only "),
    ("one side ", "sides "),
    ("bigger eyes", "wider eyes"),
    ("larger eyes", "wider eyes"),
    ("smaller eyes", "narrower eyes"),
    ("eyes bigger", "eyes wider"),
    ("eyes smaller", "eyes narrower"),
    ("too much", "less"),
    ("too little", "more"),
    ("left and right", "left-and-right"),
    ("left to right", "left-and-right"),
    ("right and left", "left-and-right"),
    ("a second and a half", "1.5 seconds"),
    ("one and a half", "1.5"),
    ("two and a half", "2.5"),
)
"""Said otherwise, before anything is cut."""
PARTED = ("tone", "dial", "scale", "ramp", "crank")
"""Verbs that may have what they change before their particle: tone the smile down. To turn the head down is something else."""


def value_of(word: str) -> float | None:
    """Of a number in figures or letters."""
    if word in NUMBERS:
        return NUMBERS[word]
    return float(word) if word[0].isdecimal() or (word[0] == "." and len(word) > 1) else None


def corrected(word: str) -> str | None:
    """The word that this is, if need be with one letter left out, doubled or exchanged with the next; None for none of ours."""
    if word in _known() or value_of(word) is not None:
        return word
    if word.endswith("'s") and word[:-2] in _known():
        return word[:-2]
    return next((other for other in _without_slip(word) if other in _known()), None) if len(word) >= 5 else None


def _without_slip(word: str) -> Iterator[str]:
    """The first letter is hardly ever the wrong one, and without it older would be bolder."""
    for i in range(1, len(word)):
        yield from (word[:i] + letter + word[i:] for letter in "abcdefghijklmnopqrstuvwxyz")
        yield word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
        if word[i] == word[i - 1]:
            yield word[:i] + word[i + 1 :]


def channels_of(features: Iterable[str]) -> frozenset[ChannelName]:
    """All that these words name."""
    return frozenset[ChannelName]().union(*(_features()[feature] for feature in features))


def is_feature(word: str) -> bool:
    return word in _features()


def role_of(word: str) -> str | None:
    """None for a word that does nothing by itself."""
    return _roles().get(word)


def phrases_with(word: str) -> tuple[str, ...]:
    """Those that begin with it, the longest first."""
    return _phrases().get(word, ())


@cache
def _features() -> Mapping[str, frozenset[ChannelName]]:
    found: dict[str, frozenset[ChannelName]] = {}
    for words, bases in FEATURES.items():
        names = GAZE if bases == "gaze" else frozenset[ChannelName]()
        names |= {c.name for c in CHANNELS if c.base in bases.split() or f"{c.region}*" in bases.split()}
        found |= dict.fromkeys(words.split(), names)
    return found


@cache
def _roles() -> Mapping[str, str]:
    return {word: role for role, words in ROLES.items() for word in words.split()}


@cache
def _known() -> frozenset[str]:
    whole = {*_roles(), *_features(), *SIDES, *NUMBERS, *SECONDS}
    return frozenset(whole | {part for word in whole for part in word.split("-")})


@cache
def _phrases() -> Mapping[str, tuple[str, ...]]:
    """First word -> the phrases that begin with it, the longest first."""
    phrases = sorted((word for word in (*_roles(), *_features()) if "-" in word), key=len, reverse=True)
    return {
        phrase.split("-")[0]: tuple(p for p in phrases if p.split("-")[0] == phrase.split("-")[0]) for phrase in phrases
    }
