"""How something is done: a tiny smile, a sad nod, angry eyes over a smiling mouth."""

from __future__ import annotations

import random

from .acting import passing
from .feeling import face_of
from .feeling_words import a_person
from .lexicon import actions, emotions, manners
from .part import GROUPS, Part
from .pose import LOWER, UPPER, Beat, merged, only, scaled
from .scene import HOLDS, STARTS, Scene, Timing, rise
from .wording import told

_SMALL = ("tiny", "small", "faint", "slight", "little", "subtle", "weak", "half", "barely visible", "soft")
_LARGE = ("big", "huge", "broad", "wide", "enormous", "massive", "deep", "strong", "exaggerated", "giant")


def sized(rng: random.Random) -> Scene:
    """A tiny smile, a huge yawn."""
    nouns = manners("noun")
    name = rng.choice(list(nouns))
    action = actions()[name]
    part = Part(rng, action, side="" if "both" in action.face else None)
    small = rng.random() < 0.5
    text = rng.choice(
        (
            "a {s} {n}",
            "{s} {n}",
            "gives a {s} {n}",
            "{w} gives a {s} {n}",
            "with a {s} {n}",
            "{w}, a {s} {n}",
            "the {s}est {n}",
        )
    ).format(s=rng.choice(_SMALL if small else _LARGE), n=rng.choice(nouns[name]), w=a_person(rng))
    if "est " in text and not any(
        s in text
        for s in ("faintest", "slightest", "broadest", "deepest", "weakest", "softest", "smallest", "strongest")
    ):
        text = text.replace("est ", " ", 1)
    face = scaled(part.face, rng.choice((0.3, 0.35, 0.4)) if small else rng.choice((1.3, 1.4, 1.45)))
    if part.passes:
        part.face = face
        return Scene(text, tuple(passing(rng, part)))
    return Scene(
        text, tuple(rise(rng, face, part.label, Timing(0, rng.choice((0.4, 0.6)), 1.0), release=rng.random() < 0.1))
    )


def in_a_manner(rng: random.Random) -> Scene:
    """``nods sadly``, ``looks up hopefully``: an action with a feeling all over the face."""
    adverbs = manners("adverb")
    name = rng.choice(list(adverbs))
    feeling = emotions()[name]
    doing = rng.choice(
        (
            *GROUPS["gaze"],
            *GROUPS["head"],
            "smile",
            "nod",
            "shake head",
            "sigh",
            "blink",
            "stare",
            "jaw open",
            "wink",
            "brows up",
        )
    )
    part = Part(rng, actions()[doing])
    face, label = face_of(rng, feeling, 0.9)
    quiet = {n: v for n, v in face.items() if not n.startswith("head") and "Look" not in n}
    if doing == "smile":
        quiet = merged(only(quiet, UPPER), part.face)
    adverb = rng.choice(adverbs[name])
    if rng.random() < 0.3:
        return Scene(
            told(rng, part.do),
            _acted(rng, part, merged(quiet, part.face), quiet, label),
            emotion=rng.choice(feeling.words["adj"])[0],
        )
    return Scene(told(rng, f"{part.do} {adverb}"), _acted(rng, part, merged(quiet, part.face), quiet, label))


def _acted(
    rng: random.Random, part: Part, whole: dict[str, float], quiet: dict[str, float], label: str
) -> tuple[Beat, ...]:
    name = part.action.name
    beats: list[Beat] = [(0.0, rng.choice(STARTS), {})]
    text = f"{label}, {part.label}"
    if name == "shake head":
        for number, way in enumerate((0.35, -0.35, 0.3, -0.25)):
            beats.append(
                (0.4 + 0.25 * number, text if number == 0 else "head swings back", merged(quiet, {"headYaw": way}))
            )
        return (*beats, (1.8, rng.choice(HOLDS), quiet))
    if name in ("nod", "blink", "wink"):
        return (*beats, (0.4, text, whole), (0.7, "comes back", quiet), (1.4, rng.choice(HOLDS), scaled(quiet, 0.95)))
    return (*beats, (0.6, text, whole), (1.6, rng.choice(HOLDS), scaled(whole, 0.95)))


def in_parts(rng: random.Random) -> Scene:
    """``angry eyes, smiling mouth``: one half of the face against the other, or a feeling in one half only."""
    first, second = rng.sample(
        [
            emotions()[n]
            for n in (
                "joy",
                "sadness",
                "anger",
                "fear",
                "surprise",
                "disgust",
                "calm",
                "tired",
                "worry",
                "warmth",
                "suspicion",
                "amusement",
            )
        ],
        2,
    )
    a, b = rng.choice(first.words["adj"])[0], rng.choice(second.words["adj"])[0]
    upper, lower = only(face_of(rng, first)[0], UPPER), only(face_of(rng, second)[0], LOWER)
    if rng.random() < 0.6:
        text = rng.choice(
            (
                "{a} eyes, {b} mouth",
                "{a} eyes and a {b} mouth",
                "eyes {a}, mouth {b}",
                "{b} mouth but {a} eyes",
                "the eyes are {a} but the mouth is {b}",
                "upper face {a}, lower face {b}",
            )
        )
        return Scene(
            text.format(a=a, b=b),
            tuple(rise(rng, merged(upper, lower), f"{first.name} above, {second.name} below", Timing(0, 0.6, 1.0))),
        )
    if rng.random() < 0.5:
        text = rng.choice(
            (
                "{a}, but only in the eyes",
                "{a} eyes, nothing else",
                "{a} with the eyes only",
                "{a}, the mouth does not move",
                "only the eyes look {a}",
            )
        )
        return Scene(
            text.format(a=a), tuple(rise(rng, upper, f"{first.name} in brows and eyes only", Timing(0, 0.5, 1.0)))
        )
    text = rng.choice(
        (
            "{b}, but only with the mouth",
            "{b} mouth, eyes stay neutral",
            "{b} without using the eyes",
            "only the mouth is {b}",
        )
    )
    return Scene(text.format(b=b), tuple(rise(rng, lower, f"{second.name} in the mouth only", Timing(0, 0.5, 1.0))))
