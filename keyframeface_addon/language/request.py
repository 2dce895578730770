"""All that influences an answer, in one frozen value: it can be logged, replayed, tested, sent to another process."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from ..face.keyframe import Keyframe, Seconds
from .stated_duration import stated_duration

MAX_CHARACTERS = 4000
"""Of prompt and background together: about 1,000 tokens, which leaves room for the answer in a context of 4,096."""
MAX_SEED = 2**32 - 2
"""The next one is llama.cpp's word for "any"."""
VARIED = 0.7
"""Temperature of every reading but the likeliest: enough for another one of the prompt, not enough to lose it."""
MAX_KEYFRAMES = 12
"""That a model writes in one answer."""
MIN_DURATION: Seconds = 0.2
MAX_DURATION: Seconds = 60.0


class RequestError(ValueError):
    """A request that cannot be answered; the text says in one line what to change."""


def clean(text: str) -> str:
    """One line of printable text: control characters, lone surrogates and line breaks become single spaces."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    # many chat templates mark their turns with tokens written <|so|>; nobody who types one means to end the turn
    return " ".join(kept.replace("<|", "< |").split())


def temperature_of(seed: int, asked: float | None = None) -> float:
    """The temperature that goes with a seed where none is asked for: 0 is the likeliest reading, every other seed another one."""
    return asked if asked is not None else VARIED if seed else 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What a face should do. Text is cleaned on the way in; raises RequestError.

    ``duration`` in seconds makes the performance last exactly that long; without it, one that the prompt states in all does. The
    same request with the same ``seed`` gives the same answer; ``temperature`` 0 takes the likeliest word every time and ignores
    the seed.

    ``given`` are the keyframes of a performance that is there already. With ``change`` the model is shown them and told what
    to change about them, and answers with a whole performance. With ``rewrite`` one of them, by its index, is made anew from
    its time and label, and the others come back as they are.
    """

    prompt: str
    background: str = ""
    emotion: str = ""
    duration: Seconds | None = None
    seed: int = 0
    temperature: float = 0.0
    given: tuple[Keyframe, ...] = ()
    change: str = ""
    rewrite: int | None = None

    def __post_init__(self) -> None:
        for name in ("prompt", "background", "emotion", "change"):
            value = getattr(self, name)
            if len(value) > MAX_CHARACTERS:
                raise RequestError(
                    f"the {name} has {len(value):,} characters; shorten it to at most {MAX_CHARACTERS:,}"
                )
            object.__setattr__(self, name, clean(value))
        if not self.prompt:
            raise RequestError("the prompt is empty; say what the face should do")
        if (total := len(self.prompt + self.background + self.emotion + self.change)) > MAX_CHARACTERS:
            what = "prompt, background, emotion and change" if self.change else "prompt, background and emotion"
            raise RequestError(f"{what} have {total:,} characters; at most {MAX_CHARACTERS:,} fit")
        self._check_given()
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

    @property
    def lasting(self) -> Seconds | None:
        """Seconds in all: ``duration``, else what the prompt of a new performance states; None leaves it to the model."""
        if self.duration is not None or self.given:
            return self.duration
        stated = stated_duration(self.prompt)
        return stated if stated is not None and MIN_DURATION <= stated <= MAX_DURATION else None

    def _check_given(self) -> None:
        if self.rewrite is not None:
            if self.change:
                raise RequestError("either one keyframe is made anew or the performance is changed, not both at once")
            if not 0 <= self.rewrite < len(self.given):
                raise RequestError(f"there is no keyframe {self.rewrite + 1}: the performance has {len(self.given)}")
        elif self.change and not self.given:
            raise RequestError("there are no keyframes to change yet")
        elif self.change and len(self.given) > MAX_KEYFRAMES:
            raise RequestError(
                f"a model changes up to {MAX_KEYFRAMES} keyframes at once, and this performance has {len(self.given)};"
                " delete some first"
            )
