"""Which face plays a character of a script: found by name, as whole words, whatever the case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\d+|[^\W\d_]+")


def words(name: str) -> tuple[str, ...]:
    """Without case and apostrophes; numbers and CamelCase come apart: ``AnnaHead.001`` is anna, head, 001."""
    plain = unicodedata.normalize("NFKC", name).replace("'", "").replace("’", "")
    apart = "".join(
        f" {after}" if before.islower() and after.isupper() else after
        for before, after in zip(" " + plain, plain, strict=False)
    )
    return tuple(word.casefold() for word in _WORD.findall(apart))


def players(character: str, faces: Sequence[Iterable[str]]) -> list[int]:
    """The faces that may play this character, as indices; each face comes with all names that it goes by.

    A name fits if it has the character's words, one after the other; of names that fit, the one with the fewest others:
    ANNA is Anna before she is Anna_Smith. Several indices: which one is meant cannot be told.
    """
    wanted = words(character)
    others = [
        min((n for name in names if (n := _others(wanted, words(name))) is not None), default=None) for names in faces
    ]
    fewest = min((count for count in others if count is not None), default=None)
    return [] if fewest is None else [index for index, count in enumerate(others) if count == fewest]


def _others(wanted: tuple[str, ...], name: tuple[str, ...]) -> int | None:
    """How many words a name has beside those wanted; None where it has not all of them."""
    count = len(wanted)
    found = any(name[i : i + count] == wanted for i in range(len(name) - count + 1))
    return len(name) - count if wanted and found else None
