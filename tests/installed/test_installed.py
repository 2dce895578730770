"""What a user of the zip has: it installs, answers a sentence without a network, and leaves when it is removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import DesktopBlender

MODULE = "bl_ext.user_default.keyframeface"
PROMPT = "She tries to stay composed, then bursts into tears"

MAKE_SCENE = f"""
import importlib
head = importlib.import_module("{MODULE}.blender.head").add_head(bpy.context.scene.collection)
bpy.ops.wm.save_as_mainfile(filepath=r"%s")
answer(len(head.data.shape_keys.key_blocks))
"""

COUNT_KEYS = """
def curves(owner):
    data = owner.animation_data
    if not data or not data.action:
        return []
    if not hasattr(data.action, "slots"):
        return list(data.action.fcurves)
    strips = [strip for layer in data.action.layers for strip in layer.strips]
    bags = [strip.channelbag(data.action_slot) for strip in strips]
    return [curve for bag in bags if bag for curve in bag.fcurves]
found = [curve for key in bpy.data.shape_keys for curve in curves(key)]
answer({
    "curves": len(found),
    "keys": sum(len(curve.keyframe_points) for curve in found),
    "moving": sum(len({point.co.y for point in curve.keyframe_points}) > 1 for curve in found),
})
"""


@pytest.fixture(scope="module")
def scene(blender: DesktopBlender) -> Path:
    """A saved file with the demo head in it, not animated yet."""
    path = blender.folder / "scene.blend"
    assert blender.ask(MAKE_SCENE % path) >= 52
    return path


def test_it_is_enabled_and_loads_no_llama_cpp(blender: DesktopBlender) -> None:
    script = "import sys\nanswer([[addon.module for addon in bpy.context.preferences.addons], sorted(sys.modules)])"
    addons, modules = blender.ask(script)
    assert MODULE in addons
    assert "llama_cpp" not in modules


def test_its_wheels_are_there_for_blenders_python(blender: DesktopBlender) -> None:
    script = "import importlib.util as i\nanswer([bool(i.find_spec(n)) for n in ('llama_cpp', 'jinja2', 'diskcache')])"
    assert blender.ask(script) == [True, True, True]


@pytest.mark.timeout(600)
def test_a_sentence_becomes_keys_in_the_saved_file(blender: DesktopBlender, scene: Path) -> None:
    done = blender.run("--background", scene, "--command", "keyframeface", "generate", PROMPT)
    assert done.returncode == 0, done.stdout
    found = blender.ask(COUNT_KEYS, scene)
    assert found["keys"] > 0
    assert found["moving"] >= 3, found


def test_a_mistake_is_one_line_and_a_status(blender: DesktopBlender, scene: Path) -> None:
    before = scene.read_bytes()
    done = blender.run("--background", scene, "--command", "keyframeface", "generate", "")
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stdout
    assert "prompt" in done.stdout.lower()
    assert scene.read_bytes() == before


def test_removing_it_leaves_nothing(blender: DesktopBlender) -> None:
    """Last in this file: the extension is gone after it."""
    done = blender.run("--command", "extension", "remove", "keyframeface")
    assert done.returncode == 0, done.stdout
    assert not [path for path in (blender.folder / "user" / "extensions").rglob("*keyframeface*") if path.is_file()]
