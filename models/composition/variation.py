"""Variations of authored performances that keep their meaning: mirrored, stronger, another length, two in a row."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.plausible import repair
from keyframeface_addon.face.transform import mirror, retime, scale
from keyframeface_addon.language.request import Request

from ..corpus import Example
from ..sample import Sample, sample
from .typed import careless

_SIDES = re.compile(r"\b(left|right|leftwards|rightwards|L|R|L's|R's)\b", re.IGNORECASE)
# where left and right are no sides
_AMBIGUOUS = re.compile(
    r"all right|right (now|away|before|after|here|there|as|answer|word|up|at|on|in|behind|through)|just right|is right|be right|'s right"
    r"|stage|(has|have|were|was|is) left|left (the|him|her|on|in)|right\?|you're right|alright",
    re.IGNORECASE,
)
_FLIPPED = {"left": "right", "right": "left", "leftwards": "rightwards", "rightwards": "leftwards", "l": "r", "r": "l"}
_WEAKER = (
    ("slightly, {}", 0.5),
    ("{}, very subtle", 0.5),
    ("{} (subtle)", 0.5),
    ("{}, barely visible", 0.4),
    ("{}, toned down", 0.6),
    ("{}, just a little", 0.5),
    ("{}, understated", 0.55),
)
_STRONGER = (
    ("{}, over the top", 1.4),
    ("{}, exaggerated", 1.4),
    ("{} (very strong)", 1.35),
    ("{}, extreme", 1.45),
    ("{}, big and theatrical", 1.4),
    ("{}, cartoonish", 1.4),
)


def _flip(text: str) -> str:
    return _SIDES.sub(lambda m: _keep_case(m[0], _FLIPPED.get(m[0].lower().removesuffix("'s"), m[0])), text)


def _keep_case(was: str, now: str) -> str:
    return now.upper() if was.isupper() else now.title() if was[0].isupper() else now


def _mended(keyframes: tuple[Keyframe, ...]) -> tuple[Keyframe, ...]:
    return tuple(repair(k)[0] for k in keyframes)


def varied(rng: random.Random, example: Example) -> Sample:
    """One variation of one performance."""
    request = example.request
    performance = Performance(example.keyframes)
    texts = " ".join((request.prompt, request.background, request.emotion))
    if rng.random() < 0.5 and not _AMBIGUOUS.search(texts):
        performance = mirror(performance)
        performance = replace(
            performance, keyframes=tuple(replace(k, label=_flip(k.label)) for k in performance.keyframes)
        )
        request = replace(request, prompt=_flip(request.prompt), background=_flip(request.background))
    performance = scale(performance, rng.uniform(0.93, 1.07))
    draw = rng.random()
    if draw < 0.07 and not re.search(r"slight|subtle|barely|hint|little|extreme|hard|very|max", texts, re.IGNORECASE):
        frame, factor = rng.choice(_WEAKER if rng.random() < 0.5 else _STRONGER)
        request = replace(request, prompt=frame.format(request.prompt.rstrip(".!")))
        performance = scale(performance, factor)
    timed = re.search(r"second|\d|beat|slow|quick|fast|moment|minute", request.prompt, re.IGNORECASE)
    if request.duration is None and not timed and rng.random() < 0.1:
        length = min(15.0, max(0.5, round(2 * performance.duration * rng.uniform(0.5, 1.8)) / 2))
        performance, request = retime(performance, length), replace(request, duration=length)
    elif request.duration is not None and not timed and rng.random() < 0.4:
        length = max(0.5, round(2 * request.duration * rng.uniform(0.6, 1.6)) / 2)
        performance, request = retime(performance, length), replace(request, duration=length)
    elif request.duration is None and not timed and rng.random() < 0.3:
        performance = retime(performance, max(0.3, round(performance.duration * rng.uniform(0.85, 1.2), 1)))
    if request.emotion and rng.random() < 0.25:
        request = replace(request, emotion="")
    if request.background and rng.random() < 0.15:
        request = replace(request, background="")
    request = replace(request, prompt=_typed(rng, request.prompt))
    return sample(request, _mended(_spaced(performance.keyframes)))


def _typed(rng: random.Random, prompt: str) -> str:
    return careless(rng, prompt) if rng.random() < 0.35 else prompt


def _spaced(keyframes: tuple[Keyframe, ...]) -> tuple[Keyframe, ...]:
    """Times at least 0.05 s apart and short to write: tenths, but for the quickest."""
    found: list[Keyframe] = []
    for k in keyframes:
        time = round(k.time, 1) if k.time > 0.6 and k is not keyframes[-1] else round(k.time * 20) / 20
        if found and time < found[-1].time + 0.05:
            time = found[-1].time + 0.05
        found.append(replace(k, time=round(time, 2)))
    return tuple(found)


def in_a_row(rng: random.Random, parts: Sequence[Example]) -> Sample:
    """Two to four short performances, one after the other; sometimes by the clock, sometimes within a length that is asked for."""
    prompts = [part.request.prompt.rstrip(".!;, ") for part in parts]
    performances = [Performance(part.keyframes) for part in parts]
    draw = rng.random()
    if draw < 0.1:
        span = rng.choice((1.0, 1.5, 2.0, 3.0))
        starts = [span * number for number in range(len(parts))]
        prompt = " ".join(
            rng.choice(("{0:g}-{1:g}s: {2}.", "{0:g} to {1:g} s {2},")).format(start, start + span, words)
            for start, words in zip(starts, prompts, strict=True)
        ).rstrip(",")
        performances = [retime(p, min(p.duration, span - 0.2)) if p.duration > span - 0.2 else p for p in performances]
    else:
        prompt = rng.choice(_TWO if len(parts) == 2 and rng.random() < 0.6 else _MANY)(prompts)
        starts, end = [], 0.0
        for performance in performances:
            starts.append(end)
            end += performance.duration + rng.choice((0.3, 0.4, 0.5, 0.6))
    keyframes = list(performances[0].keyframes)
    for start, performance in zip(starts[1:], performances[1:], strict=True):
        # what one starts from is what the one before left
        keyframes += [replace(k, time=round(start + k.time, 2)) for k in performance.keyframes[1:]]
    whole, duration = Performance(_spaced(tuple(keyframes[:12]))), None
    if 0.1 <= draw < 0.25:
        length = max(1.0, round(whole.duration * rng.uniform(0.5, 1.1)))
        whole = retime(whole, length)
        if rng.random() < 0.4:
            duration = length
        else:
            prompt = rng.choice(("{}. {:g} seconds overall", "{}, {:g}s total", "{}, all within {:g} seconds")).format(
                prompt, length
            )
    return sample(Request(careless(rng, prompt), duration=duration), _mended(_spaced(whole.keyframes)))


def _listed(between: str, last: str = "") -> Callable[[Sequence[str]], str]:
    return lambda prompts: between.join(prompts[:-1]) + (last or between) + prompts[-1]


def _framed(frame: str) -> Callable[[Sequence[str]], str]:
    return lambda prompts: frame.format(*prompts)


_TWO = tuple(
    _framed(frame)
    for frame in (
        "first {}, then {}",
        "{}, after that {}",
        "starts with {}, ends with {}",
        "{}, followed by {}",
        "goes from {} to {}",
        "at first {}, by the end {}",
        "starts: {}. ends: {}",
        "{}, pauses, {}",
        "{}. a moment later {}",
        "begins {}; at the end {}",
    )
)
_MANY = (
    _listed(", then "),
    _listed(", then "),
    _listed(", ", " and then "),
    _listed(", "),
    _listed(". "),
    _listed(". "),
    _listed("; "),
    _listed(" -> "),
    _listed(" > "),
    _listed(" / "),
    _listed(", ", ", finally "),
    _listed(". then "),
    _listed("... "),
    _listed(", beat, "),
    lambda prompts: " ".join(f"{number}) {words}" for number, words in enumerate(prompts, 1)),
    lambda prompts: " ".join(f"{number}. {words}" for number, words in enumerate(prompts, 1)),
)
