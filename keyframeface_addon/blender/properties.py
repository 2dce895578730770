"""What the panel asks for, kept in the scene. No ``from __future__ import annotations`` here: Blender reads the annotations."""

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty, StringProperty

from ..language.request import MAX_DURATION, Request

VARIED = 0.7
"""Temperature of every variation but the first: enough for another reading of the prompt, not enough to lose it."""


class KeyframeFaceSettings(bpy.types.PropertyGroup):
    """``scene.keyframeface``."""

    prompt: StringProperty(  # type: ignore[valid-type]
        name="Prompt", description="What the face does: She tries to stay composed, then bursts into tears"
    )
    background: StringProperty(  # type: ignore[valid-type]
        name="Background", description="What happens around it: She has just read the letter"
    )
    emotion: StringProperty(name="Emotion", description="The emotion, in a word or two: grief")  # type: ignore[valid-type]
    duration: FloatProperty(  # type: ignore[valid-type]
        name="Duration",
        description="Seconds that the performance takes; 0 leaves it to the model",
        min=0.0,
        max=MAX_DURATION,
        step=50,
        precision=1,
        subtype="TIME_ABSOLUTE",
    )
    seed: IntProperty(  # type: ignore[valid-type]
        name="Variation",
        description="0 is the likeliest performance; every other number is another one, the same each time",
        min=0,
    )
    intensity: FloatProperty(  # type: ignore[valid-type]
        name="Intensity",
        description="How strongly the face acts: 1 as the model has it, 0.5 half as much",
        default=1.0,
        min=0.0,
        max=2.0,
        step=5,
        precision=2,
    )
    start: EnumProperty(  # type: ignore[valid-type]
        name="Start",
        description="Where on the timeline the performance begins",
        items=(
            ("PLAYHEAD", "Playhead", "At the current frame, as it is when Generate is pressed"),
            ("FRAME", "Frame", "At a frame of your choice"),
        ),
    )
    frame: IntProperty(  # type: ignore[valid-type]
        name="Frame", description="The frame at which the performance begins", default=1
    )

    def request(self) -> Request:
        """What these settings ask the model for. Raises RequestError."""
        return Request(
            self.prompt,
            self.background,
            self.emotion,
            duration=self.duration or None,
            seed=self.seed,
            temperature=VARIED if self.seed else 0.0,
        )

    def start_frame(self) -> int:
        """Frame of the first keyframe."""
        frame: int = self.frame if self.start == "FRAME" else self.id_data.frame_current
        return frame
