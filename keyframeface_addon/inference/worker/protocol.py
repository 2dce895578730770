"""Both ends of the worker's JSON lines as the worker sees them: a clean stdout, an inbox, cancelling at any moment."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

CANCEL_GRACE = 2.0
"""Seconds an answer may take to stop after it was cancelled; then the process ends itself, as llama.cpp may be stuck."""
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


class Answerer(Protocol):
    """Turns one request into pieces of text; calls ``cancelled()`` often and stops when it says so."""

    def answer(self, request: dict[str, Any], outbox: Outbox, cancelled: Callable[[], bool]) -> Iterator[str]:
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
            if self._current not in self._cancelled:
                yield request
            self._current = None

    def cancelled(self) -> bool:
        """The request being answered is not wanted any more."""
        return self._current in self._cancelled

    def _listen(self) -> None:
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
        # end of input: Blender has ended, however that came about
        os._exit(0)

    def _give_up(self, request_id: int) -> None:
        if self._current == request_id:
            os._exit(GIVEN_UP)


def serve(answerer: Answerer, inbox: Inbox, outbox: Outbox) -> None:
    """Answers requests one after the other, for ever."""
    for request in inbox:
        request_id = request["id"]
        try:
            for piece in answerer.answer(request, outbox, inbox.cancelled):
                if inbox.cancelled():
                    break
                outbox.send("piece", id=request_id, text=piece)
        except Refused as error:
            outbox.send("error", id=request_id, message=str(error))
        else:
            outbox.send("end", id=request_id)
