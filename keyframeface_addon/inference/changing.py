"""How a model is asked to change a performance: shown it where it can follow that, else asked anew."""

from __future__ import annotations

from pathlib import Path

from ..face.performance import Performance
from ..language.request import MAX_DURATION, MIN_DURATION, Request
from .locations import BUNDLED


def change_request(
    performance: Performance, sentence: str, model: str, seed: int = 0, temperature: float = 0.0
) -> Request:
    """Asks the engine of this name for ``performance`` as the sentence wants it. Raises RequestError.

    The model that comes with the extension has only ever seen prompts: it gets the prompt with the sentence behind it, and
    the time that the performance has. All others are shown the keyframes and told what to change.
    """
    labels = ", then ".join(dict.fromkeys(k.label for k in performance.keyframes if k.label))
    prompt = performance.prompt or labels or "a face"
    if model != Path(BUNDLED).stem:
        given, change, duration = performance.keyframes, sentence, None
    else:
        given, change, prompt = (), "", f"{prompt}, {sentence}"
        duration = min(MAX_DURATION, performance.duration) if performance.duration >= MIN_DURATION else None
    return Request(
        prompt, performance.background, performance.emotion, duration, seed, temperature, given=given, change=change
    )
