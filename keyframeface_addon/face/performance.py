"""A performance: the keyframes of one sentence, and its file form "keyframeface/1"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .channels import CHANNELS, INDEX
from .keyframe import Keyframe, Seconds

FORMAT = "keyframeface/1"


class PerformanceError(ValueError):
    """A performance, or a file of one, that cannot be used; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Performance:
    """Keyframes in the order of their times, and what they were made from. Raises PerformanceError."""

    keyframes: tuple[Keyframe, ...]
    prompt: str = ""
    background: str = ""
    emotion: str = ""
    model: str = ""
    seed: int | None = None

    def __post_init__(self) -> None:
        if not self.keyframes:
            raise PerformanceError("a performance needs at least one keyframe")
        for before, after in zip(self.keyframes, self.keyframes[1:], strict=False):
            if after.time <= before.time:
                raise PerformanceError(f"keyframe times must increase: {after.time:g} s follows {before.time:g} s")

    @property
    def duration(self) -> Seconds:
        """Time of the last keyframe."""
        return self.keyframes[-1].time

    def times(self) -> npt.NDArray[np.float64]:
        """Shape (keyframes,), seconds."""
        return np.array([keyframe.time for keyframe in self.keyframes])

    def matrix(self) -> npt.NDArray[np.float64]:
        """Shape (keyframes, 61), columns in the order of ``CHANNELS``."""
        values = np.zeros((len(self.keyframes), len(CHANNELS)))
        for row, keyframe in enumerate(self.keyframes):
            for name, value in keyframe.channels.items():
                values[row, INDEX[name]] = value
        return values


def keyframe_rows(performance: Performance) -> list[dict[str, Any]]:
    """The keyframes as plain JSON values: ``[{"time", "label", "channels": {name: value}}]``."""
    return [
        {"time": round(k.time, 4), "label": k.label, "channels": {n: round(v, 4) for n, v in k.channels.items()}}
        for k in performance.keyframes
    ]


def to_json(performance: Performance) -> str:
    """The performance as the text of a "keyframeface/1" file."""
    head: dict[str, Any] = {"format": FORMAT}
    for name in ("prompt", "background", "emotion", "model", "seed"):
        if (value := getattr(performance, name)) not in ("", None):
            head[name] = value
    rows = [json.dumps(row, ensure_ascii=False) for row in keyframe_rows(performance)]
    start = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    return start + ',\n "keyframes": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"


def from_json(text: str) -> Performance:
    """Reads what ``to_json`` wrote; unknown fields are ignored. Raises PerformanceError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PerformanceError(f"not a performance file: {error}") from None
    if not isinstance(data, dict) or not str(data.get("format", "")).startswith("keyframeface/"):
        raise PerformanceError('not a performance file: it has no "format": "keyframeface/1"')
    if data["format"] != FORMAT:
        raise PerformanceError(f"this performance file is {data['format']!r}; this version reads {FORMAT!r}")
    try:
        keyframes = tuple(
            Keyframe(
                float(row["time"]), str(row.get("label") or ""), {str(n): float(v) for n, v in row["channels"].items()}
            )
            for row in data["keyframes"]
        )
        meta = {name: str(data.get(name) or "") for name in ("prompt", "background", "emotion", "model")}
        seed = data.get("seed")
        return Performance(keyframes, **meta, seed=None if seed is None else int(seed))
    except PerformanceError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise PerformanceError(f"broken performance file: {error}") from None
