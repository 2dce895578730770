"""Samples as rows of piece numbers with a weight for each: what the network learns to write, and how much it counts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .composition.scene import ENDS, HOLDS
from .sample import Sample
from .tokenizer import Pieces, chat

PROMPT_WEIGHT = 0.0
TIME_WEIGHT = 0.5
NUMBER_WEIGHT = 0.5
HOLD_WEIGHT = 0.3
"""What a prompt means shows in labels and in which channels are named, so these count most: 1. A hold repeats what was said before."""
LONGEST = 512
PIECES_A_BATCH = 4096
_HOLDS = frozenset((*HOLDS, *ENDS))


@dataclass(frozen=True)
class Row:
    """Pieces of one sample, and the weight of each as something to be predicted."""

    tokens: npt.NDArray[np.int16]
    weights: npt.NDArray[np.float32]


def row(sample: Sample, pieces: Pieces, loosely: bool) -> Row:
    """The chat as the product sends it, then the answer line by line, then the end mark."""
    asked = pieces.encode_loosely(chat(sample.user)) if loosely else pieces.encode(chat(sample.user))
    tokens, weights = list(asked), [PROMPT_WEIGHT if sample.answer else 1.0] * len(asked)
    for line in sample.answer.splitlines(keepends=True):
        time, space, rest = line.partition(" ")
        label, colon, entries = rest.partition(":")
        whole = HOLD_WEIGHT if label in _HOLDS else 1.0
        for text, weight in ((time, TIME_WEIGHT), (space + label, 1.0), (colon + entries, 1.0)):
            part = pieces.encode(text)
            tokens += part
            weights += [whole * (NUMBER_WEIGHT if number in pieces.numbers else weight) for number in part]
    tokens.append(pieces.end)
    weights.append(1.0)
    return Row(np.array(tokens[:LONGEST], np.int16), np.array(weights[:LONGEST], np.float32))


def batches(rows: Sequence[Row], seed: int, size: int = PIECES_A_BATCH) -> Iterator[tuple[Tensor, Tensor]]:
    """All rows once, in an order that the seed decides; rows of like length share a batch, so that little of it is padding."""
    rng = random.Random(seed)
    order = list(range(len(rows)))
    rng.shuffle(order)
    groups: list[list[int]] = []
    for start in range(0, len(order), 2048):
        group: list[int] = []
        for index in sorted(order[start : start + 2048], key=lambda i: len(rows[i].tokens)):
            if group and len(rows[index].tokens) * (len(group) + 1) > size:
                groups.append(group)
                group = []
            group.append(index)
        groups.append(group)
    rng.shuffle(groups)
    for group in groups:
        length = max(len(rows[i].tokens) for i in group)
        tokens = np.zeros((len(group), length), np.int64)
        weights = np.zeros((len(group), length), np.float32)
        for place, index in enumerate(group):
            tokens[place, : len(rows[index].tokens)] = rows[index].tokens
            weights[place, : len(rows[index].weights)] = rows[index].weights
        yield torch.from_numpy(tokens), torch.from_numpy(weights)
