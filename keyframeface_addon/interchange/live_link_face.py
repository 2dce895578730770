"""Live Link Face CSV, as the phone app writes it and as motion tools read it."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..face.channels import CHANNEL, CHANNELS, INDEX, POSE, ChannelName
from ..face.motion import sample
from ..face.performance import Performance
from .capture import Array, Capture, CaptureError, frame_times
from .timecode import timecode, timing_of

FPS = 60.0
HEADER = ("Timecode", "BlendShapeCount", *(channel.name[0].upper() + channel.name[1:] for channel in CHANNELS))

HEAD_AXES = ("yaw", "pitch", "roll")
"""As options name what turns the other way."""

LARGEST = 10.0
"""A value beyond this is no weight and no radians; recordings reach 1.05."""

_MAX_BYTES = 1 << 30
"""Five hours at 60 frames a second."""

Row = tuple[int, list[str]]


def to_csv(performance: Performance, fps: float = FPS) -> str:
    """The performance sampled at ``fps``, any rate, as the text of a CSV."""
    return csv_of(sample(performance, frame_times(performance.duration, fps)), fps)


def csv_of(values: Array, fps: float) -> str:
    """The text of a CSV for ``values`` (n, 61), ``fps`` of them a second: a timecode and 61 values a row."""
    lines = [",".join(HEADER)]
    for frame, row in enumerate(values.tolist()):
        lines.append(f"{timecode(frame, fps)},{len(CHANNELS)}," + ",".join(f"{value:.10f}" for value in row))
    return "\n".join(lines) + "\n"


def head_channels(axes: Iterable[str]) -> frozenset[ChannelName]:
    """The pose channels that turn the head about these of ``HEAD_AXES``."""
    return frozenset(f"head{axis.capitalize()}" for axis in axes)


def read_capture(
    path: Path,
    *,
    swap_mouth: bool = False,
    invert: frozenset[ChannelName] = frozenset(),
    clamp: bool = False,
    frame_rate: float | None = None,
) -> Capture:
    """The recording in ``path``, its times counted from its first frame. Raises CaptureError.

    ``swap_mouth`` exchanges mouthLeft and mouthRight, which recordings have the other way round; ``invert`` names pose channels
    that turn the other way in the recording; ``clamp`` brings values into their channel's range. ``frame_rate`` is for what the
    timecode cannot tell: 29.97 frames a second counted as 30, or plain frame numbers.
    """
    if unknown := sorted(invert.difference(POSE)):
        raise ValueError(f"only {', '.join(POSE)} can be inverted, not {', '.join(unknown)}")
    if frame_rate is not None and not (math.isfinite(frame_rate) and frame_rate > 0):
        raise ValueError(f"a frame rate is more than 0, not {frame_rate!r}")
    try:
        capture = _read(path, frame_rate)
    except CaptureError as error:
        raise CaptureError(f"{path.name}: {error}") from None
    values = capture.values.copy()
    if swap_mouth:
        left, right = INDEX["mouthLeft"], INDEX["mouthRight"]
        values[:, [left, right]] = values[:, [right, left]]
    for name in invert:
        values[:, INDEX[name]] *= -1
    if clamp:
        values = np.clip(values, [channel.low for channel in CHANNELS], [channel.high for channel in CHANNELS])
    return replace(capture, values=values)


def _read(path: Path, frame_rate: float | None) -> Capture:
    rows = _rows(_text(path))
    _, header = next(rows, (0, []))
    columns = _columns(header)
    if not any(CHANNEL[name].is_shape for name in columns):
        raise CaptureError(
            "this is no Live Link Face recording: no column is called JawOpen or the like; choose another file"
        )
    clock = next((i for i, name in enumerate(header) if _plain(name) == "timecode"), None)
    if clock is None and frame_rate is None:
        raise CaptureError("it has no column Timecode; say its frame rate")
    frames, notes = _whole(list(rows), len(header), columns)
    if not frames:
        raise CaptureError("it holds no whole frame; record it again, with the face in view")
    lines = [line for line, _ in frames]
    recorded = _numbers(frames, columns)
    codes = [str(i) for i in range(len(frames))] if clock is None else [cells[clock] for _, cells in frames]
    timing = timing_of(codes, lines, frame_rate)
    values = np.zeros((len(timing.rows), len(CHANNELS)))
    values[:, [INDEX[name] for name in columns]] = recorded[timing.rows]
    missing = tuple(channel.name for channel in CHANNELS if channel.name not in columns)
    if missing:
        notes.append(f"not recorded, left at 0: {', '.join(missing[:6])}" + (" …" if len(missing) > 6 else ""))
    return Capture(path.stem, timing.times, values, timing.frame_rate, timing.dropped, missing, (*notes, *timing.notes))


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise CaptureError("this is no file; choose the .csv inside the take's folder")
        if path.stat().st_size > _MAX_BYTES:
            raise CaptureError("it is larger than any recording; choose the take's .csv")
        raw = path.read_bytes()
    except OSError as error:
        raise CaptureError(f"cannot read it: {error.strerror or error}") from None
    if not raw.strip():
        raise CaptureError("the file is empty; copy the take from the phone again")
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise CaptureError("this is no text and no Live Link Face recording; choose the take's .csv")
    return text


def _rows(text: str) -> Iterator[Row]:
    """The cells of each line that has any, after its number."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(lines, delimiter=max(",;\t", key=first.count))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and cells[0].lower() != "sep=":  # "sep=;": Excel's own first line
                yield reader.line_num, cells
    except csv.Error as error:
        raise CaptureError(
            f"line {reader.line_num}: broken CSV ({error}); copy the take from the phone again"
        ) from None


def _plain(name: str) -> str:
    """A column's name without what spellings differ in: ``JawOpen``, ``jaw_open``; ``mouthSmile_L``, ``MouthSmileLeft``."""
    name = re.sub(r"[\s_.-]+l$", "left", name.strip().lower())
    return re.sub(r"[^a-z]", "", re.sub(r"[\s_.-]+r$", "right", name))


def _columns(header: Sequence[str]) -> dict[ChannelName, int]:
    """Which column holds which channel; all other columns are nobody's business."""
    names = {_plain(channel.name): channel.name for channel in CHANNELS}
    columns: dict[ChannelName, int] = {}
    for i, text in enumerate(header):
        name = names.get(_plain(text))
        if name in columns:
            raise CaptureError(f"two columns are called {text.strip()}; delete the one that is not wanted")
        if name is not None:
            columns[name] = i
    return columns


def _whole(rows: list[Row], width: int, columns: dict[ChannelName, int]) -> tuple[list[Row], list[str]]:
    """The rows with a face in them, and notes on the others. A recording that was cut off may end in half a row."""
    frames: list[Row] = []
    faceless = 0
    notes = []
    for row, (line, cells) in enumerate(rows):
        last = row == len(rows) - 1
        if last and (len(cells) < width or not all(_is_number(cells[i]) for i in columns.values())):
            notes.append(f"line {line} left out: it breaks off")
        elif not any(cells[i].strip() for i in columns.values() if i < len(cells)):
            faceless += 1
        elif len(cells) < width:
            raise CaptureError(
                f"line {line} has {len(cells)} values for {width} columns; copy the take from the phone again"
            )
        elif any(cell.strip() for cell in cells[width:]):
            raise CaptureError(
                f"line {line} has {len(cells)} values for {width} columns; save it with semicolons between values "
                "or points in numbers"
            )
        else:
            frames.append((line, cells))
    if faceless:
        notes.append(f"{'1 frame' if faceless == 1 else f'{faceless} frames'} without values left out")
    return frames, notes


def _numbers(frames: list[Row], columns: dict[ChannelName, int]) -> Array:
    """Shape (frames, columns)."""
    places = list(columns.values())
    try:
        values = np.array([[float(cells[i]) for i in places] for _, cells in frames])
    except ValueError:  # decimal commas, empty cells, or something else
        values = np.full((len(frames), len(places)), np.nan)
    if not np.isfinite(values).all():
        for line, cells in frames:
            for name, i in columns.items():
                if not _is_number(cells[i]):
                    raise CaptureError(f"line {line}: {name} is {cells[i].strip()[:40]!r}, not a number")
        values = np.array([[_number(cells[i]) for i in places] for _, cells in frames])
    wrong = ~(np.abs(values) <= LARGEST)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        name = list(columns)[column]
        what = "shapes go from 0 to 1" if CHANNEL[name].is_shape else "rotations are in radians"
        raise CaptureError(
            f"line {frames[row][0]}: {name} is {values[row, column]:g}, but {what}; export it without scaling"
        )
    return values


def _number(cell: str) -> float:
    return float(cell.strip().replace(",", ".") or 0)


def _is_number(cell: str) -> bool:
    try:
        number = _number(cell)
    except ValueError:
        return False
    return math.isfinite(number)
