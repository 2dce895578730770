"""Replace, insert, a new action, an NLA strip: by what one sees at every frame, before and after."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import NewArmature, NewHead, Reload

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender import curves, nla, placing
from keyframeface_addon.blender.curves import keyframe_frames, write_performance
from keyframeface_addon.blender.placement import PLACEMENTS, PLACES, Placement
from keyframeface_addon.blender.placing import write_at
from keyframeface_addon.blender.readback import face_records, read_performance, record_at
from keyframeface_addon.blender.references import Refusal
from keyframeface_addon.blender.rig import Face, find_face
from tests.blender.timeline import SLOTTED, action_of, curve_of, key_by_hand, key_of, keys_of, load, pose, snapshot

FRAMES = range(-20, 200, 3)
RATES = [(24, 1.0), (25, 1.0), (30, 1.001), (30, 1.0), (60, 1.0)]
Seen = dict[str, float]


def seen(scene: bpy.types.Scene, frame: int) -> Seen:
    """Every slider, bone and object in the evaluated scene."""
    scene.frame_set(frame)
    graph = bpy.context.evaluated_depsgraph_get()
    found: Seen = {}
    for obj in scene.objects:
        shown = obj.evaluated_get(graph)
        matrices = {obj.name: shown.matrix_world}
        if shown.pose:
            matrices |= {f"{obj.name} {bone.name}": bone.matrix for bone in shown.pose.bones}
        found |= {
            f"{name} {i}": value for name, m in matrices.items() for i, value in enumerate(np.array(m).ravel().tolist())
        }
        if obj.type == "MESH" and key_of(obj):
            keys = key_of(obj).evaluated_get(graph)
            found |= {f"{obj.name} {block.name}": block.value for block in keys.key_blocks}
    return found


def timeline(scene: bpy.types.Scene) -> dict[int, Seen]:
    now = scene.frame_current
    found = {frame: seen(scene, frame) for frame in FRAMES}
    scene.frame_set(now)
    return found


def changed(before: dict[int, Seen], after: dict[int, Seen]) -> dict[int, Seen]:
    """What one sees changed, by frame, as it is now."""
    found = {f: {n: v for n, v in after[f].items() if v != pytest.approx(before[f][n], abs=1e-4)} for f in before}
    return {frame: values for frame, values in found.items() if values}


@pytest.fixture
def turning(laugh: Performance) -> Performance:
    """The laugh, the head turned in it."""
    keyframes = list(laugh.keyframes)
    keyframes[1] = replace(keyframes[1], channels={**keyframes[1].channels, "headYaw": 0.4})
    return replace(laugh, keyframes=tuple(keyframes))


@pytest.fixture
def cast(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> Face:
    """A head with teeth on a rig: shape keys and bones animated by hand, and a key that is not of the face."""
    rig = new_armature()
    head = new_head(keys=(*SHAPES, "hat"), parent=rig)
    teeth = new_head("Teeth", ["jawOpen"], rig)
    for frame, value in ((1, 0.1), (40, 0.6), (90, 0.3), (150, 0.8)):
        for name in ("jawOpen", "hat", "browInnerUp"):
            key_by_hand(head, name, frame, value)
        key_by_hand(teeth, "jawOpen", frame, value)
        rig.location.x = value
        rig.keyframe_insert("location", frame=frame)
        rig.pose.bones["neck"].rotation_quaternion = (math.cos(value / 2), 0, math.sin(value / 2), 0)
        rig.pose.bones["neck"].keyframe_insert("rotation_quaternion", frame=frame)
    key_of(head).key_blocks["tongueOut"].value = 0.25  # stands open
    scene.frame_set(40)
    return find_face(head, scene)


def shows(scene: bpy.types.Scene, face: Face, performance: Performance, start: int) -> None:
    for keyframe, frame in zip(performance.keyframes, keyframe_frames(performance, scene, start), strict=True):
        values = seen(scene, frame)
        for name in SHAPES:
            assert values[f"Head {name}"] == pytest.approx(keyframe.value(name), abs=1e-4), (frame, name)
        if "Teeth jawOpen" in values:
            assert values["Teeth jawOpen"] == pytest.approx(keyframe.value("jawOpen"), abs=1e-4)
    assert record_at(face, start).performance == performance


def test_the_choices() -> None:
    assert tuple(identifier for identifier, _, _ in PLACES) == PLACEMENTS
    assert len({name for _, name, _ in PLACES}) == len(PLACES)


@pytest.mark.parametrize("place", PLACEMENTS)
@pytest.mark.parametrize(("fps", "base"), RATES)
def test_at_the_right_frames_whatever_the_rate(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, place: Placement, fps: int, base: float
) -> None:
    scene.render.fps, scene.render.fps_base = fps, base
    head = new_head()
    face = find_face(head, scene)
    report = write_at(face, laugh, scene, 10, place)
    middle, last = 10 + math.floor(0.5 * fps / base + 0.5), 10 + math.floor(2 * fps / base + 0.5)
    assert (report.first_frame, report.last_frame) == (10, last)
    for frame, keyframe in zip((10, middle, last), laugh.keyframes, strict=True):
        assert seen(scene, frame)["Head mouthSmileLeft"] == pytest.approx(keyframe.value("mouthSmileLeft"))
    assert read_performance(face) == (laugh, 10)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_what_is_not_of_the_face_stays_as_it_is(
    scene: bpy.types.Scene, cast: Face, turning: Performance, place: Placement
) -> None:
    before = timeline(scene)
    write_at(cast, turning, scene, 60, place)
    after = timeline(scene)
    shows(scene, cast, turning, 60)
    for frame in FRAMES:
        for name in before[frame]:
            _, _, of = name.partition(" ")
            if of == "hat" or name.startswith("Rig neck") or of.isdigit():  # objects' matrices
                assert after[frame][name] == pytest.approx(before[frame][name], abs=1e-4), (frame, name)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_survives_saving(
    scene: bpy.types.Scene, cast: Face, turning: Performance, place: Placement, reload: Reload
) -> None:
    write_at(cast, turning, scene, 60, place)
    before = timeline(scene)
    scene = reload()
    assert not changed(before, timeline(scene))
    shows(scene, find_face(bpy.data.objects["Head"], scene), turning, 60)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_a_failure_half_way_restores_everything(
    scene: bpy.types.Scene, cast: Face, turning: Performance, place: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_performance(cast, pose(jawOpen=0.2, headPitch=0.1), scene, 120)
    before, shown, tracks = snapshot(), timeline(scene), _tracks()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Blender said no")

    failing: dict[Placement, list[tuple[Any, str]]] = {
        "REPLACE": [(placing, "write_performance")],
        "INSERT": [(placing, "write_performance")],
        "NEW_ACTION": [(placing, "forget_records"), (placing, "write_performance")],
        "NLA": [(placing, "write_performance"), (nla, "_keep_standing"), (nla, "_new_strip"), (placing, "lay_over")],
    }
    everywhere: list[tuple[Any, str]] = [(curves, "write_record"), (curves, "replace_keys")]
    for module, name in (*failing[place], *everywhere):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, fail)
            with pytest.raises(RuntimeError, match="Blender said no"):
                write_at(cast, turning, scene, 60, place)
        assert snapshot() == before, name
        assert _tracks() == tracks, name
        assert not changed(shown, timeline(scene)), name
    write_at(cast, turning, scene, 60, place)
    shows(scene, cast, turning, 60)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_driven_is_refused_and_nothing_changes(
    scene: bpy.types.Scene, cast: Face, laugh: Performance, place: Placement
) -> None:
    key_of(bpy.data.objects["Head"]).key_blocks["cheekPuff"].driver_add("value").driver.expression = "0.5"
    before, tracks = snapshot(), _tracks()
    with pytest.raises(Refusal, match="driven, so keyframes would have no effect: cheekPuff"):
        write_at(cast, laugh, scene, 60, place)
    assert (snapshot(), _tracks()) == (before, tracks)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_over_a_linked_action(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, place: Placement, tmp_path: Path
) -> None:
    head = new_head(keys=(*SHAPES, "hat"))
    for frame, value in ((1, 0.1), (150, 0.8)):
        for name in ("hat", "browInnerUp"):
            key_by_hand(head, name, frame, value)
    library = str(tmp_path / "library.blend")
    own = action_of(head)
    bpy.data.libraries.write(library, {own})
    linked = load(library, link=True, actions=own.name)
    key_of(head).animation_data.action = linked
    if SLOTTED:
        key_of(head).animation_data.action_slot = linked.slots[0]
    bpy.data.actions.remove(own)
    before = timeline(scene)
    face = find_face(head, scene)
    write_at(face, laugh, scene, 60, place)
    shows(scene, face, laugh, 60)
    after = timeline(scene)
    assert {f: values["Head hat"] for f, values in after.items()} == pytest.approx(
        {f: values["Head hat"] for f, values in before.items()}
    )
    assert linked.library
    assert not linked.get("keyframeface")


@pytest.mark.parametrize("place", PLACEMENTS)
def test_who_plays_the_same_action_is_not_moved(
    scene: bpy.types.Scene, new_head: NewHead, laugh: Performance, place: Placement
) -> None:
    head, twin = new_head(), new_head("Twin")
    for frame, value in ((1, 0.1), (40, 0.6), (90, 0.3)):
        key_by_hand(head, "jawOpen", frame, value)
    shared = action_of(head)
    adt = key_of(twin).animation_data_create()
    adt.action = shared
    if SLOTTED:
        adt.action_slot = key_of(head).animation_data.action_slot
    before = timeline(scene)
    face = find_face(head, scene)
    write_at(face, laugh, scene, 20, place)
    shows(scene, face, laugh, 20)
    assert not any("Twin" in name for values in changed(before, timeline(scene)).values() for name in values)


class TestInsert:
    def test_later_keys_markers_and_performances_move_on(
        self, scene: bpy.types.Scene, cast: Face, laugh: Performance
    ) -> None:
        head = bpy.data.objects["Head"]
        nod = Performance((Keyframe(0.0, "nods", {"jawOpen": 0.9}), Keyframe(0.5, "there", {"jawOpen": 0.7})))
        write_performance(cast, nod, scene, 100)
        hat = keys_of(head, "hat")
        write_at(cast, laugh, scene, 60, "INSERT")
        assert keys_of(head, "jawOpen") == pytest.approx(
            {1: 0.1, 40: 0.6, 60: 0.0, 84 - 12: 0.5, 108: 0.0, 90 + 49: 0.3, 149: 0.9, 161: 0.7, 150 + 49: 0.8}
        )
        assert keys_of(head, "hat") == hat
        assert {m.name: m.frame for m in action_of(head).pose_markers} == {
            "calm, 静かに": 60,
            "laughs out loud": 72,
            "chuckles on": 108,
            "nods": 149,
            "there": 161,
        }
        assert read_performance(cast, 150) == (nod, 149)
        shows(scene, cast, laugh, 60)

    def test_within_a_performance(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        face = find_face(head, scene)
        write_performance(face, laugh, scene, 1)  # frames 1, 13, 49
        write_at(face, pose(browInnerUp=0.7), scene, 13, "INSERT")
        assert [r.frames for r in face_records(face)] == [(1,), (14, 50), (13,)]
        rest = record_at(face, 30)
        assert [k.label for k in rest.performance.keyframes] == ["laughs out loud", "chuckles on"]
        assert [k.time for k in rest.performance.keyframes] == [0, 1.5]
        assert rest.start_frame == pytest.approx(14)
        assert keys_of(head, "mouthSmileLeft") == pytest.approx({1: 0, 13: 0, 14: 0.8, 50: 0.4})
        assert keys_of(head, "browInnerUp")[13] == pytest.approx(0.7)

    def test_within_a_baked_one(self, scene: bpy.types.Scene, new_head: NewHead) -> None:
        head = new_head()
        face = find_face(head, scene)
        summary = Performance((Keyframe(0, "opens", {"jawOpen": 0.0}), Keyframe(1, "open", {"jawOpen": 0.96})))
        rows = np.linspace(summary.matrix()[0], summary.matrix()[1], 25)
        write_performance(face, summary, scene, 1, rows)
        write_at(face, pose(browInnerUp=0.7), scene, 13, "INSERT")
        assert [(r.frames, r.baked) for r in face_records(face)] == [
            ((1, 12), True),
            ((14, 26), True),
            ((13,), False),
        ]
        jaw = keys_of(head, "jawOpen")
        assert (jaw[12], jaw[13], jaw[14], jaw[26]) == pytest.approx((0.44, 0, 0.48, 0.96))
        assert record_at(face, 20).performance.keyframes[0].value("jawOpen") == pytest.approx(0.48)

    def test_locked_curves_stay(self, scene: bpy.types.Scene, cast: Face, laugh: Performance) -> None:
        head = bpy.data.objects["Head"]
        jaw = curve_of(head, "jawOpen")
        assert jaw is not None
        jaw.lock = True
        before = keys_of(head, "jawOpen")
        assert write_at(cast, laugh, scene, 60, "INSERT").kept == ("jawOpen",)
        assert keys_of(head, "jawOpen") == before
        assert keys_of(head, "browInnerUp")[90 + 49] == pytest.approx(0.3)

    def test_handles_move_along(self, scene: bpy.types.Scene, cast: Face, laugh: Performance) -> None:
        jaw = curve_of(bpy.data.objects["Head"], "jawOpen")
        assert jaw is not None
        jaw.keyframe_points[2].handle_right_type = "FREE"
        jaw.keyframe_points[2].handle_right = (99, 0.9)
        write_at(cast, laugh, scene, 60, "INSERT")
        [point] = [p for p in jaw.keyframe_points if round(p.co.x) == 139]
        assert tuple(point.handle_right[:]) == pytest.approx((148, 0.9))


class TestNewAction:
    def test_the_present_one_is_kept(self, scene: bpy.types.Scene, cast: Face, turning: Performance) -> None:
        head, rig = bpy.data.objects["Head"], bpy.data.objects["Rig"]
        write_performance(cast, pose(browDownLeft=0.5, headPitch=0.3), scene, 120)
        before = timeline(scene)
        owners = (key_of(head), key_of(bpy.data.objects["Teeth"]), rig)
        present = [(o, o.animation_data.action, _slot(o)) for o in owners]
        drawn = [snapshot()["actions"][action.name] for _, action, _ in present]
        report = write_at(cast, turning, scene, 60, "NEW_ACTION")
        shows(scene, cast, turning, 60)
        assert [r.frames[0] for r in face_records(cast)] == [60]
        assert not any(keys_of(head, "browInnerUp").values())
        assert {o.animation_data.action.name for o in owners} <= set(report.actions)
        scene.frame_set(120)  # nothing is left of the pose that was there
        assert rig.pose.bones["head"].rotation_quaternion[0] == pytest.approx(1)
        for owner, action, _ in present:
            assert owner.animation_data.action != action
            assert action.use_fake_user
            assert not owner.animation_data.action.use_fake_user
        assert [snapshot()["actions"][action.name] for _, action, _ in present] == drawn
        for owner, action, slot in present:
            owner.animation_data.action = action
            assert _slot(owner) == slot  # Blender finds it again
        for name in SHAPES:
            if curve_of(head, name) is None:  # what no curve moves stays where it was last
                key_of(head).key_blocks[name].value = before[40][f"Head {name}"]
        assert not changed(before, timeline(scene))

    def test_owners_that_it_leaves_alone_keep_theirs(
        self, scene: bpy.types.Scene, cast: Face, laugh: Performance
    ) -> None:
        rig = bpy.data.objects["Rig"]
        body = rig.animation_data.action
        write_at(cast, laugh, scene, 60, "NEW_ACTION")  # the head does not turn
        assert rig.animation_data.action == body
        assert not body.use_fake_user

    def test_without_a_present_one(self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance) -> None:
        head = new_head()
        write_at(find_face(head, scene), laugh, scene, 1, "NEW_ACTION")
        assert [action.use_fake_user for action in bpy.data.actions] == [False]

    @pytest.mark.skipif(not SLOTTED, reason="actions have no slots here")
    def test_others_in_the_action_stay_there(
        self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
    ) -> None:
        anna, ben = new_head("Anna"), new_head("Ben")
        write_performance(find_face(anna, scene), laugh, scene, 1)
        action = action_of(anna)
        adt = key_of(ben).animation_data_create()
        adt.action = action
        adt.action_slot = action.slots.new(id_type="KEY", name="Ben's")
        frown = pose(browDownLeft=0.5)
        write_performance(find_face(ben, scene), frown, scene, 1)
        write_at(find_face(ben, scene), pose(jawOpen=0.5), scene, 1, "NEW_ACTION")
        assert action_of(anna) == action
        assert len(action.slots) == 2
        assert len(action_of(ben).slots) == 1
        assert read_performance(find_face(anna, scene)) == (laugh, 1)
        assert [m.name for m in action_of(ben).pose_markers] == ["pose"]


class TestStrip:
    def test_shows_within_and_changes_nothing_outside(
        self, scene: bpy.types.Scene, cast: Face, turning: Performance
    ) -> None:
        before = timeline(scene)
        kept = snapshot()["actions"]
        report = write_at(cast, turning, scene, 60, "NLA")
        shows(scene, cast, turning, 60)
        after = timeline(scene)
        strips = [strip for owner in _owners() for strip in owner.animation_data.nla_tracks[-1].strips]
        ours = [strip for strip in strips if strip.action.name in report.actions]
        assert len(ours) == 3
        for strip in ours:
            assert (strip.frame_start, strip.frame_end) == (60 - 6, 108 + 6)
            assert (strip.blend_in, strip.blend_out, strip.blend_type) == (6, 6, "REPLACE")
            assert strip.extrapolation == "NOTHING"
            if SLOTTED:
                assert strip.action_slot is not None
        assert changed(before, after).keys() <= set(range(54, 115))
        now = snapshot()["actions"]
        assert {name: now[name] for name in kept} == kept
        assert any("plays as a strip below now" in note for note in report.notes)

    def test_an_action_that_moves_other_things_stays_the_action(
        self, scene: bpy.types.Scene, cast: Face, laugh: Performance
    ) -> None:
        rig = bpy.data.objects["Rig"]
        body = rig.animation_data.action
        write_at(cast, laugh, scene, 60, "NLA")
        assert rig.animation_data.action == body
        assert not rig.animation_data.nla_tracks
        write_at(cast, pose(headYaw=0.4), scene, 130, "NLA")  # nothing else turns the head
        assert rig.animation_data.action == body
        assert len(rig.animation_data.nla_tracks) == 1

    def test_one_over_another(self, scene: bpy.types.Scene, cast: Face, turning: Performance) -> None:
        write_at(cast, turning, scene, 20, "NLA")
        before = timeline(scene)
        frown = Performance((Keyframe(0, "frowns", {"browDownLeft": 0.9}), Keyframe(1, "on", {"browDownLeft": 0.5})))
        write_at(cast, frown, scene, 40, "NLA")
        assert changed(before, timeline(scene)).keys() <= set(range(34, 71))
        shows(scene, cast, frown, 40)
        assert read_performance(cast, 22)[0] == turning
        assert {record.strip != "" for record in (record_at(cast, 22), record_at(cast, 50))} == {True}

    @pytest.mark.parametrize("kind", ["LINEAR", "CYCLES"])
    def test_what_goes_on_beyond_its_keys_does_so_below(
        self, scene: bpy.types.Scene, cast: Face, laugh: Performance, kind: str
    ) -> None:
        jaw = curve_of(bpy.data.objects["Head"], "jawOpen")
        assert jaw is not None
        if kind == "LINEAR":
            jaw.extrapolation = "LINEAR"
        else:
            jaw.modifiers.new("CYCLES")
        before = timeline(scene)
        write_at(cast, laugh, scene, 60, "NLA")
        assert changed(before, timeline(scene)).keys() <= set(range(54, 115))

    def test_edits_in_it_are_read(self, scene: bpy.types.Scene, cast: Face, turning: Performance) -> None:
        write_at(cast, turning, scene, 60, "NLA")
        head, rig = bpy.data.objects["Head"], bpy.data.objects["Rig"]
        home = nla.strip_home(key_of(head).animation_data.nla_tracks[-1].strips[0])
        assert home is not None
        jaw = home.find(key_of(head).key_blocks["jawOpen"].path_from_id("value"))
        assert jaw is not None
        jaw.keyframe_points[1].co.y = 0.9
        jaw.update()
        turned = nla.strip_home(rig.animation_data.nla_tracks[-1].strips[0])
        assert turned is not None
        for curve in turned.holder.fcurves:
            curve.keyframe_points[1].co.y = curve.keyframe_points[0].co.y
            curve.update()
        read = record_at(cast, 80).performance
        assert read.keyframes[1].value("jawOpen") == pytest.approx(0.9)
        assert read.keyframes[1].value("headYaw") == pytest.approx(0, abs=1e-6)
        assert read.keyframes[1].value("mouthSmileLeft") == pytest.approx(0.8)

    def test_muted_it_is_gone(self, scene: bpy.types.Scene, cast: Face, turning: Performance) -> None:
        before = timeline(scene)
        write_at(cast, turning, scene, 60, "NLA")
        for owner in _owners():
            owner.animation_data.nla_tracks[-1].mute = True
        assert not changed(before, timeline(scene))

    def test_replacing_later_does_not_hide_it(
        self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
    ) -> None:
        head = new_head()
        face = find_face(head, scene)
        write_at(face, laugh, scene, 10, "NLA")
        write_performance(face, laugh, scene, 120)
        shows(scene, face, laugh, 10)
        shows(scene, face, laugh, 120)

    def test_replacing_later_is_not_seen_through(
        self, scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature, turning: Performance
    ) -> None:
        rig = new_armature()
        face = find_face(new_head(parent=rig), scene)
        write_at(face, turning, scene, 10, "NLA")
        frown = Performance((Keyframe(0, "frowns", {"browDownLeft": 0.9}), Keyframe(1, "on", {"browDownLeft": 0.5})))
        write_performance(face, frown, scene, 20)
        shows(scene, face, frown, 20)
        scene.frame_set(30)
        assert rig.pose.bones["head"].rotation_quaternion[0] == pytest.approx(1)
        assert seen(scene, 58)["Head mouthSmileLeft"] == pytest.approx(0.4)

    def test_inserting_leaves_it_where_it_is_and_says_so(
        self, scene: bpy.types.Scene, new_head: NewHead, laugh: Performance
    ) -> None:
        face = find_face(new_head(), scene)
        write_at(face, laugh, scene, 100, "NLA")
        report = write_at(face, pose(jawOpen=0.5), scene, 10, "INSERT")
        assert report.notes == ("the NLA strips of Head stay where they are",)
        shows(scene, face, laugh, 100)

    def test_nla_switched_off_is_refused(self, scene: bpy.types.Scene, cast: Face, laugh: Performance) -> None:
        adt = key_of(bpy.data.objects["Head"]).animation_data
        assert adt
        adt.nla_tracks.new()
        adt.use_nla = False
        before, tracks = snapshot(), _tracks()
        with pytest.raises(Refusal, match="the NLA of 'Head' is switched off"):
            write_at(cast, laugh, scene, 60, "NLA")
        assert (snapshot(), _tracks()) == (before, tracks)


def _owners() -> list[Any]:
    return [key_of(bpy.data.objects["Head"]), key_of(bpy.data.objects["Teeth"]), bpy.data.objects["Rig"]]


def _slot(owner: Any) -> str:
    return owner.animation_data.action_slot.identifier if SLOTTED else ""


def _tracks() -> dict[str, list[tuple[str, list[str]]]]:
    return {
        owner.name: [(track.name, [strip.name for strip in track.strips]) for track in owner.animation_data.nla_tracks]
        for owner in (*bpy.data.shape_keys, *bpy.data.objects)
        if owner.animation_data
    }
