"""The client of the worker process: starts it, asks it, hears it, ends it; one process for each model, kept warm."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from ..language.prompt import Message
from .engine import EngineError, ModelUnusable, Sampling
from .locations import log_file, site_packages
from .pipes import read_available, stop_blocking, wait_readable, write_available
from .stream import WorkerStream

LOADING_PATIENCE = 300.0
ANSWER_PATIENCE = 120.0
"""Seconds without a word after which the worker counts as hung: reading a model from a slow disk, a long prompt without a GPU."""
CANCEL_PATIENCE = 3.0
"""Seconds that a worker may take to stop an answer, a little more than it gives itself, while another answer waits."""
LONGEST_LINE = 1 << 20
LONGEST_LOG = 4 << 20

# -I keeps PYTHONPATH, the user's site-packages and the current folder out. The folders are appended last, so nothing that
# happens to lie beside this package can stand in for a module of Python's.
_BOOTSTRAP = (
    "import json, runpy, sys; sys.path += json.loads(sys.argv[1]); module = sys.argv[2]; del sys.argv[1:3]; "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)

_ENVIRONMENT = {"GGML_NO_BACKTRACE": "1"}
"""Else llama.cpp, where it aborts, starts a debugger on itself: minutes, and memory when there is none left."""
_NICENESS = 10
_CREATION_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
"""Windows'; nothing elsewhere."""


class WorkerEngine:
    """A worker process behind the ``Engine`` interface. The process starts with the first answer and again after a crash.

    ``options`` are the worker's own: ``("--model", "x.gguf")`` or ``("--server", "http://...")``.
    """

    def __init__(self, name: str, options: tuple[str, ...], log: Path | None = None) -> None:
        self.name = name
        self._options = options
        self._log = log or log_file()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._unread = b""
        self._unsent = b""
        self._heard = 0.0
        self._last_id = 0
        self._streams: dict[int, WorkerStream] = {}
        self._unsettled: dict[
            int, float
        ] = {}  # cancelled answers of which the worker has not said that it stopped: since when

    @property
    def busy(self) -> bool:
        """An answer is under way."""
        return bool(self._streams)

    @property
    def idle(self) -> float:
        """Seconds since its last word, where its process waits with nothing to do; else 0."""
        return 0.0 if self._process is None or self._streams else time.monotonic() - self._heard

    def start(self, messages: list[Message], sampling: Sampling) -> WorkerStream:
        """Asks for an answer; where the worker is busy the answer waits its turn."""
        self.hear(0.0)
        if self._process is None:
            self._launch()
        self._last_id += 1
        request = {"op": "generate", "id": self._last_id, "messages": messages}
        fields = {name: getattr(sampling, name) for name in ("grammar", "temperature", "seed", "max_tokens", "begun")}
        stream = WorkerStream(self, self._last_id, request | fields)
        self._streams[stream.id] = stream
        self._heard = time.monotonic()
        self._send(stream.request)
        return stream

    def cancel(self, stream: WorkerStream) -> None:
        """The worker is told; if it is stuck it ends itself, and the next answer gets a new one."""
        if self._streams.pop(stream.id, None) is not None and self._process is not None:
            self._unsettled[stream.id] = time.monotonic()
            self._send({"op": "cancel", "id": stream.id})

    def close(self) -> None:
        """Ends the process; answers under way fail."""
        self._fail(EngineError("the model was closed"))

    def hear(self, timeout: float) -> None:
        """Takes in what the worker has said, waiting at most ``timeout`` seconds. Faults end up in the streams."""
        process = self._process
        if process is None or process.stdout is None:
            return
        self._flush()
        fd = process.stdout.fileno()
        if timeout > 0:
            wait_readable(fd, timeout)
        while data := read_available(fd):
            self._heard = time.monotonic()
            *lines, self._unread = (self._unread + data).split(b"\n")
            for line in lines:
                self._take(line)
            if len(self._unread) > LONGEST_LINE:
                self._take(self._unread[:80])
            if self._process is not process:
                return
        now = time.monotonic()
        stuck = self._ready and any(now - since > CANCEL_PATIENCE for since in self._unsettled.values())
        if (data is None and self._unsettled) or (stuck and self._streams):
            self._start_over()
        elif data is None:
            self._fail(EngineError(self._epitaph(process)))
        elif self._streams and now - self._heard > (ANSWER_PATIENCE if self._ready else LOADING_PATIENCE):
            silent = f"{self.name} has not answered for {now - self._heard:.0f} s and was stopped; try again"
            self._fail(EngineError(silent))

    def _take(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            kind = event["event"]
            stream = self._streams.get(event.get("id", -1))
            if kind == "ready":
                self._ready = True
            elif kind == "failed":
                self._fail(ModelUnusable(str(event["message"])))
            elif kind == "piece" and stream is not None:
                stream.take_piece(str(event["text"]))
            elif kind == "prompt" and stream is not None:
                stream.take_prompt(int(event["tokens"]), int(event["evaluated"]), float(event["seconds"]))
            elif kind in ("end", "error"):
                if stream is not None and kind == "end":
                    stream.take_end(int(event["tokens"]), bool(event["cut"]))
                elif stream is not None:
                    stream.take_error(EngineError(str(event["message"])))
                self._unsettled.pop(event["id"], None)
                self._streams.pop(event["id"], None)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            what = f"{self.name} sent something unreadable and was stopped; try again, or see {self._log}"
            self._fail(EngineError(what))

    def _fail(self, error: EngineError) -> None:
        """Ends the process, and every answer that waits with this error."""
        streams, self._streams = self._streams, {}
        self._end_process()
        for stream in streams.values():
            stream.take_error(error)

    def _start_over(self) -> None:
        """A new process in place of one that is stuck with an answer nobody wants; those that wait are asked again."""
        self._end_process()
        waiting, self._streams = self._streams, {}
        try:
            if waiting:
                self._launch()
        except EngineError as error:
            for stream in waiting.values():
                stream.take_error(error)
            return
        for stream in waiting.values():
            self._streams[stream.id] = stream
            self._send(stream.request)

    def _end_process(self) -> None:
        process, self._process = self._process, None
        self._ready, self._unread, self._unsent = False, b"", b""
        self._unsettled.clear()
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.kill()
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # a graphics driver can hold a process that has been killed
            process.wait(1.0)

    def _epitaph(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        code = process.returncode
        if code is None or code >= 0:
            cause = f"exit status {code}"
        else:
            cause = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
            if cause == "SIGKILL" or self._log_says(b"std::bad_alloc"):
                cause += " (out of memory?)"
        return f"{self.name} stopped unexpectedly, {cause}; try again, or see {self._log}"

    def _send(self, message: dict[str, Any]) -> None:
        self._unsent += json.dumps(message).encode() + b"\n"
        self._flush()

    def _flush(self) -> None:
        """Writes what the pipe takes; a broken one is noticed when it is read."""
        if self._unsent and self._process is not None and self._process.stdin is not None:
            written = write_available(self._process.stdin.fileno(), self._unsent)
            self._unsent = self._unsent[written:]

    def _launch(self) -> None:
        package = Path(__file__).resolve().parents[1]
        folders = [str(package.parent), *([site_packages()] if "--model" in self._options else [])]
        command = [sys.executable, "-I", "-X", "utf8", "-u", "-c", _BOOTSTRAP, json.dumps(folders)]
        command += [f"{package.name}.inference.worker", *self._options]
        with self._open_log() as log:
            try:
                self._process = subprocess.Popen(
                    command,
                    bufsize=0,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env={**os.environ, **_ENVIRONMENT},
                    cwd=tempfile.gettempdir(),  # the folder it was started in may vanish, and Windows would not let it
                    creationflags=_CREATION_FLAGS,
                )
            except OSError as error:
                raise EngineError(f"the model's process cannot be started: {error}") from None
        assert self._process.stdin is not None
        _step_back(self._process.pid)
        stop_blocking(self._process.stdin.fileno())
        self._heard = time.monotonic()

    def _open_log(self) -> IO[bytes]:
        """A log that cannot be written is no reason to refuse an answer."""
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            full = self._log.exists() and self._log.stat().st_size > LONGEST_LOG
            return self._log.open("wb" if full else "ab")
        except OSError:
            return open(os.devnull, "ab")

    def _log_says(self, last_words: bytes) -> bool:
        """At the end of the log, where C++ writes what it could not go on without."""
        with contextlib.suppress(OSError):
            return last_words in self._log.read_bytes()[-200:]
        return False


def _step_back(pid: int) -> None:
    """A model takes every core it finds: where there are too few for both, the window that the animator works in goes first."""
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS))
