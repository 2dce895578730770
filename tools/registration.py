"""Runs in an environment with bpy: enables the add-on twice as Blender does, and fails if it leaves anything behind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from .steps import ROOT

EXTENSION = "bl_ext.user_default.keyframeface"


def main() -> int:
    """0 where Blender after two rounds of register and unregister is what it was before."""
    with tempfile.TemporaryDirectory(prefix="keyframeface-registration-") as resources:
        os.environ["BLENDER_USER_RESOURCES"] = resources
        folder = Path(resources) / "extensions" / "user_default" / "keyframeface"
        shutil.copytree(ROOT / "keyframeface_addon", folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "blender_manifest.toml", folder)
        problems = [problem for turn in ("first", "second") for problem in _enable_and_disable(turn)]
    for problem in problems:
        print(f"    {problem}")
    if not problems:
        print("    enabled and disabled twice, nothing left behind")
    return 1 if problems else 0


def _enable_and_disable(turn: str) -> list[str]:
    import bpy  # noqa: F401 - addon_utils is on the path once bpy is there
    from addon_utils import disable, enable

    before = _registered()
    module: object = enable(EXTENSION, default_set=True)  # type: ignore[func-returns-value]
    if module is None:
        return [f"{turn} time: register() failed"]
    while_enabled = _registered()
    disable(EXTENSION, default_set=True)
    left = _registered() - before
    problems = [f"{turn} time: {name} is left behind" for name in sorted(left)]
    if while_enabled == before:
        problems.append(f"{turn} time: register() registered nothing")
    return problems


def _registered() -> set[str]:
    """All that an add-on can hang into Blender, by name."""
    import bpy

    names = {f"type {name}" for name in dir(bpy.types)}
    for owner in (bpy.types.Scene, bpy.types.WindowManager, bpy.types.Object, bpy.types.Action, bpy.types.Key):
        names |= {f"property {owner.__name__}.{name}" for name in owner.bl_rna.properties.keys()}  # noqa: SIM118 - bpy's own
    for handlers in dir(bpy.app.handlers):
        found = getattr(bpy.app.handlers, handlers)
        if isinstance(found, list):
            names |= {f"handler {handlers}: {handler.__module__}" for handler in found}
    for menu in (name for name in dir(bpy.types) if "_MT_" in name or "_HT_" in name or "_PT_" in name):
        draw = getattr(getattr(bpy.types, menu), "draw", None)
        entries = (entry.__module__ for entry in getattr(draw, "_draw_funcs", ()))
        # Blender's own draw is among them as soon as somebody has added to it
        names |= {f"{menu}: {module}" for module in entries if not module.startswith(("bl_ui", "bpy_types"))}
    names |= {f"operator {module}" for module in dir(bpy.ops) if "keyframeface" in module}
    return names


if __name__ == "__main__":
    sys.exit(main())
