"""``build.py chart``: all 52 shapes of the demo head at full strength with their names, docs/pictures/shapes.png and docs/shapes.md."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keyframeface_addon.blender.contact_sheet import ACCENT, INK, PAPER
from keyframeface_addon.blender.lettering import Text, draw_texts
from keyframeface_addon.blender.pixels import Pixels
from keyframeface_addon.face.channels import CHANNEL, CHANNELS, SHAPES, ChannelName
from keyframeface_addon.face.keyframe import Keyframe

from .png import write_png
from .portraits import EYES, MOUTH, Shot, View, photograph
from .steps import ROOT, step

PICTURE, PAGE = ROOT / "docs" / "pictures" / "shapes.png", ROOT / "docs" / "shapes.md"
TILE, GAP, MARGIN, CAPTION, HEADING, COLUMNS = 160, 12, 26, 42, 32, 7
TURN = 16.0
LEVELS = 39
"""Shades a colour is stored in: a chart of smooth skin would else be twice as large a file."""


@dataclass(frozen=True)
class Tile:
    """One picture and the shapes that it shows: itself, and its mirror image's name."""

    names: tuple[ChannelName, ...]
    view: View
    with_jaw: bool = False

    @property
    def pose(self) -> Keyframe:
        shown: dict[ChannelName, float] = dict.fromkeys(self.names[:1], 1.0)
        return Keyframe(0.0, "", shown | ({"jawOpen": 1.0} if self.with_jaw else {}))

    @property
    def caption(self) -> str:
        if not self.names:
            return "at rest"
        if len(self.names) == 2:
            return f"{self.names[0]}\n{self.names[1]}"
        return self.names[0] + ("\nwith jawOpen" if self.with_jaw else "")


def rows() -> list[tuple[str, list[Tile]]]:
    """Headings, each over its tiles."""
    upper, lower = View(EYES.middle, EYES.height, TURN), View(MOUTH.middle, MOUTH.height, TURN)
    cheeks = View(-2.6, 15.5, TURN)
    groups: tuple[tuple[str, tuple[str, ...], View], ...] = (
        ("Eyes", ("eyes",), upper),
        ("Brows", ("brows",), upper),
        ("Cheeks and nose", ("cheeks", "nose"), cheeks),
        ("Jaw, tongue, mouth", ("jaw", "tongue", "mouth"), lower),
    )
    result: list[tuple[str, list[Tile]]] = []
    for heading, regions, view in groups:
        found = [c for region in regions for c in CHANNELS if c.is_shape and c.region == region and c.side != "right"]
        tiles = [
            Tile((c.name, c.mirror) if c.side == "left" else (c.name,), view, c.name == "mouthClose") for c in found
        ]
        result.append((heading, tiles))
    result[2][1].append(Tile((), View(-1.6, 26.0, TURN)))
    shown = [name for _, tiles in result for tile in tiles for name in tile.names]
    assert sorted(shown) == sorted(SHAPES)
    return result


def main() -> int:
    groups = rows()
    tiles = [tile for _, group in groups for tile in group]
    with step("Rendering the shapes") as line:
        shots = [Shot(tile.pose, tile.view) for tile in tiles]
        pictures = photograph(shots, (TILE, TILE), "workbench", lambda done: line.progress(f"{done} of {len(shots)}"))
    with step("Composing the chart"):
        write_png(_compose(groups, pictures), PICTURE)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"    {PICTURE.relative_to(ROOT)} ({PICTURE.stat().st_size // 1000} KB)\n    {PAGE.relative_to(ROOT)}")
    return 0


def _compose(groups: list[tuple[str, list[Tile]]], pictures: list[Pixels]) -> Pixels:
    """Groups follow each other in rows of seven; a heading stands over the first tile of each."""
    starts = np.cumsum([0, *(len(group) for _, group in groups)])
    tops, bottom = [], MARGIN
    for row in range(-(-len(pictures) // COLUMNS)):
        headed = any(start // COLUMNS == row for start in starts[:-1])
        tops.append(bottom + (HEADING if headed else 0))
        bottom = tops[-1] + TILE + CAPTION
    width, height = 2 * MARGIN + COLUMNS * TILE + (COLUMNS - 1) * GAP, bottom + MARGIN // 2
    sheet = np.ones((height, width, 4), np.float32)
    sheet[..., :3] = PAPER
    texts: list[Text] = []
    for (heading, group), start in zip(groups, starts, strict=False):
        for i, tile in enumerate(group, start):
            left, top = MARGIN + i % COLUMNS * (TILE + GAP), tops[i // COLUMNS]
            sheet[top : top + TILE, left : left + TILE, :3] = np.round(pictures[i][..., :3] * LEVELS) / LEVELS
            texts.append(Text(tile.caption, left, top + TILE + 5, TILE, CAPTION - 6, 13.0, INK))
            if i == start:
                texts.append(Text(heading, left, top - 24, 2 * TILE, 24, 16.5, ACCENT))
    with tempfile.TemporaryDirectory() as folder:
        lettering = draw_texts(texts, width, height, Path(folder))
    sheet[..., :3] += (lettering[..., :3] - sheet[..., :3]) * lettering[..., 3:]
    return sheet


def page() -> str:
    """docs/shapes.md, from the channel table."""
    lines = [
        "# The 52 shapes",
        "",
        "![All shapes of the demo head at full strength](pictures/shapes.png)",
        "",
        "Made by `python3 build.py chart` from the demo head and `keyframeface_addon/face/channels.py`. Left and right are the",
        "character's own; of shapes with a side the picture shows the left one. Shapes run from 0 to 1. The eyes turn with",
        "the eyeLook shapes as they do in a performance, by their bones.",
        "",
        "FACS units correlate with shapes, they are not the same thing.",
    ]
    for region in dict.fromkeys(c.region for c in CHANNELS if c.is_shape):
        lines += ["", f"## {region.capitalize()}", "", "| Shape | What it does | FACS |", "|---|---|---|"]
        for channel in (c for c in CHANNELS if c.is_shape and c.region == region and c.side != "right"):
            names = f"`{channel.name}`" + (f", `{channel.mirror}`" if channel.side == "left" else "")
            facs = CHANNEL[channel.name].facs
            lines.append(f"| {names} | {channel.meaning} | {'' if facs == '-' else facs} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
