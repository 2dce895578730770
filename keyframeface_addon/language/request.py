"""All that influences an answer, in one frozen value: it can be logged, replayed, tested, sent to another process."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from ..face.keyframe import Seconds

MAX_CHARACTERS = 4000
"""Of prompt and background together: about 1,000 tokens, which leaves room for the answer in a context of 4,096."""
MAX_SEED = 2**32 - 2
"""The next one is llama.cpp's word for "any"."""
MIN_DURATION: Seconds = 0.2
MAX_DURATION: Seconds = 60.0


class RequestError(ValueError):
    """A request that cannot be answered; the text says in one line what to change."""


def clean(text: str) -> str:
    """One line of printable text: control characters, lone surrogates and line breaks become single spaces."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    # many chat templates mark their turns with tokens written <|so|>; nobody who types one means to end the turn
    return " ".join(kept.replace("<|", "< |").split())


@dataclass(frozen=True, slots=True)
class Request:
    """What a face should do. Text is cleaned on the way in; raises RequestError.

    ``duration`` in seconds makes the performance last exactly that long. The same request with the same ``seed`` gives
    the same answer; ``temperature`` 0 takes the likeliest word every time and ignores the seed.
    """

    prompt: str
    background: str = ""
    emotion: str = ""
    duration: Seconds | None = None
    seed: int = 0
    temperature: float = 0.0

    def __post_init__(self) -> None:
        for name in ("prompt", "background", "emotion"):
            value = getattr(self, name)
            if len(value) > MAX_CHARACTERS:
                raise RequestError(
                    f"the {name} has {len(value):,} characters; shorten it to at most {MAX_CHARACTERS:,}"
                )
            object.__setattr__(self, name, clean(value))
        if not self.prompt:
            raise RequestError("the prompt is empty; say what the face should do")
        if (total := len(self.prompt) + len(self.background) + len(self.emotion)) > MAX_CHARACTERS:
            raise RequestError(
                f"prompt, background and emotion have {total:,} characters; at most {MAX_CHARACTERS:,} fit"
            )
        if self.duration is not None and not (
            math.isfinite(self.duration) and MIN_DURATION <= self.duration <= MAX_DURATION
        ):
            raise RequestError(
                f"a duration is between {MIN_DURATION:g} and {MAX_DURATION:g} seconds, not {self.duration:g}"
            )
        if not 0 <= self.seed <= MAX_SEED:
            raise RequestError(f"a seed is a whole number from 0 to {MAX_SEED}, not {self.seed}")
        if not (math.isfinite(self.temperature) and 0 <= self.temperature <= 2):
            raise RequestError(f"a temperature is between 0 and 2, not {self.temperature:g}")
