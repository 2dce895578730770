"""Generate beside the animator's work, in a Blender with a window: progress, Esc, undo, and all that may happen meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tools.desktop import launch


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What ``modal_session`` found, by check."""
    if not launch.command():
        pytest.skip(f"no Blender with a window: {launch.BLENDER} names none")
    return launch.play("tests.gui.modal_session", tmp_path_factory.mktemp("gui"), patience=280)


def test_it_runs_beside_and_is_one_undo_step(session: Mapping[str, Any]) -> None:
    seen = session["it_runs_beside_and_is_one_undo_step"]
    assert seen["result"] == ["RUNNING_MODAL"]
    assert seen["labels"]
    assert (seen["at_once"], seen["meanwhile"], seen["undone"]) == (0, 0, 0)
    assert seen["written"] == seen["redone"] > 0


@pytest.mark.parametrize("how", ["cancel_button", "escape", "escape_while_refining"])
def test_cancelled_at_once_and_nothing_changed(session: Mapping[str, Any], how: str) -> None:
    assert {name: session[how][name] for name in ("ended", "unchanged", "told")} == dict.fromkeys(
        ("ended", "unchanged", "told"), True
    )


@pytest.mark.parametrize("what", ["undo_meanwhile", "renamed_meanwhile"])
def test_it_is_written_all_the_same(session: Mapping[str, Any], what: str) -> None:
    assert session[what]["ended"]
    assert session[what]["written"] > 0


def test_two_faces_at_once_but_not_one_twice(session: Mapping[str, Any]) -> None:
    seen = session["two_faces_at_once"]
    assert "being made already" in seen["again"][0]
    assert (seen["other"], seen["running"], seen["ended"]) == (["RUNNING_MODAL"], 2, True)


def test_the_face_is_deleted(session: Mapping[str, Any]) -> None:
    assert session["deleted_meanwhile"] == {"ended": True}


@pytest.mark.parametrize("when", ["edit_mode_at_the_end", "dragging_at_the_end"])
def test_it_waits_until_it_may_write(session: Mapping[str, Any], when: str) -> None:
    assert session[when]["waits"]
    assert session[when]["ended"]


@pytest.mark.parametrize("what", ["another_file", "disabled_meanwhile"])
def test_what_it_is_about_goes_away(session: Mapping[str, Any], what: str) -> None:
    assert session[what] == {"over": True, "told": True}
