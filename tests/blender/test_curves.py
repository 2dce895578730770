from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from keyframeface_addon.face.channels import INDEX, SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NOSE, NewHead

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import keyframe_frames, read_performance, write_performance
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.slots import find_home
from tests.blender.timeline import curve_of, key_of, keys_of, pose


def test_values_at_frames(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    frames = (10, 22, 58)
    report = write_performance(find_face(head, scene), laugh, scene, 10)
    assert (report.first_frame, report.last_frame) == (10, 58)
    for frame, keyframe in zip(frames, laugh.keyframes, strict=True):
        scene.frame_set(frame)
        shown = {name: key_of(head).key_blocks[name].value for name in SHAPES}
        assert shown == pytest.approx({name: keyframe.value(name) for name in SHAPES})
        mesh = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
        lifted = mesh.vertices[2].co.z - NOSE[2]  # every key lifts by its value
        assert lifted == pytest.approx(sum(keyframe.channels.values()), abs=1e-5)


def test_shown_without_leaving_the_frame(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    scene.frame_set(5)
    write_performance(find_face(head, scene), pose(jawOpen=0.7), scene, 5)
    bpy.context.view_layer.update()
    mesh = head.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    assert mesh.vertices[2].co.z - NOSE[2] == pytest.approx(0.7)


def test_between_keyframes_as_sampled(scene: bpy.types.Scene, new_head: NewHead) -> None:
    """Blender's clamped handles and ``motion.sample`` are two easings of one shape: never far apart."""
    random = np.random.default_rng(3)
    worst = 0.0
    scene.render.fps = 60
    for i in range(20):
        head = new_head(f"Head {i}")
        face = find_face(head, scene)
        times = np.cumsum(random.uniform(0.2, 1.5, 6)).round(2) - 0.2
        names = random.choice(SHAPES, 12, replace=False)
        p = Performance(
            tuple(
                Keyframe(t, "", dict(zip(names, random.choice([0, 0.2, 0.5, 0.9], 12), strict=True)))
                for t in times.clip(0)
            )
        )
        report = write_performance(face, p, scene, 0)
        at = np.arange(report.first_frame, report.last_frame + 1)
        # at the whole frames that the keyframes are on
        frames = keyframe_frames(p, scene, 0)
        on_frames = replace(
            p, keyframes=tuple(replace(k, time=f / 60) for k, f in zip(p.keyframes, frames, strict=True))
        )
        sampled = sample(on_frames, at / 60)
        for name in names:
            curve = curve_of(head, str(name))
            column = sampled[:, INDEX[str(name)]]
            if curve is not None:
                worst = max(worst, float(np.abs([curve.evaluate(f) for f in at.tolist()] - column).max()))
    assert worst < 0.12  # 0.111, for steps of up to 0.9


def test_bezier_with_clamped_handles_in_named_groups(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    names = ("jawOpen", "browInnerUp", "mouthFunnel", "eyeBlinkLeft", "tongueOut", "noseSneerLeft", "cheekPuff")
    write_performance(find_face(head, scene), pose(**dict.fromkeys(names, 0.5)), scene, 1)
    home = find_home(key_of(head))
    assert home is not None
    assert [c.group.name for c in home.holder.fcurves] == [
        "Brows",
        "Eyes",
        "Cheeks",
        "Nose",
        "Jaw",
        "Mouth",
        "Tongue",
    ]
    points = [p for c in home.holder.fcurves for p in c.keyframe_points]
    kinds = {(p.interpolation, p.handle_left_type, p.handle_right_type) for p in points}
    assert kinds == {("BEZIER", "AUTO_CLAMPED", "AUTO_CLAMPED")}


def test_channels_that_rest_get_no_curve(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
    head = new_head()
    report = write_performance(find_face(head, scene), laugh, scene, 1)
    home = find_home(key_of(head))
    assert home is not None
    moved = {name for keyframe in laugh.keyframes for name in keyframe.channels}
    assert {c.data_path for c in home.holder.fcurves} == {f'key_blocks["{name}"].value' for name in moved}
    assert (report.curves, report.keyframes) == (len(moved), 3 * len(moved))


@pytest.mark.parametrize(("fps", "base"), [(24, 1.0), (25, 1.0), (30, 1.001), (24, 1.001), (30, 1.0), (60, 1.0)])
def test_frame_rates(scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, fps: int, base: float) -> None:
    head = new_head()
    scene.render.fps, scene.render.fps_base = fps, base
    late = replace(laugh, keyframes=(*laugh.keyframes, Keyframe(59.8, "ends", {"jawOpen": 0.2})))
    report = write_performance(find_face(head, scene), late, scene, 1)
    assert report.last_frame == round(1 + 59.8 * fps / base)
    assert list(keys_of(head, "jawOpen")) == [
        1.0,
        *(round(1 + t * fps / base) for t in (0.5, 2.0)),
        report.last_frame,
    ]
    assert read_performance(find_face(head, scene)) == (late, 1.0)


def test_keyframes_never_share_a_frame(scene: bpy.types.Scene) -> None:
    dense = Performance(tuple(Keyframe(t) for t in (0.0, 0.01, 0.02, 0.1, 0.5)))
    assert keyframe_frames(dense, scene, 10) == (10, 11, 12, 13, 22)


def test_start_may_lie_between_frames_or_before_zero(scene: bpy.types.Scene) -> None:
    p = Performance((Keyframe(0.0), Keyframe(1.0)))
    assert keyframe_frames(p, scene, 10.6) == (11, 35)
    assert keyframe_frames(p, scene, -20.5) == (-20, 4)
