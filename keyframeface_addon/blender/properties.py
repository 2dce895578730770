"""What the panel asks for, kept in the scene. No ``from __future__ import annotations`` here: Blender reads the annotations."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..language.request import MAX_DURATION, Request, temperature_of
from .glance import forget_glances, is_in, may_be_picked
from .placement import FARTHEST_FRAME, PLACES

FIRST_DURATION = 3.0
"""Seconds, when somebody wants to say how long it takes; then it is theirs."""


def _another_face(_settings: "KeyframeFaceSettings", _context: bpy.types.Context) -> None:
    forget_glances(at_once=True)


def _get_words(settings: "KeyframeFaceSettings") -> str:
    words: str = settings.text.as_string() if settings.text else settings.prompt
    return words


def _set_words(settings: "KeyframeFaceSettings", words: str) -> None:
    """Into the line, and what is in a text block stays there: it may be a long piece of work."""
    settings.text = None
    settings.prompt = " ".join(words.split())


def _get_timed(settings: "KeyframeFaceSettings") -> bool:
    return bool(settings.duration > 0)


def _set_timed(settings: "KeyframeFaceSettings", timed: bool) -> None:
    settings.duration = (settings.duration or FIRST_DURATION) if timed else 0.0


class KeyframeFaceSettings(bpy.types.PropertyGroup):
    """``scene.keyframeface``."""

    face: PointerProperty(  # type: ignore[valid-type]
        type=bpy.types.Object,
        name="Face",
        description="Whose face acts; empty for the active object's, or the only one there is",
        poll=may_be_picked,
        update=_another_face,
    )
    prompt: StringProperty(  # type: ignore[valid-type]
        name="Prompt", description="What the face does: She tries to stay composed, then bursts into tears"
    )
    text: PointerProperty(  # type: ignore[valid-type]
        type=bpy.types.Text,
        name="Prompt Text",
        description="A text block that holds the prompt, for long ones; empty for the line above",
    )
    words: StringProperty(  # type: ignore[valid-type]
        name="Words",
        description="The prompt, whichever way it is given",
        get=_get_words,
        set=_set_words,
        options={"HIDDEN", "SKIP_SAVE"},
    )
    background: StringProperty(  # type: ignore[valid-type]
        name="Background", description="What happens around it: She has just read the letter"
    )
    emotion: StringProperty(name="Emotion", description="The emotion, in a word or two: grief")  # type: ignore[valid-type]
    model: StringProperty(  # type: ignore[valid-type]
        name="Model",
        description=(
            "Who answers in this scene: BUNDLED, SERVER, a .gguf file or its name in the model folder;"
            " empty for that of the preferences"
        ),
    )
    duration: FloatProperty(  # type: ignore[valid-type]
        name="Duration",
        description="Seconds that the performance takes; 0 leaves it to the model",
        min=0.0,
        max=MAX_DURATION,
        step=50,
        precision=1,
        subtype="TIME_ABSOLUTE",
    )
    timed: BoolProperty(  # type: ignore[valid-type]
        name="Duration",
        description="Say how long the performance takes; otherwise the model decides",
        get=_get_timed,
        set=_set_timed,
        options={"SKIP_SAVE"},
    )
    seed: IntProperty(  # type: ignore[valid-type]
        name="Seed",
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
        name="Frame",
        description="The frame at which the performance begins",
        default=1,
        min=-FARTHEST_FRAME,
        max=FARTHEST_FRAME,
    )

    place: EnumProperty(  # type: ignore[valid-type]
        name="Place", description="What becomes of the animation that is there", items=PLACES
    )

    @property
    def empty(self) -> bool:
        """Whether there is no prompt; cheaper than reading a long one."""
        if self.text is not None:
            return not any(line.body.strip() for line in self.text.lines)
        return not self.prompt.strip()

    def request(self) -> Request:
        """What these settings ask the model for. Raises RequestError."""
        return Request(
            self.words,
            self.background,
            self.emotion,
            duration=self.duration or None,
            seed=self.seed,
            temperature=temperature_of(self.seed),
        )

    def start_frame(self) -> int:
        """Frame of the first keyframe."""
        frame: int = self.frame if self.start == "FRAME" else self.id_data.frame_current
        return frame


def let_go_of_faces() -> None:
    """A face that was picked and has left its scene is deleted: being picked must not keep it in the file."""
    for scene in bpy.data.scenes:
        settings = scene.keyframeface  # type: ignore[attr-defined]
        if settings.face is not None and scene.is_editable and not is_in(settings.face, scene):
            settings.face = None
