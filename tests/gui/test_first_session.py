"""An animator's first session: the packaged zip from file, a face, a prompt typed, keys in the Graph Editor, undo, Esc, reload."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tools.desktop import launch

PICTURES = "KEYFRAMEFACE_PICTURES"
"""Names a folder in which the pictures of every step are kept."""
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What ``first_session`` saw, by step."""
    if not launch.command():
        pytest.skip(f"no Blender with a window: {launch.BLENDER} names none")
    archive = launch.package()
    assert archive, "no dist/keyframeface-*.zip: first run build.py package"
    folder = tmp_path_factory.mktemp("session")
    pictures = Path(os.environ.get(PICTURES) or folder / "pictures").absolute()
    pictures.mkdir(parents=True, exist_ok=True)
    return launch.play("tests.gui.first_session", folder, [archive, pictures], patience=840)


def test_the_zip_is_installed_and_enabled(seen: Mapping[str, Any]) -> None:
    assert seen["enabled"]


def test_the_button_adds_a_face(seen: Mapping[str, Any]) -> None:
    assert seen["shapes"] > 52


def test_a_prompt_is_typed(seen: Mapping[str, Any]) -> None:
    assert seen["prompt"] == "She tries to stay composed, then bursts into tears"


def test_labels_are_seen_while_it_runs_and_nothing_is_written_yet(seen: Mapping[str, Any]) -> None:
    generated = seen["generated"]
    assert generated["started"]
    assert generated["meanwhile"]
    assert generated["keys_meanwhile"] == 0
    assert generated["ended"]
    assert generated["listed"][: len(generated["meanwhile"])] == generated["meanwhile"]
    assert len(generated["listed"]) > len(generated["meanwhile"])
    assert generated["shown"]


def test_the_graph_editor_shows_the_keys(seen: Mapping[str, Any]) -> None:
    assert seen["graph"]["curves"] > 3
    assert seen["graph"]["keys"] == seen["graph"]["written"] > 0
    assert {"Brows", "Mouth"} <= set(seen["graph"]["groups"])


def test_undo_takes_it_away_and_redo_brings_it_back(seen: Mapping[str, Any]) -> None:
    assert seen["undo"] == {"undone": 0, "redone": True}


def test_escape_half_way_leaves_everything_as_it_was(seen: Mapping[str, Any]) -> None:
    assert seen["escape"]["halfway"]
    assert seen["escape"]["stopped"]
    assert seen["escape"]["same"]


def test_after_saving_and_opening_the_list_is_still_true(seen: Mapping[str, Any]) -> None:
    assert seen["reloaded"]["same"]
    assert seen["reloaded"]["shown"]
    assert seen["reloaded"]["listed"]
