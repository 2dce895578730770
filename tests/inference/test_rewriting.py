"""One keyframe made anew by real llama.cpp: with models that know nothing, and with the one in the package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.plausible import repair
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.locations import bundled_model
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.request import Request
from keyframeface_addon.language.rewriting import rewrite_request

ODD = 'says "no \\n way\\" \U0001f600 ウインク <|im_end|> \x07 [x]: {2}'


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerEngine]:
    if not bundled_model().is_file():
        pytest.skip("the bundled model is not here")
    engine = WorkerEngine("small", ("--model", str(bundled_model())), tmp_path_factory.mktemp("small") / "log")
    yield engine
    engine.close()


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
def test_a_model_that_knows_nothing_changes_only_the_one(
    random_models: dict[str, Path], architecture: str, tmp_path: Path
) -> None:
    given = tuple(
        Keyframe(i * 0.61, label, {"mouthSmileLeft": 0.111 * i, "headYaw": 0.0123})
        for i, label in enumerate(("calm", ODD, "", "sobs, chin bunched"), 1)
    )
    engine = WorkerEngine(architecture, ("--model", str(random_models[architecture])), tmp_path / "worker.log")
    try:
        for index in range(len(given)):
            request = rewrite_request(Performance(given, "she laughs"), index, seed=index, temperature=1.0)
            generation = Generation(request, engine)
            keyframes = generation.wait().keyframes
            assert not generation.skipped
            assert [k for i, k in enumerate(keyframes) if i != index] == [*given[:index], *given[index + 1 :]]
            assert (keyframes[index].time, keyframes[index].label) == (given[index].time, given[index].label)
            assert repair(keyframes[index]) == (keyframes[index], ())
    finally:
        engine.close()


def test_the_small_model_reads_its_own_keyframe_again(bundled: WorkerEngine) -> None:
    """The likeliest first answer, cut before a keyframe, goes on as it did: the text before is cut into the same pieces."""
    performance = Generation(Request("she smiles, then bursts into tears"), bundled).wait()
    for index, keyframe in enumerate(performance.keyframes):
        generation = Generation(rewrite_request(performance, index), bundled)
        assert generation.wait().keyframes[index] == keyframe
        assert generation.usage.answer_tokens < 40


def test_another_seed_is_another_reading_of_that_keyframe(bundled: WorkerEngine) -> None:
    performance = Generation(Request("she smiles, then bursts into tears"), bundled).wait()
    last = len(performance.keyframes) - 1
    readings = []
    for seed in range(1, 7):
        again = Generation(rewrite_request(performance, last, seed, 0.7), bundled).wait()
        assert again.keyframes[:last] == performance.keyframes[:last]
        assert again.seed == seed
        readings.append(again.keyframes[last])
    assert len(set(readings)) > 2


def test_a_new_label_gives_a_pose_of_its_own(bundled: WorkerEngine) -> None:
    def pose(label: str) -> Keyframe:
        keyframes = (Keyframe(0.0, "at rest"), Keyframe(0.8, label))
        return Generation(rewrite_request(Performance(keyframes, label), 1), bundled).wait().keyframes[1]

    assert pose("smiles broadly").value("mouthSmileLeft") > 0.3
    assert pose("shuts both eyes").value("eyeBlinkLeft") > 0.5
