"""What a person sees while build.py works: one line a step with its time, and one line where it cannot go on."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Command = Sequence[str | Path]

# pip, CMake, ninja and compilers write one of these where things went wrong first; pip's own last words only repeat it
_ERROR = re.compile(r"(?:\berror:|\bCMake Error|^ERROR:|fatal error|\bError:)", re.IGNORECASE)
_ECHO = re.compile(
    r"subprocess-exited-with-error|failed building wheel|legacy-install-failure|metadata-generation-failed", re.I
)


class Stop(Exception):
    """Ends build.py: one line that says what happened and what to do."""


class Line:
    """The line of the step being done. On a terminal it is rewritten in place with the seconds passed."""

    def __init__(self, what: str) -> None:
        self.what, self.begun = what, time.monotonic()
        self._terminal = sys.stdout.isatty()
        self._logged, self._width = self.begun, 0
        print(f"{what} ...", end="\r" if self._terminal else "\n", flush=True)

    def progress(self, detail: str = "") -> None:
        """Says how far the step is: at once on a terminal, every half minute in a log."""
        now = time.monotonic()
        if self._terminal:
            self._rewrite(f"{self.what} ... {detail}{' ' if detail else ''}{now - self.begun:.0f} s")
        elif now - self._logged >= 30:
            self._logged = now
            print(f"    {detail}{', ' if detail else ''}{now - self.begun:.0f} s so far", flush=True)

    def end(self, outcome: str) -> None:
        """Leaves the line as it shall stand: ``outcome`` and the time."""
        spent = f"{time.monotonic() - self.begun:.1f} s"
        if self._terminal:
            self._rewrite(f"{self.what}: {outcome}, {spent}")
            print(flush=True)
        else:
            print(f"    {outcome}, {spent}", flush=True)

    def _rewrite(self, text: str) -> None:
        text = text[: (shutil.get_terminal_size().columns or 80) - 1]
        print(f"\r{text.ljust(self._width)}", end="", flush=True)
        self._width = len(text)


@contextmanager
def step(what: str) -> Iterator[Line]:
    """One step with its line; ``failed`` is what stays of it where the body raises."""
    line = Line(what)
    try:
        yield line
    except BaseException:
        line.end("failed")
        raise
    line.end("done")


def run(command: Command, cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> int:
    """Runs with this terminal; the exit status."""
    return subprocess.call([str(part) for part in command], cwd=cwd, env={**os.environ, **(environment or {})})


def run_logged(
    command: Command,
    log: Path,
    line: Line,
    progress_of: Callable[[str], str | None] = lambda output: None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs quietly: output to ``log``, what ``progress_of`` reads in it to the step's line. Stop: the first error."""
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, **(environment or {})},
        start_new_session=True,  # so that pip's compilers end with it, not minutes later
    )
    detail = [""]

    def record() -> None:
        assert process.stdout is not None
        with log.open("w", encoding="utf-8") as file:
            for output in process.stdout:
                file.write(output)
                detail[0] = progress_of(output) or detail[0]

    reader = threading.Thread(target=record)
    reader.start()
    try:
        while reader.is_alive():
            reader.join(0.5)
            line.progress(detail[0])
        status = process.wait()
    except BaseException:
        _end(process)
        raise
    if status != 0:
        raise Stop(f"{first_error(log)} (all of it: {log})")


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def first_error(log: Path) -> str:
    """The line of a log where the trouble began; the last one where none looks like it."""
    lines = [text.strip() for text in log.read_text(encoding="utf-8", errors="replace").splitlines() if text.strip()]
    for text, following in zip(lines, [*lines[1:], ""], strict=True):
        if _ERROR.search(text) and not _ECHO.search(text):
            return f"{text} {following if text.endswith(':') else ''}".strip()[:300]  # CMake says where, then what
    return lines[-1][:300] if lines else "it ended without a word"
