"""The one way from a request to a performance, whoever asks: panel, batch, command line, tests."""

from __future__ import annotations

from collections.abc import Callable

from ..face.keyframe import Keyframe
from ..face.performance import Performance
from ..face.plausible import Repair
from ..language.grammar import grammar, grammar_after
from ..language.prompt import messages
from ..language.reader import Reader, UnreadableAnswer
from ..language.request import Request
from ..language.rewriting import beginning
from .engine import Engine, EngineError, Sampling, Usage


class Generation:
    """A performance being made. Poll it from a timer, or wait for it."""

    def __init__(self, request: Request, engine: Engine) -> None:
        """Raises EngineError where the engine cannot start."""
        self.request = request
        self.performance: Performance | None = None
        self.cancelled = False
        self._engine_name = engine.name
        self._reader = Reader(request)
        begun = beginning(request)
        rules = grammar_after(begun) if begun else grammar()
        self._stream = engine.start(messages(request), Sampling(rules, request.temperature, request.seed, begun=begun))

    @property
    def done(self) -> bool:
        """``performance`` is there."""
        return self.performance is not None

    @property
    def repairs(self) -> list[Repair]:
        """What the rules had to mend so far."""
        return self._reader.repairs

    @property
    def skipped(self) -> list[str]:
        """Lines of the answer that were no keyframes; a grammar leaves none but a last one that was cut off."""
        return self._reader.skipped

    @property
    def usage(self) -> Usage:
        """Tokens and seconds, complete once done."""
        return self._stream.usage

    def poll(self, timeout: float = 0.0) -> list[Keyframe]:
        """Keyframes completed since the last call, waiting at most ``timeout`` seconds. Raises EngineError."""
        if self.done or self.cancelled:
            return []
        keyframes = [k for piece in self._stream.poll(timeout) for k in self._reader.feed(piece)]
        if self._stream.done:
            try:
                self.performance = self._reader.close(self._engine_name, self._stream.cut)
            except UnreadableAnswer as error:
                raise EngineError(f"{error}; try another seed or another model") from None
        return keyframes

    def wait(self, on_keyframe: Callable[[Keyframe], None] = lambda _: None) -> Performance:
        """Blocks until the performance is there; Ctrl-C cancels it. Raises EngineError."""
        try:
            while self.performance is None:
                for keyframe in self.poll(timeout=0.2):
                    on_keyframe(keyframe)
        except BaseException:
            self.cancel()
            raise
        return self.performance

    def cancel(self) -> None:
        """Returns at once; safe at any time, also when done."""
        if not self.done:
            self.cancelled = True
            self._stream.cancel()
