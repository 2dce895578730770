"""Scripts acted out: which face acts which line, what lies where on the timeline, and going on where it stopped."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender.batch import TEXT, Batch, told, write_text
from keyframeface_addon.blender.readback import played_records
from keyframeface_addon.blender.rig import NoFace, find_face
from keyframeface_addon.blender.script_lines import laid_lines
from keyframeface_addon.inference.engine import EngineError, ModelUnusable, Sampling
from keyframeface_addon.interchange.script import ScriptError
from keyframeface_addon.language.prompt import Message
from tests.blender.conftest import NewHead
from tests.blender.timeline import key_of
from tests.scripted_engine import LAUGH, ScriptedEngine, ScriptedStream

CRY = """\
0.0 holds back: mouthPress 40
1.0 bursts into tears: browInnerUp 90 mouthFrown 80
"""
WAIT = "0.0 waits: mouthPress 10\n3.0 waits on: mouthPress 20\n"
NOD = "0.0 looks up: head up 10\n1.0 nods: head down 20 mouthPress 20\n"


class Actor(ScriptedEngine):
    """Laughs, cries, waits, nods or fails, as it is asked."""

    def start(self, messages: list[Message], sampling: Sampling) -> ScriptedStream:
        asked = messages[-1]["content"]
        self.error = "the model stopped" if "fails" in asked else ""
        if "breaks" in asked:
            raise ModelUnusable("the model is gone")
        texts = {"cries": CRY, "waits": WAIT, "nods": NOD}
        self.text = next((text for word, text in texts.items() if word in asked), LAUGH)
        return super().start(messages, sampling)


@pytest.fixture
def actor() -> Actor:
    return Actor(size=1000)


@pytest.fixture
def faces(new_head: NewHead, scene: bpy.types.Scene) -> tuple[bpy.types.Object, bpy.types.Object]:
    """Anna and Ben at 24 frames a second."""
    return new_head("Anna_head"), new_head("Ben.001")


Play = Callable[..., Batch]


@pytest.fixture
def play(scene: bpy.types.Scene, actor: Actor, tmp_path: Path) -> Play:
    """Acts out a script of these rows: id, character, prompt."""

    def act(*rows: str, name: str = "script.csv", head: str = "id,character,prompt\n", **options: Any) -> Batch:
        script = tmp_path / name
        script.write_text(head + "\n".join(rows), encoding="utf-8")
        options = {"at_hand": NoFace("select one"), "start": 1, **options}
        batch = Batch(scene, script, actor, **options)
        batch.run()
        return batch

    return act


def on_timeline(head: bpy.types.Object) -> list[tuple[str, int, int]]:
    """Prompt, first and last frame of what a face plays, in time."""
    scene = bpy.context.scene
    assert scene
    records = sorted(played_records(find_face(head, scene)), key=lambda record: record.start_frame)
    return [(r.performance.prompt, r.frames[0], r.frames[-1]) for r in records]


def markers() -> list[tuple[int, str]]:
    return sorted((marker.frame, marker.name) for marker in bpy.context.scene.timeline_markers)


def value(head: bpy.types.Object, key: str, frame: int) -> float:
    bpy.context.scene.frame_set(frame)
    return key_of(head.evaluated_get(bpy.context.evaluated_depsgraph_get())).key_blocks[key].value


DIALOGUE = ("a,ANNA,she laughs", "b,BEN,he cries", "c,Anna,she cries", "d,ben,he waits")


def action_names() -> list[str]:
    """But for those that only hold beneath a strip what nothing moves: Blender 5.0 needs them, 4.2 and 5.2 do not."""
    return sorted(action.name for action in bpy.data.actions if not action.name.endswith(", beneath"))


def tracks_of(owner: Any) -> list[bpy.types.NlaTrack]:
    """Of the lines."""
    return [t for t in owner.animation_data.nla_tracks if not all(s.name.endswith(", beneath") for s in t.strips)]


def test_each_line_is_an_action_on_its_face(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    batch = play(*DIALOGUE)
    anna, ben = faces
    assert told(batch) == "4 of 4 lines made"
    assert on_timeline(anna) == [("she laughs", 1, 49), ("she cries", 97, 121)]
    assert on_timeline(ben) == [("he cries", 61, 85), ("he waits", 133, 205)]
    assert markers() == [(1, "a: she laughs"), (61, "b: he cries"), (97, "c: she cries"), (133, "d: he waits")]
    assert action_names() == ["a: she laughs", "b: he cries", "c: she cries", "d: he waits"]
    assert value(anna, "mouthSmileLeft", 13) == pytest.approx(0.8)
    assert value(anna, "mouthFrownLeft", 121) == pytest.approx(0.8)
    assert value(ben, "mouthFrownLeft", 85) == pytest.approx(0.8)
    assert value(ben, "mouthPressLeft", 205) == pytest.approx(0.2)
    assert value(anna, "mouthFrownLeft", 180) == pytest.approx(0.0)


@pytest.mark.parametrize(("fps", "base", "starts"), [(24, 1.0, [1, 61]), (30, 1.001, [1, 76]), (60, 1.0, [1, 151])])
def test_the_gap_is_in_seconds(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object], fps: int, base: float, starts: list[int]
) -> None:
    bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = fps, base
    play(*DIALOGUE[:2])
    assert [frame for frame, _ in markers()] == starts


def test_near_lines_of_one_face_go_over_into_each_other(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]
) -> None:
    anna, _ = faces
    play("a,Anna,she laughs", "b,Anna,she cries", "c,Anna,she laughs", "d,Anna,she cries", "e,Anna,she laughs")
    assert on_timeline(anna) == [
        ("she laughs", 1, 49),
        ("she cries", 61, 85),
        ("she laughs", 97, 145),
        ("she cries", 157, 181),
        ("she laughs", 193, 241),
    ]
    assert value(anna, "mouthSmileLeft", 49) == pytest.approx(0.4)
    assert value(anna, "mouthSmileLeft", 55) == pytest.approx(0.2, abs=0.02)  # half-way to the next line's first pose
    assert value(anna, "mouthPressLeft", 61) == pytest.approx(0.4)
    for frame in range(85, 98):  # not by way of a face at rest
        shown = value(anna, "mouthFrownLeft", frame)
        assert shown == pytest.approx(0.8 * (97 - frame) / 12, abs=0.02)
    assert value(anna, "mouthFrownLeft", 181) == pytest.approx(0.8)
    assert len(tracks_of(key_of(anna))) <= 3  # for five lines; on 5.0 what holds beneath lies between


def test_a_failing_line_is_skipped_and_told(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    batch = play("a,Anna,she laughs", "b,Ben,he fails", "c,Zoe,she laughs", "d,Ben,he cries", "e,Ben,", "f,x,y,z")
    write_text(batch)
    assert told(batch) == "2 of 6 lines made, 4 failed"
    assert [start for start, _ in markers()] == [1, 61]
    text = bpy.data.texts[TEXT].as_string().splitlines()
    assert text[0] == "script.csv: 2 of 6 lines made, 4 failed"
    assert text[2:] == [
        "line 2 made: a: she laughs, 3 keyframes on Anna_head, frames 1 to 49",
        "line 3 failed: b: the model stopped",
        "line 4 failed: c: no face is called 'Zoe': name its mesh, armature or collection so",
        "line 5 made: d: he cries, 2 keyframes on Ben.001, frames 61 to 85",
        "line 6 failed: the prompt is empty; say what the face should do",
        "line 7 failed: 4 values for 3 columns; quote a text that holds a comma",
    ]


def test_a_model_that_is_gone_is_not_asked_again(
    play: Play, actor: Actor, faces: tuple[bpy.types.Object, bpy.types.Object]
) -> None:
    for rows in (("b,Ben,he breaks it", "c,Ben,he cries"), ("b,Ben,he breaks it",)):
        batch = play("a,Anna,she laughs", *rows, redo=True)
        assert told(batch) == f"1 of {1 + len(rows)} lines made, the model is gone"
    assert len(actor.asked) == 2


def test_going_on_makes_only_what_is_missing(
    play: Play, actor: Actor, faces: tuple[bpy.types.Object, bpy.types.Object]
) -> None:
    anna, ben = faces
    play("a,Anna,she laughs", "b,Ben,he fails", "c,Anna,she cries")
    kept = {action.name: action.session_uid for action in bpy.data.actions}
    batch = play("a,Anna,she laughs", "b,Ben,he waits", "c,Anna,she cries", "d,Ben,he cries")
    assert told(batch) == "2 of 4 lines made, 2 done before"
    assert len(actor.asked) == 5
    assert {name: bpy.data.actions[name].session_uid for name in kept} == kept
    # c has made room for b
    assert markers() == [(1, "a: she laughs"), (61, "b: he waits"), (145, "c: she cries"), (181, "d: he cries")]
    assert on_timeline(anna) == [("she laughs", 1, 49), ("she cries", 145, 169)]
    assert on_timeline(ben) == [("he waits", 61, 133), ("he cries", 181, 205)]
    assert value(anna, "mouthFrownLeft", 169) == pytest.approx(0.8)
    assert told(play("a,Anna,she laughs", "b,Ben,he waits")) == "0 of 2 lines made, 2 done before"


def test_going_on_after_saving_and_opening(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object], reload: Any, actor: Actor, tmp_path: Path
) -> None:
    play(*DIALOGUE[:2])
    scene = reload()
    (tmp_path / "script.csv").write_text("id,character,prompt\n" + "\n".join(DIALOGUE), encoding="utf-8")
    batch = Batch(scene, tmp_path / "script.csv", actor, NoFace("select one"), 1)
    batch.run()
    assert told(batch) == "2 of 4 lines made, 2 done before"
    assert markers() == [(1, "a: she laughs"), (61, "b: he cries"), (97, "c: she cries"), (133, "d: he waits")]


def test_a_changed_line_is_made_anew_in_its_place(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    anna, ben = faces
    play("a,Anna,she laughs", "b,Anna,she cries", "c,Ben,he cries", "d,Anna,she laughs")
    play("a,Anna,she laughs", "b,Anna,she waits", "c,Ben,he cries", "d,Anna,she laughs")
    assert markers() == [(1, "a: she laughs"), (61, "b: she waits"), (145, "c: he cries"), (181, "d: she laughs")]
    assert on_timeline(anna) == [("she laughs", 1, 49), ("she waits", 61, 133), ("she laughs", 181, 229)]
    assert on_timeline(ben) == [("he cries", 145, 169)]
    assert action_names() == [name for _, name in markers()]
    # a shorter one leaves the others where they are
    play("a,Anna,she laughs", "b,Anna,she cries", "c,Ben,he cries", "d,Anna,she laughs")
    assert [start for start, _ in markers()] == [1, 61, 145, 181]
    assert value(anna, "mouthSmileLeft", 55) == pytest.approx(0.2, abs=0.02)


def test_a_line_given_to_another_character_moves_there(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]
) -> None:
    anna, ben = faces
    play("a,Anna,she laughs", "b,Anna,she cries")
    play("a,Anna,she laughs", "b,Ben,she cries")
    assert on_timeline(anna) == [("she laughs", 1, 49)]
    assert on_timeline(ben) == [("she cries", 61, 85)]


def test_all_anew(play: Play, actor: Actor, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    play(*DIALOGUE)
    before = markers()
    batch = play(*DIALOGUE, redo=True)
    assert told(batch) == "4 of 4 lines made"
    assert len(actor.asked) == 8
    assert markers() == before
    assert len(action_names()) == 4


def test_what_was_edited_by_hand_stays_in_the_file(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]
) -> None:
    play("a,Anna,she laughs", "b,Anna,she cries")
    edited = bpy.data.actions["b: she cries"]
    from keyframeface_addon.blender.slots import curves_in

    next(iter(curves_in(edited))).keyframe_points[0].co.y = 0.7
    batch = play("a,Anna,she laughs", "b,Anna,she waits")
    assert edited.use_fake_user
    assert "kept as the action 'b: she cries'" in batch.outcomes[-1].text
    assert not [marker for marker in markers() if "cries" in marker[1]]


def test_a_strip_that_was_deleted_is_made_again(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    anna, _ = faces
    play(*DIALOGUE)
    track, strip = next(
        (t, s) for t in tracks_of(key_of(anna)) for s in t.strips if "cries" in s.name and "beneath" not in s.name
    )
    track.strips.remove(strip)
    assert told(play(*DIALOGUE)) == "1 of 4 lines made, 3 done before"
    assert on_timeline(anna) == [("she laughs", 1, 49), ("she cries", 97, 121)]


def test_strips_moved_by_hand_stay_there(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    _, ben = faces
    play(*DIALOGUE)
    strip = next(s for t in key_of(ben).animation_data.nla_tracks for s in t.strips if "waits" in s.name)
    strip.frame_start_ui += 100
    play(*DIALOGUE, "e,Ben,he laughs")
    assert on_timeline(ben) == [("he cries", 61, 85), ("he waits", 233, 305), ("he laughs", 317, 365)]


def test_a_failing_line_leaves_what_was_there(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    anna, _ = faces
    play("a,Anna,she laughs", "b,Anna,she cries")
    before = markers(), on_timeline(anna)
    assert told(play("a,Anna,she laughs", "b,Anna,she fails")) == "0 of 2 lines made, 1 done before, 1 failed"
    assert (markers(), on_timeline(anna)) == before


def test_without_characters_the_face_at_hand_acts(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object], scene: bpy.types.Scene
) -> None:
    anna, ben = faces
    at_hand = find_face(ben, scene)
    play("she laughs", "", "# no line", "she cries", name="script.txt", head="", at_hand=at_hand)
    assert on_timeline(ben) == [("she laughs", 1, 49), ("she cries", 61, 85)]
    play("a,Zoe,she laughs", at_hand=at_hand)  # the only character there is
    assert len(on_timeline(ben)) == 3
    assert not on_timeline(anna)


def test_a_screenplay(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    anna, ben = faces
    rows = ("INT. KITCHEN - DAY", "", "ANNA (V.O.)", "Who laughs?", "", "BEN (CONT'D)", "(cries)", "Me.")
    batch = play(*rows, name="script.fountain", head="")
    assert told(batch) == "2 of 2 lines made"
    assert [prompt for prompt, _, _ in on_timeline(anna)] == ['ANNA: "Who laughs?"']
    assert [prompt for prompt, _, _ in on_timeline(ben)] == ['BEN (cries): "Me."']
    assert [name.partition(":")[0] for _, name in markers()] == ["1-anna-1", "1-ben-1"]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        (("a,Zoe,she laughs", "b,Max,he cries"), NoFace, "no face is called 'Zoe'"),
        (("a,,she laughs",), NoFace, "select one"),
        ((), ScriptError, "holds no prompt"),
    ],
)
def test_nothing_to_act(
    play: Play,
    faces: tuple[bpy.types.Object, bpy.types.Object],
    actor: Actor,
    rows: tuple[str, ...],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        play(*rows)
    assert not actor.asked
    assert not bpy.data.actions


def test_who_is_meant_must_be_clear(play: Play, new_head: NewHead) -> None:
    for name in ("Anna_head", "Anna.001", "Ben"):
        new_head(name)
    batch = play("a,Anna,she laughs", "b,Ben,he laughs")
    assert told(batch) == "1 of 2 lines made, 1 failed"
    assert "'Anna' may be 'Anna.001', 'Anna_head'" in batch.outcomes[0].text


def test_a_collection_or_an_armature_names_a_face(
    play: Play, new_head: NewHead, new_armature: Any, scene: bpy.types.Scene
) -> None:
    first, second = new_head("Head", parent=new_armature("Anna_rig")), new_head("Head.001")
    outer, inner = bpy.data.collections.new("Ben"), bpy.data.collections.new("geometry")
    scene.collection.children.link(outer)
    outer.children.link(inner)
    inner.objects.link(second)
    scene.collection.objects.unlink(second)
    assert told(play(*DIALOGUE)) == "4 of 4 lines made"
    assert len(on_timeline(first)) == len(on_timeline(second)) == 2


def test_stopping_keeps_what_is_done(
    scene: bpy.types.Scene, actor: Actor, faces: tuple[bpy.types.Object, bpy.types.Object], tmp_path: Path
) -> None:
    script = tmp_path / "script.csv"
    script.write_text("id,character,prompt\n" + "\n".join(DIALOGUE), encoding="utf-8")
    batch = Batch(scene, script, actor, NoFace("select one"), 1)
    while not batch.count("made"):
        batch.poll()
        if batch.ready:
            batch.write()
    batch.poll()
    assert batch.label == "b: he cries"
    assert 0.25 < batch.progress < 0.5
    batch.stop()
    assert batch.over
    assert told(batch) == "1 of 4 lines made, stopped"
    assert actor.streams[-1].cancelled
    again = Batch(scene, script, actor, NoFace("select one"), 1)
    again.run()
    assert told(again) == "3 of 4 lines made, 1 done before"
    assert len(laid_lines(scene, "script.csv")) == 4


def test_renamed_and_deleted_meanwhile(
    scene: bpy.types.Scene, actor: Actor, faces: tuple[bpy.types.Object, bpy.types.Object], tmp_path: Path
) -> None:
    anna, ben = faces
    script = tmp_path / "script.txt"
    script.write_text("she laughs\nshe cries\nshe laughs", encoding="utf-8")
    batch = Batch(scene, script, actor, find_face(anna, scene), 1)
    while not batch.count("made"):
        batch.poll()
        anna.name = "Somebody else"
        if batch.ready:
            batch.write()
    batch.poll()
    bpy.data.objects.remove(anna)
    batch.run()
    assert told(batch) == "1 of 3 lines made, 2 failed"
    assert "deleted" in batch.outcomes[1].text
    assert not on_timeline(ben)


def test_other_animation_stays_as_it_is(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    anna, _ = faces
    block = key_of(anna).key_blocks["eyeBlinkLeft"]
    for frame, amount in ((1, 0.0), (200, 1.0), (210, 0.0), (300, 0.5)):
        block.value = amount
        block.keyframe_insert("value", frame=frame)
    before = [value(anna, "eyeBlinkLeft", frame) for frame in range(150, 320, 5)]
    play("a,Anna,she laughs", "b,Anna,she cries")
    assert [value(anna, "eyeBlinkLeft", frame) for frame in range(150, 320, 5)] == pytest.approx(before)
    assert value(anna, "mouthSmileLeft", 13) == pytest.approx(0.8)


def test_errors_of_the_engine_at_the_start_are_outcomes(
    play: Play, actor: Actor, faces: tuple[bpy.types.Object, bpy.types.Object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise EngineError("busy")

    monkeypatch.setattr(actor, "start", refuse)
    assert [outcome.text for outcome in play(*DIALOGUE).outcomes] == ["busy"] * 4


def test_a_line_moves_bones_too(play: Play, new_head: NewHead, new_armature: Any) -> None:
    rig = new_armature("Anna")
    head = new_head("Head", parent=rig)

    def pitch(frame: int) -> float:
        bpy.context.scene.frame_set(frame)
        posed = rig.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones["head"]
        return float(posed.matrix.to_euler().x - rig.data.bones["head"].matrix_local.to_euler().x)

    play("a,Anna,she nods", "b,Anna,she laughs", "c,Anna,she nods", "d,Anna,she nods on")
    assert on_timeline(head) == [
        ("she nods", 1, 25),
        ("she laughs", 37, 85),
        ("she nods", 97, 121),
        ("she nods on", 133, 157),
    ]
    up, down = pitch(1), pitch(25)
    assert abs(up - down) == pytest.approx(math.radians(30), abs=1e-3)
    assert (pitch(97), pitch(121), pitch(133), pitch(157)) == pytest.approx((up, down, up, down), abs=1e-3)
    assert pitch(31) == pytest.approx(down / 2, abs=0.01)  # on its way to rest, where it is as she laughs
    assert pitch(60) == pytest.approx(0.0, abs=1e-3)
    play("a,Anna,she laughs", "b,Anna,she laughs", "c,Anna,she nods", "d,Anna,she waits")
    assert pitch(25) == pytest.approx(0.0, abs=1e-3)
    assert (pitch(121 + 24), pitch(157 + 24)) == pytest.approx((down, 0.0), abs=1e-3)
    assert len(laid_lines(bpy.data.scenes[0], "script.csv")) == 4
    for owner in (key_of(head), rig):
        assert len(tracks_of(owner)) == 2
    used = {s.action.name for o in (key_of(head), rig) for t in tracks_of(o) for s in t.strips}
    assert sorted(used) == action_names()


@pytest.mark.parametrize("name", ["Aaron", "Zoe"])
def test_a_copy_of_a_character_keeps_what_it_plays(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object], scene: bpy.types.Scene, name: str
) -> None:
    anna, _ = faces
    play("a,Anna,she laughs", "b,Anna,she cries")
    twin = anna.copy()
    assert anna.data
    twin.data = anna.data.copy()
    scene.collection.objects.link(twin)
    twin.name = name
    assert on_timeline(twin) == on_timeline(anna)
    play("a,Anna,she laughs", "b,Anna,she waits")
    assert on_timeline(anna) == [("she laughs", 1, 49), ("she waits", 61, 133)]
    assert on_timeline(twin) == [("she laughs", 1, 49), ("she cries", 61, 85)]


def test_another_face_acts_the_same_script(
    play: Play, faces: tuple[bpy.types.Object, bpy.types.Object], scene: bpy.types.Scene
) -> None:
    for head in faces:
        play("she laughs", "she cries", name="script.txt", head="", at_hand=find_face(head, scene))
        assert on_timeline(head) == [("she laughs", 1, 49), ("she cries", 61, 85)]
    assert on_timeline(faces[0]) == on_timeline(faces[1])


def test_a_line_taken_out_of_the_script_stays(play: Play, faces: tuple[bpy.types.Object, bpy.types.Object]) -> None:
    anna, _ = faces
    play("a,Anna,she laughs", "b,Anna,she cries")
    assert told(play("a,Anna,she laughs")) == "0 of 1 lines made, 1 done before"
    assert len(on_timeline(anna)) == 2
