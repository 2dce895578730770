from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from keyframeface_addon.face.channels import CHANNELS
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.interchange.live_link_face import HEADER, timecode, to_csv

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
PERFORMANCE = Performance((Keyframe(0.0, "a"), Keyframe(1.5, "b", {"jawOpen": 0.7, "headYaw": -0.2})))


def test_every_frame_has_61_values() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(PERFORMANCE, fps=30))))
    assert len(rows) == 46
    assert rows[0]["Timecode"] == "00:00:00:00.000"
    assert rows[-1]["Timecode"] == "00:00:01:15.000"
    assert all(len(row) == 63 and row["BlendShapeCount"] == "61" for row in rows)
    assert float(rows[-1]["JawOpen"]) == pytest.approx(0.7)
    assert float(rows[-1]["HeadYaw"]) == pytest.approx(-0.2)
    assert float(rows[20]["JawOpen"]) < float(rows[30]["JawOpen"])


def test_timecodes_carry_over() -> None:
    assert timecode(60 * 3661 + 59, 60) == "01:01:01:59.000"


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
def test_the_header_is_that_of_recordings() -> None:
    for capture in CAPTURES.glob("*.csv"):
        assert capture.open(encoding="utf-8").readline().strip() == ",".join(HEADER)
    assert len(HEADER) == len(CHANNELS) + 2
