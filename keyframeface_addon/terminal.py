"""How the command line speaks: one line for a mistake, progress on a terminal and none where stderr is a file or a pipe."""

from __future__ import annotations

import argparse
import shutil
import sys
from types import TracebackType
from typing import NoReturn

BAR = 24


class OneLineParser(argparse.ArgumentParser):
    """argparse without its paragraphs of usage before each error."""

    def error(self, message: str) -> NoReturn:
        """Exit status 2."""
        self.exit(2, f"{self.prog}: {message}; see --help\n")


class Progress:
    """One line at the bottom that changes, and lines that stay."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def show(self, text: str) -> None:
        """Replaces the line at the bottom."""
        if self._shown:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write("\r\x1b[K" + text[:width])
            sys.stderr.flush()

    def line(self, text: str) -> None:
        """A line that stays."""
        if self._shown:
            self.clear()
            sys.stderr.write(text + "\n")

    def bar(self, done: int, total: int, text: str) -> None:
        """How far it is, and with what."""
        filled = BAR * done // max(1, total)
        self.show(f"[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}  {text}")

    def clear(self) -> None:
        """Takes the line at the bottom away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
