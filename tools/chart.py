"""``build.py chart``: the demo head for the docs.

All 52 shapes at full strength with their names (docs/pictures/shapes.png, docs/shapes.md), and everybody whom the head can be
(docs/pictures/people.png).
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keyframeface_addon.blender.contact_sheet import ACCENT, INK, PAPER
from keyframeface_addon.blender.head import PRESETS
from keyframeface_addon.blender.lettering import Text, draw_texts
from keyframeface_addon.blender.pixels import Pixels
from keyframeface_addon.face.channels import CHANNEL, CHANNELS, SHAPES, ChannelName
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.notation import read_keyframe

from .png import write_png
from .portraits import EYES, MOUTH, Shot, View, photograph
from .steps import ROOT, step

PICTURE, PAGE = ROOT / "docs" / "pictures" / "shapes.png", ROOT / "docs" / "shapes.md"
PEOPLE = ROOT / "docs" / "pictures" / "people.png"
PERSON = (250, 300)
PORTRAIT = View(middle=-0.4, height=32.0)
MOODS = (
    "0.0 : browOuterUp 15 eyeSquint 20 cheekSquint 60 jawOpen 18 mouthSmile 75 mouthUpperUp 20 tilt left 5",
    "0.0 : browInnerUp 25 eyeSquint 15 cheekSquint 40 mouthSmile 55 head left 10 look left 5",
    "0.0 : browOuterUpLeft 60 browDownRight 35 eyeSquintRight 30 mouthDimpleLeft 30 mouthSmileLeft 35 head right 8",
    "0.0 : browInnerUp 55 browOuterUp 60 eyeWide 55 jawOpen 40 mouthFunnel 20",
    "0.0 : eyeBlinkLeft 95 cheekSquintLeft 60 mouthSmileLeft 80 mouthSmileRight 55 jawOpen 12 mouthUpperUp 15 tilt right 8",
    "0.0 : browInnerUp 40 eyeWide 25 cheekPuff 70 mouthPucker 35 look right 12",
    "0.0 : browInnerUp 45 eyeBlink 20 cheekSquint 30 mouthSmile 45 tilt left 8 head down 4",
    "0.0 : browDown 65 eyeSquint 35 noseSneer 20 mouthPress 55 head right 8 look left 8",
)
"""One for each of the people, so that they show what they can do."""
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
    with step("Rendering the people") as line:
        portraits: list[Pixels] = []
        for person, mood in zip(PRESETS.values(), MOODS, strict=True):
            portraits += photograph(
                [Shot(read_keyframe(mood), PORTRAIT)], PERSON, "workbench", lambda done: None, person
            )
            line.progress(f"{len(portraits)} of {len(PRESETS)}")
        write_png(_side_by_side([person.label for person in PRESETS.values()], portraits), PEOPLE)
    PAGE.write_text(page(), encoding="utf-8")
    for picture in (PICTURE, PEOPLE):
        print(f"    {picture.relative_to(ROOT)} ({picture.stat().st_size // 1000} KB)")
    print(f"    {PAGE.relative_to(ROOT)}")
    return 0


def _side_by_side(names: list[str], portraits: list[Pixels]) -> Pixels:
    """Two rows of portraits, each over its name."""
    across = -(-len(portraits) // 2)
    width, height = PERSON
    sheet = _paper(2 * MARGIN + across * (width + GAP) - GAP, MARGIN + 2 * (height + CAPTION))
    texts: list[Text] = []
    for i, (name, portrait) in enumerate(zip(names, portraits, strict=True)):
        left, top = MARGIN + i % across * (width + GAP), MARGIN + i // across * (height + CAPTION)
        sheet[top : top + height, left : left + width, :3] = np.round(portrait[..., :3] * LEVELS) / LEVELS
        texts.append(Text(name, left, top + height + 6, width, 24, 15.0, INK))
    return _lettered(sheet, texts)


def _paper(width: int, height: int) -> Pixels:
    sheet = np.ones((height, width, 4), np.float32)
    sheet[..., :3] = PAPER
    return sheet


def _lettered(sheet: Pixels, texts: list[Text]) -> Pixels:
    with tempfile.TemporaryDirectory() as folder:
        lettering = draw_texts(texts, sheet.shape[1], sheet.shape[0], Path(folder), "workbench")
    sheet[..., :3] += (lettering[..., :3] - sheet[..., :3]) * lettering[..., 3:]
    return sheet


def _compose(groups: list[tuple[str, list[Tile]]], pictures: list[Pixels]) -> Pixels:
    """Groups follow each other in rows of seven; a heading stands over the first tile of each."""
    starts = np.cumsum([0, *(len(group) for _, group in groups)])
    tops, bottom = [], MARGIN
    for row in range(-(-len(pictures) // COLUMNS)):
        headed = any(start // COLUMNS == row for start in starts[:-1])
        tops.append(bottom + (HEADING if headed else 0))
        bottom = tops[-1] + TILE + CAPTION
    width, height = 2 * MARGIN + COLUMNS * TILE + (COLUMNS - 1) * GAP, bottom + MARGIN // 2
    sheet = _paper(width, height)
    texts: list[Text] = []
    for (heading, group), start in zip(groups, starts, strict=False):
        for i, tile in enumerate(group, start):
            left, top = MARGIN + i % COLUMNS * (TILE + GAP), tops[i // COLUMNS]
            sheet[top : top + TILE, left : left + TILE, :3] = np.round(pictures[i][..., :3] * LEVELS) / LEVELS
            texts.append(Text(tile.caption, left, top + TILE + 5, TILE, CAPTION - 6, 13.0, INK))
            if i == start:
                texts.append(Text(heading, left, top - 24, 2 * TILE, 24, 16.5, ACCENT))
    return _lettered(sheet, texts)


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
