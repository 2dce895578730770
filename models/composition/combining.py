"""Several things at once: actions side by side, with a feeling, or less something that the prompt rules out."""

from __future__ import annotations

import random

from .acting import passing, single
from .feeling import face_of
from .lexicon import Action, actions, emotions
from .part import GROUPS, Part, some_action
from .pose import Pose, merged, without
from .scene import Scene, Timing, rise
from .wording import base, for_her, gerund, is_predicate, told

_SMILES = (
    ("smile", "jaw open"),
    ("smile", "upper lip up"),
    ("smile", "tongue"),
    ("frown", "pout"),
    ("jaw open", "tongue"),
    ("smile", "bare teeth"),
)


def _together(rng: random.Random, count: int) -> list[Part]:
    if count == 2 and rng.random() < 0.2:
        return [Part(rng, actions()[name], side="") for name in rng.choice(_SMILES)]
    groups = rng.sample(list(GROUPS), count)
    return [Part(rng, actions()[rng.choice(GROUPS[group])]) for group in groups]


def _joined(rng: random.Random, clauses: list[str]) -> str:
    if len(clauses) == 2:
        words = clauses[1].split()
        joint = rng.choice((" and ", " and ", ", ", " while ", " with ", " + ", ", plus "))
        if joint == " while ":
            return (
                f"{clauses[0]} while {gerund(words[0])} {' '.join(words[1:])}"
                if is_predicate(clauses[1])
                else ", ".join(clauses)
            )
        return joint.join(clauses) if joint != " with " else f"{clauses[0]}, {gerund(words[0])} {' '.join(words[1:])}"
    return ", ".join(clauses[:-1]) + rng.choice((" and ", ", ", ", and ")) + clauses[-1]


def combined(rng: random.Random) -> Scene:
    """Several features at once, each with its own side."""
    parts = _together(rng, rng.choice((2, 2, 2, 3)))
    face = merged(*(p.face for p in parts))
    if all(p.say for p in parts) and rng.random() < 0.35:
        prompt = rng.choice((", ", " + ", " / ", ". ")).join(p.say for p in parts)
    else:
        prompt = told(rng, _joined(rng, [p.do for p in parts]))
    label = " and ".join(p.label for p in parts[:2])
    return Scene(
        prompt, tuple(rise(rng, face, label, Timing(0, rng.choice((0.3, 0.5, 0.6)), 0.9), release=rng.random() < 0.1))
    )


def excluded(rng: random.Random) -> Scene:
    """An action or a feeling, less something that the prompt rules out."""
    part = None
    if rng.random() < 0.6:
        part, other = Part(rng, some_action(rng)), some_action(rng)
        for _ in range(20):
            if other.negations and not _shared(other, part.face) and other.name != part.action.name:
                break
            other = some_action(rng)
        face = without(part.face, other.pose("" if "both" in other.face else "left")[0])
        label, said = part.label, part.do
        part.face = face
    else:
        feeling = rng.choice(list(emotions().values()))
        face, label = face_of(rng, feeling)
        verbs = [w for w, _ in feeling.words["verb"] if is_predicate(w)]
        said = rng.choice(verbs) if verbs and rng.random() < 0.4 else f"looks {rng.choice(feeling.words['adj'])[0]}"
        main = [a for a in actions().values() if a.negations and _shared(a, face)]
        other = rng.choice(main or list(actions().values()))
        gone = set(other.pose("" if "both" in other.face else "left")[0])
        face = without(face, gone | ({"jawOpen"} if other.name == "jaw open" else set()))
        label = f"{label}, {rng.choice(('the rest stays still', 'the rest is quiet'))}" if rng.random() < 0.3 else label
    if not other.negations:
        return single(rng)
    denial = rng.choice(other.negations)
    joint = " " if denial.startswith("without") else rng.choice((", ", " but ", ", ", " - "))
    prompt = f"{told(rng, said)}{joint}{denial}"
    beats = passing(rng, part) if part is not None and part.passes else rise(rng, face, label, Timing(0, 0.5, 1.0))
    return Scene(for_her(prompt) if rng.random() < 0.4 else prompt, tuple(beats))


def _shared(action: Action, face: Pose) -> bool:
    return any(name in face for name in action.pose("" if "both" in action.face else "left")[0])


def felt_and_done(rng: random.Random) -> Scene:
    """A feeling together with a named action: ``angry, squinting hard``."""
    feeling = rng.choice(list(emotions().values()))
    part = Part(rng, actions()[rng.choice([n for group in ("brow", "gaze", "head", "nose") for n in GROUPS[group]])])
    word, strength = rng.choice(feeling.words["adj"])
    face, label = face_of(rng, feeling, strength)
    face = merged({n: v for n, v in face.items() if n not in _opposed(part.face)}, part.face)
    words = part.do.split()
    gerunds = f"{gerund(words[0])} {' '.join(words[1:])}"
    prompt = rng.choice(
        (
            f"{word}, {gerunds}",
            f"{part.do} and looks {word}",
            f"looks {word} and {part.do}",
            f"is {word} while {gerunds}",
            f"{part.do}, {word}",
            f"{base(words[0])} {' '.join(words[1:])}, look {word}",
        )
    )
    return Scene(
        told(rng, prompt) if rng.random() < 0.5 else prompt,
        tuple(rise(rng, face, f"{label}, {part.label}", Timing(0, 0.5, 1.0))),
    )


_OPPOSED = {"eyeWide": "eyeBlink", "eyeBlink": "eyeWide", "browDown": "browOuterUp", "browOuterUp": "browDown"}
_AXES = {"headYaw", "headPitch", "headRoll"}


def _opposed(face: Pose) -> set[str]:
    found = set(_AXES & set(face))
    for name in face:
        for one, other in _OPPOSED.items():
            if name.startswith(one):
                found |= {other + "Left", other + "Right"}
        if "eyeLook" in name:
            found |= {
                way + side
                for way in ("eyeLookUp", "eyeLookDown", "eyeLookIn", "eyeLookOut")
                for side in ("Left", "Right")
            }
    return found
