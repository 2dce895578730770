from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keyframeface_addon.inference.process import WorkerEngine

from .random_models import write_random_model


@pytest.fixture(scope="session")
def random_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Architecture -> a GGUF with random weights around a real vocabulary."""
    pytest.importorskip("llama_cpp")
    from tools import vocabularies

    folder = tmp_path_factory.mktemp("models")
    files = vocabularies.provide()
    models = {}
    for architecture, vocabulary in (("llama", "llama-spm"), ("qwen2", "qwen2")):
        models[architecture] = folder / f"random-{architecture}.gguf"
        write_random_model(models[architecture], files[vocabulary], architecture)
    return models


@pytest.fixture
def engine(random_models: dict[str, Path], tmp_path: Path) -> Iterator[WorkerEngine]:
    """A worker of a test's own, which may be killed."""
    engine = WorkerEngine("random", ("--model", str(random_models["llama"])), tmp_path / "worker.log")
    yield engine
    engine.close()
