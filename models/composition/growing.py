"""How a feeling comes and goes: slowly, at once, in so many seconds, more and more, and gone again."""

from __future__ import annotations

import random

from .feeling import face_of
from .feeling_words import a_person
from .lexicon import Emotion, emotions
from .measures import seconds
from .pose import Beat, scaled
from .scene import ENDS, HOLDS, STARTS, Scene


def _some(rng: random.Random) -> Emotion:
    return rng.choice([e for e in emotions().values() if e.name != "neutral"])


def coming(rng: random.Random) -> Scene:
    """Rising slowly, at once, over some seconds, or more and more."""
    feeling = _some(rng)
    word, strength = rng.choice(feeling.words["adj"])
    face, label = face_of(rng, feeling, strength)
    span = rng.choice((1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0))
    kind = rng.randrange(4)
    frames: tuple[str, ...]
    if kind == 0:
        onset = rng.choice((2.0, 2.5, 3.0))
        frames = (
            "slowly becomes {a}",
            "gradually gets {a}",
            "slowly turns {a}",
            "gets {a} bit by bit",
            "little by little she looks {a}",
            "{w} slowly grows {a}",
        )
    elif kind == 1:
        onset = rng.choice((0.15, 0.2, 0.25))
        frames = (
            "suddenly {a}",
            "{w} is suddenly {a}",
            "all of a sudden {a}",
            "instantly {a}",
            "{a} in an instant",
            "snaps to {a}",
        )
    elif kind == 2:
        onset = span
        frames = tuple(
            f.replace("{t}", seconds(rng, span))
            for f in (
                "becomes {a} over {t}",
                "turns {a} within {t}",
                "takes {t} to get {a}",
                "gets {a} over the course of {t}",
            )
        )
    else:
        onset = rng.choice((2.0, 2.4))
        frames = (
            "more and more {a}",
            "gets more and more {a}",
            "increasingly {a}",
            "builds up to {a}",
            "{w} becomes more {a} every second",
            "a little {a}, then very {a}",
        )
    prompt = rng.choice(frames).format(a=word, w=a_person(rng))
    beats: list[Beat] = [(0.0, rng.choice(STARTS), {})]
    if onset > 1.2:
        beats.append((onset * 0.5, f"a little {feeling.name}", scaled(face, 0.45)))
    beats += [(onset, label, face), (onset + rng.choice((0.5, 0.8)), rng.choice(HOLDS), scaled(face, 0.96))]
    return Scene(prompt, tuple(beats))


def going(rng: random.Random) -> Scene:
    """There at the start, and gone; or come for some time, and gone."""
    feeling = _some(rng)
    word, strength = rng.choice(feeling.words["adj"])
    noun = rng.choice(feeling.words["noun"] or feeling.words["adj"])[0]
    face, label = face_of(rng, feeling, strength)
    span = rng.choice((0.5, 1.0, 1.5, 2.0, 3.0))
    if rng.random() < 0.4:
        text = rng.choice(
            (
                "the {n} fades",
                "the {n} fades over {t}",
                "her {n} slowly drains away",
                "{a} at first, then back to neutral",
                "stops being {a}",
                "starts {a}, ends neutral",
                "the {n} leaves his face",
                "{a}, then the face goes blank",
                "from {a} to neutral",
            )
        ).format(n=noun, a=word, t=seconds(rng, span))
        length = span if "over" in text else rng.choice((1.2, 1.6))
        beats: list[Beat] = [
            (0.0, label, face),
            (length * 0.5, "fading", scaled(face, 0.5)),
            (length, rng.choice(ENDS), {}),
        ]
        if length < 1:
            del beats[1]
        return Scene(text, tuple(beats))
    text = rng.choice(
        (
            "{a} for {t}, then back to neutral",
            "a flash of {n}",
            "{a} for a moment",
            "a brief moment of {n}",
            "{a} for {t}",
            "looks {a} for {t} and then relaxes",
            "{n} crosses his face and is gone",
            "a microexpression of {n}",
        )
    ).format(n=noun, a=word, t=seconds(rng, span))
    quick = any(w in text for w in ("flash", "micro", "moment", "crosses"))
    hold = 0.25 if quick else span
    onset = 0.2 if quick else 0.4
    beats = [
        (0.0, rng.choice(STARTS), {}),
        (onset, label, face),
        (onset + hold, "holds it", scaled(face, 0.95)),
        (onset + hold + 0.4, rng.choice(ENDS), {}),
    ]
    return Scene(text, tuple(beats))
