"""One action as a prompt has it: its side, its words, its face."""

from __future__ import annotations

import random

from .lexicon import Action, actions
from .measures import side_word
from .scene import vary

GROUPS = {
    "brow": ("brows up", "inner brows up", "brows down"),
    "lids": ("close eyes", "half closed", "wide eyes", "squint"),
    "nose": ("nose wrinkle",),
    "mouth": (
        "jaw open",
        "lips part",
        "jaw forward",
        "jaw aside",
        "mouth aside",
        "smile",
        "frown",
        "dimple",
        "stretch",
        "pucker",
        "funnel",
        "press",
        "roll lips",
        "bite lip",
        "upper lip in",
        "pout",
        "shrug mouth",
        "upper lip up",
        "lower lip down",
        "bare teeth",
        "tongue",
        "puff",
    ),
    "gaze": ("look aside", "look up", "look down"),
    "head": ("turn head", "head up", "head down", "tilt head"),
}


PASSING = frozenset(("nod", "shake head", "blink", "wink", "waggle brows"))
"""Actions that are a movement there and back, never a pose that is held."""


class Part:
    """One action with its side as the prompt has it: words and face."""

    def __init__(self, rng: random.Random, action: Action, side: str | None = None) -> None:
        self.action = action
        sides = list(action.face)
        kind = (
            ("side" if side else "both")
            if side is not None and ("side" if side else "both") in sides
            else rng.choice(sides)
        )
        said = self.side = "" if kind == "both" else side or rng.choice(("left", "right"))
        self.kind = kind
        short = rng.choice(action.say[kind]) if kind in action.say else ""
        phrase = rng.choice(action.do[kind]) if kind in action.do else short
        if kind == "side":
            said = side_word(rng, self.side)
            said = said.removeprefix("own ") if "own" in said and rng.random() < 0.5 else said
            short = short.format(s=side_word(rng, self.side, True))
            phrase = phrase.format(s=said)
        self.say, self.do = short, phrase
        face, self.label = action.pose(self.side)
        self.face = vary(rng, face, 0.05)

    @property
    def passes(self) -> bool:
        """Whether it comes and goes, see PASSING."""
        return self.action.name in PASSING

    def clause(self, rng: random.Random) -> str:
        """Third person, or shorthand now and then."""
        return self.say if self.say and rng.random() < 0.3 else self.do


def some_action(rng: random.Random) -> Action:
    return rng.choice(list(actions().values()))
