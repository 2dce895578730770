"""Compiles llama.cpp: llama-cpp-python's source built by pip with progress, and tagged with what the wheel needs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import pins
from .steps import Command, Stop, run_logged, step

_NINJA = re.compile(r"\[(\d+)/(\d+)\]")
_COMPILERS = ("c++", "g++", "clang++")
_INSTALL_COMPILER = {
    "linux": "apt-get install g++ (Debian, Ubuntu) or dnf install gcc-c++ (Fedora)",
    "darwin": "xcode-select --install",
    "win32": "Visual Studio Build Tools with 'Desktop development with C++'",
}
# headers and CMake's files are for those who link against llama.cpp
_BALLAST = "llama_cpp/include/**;llama_cpp/lib/cmake/**;llama_cpp/lib/pkgconfig/**"


def build(version: str, options_file: Path, logs: Path, work: Path) -> Path:
    """Builds the wheel inside ``work``, as ``options_file`` tells CMake. Stop has the first error and the log's path.

    CMake and ninja come from PyPI where the machine has none: the build backend asks for them.
    """
    _require_compiler()
    log = logs / f"llama-cpp-python-{version}-build.log"
    print(f"llama-cpp-python {version} is compiled once: about 10 minutes on two cores. The log: {log}", flush=True)
    with step("Compiling llama.cpp") as line:
        tools = work / "venv"
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        python = tools / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        pip: Command = [python, "-m", "pip", "wheel", "--verbose", "--disable-pip-version-check", "--no-cache-dir"]
        wanted = f"llama-cpp-python=={version}"
        source: Command = ["--no-deps", "--no-binary", "llama-cpp-python", wanted, "--wheel-dir", work / "built"]
        settings = {
            "cmake.define.CMAKE_PROJECT_llama_cpp_INCLUDE": options_file.as_posix(),
            "cmake.verbose": "false",
            "wheel.exclude": _BALLAST,
        }
        options = [f"--config-settings={key}={value}" for key, value in settings.items()]
        run_logged([*pip, *options, *source], log, line, _steps_done)
    wheel = next((work / "built").glob("llama_cpp_python-*.whl"))
    return _tagged(wheel, python, logs) if sys.platform == "linux" else wheel


def _require_compiler() -> None:
    """Stop before minutes are spent. Windows' compiler is on no PATH: CMake looks for it there."""
    if sys.platform == "win32" or os.environ.get("CXX") or any(shutil.which(name) for name in _COMPILERS):
        return
    raise Stop(
        f"llama.cpp needs a C++ compiler: {_INSTALL_COMPILER.get(sys.platform, 'install clang or gcc')}; "
        "or name a prebuilt wheel with --llama-wheel FILE"
    )


def _steps_done(output: str) -> str | None:
    """ninja's [n/m] as a bar; None for other lines."""
    if not (found := _NINJA.search(output)):
        return None
    done, total = int(found[1]), int(found[2])
    filled = 24 * done // total
    return f"[{'#' * filled}{'.' * (24 - filled)}] {done}/{total}"


def _tagged(wheel: Path, python: Path, logs: Path) -> Path:
    """The wheel with the tag of the oldest Linux that it runs on, as auditwheel reads it from the libraries' symbols.

    Blender takes `linux_x86_64` wheels too, but such a tag says nothing to who gets the extension.
    """
    show: Command = [python, "-m", "auditwheel", "show", "--json", wheel]
    with step("Reading which Linux the wheel needs") as line:
        run_logged(
            [python, "-m", "pip", "install", "--quiet", *pins.group("wheel-tags")], logs / "wheel-tags.log", line
        )
        tag: str = json.loads(subprocess.run(show, capture_output=True, text=True, check=True).stdout)["overall_tag"]
        if tag.startswith("manylinux_"):
            retag: Command = [python, "-m", "wheel", "tags", "--remove", "--platform-tag", tag, wheel]
            subprocess.run(retag, capture_output=True, check=True)
    return next(wheel.parent.glob("llama_cpp_python-*.whl"))
