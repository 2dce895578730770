"""A mapping is saved and read back as it was, and a broken one is refused in one line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNEL, SHAPES
from keyframeface_addon.retarget.mapping import PLAIN, Drive, MappingError, RigMapping, Tuning, from_json, to_json

numbers = st.floats(-10, 10, allow_nan=False)
drives = st.lists(st.builds(Drive, st.text(min_size=1, max_size=63), numbers), min_size=1, max_size=4).map(tuple)
tunings = st.builds(Tuning, numbers, numbers, st.booleans(), st.floats(0, 2)).filter(lambda tuning: tuning != PLAIN)
mappings = st.builds(
    RigMapping,
    st.dictionaries(st.sampled_from(SHAPES), drives, max_size=8),
    st.dictionaries(st.sampled_from(list(CHANNEL)), tunings, max_size=8),
    st.text(max_size=20),
)


@given(mappings)
def test_read_back_as_written(mapping: RigMapping) -> None:
    assert from_json(to_json(mapping)) == mapping


@given(st.text(max_size=200))
def test_anything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(MappingError) as error:
        from_json(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "keyframeface-mapping/2"}, "update the extension"),
        ({"format": "keyframeface/1"}, "not a mapping"),
        ({"channels": []}, "an entry for each channel"),
        ({"channels": {"jawOpenn": {}}}, "there is no channel 'jawOpenn'"),
        ({"channels": {"jawOpen": {"drive": []}}}, "jawOpen: unknown 'drive'"),
        ({"channels": {"jawOpen": {"drives": [["Jaw", "much"]]}}}, "the weight of 'Jaw' must be a number"),
        ({"channels": {"jawOpen": {"drives": [["", 1]]}}}, 'jawOpen: a drive is ["name", weight]'),
        ({"channels": {"jawOpen": {"gain": True}}}, "jawOpen: gain must be a number"),
        ({"channels": {"jawOpen": {"gain": 10**400}}}, "jawOpen: gain must be a number up to 1,000,000"),
        ({"channels": {"jawOpen": {"gain": 1e300}}}, "jawOpen: gain must be a number up to 1,000,000"),
        ({"channels": {"jawOpen": {"gain": float("nan")}}}, "jawOpen: gain must be a number"),
        ({"channels": {"jawOpen": {"invert": "yes"}}}, "jawOpen: invert must be true or false"),
        ({"channels": {"jawOpen": {"drives": [["\ud800", 1]]}}}, "not JSON"),
        ({"channels": {"jawOpen": 3}}, "jawOpen: not an object"),
    ],
)
def test_a_broken_file_says_where(change: dict[str, object], says: str) -> None:
    whole = json.loads(to_json(RigMapping({"jawOpen": (Drive("Jaw", 1.0),)})))
    with pytest.raises(MappingError) as error:
        from_json(json.dumps(whole | change))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '{"format": "keyframeface-mapping/1", "channels": {"jawOpen": {}, "jawOpen": {}}}',
            "'jawOpen' is in it twice",
        ),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_broken_as_a_whole(text: str, says: str) -> None:
    with pytest.raises(MappingError, match=says):
        from_json(text)


def test_changes_are_new_mappings() -> None:
    mapping = RigMapping({"jawOpen": (Drive("Jaw"),)})
    changed = mapping.with_drives("jawOpen", ()).with_tuning("jawOpen", Tuning(gain=2.0))
    assert mapping.drives
    assert not mapping.tunings
    assert not changed.drives
    assert changed.tuning("jawOpen").gain == 2.0
    assert changed.with_tuning("jawOpen", PLAIN).tunings == {}


def test_people_can_read_it() -> None:
    text = to_json(RigMapping({"jawOpen": (Drive("あ", 0.7),)}, {"headYaw": Tuning(invert=True)}, "MMD"))
    assert '"jawOpen": {"drives": [["あ", 0.7]]}' in text
    assert '"headYaw": {"invert": true}' in text
