from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyframeface_addon.interchange.capture import CaptureError
from keyframeface_addon.interchange.timecode import Timing, timecode, timing_of


def read(timecodes: list[str], frame_rate: float | None = None) -> Timing:
    return timing_of(timecodes, range(2, len(timecodes) + 2), frame_rate)


def counted(first: int, count: int, base: int, drop: int = 0, separator: str = ":", step: int = 1) -> list[str]:
    """Timecodes that number frames, ``drop`` numbers left out a minute; the textbook's way, by minutes and ten minutes."""
    texts = []
    for frame in range(first, first + count * step, step):
        number = frame
        if drop:
            tens, rest = divmod(frame, base * 600 - 9 * drop)
            number += drop * 9 * tens + drop * (max(rest - drop, 0) // (base * 60 - drop))
        seconds, frames = divmod(number, base)
        clock = f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        texts.append(f"{clock}{separator}{frames:02}")
    return texts


def test_timecodes_carry_over() -> None:
    assert timecode(60 * 3661 + 59, 60) == "01:01:01:59.000"
    assert timecode(1, 24) == "00:00:00:02.500"
    assert timecode(24, 24000 / 1001) == "00:00:01:00.060"
    assert timecode(119999, 60000) == "00:00:01:59.999"


@pytest.mark.parametrize("base", [12, 15, 24, 25, 30, 48, 50, 60, 120])
@pytest.mark.parametrize("first", [0, 7, 86399 * 60])
def test_the_rate_of_counted_frames_is_found(base: int, first: int) -> None:
    timing = read(counted(first, 3 * base, base))
    assert timing.frame_rate == base
    assert timing.times == pytest.approx(np.arange(3 * base) / base)
    assert timing.dropped == 0


def test_midnight_is_no_way_back() -> None:
    timing = read(counted(86399 * 30, 90, 30))
    assert timing.times == pytest.approx(np.arange(90) / 30)


@pytest.mark.parametrize(("base", "drop"), [(30, 2), (60, 4)])
@pytest.mark.parametrize("step", [1, 2])
def test_drop_frame_is_told_by_the_numbers_it_leaves_out(base: int, drop: int, step: int) -> None:
    count = base * 60 * 11 // step
    texts = counted(0, count, base, drop, step=step)
    assert len(set(texts)) == count
    timing = read(texts)
    rate = base * 1000 / 1001 / step
    assert timing.frame_rate == pytest.approx(rate, abs=1e-3)
    assert timing.dropped == 0
    assert timing.times == pytest.approx(np.arange(count) / rate)


def test_drop_frame_is_told_by_its_semicolon() -> None:
    timing = read(counted(100, 60, 30, 2, ";"))
    assert timing.frame_rate == 30000 / 1001
    assert timing.times == pytest.approx(np.arange(60) * 1001 / 30000)


def test_frames_missing_at_a_minute_do_not_make_drop_frame() -> None:
    texts = counted(0, 1800 * 3, 30)
    timing = read([text for text in texts if text not in ("00:01:00:00", "00:01:00:01")])
    assert timing.frame_rate == 30
    assert timing.dropped == 2
    once = counted(1000, 1000, 30)
    del once[800:802], once[100]
    assert (read(once).frame_rate, read(once).dropped) == (30, 3)


def test_dropped_frames_are_counted_and_leave_their_time() -> None:
    texts = counted(0, 90, 30)
    del texts[40:45], texts[10]
    timing = read(texts)
    assert timing.dropped == 6
    assert timing.times[10] == pytest.approx(11 / 30)
    assert timing.times[-1] == pytest.approx(89 / 30)


@given(
    st.sampled_from([12, 15, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 120]),
    st.integers(0, 100_000),
    st.integers(30, 400),
    st.sets(st.integers(1, 400), max_size=12),
)
@settings(deadline=None)
def test_dropped_frames_on_the_apps_clock(fps: float, first: int, count: int, dropped: set[int]) -> None:
    kept = [frame for frame in range(count) if frame not in dropped or frame == count - 1]
    timing = read([timecode(first + frame, fps) for frame in kept])
    assert timing.times == pytest.approx(np.array(kept) / fps, abs=3e-5)
    assert timing.frame_rate == pytest.approx(fps, rel=3e-6)
    assert timing.dropped == count - len(kept)


def test_a_few_repeated_frames_are_left_out() -> None:
    texts = counted(0, 60, 30)
    timing = read([*texts[:10], texts[9], texts[9], *texts[10:]])
    assert len(timing.times) == 60
    assert timing.rows.tolist() == [*range(10), *range(12, 62)]
    assert timing.notes == ("2 rows left out: the timecode of the frame before",)


def test_a_timecode_slower_than_the_camera_loses_no_frames() -> None:
    timing = read([text for text in counted(0, 60, 30) for _ in range(2)])
    assert timing.frame_rate == 60
    assert timing.times == pytest.approx(np.arange(120) / 60)
    assert timing.notes == ()


def test_packets_that_overtook_each_other_are_put_in_order() -> None:
    texts = counted(0, 60, 60)
    texts[20], texts[21] = texts[21], texts[20]
    timing = read(texts)
    assert timing.rows[19:23].tolist() == [19, 21, 20, 22]
    assert timing.notes == ("1 row out of order put in place",)


def test_the_apps_clock_in_sixtieths_at_30_frames_a_second() -> None:
    drift = [f"13:13:{4 + k // 30:02}:{2 * (k % 30) + 0.652 - k * 0.00025:06.3f}" for k in range(300)]
    timing = read(drift)
    assert timing.frame_rate == 30
    assert timing.dropped == 0
    assert timing.times[-1] == pytest.approx(299 * 1.99975 / 60, abs=2e-5)


def test_24_frames_a_second_on_a_clock_of_whole_sixtieths() -> None:
    timing = read([timecode(k, 24)[:-4] for k in range(96)])
    assert timing.frame_rate == 24
    assert timing.dropped == 0
    assert timing.times == pytest.approx(np.arange(96) / 24)


def test_seconds_with_a_fraction() -> None:
    timing = read([f"00:00:{k / 25:06.3f}" for k in range(60)])
    assert timing.frame_rate == 25
    assert timing.times == pytest.approx(np.arange(60) / 25)


def test_one_frame_is_a_recording_too() -> None:
    timing = read(["10:00:00:00.000"])
    assert timing.times.tolist() == [0]
    assert timing.frame_rate == 60


@pytest.mark.parametrize("text", ["", "10:00", "10:00:00:00.000.1", "ten", "10:00:00:00:00", "-1:00:00:00"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(CaptureError, match="line 3: the timecode"):
        read(["10:00:00:00", text])
