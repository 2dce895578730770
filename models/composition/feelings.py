"""Two feelings and more: mixtures, masks, changes, and what is not felt."""

from __future__ import annotations

import random

from .feeling import beats_of, face_of
from .feeling_words import a_person
from .lexicon import Emotion, emotions
from .pose import LOWER, UPPER, Beat, merged, only, scaled
from .scene import HOLDS, STARTS, Scene, Timing, rise
from .wording import told

_NOT_WORDS = {
    "joy": "sadness",
    "amusement": "disapproval",
    "awe": "disapproval",
    "fear": "confidence",
    "worry": "calm",
    "interest": "bored",
    "bored": "interest",
    "pain": "calm",
    "surprise": "neutral",
    "anger": "calm",
}


def _two(rng: random.Random) -> tuple[Emotion, Emotion]:
    first, second = rng.sample([e for e in emotions().values() if e.name not in ("neutral", "asleep")], 2)
    return first, second


def _named(rng: random.Random, feeling: Emotion, kind: str) -> tuple[str, float]:
    return rng.choice(feeling.words[kind])


def mixture(rng: random.Random) -> Scene:
    """Two feelings at once: one in brows and eyes, one in the mouth, or both everywhere."""
    first, second = _two(rng)
    kind = rng.choice(("adj", "noun")) if first.words["noun"] and second.words["noun"] else "adj"
    (a, p), (b, q) = _named(rng, first, kind), _named(rng, second, kind)
    (face_a, _), (face_b, _) = face_of(rng, first, p), face_of(rng, second, q)
    face = (
        merged(scaled(face_a, 0.9), scaled(face_b, 0.9))
        if rng.random() < 0.5
        else merged(only(face_a, UPPER), only(face_b, LOWER), scaled(face_a, 0.5))
    )
    frames = (
        "{a} and {b} at the same time",
        "a mix of {a} and {b}",
        "{a} but also {b}",
        "half {a}, half {b}",
        "{a} and {b}",
        "both {a} and {b}",
        "torn between {a} and {b}",
        "{a}, with a touch of {b}",
        "{a} mixed with {b}",
        "equal parts {a} and {b}",
        "{w} is {a} and {b} at once",
    )
    prompt = rng.choice(frames).format(a=a, b=b, w=a_person(rng))
    return Scene(
        prompt,
        tuple(rise(rng, face, f"{first.name} and {second.name} at once", Timing(0, rng.choice((0.5, 0.8)), 1.0))),
    )


_SHOWN = (
    "joy",
    "calm",
    "confidence",
    "warmth",
    "interest",
    "pride",
    "neutral",
    "joy",
    "amusement",
    "grateful",
    "agreement",
)
_HIDDEN = (
    "sadness",
    "anger",
    "fear",
    "worry",
    "disgust",
    "disappointment",
    "guilt",
    "crying",
    "bored",
    "pain",
    "hate",
    "embarrassment",
    "contempt",
)


def masked(rng: random.Random) -> Scene:
    """One feeling shown, another underneath: it leaks in brows and eyes."""
    shown, hidden = emotions()[rng.choice(_SHOWN)], emotions()[rng.choice(_HIDDEN)]
    a = rng.choice([w for w, s in shown.words["adj"] if s <= 1] or [shown.name])
    b, n = rng.choice(hidden.words["adj"])[0], rng.choice(hidden.words["noun"])[0]
    mask, leak = face_of(rng, shown, 0.9)[0], face_of(rng, hidden, 0.85)[0]
    under = merged(only(mask, LOWER), only(leak, UPPER))
    frames = (
        "pretends to be {a} but is {b}",
        "tries to look {a}, but is really {b}",
        "acts {a} while feeling {b} inside",
        "looks {a} on the outside, {b} inside",
        "hides his {n} behind a {a} face",
        "masks {n} with a {a} look",
        "{a} on the surface but {b} underneath",
        "forces himself to look {a}, he is {b}",
        "puts on a {a} face to hide the {n}",
        "fakes being {a}, secretly {b}",
        "a {a} mask over {n}",
    )
    prompt = told(rng, rng.choice(frames).format(a=a, b=b, n=n))
    beats: list[Beat] = [
        (0.0, rng.choice(STARTS), {}),
        (0.6, f"the {shown.name} mask goes on", mask if rng.random() < 0.4 else under),
        (1.5, f"{hidden.name} shows in brows and eyes", under),
    ]
    if rng.random() < 0.5:
        beats.append(
            (2.3, f"the mask slips, {hidden.name}", merged(scaled(leak, 0.9), scaled(only(mask, ("mouth",)), 0.25)))
        )
    else:
        beats.append((2.3, "the mask holds", merged(under, scaled(mask, 0.6))))
    return Scene(prompt, tuple(beats))


def changing(rng: random.Random) -> Scene:
    """One feeling gives way to another, sometimes to a third."""
    found = list(_two(rng))
    if rng.random() < 0.25:
        found.append(_two(rng)[0])
    kind = rng.choice(("adj", "adj", "noun")) if all(e.words["noun"] for e in found) else "adj"
    words = [_named(rng, e, kind) for e in found]
    pace, step = rng.choice(
        (("", 1.0), ("", 0.9), ("slowly ", 2.2), ("suddenly ", 0.3), ("gradually ", 2.0), ("quickly ", 0.4))
    )
    first, second = words[0][0], words[1][0]
    if len(found) == 3:
        frame = rng.choice(
            (
                "{a}, then {b}, then {c}",
                "first {a}, then {b} and finally {c}",
                "{a} to {b} to {c}",
                "goes from {a} to {b} and ends {c}",
                "{a} -> {b} -> {c}",
            )
        )
    elif kind == "adj":
        frame = rng.choice(
            (
                "from {a} to {b}",
                "{p}goes from {a} to {b}",
                "{a}, then {p}{b}",
                "starts {a} and ends {b}",
                "starts off {a} but {p}becomes {b}",
                "first {a}, then {b}",
                "{a} at first, {p}turning {b}",
                "changes {p}from {a} to {b}",
                "{w} is {a}, then {p}gets {b}",
                "{a} → {b}",
                "{w} is {a} until he becomes {b}",
                "{b} after being {a}",
                "ends up {b} after starting out {a}",
            )
        )
    else:
        frame = rng.choice(
            (
                "{a} {p}turns into {b}",
                "from {a} to {b}",
                "{a} {p}gives way to {b}",
                "{a}, then {b}",
                "first {a}, then {b}",
                "{a} {p}melts into {b}",
                "{a} becomes {b}",
                "his {a} {p}turns to {b}",
                "{a} fades into {b}",
                "{b} replaces {a}",
            )
        )
    prompt = frame.format(a=first, b=second, c=words[-1][0], p=pace, w=a_person(rng))
    beats: list[Beat] = []
    time = 0.0
    if rng.random() < 0.6:
        beats.append((0.0, rng.choice(STARTS), {}))
        time = rng.choice((0.4, 0.6))
    for feeling, (_, strength) in zip(found, words, strict=True):
        face, label = face_of(rng, feeling, strength)
        beats.append((time, label, face))
        if step < 0.6:
            beats.append((time + 0.7, "holds a moment", scaled(face, 0.95)))
            time += 0.7
        time += step
    beats.append((time + 0.4, rng.choice(HOLDS), scaled(beats[-1][2], 0.95)))
    return Scene(prompt, tuple(beats))


def denied(rng: random.Random) -> Scene:
    """What is not felt, or not shown."""
    words = emotions()
    if rng.random() < 0.5:
        no, yes = words[rng.choice(list(_NOT_WORDS))], _two(rng)[0]
        a = rng.choice([w for w, s in no.words["adj"] if s == 1])
        b, strength = rng.choice(yes.words["adj"])
        prompt = rng.choice(
            (
                "not {a}, just {b}",
                "he isn't {a}, he is {b}",
                "{b}, not {a}",
                "{b} rather than {a}",
                "more {b} than {a}",
                "{b} instead of {a}",
            )
        ).format(a=a, b=b)
        return Scene(prompt, tuple(beats_of(rng, yes, strength)))
    name, meant = rng.choice(list(_NOT_WORDS.items()))
    a = rng.choice([w for w, s in words[name].words["adj"] if s == 1])
    prompt = rng.choice(
        (
            "not {a} at all",
            "{w} isn't {a}",
            "{w} is not {a}",
            "not {a}",
            "{w} does not look {a}",
            "anything but {a}",
            "far from {a}",
        )
    ).format(a=a, w=a_person(rng))
    return Scene(prompt, tuple(beats_of(rng, words[meant], 0.6)))
