"""An engine that says what it is told to, in pieces, as slowly as asked: for tests in which the model is not the subject."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from keyframeface_addon.inference.engine import EngineError, Sampling, Usage
from keyframeface_addon.language.prompt import Message

LAUGH = """\
0.0 calm: mouthPress 20
0.5 laughs out loud: cheekSquint 50 jawOpen 45 mouthSmile 80
2.0 chuckles on: mouthSmile 40
"""


@dataclass
class ScriptedEngine:
    """Answers with ``text`` in pieces of ``size`` characters, one every ``delay`` seconds, then raises ``error`` where it has one."""

    text: str = LAUGH
    size: int = 7
    delay: float = 0.0
    error: str = ""
    refusal: str = ""
    """Raised by ``start``."""
    name: str = "scripted"
    asked: list[list[Message]] = field(default_factory=list)
    samplings: list[Sampling] = field(default_factory=list)
    streams: list[ScriptedStream] = field(default_factory=list)
    closed: bool = False

    def start(self, messages: list[Message], sampling: Sampling) -> ScriptedStream:
        """Raises EngineError where it is told to refuse."""
        if self.refusal:
            raise EngineError(self.refusal)
        self.asked.append(messages)
        self.samplings.append(sampling)
        self.streams.append(ScriptedStream(self))
        return self.streams[-1]

    def close(self) -> None:
        """Remembered."""
        self.closed = True


class ScriptedStream:
    """One answer of a scripted engine."""

    def __init__(self, engine: ScriptedEngine) -> None:
        self.usage = Usage()
        self.cut = False
        self.done = False
        self.cancelled = False
        self._engine = engine
        self._rest = engine.text
        self._next = time.monotonic() + engine.delay

    def poll(self, timeout: float = 0.0) -> list[str]:
        """One piece at most, when its time has come."""
        if self.done:
            return []
        wait = self._next - time.monotonic()
        if wait > 0:
            time.sleep(min(wait, timeout))
            if wait > timeout:
                return []
        self._next = time.monotonic() + self._engine.delay
        piece, self._rest = self._rest[: self._engine.size], self._rest[self._engine.size :]
        if not self._rest:
            if self._engine.error and not piece:
                raise EngineError(self._engine.error)
            self.done = not self._engine.error
        return [piece]

    def cancel(self) -> None:
        """No more pieces come."""
        self.done = self.cancelled = True
        self._rest = ""
