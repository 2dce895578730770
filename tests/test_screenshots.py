"""Cutting pictures of the window for the guide."""

from __future__ import annotations

import pytest

pytest.importorskip("bpy")

import numpy as np

from tools import screenshots


def test_a_box_is_measured_from_the_lower_left() -> None:
    window = np.zeros((10, 20, 3), np.float32)
    window[2, 5] = 1.0  # the third row from the top is the eighth from below
    cut = screenshots._cut(window, 5, 5, 3, 3)
    assert cut.shape == (3, 3, 3)
    assert cut[0, 0].tolist() == [1.0, 1.0, 1.0]
    assert cut.sum() == 3.0


def test_what_is_empty_at_the_foot_goes_and_round_corners_do_not_count() -> None:
    sidebar = np.full((200, 40, 3), 0.2, np.float32)
    sidebar[10:60, 5:30] = 0.8
    sidebar[199, 0] = 0.0
    assert len(screenshots._trimmed(sidebar)) == 60 + screenshots.MARGIN


def test_a_picture_of_nothing_is_no_error() -> None:
    assert len(screenshots._trimmed(np.full((100, 40, 3), 0.2, np.float32))) > 0
