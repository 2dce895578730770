"""What the model learns from: authored performances in variations, composed ones, lines that people wrote. Deterministic by seed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from .composition import acting, clock, combining, facs, feeling, feelings, gaze, growing, manner, ordering
from .composition.lexicon import Situation, actions, emotions, idioms, quotes, situations
from .composition.scene import Scene
from .composition.typed import careless
from .composition.variation import in_a_row, varied
from .composition.wording import told
from .corpus import Example
from .sample import Sample, sample

COMMENTS = Path(os.environ.get("GOEMOTIONS", Path(__file__).with_name("run") / "goemotions_train.tsv"))
"""GoEmotions, Demszky et al. 2020, CC BY 4.0: columns text, label numbers, id. Not part of the project; training goes on without."""
_LABELS = [
    "admiration",
    "amusement",
    "anger",
    "annoyance",
    "approval",
    "caring",
    "confusion",
    "curiosity",
    "desire",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "excitement",
    "fear",
    "gratitude",
    "grief",
    "joy",
    "love",
    "nervousness",
    "optimism",
    "pride",
    "realization",
    "relief",
    "remorse",
    "sadness",
    "surprise",
    "neutral",
]
_AS_FELT = {
    "admiration": "awe",
    "annoyance": "frustration",
    "approval": "agreement",
    "caring": "warmth",
    "curiosity": "interest",
    "desire": "hope",
    "gratitude": "grateful",
    "grief": "sadness",
    "love": "warmth",
    "nervousness": "worry",
    "optimism": "hope",
    "realization": "surprise",
    "remorse": "guilt",
}
_NAMES = ("Sam", "Mia", "Tom", "Anna", "Joe", "Eve")


def _idiom(rng: random.Random) -> Scene:
    found = rng.choice(idioms())
    return Scene(told(rng, rng.choice(found.phrases)), found.beats)


_KINDS = (
    (feeling.plain, 60),
    (feeling.happening, 30),
    (feeling.spoken, 2),
    (feelings.mixture, 3),
    (feelings.masked, 4),
    (feelings.changing, 6),
    (feelings.denied, 3),
    (growing.coming, 4),
    (growing.going, 4),
    (manner.sized, 4),
    (manner.in_a_manner, 5),
    (manner.in_parts, 2),
    (gaze.directed, 6),
    (acting.single, 17),
    (acting.repeated, 12),
    (combining.combined, 7),
    (combining.excluded, 14),
    (facs.units, 8),
    (ordering.in_order, 11),
    (clock.by_the_clock, 6),
    (combining.felt_and_done, 4),
    (_idiom, 8),
)


def composed(rng: random.Random) -> Sample:
    """One example put together by program."""
    (kind,) = rng.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])
    scene = kind(rng)
    scene = Scene(careless(rng, scene.prompt), scene.beats, scene.background, scene.emotion, scene.duration).with_noise(
        rng
    )
    return scene.sample()


def comments() -> list[tuple[str, str]]:
    """(text, label) of comments with one label."""
    if not COMMENTS.is_file():
        return []
    found = []
    for line in COMMENTS.read_text(encoding="utf-8").splitlines():
        text, labels, _ = line.split("\t")
        if "," not in labels and len(text) < 130:
            found.append((" ".join(text.split()), _LABELS[int(labels)]))
    return found


def _comment(rng: random.Random, text: str, label: str) -> Sample:
    words = text.replace("[NAME]", rng.choice(_NAMES)).replace("[RELIGION]", "faith").strip('"')
    scene = feeling.spoken(rng, Situation(words, (_AS_FELT.get(label, label),), 0.9))
    return Scene(scene.prompt[:300], scene.beats).sample()


def samples(training: Sequence[Example], seed: int, number: int) -> Iterator[Sample]:
    """``number`` examples: about seven in ten from authored performances, the others composed."""
    rng = random.Random(seed)
    said = [(text, label) for text, label in comments() if label != "neutral" and len(text) < 80]
    short = [e for e in training if len(e.request.prompt) < 60 and len(e.keyframes) <= 4 and not e.request.background]
    shorter = [e for e in short if len(e.request.prompt) < 40 and len(e.keyframes) <= 4]
    order: list[Example] = []
    for _ in range(number):
        draw = rng.random()
        if draw < 0.55:
            if not order:
                order = list(training)
                rng.shuffle(order)
            example = order.pop()
            yield sample(example.request, example.keyframes) if rng.random() < 0.15 else varied(rng, example)
        elif draw < 0.68 and len(short) > 4:
            count = rng.choice((2, 2, 2, 3, 3, 4))
            yield in_a_row(rng, rng.sample(short if count < 3 else shorter, count))
        elif draw < 0.70 and said:
            yield _comment(rng, *rng.choice(said))
        else:
            yield composed(rng)


def texts(training: Sequence[Example], seed: int) -> Iterator[str]:
    """What the word pieces are learned from: everything in small letters, as the model sees it."""
    rng = random.Random(seed)
    for example in training:
        found = sample(example.request, example.keyframes)
        for _ in range(3):
            yield found.user.lower()
            yield found.answer
    for emotion in emotions().values():
        for words in emotion.words.values():
            yield from (f" {word}" for word, _ in words for _ in range(4))
    yield from (f" {found.clause}" for found in (*situations(), *quotes()) for _ in range(2))
    yield from (f" {phrase}" for idiom in idioms() for phrase in idiom.phrases)
    for action in actions().values():
        yield from (
            f" {phrase}" for said in (*action.do.values(), *action.say.values(), action.negations) for phrase in said
        )
    for _ in range(4000):
        found = composed(rng)
        yield found.user.lower()
        yield found.answer
    yield from (f" {text.lower()}" for text, _ in comments())
