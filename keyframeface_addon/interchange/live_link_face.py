"""Live Link Face CSV, as the phone app writes it and as motion tools read it."""

from __future__ import annotations

import numpy as np

from ..face.channels import CHANNELS
from ..face.motion import sample
from ..face.performance import Performance

FPS = 60
HEADER = ("Timecode", "BlendShapeCount", *(channel.name[0].upper() + channel.name[1:] for channel in CHANNELS))


def to_csv(performance: Performance, fps: int = FPS) -> str:
    """The performance sampled at ``fps`` as the text of a CSV: a timecode ``HH:MM:SS:FF.mmm`` and 61 values a row."""
    count = round(performance.duration * fps) + 1
    rows = sample(performance, np.arange(count) / fps)
    lines = [",".join(HEADER)]
    for frame, values in enumerate(rows):
        lines.append(f"{timecode(frame, fps)},{len(CHANNELS)}," + ",".join(f"{value:.10f}" for value in values))
    return "\n".join(lines) + "\n"


def timecode(frame: int, fps: int) -> str:
    """``HH:MM:SS:FF.mmm``; the part after the point counts thousandths of a frame."""
    seconds, frames = divmod(frame, fps)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}.000"
