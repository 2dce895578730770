"""``python -m models.evaluate [MODEL ...]``: how well models perform what they have never seen, beside baselines.

Held-out performances always; with ``--cases FILE`` also prompts with checkable expectations, scored by the program that comes with
them. Models are GGUF files (the bundled one unless told otherwise) or addresses of servers, asked through the product's own path.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keyframeface_addon.face.channels import CHANNELS, SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance, keyframe_rows
from keyframeface_addon.inference.engine import Engine, EngineError
from keyframeface_addon.inference.engines import engine_for_model, engine_for_server
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.locations import bundled_model
from keyframeface_addon.interchange.script import read_script
from keyframeface_addon.language.request import Request

from .baselines import Answer, keywords, nearest
from .corpus import Example, read_corpus
from .held_out import split

ACTIVE = 0.25
"""A shape that gets this far is something that one sees."""
_SIDED = tuple(
    (n, n.removesuffix("Left") + "Right")
    for n in SHAPES
    if n.endswith("Left") and n.removesuffix("Left") + "Right" in SHAPES
)


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


def examined(cases: Path, scorer: Path, answer: Answer) -> list[str]:
    """A line for all cases and one for each kind, from the scorer that comes with them."""
    lines, problems = read_script(cases)
    if problems:
        raise ValueError(f"{cases}: {problems[0]}")
    answers = [(line, answer(line.request)) for line in lines]
    rows = [json.dumps({"id": line.id, "keyframes": keyframe_rows(given)}) for line, given in answers if given]
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder, "predictions.jsonl")
        predictions.write_text("\n".join(rows) + "\n", encoding="utf-8")
        command = [sys.executable, str(scorer), str(cases), str(predictions), "--json"]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    kinds = ", ".join(f"{kind} {s['checks']:.2f} {s['cases']:.2f}" for kind, s in found["by_category"].items())
    return [
        f"checks {found['checks']:.3f}  cases {found['cases']:.3f}  answered {found['answered']:.3f}  "
        f"contradictory {found['contradictory']}  motionless {found['motionless']}",
        f"    {kinds}",
    ]


def main() -> int:
    """Prints one row for each model and one for each baseline."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("models", nargs="*", default=[str(bundled_model())], help="GGUF files, addresses of servers")
    parser.add_argument("--cases", type=Path, help="prompts with checkable expectations, and score.py beside them")
    parser.add_argument("--scorer", type=Path, help="another program that scores them")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--no-baselines", action="store_true")
    options = parser.parse_args()
    corpus = split(read_corpus())
    print(f"{len(corpus.held_out)} held-out performances, {len(corpus.training)} training prompts", flush=True)
    answers: dict[str, Answer] = {
        name: modelled(engine_for_server(name) if "://" in name else engine_for_model(Path(name), options.threads))
        for name in options.models
    }
    if not options.no_baselines:
        answers |= {
            "nearest prompt": nearest(corpus.training),
            "keywords": keywords,
            "does nothing": lambda request: None,
        }
    for name, answer in answers.items():
        print(measure(corpus.held_out, answer).line(Path(name).stem), flush=True)
    for name, answer in answers.items() if options.cases else ():
        found = examined(options.cases, options.scorer or options.cases.with_name("score.py"), answer)
        print(f"{Path(name).stem:22} " + "\n".join(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
