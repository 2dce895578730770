"""A contact sheet: the prompt, and under it the pictures with time and label, in rows of up to four."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..face.performance import Performance
from .lettering import Text, draw_texts
from .pixels import Pixels

COLUMNS = 4
PICTURES = 12
"""On one sheet, at most."""
PAPER = (0.955, 0.945, 0.925)
INK = (0.13, 0.14, 0.17)
FAINT = (0.50, 0.49, 0.48)
ACCENT = (0.76, 0.33, 0.20)


@dataclass(frozen=True, slots=True)
class Picture:
    """One keyframe as rendered."""

    pixels: Pixels
    time: float
    frame: int
    label: str


def worth_showing(performance: Performance, most: int = PICTURES) -> list[int]:
    """Which keyframes are on the sheet: all, or spread evenly from the first to the last, with the strongest among them."""
    count = len(performance.keyframes)
    if count <= most:
        return list(range(count))
    chosen = np.linspace(0, count - 1, most).round().astype(int)
    apex = int(np.abs(performance.matrix()).sum(axis=1).argmax())
    if apex not in chosen:
        inner = chosen[1:-1]
        inner[np.abs(inner - apex).argmin()] = apex
    return [int(index) for index in chosen]


def columns_for(count: int) -> int:
    """Rows of up to four, the last one as full as the others where that can be."""
    rows = -(-count // COLUMNS)
    return -(-count // rows)


def compose(title: str, pictures: Sequence[Picture], folder: Path, engine: str) -> Pixels:
    """The whole sheet, of pictures by this renderer. ``folder`` is for a file in between."""
    height, width, _ = pictures[0].pixels.shape
    unit = max(10.0, min(width, height) / 24)  # of type, margins and all
    margin, gap = round(2 * unit), round(1.2 * unit)
    columns = columns_for(len(pictures))
    rows = -(-len(pictures) // columns)
    sheet_width = 2 * margin + columns * width + (columns - 1) * gap
    title_size = 1.7 * unit
    title_height = (
        round(_lines(title, sheet_width - 2 * margin, title_size) * title_size * 1.25 + 0.8 * unit) if title else 0
    )
    caption_lines = max(_lines(p.label, width, unit * 1.15) for p in pictures)
    caption = round(unit * (1.9 + 1.45 * caption_lines))
    row_height = height + caption + gap
    sheet_height = margin + title_height + rows * row_height - gap + margin

    sheet = np.ones((sheet_height, sheet_width, 4), np.float32)
    sheet[..., :3] = PAPER
    texts: list[Text] = []
    if title:
        texts.append(Text(title, margin, margin, sheet_width - 2 * margin, title_height, title_size, INK))
    corners = _rounded(height, width, radius=round(0.8 * unit))
    for i, picture in enumerate(pictures):
        left = margin + (i % columns) * (width + gap)
        top = margin + title_height + (i // columns) * row_height
        spot = sheet[top : top + height, left : left + width, :3]
        spot += (picture.pixels[..., :3] - spot) * corners
        below = top + height + 0.45 * unit
        texts.append(Text(f"{picture.time:.2f} s", left, below, width / 2, unit * 1.5, unit, ACCENT))
        texts.append(
            Text(
                f"frame {picture.frame}", left + width / 2, below, width / 2, unit * 1.5, unit * 0.85, FAINT, right=True
            )
        )
        texts.append(Text(picture.label, left, below + unit * 1.45, width, caption - 1.9 * unit, unit * 1.15, INK))
    lettering = draw_texts(texts, sheet_width, sheet_height, folder, engine)
    sheet[..., :3] += (lettering[..., :3] - sheet[..., :3]) * lettering[..., 3:]
    return sheet


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes, guessed: a letter is about half as wide as high, and a tenth is lost where words wrap."""
    wide = len(text) * 0.48 * size
    return 1 if wide <= width else math.ceil(1.1 * wide / width)


def _rounded(height: int, width: int, radius: int) -> Pixels:
    """Coverage of a rectangle with round corners, shape (height, width, 1)."""
    y = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None] + 0.5
    x = np.minimum(np.arange(width), np.arange(width)[::-1])[None] + 0.5
    outside = np.hypot(np.maximum(0.0, radius - x), np.maximum(0.0, radius - y))
    return np.clip(radius - outside + 0.5, 0.0, 1.0).astype(np.float32)[..., None]
