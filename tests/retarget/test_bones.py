"""Head and eyes by the names of their bones."""

from __future__ import annotations

import pytest

from keyframeface_addon.retarget.bones import joints_of_bones


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
        ("spine neck", ("neck", None, None)),
        ("spine hand.L forehead overhead", (None, None, None)),
    ],
)
def test_joints_of_bones(bones: str, joints: tuple[str | None, ...]) -> None:
    expected = dict(zip(("head", "leftEye", "rightEye"), joints, strict=True))
    assert joints_of_bones(bones.split()) == {joint: bone for joint, bone in expected.items() if bone}
