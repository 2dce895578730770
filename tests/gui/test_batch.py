"""Act Out Script beside the animator's work, in a Blender with a window."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLENDER = "KEYFRAMEFACE_BLENDER_GUI"  # a command, such as `/opt/blender/blender` or `real-blender gui 5.2`


def test_a_script_in_a_window(tmp_path: Path) -> None:
    command = shlex.split(os.environ.get(BLENDER, ""))
    if not command:
        pytest.skip(f"no Blender with a window: {BLENDER} names none")
    answer, script = tmp_path / "answer.json", Path(__file__).with_name("batch_session.py")
    arguments = ["--enable-event-simulate", "--factory-startup", "--python", script, "--", ROOT, answer]
    environment = {**os.environ, "BLENDER_USER_RESOURCES": str(tmp_path), "TMPDIR": str(tmp_path)}
    with (tmp_path / "log").open("w") as log:
        subprocess.run(
            [*command, *map(str, arguments)], stdout=log, stderr=log, env=environment, timeout=280, check=False
        )
    said = (tmp_path / "log").read_text(errors="replace")
    assert answer.exists(), said
    seen = json.loads(answer.read_text(encoding="utf-8"))
    assert "error" not in seen, seen
    assert (seen["started"], seen["twice"], seen["beside"], seen["ended"]) == (["RUNNING_MODAL"], False, True, True)
    assert seen["made"] == seen["redone"] == ["a: she laughs", "b: she laughs on"]
    assert seen["undone"] == []
    assert seen["stopped"]
    assert seen["report"].endswith("stopped")
    assert f"{seen['kept'] - 2} of 20 lines made" in seen["report"]
    assert seen["stop is one step"]
    assert f"1 of {seen['kept'] - 1} lines made, {seen['kept'] - 2} done before" in seen["gone on"]
    assert seen["asked"] == 1
    assert seen["browser ran it"]
    assert Path(seen["path kept"]).name == "script.csv"
