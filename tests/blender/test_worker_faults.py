"""The worker killed, hung, out of memory or talking nonsense while a performance is made beside the animator's work.

The process and the pipes are real, and so is llama.cpp wherever it is what fails; its model knows nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
import pytest

from keyframeface_addon.blender.preferences import preferences_of
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.inference import engines, process
from keyframeface_addon.inference.engines import close_engines
from keyframeface_addon.inference.process import WorkerEngine
from tests.blender.conftest import NewHead
from tests.blender.snapshot import in_detail
from tests.blender.timeline import current_scene, keys_of, local_object

if TYPE_CHECKING:
    from tests.blender.stage import Beside

pytest_plugins = ("tests.blender.addon", "tests.blender.stage")

NewBeside = Callable[[], "Beside"]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
AGAIN = "3 keyframes on "


@pytest.fixture(scope="module")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF with random weights around a real vocabulary."""
    pytest.importorskip("llama_cpp")
    from tests.inference.random_models import write_random_model
    from tools import vocabularies

    path = tmp_path_factory.mktemp("models") / "random.gguf"
    write_random_model(path, vocabularies.provide()["llama-spm"], "llama")
    return path


@pytest.fixture
def answers(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Has a model answer as the preferences would; no other engine is there."""
    monkeypatch.setattr(engines, "_engines", {})
    preferences = preferences_of(bpy.context)
    preferences.log = str(tmp_path / "worker.log")

    def choose(path: Path) -> None:
        preferences.model = str(path)

    yield choose
    close_engines()
    preferences.model = preferences.log = ""


@pytest.fixture
def llama(answers: Callable[[Path], None], random_model: Path, settings: Any) -> None:
    """The real thing."""
    answers(random_model)
    settings.seed = 3


def worker() -> WorkerEngine:
    [engine] = engines._engines.values()
    return engine


def pid() -> int:
    assert worker()._process is not None
    return worker()._process.pid


def under_way(window: Beside) -> Beside:
    """The model is loaded and reads or answers."""
    while not worker()._ready:
        assert window.tick() == {"PASS_THROUGH"}
        time.sleep(0.001)
    return window


def goes_on(beside: NewBeside, head: bpy.types.Object) -> None:
    """The next prompt is answered, by a new process."""
    beside().succeeds(r"\d+ keyframes? on Head, frames 10 to ")
    assert keys_of(head, "hat") == {1.0: 0.1, 20.0: 0.6, 90.0: 0.3}
    assert not TAKES


@POSIX
@pytest.mark.parametrize("number", ["SIGKILL", "SIGABRT", "SIGSEGV", "SIGTERM"])
@pytest.mark.parametrize("when", ["loading", "answering"])
def test_killed(head: bpy.types.Object, llama: None, beside: NewBeside, number: str, when: str) -> None:
    before = in_detail()
    window = beside() if when == "loading" else under_way(beside())
    os.kill(pid(), getattr(signal, number))
    window.fails(rf"random stopped unexpectedly, {number}.*; try again, or see .*worker\.log")
    assert in_detail() == before
    goes_on(beside, head)


@POSIX
def test_hung(head: bpy.types.Object, llama: None, beside: NewBeside, monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_detail()
    window = under_way(beside())
    os.kill(pid(), signal.SIGSTOP)
    monkeypatch.setattr(process, "ANSWER_PATIENCE", 0.5)
    window.fails("random has not answered for .* s and was stopped; try again")
    monkeypatch.undo()
    assert in_detail() == before
    goes_on(beside, head)


@POSIX
@pytest.mark.parametrize("room", [50, 150, 250, 400, 600, 800, 1000])
def test_out_of_memory(
    head: bpy.types.Object, llama: None, beside: NewBeside, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    before = in_detail()
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({room << 20}, {room << 20})); "
    monkeypatch.setattr(process, "_BOOTSTRAP", limit + process._BOOTSTRAP)
    window = beside()
    r = window.play()
    print("OOM", room, r, window.reports)
    assert in_detail() == before


@POSIX
@pytest.mark.parametrize("room", [0, 1, 4, 16, 64])
def test_out_of_memory_later(
    head: bpy.types.Object, llama: None, beside: NewBeside, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    import resource
    before = in_detail()
    window = under_way(beside())
    have = int(Path(f"/proc/{pid()}/statm").read_text().split()[0]) * 4096 + (room << 20)
    resource.prlimit(pid(), resource.RLIMIT_AS, (have, have))
    r = window.play()
    print("OOM", room, r, window.reports)
    print(in_detail() == before)
