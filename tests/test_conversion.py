"""``python -m keyframeface_addon convert``: performances and recordings, without Blender and without a model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from keyframeface_addon.__main__ import main
from keyframeface_addon.face.channels import CHANNELS, INDEX
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance, from_json, to_json
from keyframeface_addon.interchange.live_link_face import read_capture

CAPTURES = Path(__file__).parents[2] / "shared" / "captures"
PERFORMANCE = Performance(
    (Keyframe(0.0, "calm"), Keyframe(0.5, "looks", {"headYaw": 0.4}), Keyframe(2.0, "grin", {"mouthLeft": 0.75})),
    "grins",
)


@pytest.fixture
def grin(tmp_path: Path) -> Path:
    path = tmp_path / "grin.json"
    path.write_text(to_json(PERFORMANCE), encoding="utf-8")
    return path


def convert(source: Path, output: Path, *options: str) -> int:
    return main(["convert", str(source), "-o", str(output), *options])


def test_a_performance_becomes_a_recording_and_keyframes_again(grin: Path, tmp_path: Path) -> None:
    assert convert(grin, tmp_path / "grin.csv", "--fps", "30") == 0
    capture = read_capture(tmp_path / "grin.csv")
    assert (capture.frame_rate, len(capture.times)) == (30, 61)
    assert convert(tmp_path / "grin.csv", tmp_path / "again.json", "--tolerance", "0.01") == 0
    again = from_json((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert np.abs(sample(again, capture.times) - sample(PERFORMANCE, capture.times)).max() < 0.011
    assert len(again.keyframes) < 12


def test_a_recording_gets_another_rate_and_the_other_signs(
    grin: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert convert(grin, tmp_path / "a.csv") == 0
    assert convert(tmp_path / "a.csv", tmp_path / "b.csv", "--fps", "24", "--swap-mouth", "--invert", "yaw") == 0
    assert "a.csv: 121 frames at 60 fps" in capfd.readouterr().err
    last = read_capture(tmp_path / "b.csv").sample([0.5, 2])
    assert last[0, INDEX["headYaw"]] == pytest.approx(-0.4)
    assert last[1, INDEX["mouthRight"]] == pytest.approx(0.75)
    assert last[1, INDEX["mouthLeft"]] == 0


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
def test_a_recording_by_others_becomes_a_performance(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = CAPTURES / "think-biq_LLV_dao.csv"
    assert convert(source, tmp_path / "dao.json") == 0
    assert "7 dropped" in capfd.readouterr().err
    performance, capture = from_json((tmp_path / "dao.json").read_text(encoding="utf-8")), read_capture(source)
    clipped = np.clip(capture.values, [c.low for c in CHANNELS], [c.high for c in CHANNELS])
    assert np.abs(sample(performance, capture.times) - clipped).max() < 0.051


@pytest.mark.parametrize(
    ("source", "output", "said"),
    [
        ("none.json", "a.csv", "cannot read"),
        ("none.csv", "a.json", "none.csv: cannot read it"),
        ("README.md", "a.csv", "is no .json and no .csv"),
        ("grin.json", "a.fbx", "is written as .json or .csv"),
        ("grin.json", "x/a.csv", "there is no folder"),
        ("grin.json", "grin.json", "is the file to convert"),
        ("broken.json", "a.csv", "broken.json: not a performance file"),
        ("broken.csv", "a.json", "broken.csv: this is no Live Link Face recording"),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(
    grin: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], source: str, output: str, said: str
) -> None:
    for name in ("README.md", "broken.json", "broken.csv"):
        (tmp_path / name).write_text("{}\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert convert(tmp_path / source, tmp_path / output) == 1
    complaint = capfd.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "options", [["--fps", "0"], ["--tolerance", "nan"], ["--invert", "up"], ["--recorded-fps", "x"]]
)
def test_wrong_usage(grin: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        convert(grin, tmp_path / "a.csv", *options)
    assert stopped.value.code == 2
    assert capfd.readouterr().err.count("\n") == 1
