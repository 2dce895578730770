"""Names as they come from many tools, in any case, behind any prefix, mixed with keys that are no face's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNEL, SHAPES
from keyframeface_addon.retarget.conventions import ARKIT, Convention, conventions, plain
from keyframeface_addon.retarget.recognition import channels_in, recognise

MOUTHS = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")

ALL = pytest.mark.parametrize("convention", conventions(), ids=lambda c: c.name)


def first_way(convention: Convention) -> dict[str, list[str]]:
    return {channel: [key for key, _ in ways[0]] for channel, ways in convention.channels.items()}


def keys_of(convention: Convention) -> list[str]:
    return list(dict.fromkeys(key for keys in first_way(convention).values() for key in keys))


@ALL
def test_every_convention_is_told_from_all_others(convention: Convention) -> None:
    found = recognise(["Basis", *keys_of(convention), "some corrective", "Key 12"])
    assert found is not None
    shown = set(convention.channels)
    if found.convention != convention:  # MMD's and VRChat's lists have ARKit's own names among them
        assert found.convention.name == ARKIT
    assert shown <= set(found.parts)
    assert not found.partial


@ALL
@given(data=st.data())
def test_case_and_prefix_do_not_matter(convention: Convention, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from(["", "head_lod0_mesh__", "!ex-", "blendShape2.", "Face.M_F00_", "A14_", "顔_"]))
    spell: Callable[[str], str] = data.draw(st.sampled_from([str, str.upper, str.lower]))  # type: ignore[assignment]
    names = [prefix + spell(key) for key in keys_of(convention)]
    found = channels_in(convention, names)
    assert set(found) == set(convention.channels)
    assert {key for parts in found.values() for key, _ in parts} <= set(names)


@ALL
def test_the_table_names_channels_keys_and_weights(convention: Convention) -> None:
    assert convention.label
    assert convention.source
    assert set(convention.channels) <= set(SHAPES)
    for channel, ways in convention.channels.items():
        for way in ways:
            assert way, channel
            assert len({plain(key) for key, _ in way}) == len(way), channel
            assert all(key and plain(key) and 0 < abs(weight) <= 2 for key, weight in way), channel


@ALL
def test_left_and_right_are_mirror_images(convention: Convention) -> None:
    """Weights of a channel and of its mirror image are the same, in every way of showing it."""
    for channel, ways in convention.channels.items():
        other = convention.channels.get(CHANNEL[channel].mirror)
        assert other is not None, f"{channel} without {CHANNEL[channel].mirror}"
        assert [sorted(abs(w) for _, w in way) for way in ways] == [sorted(abs(w) for _, w in way) for way in other], (
            channel
        )


@ALL
def test_no_key_is_named_for_the_other_side(convention: Convention) -> None:
    for channel, ways in convention.channels.items():
        side = CHANNEL[channel].side
        wrong = {"left": r"(right|_r|右)$", "right": r"(left|_l|左)$", "both": "^$"}[side]
        gaze = channel.startswith("eyeLook")  # inwards is to the other side
        for key in () if gaze else (key for way in ways for key, _ in way):
            assert not re.search(wrong, key, re.IGNORECASE), (channel, key)


@ALL
def test_a_key_for_both_sides_counts_half_for_each(convention: Convention) -> None:
    """A symmetrical smile must not ask for more than the whole key."""
    for channel, ways in convention.channels.items():
        if CHANNEL[channel].side == "left":
            other = [dict(way) for way in convention.channels[CHANNEL[channel].mirror]]
            for way, mirrored in zip(ways, other, strict=True):
                shared = [weight + mirrored[key] for key, weight in way if key in mirrored]
                assert all(abs(total) <= 1.0 + 1e-9 for total in shared), (channel, shared)


@ALL
def test_the_first_way_is_not_a_worse_one_of_the_same_rig(convention: Convention) -> None:
    """Of a rig that has all keys of all ways the first way is taken, and nothing that nullifies itself is in it."""
    names = dict.fromkeys(key for ways in convention.channels.values() for way in ways for key, _ in way)
    for channel, parts in channels_in(convention, names).items():
        assert [weight for _, weight in parts] == [weight for _, weight in convention.channels[channel][0]], channel


def test_shut_lips_over_an_open_jaw() -> None:
    """mouthClose goes with jawOpen: where one key opens the mouth it takes that back, never more."""
    for convention in conventions():
        opens = [dict(way) for way in convention.channels["jawOpen"]]
        for way in convention.channels.get("mouthClose", ()):
            assert all(weight > 0 or any(way_.get(key, 0) >= -weight for way_ in opens) for key, weight in way), (
                convention
            )


def test_one_shape_of_arkit_is_enough_of_others_it_is_not() -> None:
    found = recognise(["Basis", "JawOpen"])
    assert found is not None
    assert found.convention.name == ARKIT
    assert recognise(["Basis", "A", "happy", "blink"]) is None
    assert recognise([]) is None


def test_a_corrective_is_no_shape() -> None:
    found = recognise(["jawOpen", "jawOpen_mouthClose"])
    assert found is not None
    assert list(found.parts) == ["jawOpen"]


def test_the_prefix_that_most_keys_share_wins() -> None:
    names = [f"new_{name}" for name in SHAPES[:20]] + ["old_jawOpen", *[f"new_{name}" for name in ("jawOpen",)]]
    found = recognise(names)
    assert found is not None
    assert found.parts["jawOpen"] == (("new_jawOpen", 1.0),)


def test_halves_stand_for_the_whole() -> None:
    found = recognise(["browInnerUp_L", "browInnerUp_R", "cheekPuff_L"])
    assert found is not None
    assert found.parts["browInnerUp"] == (("browInnerUp_L", 1.0), ("browInnerUp_R", 1.0))
    assert found.parts["cheekPuff"] == (("cheekPuff_L", 1.0),)


def test_of_two_conventions_on_one_mesh_the_fuller_one_counts() -> None:
    arkit, other = conventions()[0], next(c for c in conventions() if c.name == "vroid")
    found = recognise([*keys_of(other), *SHAPES])
    assert found is not None
    assert found.convention == arkit
    assert all(len(parts) == 1 for parts in found.parts.values())


def test_daz_keys_with_and_without_their_ending() -> None:
    daz = next(c for c in conventions() if c.name == "daz_8_1")
    assert "mouthSmileLeft" in channels_in(daz, ["facs_bs_MouthSmileLeft_div2"])


def test_a_slider_of_two_ways_serves_two_channels() -> None:
    daz = next(c for c in conventions() if c.name == "daz_8_1")
    found = channels_in(daz, ["facs_ctrl_EyeLookUp-DownLeft"])
    assert found["eyeLookUpLeft"][0][1] == -found["eyeLookDownLeft"][0][1] != 0


@given(st.lists(st.text(max_size=63), max_size=30))
def test_any_names_are_read_without_complaint(names: list[str]) -> None:
    found = recognise(names)
    assert found is None or {key for parts in found.parts.values() for key, _ in parts} <= set(names)


def keys_by_channel(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found = recognise(names)
    return {channel: tuple(key for key, _ in parts) for channel, parts in found.parts.items()} if found else {}


def _suffixed(name: str, left: str, right: str) -> str:
    if CHANNEL[name].side == "both":
        return name
    return name.removesuffix("Left").removesuffix("Right") + (left if name.endswith("Left") else right)


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "camel": lambda n: n,
    "pascal": lambda n: n[0].upper() + n[1:],
    "snake": _snake,
    "upper snake": lambda n: _snake(n).upper(),
    "lower": lambda n: n.lower(),
    "_L": lambda n: _suffixed(n, "_L", "_R"),
    "_l": lambda n: _suffixed(n, "_l", "_r"),
    ".L": lambda n: _suffixed(n, ".L", ".R"),
    " Left": lambda n: _suffixed(n, " Left", " Right"),
    "L": lambda n: _suffixed(n, "L", "R"),
    "node prefix": lambda n: "blendShape2." + n,
    "numbered": lambda n: f"AK_{SHAPES.index(n):02}_{n[0].upper()}{n[1:]}",
    "mpfb": lambda n: "!ex-" + n,
    "japanese prefix": lambda n: "表情_" + n,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_every_shape_is_understood(spelling: str) -> None:
    spelled = {SPELLINGS[spelling](name): name for name in SHAPES}
    assert keys_by_channel(spelled) == {name: (key,) for key, name in spelled.items()}


def test_channel_split_in_halves_takes_both_keys() -> None:
    keys = ["browInnerUp_L", "browInnerUp_R", "cheekPuffLeft", "cheekPuffRight"]
    assert keys_by_channel(keys) == {
        "browInnerUp": ("browInnerUp_L", "browInnerUp_R"),
        "cheekPuff": ("cheekPuffLeft", "cheekPuffRight"),
    }


def test_whole_key_wins_over_its_halves() -> None:
    assert keys_by_channel(["browInnerUp_L", "browInnerUp", "browInnerUp_R"])["browInnerUp"] == ("browInnerUp",)


def test_common_prefix_wins_over_leftovers() -> None:
    keys = ["old_jawOpen", "jawOpen", "mouthClose", "old_tongueOut"]
    found = keys_by_channel(keys)
    assert found["jawOpen"] == ("jawOpen",)
    assert found["tongueOut"] == ("old_tongueOut",)


@pytest.mark.parametrize(
    "key", ["jawOpen_mouthClose", "viseme_aa", "smile", "mouth", "jawOpenFix", "eyesClosed", "MouthSmile", "head", ""]
)
def test_other_keys_are_left_alone(key: str) -> None:
    assert keys_by_channel([key]) == {}


def test_jaw_and_mouth_sideways_are_no_sides() -> None:
    assert set(keys_by_channel(["jawLeft", "jaw_right", "MouthLeft", "mouth_R"])) == set(MOUTHS)


def recognised(names: Iterable[str]) -> tuple[str, dict[str, tuple[tuple[str, float], ...]]]:
    found = recognise(["Basis", *names])
    assert found is not None
    return found.convention.name, dict(found.parts)


BROWS = (
    "Brow_Drop",
    "Brow_Raise_Inner",
    "Brow_Raise_Outer",
    "Eye_Wide",
    "Cheek_Raise",
    "Mouth_Snarl_Upper",
    "Nose_Flank_Raise",
)


@pytest.mark.parametrize("sides", [("_L", "_R"), ("_Left", "_Right")])
def test_reallusion_with_either_spelling_of_sides(sides: tuple[str, str]) -> None:
    name, parts = recognised([stem + side for stem in BROWS for side in sides])
    assert name == "reallusion_cc3"
    assert parts["browDownLeft"] == (("Brow_Drop" + sides[0], 1.0),)
    assert [key for key, _ in parts["browInnerUp"]] == ["Brow_Raise_Inner" + side for side in sides]
    assert parts["mouthUpperUpRight"] == (("Mouth_Snarl_Upper" + sides[1], 1.0),)


def test_reallusion_numbered_is_arkit() -> None:
    name, parts = recognised(
        ["A14_Eye_Blink_Left", "A25_Jaw_Open", "A38_Mouth_Smile_Left", "A46_Mouth_Lower_Down_Left"]
    )
    assert name == ARKIT
    assert set(parts) == {"eyeBlinkLeft", "jawOpen", "mouthSmileLeft", "mouthLowerDownLeft"}


def test_daz_as_the_bridges_bring_it() -> None:
    """Behind the figure's name, single keys before sliders of two ways, quarters where there is no whole."""
    prefix = "Genesis8_1Female__"
    own = ["facs_jnt_EyesWideLeft", "facs_BrowDownLeft", "facs_ctrl_BrowInnerUp", "facs_bs_MouthClose_div2"]
    own += ["facs_ctrl_EyeLookUp-DownLeft", "facs_jnt_EyeLookUpLeft", "facs_jnt_EyeBlinkLeft", "facs_jnt_JawOpen"]
    name, parts = recognised(prefix + key for key in own)
    assert name == "daz_8_1"
    assert parts["eyeLookUpLeft"] == ((prefix + "facs_jnt_EyeLookUpLeft", 1.0),)
    assert parts["eyeLookDownLeft"] == ((prefix + "facs_ctrl_EyeLookUp-DownLeft", -1.0),)
    quarters = [f"facs_bs_MouthPurse{v}{s}" for v in ("Lower", "Upper") for s in ("Left", "Right")]
    rolls = [
        "facs_bs_MouthRollLowerLeft",
        "facs_bs_MouthRollLowerRight",
        "facs_bs_BrowInnerUpLeft",
        "facs_bs_BrowInnerUpRight",
    ]
    name, parts = recognised([*quarters, *rolls, "facs_bs_JawOpen"])
    assert name == "daz_9"
    assert {key for key, _ in parts["mouthPucker"]} == set(quarters)
    assert len(parts["mouthRollLower"]) == 2


def test_rocketbox() -> None:
    name, parts = recognised(["AK_09_EyeBlinkLeft", "AK_10_EyeBlinkRight", "AK_25_JawOpen", "AA_VI_01_PP"])
    assert name == ARKIT
    assert parts["eyeBlinkRight"] == (("AK_10_EyeBlinkRight", 1.0),)


def test_fuse_behind_the_name_of_its_node() -> None:
    keys = ["Blink_Left", "Blink_Right", "MouthNarrow_Left", "MouthNarrow_Right", "MouthOpen", "BrowsDown_Left"]
    name, parts = recognised("Facial_Blends." + key for key in keys)
    assert name == "fuse"
    assert parts["jawOpen"] == (("Facial_Blends.MouthOpen", 1.0),)
    assert len(parts["mouthPucker"]) == 2


def test_mmd_of_any_width() -> None:
    """Sided winks before the blink of both, and no key for what it is not."""
    keys = [
        "まばたき",
        "ウィンク２",
        "ｳｨﾝｸ２右",
        "ウィンク",
        "ウィンク右",
        "あ",
        "い",
        "う",
        "え",
        "お",
        "にやり",
        "∧",
        "困る",
        "怒り",
        "にこり",
        "笑い",
        "より目",
    ]
    name, parts = recognised(keys)
    assert name == "mmd"
    assert (parts["eyeBlinkLeft"], parts["eyeBlinkRight"]) == ((("ウィンク２", 1.0),), (("ｳｨﾝｸ２右", 1.0),))
    assert parts["mouthSmileLeft"] == (("にやり", 0.5),)
    assert parts["mouthFrownLeft"] == (("∧", 0.5),)
    assert parts["browDownLeft"] == (("怒り", 0.5),)
    assert parts["browInnerUp"] == (("困る", 1.0),)
    assert not {"より目", "にこり", "え"} & {key for there in parts.values() for key, _ in there}


@pytest.mark.parametrize(
    "keys", ["blinkLeft blinkRight aa ih ou oh happy angry sad", "Blink_L Blink_R A I U O Joy Angry Sorrow"]
)
def test_vrm_of_both_versions(keys: str) -> None:
    name, parts = recognised(keys.split())
    assert name == "vrm"
    assert parts["eyeBlinkLeft"][0] == (keys.split()[0], 1.0)
    assert {"jawOpen", "mouthSmileLeft", "mouthFrownRight", "browDownLeft", "mouthPucker"} <= set(parts)


def test_vroid_behind_its_mesh() -> None:
    prefix = "Face.M_F00_000_"
    keys = [
        "Fcl_EYE_Close_L",
        "Fcl_EYE_Close_R",
        "Fcl_MTH_A",
        "Fcl_MTH_U",
        "Fcl_BRW_Surprised",
        "Fcl_BRW_Sorrow",
        "Fcl_BRW_Angry",
    ]
    name, parts = recognised(prefix + key for key in keys)
    assert name == "vroid"
    assert parts["browOuterUpLeft"] == ((prefix + "Fcl_BRW_Surprised", 0.35),)
    assert parts["mouthClose"] == ((prefix + "Fcl_MTH_A", -1.0),)
