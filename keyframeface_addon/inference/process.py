"""The client of the worker process: starts it, asks it, hears it, ends it; one process for each model, kept warm."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import IO, Any

from ..language.prompt import Message
from .engine import EngineError, Sampling, Usage
from .locations import log_file
from .pipes import read_available, wait_readable

LOADING_PATIENCE = 300.0
ANSWER_PATIENCE = 120.0
"""Seconds without a word after which the worker counts as hung: reading a model from a slow disk, a long prompt without a GPU."""
LONGEST_LINE = 1 << 20
LONGEST_LOG = 4 << 20

# -I keeps PYTHONPATH, the user's site-packages and the current folder out. The folders are appended last, so nothing that
# happens to lie beside this package can stand in for a module of Python's.
_BOOTSTRAP = (
    "import os, runpy, sys; sys.path += sys.argv[1].split(os.pathsep); module = sys.argv[2]; del sys.argv[1:3]; "
    "runpy.run_module(module, run_name='__main__', alter_sys=True)"
)


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
        self._heard = 0.0
        self._last_id = 0
        self._streams: dict[int, WorkerStream] = {}
        self._unsettled: set[int] = set()  # cancelled, and the worker has not said that it stopped

    def start(self, messages: list[Message], sampling: Sampling) -> WorkerStream:
        """Asks for an answer; where the worker is busy the answer waits its turn."""
        if self._unsettled:
            self.hear(0.0)
        if self._process is None or self._process.poll() is not None:
            self._launch()
        self._last_id += 1
        stream = WorkerStream(self, self._last_id)
        request = {"op": "generate", "id": stream.id, "messages": messages}
        fields = {name: getattr(sampling, name) for name in ("grammar", "temperature", "seed", "max_tokens")}
        self._streams[stream.id] = stream
        self._heard = time.monotonic()
        self._send(request | fields)
        return stream

    def cancel(self, stream: WorkerStream) -> None:
        """The worker is told; if it is stuck it ends itself, and the next answer gets a new one."""
        if self._streams.pop(stream.id, None) is not None and self._process is not None:
            self._unsettled.add(stream.id)
            with contextlib.suppress(EngineError):
                self._send({"op": "cancel", "id": stream.id})

    def close(self) -> None:
        """Ends the process; answers under way fail."""
        self._fail("the model was closed")

    def hear(self, timeout: float) -> None:
        """Takes in what the worker has said, waiting at most ``timeout`` seconds. Faults end up in the streams."""
        process = self._process
        if process is None or process.stdout is None:
            return
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
        if data is None:
            self._fail(self._epitaph(process))
        elif self._streams and time.monotonic() - self._heard > (ANSWER_PATIENCE if self._ready else LOADING_PATIENCE):
            self._fail(
                f"{self.name} has not answered for {time.monotonic() - self._heard:.0f} s and was stopped; try again"
            )

    def _take(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            kind = event["event"]
            stream = self._streams.get(event.get("id", -1))
            if kind == "ready":
                self._ready = True
            elif kind == "failed":
                self._fail(str(event["message"]))
            elif kind == "piece" and stream is not None:
                stream.take_piece(str(event["text"]))
            elif kind == "prompt" and stream is not None:
                stream.take_prompt(int(event["tokens"]), int(event["evaluated"]), float(event["seconds"]))
            elif kind in ("end", "error"):
                self._unsettled.discard(event["id"])
                if self._streams.pop(event["id"], None) is not None and stream is not None:
                    stream.take_end(str(event["message"]) if kind == "error" else "")
        except (ValueError, KeyError, TypeError, AttributeError):
            self._fail(f"{self.name} sent something unreadable and was stopped; try again, or see {self._log}")

    def _fail(self, message: str) -> None:
        """Ends the process, and every answer that waits with this message."""
        process, self._process = self._process, None
        self._ready, self._unread = False, b""
        self._unsettled.clear()
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.kill()
            process.wait()
        streams, self._streams = self._streams, {}
        for stream in streams.values():
            stream.take_end(message)

    def _epitaph(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        code = process.returncode
        if code is not None and code < 0:
            cause = signal.Signals(-code).name + (" (out of memory?)" if -code == getattr(signal, "SIGKILL", 0) else "")
        else:
            cause = f"exit status {code}"
        return f"{self.name} stopped unexpectedly, {cause}; try again, or see {self._log}"

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            self.hear(0.0)  # "failed" may be waiting in the pipe: it says more than a broken pipe does
            self._fail(f"{self.name} stopped unexpectedly; try again, or see {self._log}")

    def _launch(self) -> None:
        self._fail(f"{self.name} was restarted")
        package = Path(__file__).resolve().parents[1]
        folders = [str(package.parent), *([_site_packages()] if "--model" in self._options else [])]
        command = [sys.executable, "-I", "-X", "utf8", "-u", "-c", _BOOTSTRAP, os.pathsep.join(folders)]
        command += [f"{package.name}.inference.worker", *self._options]
        with self._open_log() as log:
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=tempfile.gettempdir(),  # the folder it was started in may vanish, and Windows would not let it
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except OSError as error:
                raise EngineError(f"the model's process cannot be started: {error}") from None

    def _open_log(self) -> IO[bytes]:
        """A log that cannot be written is no reason to refuse an answer."""
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            full = self._log.exists() and self._log.stat().st_size > LONGEST_LOG
            return self._log.open("wb" if full else "ab")
        except OSError:
            return open(os.devnull, "ab")


class WorkerStream:
    """One answer of a worker."""

    def __init__(self, engine: WorkerEngine, request_id: int) -> None:
        self.id = request_id
        self.usage = Usage()
        self.done = False
        self._engine = engine
        self._pieces: deque[str] = deque()
        self._error = ""
        self._prompt = (0, 0, 0.0)
        self._count = 0
        self._started = 0.0

    def poll(self, timeout: float = 0.0) -> list[str]:
        """The pieces since the last call. Raises EngineError once, after the last piece."""
        if not self._pieces and not self.done:
            self._engine.hear(timeout)
        pieces = list(self._pieces)
        self._pieces.clear()
        if self._error and not pieces:
            error, self._error = self._error, ""
            raise EngineError(error)
        return pieces

    def cancel(self) -> None:
        """Returns at once."""
        self.done = True
        self._pieces.clear()
        self._engine.cancel(self)

    def take_piece(self, text: str) -> None:
        """From the engine."""
        self._count += 1
        self._pieces.append(text)

    def take_prompt(self, tokens: int, evaluated: int, seconds: float) -> None:
        """From the engine: the request has been read."""
        self._prompt = (tokens, evaluated, seconds)
        self._started = time.monotonic()

    def take_end(self, error: str) -> None:
        """From the engine: no more comes."""
        tokens, evaluated, seconds = self._prompt
        elapsed = time.monotonic() - self._started if self._started else 0.0
        self.usage = Usage(tokens, evaluated, self._count, seconds, elapsed)
        self._error = error
        self.done = not error


def _site_packages() -> str:
    """Where llama-cpp-python is installed, without importing it here."""
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise EngineError(
            "llama-cpp-python is not installed for this Python; in a checkout run python3 build.py setup,"
            " in Blender install the extension's package for this platform again"
        )
    return str(Path(spec.origin).parents[1])
