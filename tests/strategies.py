"""Hypothesis strategies for the values of the domain."""

from __future__ import annotations

from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNELS, SHAPES
from keyframeface_addon.face.gaze import with_eye_rotations
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance

labels = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=":"), min_size=1, max_size=60)
any_channels = st.dictionaries(
    st.sampled_from([channel.name for channel in CHANNELS]), st.floats(0, 1, allow_subnormal=False), max_size=12
)


@st.composite
def keyframes(draw: st.DrawFn, time: float = 0.0) -> Keyframe:
    """Any pose at all, possible or not."""
    return Keyframe(time, draw(labels), draw(any_channels))


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    """1 to 8 poses at increasing times."""
    gaps = draw(st.lists(st.integers(1, 400), min_size=1, max_size=8))
    times = [sum(gaps[:i]) / 100 for i in range(len(gaps))]
    return Performance(tuple(draw(keyframes(time)) for time in times), prompt="p")


@st.composite
def written_keyframes(draw: st.DrawFn) -> Keyframe:
    """What the notation can say without loss: whole percents and degrees, both eyes looking the same way."""
    shapes = [name for name in SHAPES if not name.startswith("eyeLook")]
    channels = {
        n: v / 100 for n, v in draw(st.dictionaries(st.sampled_from(shapes), st.integers(1, 100), max_size=14)).items()
    }
    time = draw(st.integers(0, 5999)) / 100
    return Keyframe(time, draw(labels).strip(), with_eye_rotations(channels))
