"""Both ends of the worker's JSON lines as the worker sees them: a clean stdout, an inbox, cancelling at any moment."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

CANCEL_GRACE = 2.0
"""Seconds an answer may take to stop after it was cancelled; then the process ends itself, as llama.cpp may be stuck."""
SEND_EVERY = 0.02
"""Seconds; a whole line goes at once."""
GIVEN_UP = 3  # exit status of a worker that ended itself that way


class Refused(Exception):
    """This request, or this model, cannot be used; the text is for the animator."""


class Outbox:
    """Writes events as lines. Whatever else prints to stdout, llama.cpp's C code included, goes to the log from here on."""

    def __init__(self) -> None:
        self._lines = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def send(self, event: str, **fields: Any) -> None:
        """Raises BrokenPipeError when nobody listens any more."""
        self._lines.write(json.dumps({"event": event, **fields}) + "\n")
        self._lines.flush()


@dataclass(frozen=True)
class Ending:
    """How an answer ended: its tokens, and whether it was cut off where answers may be no longer."""

    tokens: int
    cut: bool = False


class Answerer(Protocol):
    """Turns one request into pieces of text; calls ``cancelled()`` often and stops when it says so."""

    def answer(
        self, request: dict[str, Any], outbox: Outbox, cancelled: Callable[[], bool]
    ) -> Generator[str, None, Ending]:
        """Yields pieces; sends its own "prompt" event. Raises Refused."""
        ...


class Inbox:
    """Reads requests in a thread of its own, so that a cancellation is heard while llama.cpp works."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._current: int | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while True:
            request = self._requests.get()
            self._current = request["id"]
            yield request
            self._current = None

    def cancelled(self) -> bool:
        """The request being answered is not wanted any more."""
        return self._current in self._cancelled

    def _listen(self) -> None:
        try:
            for line in sys.stdin.buffer:
                message = json.loads(line)
                if message["op"] == "generate":
                    self._requests.put(message)
                elif message["op"] == "cancel":
                    self._cancelled.add(message["id"])
                    if message["id"] == self._current:
                        watch = threading.Timer(CANCEL_GRACE, self._give_up, [message["id"]])
                        watch.daemon = True
                        watch.start()
        finally:
            # end of input, or half a line of it: Blender has ended, however that came about
            os._exit(0)

    def _give_up(self, request_id: int) -> None:
        if self._current == request_id:
            os._exit(GIVEN_UP)


def serve(answerer: Answerer, inbox: Inbox, outbox: Outbox) -> None:
    """Answers requests one after the other, for ever."""
    for request in inbox:
        request_id = request["id"]
        try:
            ending = _relay(answerer, request, inbox, outbox)
        except Refused as error:
            outbox.send("error", id=request_id, message=str(error))
        except Exception as error:
            traceback.print_exc()
            outbox.send("error", id=request_id, message=one_line(error))
        else:
            outbox.send("end", id=request_id, tokens=ending.tokens, cut=ending.cut)


def _relay(answerer: Answerer, request: dict[str, Any], inbox: Inbox, outbox: Outbox) -> Ending:
    """Sends the pieces on, a few at a time: a line of JSON for each single token would cost a tenth of the speed."""
    if inbox.cancelled():
        return Ending(0)
    waiting, sent = "", time.monotonic()
    pieces = answerer.answer(request, outbox, inbox.cancelled)
    while True:
        try:
            waiting += next(pieces)
            ending = None
        except StopIteration as stop:
            ending = stop.value
        if waiting and (ending or waiting.endswith("\n") or time.monotonic() - sent > SEND_EVERY):
            outbox.send("piece", id=request["id"], text=waiting)
            waiting, sent = "", time.monotonic()
        if ending:
            return Ending(ending.tokens, ending.cut)


def one_line(error: Exception) -> str:
    """For an error that nobody foresaw."""
    if isinstance(error, MemoryError):
        return "this machine has no memory left for the model; close something else, or choose a smaller model"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
