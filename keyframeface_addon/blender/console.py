"""What a command says on stdout and stderr, and how it hears of Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
"""Exit statuses."""


@contextmanager
def ctrl_c_raises() -> Iterator[None]:
    """Blender without a window notes the first Ctrl-C for its renderer, and Python never hears of it."""
    try:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


@contextmanager
def ctrl_c_waits() -> Iterator[None]:
    """What is in the block is done whole before Ctrl-C is heard."""
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda *event: pressed.append(event))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        before(*pressed[0])


def say(text: str) -> None:
    _write(sys.stdout, text)


def complain(text: str) -> None:
    _write(sys.stderr, "keyframeface: " + " ".join(text.split()))


def _write(stream: object, text: str) -> None:
    """A console that cannot show a letter shows a question mark for it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)  # type: ignore[call-overload]
