"""The extension as a zip: staged, built and validated with Blender's own tool, with llama.cpp's wheels inside."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from . import llama_wheel, pins
from .steps import ROOT, Command, Line, Stop, run_logged, step

MODEL = ROOT / "models" / "keyframeface-small.gguf"
DIST = ROOT / "dist"

# 3.11: Blender 4.2 to 5.0; 3.13: 5.1 and later; 3.12 and 3.14: distributions that build Blender with their own Python
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def main(python: Path) -> Path:
    """Builds dist/keyframeface-VERSION-PLATFORM.zip with the tool of the Blender in ``python``'s environment."""
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    wheel = llama_wheel.provide()
    archive = DIST / f"keyframeface-{manifest['version']}-{blender_platform()}.zip"
    DIST.mkdir(exist_ok=True)
    tool = extension_tool(python)
    with tempfile.TemporaryDirectory(prefix="keyframeface-package-") as work:
        stage, unchecked = Path(work) / "stage", Path(work) / archive.name
        with step("Collecting the add-on, the model and the wheels") as line:
            _stage(stage, wheel)
            for version in PYTHONS:
                _download_imports(stage / "wheels", version, Path(work) / "download.log", line)
            write_manifest(stage)
        with step("Building and validating with Blender's tool") as line:
            build: Command = [python, tool, "build", "--source-dir", stage, "--output-filepath", unchecked]
            run_logged(build, DIST / "build.log", line)
            run_logged([python, tool, "validate", unchecked], DIST / "validate.log", line)
        shutil.move(unchecked, archive)
    print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.1f} MB, for {llama_wheel.describe(wheel)}")
    return archive


def blender_platform() -> str:
    """This machine in Blender's words: linux-x64, macos-arm64, windows-x64."""
    system = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    machine = platform.machine().lower()
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(machine, machine)
    return f"{system}-{machine}"


def extension_tool(python: Path) -> Path:
    """Blender's own blender_ext.py, which lies in every Blender and needs only Python to run."""
    where = "import importlib.util as i; print(*i.find_spec('bpy').submodule_search_locations)"
    folder = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    return next(Path(folder).glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"))


def _stage(stage: Path, wheel: Path) -> None:
    """Everything that is in the extension as it is in the checkout, with the add-on's files at the root."""
    for needed in (MODEL, ROOT / "LICENSE"):
        if not needed.is_file():
            raise Stop(f"{needed.relative_to(ROOT)} is missing: there is no extension without it")
    shutil.copytree(ROOT / "keyframeface_addon", stage, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    shutil.copy(ROOT / "LICENSE", stage)
    (stage / "models").mkdir()
    shutil.copy(MODEL, stage / "models")
    (stage / "wheels").mkdir()
    shutil.copy(wheel, stage / "wheels")


def _download_imports(folder: Path, version: str, log: Path, line: Line) -> None:
    """What llama-cpp-python imports, for one version of Python. numpy is Blender's own."""
    pip: Command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--disable-pip-version-check",
        "--no-deps",
        "--dest",
        folder,
    ]
    target = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", version]
    for tag in _wheel_platforms():
        target += ["--platform", tag]
    run_logged([*pip, *target, *pins.group("llama-imports")], log, line)


def _wheel_platforms() -> list[str]:
    machine = platform.machine()
    if sys.platform == "win32":
        return ["win_arm64" if machine == "ARM64" else "win_amd64"]
    if sys.platform == "darwin":
        return ["macosx_11_0_arm64" if machine == "arm64" else "macosx_10_13_x86_64"]
    return [f"manylinux_2_28_{machine}", f"manylinux_2_17_{machine}", f"manylinux2014_{machine}"]


def write_manifest(stage: Path) -> None:
    """The manifest of the checkout with what only the package knows, before its first table."""
    wheels = [f"./wheels/{wheel.name}" for wheel in sorted((stage / "wheels").glob("*.whl"))]
    listed = "".join(f'    "{wheel}",\n' for wheel in wheels)
    known = f'platforms = ["{blender_platform()}"]\nwheels = [\n{listed}]\n\n'
    head, table, tail = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8").partition("[permissions]")
    (stage / "blender_manifest.toml").write_text(head + known + table + tail, encoding="utf-8")
