"""Going on with a script where it was: which of its lines are done already, though others came, went or changed since."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .script import Line


@dataclass(frozen=True, slots=True)
class Identity:
    """What a line is known by: its id, and a digest of all that it asks."""

    id: str
    content: str


def identity(line: Line) -> Identity:
    """Seed and temperature are no part of it: those are asked of a whole script, whose other lines are done."""
    request = line.request
    asked = [line.character, request.prompt, request.background, request.emotion, request.duration]
    return Identity(line.id, hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16])


def find_done(wanted: Sequence[Identity], done: Sequence[Identity]) -> list[int | None]:
    """For each line wanted the index of what was made of it; each of those is given once.

    What a line asks says more than its id, which in a plain text is the number of the line: first comes the same in both,
    then the same text under another id, then another text under the same id, which is a line that has changed.
    """
    found: list[int | None] = [None] * len(wanted)
    free = set(range(len(done)))
    likenesses: tuple[Callable[[Identity], object], ...] = (
        lambda line: line,
        lambda line: line.content,
        lambda line: line.id,
    )
    for likeness in likenesses:
        waiting: defaultdict[object, deque[int]] = defaultdict(deque)
        for index in sorted(free):
            waiting[likeness(done[index])].append(index)
        for i, line in enumerate(wanted):
            if found[i] is None and (alike := waiting[likeness(line)]):
                found[i] = index = alike.popleft()
                free.discard(index)
    return found
