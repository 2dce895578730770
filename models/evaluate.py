"""``python -m models.evaluate FILE.gguf``: how well a model performs the authored examples it has never seen, beside baselines.

Baselines: the performance of the most similar training prompt (TF-IDF of its words), and a face that does nothing.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keyframeface_addon.face.channels import CHANNELS, SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.inference.engine import Engine, EngineError
from keyframeface_addon.inference.engines import engine_for_model
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.language.request import Request

from .corpus import Example, read_corpus
from .export import TARGET
from .held_out import split

ACTIVE = 0.25
"""A shape that gets this far is something that one sees."""
_WORD = re.compile(r"[a-z']+")
_SIDED = tuple(
    (n, n.removesuffix("Left") + "Right")
    for n in SHAPES
    if n.endswith("Left") and n.removesuffix("Left") + "Right" in SHAPES
)
Answer = Callable[[Request], Performance | None]


@dataclass
class Score:
    """Figures over all held-out examples."""

    right: int = 0
    missing: int = 0
    wrong: int = 0
    errors: list[float] = field(default_factory=list)
    sides: list[bool] = field(default_factory=list)
    durations: list[float] = field(default_factory=list)
    readable: list[bool] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        """One row of the table."""
        found = self.right + 0.5 * (self.missing + self.wrong)
        return (
            f"{name:22} F1 {self.right / found if found else 0:.3f}  peak error {np.mean(self.errors):.3f}  "
            f"sides right {np.mean(self.sides) if self.sides else 0:.2f} of {len(self.sides)}  "
            f"duration off x{np.exp(np.mean(self.durations)):.2f}  readable {np.mean(self.readable):.3f}  "
            f"{np.median(self.seconds):.2f} s"
        )


def peaks(performance: Performance) -> Mapping[str, float]:
    """The largest size of every channel between the first keyframe and the last."""
    times = np.linspace(0, max(performance.duration, 1e-3), 100)
    values = np.abs(sample(performance, times)).max(axis=0)
    return {channel.name: float(value) for channel, value in zip(CHANNELS, values, strict=True)}


def compare(score: Score, wanted: Performance, given: Performance | None) -> None:
    """Adds one example to the score; nothing readable counts as a face that does nothing."""
    score.readable.append(given is not None)
    given = given or Performance((Keyframe(0.0), Keyframe(1.0)))
    a, b = peaks(wanted), peaks(given)
    for name in SHAPES:
        score.right += a[name] >= ACTIVE and b[name] >= ACTIVE
        score.missing += a[name] >= ACTIVE > b[name]
        score.wrong += b[name] >= ACTIVE > a[name]
    score.errors.append(float(np.mean([abs(a[name] - b[name]) for name in SHAPES])))
    for left, right in _SIDED:
        if abs(a[left] - a[right]) >= 0.3:
            score.sides.append((a[left] > a[right]) == (b[left] - b[right] > 0.1) and abs(b[left] - b[right]) > 0.1)
    score.durations.append(abs(math.log(max(given.duration, 0.1) / max(wanted.duration, 0.1))))


def nearest(training: Sequence[Example]) -> Answer:
    """Answers with the performance of the training prompt that shares the rarest words."""
    bags = [Counter(_WORD.findall(_text(e.request))) for e in training]
    seen = Counter(word for bag in bags for word in bag)
    weight = {word: math.log(len(bags) / count) for word, count in seen.items()}
    norms = [math.sqrt(sum((n * weight[w]) ** 2 for w, n in bag.items())) or 1.0 for bag in bags]

    def answer(request: Request) -> Performance:
        asked = Counter(_WORD.findall(_text(request)))
        scores = [
            sum(n * bag[w] * weight[w] ** 2 for w, n in asked.items() if w in bag) / norm
            for bag, norm in zip(bags, norms, strict=True)
        ]
        return Performance(training[int(np.argmax(scores))].keyframes)

    return answer


def _text(request: Request) -> str:
    return f"{request.prompt} {request.background} {request.emotion}".lower()


def modelled(engine: Engine) -> Answer:
    """Answers of a model through the product's own path."""

    def answer(request: Request) -> Performance | None:
        try:
            return Generation(request, engine).wait()
        except EngineError as error:
            print(error)
            return None

    return answer


def measure(examples: Sequence[Example], answer: Answer) -> Score:
    """All examples in turn."""
    score = Score()
    for example in examples:
        started = time.monotonic()
        given = answer(example.request)
        score.seconds.append(time.monotonic() - started)
        compare(score, Performance(example.keyframes), given)
    return score


def main() -> int:
    """Prints one row for the model and one for each baseline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", default=TARGET)
    parser.add_argument("--threads", type=int, default=0)
    args = parser.parse_args()
    corpus = split(read_corpus())
    print(f"{len(corpus.held_out)} held-out performances, {len(corpus.training)} training ones", flush=True)
    print(
        measure(corpus.held_out, modelled(engine_for_model(args.model, args.threads))).line(args.model.stem), flush=True
    )
    print(measure(corpus.held_out, nearest(corpus.training)).line("nearest prompt"))
    print(measure(corpus.held_out, lambda request: None).line("does nothing"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
