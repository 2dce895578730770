"""Files that are no models, or no models that write text: one line each, never a crash."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from keyframeface_addon.inference.engine import EngineError
from keyframeface_addon.inference.engines import close_engines, engine_for_model, engine_for_server
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.request import Request


def _refusal(path: Path) -> str:
    try:
        with pytest.raises(EngineError) as error:
            Generation(Request("smiles"), engine_for_model(path)).wait()
    finally:
        close_engines()
    assert "\n" not in str(error.value)
    assert path.name in str(error.value)
    return str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "there is no model file" in _refusal(tmp_path / "none.gguf")
    assert "there is no model file" in _refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04 zip", b"\x00" * 100])
def test_a_file_of_another_kind(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gguf").write_bytes(content)
    assert "is not a GGUF model" in _refusal(tmp_path / "a.gguf")


@pytest.mark.parametrize("share", [0.0001, 0.3, 0.9])
def test_a_truncated_file(tmp_path: Path, random_models: dict[str, Path], share: float) -> None:
    data = random_models["llama"].read_bytes()
    (tmp_path / "cut.gguf").write_bytes(data[: int(len(data) * share)])
    assert "cannot be used as a model" in _refusal(tmp_path / "cut.gguf")


@pytest.mark.parametrize("seed", range(4))
def test_a_corrupt_header(tmp_path: Path, random_models: dict[str, Path], seed: int) -> None:
    data = bytearray(random_models["llama"].read_bytes())
    for position in np.random.default_rng(seed).integers(8, 400, 60):
        data[position] ^= 0xFF
    (tmp_path / "corrupt.gguf").write_bytes(data)
    said = _refusal(tmp_path / "corrupt.gguf")
    assert "cannot be used as a model" in said or "stopped unexpectedly" in said


def test_an_architecture_that_llama_cpp_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "alien.gguf"
    writer = gguf.GGUFWriter(path, "alien")
    writer.add_tensor("a", np.zeros(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert "unknown model architecture: 'alien'" in _refusal(path)


def test_a_vocabulary_without_weights(random_models: dict[str, Path]) -> None:
    from tools import vocabularies

    assert "not found" in _refusal(vocabularies.provide()["qwen2"])


def test_a_server_address_that_is_none() -> None:
    with pytest.raises(EngineError, match="starts with http"):
        engine_for_server("localhost:8080")


def test_other_settings_do_not_load_the_model_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, log = tmp_path / "a.gguf", tmp_path / "a.log"
    path.write_bytes(b"GGUF")
    closed: list[WorkerEngine] = []
    monkeypatch.setattr(WorkerEngine, "close", lambda engine: closed.append(engine))
    busy: list[WorkerEngine] = []
    monkeypatch.setattr(WorkerEngine, "busy", property(lambda engine: engine in busy))
    try:
        first = engine_for_model(path, threads=1, log=log)
        assert engine_for_model(path, threads=1, log=log) is first
        second = engine_for_model(path, threads=2, log=log)
        assert closed == [first]
        busy.append(second)
        engine_for_model(path, threads=3, log=log)
        assert closed == [first]
    finally:
        close_engines()
