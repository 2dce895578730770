"""Warm generation end to end against a bare llama.cpp loop that produces the same tokens under the same grammar."""

from __future__ import annotations

import time

from keyframeface_addon.inference.engines import close_engines, engine_for_model
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.locations import bundled_model
from keyframeface_addon.language.request import Request

from .bare import Bare
from .table import Figure, median

ROUNDS = 9
PROMPTS = (
    "She tries to stay composed, then bursts into tears",
    "raises the left eyebrow, skeptical",
    "he laughs so hard he cries",
)


def run() -> list[Figure]:
    """In turn, so that both meet the same noise."""
    engine, bare = engine_for_model(), Bare(bundled_model())
    ratios, seconds, counts = [], [], []
    for prompt in PROMPTS:
        request = Request(prompt)
        Generation(request, engine).wait()
        bare.generate(request)
    for i in range(ROUNDS * len(PROMPTS)):
        request = Request(PROMPTS[i % len(PROMPTS)])
        started = time.perf_counter()
        generation = Generation(request, engine)
        performance = generation.wait()
        ours = time.perf_counter() - started
        answer, theirs = bare.generate(request)
        assert len(answer) == generation.usage.answer_tokens, "not the same tokens"
        assert len(bare.text(answer).splitlines()) == len(performance.keyframes)
        ratios.append(theirs / ours)
        seconds.append(ours)
        counts.append(len(answer) / ours)
    close_engines()
    ratio = median(ratios)
    return [
        Figure(
            "warm generation: speed against a bare llama.cpp loop, same tokens",
            f"{ratio:.2f} x",
            ">= 0.9 x",
            ratio >= 0.9,
        ),
        Figure("warm generation: request to performance, bundled model", f"{median(seconds):.2f} s"),
        Figure("warm generation: tokens per second, bundled model", f"{median(counts):.0f}"),
    ]
