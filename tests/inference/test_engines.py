"""Engines that are kept warm, and freed: which one a choice gets, when its memory is given back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyframeface_addon.inference import engines
from keyframeface_addon.inference.engines import close_engines, close_idle, engine_for_model
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.language.request import Request


@pytest.fixture
def model(random_models: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file that answers; no other engine is there."""
    monkeypatch.setattr(engines, "_engines", {})
    yield random_models["llama"]
    close_engines()


def test_an_idle_engine_is_freed_and_answers_again(model: Path, tmp_path: Path) -> None:
    engine = engine_for_model(model, log=tmp_path / "log")
    assert engine.idle == 0  # nothing is loaded yet
    Generation(Request("she smiles"), engine).wait()
    time.sleep(0.05)
    assert engine.idle > 0
    close_idle(60.0)
    assert engine.idle > 0
    close_idle(0.01)
    assert engine.idle == 0
    assert Generation(Request("she smiles"), engine_for_model(model, log=tmp_path / "log")).wait().keyframes


def test_a_busy_engine_is_left_alone(model: Path, tmp_path: Path) -> None:
    engine = engine_for_model(model, log=tmp_path / "log")
    generation = Generation(Request("she smiles"), engine)
    close_idle(0.0)
    assert generation.wait().keyframes


def test_another_log_is_used_from_the_next_answer_on(model: Path, tmp_path: Path) -> None:
    first = engine_for_model(model, log=tmp_path / "one.log")
    Generation(Request("she smiles"), first).wait()
    second = engine_for_model(model, log=tmp_path / "two.log")
    Generation(Request("she smiles"), second).wait()
    assert (tmp_path / "two.log").exists()
    assert first.idle == 0  # two of one model would not fit into the memory of many machines
    assert engine_for_model(model, log=tmp_path / "two.log") is second
