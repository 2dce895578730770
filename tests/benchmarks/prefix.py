"""What keeping the evaluated prompt saves, on a model that reads the whole system message (random weights, real vocabulary)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.prompt import messages
from keyframeface_addon.language.request import Request
from tests.inference.random_models import write_random_model
from tools import vocabularies

from .bare import Bare
from .table import Figure

FIRST, SECOND = Request("She smiles at the camera"), Request("He frowns and looks away to the left")


def run() -> list[Figure]:
    """The second prompt, with the first one's beginning still in the context."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "random.gguf"
        write_random_model(model, vocabularies.provide()["qwen2"], "qwen2")
        bare = Bare(model)
        first, second = bare.tokens(FIRST), bare.tokens(SECOND)
        shared = next(i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)
        engine = WorkerEngine("random", ("--model", str(model)), Path(folder) / "log")
        uses = []
        for request in (FIRST, SECOND):
            generation = Generation(request, engine)
            while not generation.usage.prompt_tokens:
                generation.poll(0.1)
                if generation.done:
                    break
            generation.wait()
            uses.append(generation.usage)
        engine.close()
    cold, warm = uses
    new = len(second) - shared
    assert messages(FIRST)[0] == messages(SECOND)[0]
    return [
        Figure(
            "second prompt: tokens evaluated of " + str(warm.prompt_tokens),
            str(warm.evaluated_tokens),
            f"the {new} new ones",
            warm.evaluated_tokens == new,
        ),
        Figure(
            "second prompt: time to read it, prefix kept against cold",
            f"1 / {cold.prompt_seconds / warm.prompt_seconds:.0f}",
        ),
    ]
