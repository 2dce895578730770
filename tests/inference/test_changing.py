"""How a model is asked for a change, by what it can follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.inference.changing import change_request
from keyframeface_addon.inference.engines import engine_for_model
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.locations import bundled_model
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.prompt import user_text
from keyframeface_addon.language.request import RequestError

LAUGH = Performance(
    (Keyframe(0.0, "calm"), Keyframe(1.5, "laughs", {"jawOpen": 0.5})), prompt="she laughs", emotion="joy"
)


def test_models_are_shown_the_keyframes() -> None:
    request = change_request(LAUGH, "sadder", "Qwen3-4B", seed=2, temperature=0.7)
    assert user_text(request).startswith(
        "Prompt: she laughs\nEmotion: joy\nNow:\n0.0 calm:\n1.5 laughs: jawOpen 50\nChange: sadder"
    )
    assert (request.seed, request.temperature, request.duration) == (2, 0.7, None)


def test_the_small_model_gets_a_prompt_as_it_knows_them() -> None:
    if not bundled_model().is_file():
        pytest.skip("the bundled model is not here")
    request = change_request(LAUGH, "sadder", engine_for_model().name)
    assert user_text(request) == "Prompt: she laughs, sadder\nEmotion: joy\nDuration: 1.5 s"


def test_what_has_no_prompt_is_told_by_its_labels() -> None:
    assert change_request(Performance(LAUGH.keyframes), "sadder", "any").prompt == "calm, then laughs"
    assert change_request(Performance((Keyframe(0.0),)), "sadder", "any").prompt == "a face"


def test_too_many_keyframes_are_refused_where_they_would_be_shown() -> None:
    many = Performance(tuple(Keyframe(float(i), "x") for i in range(20)), "p")
    with pytest.raises(RequestError, match="up to 12"):
        change_request(many, "sadder", "any")
    assert change_request(many, "sadder", "keyframeface-small").duration == 19.0


def test_a_change_of_the_longest_performance_fits_into_the_context(
    random_models: dict[str, Path], tmp_path: Path
) -> None:
    pose = {"browInnerUp": 0.55, "mouthFrownLeft": 0.45, "mouthFrownRight": 0.4, "eyeSquintLeft": 0.3, "jawOpen": 0.25}
    full = Performance(
        tuple(Keyframe(i / 2, f"sobs, chin bunched, brows {i}", pose) for i in range(12)), "bursts into tears " * 10
    )
    engine = WorkerEngine("random", ("--model", str(random_models["qwen2"])), tmp_path / "worker.log")
    try:
        generation = Generation(change_request(full, "let her calm down in the middle", engine.name), engine)
        assert len(generation.wait().keyframes) > 1
        assert generation.usage.prompt_tokens < 3000
    finally:
        engine.close()
