"""The worker process in good and in bad days, with the real llama.cpp in it wherever that is what is tested."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from keyframeface_addon.inference import process
from keyframeface_addon.inference.engine import EngineError
from keyframeface_addon.inference.generation import Generation
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.language.request import Request

LONG = Request("she laughs", temperature=1.0, seed=3)


def _pid(engine: WorkerEngine) -> int:
    assert engine._process is not None
    return engine._process.pid


def _first_pieces(generation: Generation) -> None:
    while not generation.usage.answer_tokens and not generation._stream.poll(0.2):
        pass


def test_the_prompt_is_evaluated_once_then_only_what_is_new(engine: WorkerEngine) -> None:
    first = Generation(Request("she smiles"), engine)
    first.wait()
    second = Generation(Request("he frowns"), engine)
    second.wait()
    again = Generation(Request("he frowns"), engine)
    assert again.wait() == second.performance
    assert first.usage.evaluated_tokens == first.usage.prompt_tokens > 400
    assert second.usage.evaluated_tokens < 20
    assert again.usage.evaluated_tokens == 1


def test_temperature_zero_repeats_and_seeds_differ(engine: WorkerEngine) -> None:
    def answer(seed: int, temperature: float) -> list[str]:
        performance = Generation(Request("smiles", seed=seed, temperature=temperature), engine).wait()
        return [keyframe.label for keyframe in performance.keyframes]

    assert answer(1, 0.0) == answer(2, 0.0)
    assert answer(1, 1.0) == answer(1, 1.0) != answer(2, 1.0)


def test_two_answers_asked_for_at_once_both_come(engine: WorkerEngine) -> None:
    first, second = Generation(Request("one"), engine), Generation(Request("two"), engine)
    assert second.wait().prompt == "two"
    assert first.wait().prompt == "one"


def test_cancelling_takes_no_time_and_the_worker_stays_warm(engine: WorkerEngine) -> None:
    Generation(Request("warm"), engine).wait()
    pid = _pid(engine)
    generation = Generation(LONG, engine)
    _first_pieces(generation)
    started = time.monotonic()
    generation.cancel()
    assert time.monotonic() - started < 0.5
    assert generation.performance is None
    assert Generation(Request("next"), engine).wait().prompt == "next"
    assert _pid(engine) == pid


def test_cancelled_before_it_is_loaded_nothing_comes(engine: WorkerEngine) -> None:
    generation = Generation(LONG, engine)
    generation.cancel()
    assert generation.poll(0.1) == []
    assert Generation(Request("next"), engine).wait().prompt == "next"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", ["SIGKILL", "SIGABRT", "SIGSEGV"])
def test_a_crash_costs_one_answer(engine: WorkerEngine, number: str) -> None:
    generation = Generation(LONG, engine)
    _first_pieces(generation)
    os.kill(_pid(engine), getattr(signal, number))
    with pytest.raises(EngineError, match=rf"random stopped unexpectedly, {number}.*worker\.log") as error:
        generation.wait()
    assert "\n" not in str(error.value)
    assert Generation(Request("again"), engine).wait().prompt == "again"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_hung_worker_is_stopped(engine: WorkerEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    Generation(Request("warm"), engine).wait()
    monkeypatch.setattr(process, "ANSWER_PATIENCE", 0.5)
    os.kill(_pid(engine), signal.SIGSTOP)
    with pytest.raises(EngineError, match="has not answered"):
        Generation(LONG, engine).wait()
    monkeypatch.undo()
    assert Generation(Request("again"), engine).wait().prompt == "again"


def test_broken_off_while_the_prompt_is_read_later_answers_are_right(
    engine: WorkerEngine, random_models: dict[str, Path], tmp_path: Path
) -> None:
    fresh = WorkerEngine("fresh", ("--model", str(random_models["llama"])), tmp_path / "fresh.log")
    wanted = Generation(Request("he frowns"), fresh).wait().keyframes
    fresh.close()
    for delay in (0.002, 0.01, 0.03):
        generation = Generation(LONG, engine)
        generation.poll(delay)
        generation.cancel()
        assert Generation(Request("he frowns"), engine).wait().keyframes == wanted
        engine.close()
        Generation(Request("warm"), engine).cancel()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_stuck_worker_does_not_take_the_next_answer_with_it(
    engine: WorkerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    Generation(Request("warm"), engine).wait()
    monkeypatch.setattr(process, "CANCEL_PATIENCE", 0.3)
    pid = _pid(engine)
    generation = Generation(LONG, engine)
    os.kill(pid, signal.SIGSTOP)
    generation.cancel()
    assert Generation(Request("next"), engine).wait().prompt == "next"
    assert _pid(engine) != pid


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("print('Traceback: hello')", "something unreadable"),
        ('print(\'{"event": "piece"\')', "something unreadable"),
        ("print('[]')", "something unreadable"),
        ("import sys; sys.stdout.write('x' * 3000000)", "something unreadable"),
        ("import sys; sys.exit(7)", "exit status 7"),
        ("import json; print(json.dumps({'event': 'failed', 'message': 'no luck'}))", "no luck"),
        ("import json; print(json.dumps({'event': 'error', 'id': 1, 'message': 'too long'}))", "too long"),
        ("import json; print(json.dumps({'event': 'end', 'id': 1, 'tokens': 0, 'cut': False}))", "holds no keyframe"),
        ("import json; print(json.dumps({'event': 'end', 'id': 1, 'tokens': 1e999, 'cut': False}))", "unreadable"),
        ("print('[' * 100000)", "something unreadable"),
        ("import os, signal; os.kill(os.getpid(), 40)", "signal 40"),
    ],
)
def test_whatever_the_process_does_one_line_says_so(
    script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_BOOTSTRAP", script + "; import sys, time; sys.stdout.flush(); time.sleep(30)")
    engine = WorkerEngine("odd", ("--server", "x"), tmp_path / "log")
    with pytest.raises(EngineError, match=said) as error:
        Generation(Request("smiles"), engine).wait()
    assert "\n" not in str(error.value)
    engine.close()


def test_a_python_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(EngineError, match="cannot be started"):
        Generation(Request("smiles"), WorkerEngine("x", ("--server", "x"), tmp_path / "log"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")
def test_the_worker_ends_when_its_parent_does(engine: WorkerEngine) -> None:
    Generation(Request("warm"), engine).wait()
    worker = engine._process
    assert worker is not None
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(5) == 0


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="Windows has classes of priority")
def test_the_worker_leaves_the_processor_to_whoever_works(engine: WorkerEngine) -> None:
    Generation(Request("smiles"), engine).wait()
    assert os.getpriority(os.PRIO_PROCESS, _pid(engine)) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_prompt_beyond_the_context_is_refused_before_it_is_evaluated(
    random_models: dict[str, Path], tmp_path: Path
) -> None:
    from tools import vocabularies

    from .random_models import write_random_model

    small = tmp_path / "small.gguf"
    write_random_model(small, vocabularies.provide()["llama-spm"], "llama", context=1300)
    engine = WorkerEngine("small", ("--model", str(small)), tmp_path / "log")
    with pytest.raises(EngineError, match=r"context holds 1,300 .* shorten prompt or background"):
        Generation(Request("smile " * 600), engine).wait()
    assert Generation(Request("smile"), engine).wait().keyframes
    engine.close()


def test_a_log_that_cannot_be_written_is_no_reason_to_refuse(random_models: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    engine = WorkerEngine("random", ("--model", str(random_models["llama"])), tmp_path / "file" / "worker.log")
    assert Generation(Request("smile"), engine).wait().keyframes
    engine.close()
