"""A prompt as it is typed: with a prefix, without capitals, with a slip now and then."""

from __future__ import annotations

import random

_PREFIXES = (
    "animate: ",
    "shot: ",
    "close-up: ",
    "reaction: ",
    "expression: ",
    "the face: ",
    "ok so ",
    "anim: ",
    "needs: ",
    "pose: ",
)
_SUFFIXES = (
    ", close-up",
    " please",
    ", looking at the camera",
    " (loop)",
    ", cartoon style",
    ", realistic",
    " on camera",
    ", hold",
    " thanks",
)


def careless(rng: random.Random, text: str) -> str:
    """As typed: prefixes, full stops, capitals, a slip now and then."""
    if rng.random() < 0.07:
        text = rng.choice(_PREFIXES) + text
    if rng.random() < 0.07:
        text += rng.choice(_SUFFIXES)
    if rng.random() < 0.08 and len(text) > 8:
        place = rng.randrange(1, len(text) - 2)
        kind = rng.randrange(3)
        if text[place].isalpha() and text[place + 1].isalpha():
            if kind == 0:
                text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            elif kind == 1:
                text = text[:place] + text[place + 1 :]
            else:
                text = text[:place] + text[place] + text[place:]
    if rng.random() < 0.35 and text[-1].isalnum():
        text += rng.choice((".", ".", "!", "...", "!!"))
    return text
