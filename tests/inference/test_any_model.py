"""Models that know nothing can only answer with valid performances: the grammar leaves them nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from keyframeface_addon.face.channels import CHANNEL
from keyframeface_addon.face.plausible import repair
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.request import Request

GENERATIONS = int(os.environ.get("KEYFRAMEFACE_RANDOM_GENERATIONS", "6"))
PROMPTS = (
    "smiles",
    "She bursts into tears",
    "ウインクする",
    "AU1+4",
    "looks left, then right; 3 s",
    "\U0001f600 grins",
)


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_random_weights_answer_with_valid_performances(
    random_models: dict[str, Path], architecture: str, tmp_path: Path
) -> None:
    engine = WorkerEngine(architecture, ("--model", str(random_models[architecture])), tmp_path / "worker.log")
    try:
        for seed in range(GENERATIONS):
            request = Request(PROMPTS[seed % len(PROMPTS)], temperature=1.0, seed=seed)
            generation = Generation(request, engine)
            performance = generation.wait()
            # at most the last line, where the answer was as long as answers may be
            assert len(generation.skipped) <= 1
            assert 1 <= len(performance.keyframes) <= 12
            assert performance.keyframes[0].time == 0.0
            for keyframe in performance.keyframes:
                assert repair(keyframe) == (keyframe, ())
                assert keyframe.label.strip()
                for name, value in keyframe.channels.items():
                    assert CHANNEL[name].low <= value <= CHANNEL[name].high
    finally:
        engine.close()
