"""Parts of a stored performance, as JSON: what it has before a frame, after one, from one on."""

from __future__ import annotations

from typing import Any

import numpy as np


def lies_within(entry: Any, slots: set[int], first: int, last: int) -> bool:
    try:
        return bool(entry["slot"] in slots and entry["frames"][0] <= last and first <= entry["frames"][-1])
    except (KeyError, IndexError, TypeError):
        return False


def shifted(entry: Any, offset: int) -> Any:
    try:
        frames = [frame + offset for frame in entry["frames"]]
        return {**entry, "start": entry["start"] + offset, "frames": frames}
    except (KeyError, TypeError):
        return entry


def until(entry: Any, first: int) -> Any | None:
    """What an entry has before this frame; None where that is nothing."""
    try:
        frames, keyframes = entry["frames"], entry["performance"]["keyframes"]
        count = sum(frame < first for frame in frames)
        kept = frames[:count], keyframes[:count]
        if entry.get("baked") and 0 < count < len(frames) and frames[count - 1] < first - 1:
            # its keys go on until there; what they are worth the curves say
            time = float(np.interp(first - 1, frames, [keyframe["time"] for keyframe in keyframes]))
            kept = [*kept[0], first - 1], [*kept[1], _plain(keyframes[count], time)]
    except (KeyError, TypeError):
        return None
    performance = {**entry["performance"], "keyframes": kept[1]}
    return {**entry, "frames": kept[0], "performance": performance} if count else None


def is_kept(entry: Any, i: int, last: int) -> bool:
    """Whether this keyframe is locked and after a frame."""
    return bool(entry["frames"][i] > last and entry["performance"]["keyframes"][i].get("locked"))


def kept_after(entry: Any, last: int) -> Any | None:
    """What is locked of an entry after this frame; None where that is nothing."""
    places = [i for i in range(len(entry["frames"])) if is_kept(entry, i, last)]
    frames, rows = entry["frames"], entry["performance"]["keyframes"]
    performance = {**entry["performance"], "keyframes": [rows[i] for i in places]}
    return {**entry, "frames": [frames[i] for i in places], "performance": performance} if places else None


def _plain(row: Any, time: float) -> Any:
    """A keyframe without a meaning of its own, like this one, at another time."""
    return {"time": time, "label": "", "channels": row["channels"]}


def since(entry: Any, first: int, fps: float) -> Any | None:
    """What an entry has from this frame on, as a performance of its own; None where that is nothing."""
    try:
        frames, keyframes = entry["frames"], entry["performance"]["keyframes"]
        count = sum(frame < first for frame in frames)
        if not count:
            return entry
        kept = frames[count:], keyframes[count:]
        if entry.get("baked") and kept[0] and kept[0][0] > first:
            time = float(np.interp(first, frames, [keyframe["time"] for keyframe in keyframes]))
            kept = [first, *kept[0]], [_plain(keyframes[count], time), *kept[1]]
        if not kept[0]:
            return None
        begin = kept[1][0]["time"]
        later = [{**keyframe, "time": keyframe["time"] - begin} for keyframe in kept[1]]
        performance = {**entry["performance"], "keyframes": later}
        return {**entry, "start": entry["start"] + begin * fps, "frames": kept[0], "performance": performance}
    except (KeyError, TypeError):
        return None
