"""The one table of face channels from which vocabulary, grammar, CSV header, naming and tests are derived.

Names and order are those of Apple's ARKit as Live Link Face records them: 52 blendshapes in 0..1, then nine pose channels in
radians. Left and right are the character's own. FACS units follow the table that ICT-FaceKit publishes and Meta's naming of
the same shapes; blendshapes correlate with action units, they are not the units themselves.

Signs of the pose channels, measured on Live Link Face recordings: headYaw + turns to the character's own left, headPitch + lifts the
chin, headRoll + tilts to the own right shoulder; eye yaw + looks to the own right, eye pitch + looks down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ChannelName = str
Side = Literal["left", "right", "both"]
Region = Literal["brows", "eyes", "cheeks", "nose", "jaw", "mouth", "tongue", "head"]

REGIONS: tuple[Region, ...] = ("brows", "eyes", "cheeks", "nose", "jaw", "mouth", "tongue", "head")
"""From top to bottom; also the order of the groups in the Graph Editor."""

HEAD_LIMIT = 1.6
"""Radians: as far as a pose channel may go, a little over a quarter turn."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing that a face can do: a blendshape (0..1) or a rotation of head or eye (radians)."""

    name: ChannelName
    side: Side
    mirror: ChannelName
    region: Region
    facs: str
    meaning: str
    low: float
    high: float

    @property
    def base(self) -> str:
        """The name without its side: ``mouthSmile`` for ``mouthSmileLeft``; pose channels keep theirs whole."""
        return (
            self.name if self.side == "both" or self.low < 0 else self.name.removesuffix("Left").removesuffix("Right")
        )

    @property
    def is_shape(self) -> bool:
        """A blendshape, as against a rotation."""
        return self.low == 0.0


# base name, sides ("LR": one channel a side), region, FACS, meaning; in the order in which Live Link Face writes them
_EYE_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("eyeBlink", "AU45", "upper lid comes down and shuts the eye"),
    ("eyeLookDown", "AU64", "eye and lids go along with a lowered gaze"),
    ("eyeLookIn", "AU61/62", "eye turns towards the nose"),
    ("eyeLookOut", "AU61/62", "eye turns away from the nose"),
    ("eyeLookUp", "AU63", "eye and lids go along with a raised gaze"),
    ("eyeSquint", "AU7", "lids tighten, the lower one rises"),
    ("eyeWide", "AU5", "upper lid lifts above its place at rest"),
)
_OTHER_SHAPES: tuple[tuple[str, str, Region, str, str], ...] = (
    ("jawForward", "", "jaw", "AU29", "lower jaw juts out"),
    ("jawRight", "", "jaw", "AU30", "lower jaw slides to the character's own right"),
    ("jawLeft", "", "jaw", "AU30", "lower jaw slides to the character's own left"),
    ("jawOpen", "", "jaw", "AU26/27", "jaw drops and parts the lips"),
    ("mouthClose", "", "mouth", "AU8", "lips stay together over an open jaw; only with jawOpen"),
    ("mouthFunnel", "", "mouth", "AU22", "lips push forward into an open O"),
    ("mouthPucker", "", "mouth", "AU18", "lips draw together as for a kiss"),
    ("mouthRight", "", "mouth", "-", "both lips shift to the character's own right"),
    ("mouthLeft", "", "mouth", "-", "both lips shift to the character's own left"),
    ("mouthSmile", "LR", "mouth", "AU12", "corner of the mouth goes up and back"),
    ("mouthFrown", "LR", "mouth", "AU15", "corner of the mouth goes down"),
    ("mouthDimple", "LR", "mouth", "AU14", "corner of the mouth is drawn back into the cheek"),
    ("mouthStretch", "LR", "mouth", "AU20", "corner of the mouth is drawn sideways, lips thin"),
    ("mouthRollLower", "", "mouth", "AU28", "lower lip rolls in over the teeth"),
    ("mouthRollUpper", "", "mouth", "AU28", "upper lip rolls in over the teeth"),
    ("mouthShrugLower", "", "mouth", "AU17", "chin bunches and pushes the lower lip up"),
    ("mouthShrugUpper", "", "mouth", "AU10/17", "upper lip is pushed up and out"),
    ("mouthPress", "LR", "mouth", "AU24", "lips press against each other"),
    ("mouthLowerDown", "LR", "mouth", "AU16", "lower lip is pulled down, lower teeth show"),
    ("mouthUpperUp", "LR", "mouth", "AU10/11", "upper lip is raised, upper teeth show"),
    ("browDown", "LR", "brows", "AU4", "brow is pulled down and in"),
    ("browInnerUp", "", "brows", "AU1", "inner ends of both brows rise"),
    ("browOuterUp", "LR", "brows", "AU2", "outer end of the brow rises"),
    ("cheekPuff", "", "cheeks", "AU33/34", "both cheeks fill with air"),
    ("cheekSquint", "LR", "cheeks", "AU6", "cheek rises below the eye"),
    ("noseSneer", "LR", "nose", "AU9", "side of the nose wrinkles and its wing lifts"),
    ("tongueOut", "", "tongue", "AU19", "tongue comes out of the mouth"),
)
_POSE: tuple[tuple[str, Region, str, str], ...] = (
    ("headYaw", "head", "AU51/52", "head turns; + to the character's own left"),
    ("headPitch", "head", "AU53/54", "head nods; + lifts the chin"),
    ("headRoll", "head", "AU55/56", "head tilts; + to the own right shoulder"),
    ("leftEyeYaw", "eyes", "AU61/62", "left eye turns; + to the character's own right"),
    ("leftEyePitch", "eyes", "AU63/64", "left eye turns; + down"),
    ("leftEyeRoll", "eyes", "-", "torsion of the left eye"),
    ("rightEyeYaw", "eyes", "AU61/62", "right eye turns; + to the character's own right"),
    ("rightEyePitch", "eyes", "AU63/64", "right eye turns; + down"),
    ("rightEyeRoll", "eyes", "-", "torsion of the right eye"),
)


def _shape(base: str, suffix: str, region: Region, facs: str, meaning: str) -> Channel:
    if not suffix:
        opposite = {"jawLeft": "jawRight", "jawRight": "jawLeft", "mouthLeft": "mouthRight", "mouthRight": "mouthLeft"}
        return Channel(base, "both", opposite.get(base, base), region, facs, meaning, 0.0, 1.0)
    other = "Right" if suffix == "Left" else "Left"
    side: Side = "left" if suffix == "Left" else "right"
    return Channel(base + suffix, side, base + other, region, facs, meaning, 0.0, 1.0)


def _table() -> Iterator[Channel]:
    for suffix in ("Left", "Right"):
        for base, facs, meaning in _EYE_SHAPES:
            yield _shape(base, suffix, "eyes", facs, meaning)
    for base, sides, region, facs, meaning in _OTHER_SHAPES:
        for suffix in ("Left", "Right") if sides else ("",):
            yield _shape(base, suffix, region, facs, meaning)
    for name, region, facs, meaning in _POSE:
        side: Side = "left" if name.startswith("left") else "right" if name.startswith("right") else "both"
        mirror = {"left": "right" + name[4:], "right": "left" + name[5:], "both": name}[side]
        yield Channel(name, side, mirror, region, facs, meaning, -HEAD_LIMIT, HEAD_LIMIT)


CHANNELS: tuple[Channel, ...] = tuple(_table())
CHANNEL: dict[ChannelName, Channel] = {channel.name: channel for channel in CHANNELS}
INDEX: dict[ChannelName, int] = {channel.name: i for i, channel in enumerate(CHANNELS)}
SHAPES: tuple[ChannelName, ...] = tuple(channel.name for channel in CHANNELS if channel.is_shape)
POSE: tuple[ChannelName, ...] = tuple(channel.name for channel in CHANNELS if not channel.is_shape)

MIRROR_NEGATES: frozenset[ChannelName] = frozenset(name for name in POSE if not name.endswith("Pitch"))
"""Pose channels that change sign in a mirror: turning and tilting do, nodding does not."""
