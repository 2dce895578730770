"""Performances that reach past the scene's range, or past all frames that Blender has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import bpy
import pytest

from keyframeface_addon.blender.placement import FARTHEST_FRAME, PLACEMENTS, Placement
from tests.blender.snapshot import in_detail
from tests.blender.timeline import current_scene, key_of
from tests.scripted_engine import ScriptedEngine

if TYPE_CHECKING:
    from tests.blender.stage import Beside

pytest_plugins = ("tests.blender.addon", "tests.blender.stage")

NewBeside = Callable[[], "Beside"]


@pytest.mark.parametrize("place", PLACEMENTS)
def test_past_the_scenes_range(
    head: bpy.types.Object, engine: ScriptedEngine, settings: Any, beside: NewBeside, place: Placement
) -> None:
    """It is written whole, and the range stays the animator's."""
    scene = current_scene()
    scene.frame_start, scene.frame_end = 5, 15
    settings.place = place
    beside().succeeds("frames 10 to 58")
    assert (scene.frame_start, scene.frame_end, scene.frame_current) == (5, 15, 10)
    for frame, smile in ((22, 0.8), (58, 0.4)):
        scene.frame_set(frame)
        assert key_of(head).key_blocks["mouthSmileLeft"].value == pytest.approx(smile)


@pytest.mark.parametrize("place", PLACEMENTS)
@pytest.mark.parametrize("frame", [FARTHEST_FRAME - 20, 2**31 - 1])
def test_past_blenders_last_frame(
    head: bpy.types.Object, engine: ScriptedEngine, settings: Any, beside: NewBeside, place: Placement, frame: int
) -> None:
    """Nobody could go there to see it, and further out all keys would fall onto one frame."""
    settings.place, settings.start, settings.frame = place, "FRAME", frame
    before = in_detail()
    beside().fails("beyond Blender's last frame, 1048574: start nearer to frame 0")
    assert in_detail() == before
