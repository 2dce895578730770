"""How long a performance lasts in all, where its prompt says so: ``4 sec overall``, ``a six-second shot``, ``0:00-0:02 ... 0:05``,
``0.0 neutral, 0.5 brows up, 2.0 neutral``."""

from __future__ import annotations

import re

from ..face.keyframe import Seconds

_WORDS = {
    "half a": 0.5, "one": 1.0, "one and a half": 1.5, "two": 2.0, "two and a half": 2.5, "three": 3.0, "four": 4.0, "five": 5.0,
    "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0,
}  # fmt: skip
# not "a": a second take is another one
_SPAN = rf"(\d{{1,2}}(?:\.\d{{1,2}})?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})[ -]?(?:s|secs?|seconds?)"
_IN_ALL = (
    "(?:in total|total|overall|in all|all in all|altogether|all told|from start to finish|start to finish|end to end)"
)
_WHOLE = (
    "(?:total|overall|the (?:whole|entire) (?:thing|take|shot|clip|performance|animation)|total (?:time|length|duration)"
    "|duration|runtime|length)"
)
_TAKE = "(?:shot|take|clip|performance|animation|loop(?:able)?|build|build-up|version|insert|cutaway|close-up|cycle)"
# Compiled when first asked, not while the extension is being enabled
_STATED = (
    rf"(?<![\w.]){_SPAN},? {_IN_ALL}\b",
    rf"\b{_WHOLE}(?: (?:is|of|takes|lasts|in|runs|about|around|over|time))*:? {_SPAN}\b",
    rf"(?<![\w.]){_SPAN} {_TAKE}\b",
    rf"\b{_TAKE}[,:] {_SPAN}(?=[,;:.!?)]|$)",
    rf"\b(?:should|must|has to|needs to) (?:fill|last|run|take)(?: for)?(?: about| around| roughly| exactly)? {_SPAN}(?=[,;:.!?)]|$)",
)
_CODE = r"(?<!\d)(\d):([0-5]\d)(?!\d)"
_MARK = r"(?<![\w.:])(\d{1,2}\.\d{1,2})(?=[ :,)-])(?! ?(?:s|secs?|seconds?|x|cm|mm|m|%)\b)"
_LESS = r"\b(?:under|less than|at most|at least|more than|over|up to|no more than|not more than)\s+$"


def stated_duration(prompt: str) -> Seconds | None:
    """Seconds in all, None where the prompt states none or more than one."""
    text = " ".join(prompt.lower().split())
    codes = [60.0 * int(minutes) + int(seconds) for minutes, seconds in re.findall(_CODE, text)]
    marks = [float(mark) for mark in re.findall(_MARK, text)]
    for times, fewest in ((codes, 2), (marks, 3)):
        if len(times) >= fewest and times[0] == 0 and times == sorted(times):
            return times[-1]
    found = {
        _WORDS.get(match[1]) or float(match[1])
        for pattern in _STATED
        for match in re.finditer(pattern, text)
        if not re.search(_LESS, text[: match.start(1)])
    }
    return found.pop() if len(found) == 1 else None
