"""Fixtures for tests of what the enabled add-on does: KeyframeFace registered as Blender does it, with a scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import (
    batch_command,
    batch_operators,
    command,
    keyframe_operators,
    operators,
    refine_command,
    refine_operators,
)
from tests.scripted_engine import ScriptedEngine


@pytest.fixture
def settings(scene: bpy.types.Scene) -> Iterator[Any]:
    """The add-on enabled; ``scene.keyframeface``."""
    import addon_utils

    addon_utils.enable("keyframeface_addon", default_set=True)
    yield scene.keyframeface  # type: ignore[attr-defined]
    addon_utils.disable("keyframeface_addon", default_set=True)


@pytest.fixture
def engine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """Answers in place of the model that the preferences name."""
    scripted = ScriptedEngine()
    monkeypatch.setattr(operators, "engine_from_preferences", lambda context: scripted)
    monkeypatch.setattr(batch_operators, "engine_from_preferences", lambda context: scripted)
    monkeypatch.setattr(keyframe_operators, "engine_from_preferences", lambda context: scripted)
    monkeypatch.setattr(refine_operators, "engine_from_preferences", lambda context: scripted)
    for commands in (batch_command, command, refine_command):
        monkeypatch.setattr(commands, "engine_from_preferences", lambda context, model, server: scripted)
    return scripted
