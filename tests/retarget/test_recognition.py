"""Names as they come from many tools, in any case, behind any prefix, mixed with keys that are no face's."""

from __future__ import annotations

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
    spell = data.draw(st.sampled_from([str, str.upper, str.lower]))
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
    """Weights of a channel and of its mirror image are the same, and no key of one side is named for the other."""
    for channel, ways in convention.channels.items():
        other = convention.channels.get(CHANNEL[channel].mirror)
        assert other is not None, f"{channel} without {CHANNEL[channel].mirror}"
        if convention.name not in ("mmd_vmd",):  # its motion names pair some keys roughly
            assert sorted(abs(w) for _, w in ways[0]) == sorted(abs(w) for _, w in other[0]), channel


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
