"""Imports point one way: blender -> interchange, inference -> language -> face; blender -> retarget -> face. Read by parsing."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parent.parent / "keyframeface_addon"

# what the modules of a folder may import of the package; "" stands for the files at its root
MAY_IMPORT = {
    "face": {"face"},
    "retarget": {"retarget", "face"},
    "language": {"language", "face"},
    "inference": {"inference", "language", "face"},
    "interchange": {"interchange", "language", "face"},
    "blender": {"blender", "interchange", "inference", "language", "retarget", "face"},
    "": {"", "blender", "interchange", "inference", "language", "face"},
}
OUTSIDE_OF_BLENDER = {"numpy"}  # every Blender has it
BLENDER_ITSELF = {
    "bpy",
    "mathutils",
    "bmesh",
    "bpy_extras",
    "bl_operators",
    "bl_ui",
    "gpu",
    "blf",
    "addon_utils",
    "numpy",
}
WORKER = "inference/worker/"  # the only place where llama.cpp is loaded, in a process of its own
IN_THE_WORKER = {"llama_cpp", "numpy", "requests"}


@dataclass(frozen=True)
class Import:
    """One imported module: ``name`` from the package's root (face.channels) where ``own``, else as Python knows it."""

    file: str
    line: int
    name: str
    own: bool
    relative: bool
    at_once: bool
    """Whether importing the file is enough: not inside a function, nor for type checkers only."""

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.name}"


def imports_of(path: Path) -> Iterator[Import]:
    """Every import of one file, those inside functions too."""
    file = path.relative_to(ADDON).as_posix()
    package = path.relative_to(ADDON).parent.parts
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=file)
    at_once = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [(alias.name, False) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [(node.module or "", False)]
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1], *(node.module or "").split(".")]
            base = [part for part in base if part]
            # `from . import channels` names modules where `from .channels import CHANNELS` names values
            names = [(".".join([*base, alias.name] if not node.module else base), True) for alias in node.names]
        else:
            continue
        for name, relative in names:
            absolute = name.partition(".")[0] == ADDON.name
            name = name.partition(".")[2] if absolute else name
            yield Import(file, node.lineno, name, relative or absolute, relative, node in at_once)


def folder_of(file: str) -> str:
    """The part of the package that a file belongs to."""
    return file.partition("/")[0] if "/" in file else ""


IMPORTS = [found for path in sorted(ADDON.rglob("*.py")) for found in imports_of(path)]


def show(wrong: list[Import]) -> str:
    return "\n".join(str(found) for found in wrong)


def test_the_package_is_read() -> None:
    assert {folder_of(found.file) for found in IMPORTS} >= {"face", "language"}


def test_imports_point_one_way() -> None:
    def target(found: Import) -> str:
        return found.top if found.top in MAY_IMPORT else ""

    wrong = [found for found in IMPORTS if found.own and target(found) not in MAY_IMPORT[folder_of(found.file)]]
    assert not wrong, show(wrong)


def test_own_modules_are_imported_relatively() -> None:
    wrong = [found for found in IMPORTS if found.own and not found.relative]
    assert not wrong, show(wrong) + "\nBlender installs the package under another name"


def test_bpy_stays_in_its_folder() -> None:
    blenders = BLENDER_ITSELF - OUTSIDE_OF_BLENDER
    wrong = [
        found for found in IMPORTS if not found.own and found.top in blenders and folder_of(found.file) != "blender"
    ]
    assert not wrong, show(wrong)


def test_llama_cpp_stays_in_the_worker() -> None:
    wrong = [found for found in IMPORTS if found.top == "llama_cpp" and not found.file.startswith(WORKER)]
    assert not wrong, show(wrong)


def test_the_worker_stands_alone() -> None:
    """It is a process without Blender: it loads nothing of the package but its own folder."""
    own, allowed = WORKER.replace("/", "."), {*sys.stdlib_module_names, *IN_THE_WORKER}
    worker = [found for found in IMPORTS if found.file.startswith(WORKER)]
    wrong = [found for found in worker if (found.own and not found.name.startswith(own))]
    wrong += [found for found in worker if not found.own and found.top not in allowed]
    assert not wrong, show(wrong)


@pytest.mark.parametrize("folder", sorted(MAY_IMPORT))
def test_nothing_is_imported_that_blender_does_not_have(folder: str) -> None:
    allowed = {*sys.stdlib_module_names, *(BLENDER_ITSELF if folder == "blender" else OUTSIDE_OF_BLENDER)}
    foreign = [found for found in IMPORTS if not found.own and folder_of(found.file) == folder]
    wrong = [found for found in foreign if found.top not in allowed and not found.file.startswith(WORKER)]
    assert not wrong, show(wrong)


def test_enabling_imports_no_numpy() -> None:
    """It has 100 ms, and numpy alone takes as much the first time; as a module, Blender has numpy loaded and shows nothing."""
    at_once = [found for found in IMPORTS if found.at_once]
    files = {found.file for found in IMPORTS}
    waiting, read = ["blender/registration.py"], set[str]()
    while waiting:
        file = waiting.pop()
        if file not in read and file in files:
            read.add(file)
            modules = (found.name.replace(".", "/") for found in at_once if found.own and found.file == file)
            waiting += [name for module in modules for name in (f"{module}.py", f"{module}/__init__.py")]
    assert "blender/rig.py" in read
    wrong = [found for found in at_once if found.file in read and found.top == "numpy"]
    assert not wrong, show(wrong)
