"""Which authored performances are kept from training: about every twelfth, by a hash of its prompt, so that it stays so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from .corpus import Example

ONE_IN = 12


@dataclass(frozen=True)
class Split:
    """The corpus in two."""

    training: tuple[Example, ...]
    held_out: tuple[Example, ...]


def is_held_out(prompt: str) -> bool:
    """Whether the performances of this prompt are for measuring only."""
    digest = hashlib.sha256(" ".join(prompt.lower().split()).encode()).digest()
    return int.from_bytes(digest[:4], "big") % ONE_IN == 0


def split(examples: Iterable[Example]) -> Split:
    """Training examples, and those that are never trained on."""
    found = tuple(examples)
    return Split(
        tuple(e for e in found if not is_held_out(e.main_prompt)),
        tuple(e for e in found if is_held_out(e.main_prompt)),
    )
