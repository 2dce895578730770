"""Which authored performances are kept from training: a batch of its own, by an author who wrote nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .corpus import Example

FILE = "validation.txt"


@dataclass(frozen=True)
class Split:
    """The corpus in two."""

    training: tuple[Example, ...]
    held_out: tuple[Example, ...]


def is_held_out(example: Example) -> bool:
    """Whether this performance is for measuring only."""
    return example.source.startswith(FILE)


def split(examples: Iterable[Example]) -> Split:
    """Training examples, and those that are never trained on."""
    found = tuple(examples)
    return Split(tuple(e for e in found if not is_held_out(e)), tuple(e for e in found if is_held_out(e)))
