from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from keyframeface_addon.interchange.files import OutputError, check_writable, write_atomic


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "ü.json"
    write_atomic(target, "old")
    write_atomic(target, "nеw\n")
    assert target.read_text(encoding="utf-8") == "nеw\n"
    assert os.listdir(tmp_path) == ["ü.json"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.json"
    target.write_text("old", encoding="utf-8")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"cannot write .*a\.json: No space left on device"):
        write_atomic(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_what_cannot_be_written_is_said_beforehand(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.json")
    with pytest.raises(OutputError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(OutputError, match="there is no folder"):
        check_writable(tmp_path / "none" / "a.json")


def test_names_as_long_as_a_disk_takes_them(tmp_path: Path) -> None:
    longest = tmp_path / ("x" * 250 + ".json")
    write_atomic(longest, "new")
    assert longest.read_text(encoding="utf-8") == "new"
    with pytest.raises(OutputError, match="cannot write"):
        check_writable(tmp_path / ("x" * 300 + ".json"))


def test_text_that_is_no_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a.json", "a\udcffb")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "a?b"


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "a.json", "new")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="a device of POSIX")
def test_a_device_is_not_replaced_by_a_file() -> None:
    with pytest.raises(OutputError, match="no ordinary file"):
        check_writable(Path("/dev/null"))
