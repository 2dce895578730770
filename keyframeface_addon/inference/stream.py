"""One answer of a worker, between the process that hears it and the generation that polls it."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from .engine import EngineError, Usage

if TYPE_CHECKING:
    from .process import WorkerEngine


class WorkerStream:
    """A ``TextStream``. The ``take_`` methods are the engine's."""

    def __init__(self, engine: WorkerEngine, request_id: int, request: dict[str, Any]) -> None:
        self.id = request_id
        self.request = request
        self.usage = Usage()
        self.done = False
        self.cut = False
        self._engine = engine
        self._pieces: deque[str] = deque()
        self._error: EngineError | None = None
        self._prompt = (0, 0, 0.0)
        self._started = 0.0

    def poll(self, timeout: float = 0.0) -> list[str]:
        """The pieces since the last call. Raises EngineError after the last piece of an answer that failed."""
        if not self._pieces and not self.done and self._error is None:
            self._engine.hear(timeout)
        pieces = list(self._pieces)
        self._pieces.clear()
        if self._error is not None and not pieces:
            raise self._error
        return pieces

    def cancel(self) -> None:
        """Returns at once."""
        self.done = True
        self._pieces.clear()
        self._engine.cancel(self)

    def take_piece(self, text: str) -> None:
        self._pieces.append(text)

    def take_prompt(self, tokens: int, evaluated: int, seconds: float) -> None:
        """The request has been read."""
        self._prompt = (tokens, evaluated, seconds)
        self._started = time.monotonic()

    def take_end(self, tokens: int, cut: bool) -> None:
        """The answer is complete, or as long as answers may be."""
        prompt, evaluated, seconds = self._prompt
        elapsed = time.monotonic() - self._started if self._started else 0.0
        self.usage = Usage(prompt, evaluated, tokens, seconds, elapsed)
        self.cut, self.done = cut, True

    def take_error(self, error: EngineError) -> None:
        """No more comes."""
        self._error = error
