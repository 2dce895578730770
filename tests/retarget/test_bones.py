"""Head and eyes by the names of their bones."""

from __future__ import annotations

import pytest

from keyframeface_addon.retarget.bones import eyeballs_of_objects, is_face_part, is_head, joints_of_bones


@pytest.mark.parametrize(
    ("bones", "joints"),
    [
        ("neck head eye.L eye.R head_end", ("head", "eye.L", "eye.R")),
        ("Head LeftEye RightEye", ("Head", "LeftEye", "RightEye")),
        ("HEAD eye_L eye_R", ("HEAD", "eye_L", "eye_R")),
        ("DEF-head head ORG-head MCH-eye.L DEF-eye.L DEF-eye.R", ("head", "DEF-eye.L", "DEF-eye.R")),
        ("CC_Base_Head CC_Base_L_Eye CC_Base_R_Eye", ("CC_Base_Head", "CC_Base_L_Eye", "CC_Base_R_Eye")),
        ("mixamorig:Head mixamorig:HeadTop_End", ("mixamorig:Head", None, None)),
        ("J_Bip_C_Head J_Adj_L_FaceEye J_Adj_R_FaceEye", ("J_Bip_C_Head", "J_Adj_L_FaceEye", "J_Adj_R_FaceEye")),
        ("首 頭 左目 右目 両目 左目先", ("頭", "左目", "右目")),
        ("頭 目.L 目.R", ("頭", "目.L", "目.R")),
        ("head lEye rEye", ("head", "lEye", "rEye")),
        ("Bip01 Head:Bip01 LEye:Bip01 REye", ("Bip01 Head", "Bip01 LEye", "Bip01 REye")),
        ("head FACIAL_L_Eye FACIAL_R_Eye FACIAL_L_EyelidUpperA", ("head", "FACIAL_L_Eye", "FACIAL_R_Eye")),
        ("spine neck", ("neck", None, None)),
        ("spine hand.L forehead overhead jaw_end jaw.L jaw_target", (None, None, None)),
        ("head DEF-jaw jaw chin", ("head", None, None, "jaw")),
        ("Bip01 Head:Bip01 MJaw", ("Bip01 Head", None, None, "Bip01 MJaw")),
        ("Mandible", (None, None, None, "Mandible")),
    ],
)
def test_joints_of_bones(bones: str, joints: tuple[str | None, ...]) -> None:
    expected = dict(zip(("head", "leftEye", "rightEye", "jaw"), joints, strict=False))
    assert joints_of_bones(bones.split(":" if ":" in bones and "mixamo" not in bones else None)) == {
        joint: bone for joint, bone in expected.items() if bone
    }


def test_eyeballs_of_objects() -> None:
    names = [
        "Eye_L",
        "Eye_R",
        "EyeLid_L",
        "EyeLid_R",
        "hero_eye_wet_L",
        "hero_eye_wet_R",
        "eye iris left",
        "eye iris right",
    ]
    assert eyeballs_of_objects(names) == [("Eye_L", "Eye_R"), ("eye iris left", "eye iris right")]
    assert eyeballs_of_objects(["eyeLeft", "eyeRight.001"]) == [("eyeLeft", "eyeRight.001")]
    assert eyeballs_of_objects(["Eye_L", "Eye", "eye_L_R", "Ear_R", "eyes"]) == []


def test_parts_of_a_face_among_objects() -> None:
    for name in ("Teeth", "teeth_lower.001", "Tongue", "Brows", "EyeLash", "hero_eye_L", "Gums", "Beard"):
        assert is_face_part(name), name
    for name in ("Head", "Brown", "Popeye", "Body", "Part.003"):
        assert not is_face_part(name), name


def test_heads_among_objects() -> None:
    assert [
        name for name in ("Head", "head_grp", "HEAD.001", "HeadBand", "Hero Head Gear", "Forehead", "") if is_head(name)
    ] == [
        "Head",
        "head_grp",
        "HEAD.001",
    ]
