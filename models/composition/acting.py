"""A single action: its strength and timing in words, once or several times."""

from __future__ import annotations

import random
from collections.abc import Callable

from .lexicon import actions, manners
from .measures import COUNTS, EXTREME, MILD, NUMBERS, STRONG, WEAK, plural, seconds
from .part import Part, some_action
from .pose import Beat, Pose, scaled
from .scene import STARTS, Scene, Timing, rise, vary
from .wording import HE, SHE, told

_SHAKES: dict[str, Callable[[float], Pose]] = {"shake head": lambda way: {"headYaw": 0.38 * way}}
_SPOKEN_STRENGTHS = ((0.3, WEAK), (0.55, MILD), (1.3, STRONG), (1.45, EXTREME))


def single(rng: random.Random) -> Scene:
    """One action, with its strength and timing in words or not."""
    part = Part(rng, some_action(rng))
    if part.passes or part.action.name == "roll eyes" or (part.action.quick and rng.random() < 0.7):
        return repeated(rng, part)
    factor, manner = 1.0, ""
    draw = rng.random()
    if draw < 0.4:
        factor, choices = rng.choice(_SPOKEN_STRENGTHS)
        manner = rng.choice(choices)
    face = scaled(part.face, factor)
    onset, hold, delay, release = (
        rng.choice((0.3, 0.4, 0.5, 0.6)),
        rng.choice((0.6, 0.8, 1.0)),
        0.0,
        rng.random() < 0.15,
    )
    when = ""
    if rng.random() < 0.3:
        kind = rng.randrange(6)
        span = rng.choice((1.0, 1.5, 2.0, 3.0, 4.0))
        if kind == 0:
            when, onset = (
                rng.choice(("slowly", "very slowly", "gradually", "in slow motion", "bit by bit")),
                rng.choice((1.8, 2.2, 2.6)),
            )
        elif kind == 1:
            when, onset = (
                rng.choice(("quickly", "suddenly", "fast", "in a flash", "abruptly", "snap")),
                rng.choice((0.1, 0.15, 0.2)),
            )
        elif kind == 2:
            when, onset = f"over {seconds(rng, span)}", span
        elif kind == 3:
            when, hold, release = f"for {seconds(rng, span)}", span, True
        elif kind == 4:
            when, delay = f"after {seconds(rng, span)}", span
        else:
            when, hold, release = (
                rng.choice(("for a moment", "briefly", "and lets go", "then relaxes", "and returns to neutral")),
                0.5,
                True,
            )
    beats = rise(rng, face, part.label, Timing(delay, onset, hold), release=release)
    if part.say and rng.random() < 0.3:
        extra = (
            rng.choice((manner, f"{round(max(face.values(), key=abs, default=0) * 100)}%"))
            if manner and len(part.face) == 1
            else manner
        )
        prompt = ", ".join(x for x in (part.say, extra, when) if x)
    else:
        prompt = told(rng, part.do, manner) if manner else told(rng, part.do)
        prompt = f"{prompt} {when}".strip()
    if rng.random() < 0.1:
        prompt += rng.choice(
            (", nothing else moves", ", rest of the face neutral", " and nothing else", ", otherwise still")
        )
    return Scene(prompt, tuple(beats))


def passing(rng: random.Random, part: Part, count: int = 1, start: float = 0.1, slow: bool = False) -> list[Beat]:
    """From rest, there and back ``count`` times."""
    beats: list[Beat] = [(0.0, rng.choice(STARTS), {}), *pulses(rng, part, count, start, slow)]
    if beats[-1][0] < 0.5:
        beats.append((0.8, "rests", {}))
    return beats[:12]


def pulses(rng: random.Random, part: Part, count: int, start: float, slow: bool) -> list[Beat]:
    """Up and down ``count`` times; a shake of the head goes from side to side."""
    down, up = (0.35, 0.4) if slow else (0.12, 0.15) if part.action.quick else (0.25, 0.25)
    beats: list[Beat] = []
    time = start
    if part.action.name == "shake head":
        way = rng.choice((1.0, -1.0))
        for number in range(2 * count):
            time += 0.5 if slow else 0.22
            beats.append(
                (
                    time,
                    f"head swings {'left' if way > 0 else 'right'}",
                    _SHAKES["shake head"](way * (0.9 if number else 0.7)),
                )
            )
            way = -way
        return [*beats, (time + 0.3, "comes to rest", {})]
    for number in range(count):
        time += down
        beats.append((time, part.label if number == 0 else f"{part.label}, again", vary(rng, part.face, 0.03)))
        time += up
        beats.append((time, "comes back", {}))
        time += 0.15
    return beats


def repeated(rng: random.Random, part: Part | None = None) -> Scene:
    """Once, twice, three times, with a return in between."""
    if part is None:
        quick = [
            a
            for a in actions().values()
            if a.quick
            or a.name
            in (
                "nod",
                "shake head",
                "brows up",
                "look aside",
                "jaw open",
                "tilt head",
                "smile",
                "pucker",
                "nose wrinkle",
                "tongue",
                "look down",
                "close eyes",
            )
        ]
        part = Part(rng, rng.choice(quick))
    count = rng.choice((1, 2, 2, 3, 3, 4)) if rng.random() < 0.75 else 1
    slow = rng.random() < 0.15
    said = rng.choice(NUMBERS[count]) if count > 1 or rng.random() < 0.3 else ""
    pace = rng.choice(("slowly", "slow")) if slow else rng.choice(("", "", "", "quickly", "rapidly"))
    prompt = (
        f"{told(rng, part.do)} {said} {pace}"
        if not part.say or rng.random() < 0.75
        else f"{part.say} {said}{', ' if pace else ''}{pace}"
    )
    if count == 2 and rng.random() < 0.15:
        prompt = rng.choice(("double {}", "two {}s")).format(part.action.name)
    if part.action.name == "blink" and count == 3 and rng.random() < 0.3:
        prompt = rng.choice(
            ("rapid blinking", "flutters his eyelids", "bats her lashes", "keeps blinking", "blinks repeatedly")
        )
    nouns = manners("noun").get(part.action.name, ())
    counted = bool(nouns) and part.kind == "both" and part.action.name != "jaw open" and rng.random() < 0.35
    if counted:
        noun = rng.choice(nouns)
        how = rng.choice(("slow", "slow", "long")) if slow else rng.choice(("", "", "", "quick", "short", "small"))
        who = rng.choice(("", "", "", "gives ", "does ", "with ", f"{rng.choice((*HE, *SHE))} gives "))
        prompt = f"{who}{rng.choice(COUNTS[count])} {how} {noun if count == 1 else plural(noun)}"
    twice = part.action.name == "nod" and count == 1 and not said and not counted and rng.random() < 0.3
    beats = passing(rng, part, 2 if twice else count, rng.choice((0.0, 0.1, 0.2)), slow)
    return Scene(" ".join(prompt.split()), tuple(beats))
