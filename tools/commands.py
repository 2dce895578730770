"""build.py's commands. Each sets up what it needs, says what it does, and ends with one line where it cannot go on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from . import environment, llama_wheel
from . import lint as checks
from . import package as packaging
from .desktop import launch
from .steps import ROOT, Stop, run

Passed = list[str]


def main(arguments: Sequence[str]) -> int:
    """Runs one command; what it does not know goes on to the tool behind it (pytest, the demo, the benchmarks)."""
    options, passed = _parser().parse_known_args(arguments)
    if options.llama_wheel:
        os.environ[llama_wheel.WHEEL_ENVIRONMENT] = str(options.llama_wheel.absolute())
    if options.llama_index:
        os.environ[llama_wheel.INDEX_ENVIRONMENT] = options.llama_index
    try:
        return _COMMANDS[options.command](options.bpy, passed)
    except Stop as reason:
        print(f"build.py {options.command}: {reason}", flush=True)
        return 1
    except KeyboardInterrupt:
        print(f"build.py {options.command}: stopped", flush=True)
        return 130


def setup(bpy: str | None, passed: Passed) -> int:
    """make the environment: Blender as a module, llama.cpp, the test tools"""
    _refuse(passed)
    python = environment.for_blender(bpy)
    print(f"Ready: {python.relative_to(ROOT)}")
    return 0


def demo(bpy: str | None, passed: Passed) -> int:
    """set up, then animate a head from a sentence: build.py demo ["She bursts into tears"]"""
    return _run_module(bpy, "tools.demo", passed)


def test(bpy: str | None, passed: Passed) -> int:
    """set up, then run the tests; further arguments are pytest's"""
    return run([environment.for_blender(bpy), "-m", "pytest", *passed])


def lint(bpy: str | None, passed: Passed) -> int:
    """ruff, mypy, the import arrow, register and unregister"""
    _refuse(passed)
    return checks.main(environment.for_lint(), environment.for_blender(bpy))


def bench(bpy: str | None, passed: Passed) -> int:
    """set up, then print the table of figures; arguments choose benchmarks by name"""
    return _run_module(bpy, "tests.benchmarks", passed)


def chart(bpy: str | None, passed: Passed) -> int:
    """render all 52 shapes of the demo head with their names: docs/shapes.md"""
    _refuse(passed)
    return _run_module(bpy, "tools.chart", passed)


def docs(bpy: str | None, passed: Passed) -> int:
    """build the user guide as a site, into out/docs"""
    _refuse(passed)
    site = ROOT / "out" / "docs"
    status = run([environment.for_docs(), "-m", "sphinx", "-q", "-W", "--keep-going", ROOT / "docs", site])
    if status == 0:
        print(f"Open {(site / 'index.html').relative_to(ROOT)}")
    return status


def screenshots(bpy: str | None, passed: Passed) -> int:
    """package, then take the user guide's pictures in the desktop Blender that KEYFRAMEFACE_BLENDER_GUI names"""
    _refuse(passed)
    launch.required()
    return package(bpy, passed) or _run_module(bpy, "tools.screenshots", passed)


def faces(bpy: str | None, passed: Passed) -> int:
    """render emotions and shapes without names into out/faces for a judge; build.py faces --score FILE reads the answers"""
    return _run_module(bpy, "tools.faces", passed)


def package(bpy: str | None, passed: Passed) -> int:
    """build and validate the extension for this platform with Blender's own tool, into dist/"""
    _refuse(passed)
    packaging.main(environment.for_blender(bpy))
    return 0


_COMMANDS: dict[str, Callable[[str | None, Passed], int]] = {
    command.__name__: command for command in (setup, demo, test, lint, bench, chart, docs, screenshots, faces, package)
}


def _run_module(bpy: str | None, module: str, passed: Passed) -> int:
    return run([environment.for_blender(bpy), "-m", module, *passed])


def _refuse(passed: Passed) -> None:
    if passed:
        raise Stop(f"what is {' '.join(passed)}? See build.py --help")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py", description="KeyframeFace from a fresh clone: set up, try, test, package."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--bpy", metavar="VERSION", help="another Blender, 4.2 or 4.5 (also: KEYFRAMEFACE_BPY)")
    common.add_argument(
        "--llama-wheel",
        metavar="FILE",
        type=Path,
        help=f"a prebuilt llama-cpp-python wheel (also: {llama_wheel.WHEEL_ENVIRONMENT})",
    )
    common.add_argument(
        "--llama-index", metavar="URL", help=f"an index that has such a wheel (also: {llama_wheel.INDEX_ENVIRONMENT})"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in _COMMANDS.items():
        commands.add_parser(name, help=command.__doc__, parents=[common], allow_abbrev=False)
    return parser
