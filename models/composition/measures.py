"""How much, how often, how long and on which side, in words."""

from __future__ import annotations

import random

WEAK = (
    "slightly",
    "a little",
    "a bit",
    "barely",
    "faintly",
    "subtly",
    "just a touch",
    "a tiny bit",
    "ever so slightly",
)
MILD = ("somewhat", "mildly", "softly", "gently", "moderately", "half way", "partially")
STRONG = ("very much", "strongly", "really", "hard", "intensely", "a lot", "deeply", "clearly", "dramatically", "big")
EXTREME = (
    "extremely",
    "as much as possible",
    "as far as it goes",
    "to the max",
    "massively",
    "wildly",
    "all the way",
    "like crazy",
)
BEFORE_ADJECTIVE = {
    0.45: (
        "slightly",
        "a little",
        "a bit",
        "faintly",
        "a touch",
        "mildly",
        "vaguely",
        "subtly",
        "kind of",
        "ever so slightly",
        "barely",
    ),
    0.65: ("somewhat", "rather", "quietly", "moderately", "fairly", "sort of"),
    1.0: ("", "", "", "", "clearly", "obviously", "visibly"),
    1.25: ("very", "really", "so", "deeply", "truly", "intensely", "terribly", "super", "seriously"),
    1.45: (
        "extremely",
        "absolutely",
        "insanely",
        "utterly",
        "completely",
        "unbelievably",
        "hysterically",
        "overwhelmingly",
    ),
}
BEFORE_NOUN = {
    0.45: ("a hint of", "a trace of", "a flicker of", "slight", "subtle", "a touch of", "faint", "mild", "a bit of"),
    1.0: ("", "", "", "clear", "open"),
    1.3: ("great", "deep", "strong", "intense", "pure", "a wave of", "sheer", "utter", "extreme", "overwhelming"),
}


NUMBERS = {
    1: ("once",),
    2: ("twice", "two times", "2x", "a couple of times"),
    3: ("three times", "3 times", "3x", "thrice"),
    4: ("four times", "4 times"),
}
COUNTS = {
    1: ("one", "a single", "just one", "1"),
    2: ("two", "two", "2", "a couple of", "a pair of"),
    3: ("three", "three", "3"),
    4: ("four", "4"),
}
"""Before a noun."""
SECONDS = {
    0.5: "half a second",
    1.0: "a second",
    1.5: "one and a half seconds",
    2.0: "two seconds",
    3.0: "three seconds",
    4.0: "4 seconds",
    5.0: "five seconds",
}


def plural(noun: str) -> str:
    """``brow flash`` -> ``brow flashes``."""
    return f"{noun}es" if noun.endswith(("s", "sh", "ch", "x")) else f"{noun}s"


def seconds(rng: random.Random, value: float) -> str:
    """A span of time in words or figures."""
    if rng.random() < 0.6 and value in SECONDS:
        return SECONDS[value]
    return f"{value:g}{rng.choice(('s', ' s', ' seconds', ' sec'))}"


def side_word(rng: random.Random, side: str, short: bool = False) -> str:
    """The character's own left or right as someone may call it; seen from the camera the two change places."""
    draw = rng.random()
    if draw < 0.05:
        other = "right" if side == "left" else "left"
        return rng.choice(("screen {}", "camera {}", "screen-{}", "viewer's {}")).format(other)
    if short and draw < 0.25:
        return side[0].upper()
    if draw > 0.92:
        return f"own {side}"
    return side
