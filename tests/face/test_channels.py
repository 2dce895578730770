from __future__ import annotations

from pathlib import Path

import pytest

from keyframeface_addon.face.channels import CHANNEL, CHANNELS, MIRROR_NEGATES, POSE, REGIONS, SHAPES

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"


def test_the_table_has_61_channels_52_shapes_first() -> None:
    assert len(CHANNELS) == len(CHANNEL) == 61
    assert [c.name for c in CHANNELS] == [*SHAPES, *POSE]
    assert len(SHAPES) == 52
    assert all(c.meaning and c.facs and c.region in REGIONS for c in CHANNELS)


def test_mirror_leads_to_the_other_side_and_back() -> None:
    for channel in CHANNELS:
        other = CHANNEL[channel.mirror]
        assert other.mirror == channel.name
        assert {channel.side, other.side} in ({"left", "right"}, {"both"})
        assert (channel.region, channel.low, channel.high) == (other.region, other.low, other.high)
    assert CHANNEL["jawLeft"].mirror == "jawRight"
    assert {"headYaw", "headRoll", "leftEyeYaw"} <= MIRROR_NEGATES
    assert "headPitch" not in MIRROR_NEGATES


def test_base_names_drop_the_side_of_shapes_only() -> None:
    assert CHANNEL["mouthSmileLeft"].base == "mouthSmile"
    assert CHANNEL["jawLeft"].base == "jawLeft"
    assert CHANNEL["leftEyeYaw"].base == "leftEyeYaw"


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
def test_the_order_is_that_of_live_link_face_recordings() -> None:
    for capture in CAPTURES.glob("*.csv"):
        header = capture.open(encoding="utf-8").readline().strip().split(",")[2:]
        assert [name[0].lower() + name[1:] for name in header] == [c.name for c in CHANNELS]
