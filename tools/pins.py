"""The versions this project is built and tested with: `[dependency-groups]` of pyproject.toml, nowhere else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from .steps import ROOT, Stop

Requirement = str

# the Blender whose Python this is, unless another is asked for
DEFAULT_BLENDER = {(3, 11): "5.0", (3, 13): "5.2"}


def group(name: str, pyproject: Path = ROOT / "pyproject.toml") -> list[Requirement]:
    """The pinned requirements of one group."""
    groups: dict[str, list[Requirement]] = tomllib.loads(pyproject.read_text(encoding="utf-8"))["dependency-groups"]
    return groups[name]


def version_of(package: str, requirements: list[Requirement]) -> str:
    """The version that ``package`` is pinned to."""
    return next(pin.partition("==")[2] for pin in requirements if re.match(rf"{re.escape(package)}==", pin))


def blender(version: str, python: tuple[int, int]) -> list[Requirement]:
    """Blender as a module with the numpy it ships; ``version`` is 4.2, 4.5 ..., or a full one such as 4.2.23."""
    short = ".".join(version.split(".")[:2])
    try:
        requirements = group(f"blender-{short}")
    except KeyError:
        raise Stop(f"no bpy is pinned for Blender {version}; pyproject.toml has {', '.join(_blenders())}") from None
    pinned = version_of("bpy", requirements)
    if version not in (short, pinned):
        raise Stop(f"bpy {version} is not the one that is pinned: --bpy {pinned}")
    needed = (3, 11) if tuple(int(part) for part in short.split(".")) < (5, 1) else (3, 13)
    if python != needed:
        raise Stop(
            f"Blender {short} has Python {needed[0]}.{needed[1]}: run 'python{needed[0]}.{needed[1]} build.py ...'"
        )
    return requirements


def _blenders() -> list[str]:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return [version_of("bpy", pins) for name, pins in groups.items() if name.startswith("blender-")]
