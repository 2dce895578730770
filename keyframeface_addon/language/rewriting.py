"""One keyframe of a performance made anew: the model goes on from the keyframes before it and writes its values, nothing else."""

from __future__ import annotations

from dataclasses import replace

from ..face.keyframe import Keyframe, Seconds
from ..face.performance import Performance
from .notation import write_keyframe
from .request import MAX_KEYFRAMES, Request, RequestError

LONGEST: Seconds = 59.0
"""As far as the times of the notation go."""
ROOM = 1500
"""Characters for the keyframes before: ten usual ones. Not every engine can read them at once, and answers have an end."""


def rewrite_request(performance: Performance, index: int, seed: int = 0, temperature: float = 0.0) -> Request:
    """Asks for keyframe ``index`` of this performance anew; one without a prompt is told by its labels. Raises RequestError."""
    prompt = performance.prompt or ", then ".join(dict.fromkeys(k.label for k in performance.keyframes if k.label))
    if not prompt:
        raise RequestError("nothing says what this keyframe should be; give it a label first")
    return Request(
        prompt,
        performance.background,
        performance.emotion,
        seed=seed,
        temperature=temperature,
        given=performance.keyframes,
        rewrite=index,
    )


def beginning(request: Request) -> str:
    """The text with which the answer begins: the keyframes before as lines, then time and label of the one to be made anew.

    At most as many as a whole answer may have, and their times from 0.0 on, since that is what models know. Empty where
    nothing is to be rewritten.
    """
    if request.rewrite is None:
        return ""
    first, wanted = _first(request), request.rewrite
    start = request.given[first].time
    *before, line = (write_keyframe(replace(k, time=k.time - start)) for k in request.given[first : wanted + 1])
    return "".join(f"{text}\n" for text in before) + line[: line.index(":") + 1]


def line_of_rewritten(request: Request) -> int:
    """Which line of the answer, from 0, is the rewritten keyframe."""
    assert request.rewrite is not None
    return request.rewrite - _first(request)


def rewritten(request: Request, keyframe: Keyframe) -> Keyframe:
    """The keyframe as read from the answer, with time and label to the letter as they were given."""
    assert request.rewrite is not None
    return replace(request.given[request.rewrite], channels=keyframe.channels)


def _first(request: Request) -> int:
    """Of the keyframes that the beginning holds."""
    assert request.rewrite is not None
    first, given, room = request.rewrite, request.given, ROOM
    for keyframe in reversed(given[max(0, first - MAX_KEYFRAMES + 1) : first]):
        room -= len(write_keyframe(keyframe))
        if room < 0 or given[request.rewrite].time - keyframe.time > LONGEST:
            break
        first -= 1
    return first
