"""Act Out Script beside the animator's work, in a Blender with a window."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tools.desktop import launch


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What ``batch_session`` found."""
    if not launch.command():
        pytest.skip(f"no Blender with a window: {launch.BLENDER} names none")
    return launch.play("tests.gui.batch_session", tmp_path_factory.mktemp("gui"), patience=280)


def test_it_runs_beside_and_only_once(seen: Mapping[str, Any]) -> None:
    assert (seen["started"], seen["twice"], seen["beside"], seen["ended"]) == (["RUNNING_MODAL"], False, True, True)


def test_a_script_is_one_undo_step(seen: Mapping[str, Any]) -> None:
    assert seen["made"] == seen["redone"] == ["a: she laughs", "b: she laughs on"]
    assert seen["undone"] == []


def test_esc_stops_it_and_keeps_what_is_done(seen: Mapping[str, Any]) -> None:
    assert seen["stopped"]
    assert seen["report"].endswith("stopped")
    assert f"{seen['kept'] - 2} of 20 lines made" in seen["report"]
    assert seen["stop is one step"]


def test_started_again_it_goes_on(seen: Mapping[str, Any]) -> None:
    assert f"1 of {seen['kept'] - 1} lines made, {seen['kept'] - 2} done before" in seen["gone on"]
    assert seen["asked"] == 1


def test_chosen_in_the_file_browser(seen: Mapping[str, Any]) -> None:
    assert seen["browser ran it"]
    assert Path(seen["path kept"]).name == "script.csv"
