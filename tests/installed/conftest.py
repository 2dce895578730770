"""A desktop Blender with a fresh user folder and the packaged extension installed in it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BLENDER = "KEYFRAMEFACE_BLENDER"  # a command, such as `/opt/blender/blender` or `unshare -n real-blender run 5.2`
MARK = "ANSWER "  # Blender prints much else


@dataclass(frozen=True)
class DesktopBlender:
    """A Blender to run with arguments, as a user does in a terminal; all it keeps is under ``folder``."""

    command: tuple[str, ...]
    folder: Path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs it offline to its end; output and errors in one text."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))},
            "BLENDER_USER_RESOURCES": str(self.folder / "user"),
        }
        return subprocess.run(
            [*self.command, "--offline-mode", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            cwd=self.folder,
            timeout=240,
            check=False,
        )

    def ask(self, script: str, *arguments: str | Path) -> Any:
        """Runs a script that ends with a call of ``answer(...)`` inside Blender; what it answered."""
        prelude = f"import json, bpy\ndef answer(value): print({MARK!r} + json.dumps(value), flush=True)\n"
        done = self.run("--background", *arguments, "--python-exit-code", "3", "--python-expr", prelude + script)
        answers = [line.removeprefix(MARK) for line in done.stdout.splitlines() if line.startswith(MARK)]
        assert done.returncode == 0, done.stdout
        assert len(answers) == 1, done.stdout
        return json.loads(answers[0])


@pytest.fixture(scope="session")
def fresh_blender(tmp_path_factory: pytest.TempPathFactory) -> DesktopBlender:
    """The named Blender as it is on its first day."""
    command = shlex.split(os.environ.get(BLENDER, ""))
    if not command:
        pytest.skip(f"no desktop Blender: {BLENDER} names none")
    folder = tmp_path_factory.mktemp("desktop")
    (folder / "user").mkdir()
    return DesktopBlender(tuple(command), folder)


@pytest.fixture(scope="session")
def archive() -> Path:
    """The newest package in dist/."""
    archives = sorted((ROOT / "dist").glob("keyframeface-*.zip"), key=lambda path: path.stat().st_mtime)
    assert archives, "no dist/keyframeface-*.zip: first run build.py package"
    return archives[-1]


@pytest.fixture(scope="session")
def blender(fresh_blender: DesktopBlender, archive: Path) -> DesktopBlender:
    """The extension installed and enabled, through Blender's own command."""
    install = ("--command", "extension", "install-file", "--repo", "user_default", "--enable", archive)
    done = fresh_blender.run(*install)
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout, done.stdout
    return fresh_blender
