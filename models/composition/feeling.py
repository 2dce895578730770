"""Emotion words, situations and spoken lines with the faces that go with them."""

from __future__ import annotations

import random

from .feeling_words import a_person, sentence, wording_of
from .lexicon import Emotion, Situation, emotions, quotes, situations
from .pose import Beat, Pose, merged, scaled
from .scene import HOLDS, PLACES, Scene, Timing, rise, vary
from .wording import for_her, is_predicate, told

_BLANK_PROMPTS = (
    "she reacts",
    "he reacts",
    "reaction shot",
    "close-up",
    "he looks at the camera",
    "she says hello",
    "idle",
    "his face",
    "listening",
    "she looks at him",
    "he turns to her",
    "talks to a friend",
    "her reaction",
    "the look on his face",
    "portrait",
    "she enters the room",
)
_QUICK = {"surprise", "fear", "pain", "disgust", "laughter"}


def face_of(rng: random.Random, feeling: Emotion, strength: float = 1.0) -> tuple[Pose, str]:
    """One of its faces, and a label that names the feeling in a plain word."""
    label, face = rng.choice(feeling.poses)
    return vary(rng, scaled(face, strength)), (f"{feeling.name}, {label}" if rng.random() < 0.75 else label)


def beats_of(rng: random.Random, feeling: Emotion, strength: float, start: Pose | None = None) -> list[Beat]:
    face, label = face_of(rng, feeling, strength)
    onset = rng.choice((0.15, 0.2, 0.3)) if feeling.name in _QUICK else rng.choice((0.4, 0.5, 0.6, 0.8, 1.0))
    beats = rise(rng, face, label, Timing(0.0, onset, rng.choice((0.7, 0.9, 1.2, 1.6))), start)
    if rng.random() < 0.4:  # the hold becomes another face of the same feeling
        other, label = face_of(rng, feeling, strength)
        _next(rng, beats, label, other)
    return beats


def _next(rng: random.Random, beats: list[Beat], label: str, face: Pose) -> None:
    """Another face after the last one; it takes the place of a hold."""
    if beats[-1][1] in HOLDS:
        beats[-1] = (beats[-1][0], label, face)
    else:
        beats.append((beats[-1][0] + rng.choice((0.8, 1.0, 1.3)), label, face))


def plain(rng: random.Random) -> Scene:
    """One feeling."""
    feeling = rng.choice(list(emotions().values()))
    text, strength, kind = wording_of(rng, feeling)
    beats = tuple(beats_of(rng, feeling, min(strength, 1.45)))
    if kind != "verb" and rng.random() < 0.15:
        return Scene(rng.choice(_BLANK_PROMPTS), beats, emotion=text)
    prompt = sentence(rng, text, kind)
    if rng.random() < 0.1:
        word, _ = rng.choice(feeling.words["adj"] + feeling.words["noun"])
        return Scene(prompt, beats, emotion=word)
    return Scene(prompt, beats)


def _clause(rng: random.Random, clause: str) -> str:
    text = clause if not is_predicate(clause) else told(rng, clause)
    return for_her(text) if rng.random() < 0.3 else text


def happening(rng: random.Random) -> Scene:
    """Something happens and is felt."""
    found = rng.choice(situations())
    words = emotions()
    first = words[found.feelings[0]]
    start: Pose | None = None
    if rng.random() < 0.25 and first.name not in ("calm", "neutral"):
        start = scaled(rng.choice(words[rng.choice(("calm", "interest", "neutral", "thinking"))].poses)[1], 0.5)
    beats = beats_of(rng, first, found.strength, start)
    for name in found.feelings[1:]:
        face, label = face_of(rng, words[name], found.strength)
        _next(rng, beats, label, face)
        beats.append((beats[-1][0] + rng.choice((0.8, 1.0, 1.4)), rng.choice(HOLDS), scaled(face, 0.95)))
    prompt = _clause(rng, found.clause)
    if rng.random() < 0.12:
        return Scene(rng.choice(_BLANK_PROMPTS), tuple(beats), background=prompt)
    if rng.random() < 0.15:
        word, _ = rng.choice(words[found.feelings[-1]].words["adj"] + words[found.feelings[-1]].words["noun"])
        return Scene(prompt, tuple(beats), emotion=word)
    background = rng.choice(PLACES) if rng.random() < 0.08 else ""
    return Scene(prompt, tuple(beats), background)


def spoken(rng: random.Random, line: Situation | None = None) -> Scene:
    """A line of dialogue, the feeling in it, the mouth moving where there is time."""
    found = line or rng.choice(quotes())
    feeling = emotions()[found.feelings[0]]
    beats = beats_of(rng, feeling, found.strength)
    if rng.random() < 0.5 and feeling.name not in ("asleep", "neutral"):
        time, label, face = beats[1]
        beats[1] = (time, label, merged(face, {"jawOpen": rng.choice((0.2, 0.25, 0.3))}))
    word, _ = rng.choice(feeling.words["adj"])
    frames = (
        '{w} says "{q}"',
        '"{q}"',
        '"{q}"',
        '{w} "{q}"',
        '"{q}", {w} says',
        '({a}) "{q}"',
        '"{q}" - {a}',
        "says {q}",
        '{w} whispers "{q}"',
    )
    prompt = rng.choice(frames).format(w=a_person(rng), q=found.clause, a=word)
    return Scene(prompt, tuple(beats))
