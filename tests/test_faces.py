"""The chart of shapes and the blind naming test, as far as they go without rendering."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("bpy")

from keyframeface_addon.blender.pixels import load_picture
from keyframeface_addon.face.channels import CHANNEL, SHAPES
from keyframeface_addon.face.plausible import repair
from tools import chart
from tools.faces import poses, score
from tools.png import write_png

EMOTIONS = ("joy", "sadness", "anger", "fear", "surprise", "disgust", "contempt", "neutral")


def test_five_moderate_poses_of_each_emotion() -> None:
    assert Counter(emotion for emotion, _ in poses()) == dict.fromkeys(EMOTIONS, 5)
    different = {tuple(pose.channels.items()) for _, pose in poses()}
    assert len(different) == 40
    for _, pose in poses():
        shapes = {n: v for n, v in pose.channels.items() if CHANNEL[n].is_shape}
        assert all(value <= 0.8 for name, value in shapes.items() if "Blink" not in name), pose.label
        assert repair(pose)[1] == (), pose.label


def test_score_names_what_was_mistaken() -> None:
    key = {1: "emotions joy (beams)", 2: "emotions fear (freezes)", 3: "shapes jawOpen"}
    said = list(score(key, {1: "Joy", 2: "surprise, or fear", 3: "mouth opens"}))
    assert "emotions: 1 of 2 right (50%)" in said
    assert "    fear (freezes) was taken for surprise" in said
    assert said[0].startswith("3  mouth opens\n     jawOpen")


def test_chart_has_every_shape_and_its_page_is_up_to_date() -> None:
    shown = [name for _, tiles in chart.rows() for tile in tiles for name in tile.names]
    assert sorted(shown) == sorted(SHAPES)
    assert chart.PAGE.read_text(encoding="utf-8") == chart.page()
    assert chart.PICTURE.stat().st_size < 500_000


def test_png_loses_nothing(tmp_path: Path) -> None:
    pixels = (np.random.default_rng(2).integers(0, 256, (13, 7, 4)) / 255).astype(np.float32)
    write_png(pixels, tmp_path / "small.png")
    np.testing.assert_allclose(load_picture(tmp_path / "small.png")[..., :3], pixels[..., :3], atol=1e-6)
