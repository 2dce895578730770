"""What a source of answers offers: text in pieces, never blocking unless asked to, cancelled at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..language.prompt import Message


class EngineError(Exception):
    """No answer could be had; the text says in one line what happened and what to do."""


class ModelUnusable(EngineError):
    """Not this answer but the model or the server: asking again cannot help."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How words are chosen. ``temperature`` 0 is the likeliest each time; ``grammar`` is GBNF text.

    ``begun`` is how the grammar has every answer begin. The answer contains it; an engine that can reads it instead of
    choosing it word by word.
    """

    grammar: str
    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = 1024
    begun: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took: tokens of the request, how many of them were evaluated anew, tokens of the answer, seconds."""

    prompt_tokens: int = 0
    evaluated_tokens: int = 0
    answer_tokens: int = 0
    prompt_seconds: float = 0.0
    answer_seconds: float = 0.0


class TextStream(Protocol):
    """One answer on its way."""

    @property
    def done(self) -> bool:
        """No more text will come."""
        ...

    @property
    def cut(self) -> bool:
        """It was broken off where answers may be no longer; its last line may be half a line."""
        ...

    @property
    def usage(self) -> Usage:
        """Complete once done."""
        ...

    def poll(self, timeout: float = 0.0) -> list[str]:
        """The pieces that came since the last call, waiting at most ``timeout`` seconds for one. Raises EngineError."""
        ...

    def cancel(self) -> None:
        """Returns at once; no more pieces come."""
        ...


class Engine(Protocol):
    """A model that answers; its first answer may have to wait until it is loaded."""

    @property
    def name(self) -> str:
        """For people: which model this is."""
        ...

    def start(self, messages: list[Message], sampling: Sampling) -> TextStream:
        """Asks for an answer and returns at once. Raises EngineError where that is impossible."""
        ...

    def close(self) -> None:
        """Frees the model; answers under way end."""
        ...
