"""The list of keyframes, which is one thing with the curves: filled from them, and what is typed into it is written to them."""

from __future__ import annotations

import time
from typing import Any

import bpy
import numpy as np
import pytest

from keyframeface_addon.blender import keyframe_list
from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.readback import record_at
from keyframeface_addon.blender.rig import Face, find_face
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewHead, Reload
from tests.blender.timeline import action_of, current_scene, curve_of, key_of, keys_of, pose, snapshot

pytest_plugins = ("tests.blender.addon",)

ops: Any = bpy.ops


@pytest.fixture
def head(new_head: NewHead, settings: Any, laugh: Performance) -> bpy.types.Object:
    """Laughs from frame 1 on, at 1, 13 and 49, and gapes at 100."""
    made = new_head()
    bpy.context.view_layer.objects.active = made
    write_performance(find_face(made, current_scene()), laugh, current_scene(), 1)
    write_performance(find_face(made, current_scene()), pose(jawOpen=0.9), current_scene(), 100)
    return made


@pytest.fixture
def rows(head: bpy.types.Object) -> Any:
    return fresh()


def fresh() -> Any:
    """The list as it is when it is drawn next."""
    scene: Any = current_scene()
    keyframe_list.sync(scene, bpy.context.view_layer.objects.active)
    return scene.keyframeface_keyframes.rows


def shown() -> list[tuple[int, str]]:
    return [(row.at, row.label) for row in fresh()]


def problem() -> str:
    scene: Any = current_scene()
    return str(scene.keyframeface_keyframes.problem)


def face_of(head: bpy.types.Object) -> Face:
    return find_face(head, current_scene())


def view() -> Any:
    return bpy.context.window_manager.keyframeface_keyframes  # type: ignore[attr-defined]


ALL = [(1, "calm, 静かに"), (13, "laughs out loud"), (49, "chuckles on"), (100, "pose")]


def test_every_keyframe_of_the_face_with_time_and_label(rows: Any) -> None:
    assert shown() == ALL
    assert [round(row.seconds * 24) for row in rows] == [1, 13, 49, 100]
    assert [row.begins for row in rows] == [True, False, False, True]
    assert {(row.strength, row.locked, row.kept) for row in rows} == {(1.0, False, "")}


def test_a_click_goes_there(rows: Any) -> None:
    view().index = 2
    assert current_scene().frame_current == 49


def test_what_is_edited_in_the_graph_editor_shows(head: bpy.types.Object, rows: Any) -> None:
    jaw = curve_of(head, "jawOpen")
    assert jaw
    rows[1].strength = 0.5
    view().index = 1
    assert fresh()[1].strength == 0.5
    jaw.keyframe_points[1].co.y = 0.9
    assert fresh()[1].strength == 1.0  # which counts from what was keyed
    action_of(head).pose_markers["chuckles on"].name = "giggles"
    for curve in (curve_of(head, name) for name in ("mouthSmileLeft", "mouthSmileRight", "cheekPuff", "jawOpen")):
        assert curve
        for point in [p for p in curve.keyframe_points if p.co.x == 49]:
            point.co_ui.x = 55
        curve.update()
    mouth = curve_of(head, "mouthPressLeft")
    assert mouth
    mouth.keyframe_points.remove(next(p for p in mouth.keyframe_points if p.co.x == 49))
    assert shown() == [ALL[0], ALL[1], (49, "giggles"), ALL[3]] or shown() == [
        ALL[0],
        ALL[1],
        (55, "chuckles on"),
        ALL[3],
    ]
    action_of(head).pose_markers["giggles"].frame = 55
    assert shown() == [ALL[0], ALL[1], (55, "giggles"), ALL[3]]
    for curve in (curve_of(head, name) for name in ("mouthPressLeft", "mouthSmileLeft", "mouthSmileRight", "jawOpen")):
        assert curve
        for point in [p for p in curve.keyframe_points if p.co.x == 1]:
            curve.keyframe_points.remove(point)
    cheek = curve_of(head, "cheekPuff")
    assert cheek
    cheek.keyframe_points.remove(next(p for p in cheek.keyframe_points if p.co.x == 1))
    assert shown() == [ALL[1], (55, "giggles"), ALL[3]]


def test_a_label_typed_into_the_list(head: bpy.types.Object, rows: Any) -> None:
    rows[1].label = "roars"
    assert record_at(face_of(head), 1).performance.keyframes[1].label == "roars"
    assert "roars" in action_of(head).pose_markers


def test_a_time_typed_into_the_list(head: bpy.types.Object, rows: Any) -> None:
    rows[1].frame = 20
    assert record_at(face_of(head), 1).frames == (1, 20, 49)
    assert 20.0 in keys_of(head, "jawOpen")
    rows[1].seconds = 1.0
    assert record_at(face_of(head), 1).frames == (1, 24, 49)
    rows[1].frame = 400
    assert (rows[1].frame, rows[1].at, problem()) == (48, 48, "")


def test_a_strength_dragged_in_the_list(head: bpy.types.Object, rows: Any) -> None:
    for strength in (0.9, 0.4, 1.7, 0.0, 0.5):
        rows[1].strength = strength
    assert keys_of(head, "jawOpen") == {1.0: 0.0, 13.0: 0.25, 49.0: 0.0, 100.0: 0.9}
    rows[1].strength = 1.0
    assert keys_of(head, "jawOpen")[13.0] == 0.5


def test_a_lock_keeps_it_from_the_list(head: bpy.types.Object, rows: Any) -> None:
    rows[1].locked = True
    rows[1].strength = 0.5
    assert problem() == "the keyframe 'laughs out loud' at frame 13 is locked: unlock it in the keyframe list first"
    assert (rows[1].strength, keys_of(head, "jawOpen")[13.0]) == (1.0, 0.5)
    rows[1].label = "other"
    assert rows[1].label == "laughs out loud"
    view().index = 2
    assert problem() == ""  # it was about another
    rows[1].locked = False
    rows[1].label = "other"
    assert (shown()[1], problem()) == ((13, "other"), "")


def test_one_change_is_one_undo_step(head: bpy.types.Object, rows: Any, reload: Reload) -> None:
    reload()
    bpy.ops.ed.undo_push(message="before")
    fresh()[1].frame = 20
    bpy.ops.ed.undo_push(message="Frame")  # which the field does when it is let go
    fresh()[1].strength = 0.5
    bpy.ops.ed.undo_push(message="Strength")
    head = bpy.data.objects["Head"]
    assert keys_of(head, "jawOpen")[20.0] == 0.25
    bpy.ops.ed.undo()
    head = bpy.data.objects["Head"]
    assert (keys_of(head, "jawOpen")[20.0], shown()[1][0]) == (0.5, 20)
    bpy.ops.ed.undo()
    head = bpy.data.objects["Head"]
    assert (keys_of(head, "jawOpen")[13.0], shown()) == (0.5, ALL)
    bpy.ops.ed.redo()
    assert shown()[1][0] == 20


def test_saved_and_opened(head: bpy.types.Object, rows: Any, reload: Reload) -> None:
    rows[2].locked = True
    rows[1].strength = 0.5
    scene: Any = reload()
    found = scene.keyframeface_keyframes.rows
    bpy.context.view_layer.objects.active = bpy.data.objects["Head"]
    fresh()
    assert [(row.locked, row.strength) for row in found] == [(False, 1.0), (False, 0.5), (True, 1.0), (False, 1.0)]


def test_a_list_that_is_out_of_date_writes_nothing(head: bpy.types.Object, rows: Any) -> None:
    action_of(head).pose_markers["laughs out loud"].frame = 20
    for curve in (
        curve_of(head, name) for name in ("mouthPressLeft", "mouthSmileLeft", "mouthSmileRight", "cheekPuff", "jawOpen")
    ):
        assert curve
        curve.keyframe_points[1].co_ui.x = 20
        curve.update()
    rows[1].strength = 0.5
    assert problem() == "the keyframes have changed meanwhile; look at them again"
    assert keys_of(head, "jawOpen")[20.0] == 0.5
    assert shown()[1] == (20, "laughs out loud")


def test_another_face_at_hand(rows: Any, new_head: NewHead) -> None:
    bpy.context.view_layer.objects.active = new_head("Other")
    assert shown() == []
    bpy.context.view_layer.objects.active = bpy.data.objects["Head"]
    assert shown() == ALL


def test_no_face(rows: Any) -> None:
    bpy.data.objects.remove(bpy.data.objects["Head"])
    assert shown() == []


def test_a_recording_is_listed_by_its_labels(head: bpy.types.Object, laugh: Performance) -> None:
    write_performance(face_of(head), laugh, current_scene(), 200, sample(laugh, np.arange(49) / 24))
    listed = fresh()
    assert [(row.at, row.kept) for row in listed][4:] == [
        (frame, "Recorded, with keys at every frame") for frame in (200, 212, 248)
    ]
    listed[5].strength = 0.5
    assert "change its curves in the Graph Editor" in problem()


def test_strips_are_listed_and_left_alone(head: bpy.types.Object) -> None:
    adt = key_of(head).animation_data
    assert adt
    adt.nla_tracks.new().strips.new("Laughs", 11, action_of(head))
    adt.action = None
    listed = fresh()
    assert (listed[0].at, listed[0].label, listed[0].kept) == (11, "calm, 静かに", "In the NLA strip Laughs")
    before = snapshot()
    for name, value in (("strength", 0.5), ("frame", 14), ("label", "other"), ("locked", True)):
        setattr(listed[1], name, value)
        assert "plays from the NLA strip 'Laughs'" in problem()
    assert snapshot() == before
    assert fresh()[1].label == "laughs out loud"


def test_drawing_looks_only_where_something_has_changed(
    head: bpy.types.Object, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(
        bpy.app.timers, "register", lambda _, first_interval: asked.append(first_interval), raising=False
    )
    timers = type("Timers", (), {"is_registered": lambda *_: False, "register": lambda *_, **k: asked.append(0)})()
    app = type("App", (), {"timers": timers, "background": True})()
    monkeypatch.setattr(keyframe_list, "bpy", _with_app(app))
    started = time.perf_counter()
    for _ in range(200):
        keyframe_list.ask_for_sync(bpy.context)
    assert time.perf_counter() - started < 0.1
    assert not asked
    action_of(head).pose_markers[0].name = "renamed"  # which no handler hears of
    keyframe_list.ask_for_sync(bpy.context)
    assert asked


def _with_app(app: Any) -> Any:
    class Blender:
        def __getattr__(self, name: str) -> Any:
            return app if name == "app" else getattr(bpy, name)

    return Blender()


def test_a_long_recording_stays_quick(head: bpy.types.Object) -> None:
    """A minute at 60 fps on all channels."""
    rng = np.random.default_rng(1)
    times = np.arange(3600) / 60
    current_scene().render.fps = 60
    from dataclasses import replace

    from keyframeface_addon.face.channels import SHAPES
    from keyframeface_addon.face.keyframe import Keyframe

    keyframes = tuple(
        Keyframe(t, "take 1" if t == 0 else "", dict(zip(SHAPES, row, strict=True)))
        for t, row in zip(times.tolist(), rng.random((3600, len(SHAPES))).tolist(), strict=True)
    )
    long = replace(pose(), keyframes=keyframes)
    write_performance(face_of(head), long, current_scene(), 200, long.matrix())
    fresh()
    started = time.perf_counter()
    fresh()
    assert time.perf_counter() - started < 2.0  # a tenth of that, unless the machine is busy
    assert [row.at for row in fresh()] == [1, 13, 49, 100, 200]
