"""What the model is told: a system message that never changes, so that it is evaluated once, and the animator's own words."""

from __future__ import annotations

from functools import cache

from ..face.channels import CHANNELS, REGIONS
from .notation import write_keyframe
from .request import Request
from .vocabulary import HEADS, LOOKS

Message = dict[str, str]
"""``{"role": "system" | "user", "content": text}``, as chat templates take it."""

_HOW_TO_CHANGE = (
    "Answer with the whole performance as it is after this change; what the change does not concern stays as it is now."
)
_EXAMPLE_REQUEST = "Prompt: She tries to stay composed, then bursts into tears\nDuration: 3 s"
_EXAMPLE_ANSWER = """\
0.0 composed, lips held together: mouthPress 30
0.8 inner brows lift as it gets through: browInnerUp 55 look down 12 mouthPress 40 mouthShrugLower 25
1.6 bursts into tears, mouth tears open: browDown 35 browInnerUp 90 eyeSquint 60 jawOpen 45 mouthFrown 60 mouthStretch 40 head down 10
3.0 sobs quieter, chin still bunched: browInnerUp 65 eyeBlink 60 jawOpen 15 mouthFrown 50 mouthShrugLower 50 head down 14"""


@cache
def system_text() -> str:
    """The task, the notation, the vocabulary with meanings, one worked example."""
    lines = [
        "You are an experienced character animator. You turn a description into a few facial keyframes, one line each:",
        "TIME LABEL: ENTRIES",
        "TIME in seconds from 0.0, increasing. LABEL: a few plain words on what the face does and why. ENTRIES: what is active.",
        "Each line is a whole pose: what is not listed is at rest. Start at 0.0 with the face before it happens, mostly near rest.",
        "Shapes in percent: 20 a hint, 40 clear, 70 strong, 100 extreme. A name alone sets both sides;",
        "add Left or Right (the character's own) for one side, as in mouthSmileLeft 60. Real faces are a little asymmetric.",
        "2 to 8 keyframes. Only what the description asks for; what it excludes stays away.",
        "",
        "Shapes:",
    ]
    for region in REGIONS:
        bases: dict[str, str] = {}
        for channel in CHANNELS:
            if channel.is_shape and channel.region == region and not channel.base.startswith("eyeLook"):
                sided = channel.base + " (Left, Right)" if channel.side != "both" else channel.base
                bases[sided] = channel.meaning
        lines += [f"{base}: {meaning}" for base, meaning in bases.items()]
    directions = ", ".join(f"{d.words} (to {d.degrees})" for d in LOOKS + HEADS)
    lines += ["", f"Directions in degrees, the character's own left and right: {directions}", "", "Example", ""]
    return "\n".join(lines) + _EXAMPLE_REQUEST + "\n\n" + _EXAMPLE_ANSWER


def user_text(request: Request) -> str:
    """The animator's words, one field a line; where keyframes are to be changed, these and then how."""
    fields = [f"Prompt: {request.prompt}"]
    if request.background:
        fields.append(f"Background: {request.background}")
    if request.emotion:
        fields.append(f"Emotion: {request.emotion}")
    if request.lasting is not None:
        fields.append(f"Duration: {request.lasting:g} s")
    if request.change:
        fields += ["Now:", *map(write_keyframe, request.given)]
        fields += [f"Change: {request.change}", _HOW_TO_CHANGE]
    return "\n".join(fields)


def messages(request: Request) -> list[Message]:
    """The chat that asks a model for this performance."""
    return [{"role": "system", "content": system_text()}, {"role": "user", "content": user_text(request)}]
