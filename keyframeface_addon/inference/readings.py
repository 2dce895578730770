"""Several readings of one prompt, made one after another: the likeliest, then others, each but once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..face.keyframe import Keyframe
from ..face.performance import Performance
from ..language.request import MAX_SEED, Request
from .engine import Engine, EngineError, ModelUnusable
from .generation import Generation

TRIES = 3
"""Answers that each reading may take, those that were there already or cannot be read included."""
FAILURES = 2
"""Answers that may fail one after the other."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One of them, and the seed that makes it again; 0 is the likeliest."""

    performance: Performance
    seed: int

    @property
    def label(self) -> str:
        """Of the keyframe with the strongest expression: what it comes down to."""
        strongest = max(self.performance.keyframes, key=lambda keyframe: sum(map(abs, keyframe.channels.values())))
        labels = [keyframe.label for keyframe in self.performance.keyframes if keyframe.label]
        return strongest.label or (labels[0] if labels else "")


class Readings:
    """Readings being made. Poll them from a timer, or wait for them."""

    def __init__(self, request: Request, engine: Engine, count: int, temperature: float) -> None:
        """``temperature`` is that of all but the first. Raises EngineError where the engine cannot start."""
        self.found: list[Reading] = []
        self.count = count
        self.cancelled = False
        self._request, self._engine, self._temperature = request, engine, temperature
        self._tries = self._failed = 0
        self._generation: Generation | None = self._start()

    @property
    def done(self) -> bool:
        """No more will be made: there are as many as were asked for, or the model has no others."""
        return self._generation is None or self.cancelled

    def poll(self, timeout: float = 0.0) -> list[Keyframe]:
        """Keyframes of the reading under way that came since the last call.

        One that fails is made up for by another. Raises EngineError where there is none at all.
        """
        if self._generation is None or self.cancelled:
            return []
        try:
            keyframes = self._generation.poll(timeout)
        except EngineError as error:
            self._go_on(error)
            return []
        if (performance := self._generation.performance) is not None:
            if all(performance.keyframes != reading.performance.keyframes for reading in self.found):
                self.found.append(Reading(performance, self._generation.request.seed))
            self._go_on()
        return keyframes

    def wait(self) -> list[Reading]:
        """Blocks until they are there; Ctrl-C cancels. Raises EngineError."""
        try:
            while not self.done:
                self.poll(timeout=0.2)
        except BaseException:
            self.cancel()
            raise
        return self.found

    def cancel(self) -> None:
        """Returns at once; what was found stays."""
        if self._generation is not None:
            self.cancelled = True
            self._generation.cancel()

    def _go_on(self, error: EngineError | None = None) -> None:
        """To the next answer, if more are wanted and can be had. Raises ``error`` where that was all."""
        self._generation = None
        self._failed = self._failed + 1 if error else 0
        hopeless = self._failed == FAILURES or isinstance(error, ModelUnusable)
        if len(self.found) < self.count and self._tries < self.count * TRIES and not hopeless:
            try:
                self._generation = self._start()
            except EngineError as refused:
                self._go_on(refused)
        elif error and not self.found:
            raise error

    def _start(self) -> Generation:
        first = self._tries == 0
        seed = 0 if first else (self._request.seed + self._tries) % (MAX_SEED + 1)
        request = replace(self._request, seed=seed, temperature=0.0 if first else self._temperature)
        self._tries += 1
        return Generation(request, self._engine)
