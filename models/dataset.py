"""Samples as rows of piece numbers with a weight for each: what the network learns to write, and how much it counts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .composition.scene import ENDS, HOLDS
from .meaning import WIDTH as MEANING
from .sample import Sample
from .tokenizer import Pieces, chat

PROMPT_WEIGHT = 0.0
NUMBER_WEIGHT = 0.5
HOLD_WEIGHT = 0.3
"""What a prompt means shows in labels and in which channels are named, so these count most: 1. A hold repeats what was said before.

Only what stands no choice against something of another weight may count less: where going on counted less than the end mark, or
"held" less than another label, performances broke off early and wandered instead of holding.
"""
LONGEST = 512
PIECES_A_BATCH = 4096
_HOLDS = frozenset((*HOLDS, *ENDS))


Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """Pieces of one sample, the weight of each as something to be predicted, and what the prompt, whose last piece is at ``end``,
    must mean there, if that is known."""

    tokens: npt.NDArray[np.int16]
    weights: Array
    end: int
    vector: Array | None = None


@dataclass(frozen=True)
class Batch:
    """``tokens`` (rows, length); of all but each row's first, flattened: ``counted`` places that count and their ``weights``.

    ``ends`` are the flattened places (rows, length - 1) where prompts with a known ``vectors`` (ends, ``meaning.WIDTH``) end.
    """

    tokens: Tensor
    counted: Tensor
    weights: Tensor
    ends: Tensor
    vectors: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        return Batch(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))


def row(sample: Sample, pieces: Pieces, loosely: bool, vector: Array | None = None) -> Row:
    """The chat as the product sends it, then the answer line by line, then the end mark."""
    asked = pieces.encode_loosely(chat(sample.user)) if loosely else pieces.encode(chat(sample.user))
    tokens, weights = list(asked), [PROMPT_WEIGHT] * len(asked)
    for line in sample.answer.splitlines(keepends=True):
        time, space, rest = line.partition(" ")
        label, colon, entries = rest.partition(":")
        when, said, shown = (pieces.encode(text) for text in (time, space + label, colon + entries))
        whole = HOLD_WEIGHT if label in _HOLDS else 1.0
        tokens += (*when, *said, *shown)
        weights += [1.0] + [NUMBER_WEIGHT] * (len(when) - 1) + [1.0] * len(said)
        weights += [whole * (NUMBER_WEIGHT if number in pieces.numbers else 1.0) for number in shown]
    tokens.append(pieces.end)
    weights.append(1.0)
    end = min(len(asked), LONGEST) - 1
    return Row(np.array(tokens[:LONGEST], np.int16), np.array(weights[:LONGEST], np.float32), end, vector)


def reading(text: str, vector: Array, pieces: Pieces, loosely: bool) -> Row:
    """A text as a prompt without an answer: what is to be learned is its meaning, at its end."""
    user = f"Prompt: {text}"
    asked = pieces.encode_loosely(chat(user)) if loosely else pieces.encode(chat(user))
    return Row(np.array(asked, np.int16), np.zeros(len(asked), np.float32), len(asked) - 1, vector)


def batches(rows: Sequence[Row], seed: int, size: int = PIECES_A_BATCH) -> Iterator[Batch]:
    """All rows once, in an order that the seed decides; rows of like length share a batch, so that little of it is padding."""
    rng = random.Random(seed)
    order = list(range(len(rows)))
    rng.shuffle(order)
    groups: list[list[int]] = []
    together = max(2048, size // 16)
    for start in range(0, len(order), together):
        group: list[int] = []
        for index in sorted(order[start : start + together], key=lambda i: len(rows[i].tokens)):
            if group and len(rows[index].tokens) * (len(group) + 1) > size:
                groups.append(group)
                group = []
            group.append(index)
        groups.append(group)
    rng.shuffle(groups)
    for group in groups:
        yield _batch([rows[i] for i in group])


def _batch(rows: Sequence[Row]) -> Batch:
    length = 16 * -(-max(len(r.tokens) for r in rows) // 16) + 1
    tokens = np.zeros((len(rows), length), np.int64)
    weights = np.zeros((len(rows), length), np.float32)
    for place, found in enumerate(rows):
        tokens[place, : len(found.tokens)] = found.tokens
        weights[place, : len(found.weights)] = found.weights
    wanted = weights[:, 1:].ravel()
    counted = np.flatnonzero(wanted)
    known = [(n * (length - 1) + r.end, r.vector) for n, r in enumerate(rows) if r.vector is not None]
    return Batch(
        torch.from_numpy(tokens),
        torch.from_numpy(counted),
        torch.from_numpy(wanted[counted]),
        torch.tensor([end for end, _ in known], dtype=torch.int64),
        torch.from_numpy(np.array([vector for _, vector in known], np.float32).reshape(len(known), MEANING)),
    )
