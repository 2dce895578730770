"""Prompts to begin with, of every kind that models are good at: the menu of examples, the documentation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """One prompt, with what it needs beside it; ``kind`` groups them."""

    kind: str
    name: str
    prompt: str
    background: str = ""
    emotion: str = ""


EXAMPLES: tuple[Example, ...] = (
    Example("Emotions", "Bursts into Tears", "She tries to stay composed, then bursts into tears"),
    Example("Emotions", "Slow Smile", "A smile spreads slowly until the eyes smile too", emotion="joy"),
    Example(
        "Emotions", "Rage, Held In", "He is furious and does not show it: jaw clenched, lips pressed, a hard stare"
    ),
    Example("Emotions", "Disgust", "Wrinkles her nose, the upper lip curls, and she turns her head away"),
    Example(
        "Story Beats",
        "Hears a Noise",
        "Freezes, listens, looks left, then sighs with relief",
        "Alone in the house at night",
    ),
    Example(
        "Story Beats",
        "The Joke Lands",
        "Gets the joke a moment late and laughs out loud",
        "A friend tells a joke",
    ),
    Example(
        "Story Beats",
        "Bad News",
        "The smile dies, the brows rise in the middle, the eyes go down",
        "He reads the letter",
        "grief",
    ),
    Example("Gaze and Head", "Glance and Back", "A quick glance to the left and back"),
    Example("Gaze and Head", "Slow Nod", "Nods slowly, twice, eyes on the other person"),
    Example("Single Parts", "One Eyebrow", "Raises the left eyebrow, the rest of the face stays still"),
    Example("Single Parts", "Wink", "Winks with the right eye and smirks on that side"),
    Example("Single Parts", "Yawn", "Yawns widely, eyes squeezed shut, then blinks twice"),
)
