"""build.py's own parts: what it says when it cannot go on, and what it remembers."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from tools import llama_wheel, package, pins, steps
from tools.commands import main
from tools.steps import Stop


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with nothing in it, and nothing named by this machine's environment."""
    monkeypatch.setattr(llama_wheel, "cache", lambda: tmp_path / "cache")
    monkeypatch.delenv(llama_wheel.WHEEL_ENVIRONMENT, raising=False)
    monkeypatch.delenv(llama_wheel.INDEX_ENVIRONMENT, raising=False)
    return tmp_path / "cache"


def a_wheel(folder: Path, version: str | None = None, content: str = "a wheel") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"llama_cpp_python-{version or llama_wheel.pinned_version()}-py3-none-any.whl"
    wheel.write_text(content, encoding="utf-8")
    return wheel


def test_every_requirement_is_pinned() -> None:
    groups = tomllib.loads((steps.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert [
        pin for requirements in groups.values() for pin in requirements if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)
    ] == []


@pytest.mark.parametrize("version", ["4.2", "4.5", "5.0"])
def test_blenders_of_python_3_11(version: str) -> None:
    assert pins.version_of("bpy", pins.blender(version, (3, 11))).startswith(version)
    with pytest.raises(Stop, match=r"Python 3\.11"):
        pins.blender(version, (3, 13))


def test_full_version_is_accepted_and_an_unpinned_one_refused() -> None:
    assert pins.blender("4.2.23", (3, 11)) == pins.blender("4.2", (3, 11))
    with pytest.raises(Stop, match=r"--bpy 4\.2\.23"):
        pins.blender("4.2.1", (3, 11))
    with pytest.raises(Stop, match=r"4\.2\.23, 4\.5\.15"):
        pins.blender("3.6", (3, 11))


def test_a_stop_is_one_line_and_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "--bpy", "2.79"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert said[0].startswith("build.py setup: no bpy is pinned for Blender 2.79")


def test_what_a_command_does_not_know_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["package", "--fast"]) == 1
    assert "--fast" in capsys.readouterr().out


def test_first_error_is_where_the_trouble_began(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "[1/3] Building CXX object a.o\na.cpp:7:3: error: 'x' was not declared\nninja: build stopped\n"
        "error: subprocess-exited-with-error\nERROR: Failed building wheel for llama_cpp_python\n",
        encoding="utf-8",
    )
    assert steps.first_error(log) == "a.cpp:7:3: error: 'x' was not declared"


def test_cmakes_error_is_told_with_the_line_after_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("CMake Error at CMakeLists.txt:3 (message):\n\n  No compiler\n", encoding="utf-8")
    assert steps.first_error(log) == "CMake Error at CMakeLists.txt:3 (message): No compiler"


def test_a_failed_command_stops_with_its_error_and_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    failing = [sys.executable, "-c", "import sys; print('fatal error: no disk'); sys.exit(1)"]
    with steps.step("Trying") as line, pytest.raises(Stop, match=r"fatal error: no disk \(all of it: .*log\)"):
        steps.run_logged(failing, log, line)


def test_a_named_wheel_is_kept_and_used_again(own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = a_wheel(tmp_path / "downloads")
    monkeypatch.setenv(llama_wheel.WHEEL_ENVIRONMENT, str(wheel))
    kept = llama_wheel.provide()
    assert kept.is_relative_to(own_cache)
    monkeypatch.delenv(llama_wheel.WHEEL_ENVIRONMENT)
    wheel.unlink()
    assert llama_wheel.provide() == kept


def test_a_newly_named_wheel_takes_the_old_ones_place(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in ("first", "second"):
        monkeypatch.setenv(llama_wheel.WHEEL_ENVIRONMENT, str(a_wheel(tmp_path / content, content=content)))
        assert llama_wheel.provide().read_text(encoding="utf-8") == content
    assert len(list(own_cache.rglob("*.whl"))) == 1


@pytest.mark.parametrize("name", ["missing.whl", "llama_cpp_python-0.1.0-py3-none-any.whl", "notes.txt"])
def test_a_wheel_that_cannot_be_used_is_refused(
    name: str, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "missing.whl":
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setenv(llama_wheel.WHEEL_ENVIRONMENT, str(tmp_path / name))
    with pytest.raises(Stop, match=re.escape(name)):
        llama_wheel.provide()
    assert not own_cache.exists()


def test_other_build_options_have_another_place(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = llama_wheel.place()
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    assert llama_wheel.place() != plain


def test_a_tag_is_told_in_words() -> None:
    wheel = Path("llama_cpp_python-0.3.36-py3-none-manylinux_2_34_x86_64.whl")
    assert llama_wheel.describe(wheel) == "any Linux with glibc 2.34 or newer on x86_64"


def test_the_packages_manifest_lists_its_wheels(tmp_path: Path) -> None:
    a_wheel(tmp_path / "wheels")
    package.write_manifest(tmp_path)
    manifest = tomllib.loads((tmp_path / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert manifest["wheels"] == [f"./wheels/llama_cpp_python-{llama_wheel.pinned_version()}-py3-none-any.whl"]
    assert manifest["platforms"] == [package.blender_platform()]
    assert set(manifest["permissions"]) == {"files", "network"}
