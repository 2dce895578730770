"""Actions and feelings one after the other."""

from __future__ import annotations

import random

from .acting import pulses
from .feeling import face_of
from .lexicon import emotions
from .measures import seconds
from .part import Part, some_action
from .pose import Beat, Pose, scaled
from .scene import ENDS, HOLDS, STARTS, Scene
from .wording import for_her, gerund, is_predicate


def in_order(rng: random.Random) -> Scene:
    """Actions and feelings one after the other; each lets go as the next begins."""
    count = rng.choice((2, 2, 2, 3, 3, 4))
    faces: list[tuple[str, str, Pose, Part | None]] = []
    for _ in range(count):
        if rng.random() < 0.65:
            part = Part(rng, some_action(rng))
            faces.append((part.do, part.label, part.face, part if part.passes else None))
        else:
            feeling = rng.choice(list(emotions().values()))
            face, label = face_of(rng, feeling)
            verbs = [w for w, _ in feeling.words["verb"] if is_predicate(w)]
            word = rng.choice(feeling.words["adj"])[0]
            faces.append(
                (
                    rng.choice(verbs)
                    if verbs and rng.random() < 0.4
                    else rng.choice(("looks {}", "gets {}", "is {}", "becomes {}")).format(word),
                    label,
                    face,
                    None,
                )
            )
    clauses = [clause for clause, *_ in faces]
    gap, pause = rng.choice((0.6, 0.8, 1.0, 1.2)), ""
    if rng.random() < 0.2:
        span = rng.choice((1.0, 1.5, 2.0, 3.0))
        gap, pause = span, rng.choice((f"after {seconds(rng, span)} ", f"{seconds(rng, span)} later "))
    elif rng.random() < 0.1:
        gap, pause = (
            rng.choice((1.6, 2.0)),
            rng.choice(("after a pause ", "after a beat ", "after a while ", "a moment later ")),
        )
    if count == 2:
        first, second = clauses
        words = second.split()
        beginning = first.split()
        frames = [
            f"{first}, then {pause}{second}",
            f"{first} then {pause}{second}",
            f"{first} and then {pause}{second}",
            f"first {first}, then {second}",
            f"{first} before {gerund(words[0])} {' '.join(words[1:])}",
            f"{first}, pauses, {second}",
            f"{first}. then {pause}{second}",
            f"after {gerund(beginning[0])} {' '.join(beginning[1:])}, {second}",
            f"{second} after {gerund(beginning[0])} {' '.join(beginning[1:])}",
            f"{first} -> {second}",
            f"{first}, beat, {second}",
            f"starts by {gerund(beginning[0])} {' '.join(beginning[1:])}, ends when he {second}",
            f"before he {second}, he {first}",
            f"{first}; at the end {second}",
            f"{first}, finally {second}",
        ]
        prompt = rng.choice(frames)
    else:
        prompt = (
            rng.choice((", then ", ", ", " -> ", " then ", ". ")).join(clauses[:-1])
            + rng.choice((", then ", " and then ", ", and finally ", " and ends when he "))
            + clauses[-1]
        )
    if rng.random() < 0.6 and is_predicate(prompt) and not prompt.startswith(("first", "after", "before", "starts")):
        prompt = rng.choice(("he ", "he ", "Tom ", "the man ")) + prompt
    if rng.random() < 0.5:
        prompt = for_her(prompt)
    beats: list[Beat] = [(0.0, rng.choice(STARTS), {})]
    time = 0.0
    for number, (_, label, face, comes_and_goes) in enumerate(faces):
        time += 0.4 if number == 0 else gap
        if number and gap >= 1.5:
            beats.append((time - 0.5, "a pause", scaled(beats[-1][2], 0.4)))
        if comes_and_goes:
            beats += pulses(rng, comes_and_goes, 1, time - 0.2, False)
            time = beats[-1][0] - 0.1
        else:
            beats.append((time, label, face))
    beats.append((time + 0.7, rng.choice(HOLDS if rng.random() < 0.6 else ENDS), scaled(beats[-1][2], 0.85)))
    return Scene(prompt, tuple(beats)) if len(beats) <= 12 else in_order(rng)
