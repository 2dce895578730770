"""The worker killed, hung, out of memory or talking nonsense while a performance is made beside the animator's work.

The process and the pipes are real, and so is llama.cpp wherever it is what fails; its model knows nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
import pytest

from keyframeface_addon.blender.preferences import preferences_of
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.inference import engines, generation, process
from keyframeface_addon.inference.engine import Sampling
from keyframeface_addon.inference.engines import close_engines
from keyframeface_addon.inference.process import WorkerEngine
from keyframeface_addon.inference.worker.protocol import one_line
from tests.blender.conftest import NewHead, Reload
from tests.blender.snapshot import in_detail
from tests.blender.timeline import keys_of, local_object

if TYPE_CHECKING:
    from tests.blender.stage import Beside

pytest_plugins = ("tests.blender.addon", "tests.blender.stage")

NewBeside = Callable[[], "Beside"]
Answers = Callable[[Path], None]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
LINUX = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")
ROOT = Path(__file__).parents[2]
PAUSE = 0.01
LONG_ENOUGH = 300
"""Tokens for noise to make a keyframe."""
SAY = """\
import json, os, sys, time
def say(**event): print(json.dumps(event), flush=True)
say(event="ready", name="x")
say(event="prompt", id=1, tokens=9, evaluated=9, seconds=0.1)
"""
HALF = (
    SAY
    + """\
for i in (1, 2):
    say(event="piece", id=i, text="0.0 calm: mouthPress 20\\n0.5 laughs: mouthSmile 80\\n0.9 and th")
"""
)
"""A worker that breaks off in the middle of a line."""
LIMIT = (
    "taken = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize() + (8 << 20); "
    "resource.setrlimit(resource.RLIMIT_AS, (taken, taken)); "
)
QUITTING = """\
import sys, time, bpy
import addon_utils  # which bpy makes known
addon_utils.enable("keyframeface_addon", default_set=True)
from keyframeface_addon.blender.operators import take_from_settings
from keyframeface_addon.blender.preferences import preferences_of
from keyframeface_addon.inference import engines
preferences = preferences_of(bpy.context)
preferences.model, preferences.log = {model!r}, {log!r}
bpy.ops.wm.open_mainfile(filepath={file!r})
take = take_from_settings(bpy.context)
[engine] = engines._engines.values()
while not engine._ready:
    take.poll(0.1)
print("worker", engine._process.pid, flush=True)
{leave}
"""


@pytest.fixture(scope="module")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF with random weights around a real vocabulary."""
    for needed in ("llama_cpp", "gguf"):
        pytest.importorskip(needed)
    from tests.inference.random_models import write_random_model
    from tools import vocabularies

    path = tmp_path_factory.mktemp("models") / "random.gguf"
    write_random_model(path, vocabularies.provide()["llama-spm"], "llama")
    return path


@pytest.fixture
def answers(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Answers]:
    """Has a model answer as the preferences would; no other engine is there."""
    monkeypatch.setattr(engines, "_engines", {})

    def choose(path: Path | str, log: Path | str = tmp_path / "worker.log") -> None:
        preferences = preferences_of(bpy.context)  # others after disabling
        preferences.model, preferences.log = str(path), str(log)

    yield choose
    close_engines()
    choose("", "")


@pytest.fixture
def llama(answers: Answers, random_model: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real thing, cut short."""
    answers(random_model)
    settings.seed = 3
    monkeypatch.setattr(generation, "Sampling", partial(Sampling, max_tokens=LONG_ENOUGH))


def worker() -> WorkerEngine:
    [engine] = engines._engines.values()
    return engine


def pid() -> int:
    assert worker()._process is not None
    return worker()._process.pid


def alive(process: int) -> bool:
    """Not gone, nor only waiting to be counted as gone."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def under_way(window: Beside) -> Beside:
    """The model is loaded and reads or answers."""
    while not worker()._ready:
        assert window.tick() == {"PASS_THROUGH"}
        time.sleep(PAUSE)
    return window


def goes_on(beside: NewBeside, head: bpy.types.Object) -> None:
    """The next prompt is answered, by a new process."""
    beside().succeeds(r"\d+ keyframes? on Head, frames 10 to ")
    assert keys_of(head, "hat") == {1.0: 0.1, 20.0: 0.6, 90.0: 0.3}
    assert not TAKES


@POSIX
@pytest.mark.parametrize(
    ("when", "number"), [("loading", "SIGKILL"), *(("answering", n) for n in ("SIGKILL", "SIGABRT", "SIGSEGV"))]
)
def test_killed(head: bpy.types.Object, llama: None, beside: NewBeside, when: str, number: str) -> None:
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
    with monkeypatch.context() as patch:
        patch.setattr(process, "ANSWER_PATIENCE", 0.5)
        window.fails("random has not answered for .* s and was stopped; try again")
    assert in_detail() == before
    goes_on(beside, head)


@LINUX
def test_out_of_memory_while_loading(
    head: bpy.types.Object, llama: None, beside: NewBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With llama.cpp in memory and no room for what is in the file."""
    before = in_detail()
    full = "import json, sys; sys.path += json.loads(sys.argv[1]); import llama_cpp, resource; " + LIMIT
    with monkeypatch.context() as patch:
        patch.setattr(process, "_BOOTSTRAP", full + process._BOOTSTRAP)
        beside().fails("memory")
    assert in_detail() == before
    goes_on(beside, head)


@LINUX
def test_out_of_memory_while_answering(head: bpy.types.Object, llama: None, beside: NewBeside) -> None:
    import resource

    before = in_detail()
    window = under_way(beside())
    taken = int(Path(f"/proc/{pid()}/statm").read_text().split()[0]) * resource.getpagesize()
    unlimited = resource.prlimit(pid(), resource.RLIMIT_AS, (taken, resource.RLIM_INFINITY))
    window.fails("memory")
    assert in_detail() == before
    if worker()._process is not None:  # it could say so itself
        resource.prlimit(pid(), resource.RLIMIT_AS, unlimited)
    goes_on(beside, head)


@LINUX
def test_aborting_it_starts_no_debugger(
    head: bpy.types.Object, llama: None, beside: NewBeside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """llama.cpp would, on itself: minutes of silence, and memory where there is none left."""
    for name in ("gdb", "lldb"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    abort = "from llama_cpp import _ggml; _ggml.libggml.ggml_abort(b'here', 1, b'on purpose')"
    monkeypatch.setattr(process, "_BOOTSTRAP", f"import json, sys; sys.path += json.loads(sys.argv[1]); {abort}")
    before = in_detail()
    beside().fails("random stopped unexpectedly, SIGABRT; try again")
    assert in_detail() == before
    assert "on purpose" in (tmp_path / "worker.log").read_text()
    assert not (tmp_path / "started").exists()


def test_what_python_says_without_memory() -> None:
    assert "no memory left" in one_line(MemoryError())


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("print('Traceback: hello')", "something unreadable and was stopped; try again"),
        ("os.write(1, bytes(range(256)))", "something unreadable"),
        ("os.write(1, b'x' * 3000000)", "something unreadable"),
        ("say(event='end', id=1, tokens='many', cut=False)", "something unreadable"),
        ("say(event='piece', id=[], text='')", "something unreadable"),
        ("os.write(1, b'half a li'); os._exit(7)", "stopped unexpectedly, exit status 7"),
        ("os.close(1)", "stopped unexpectedly"),
        ("time.sleep(60)", "has not answered for .* s and was stopped"),
    ],
)
def test_nonsense_half_way(
    head: bpy.types.Object,
    answers: Answers,
    beside: NewBeside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
    said: str,
) -> None:
    """Two keyframes have come and are shown in the panel; none of them is written."""
    (tmp_path / "any.gguf").write_bytes(b"GGUF")
    answers(tmp_path / "any.gguf")
    monkeypatch.setattr(process, "ANSWER_PATIENCE", 3.0)
    before = in_detail()
    monkeypatch.setattr(process, "_BOOTSTRAP", f"{HALF}\n{ending}\nsys.stdout.flush()\ntime.sleep(60)")
    window = beside()
    window.fails(said)
    assert [keyframe.label for keyframe in window.take.keyframes] == ["calm", "laughs"]
    assert in_detail() == before
    monkeypatch.setattr(process, "_BOOTSTRAP", f"{HALF}\nsay(event='end', id=2, tokens=9, cut=False)\ntime.sleep(60)")
    beside().succeeds("2 keyframes on Head, frames 10 to 22")


def test_garbage_for_an_answer(
    head: bpy.types.Object, answers: Answers, beside: NewBeside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In good order, but no keyframe: what a server may answer that knows no grammars."""
    (tmp_path / "any.gguf").write_bytes(b"GGUF")
    answers(tmp_path / "any.gguf")
    said = "{'event': 'piece', 'id': 1, 'text': chr(0xd800) + chr(0) + ' is \\n\\n 99999 : :'}"
    monkeypatch.setattr(process, "_BOOTSTRAP", f"{SAY}\nsay(**{said})\nsay(event='end', id=1, tokens=9, cut=False)")
    before = in_detail()
    beside().fails("the model's answer holds no keyframe: .*; try another seed or another model")
    assert in_detail() == before


def test_two_faces_at_once(head: bpy.types.Object, llama: None, new_head: NewHead, beside: NewBeside) -> None:
    """One process makes both, one after the other."""
    first = beside()
    other = new_head("Other")
    bpy.context.view_layer.objects.active = other
    second = beside()
    assert len(TAKES) == 2
    windows = [first, second]
    while windows:
        windows = [window for window in windows if window.tick() == {"PASS_THROUGH"}]
        time.sleep(PAUSE)
    for window, name in ((first, "Head"), (second, "Other")):
        [(kind, text)] = window.reports
        assert kind in ("INFO", "WARNING")
        assert f" on {name}, frames 10 to " in text
    assert head.data.shape_keys.animation_data.action != other.data.shape_keys.animation_data.action


@POSIX
def test_two_faces_lose_the_same_worker(
    head: bpy.types.Object, llama: None, new_head: NewHead, beside: NewBeside
) -> None:
    first = beside()
    bpy.context.view_layer.objects.active = new_head("Other")
    second = under_way(beside())
    before = in_detail()
    os.kill(pid(), signal.SIGKILL)
    for window in (first, second):
        window.fails("stopped unexpectedly, SIGKILL")
    assert in_detail() == before
    bpy.context.view_layer.objects.active = head
    goes_on(beside, head)


@LINUX
@pytest.mark.parametrize("how", ["disabled", "another file"])
def test_what_it_is_about_goes(
    head: bpy.types.Object,
    llama: None,
    answers: Answers,
    beside: NewBeside,
    reload: Reload,
    random_model: Path,
    how: str,
) -> None:
    """Disabling frees the model, too; another file keeps it warm."""
    import addon_utils

    reload()
    before = in_detail()
    window = under_way(beside())
    was = pid()
    if how == "disabled":
        addon_utils.disable("keyframeface_addon")
        assert not alive(was)
        addon_utils.enable("keyframeface_addon")
    else:
        bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
        assert alive(was)
    assert window.tick() == {"CANCELLED"}
    assert in_detail() == before
    answers(random_model)
    goes_on(beside, local_object("Head"))


@LINUX
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "quit", "end"])
def test_blender_quits(head: bpy.types.Object, random_model: Path, tmp_path: Path, how: str) -> None:
    """Its worker goes with it, and the file on disk is as it was."""
    folder = tmp_path / "file"
    folder.mkdir()
    file = folder / "saved.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    before = file.read_bytes()
    leave = {"quit": "bpy.ops.wm.quit_blender()", "end": "sys.exit()"}.get(how, "time.sleep(60)")
    script = QUITTING.format(model=str(random_model), log=str(tmp_path / "worker.log"), file=str(file), leave=leave)
    blender = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert blender.stdout is not None
    child = int(next(line.split()[1] for line in blender.stdout if line.startswith("worker ")))
    if how.startswith("SIG"):
        blender.send_signal(getattr(signal, how))
    while alive(child):
        time.sleep(0.05)
    if bpy.app.version < (5, 0):  # as a module it may never end with a bare Panel registered, see tests/conftest.py
        blender.kill()
    blender.communicate()
    assert file.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["saved.blend"]
