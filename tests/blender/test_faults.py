"""What happens to the scene while a performance is made: refused in one line with nothing changed, or written all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import bpy
import pytest

from keyframeface_addon.blender.curves import read_performance
from keyframeface_addon.blender.last_error import last_error
from keyframeface_addon.blender.placement import PLACEMENTS, Placement
from keyframeface_addon.blender.rig import find_face
from keyframeface_addon.blender.running import TAKES
from tests.blender.conftest import NewHead, Reload
from tests.blender.snapshot import in_detail
from tests.blender.timeline import (
    SLOTTED,
    action_of,
    current_scene,
    curve_of,
    key_by_hand,
    key_of,
    keys_of,
    load,
    local_object,
)
from tests.scripted_engine import ScriptedEngine

if TYPE_CHECKING:
    from tests.blender.stage import Beside

ops: Any = bpy.ops
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon", "tests.blender.stage")

Act = Callable[[bpy.types.Object], object]
NewBeside = Callable[[], "Beside"]
LABELS = ["calm", "laughs out loud", "chuckles on"]


def written(head: bpy.types.Object, around: dict[float, float] | None = None) -> None:
    """The laugh is on it from frame 10 on, and what was there before is still around it."""
    performance, start = read_performance(find_face(head, current_scene()), frame=10)
    assert (start, [k.label for k in performance.keyframes]) == (10, LABELS)
    assert keys_of(head, "mouthSmileLeft")[22.0] == 0.8
    assert {f: v for f, v in keys_of(head, "jawOpen").items() if f < 10 or 58 < f < 120} == (
        around or {1.0: 0.1, 90.0: 0.3}
    )


def delete_object(head: bpy.types.Object) -> None:
    bpy.data.objects.remove(head)


def delete_mesh(head: bpy.types.Object) -> None:
    bpy.data.meshes.remove(cast(bpy.types.Mesh, head.data))


def delete_keys(head: bpy.types.Object) -> None:
    head.shape_key_clear()


def delete_scene(head: bpy.types.Object) -> None:
    old = current_scene()
    bpy.data.scenes.new("Another")
    bpy.data.scenes.remove(old)


def leave_scene(head: bpy.types.Object) -> None:
    current_scene().collection.objects.unlink(head)


def drive(head: bpy.types.Object) -> None:
    key_of(head).key_blocks["mouthSmileLeft"].driver_add("value").driver.expression = "0.5"


def mute(head: bpy.types.Object) -> None:
    curve = curve_of(head, "jawOpen")
    assert curve
    curve.mute = True


def make_absolute(head: bpy.types.Object) -> None:
    key_of(head).use_relative = False


def tweak(head: bpy.types.Object) -> None:
    adt = key_of(head).animation_data
    assert adt
    track = adt.nla_tracks.new()
    track.strips.new("strip", 1, action_of(head)).select = True
    track.select = True
    adt.action = None
    adt.use_tweak_mode = True


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (delete_object, "'Head' was deleted in the meantime; nothing was written"),
        (delete_mesh, "'Head' was deleted in the meantime; nothing was written"),
        (delete_keys, "no face|no shape keys"),
        (delete_scene, "the scene of 'Head' was deleted in the meantime; nothing was written"),
        (leave_scene, "'Head' was deleted in the meantime; nothing was written"),
        (drive, "driven, so keyframes would have no effect: mouthSmileLeft"),
        (mute, "muted, so keyframes would have no effect: jawOpen"),
        (make_absolute, "absolute: turn on Relative"),
        (tweak, "leave tweak mode"),
    ],
)
@pytest.mark.parametrize("place", PLACEMENTS)
def test_done_meanwhile_it_is_refused(
    head: bpy.types.Object,
    engine: ScriptedEngine,
    settings: Any,
    beside: NewBeside,
    act: Act,
    said: str,
    place: Placement,
) -> None:
    if act is mute and place in ("NEW_ACTION", "NLA"):
        pytest.skip("the muted curve stays in the action that is there")
    settings.place = place
    window = beside().until_the_first_keyframe()
    act(head)
    before = in_detail()
    window.fails(said)
    assert in_detail() == before


def rename(head: bpy.types.Object) -> None:
    head.name = key_of(head).name = action_of(head).name = "Somebody else"


def move_on(head: bpy.types.Object) -> None:
    """The playhead counts as it was when Generate was pressed, and so does the prompt."""
    current_scene().frame_set(70)
    current_scene().keyframeface.prompt = ""  # type: ignore[attr-defined]


def shrink(head: bpy.types.Object) -> None:
    current_scene().frame_start, current_scene().frame_end = 2, 15


def share_mesh(head: bpy.types.Object) -> None:
    current_scene().collection.objects.link(head.copy())


def mute_keys(head: bpy.types.Object) -> None:
    for name in ("jawOpen", "mouthSmileLeft"):
        key_of(head).key_blocks[name].mute = True


def delete_another(head: bpy.types.Object) -> None:
    bpy.data.objects.remove(bpy.data.objects["Other"])


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (rename, "3 keyframes on Head, frames 10 to 58"),
        (move_on, "frames 10 to 58"),
        (shrink, "frames 10 to 58"),
        (share_mesh, "'Head' shares its mesh with Head.001, which moves along"),
        (mute_keys, "muted shape keys: jawOpen, mouthSmileLeft"),
        (delete_another, "frames 10 to 58"),
    ],
)
def test_done_meanwhile_it_is_written_all_the_same(
    head: bpy.types.Object, engine: ScriptedEngine, new_head: NewHead, beside: NewBeside, act: Act, said: str
) -> None:
    new_head("Other")
    window = beside().until_the_first_keyframe()
    act(head)
    scene = current_scene()
    before = (keys_of(head, "hat"), scene.frame_start, scene.frame_end, scene.frame_current, len(bpy.data.actions))
    window.succeeds(said)
    written(head)
    after = (keys_of(head, "hat"), scene.frame_start, scene.frame_end, scene.frame_current, len(bpy.data.actions))
    assert after == before
    assert {"mine", "laughs out loud"} <= {marker.name for marker in action_of(head).pose_markers}


@pytest.mark.parametrize("gone", ["deleted", "unassigned"])
def test_its_action_goes_meanwhile(
    head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside, gone: str
) -> None:
    """What is made does not depend on it: there will be another."""
    action = action_of(head)
    window = beside().until_the_first_keyframe()
    if gone == "deleted":
        bpy.data.actions.remove(action)
    else:
        action.use_fake_user = True
        key_of(head).animation_data.action = None
    before = in_detail()
    window.succeeds()
    assert keys_of(head, "mouthSmileLeft") == {10.0: 0.0, 22.0: 0.8, 58.0: 0.4}
    after = in_detail()
    assert {name for name in before if name.startswith("actions ") and after[name] != before[name]} == set()
    assert len(bpy.data.actions) == len([name for name in before if name.startswith("actions ")]) + 1


def test_locked_meanwhile_it_stays(head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside) -> None:
    window = beside().until_the_first_keyframe()
    before = keys_of(head, "jawOpen")
    curve = curve_of(head, "jawOpen")
    assert curve
    curve.lock = True
    window.succeeds("locked and left alone: jawOpen")
    assert keys_of(head, "jawOpen") == before
    assert keys_of(head, "mouthSmileLeft")[22.0] == 0.8


def test_its_action_is_shared_meanwhile(head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside) -> None:
    """As Shift-D does: the copy plays the same action, and is not to be moved."""
    shared = action_of(head)
    window = beside().until_the_first_keyframe()
    twin = head.copy()
    twin.data = head.data.copy()
    current_scene().collection.objects.link(twin)
    adt = key_of(twin).animation_data_create()
    adt.action = shared
    if SLOTTED:
        adt.action_slot = key_of(head).animation_data.action_slot
    before = in_detail()
    window.succeeds("also moves .*this face now has its own copy")
    assert action_of(twin) == shared
    after = in_detail()
    for block in (f"actions {shared.name}", f"objects {twin.name}", f"shape_keys {key_of(twin).name}"):
        users_aside = {name: value for name, value in before[block].items() if name != " users"}
        assert {name: after[block][name] for name in users_aside} == users_aside
    written(head)


def test_undo_pressed_meanwhile(head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside) -> None:
    """All references to Blender's data are void after it."""
    bpy.ops.ed.undo_push(message="before")
    before = in_detail()
    key_by_hand(head, "jawOpen", 5, 0.9)
    bpy.ops.ed.undo_push(message="Insert Keyframe")
    window = beside().until_the_first_keyframe()
    bpy.ops.ed.undo()
    assert in_detail() == before
    window.succeeds()
    written(local_object("Head"))
    bpy.ops.ed.undo_push(message="Generate")  # with a window Blender does so by itself
    bpy.ops.ed.undo()
    assert in_detail() == before


def test_undone_until_there_is_no_face(
    head: bpy.types.Object, engine: ScriptedEngine, new_head: NewHead, beside: NewBeside
) -> None:
    bpy.ops.ed.undo_push(message="before")
    bpy.context.view_layer.objects.active = new_head("Other")
    bpy.ops.ed.undo_push(message="Add")
    window = beside().until_the_first_keyframe()
    bpy.ops.ed.undo()
    before = in_detail()
    window.fails("'Other' was deleted in the meantime; nothing was written")
    assert in_detail() == before


def test_cancelled_or_failed_it_leaves_no_trace(
    head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside
) -> None:
    before = in_detail()
    window = beside().until_the_first_keyframe()
    keyframeface.cancel()
    assert window.tick() == {"CANCELLED"}
    assert in_detail() == before
    engine.error = "the model stopped; try again"
    beside().fails("the model stopped; try again")
    assert in_detail() == before


def test_another_file_meanwhile(
    head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside, tmp_path: Path, reload: Reload
) -> None:
    """It opens as it was saved, and the next performance is made in it."""
    reload()
    before = in_detail()
    window = beside().until_the_first_keyframe()
    bpy.ops.wm.open_mainfile(filepath=bpy.data.filepath)
    assert engine.streams[0].cancelled
    assert window.tick() == {"CANCELLED"}
    assert in_detail() == before
    beside().succeeds()
    written(local_object("Head"))


def test_disabled_meanwhile(head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside) -> None:
    import addon_utils

    before = in_detail()
    window = beside().until_the_first_keyframe()
    addon_utils.disable("keyframeface_addon")
    assert engine.streams[0].cancelled
    assert window.tick() == {"CANCELLED"}
    assert in_detail() == before
    addon_utils.enable("keyframeface_addon")
    current_scene().keyframeface.prompt = "she laughs"  # type: ignore[attr-defined]
    beside().succeeds()
    written(head)


def test_two_faces_at_once(
    head: bpy.types.Object, engine: ScriptedEngine, new_head: NewHead, beside: NewBeside
) -> None:
    first = beside()
    other = new_head("Other")
    bpy.context.view_layer.objects.active = other
    second = beside()
    assert len(TAKES) == 2
    while not (first.take.done and second.take.done):
        for window in (first, second):
            if not window.take.done:
                window.take.poll()
    second.succeeds("3 keyframes on Other")
    first.succeeds("3 keyframes on Head")
    written(head)
    assert keys_of(other, "mouthSmileLeft") == {10.0: 0.0, 22.0: 0.8, 58.0: 0.4}


@pytest.mark.parametrize("by", ["the object", "another object of its mesh"])
def test_one_face_twice_is_refused(head: bpy.types.Object, engine: ScriptedEngine, beside: NewBeside, by: str) -> None:
    first = beside().until_the_first_keyframe()
    if by != "the object":
        twin = head.copy()
        current_scene().collection.objects.link(twin)
        bpy.context.view_layer.objects.active = twin
    before = in_detail()
    second = beside()
    assert second.began == {"CANCELLED"}
    second.has_failed("is being made already: wait for it or cancel it")
    assert in_detail() == before
    assert len(engine.asked) == 1
    first.succeeds()
    written(head)


@pytest.mark.parametrize("kind", ["line", "text block"])
def test_an_empty_prompt(head: bpy.types.Object, engine: ScriptedEngine, settings: Any, kind: str) -> None:
    settings.prompt = " \t "
    if kind == "text block":
        settings.text = bpy.data.texts.new("Prompt")
        settings.text.write("\n \n")
    before = in_detail()
    with pytest.raises(RuntimeError, match="Type a prompt first"):
        keyframeface.generate()
    assert in_detail() == before
    assert not engine.asked


@pytest.mark.parametrize("overridden", [False, True])
def test_a_linked_face(
    head: bpy.types.Object, engine: ScriptedEngine, settings: Any, tmp_path: Path, overridden: bool
) -> None:
    """Linked, or only its object overridden: Blender would take the keys and lose them when the file is opened again."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = current_scene()
    linked = load(str(tmp_path / "library.blend"), link=True, objects="Head")
    scene.collection.objects.link(linked)
    if overridden:
        linked.override_hierarchy_create(scene, bpy.context.view_layer)
        if linked.name in scene.collection.objects:
            scene.collection.objects.unlink(linked)
    scene.keyframeface.prompt = "she laughs"  # type: ignore[attr-defined]
    before = in_detail()
    said = "override its mesh too" if overridden else "make a library override"
    with pytest.raises(RuntimeError, match=f"linked from another file.*{said}") as caught:
        keyframeface.generate()
    assert len(str(caught.value).strip().splitlines()) == 1
    assert last_error(bpy.data.shape_keys[0].session_uid) in str(caught.value)
    assert in_detail() == before
    assert not engine.asked
