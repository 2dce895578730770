"""``python -m keyframeface_addon`` as a user runs it, with the bundled model."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keyframeface_addon.face.channels import CHANNEL
from keyframeface_addon.face.performance import from_json

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "keyframeface_addon"]

pytest.importorskip("llama_cpp")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


def test_a_prompt_becomes_a_performance_on_stdout() -> None:
    done = _run("generate", "She smiles, then looks away", "--duration", "2.5")
    assert (done.returncode, done.stderr) == (0, "")
    performance = from_json(done.stdout)
    assert performance.prompt == "She smiles, then looks away"
    assert performance.duration == 2.5
    assert len(performance.keyframes) >= 2


def test_a_performance_is_written_as_json_or_live_link_face(tmp_path: Path) -> None:
    for name in ("a.json", "a.csv"):
        done = _run(
            "generate", "he frowns", "--background", "at home", "--emotion", "anger", "-o", str(tmp_path / name)
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    performance = from_json((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (performance.background, performance.emotion) == ("at home", "anger")
    rows = list(csv.reader((tmp_path / "a.csv").open(encoding="utf-8")))
    assert len(rows) == 2 + round(performance.duration * 60)


def test_a_script_becomes_a_line_for_every_entry_and_broken_rows_are_reported(tmp_path: Path) -> None:
    script = tmp_path / "s.jsonl"
    script.write_text(
        '{"id": "one", "prompt": "smiles"}\n{broken\n{"id": "two", "prompt": "cries", "duration": 3}\n{"prompt": " "}\n',
        encoding="utf-8",
    )
    done = _run("batch", str(script), "-o", str(tmp_path / "out.jsonl"))
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert [line.split(":")[1].split()[-1] for line in lines[:2]] == ["2", "4"]
    assert "2 performances" in lines[2]
    assert "2 lines failed" in lines[2]
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["one", "two"]
    assert rows[1]["keyframes"][-1]["time"] == 3
    for row in rows:
        assert list(row) == ["id", "prompt", "keyframes"]
        for keyframe in row["keyframes"]:
            assert set(keyframe) == {"time", "label", "channels"}
            assert set(keyframe["channels"]) <= set(CHANNEL)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["generate", ""], "the prompt is empty"),
        (["generate", "x", "--duration", "0"], "a duration is between"),
        (["generate", "x", "--duration", "-3"], "a duration is between"),
        (["generate", "x", "--duration", "3600"], "a duration is between"),
        (["generate", "x", "-o", "/no/such/folder/a.json"], "there is no folder"),
        (["generate", "x", "-o", "a.fbx"], "is written as .json or .csv"),
        (["generate", "x", "--model", "none.gguf"], "there is no model file"),
        (["generate", "x", "--model", "README.md"], "is not a GGUF model"),
        (["generate", "x", "--server", "nonsense"], "starts with http"),
        (["batch", "README.md", "-o", "out.jsonl"], "scripts are"),
        (["batch", "none.txt", "-o", "out.jsonl"], "cannot read"),
        (["batch", "none.txt", "-o", "/no/such/folder/o.jsonl"], "there is no folder"),
    ],
)
def test_bad_input_is_one_line_and_a_status(arguments: list[str], said: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert not (ROOT / "out.jsonl").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_stdout_is_one_line() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*COMMAND, "generate", "smiles"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "keyframeface: cannot write to stdout: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    script, output = tmp_path / "s.txt", tmp_path / "out.jsonl"
    script.write_text("she smiles\n" * 2000, encoding="utf-8")
    process = subprocess.Popen(
        [*COMMAND, "batch", str(script), "-o", str(output)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        # what a shell starts in the background ignores Ctrl-C, and so would all that it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    time.sleep(4)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.startswith("keyframeface: stopped; ")
    assert said.count("\n") == 1
    rows = output.read_text(encoding="utf-8").splitlines()
    assert f" {len(rows)} of 2000 " in said
    assert all(json.loads(row)["keyframes"] for row in rows)
    assert set(os.listdir(tmp_path)) == {"out.jsonl", "s.txt"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate"],
        ["generate", "x", "--threads", "5000"],
        ["generate", "x", "--threads", "-5"],
        ["generate", "x", "--model", "a.gguf", "--server", "http://127.0.0.1:9"],
        ["perform", "x"],
    ],
)
def test_wrong_usage_is_one_line_and_status_2(arguments: list[str]) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 200


def test_a_batch_never_empties_what_was_there(tmp_path: Path) -> None:
    script, before = tmp_path / "s.txt", tmp_path / "before.jsonl"
    script.write_text("smiles\ncries\n", encoding="utf-8")
    before.write_text("precious\n", encoding="utf-8")
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(b"GGUF" + bytes(60))
    done = _run("batch", str(script), "-o", str(before), "--model", str(cut))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert before.read_text(encoding="utf-8") == "precious\n"
    done = _run("batch", str(script), "-o", str(script))
    assert "is the script itself" in done.stderr
    assert script.read_text(encoding="utf-8") == "smiles\ncries\n"
