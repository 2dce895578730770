"""A face with a past, and Generate as a window runs it: for tests of what goes wrong while a performance is made."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import operators
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.last_error import last_error
from keyframeface_addon.blender.operators import AsksModel, take_from_settings
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.blender.take import Take
from keyframeface_addon.blender.ticker import Result
from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewHead
from tests.blender.timeline import action_of, key_by_hand, key_of

BY_HAND = {1.0: 0.1, 20.0: 0.6, 90.0: 0.3}


@pytest.fixture
def head(new_head: NewHead, settings: Any, laugh: Performance, scene: bpy.types.Scene) -> bpy.types.Object:
    """A face at hand with keys set by hand, a driver, markers, a strip and an earlier performance; a prompt typed."""
    made = new_head(keys=(*SHAPES, "hat", "feather"))
    for frame, value in BY_HAND.items():
        for name in ("jawOpen", "hat"):
            key_by_hand(made, name, frame, value)
        made.location.x = value
        made.keyframe_insert("location", frame=frame)
    walk = made.animation_data.action
    assert walk
    made.animation_data.action = None
    made.animation_data.nla_tracks.new().strips.new("walk", 1, walk)
    key_of(made).key_blocks["feather"].driver_add("value").driver.expression = "0.25"
    action_of(made).pose_markers.new("mine").frame = 22
    scene.timeline_markers.new("cut", frame=30)
    write_performance(find_face(made, scene), laugh, scene, 120)
    bpy.context.view_layer.objects.active = made
    scene.frame_set(10)
    settings.prompt = "she laughs"
    return made


class _Context:
    """Blender's own, with a window."""

    window, mode = object(), "OBJECT"
    window_manager = SimpleNamespace(modal_handler_add=lambda operator: None, windows=[])

    def __getattr__(self, name: str) -> Any:
        return getattr(bpy.context, name)


class _Ticker:
    def __init__(self, context: object) -> None:
        self.said: list[str] = []

    def show(self, context: object, text: str) -> None:
        self.said.append(text)

    def stop(self) -> None:
        pass


class Beside(AsksModel):
    """Generate beside the animator's work, step by step, outside of Blender's own hands."""

    context: Any = _Context()

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reports: list[tuple[str, str]] = []
        self.report = lambda kinds, text: self.reports.append((*kinds, text))
        with monkeypatch.context() as patch:
            patch.setattr(operators, "Ticker", _Ticker)
            patch.setattr(operators, "bpy", SimpleNamespace(app=SimpleNamespace(background=False)))
            event: Any = None
            self.began = self.invoke(self.context, event)

    def make_take(self, context: bpy.types.Context) -> Take:
        return take_from_settings(context)

    def tick(self) -> Result:
        """One look at the engine."""
        event: Any = SimpleNamespace(type="TIMER", value="NOTHING")
        return self.modal(self.context, event)

    def play(self) -> Result:
        """Until it is over."""
        while (result := self.tick()) == {"PASS_THROUGH"}:
            time.sleep(0.005)  # the other process may need this core
        return result

    def until_the_first_keyframe(self) -> Beside:
        while not self.take.keyframes:
            assert self.tick() == {"PASS_THROUGH"}
        return self

    def fails(self, said: str) -> None:
        """It ends with one line, which is kept."""
        assert self.play() == {"CANCELLED"}, self.reports
        self.has_failed(said)

    def has_failed(self, said: str) -> None:
        [(kind, text)] = self.reports
        assert kind == "ERROR"
        assert re.search(said, text), text
        assert "\n" not in text
        if hasattr(self, "take"):
            assert last_error(self.take.face_id) == text
            assert self.take.over
            assert self.take not in TAKES.values()

    def succeeds(self, said: str = "3 keyframes on ") -> None:
        """It is written, and one line says so."""
        assert self.play() == {"FINISHED"}, self.reports
        [(kind, text)] = self.reports
        assert kind in ("INFO", "WARNING")
        assert re.search(said, text), text
        assert "\n" not in text
        assert last_error(self.take.face_id) == ""
        assert self.take.over


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Presses Generate in a window."""
    return lambda: Beside(monkeypatch)
