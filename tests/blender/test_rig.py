from __future__ import annotations

from pathlib import Path

import pytest

from keyframeface_addon.face.channels import SHAPES
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from tests.blender.conftest import SHARED_RIGS, NewArmature, NewHead

pytest.importorskip("bpy")

import bpy

from keyframeface_addon.blender.curves import write_performance
from keyframeface_addon.blender.mapping import save_mapping
from keyframeface_addon.blender.references import KeyRef, ObjectRef, Refusal
from keyframeface_addon.blender.rig import MAPPING, Face, NoFace, find_face
from keyframeface_addon.retarget.mapping import to_json
from tests.blender.timeline import current_scene


def test_the_one_face_in_the_scene(scene: bpy.types.Scene, new_head: NewHead) -> None:
    new_head()
    face = find_face(None, scene)
    assert face.name == "Head"
    assert set(face.keys) == set(SHAPES)
    assert face.keys["jawOpen"] == (KeyRef(ObjectRef("Head"), "jawOpen"),)
    assert face.keys["jawOpen"][0].resolve().name == "jawOpen"
    assert "headYaw" in face.missing
    assert "jawOpen" not in face.missing


def test_no_face(scene: bpy.types.Scene) -> None:
    with pytest.raises(NoFace, match="shape keys named like ARKit's"):
        find_face(None, scene)
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(NoFace, match="'Cube' belongs to no face"):
        find_face(bpy.context.object, scene)


def test_two_faces_ask_to_pick_one(scene: bpy.types.Scene, new_head: NewHead) -> None:
    one, two = new_head("Anna"), new_head("Ben")
    with pytest.raises(NoFace, match=r"2 faces here: select the one to animate \(Anna, Ben\)"):
        find_face(None, scene)
    assert find_face(two, scene).name == "Ben"
    assert find_face(one, scene).meshes == (one,)


def test_meshes_of_one_armature_are_one_face(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    rig = new_armature()
    head = new_head(parent=rig)
    teeth, tongue = new_head("Teeth", ["jawOpen"], rig), new_head("Tongue", ["jawOpen", "tongueOut"], head)
    loose = new_head("Teeth of another", ["jawOpen"])
    hat = bpy.data.objects.new("Hat", None)
    scene.collection.objects.link(hat)
    hat.parent, hat.parent_type, hat.parent_bone = rig, "BONE", "head"
    for given in (rig, head, teeth, tongue, hat):
        face = find_face(given, scene)
        assert face.meshes == (head, tongue, teeth)
        assert [ref.mesh.name for ref in face.keys["jawOpen"]] == ["Head", "Tongue", "Teeth"]
        assert face.armature == rig
        assert face.joints == {"head": "head", "leftEye": "eye.L", "rightEye": "eye.R"}
        assert face.missing == ()
    assert find_face(loose, scene).joints == {}


def place(obj: bpy.types.Object, *location: float) -> None:
    obj.location = location
    bpy.context.view_layer.update()


def test_meshes_side_by_side_are_one_face(scene: bpy.types.Scene, new_head: NewHead) -> None:
    tongue, teeth = new_head("Tongue", ["jawOpen", "tongueOut"]), new_head("Teeth")  # as exported with every key
    head, part = new_head(), new_head("Part.003", ["browInnerUp"])
    for given in (tongue, teeth, head, part, scene.collection, None):
        face = find_face(given, scene)
        assert (face.name, face.root_ref) == ("Head", ObjectRef("Head"))
        assert set(face.meshes) == {head, teeth, tongue, part}
    write_performance(find_face(tongue, scene), Performance((Keyframe(0.0, "", {"jawOpen": 0.5}),)), scene, 1)
    scene.frame_set(1)
    assert [mesh.data.shape_keys.key_blocks["jawOpen"].value for mesh in (head, teeth, tongue)] == [0.5] * 3
    save_mapping(find_face(teeth, scene), find_face(teeth, scene).mapping)
    assert head.get(MAPPING)
    assert set(find_face(tongue, scene).meshes) == {head, teeth, tongue, part}


def test_a_part_in_a_collection_of_its_own_too(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head, teeth = new_head(), new_head("Teeth", ["jawOpen"])
    inside = bpy.data.collections.new("Inside of the mouth")
    scene.collection.children.link(inside)
    inside.objects.link(teeth)
    assert find_face(inside, scene).meshes == (head, teeth)


@pytest.mark.parametrize("apart", [(1.0, 0.0, 0.0), (0.0, -0.3, 0.0)], ids=["beside", "in front"])
def test_two_characters_of_lone_meshes(
    scene: bpy.types.Scene, new_head: NewHead, apart: tuple[float, float, float]
) -> None:
    heads = [new_head("Anna"), new_head("Ben")]
    teeth = [new_head("Teeth of Anna", ["jawOpen"]), new_head("Teeth of Ben", ["jawOpen"])]
    for obj in (heads[1], teeth[1]):
        place(obj, *apart)
    for head, own in zip(heads, teeth, strict=True):
        assert find_face(head, scene).meshes == find_face(own, scene).meshes == (head, own)
    with pytest.raises(NoFace, match=r"2 faces here: select the one to animate \(Anna, Ben\)"):
        find_face(None, scene)


def test_lone_meshes_that_are_no_part(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    nearly = new_head("Simpler", SHAPES[:40])  # another level of detail: a face as well
    apart, mapped = new_head("Teeth", ["jawOpen"]), new_head("Tongue", ["jawOpen"])
    place(apart, 0.0, 0.0, 0.5)
    mapped[MAPPING] = to_json(find_face(new_head("Elsewhere", ["jawOpen"], new_head("Above", [])), scene).mapping)
    collection = bpy.data.collections.new("Another")
    scene.collection.children.link(collection)
    brows = new_head("Brows", ["browInnerUp"])
    scene.collection.objects.unlink(brows)
    collection.objects.link(brows)
    for obj in (head, nearly, apart, mapped, brows):
        assert find_face(obj, scene).meshes == (obj,)


def test_empty_parent_and_collection(scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature) -> None:
    root, rig = bpy.data.objects.new("Root", None), new_armature()
    scene.collection.objects.link(root)
    rig.parent = root
    head = new_head(parent=rig)
    assert find_face(root, scene).meshes == (head,)
    new_head("Second", parent=new_armature("Second rig"))
    collection = bpy.data.collections.new("Hero")
    scene.collection.children.link(collection)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    for obj in (head, camera):
        collection.objects.link(obj)
    assert find_face(camera, scene).meshes == (head,)


def test_collection_itself(scene: bpy.types.Scene, new_head: NewHead) -> None:
    new_head("Other")
    head = new_head()
    collection, empty = bpy.data.collections.new("Character"), bpy.data.collections.new("Props")
    scene.collection.children.link(collection)
    scene.collection.objects.unlink(head)
    collection.objects.link(head)
    assert find_face(collection, scene).name == "Head"
    with pytest.raises(NoFace, match="the collection 'Props' has no face in it"):
        find_face(empty, scene)
    with pytest.raises(NoFace, match="there are 2 faces here"):
        find_face(scene.collection, scene)


def test_collection_instance(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    collection = bpy.data.collections.new("Hero")
    collection.objects.link(head)
    scene.collection.objects.unlink(head)
    instance = bpy.data.objects.new("Hero instance", None)
    instance.instance_type, instance.instance_collection = "COLLECTION", collection
    scene.collection.objects.link(instance)
    assert find_face(instance, scene).meshes == (head,)


def test_what_is_beside_another_character_is_not_this_face(
    scene: bpy.types.Scene, new_head: NewHead, new_armature: NewArmature
) -> None:
    head, horse = new_head(), new_armature("Horse")
    collection = bpy.data.collections.new("Everyone")
    scene.collection.children.link(collection)
    for obj in (head, horse):
        collection.objects.link(obj)
    with pytest.raises(NoFace, match="'Horse' belongs to no face"):
        find_face(horse, scene)


def test_face_outlives_undo(scene: bpy.types.Scene, new_head: NewHead) -> None:
    face = find_face(new_head(), scene)
    bpy.ops.ed.undo_push(message="before")
    write_performance(face, Performance((Keyframe(0.0, "", {"jawOpen": 0.5}),)), scene, 1)
    bpy.ops.ed.undo_push(message="write")
    bpy.ops.ed.undo()
    assert not bpy.data.actions
    assert face == find_face(None, current_scene())
    bpy.ops.ed.redo()
    assert len(bpy.data.actions) == 1
    assert face.keys["jawOpen"][0].resolve().name == "jawOpen"


def test_what_is_gone_is_named(scene: bpy.types.Scene, new_head: NewHead) -> None:
    head = new_head()
    face = find_face(head, scene)
    head.name = "Renamed"
    with pytest.raises(Refusal, match="'Head' is no longer in this file"):
        _ = face.meshes


@pytest.mark.parametrize(
    ("file", "channels", "joints"),
    [
        ("ict_facekit_light.blend", 51, 0),
        ("mpfb_head_arkit52_visemes.blend", 52, 3),
        ("FaceCapHeadGeneric.fbx", 52, 0),
        ("FaceCapLiveModeAvatar.fbx", 51, 3),
    ],
)
def test_rigs_made_by_others(file: str, channels: int, joints: int) -> None:
    face = open_rig(SHARED_RIGS / file)
    assert (len(face.keys), len(face.joints)) == (channels, joints)
    if channels == 51:
        assert "tongueOut" in face.missing
    if file.startswith("ict"):
        assert [ref.name for ref in face.keys["cheekPuff"]] == ["cheekPuff_L", "cheekPuff_R"]


def open_rig(path: Path) -> Face:
    if not path.exists():
        pytest.skip(f"{path} is not here")
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if path.suffix == ".blend":
        bpy.ops.wm.open_mainfile(filepath=str(path))
    else:
        try:
            bpy.ops.wm.fbx_import(filepath=str(path))  # since 4.5
        except AttributeError:
            try:
                bpy.ops.import_scene.fbx(filepath=str(path))
            except RuntimeError as error:
                pytest.skip(str(error))  # "ASCII FBX files are not supported"
    return find_face(None, current_scene())
