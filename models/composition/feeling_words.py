"""The words for a feeling: how strong it is, whose it is, and the sentence around it."""

from __future__ import annotations

import random

from .lexicon import Emotion
from .measures import BEFORE_ADJECTIVE, BEFORE_NOUN
from .wording import HE, IT, SHE, told

_PERSON = (
    "man",
    "woman",
    "girl",
    "boy",
    "guy",
    "face",
    "kid",
    "person",
    "robot",
    "old man",
    "character",
    "teacher",
    "dog",
    "king",
)


def a_person(rng: random.Random) -> str:
    return rng.choice(rng.choice((HE, SHE, SHE, HE, IT, ("I", "my character", "the old lady", "our hero"))))


def _adjective(rng: random.Random, word: str, strength: float) -> tuple[str, float]:
    factor = rng.choice((0.45, 0.65, 1.0, 1.0, 1.0, 1.25, 1.45))
    adverb = rng.choice(BEFORE_ADJECTIVE[factor])
    if strength > 1 and factor < 1:
        factor, adverb = 1.0, ""
    text = f"{adverb} {word}".strip()
    return text, max(0.35, factor * strength)


def wording_of(rng: random.Random, feeling: Emotion) -> tuple[str, float, str]:
    """A phrase for the feeling, how strong it is, and what kind of word it is."""
    kinds = [kind for kind in ("adj", "adj", "noun", "verb") if feeling.words[kind]]
    kind = rng.choice(kinds)
    word, strength = rng.choice(feeling.words[kind])
    if kind == "adj":
        text, strength = _adjective(rng, word, strength)
        return text, strength, kind
    if kind == "noun":
        factor = rng.choice((0.45, 1.0, 1.0, 1.0, 1.3)) if strength <= 1 else 1.0
        return f"{rng.choice(BEFORE_NOUN[factor])} {word}".strip(), max(0.35, factor * strength), kind
    return word, strength, kind


def sentence(rng: random.Random, text: str, kind: str) -> str:
    if kind == "verb":
        return told(rng, text)
    who = a_person(rng)
    frames: tuple[str, ...]
    if kind == "adj":
        frames = (
            "{t}",
            "{t}",
            "{w} is {t}",
            "{w} looks {t}",
            "{w} feels {t}",
            "{t} face",
            "{t} expression",
            "a {t} look",
            "looking {t}",
            "make him look {t}",
            "a {t} {p}",
            "{w} seems {t}",
            "{w} becomes {t}",
            "{w} gets {t}",
            "be {t}",
            "act {t}",
            "he is so {t}",
            "{w} is feeling {t} today",
            "{w} stares at the letter, {t}",
            "portrait of a {t} {p}",
            "{w} looks {t} about it",
            "{t} reaction",
            "gives him a {t} look",
            "{w}, {t}",
            "{w} stands there {t}",
            "she's {t}",
            "{w} was never so {t}",
            "{t} idle",
            "listens, {t}",
        )
    else:
        frames = (
            "{t}",
            "{t}",
            "a look of {t}",
            "{t} on his face",
            "{w} is full of {t}",
            "{t} washes over her",
            "{w} shows {t}",
            "expression of {t}",
            "{w} feels {t}",
            "{w} is filled with {t}",
            "with {t} in her eyes",
            "{w} can't hide his {t}",
            "face of {t}",
            "reacts with {t}",
            "overcome by {t}",
            "{w} expresses {t}",
            "his face shows {t}",
            "you can see the {t} in her face",
            "{w} looks at her with {t}",
        )
    return rng.choice(frames).format(t=text, w=who, p=rng.choice(_PERSON))
