from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyframeface_addon.face.channels import CHANNELS, INDEX
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.motion import sample
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.interchange.capture import CaptureError
from keyframeface_addon.interchange.live_link_face import HEADER, read_capture, to_csv

CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
PERFORMANCE = Performance((Keyframe(0.0, "a"), Keyframe(1.5, "b", {"jawOpen": 0.7, "headYaw": -0.2})))
RATES = (12, 15, 23.976, 24000 / 1001, 24, 25, 29.97, 30000 / 1001, 30, 48, 50, 59.94, 60000 / 1001, 60, 100, 120, 240)

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str | bytes, name: str = "take.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def recording(rows: list[tuple[str, dict[str, float]]]) -> str:
    """The text of a recording with these timecodes and values."""
    lines = [",".join(HEADER)]
    for timecode, values in rows:
        cells = [f"{values.get(channel.name, 0.0):.10f}" for channel in CHANNELS]
        lines.append(",".join([timecode, "61", *cells]))
    return "\n".join(lines) + "\n"


TAKE = recording([(f"10:00:00:{frame:02}.000", {"jawOpen": frame / 10, "headPitch": -0.1}) for frame in range(5)])


def test_every_frame_has_61_values() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(PERFORMANCE, fps=30))))
    assert len(rows) == 46
    assert all(len(row) == 63 and row["BlendShapeCount"] == "61" for row in rows)
    assert float(rows[-1]["JawOpen"]) == pytest.approx(0.7)
    assert float(rows[-1]["HeadYaw"]) == pytest.approx(-0.2)
    assert float(rows[20]["JawOpen"]) < float(rows[30]["JawOpen"])


def test_times_are_in_sixtieths_as_other_tools_read_them_at_any_rate() -> None:
    for fps in RATES:
        rows = list(csv.DictReader(io.StringIO(to_csv(PERFORMANCE, fps=fps))))
        clock = [[float(part) for part in row["Timecode"].split(":")] for row in rows]
        seconds = [h * 3600 + m * 60 + s + sixtieths / 60 for h, m, s, sixtieths in clock]
        assert seconds == pytest.approx(np.arange(len(rows)) / fps, abs=1e-5)
    assert to_csv(PERFORMANCE, 24).splitlines()[2].startswith("00:00:00:02.500,")


@pytest.mark.parametrize("fps", [0, -24, float("nan"), float("inf")])
def test_no_frame_rate_is_no_frame_rate(fps: float) -> None:
    with pytest.raises(ValueError, match="frame rate"):
        to_csv(PERFORMANCE, fps)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
def test_the_header_is_that_of_recordings() -> None:
    for capture in CAPTURES.glob("*.csv"):
        assert capture.open(encoding="utf-8").readline().strip() == ",".join(HEADER)
    assert len(HEADER) == len(CHANNELS) + 2


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    times = sorted(draw(st.sets(st.integers(1, 20), min_size=1, max_size=6)))
    names = st.sampled_from([channel.name for channel in CHANNELS])
    keyframes = [Keyframe(0.0)]
    for time in times:
        values = draw(st.dictionaries(names, st.floats(0, 1), max_size=5))
        keyframes.append(Keyframe(time / 10, "", values))
    return Performance(tuple(keyframes))


@given(performances(), st.sampled_from(RATES))
@settings(deadline=None)
def test_what_is_written_at_any_rate_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, performance: Performance, fps: float
) -> None:
    path = tmp_path_factory.getbasetemp() / "round_trip.csv"
    path.write_text(to_csv(performance, fps), encoding="utf-8")
    capture = read_capture(path)
    frames = np.arange(round(performance.duration * fps) + 1) / fps
    assert capture.times == pytest.approx(frames, abs=2e-5)
    assert capture.values == pytest.approx(sample(performance, frames), abs=1e-9)
    assert (capture.dropped, capture.missing, capture.notes) == (0, (), ())
    if len(frames) > 2:
        assert capture.frame_rate == pytest.approx(fps, rel=2e-6)


@given(performances(), st.floats(1, 250))
@settings(deadline=None)
def test_odd_rates_keep_their_times(
    tmp_path_factory: pytest.TempPathFactory, performance: Performance, fps: float
) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.csv"
    path.write_text(to_csv(performance, fps), encoding="utf-8")
    capture = read_capture(path)
    assert capture.dropped == 0
    assert capture.times == pytest.approx(np.arange(len(capture.times)) / fps, abs=4e-5)


def test_even_rates_are_read_back_to_the_last_digit(written: Written) -> None:
    long = Performance((Keyframe(0.0), Keyframe(120.0, "", {"jawOpen": 1.0})))
    for fps in (24000 / 1001, 24, 25, 30000 / 1001, 60000 / 1001):
        capture = read_capture(written(to_csv(long, fps)))
        assert capture.frame_rate == fps
        assert np.array_equal(capture.times, np.arange(len(capture.times)) / fps)


def test_values_are_in_the_order_of_the_channels_whatever_the_files(written: Written) -> None:
    text = "jawopen,Note,BlendshapeCount,HeadYaw,Timecode,mouthSmile_L\n0.5,x,61,-0.2,00:00:00:00,0.25\n0.6,y,61,-0.3,00:00:00:01,0.3\n"
    capture = read_capture(written(text, "some take.csv"))
    assert capture.name == "some take"
    assert capture.values.shape == (2, 61)
    assert capture.values[1, INDEX["jawOpen"]] == 0.6
    assert capture.values[0, INDEX["headYaw"]] == -0.2
    assert capture.values[0, INDEX["mouthSmileLeft"]] == 0.25
    assert np.count_nonzero(capture.values) == 6
    assert len(capture.missing) == 58
    assert "eyeBlinkLeft" in capture.missing
    assert any("not recorded" in note for note in capture.notes)


@pytest.mark.parametrize(
    "changed",
    [
        "\ufeff" + TAKE,
        TAKE.replace("\n", "\r\n"),
        TAKE.rstrip("\n"),
        "\n" + TAKE + "\n\n",
        TAKE.replace(",", ";"),
        "sep=;\n" + TAKE.replace(",", ";"),
        TAKE.replace(",", ";").replace(".", ","),
        TAKE.replace(",", "\t").replace(".", ","),
        TAKE.replace("\n", ",\n"),
        TAKE.replace("BlendShapeCount", "BlendshapeCount"),
        TAKE.encode("utf-16"),
    ],
)
def test_files_that_went_through_other_programs(written: Written, changed: str | bytes) -> None:
    capture = read_capture(written(changed))
    assert capture.values[:, INDEX["jawOpen"]] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert capture.times == pytest.approx(np.arange(5) / 60)
    assert capture.notes == ()


def test_a_recording_that_breaks_off_keeps_its_whole_frames(written: Written) -> None:
    whole = read_capture(written(TAKE)).values
    start = TAKE.rstrip("\n").rindex("\n") + 1
    for cut in (start + 3, start + 15, start + 19, start + 200, len(TAKE) - 16):
        capture = read_capture(written(TAKE[:cut]))
        assert np.array_equal(capture.values, whole[:4])
        assert capture.notes == ("line 6 left out: it breaks off",)


def test_frames_without_a_face_count_as_dropped(written: Written) -> None:
    lines = TAKE.splitlines()
    lines[2] = "10:00:00:01.000,0" + "," * 61
    lines[3] = "10:00:00:02.000,0"
    capture = read_capture(written("\n".join(lines)))
    assert len(capture.times) == 3
    assert capture.dropped == 2
    assert capture.times[1] == pytest.approx(3 / 60)
    assert capture.notes == ("2 frames without values left out",)


def test_mouth_and_head_can_be_turned_round(written: Written) -> None:
    path = written(recording([("00:00:00:00.000", {"mouthLeft": 0.3, "headYaw": 0.2, "headPitch": 0.1})]))
    plain = read_capture(path).values[0]
    turned = read_capture(path, swap_mouth=True, invert=frozenset({"headYaw"})).values[0]
    assert turned[INDEX["mouthRight"]] == 0.3
    assert turned[INDEX["mouthLeft"]] == 0
    assert turned[INDEX["headYaw"]] == -plain[INDEX["headYaw"]]
    assert turned[INDEX["headPitch"]] == plain[INDEX["headPitch"]]
    with pytest.raises(ValueError, match="jawOpen"):
        read_capture(path, invert=frozenset({"jawOpen"}))


def test_values_above_1_are_kept_or_clamped(written: Written) -> None:
    path = written(recording([("00:00:00:00.000", {"jawOpen": 1.05, "headYaw": -0.5})]))
    assert read_capture(path).values[0, INDEX["jawOpen"]] == 1.05
    clamped = read_capture(path, clamp=True).values[0]
    assert clamped[INDEX["jawOpen"]] == 1.0
    assert clamped[INDEX["headYaw"]] == -0.5


def test_a_rate_that_the_timecode_does_not_tell(written: Written) -> None:
    counted = recording([(f"00:00:{n // 30:02}:{n % 30:02}", {}) for n in range(90)])
    assert read_capture(written(counted)).frame_rate == 30
    told = read_capture(written(counted), frame_rate=30000 / 1001)
    assert told.frame_rate == 30000 / 1001
    assert told.times == pytest.approx(np.arange(90) * 1001 / 30000)
    numbered = written(recording([(str(n), {}) for n in (1, 2, 3, 5)]))
    with pytest.raises(CaptureError, match="say its frame rate"):
        read_capture(numbered)
    capture = read_capture(numbered, frame_rate=25)
    assert capture.times == pytest.approx([0, 0.04, 0.08, 0.16])
    assert capture.dropped == 1
    untimed = "JawOpen\n0.1\n0.2\n0.3\n"
    assert read_capture(written(untimed), frame_rate=24).times == pytest.approx(np.arange(3) / 24)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; copy"),
        (" \r\n\n", "is empty; copy"),
        ("\x00\x01\x02moov", "no text .* choose"),
        (b"\xff\xd8\xff\xe0", "no text .* choose"),
        ("a,b\n1,2\n", "no Live Link Face recording.*choose another file"),
        ("id,prompt\n1,smiles\n", "no Live Link Face recording"),
        ("HeadYaw,HeadPitch\n1,2\n", "no Live Link Face recording"),
        (TAKE.splitlines()[0] + "\n", "no whole frame"),
        ("BlendShapeCount,JawOpen\n61,0.1\n", "no column Timecode; say its frame rate"),
        ("Timecode,JawOpen,jawOpen\n00:00:00:00,0,0\n", "two columns are called jawOpen; delete"),
        (TAKE.replace("10:00:00:02.000", "1.5 s"), "line 4: the timecode '1.5 s' is not HH:MM:SS:FF"),
        (TAKE.replace("10:00:00:04", "09:00:00:04"), "line 6: the timecode goes back .* keep one take in a file"),
        (TAKE.replace(",0.1000000000", ",dropped"), "line 3: jawOpen is 'dropped', not a number"),
        (TAKE.replace(",0.1000000000", ",nan"), "line 3: jawOpen is 'nan', not a number"),
        (TAKE.replace(",0.1000000000", ",87.5"), "line 3: jawOpen is 87.5, but shapes go from 0 to 1"),
        (TAKE.replace("-0.1000000000", "-24"), "line 2: headPitch is -24, but rotations are in radians"),
        (TAKE.replace("0.2000000000", "0.2\n"), r"line 4 has 20 values for 63 columns"),
        (TAKE.replace("0.", "0,"), r"line 2 has 12\d values for 63 columns; save it with semicolons"),
        (recording([("00:00:00:00", {"jawOpen": 0.1}), ("00:00:00:00", {})]), "2 frames have the same timecode"),
        ('Timecode,JawOpen\n"' + "0" * 200_000 + "\n", "broken CSV"),
    ],
)
def test_refusals_are_one_line_that_says_what_to_do(written: Written, text: str | bytes, said: str) -> None:
    with pytest.raises(CaptureError, match=said) as refused:
        read_capture(written(text))
    assert str(refused.value).startswith("take.csv: ")
    assert "\n" not in str(refused.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"none\.csv: cannot read it: No such file"):
        read_capture(tmp_path / "none.csv")
    with pytest.raises(CaptureError, match="is no file; choose"):
        read_capture(tmp_path)


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)), st.integers(0, len(TAKE)), st.booleans())
@settings(deadline=None)
def test_no_file_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, noise: str | bytes, at: int, alone: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.csv"
    raw = noise.encode("utf-8", "surrogatepass") if isinstance(noise, str) else noise
    path.write_bytes(raw if alone else TAKE[:at].encode() + raw + TAKE[at:].encode())
    try:
        capture = read_capture(path)
    except CaptureError:
        return
    assert np.isfinite(capture.values).all()
    assert np.isfinite(capture.times).all()


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="recordings by others are not there")
@pytest.mark.parametrize(
    ("name", "frames", "rate", "dropped", "seconds"),
    [("alexdjulin_alex_rom_3.csv", 4030, 30, 3, 134.382), ("think-biq_LLV_dao.csv", 180, 60, 7, 3.102)],
)
def test_recordings_by_others(name: str, frames: int, rate: float, dropped: int, seconds: float) -> None:
    capture = read_capture(CAPTURES / name)
    assert capture.values.shape == (frames, 61)
    assert (capture.frame_rate, capture.dropped) == (rate, dropped)
    assert capture.duration == pytest.approx(seconds, abs=1e-3)
    assert (capture.missing, capture.notes) == ((), ())
    with (CAPTURES / name).open(encoding="utf-8") as file:
        row = list(csv.DictReader(file))[100]
    assert capture.values[100].tolist() == [float(row[column]) for column in HEADER[2:]]
