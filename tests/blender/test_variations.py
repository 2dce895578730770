"""Variations of a prompt: shown live and taken away without a trace, one kept as if it had been generated."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import operators, preview, variation_operators
from keyframeface_addon.blender.glance import forget_glances, glance
from keyframeface_addon.blender.placement import PLACEMENTS, Placement
from keyframeface_addon.blender.preview import shown_preview, take_away_previews
from keyframeface_addon.blender.readback import played_records, read_performance
from keyframeface_addon.blender.rig import Face, find_face
from keyframeface_addon.blender.running import TAKES
from keyframeface_addon.blender.slots import PREVIEW, Assignment, current_action
from keyframeface_addon.blender.variation_panel import VARIATION_PANELS
from keyframeface_addon.blender.variations import SHELF, Variations, forget_variations
from keyframeface_addon.language.request import VARIED
from tests.blender.conftest import NewArmature, NewHead, Reload
from tests.blender.drawn import Drawn, drawn
from tests.blender.snapshot import everything
from tests.blender.test_placement import Seen, changed, seen
from tests.blender.timeline import current_scene, key_by_hand, key_of, keys_of, snapshot
from tests.inference.test_readings import SMILES, Moody

ops: Any = bpy.ops
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

TURNS = [text.replace("0\n", f"0 head left {i}\n", 1) for i, text in enumerate(SMILES, 1)]
FRAMES = (-5, 1, 10, 22, 34, 50, 60, 90)


@pytest.fixture
def engine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Moody:
    """Smiles more each time."""
    moody = Moody(answers=[*SMILES])
    for module in (operators, variation_operators):
        monkeypatch.setattr(module, "engine_from_preferences", lambda context: moody)
    return moody


@pytest.fixture
def head(new_head: NewHead, new_armature: NewArmature, engine: Moody, settings: Any) -> bpy.types.Object:
    """A face at hand with animation of its own, one slider open, one that is not of the face; a prompt typed."""
    rig = new_armature()
    made = new_head(parent=rig)
    for frame, value in ((1, 0.1), (40, 0.6), (90, 0.3)):
        key_by_hand(made, "jawOpen", frame, value)
        rig.location.x = value
        rig.keyframe_insert("location", frame=frame)
    key_of(made).key_blocks["tongueOut"].value = 0.25
    bpy.context.view_layer.objects.active = made
    bpy.context.scene.frame_set(10)
    settings.prompt = "she smiles"
    return made


def timeline() -> dict[int, Seen]:
    scene = current_scene()
    now = scene.frame_current
    found = {frame: seen(scene, frame) for frame in FRAMES}
    scene.frame_set(now)
    return found


def state() -> tuple[Any, ...]:
    """All that must be as it was; the last is what one sees."""
    bpy.context.view_layer.update()
    values = {(key.name, block.name): round(block.value, 5) for key in bpy.data.shape_keys for block in key.key_blocks}
    poses = {
        (o.name, bone.name): tuple(round(v, 5) for v in bone.rotation_quaternion[:])
        for o in bpy.data.objects
        if o.pose
        for bone in o.pose.bones
    }
    animated = {
        owner.name: (Assignment.of(owner).handle, Assignment.of(owner).extrapolation)
        for owner in (*bpy.data.shape_keys, *bpy.data.objects)
        if owner.animation_data
    }
    fake = {action.name: (action.use_fake_user, action.users) for action in bpy.data.actions}
    locked = {a.name: a.get(PREVIEW) is None for a in bpy.data.actions}
    return everything().keys(), snapshot(), values, poses, animated, fake, locked


def smile() -> float:
    """On the evaluated face at this frame."""
    bpy.context.view_layer.update()
    keys = key_of(bpy.data.objects["Head"]).evaluated_get(bpy.context.evaluated_depsgraph_get())
    return round(keys.key_blocks["mouthSmileLeft"].value, 3)


def face() -> Face:
    return find_face(bpy.data.objects["Head"], current_scene())


def at_hand() -> Variations:
    return SHELF[glance(bpy.context).face_id]


def test_made_and_listed_nothing_is_changed(head: bpy.types.Object, engine: Moody) -> None:
    before = state()
    assert keyframeface.make_variations(count=3) == {"FINISHED"}
    assert state() == before
    assert [(r.label, r.seed) for r in at_hand().readings] == [("smile 1", 0), ("smile 2", 1), ("smile 3", 2)]
    assert [(s.seed, s.temperature) for s in engine.samplings] == [(0, 0), (1, VARIED), (2, VARIED)]
    assert not TAKES


def test_as_many_as_the_panel_says(head: bpy.types.Object, engine: Moody) -> None:
    bpy.context.scene.keyframeface_variations.count = 6
    keyframeface.make_variations()
    assert len(at_hand().readings) == 6


def test_stepped_through_live(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=3)
    before = smile()
    smiles = []
    for _ in range(4):
        assert keyframeface.next_variation() == {"FINISHED"}
        smiles.append(smile())
    assert smiles == pytest.approx([0.1, 0.2, 0.3, 0.1])
    keyframeface.next_variation(backwards=True)
    assert smile() == pytest.approx(0.3)
    bpy.context.scene.frame_set(34)  # the second keyframe: it plays
    assert smile() == pytest.approx(0)
    bpy.context.scene.frame_set(10)
    keyframeface.show_variation(number=2)
    assert smile() == pytest.approx(0.2)
    assert at_hand().shown == 1
    keyframeface.show_variation(number=2)
    assert (smile(), at_hand().shown) == (before, None)


@pytest.mark.parametrize("place", PLACEMENTS)
@pytest.mark.parametrize("answers", [SMILES, TURNS], ids=["still", "turning"])
def test_shown_and_discarded_all_is_as_it_was(
    head: bpy.types.Object, settings: Any, engine: Moody, place: Placement, answers: list[str]
) -> None:
    engine.answers = [*answers]
    settings.place = place
    before, sight = state(), timeline()
    keyframeface.make_variations(count=3)
    assert len(at_hand().readings) == 3
    for _ in range(3):
        keyframeface.next_variation()
        assert any("Rig head" in name for name in changed(sight, timeline())[10]) == (answers is TURNS)
    assert keyframeface.discard_variations() == {"FINISHED"}
    assert state() == before
    assert not changed(sight, timeline())
    assert not SHELF


@pytest.mark.parametrize("place", PLACEMENTS)
def test_shown_as_it_will_be_written(head: bpy.types.Object, settings: Any, engine: Moody, place: Placement) -> None:
    engine.answers = [*TURNS]
    settings.place, settings.intensity = place, 0.5
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    sight = timeline()
    assert keyframeface.keep_variation() == {"FINISHED"}
    kept = timeline()
    if place == "NLA":  # strips blend with what is beneath, and have no keys beside theirs to ease towards
        sight, kept = ({frame: frames[frame] for frame in (10, 34)} for frames in (sight, kept))
    assert not changed(sight, kept)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_kept_is_as_generated(
    head: bpy.types.Object, settings: Any, engine: Moody, place: Placement, tmp_path: Path
) -> None:
    settings.place = place
    start = str(tmp_path / "start.blend")
    bpy.ops.wm.save_as_mainfile(filepath=start)
    keyframeface.make_variations(count=3)
    keyframeface.show_variation(number=1)
    keyframeface.keep_variation(number=3)
    kept, sight = state(), timeline()
    assert shown_preview() is None
    assert not SHELF
    bpy.ops.wm.open_mainfile(filepath=start)
    bpy.context.scene.keyframeface.seed = 2
    engine.answers = [SMILES[2]]
    keyframeface.generate()
    assert state() == kept
    assert not changed(sight, timeline())
    assert read_performance(face(), 10)[0].prompt == "she smiles"


def test_without_animation_before(new_head: NewHead, engine: Moody, settings: Any) -> None:
    bare = new_head()
    settings.prompt = "she smiles"
    before = state()
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=1)
    assert key_of(bare).animation_data is not None
    take_away_previews()
    assert state() == before
    assert key_of(bare).animation_data is None


@pytest.mark.parametrize("place", PLACEMENTS)
def test_one_undo_step(head: bpy.types.Object, settings: Any, place: Placement) -> None:
    settings.place = place
    bpy.ops.ed.undo_push(message="before")
    before, sight = state(), timeline()
    keyframeface.make_variations(count=3)
    keyframeface.show_variation(number=2)
    keyframeface.keep_variation()
    bpy.ops.ed.undo_push(message="Keep Variation")  # with a window Blender does so by itself
    kept = state()
    assert kept != before
    bpy.ops.ed.undo()
    assert state() == before
    assert not changed(sight, timeline())
    bpy.ops.ed.redo()
    assert state() == kept


def test_scripts_keep_one_directly(head: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="before")
    before = state()
    assert keyframeface.make_variations(count=3, keep=2) == {"FINISHED"}
    assert [k.label for k in read_performance(face())[0].keyframes] == ["smile 2", "on"]
    assert not SHELF
    bpy.ops.ed.undo()
    assert state() == before


def test_undo_while_one_is_shown(head: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="before")
    before = state()
    cube = bpy.data.objects.new("Cube", None)
    bpy.context.scene.collection.objects.link(cube)
    bpy.ops.ed.undo_push(message="Add")
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    bpy.ops.ed.undo()
    assert state() == before
    assert shown_preview() is None
    bpy.ops.ed.redo()
    assert "Cube" in bpy.data.objects
    keyframeface.show_variation(number=2)  # the list is still there
    assert smile() == pytest.approx(0.2)


def test_undo_to_what_was_done_while_one_was_shown(head: bpy.types.Object) -> None:
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Cube", None))
    bpy.ops.ed.undo_push(message="before")
    keyframeface.make_variations(count=2)
    before = state()
    keyframeface.show_variation(number=2)
    for x in (1.0, 2.0):
        bpy.data.objects["Cube"].location.x = x
        bpy.ops.ed.undo_push(message="Move")
    keyframeface.discard_variations()
    bpy.data.objects["Cube"].location.x = 3.0
    bpy.ops.ed.undo_push(message="Move")
    assert state() == before
    for x in (2.0, 1.0, 0.0):
        bpy.ops.ed.undo()
        assert bpy.data.objects["Cube"].location.x == x
        assert state() == before
    for _ in range(3):
        bpy.ops.ed.redo()
        assert state() == before


def test_saved_without_it(head: bpy.types.Object, reload: Reload) -> None:
    before, sight = state(), timeline()
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    reload()
    assert state() == before
    assert not changed(sight, timeline())
    assert not SHELF


def test_a_file_saved_by_blender_itself_is_cleaned(
    head: bpy.types.Object, reload: Reload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Autosave calls no handler."""
    before, sight = state(), timeline()
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    handlers = list(bpy.app.handlers.save_pre)
    bpy.app.handlers.save_pre.clear()
    monkeypatch.setattr(preview, "_SESSION", "another")
    for action in bpy.data.actions:
        if action.get(PREVIEW):
            action[PREVIEW]["owners"] = action[PREVIEW]["owners"].replace(preview._SESSION, "an older one")
    reload()
    bpy.app.handlers.save_pre.extend(handlers)
    assert state() == before
    assert not changed(sight, timeline())


def test_disabling_takes_it_away(head: bpy.types.Object) -> None:
    import addon_utils

    before = state()
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    addon_utils.disable("keyframeface_addon")
    assert state() == before
    assert not SHELF


def test_owners_that_were_renamed_or_deleted_meanwhile(head: bpy.types.Object, engine: Moody) -> None:
    engine.answers = [*TURNS]
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    rig = bpy.data.objects["Rig"]
    rig.name = "Puppet"
    take_away_previews()
    bpy.context.view_layer.update()
    assert tuple(rig.pose.bones["head"].rotation_quaternion[:]) == (1, 0, 0, 0)
    keyframeface.show_variation(number=1)
    bpy.data.objects.remove(head)
    take_away_previews()
    assert not [action for action in bpy.data.actions if action.get(PREVIEW)]
    with pytest.raises(RuntimeError, match=r"no face|deleted in the meantime|no variations"):
        keyframeface.keep_variation(number=1)


def test_nothing_is_keyed_into_it(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    jaw = key_of(head).key_blocks["jawOpen"]
    jaw.value = 0.9
    before = snapshot()
    with contextlib.suppress(RuntimeError):  # up to 4.4; later ones only warn
        jaw.keyframe_insert("value", frame=20)
    assert snapshot() == before
    take_away_previews()
    jaw.keyframe_insert("value", frame=20)
    assert 20 in keys_of(head, "jawOpen")


def test_generating_meanwhile_is_refused(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    with pytest.raises(RuntimeError, match="a variation is being shown on 'Head': keep it or put it away first"):
        keyframeface.generate()
    assert smile() == pytest.approx(0.2)


def test_an_action_that_somebody_keeps_stays(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    action = current_action(key_of(head))
    assert action is not None
    action.use_fake_user = True
    take_away_previews()
    assert action.get(PREVIEW) is None
    assert current_action(key_of(head)) != action


def test_refused_nothing_is_left(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=2)
    key_of(head).key_blocks["mouthSmileLeft"].driver_add("value").driver.expression = "0.5"
    before = state()
    with pytest.raises(RuntimeError, match="driven, so keyframes would have no effect"):
        keyframeface.show_variation(number=2)
    with pytest.raises(RuntimeError, match="driven, so keyframes would have no effect"):
        keyframeface.keep_variation(number=2)
    assert state() == before
    assert len(at_hand().readings) == 2


def test_another_prompt_replaces_the_list(head: bpy.types.Object, engine: Moody) -> None:
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    first, before = at_hand(), smile()
    keyframeface.make_variations(count=3)
    assert at_hand() is not first
    assert len(at_hand().readings) == 3
    assert smile() != before


def test_a_failure_leaves_the_list_as_it_was(head: bpy.types.Object, engine: Moody) -> None:
    keyframeface.make_variations(count=2)
    first = at_hand()
    engine.answers = ["no keyframe here\n"]
    with pytest.raises(RuntimeError, match="no keyframe"):
        keyframeface.make_variations(count=2)
    assert at_hand() is first
    assert not TAKES


def test_step_by_step_and_cancelled(head: bpy.types.Object, engine: Moody) -> None:
    made: Any = SimpleNamespace(count=4)
    variations = variation_operators.KEYFRAMEFACE_OT_make_variations.make_take(made, bpy.context)
    before, progress = state(), [variations.progress]
    assert list(TAKES.values()) == [variations]
    assert not SHELF
    with pytest.raises(RuntimeError, match="is being made already"):
        keyframeface.make_variations()
    while len(variations.readings) < 2:
        variations.poll()
        progress.append(variations.progress)
    variations.show(0)  # while the others come
    assert smile() == pytest.approx(0.1)
    variations.poll()
    assert keyframeface.cancel() == {"FINISHED"}
    assert variations.over
    assert engine.streams[-1].cancelled
    assert len(at_hand().readings) == 2
    assert progress == sorted(progress)
    take_away_previews()
    assert state() == before


def test_without_any_all_buttons_are_grey(head: bpy.types.Object, settings: Any) -> None:
    for operator in (
        keyframeface.show_variation,
        keyframeface.next_variation,
        keyframeface.keep_variation,
        keyframeface.discard_variations,
    ):
        assert not operator.poll()
    settings.prompt = ""
    assert not keyframeface.make_variations.poll()


def test_keeping_one_that_is_not_there(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=2)
    for number in (0, 3):
        with pytest.raises(RuntimeError, match="which one"):
            keyframeface.keep_variation(number=number)


def test_the_list_shows_what_is_on_the_face(head: bpy.types.Object) -> None:
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    assert [label for _, label in glance(bpy.context).labels] == ["smile 2", "on"]
    assert [r.frames for r in played_records(face())] == [(10, 34)]
    forget_variations()
    forget_glances(at_once=True)
    assert glance(bpy.context).labels == ()


@pytest.mark.parametrize("which", [panel.bl_idname for panel in VARIATION_PANELS])
def test_the_panel(head: bpy.types.Object, which: str) -> None:
    def seen() -> Drawn:
        forget_glances(at_once=True)
        found = drawn(getattr(bpy.types, which))
        assert found is not None
        return found

    assert len(VARIATION_PANELS) == 3
    assert seen().operators == ["keyframeface.make_variations"]
    assert seen().properties == ["count"]
    keyframeface.make_variations(count=2)
    assert [text for text in seen().texts if "smile" in text] == ["1  smile 1", "2  smile 2"]
    assert "1.0 s  #1" in seen().texts
    told: Any = variation_operators.KEYFRAMEFACE_OT_show_variation
    assert told.description(bpy.context, SimpleNamespace(number=2)).startswith(
        "Seed 1: smile 2; on.\nSee this variation"
    )
    assert told.description(bpy.context, SimpleNamespace(number=9)) == told.__doc__
    assert seen().operators.count("keyframeface.show_variation") == 2
    assert "keyframeface.discard_variations" in seen().operators
    assert "not written yet" not in seen().text
    keyframeface.show_variation(number=2)
    assert "On the face: 2 of 2; not written yet" in seen().texts


def test_the_panel_while_they_are_made(head: bpy.types.Object) -> None:
    variations = variation_operators.KEYFRAMEFACE_OT_make_variations.make_take(SimpleNamespace(count=4), bpy.context)  # type: ignore[arg-type]
    while not variations.readings:
        variations.poll()
    forget_glances(at_once=True)
    found = drawn(VARIATION_PANELS[0])
    assert found is not None
    assert "3 more to come" in found.texts
    variations.cancel()


def test_esc_takes_it_away(head: bpy.types.Object) -> None:
    before = state()
    keyframeface.make_variations(count=2)
    keyframeface.show_variation(number=2)
    screen = SimpleNamespace(is_animation_playing=True)

    def event(kind: str) -> set[str]:
        happened: Any = SimpleNamespace(type=kind, value="PRESS")
        watching: Any = SimpleNamespace(screen=screen)
        return variation_operators._Shows().modal(watching, happened)

    assert event("MOUSEMOVE") == {"PASS_THROUGH"}
    assert event("ESC") == {"PASS_THROUGH"}  # stops playback
    screen.is_animation_playing = False
    assert shown_preview() is not None
    assert event("ESC") == {"CANCELLED"}
    assert state() == before
    assert event("MOUSEMOVE") == {"FINISHED", "PASS_THROUGH"}
    assert len(at_hand().readings) == 2
