"""Which engine the preferences and the scene name, and what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import pytest

from keyframeface_addon.blender import keep_warm, model_choice, models, preferences
from keyframeface_addon.blender.preferences import (
    ALL_LAYERS,
    KeyframeFacePreferences,
    engine_from_preferences,
    log_file,
    model_folder,
    preferences_of,
)
from keyframeface_addon.inference.engine import EngineError
from keyframeface_addon.inference.locations import user_cache
from tests.blender.drawn import drawn

ops: Any = bpy.ops  # the stubs know only Blender's own
keyframeface = ops.keyframeface

pytest_plugins = ("tests.blender.addon",)

Asked = list[tuple[Any, ...]]


@pytest.fixture
def chosen(settings: Any) -> Any:
    """The extension's preferences."""
    return preferences_of(bpy.context)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What engines were asked for: model, threads, layers, log; or server, log."""
    found: Asked = []
    monkeypatch.setattr(preferences, "engine_for_model", lambda *arguments: found.append(arguments))
    monkeypatch.setattr(preferences, "engine_for_server", lambda *arguments: found.append(arguments))
    return found


@pytest.fixture
def folder(tmp_path: Path, chosen: Any) -> Path:
    """The model folder, with two models and what is none."""
    for name in (
        "Qwen3-4B.gguf",
        "gemma.GGUF",
        "notes.txt",
        "big-00001-of-00002.gguf",
        "big-00002-of-00002.gguf",
        "mmproj-gemma.gguf",
    ):
        (tmp_path / name).write_bytes(b"GGUF")
    chosen.folder = str(tmp_path)
    return tmp_path


def test_the_bundled_model_answers_unless_told_otherwise(chosen: Any, asked: Asked) -> None:
    engine_from_preferences(bpy.context)
    assert asked == [(None, 0, ALL_LAYERS, None)]


def test_a_model_that_is_not_there_is_named(chosen: Any, tmp_path: Path) -> None:
    chosen.model = str(tmp_path / "none.gguf")
    with pytest.raises(EngineError, match=r"none\.gguf"):
        engine_from_preferences(bpy.context)


def test_the_default_is_a_model_or_a_server(chosen: Any, asked: Asked, folder: Path) -> None:
    chosen.model = "Qwen3-4B.gguf"
    engine_from_preferences(bpy.context)
    chosen.server = "http://127.0.0.1:8080"
    engine_from_preferences(bpy.context)
    chosen.source = "SERVER"
    engine_from_preferences(bpy.context)
    assert [found[0] for found in asked] == [folder / "Qwen3-4B.gguf"] * 2 + ["http://127.0.0.1:8080"]


def test_a_scene_may_have_a_choice_of_its_own(chosen: Any, settings: Any, asked: Asked, folder: Path) -> None:
    chosen.source, chosen.server = "SERVER", "http://127.0.0.1:8080"
    for choice in (models.BUNDLED, "gemma.GGUF", "/elsewhere/x.gguf", models.DEFAULT):
        settings.model = choice
        engine_from_preferences(bpy.context)
    assert [found[0] for found in asked] == [None, folder / "gemma.GGUF", Path("/elsewhere/x.gguf"), chosen.server]


def test_what_is_named_on_the_spot_wins(chosen: Any, settings: Any, asked: Asked) -> None:
    settings.model = "gemma.gguf"
    engine_from_preferences(bpy.context, Path("y.gguf"))
    engine_from_preferences(bpy.context, None, "http://localhost:1")
    assert [found[0] for found in asked] == [Path("y.gguf"), "http://localhost:1"]


def test_a_server_without_an_address_says_what_to_do(chosen: Any) -> None:
    chosen.source = "SERVER"
    with pytest.raises(EngineError, match="type its address in Preferences"):
        engine_from_preferences(bpy.context)


@pytest.mark.skipif(bpy.app.online_access, reason="Blender may go online here")
@pytest.mark.parametrize(
    "elsewhere", ["https://example.org", "http://127.evil.example/", "http://localhost.example", "http://[::"]
)
def test_blenders_online_setting_is_obeyed(chosen: Any, elsewhere: str) -> None:
    chosen.source, chosen.server = "SERVER", elsewhere
    with pytest.raises(EngineError, match="online access is off"):
        engine_from_preferences(bpy.context)


@pytest.mark.parametrize(("device", "layers"), [("AUTO", ALL_LAYERS), ("CPU", 0), ("GPU", 12)])
def test_the_device_reaches_the_engine(chosen: Any, asked: Asked, device: str, layers: int) -> None:
    chosen.device, chosen.gpu_layers, chosen.threads = device, 12, 3
    engine_from_preferences(bpy.context)
    assert asked[0][1:3] == (3, layers)


def test_log_and_models_are_in_the_extensions_own_folder(
    chosen: Any, asked: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (log_file(), model_folder()) == (None, user_cache() / "models")  # from a checkout: no extension, no folder
    monkeypatch.setattr(bpy.utils, "extension_path_user", lambda package: str(tmp_path))
    assert (log_file(), model_folder()) == (tmp_path / "worker.log", tmp_path / "models")
    chosen.log, chosen.folder = str(tmp_path / "mine.log"), str(tmp_path / "mine")
    engine_from_preferences(bpy.context)
    assert asked[0][-1] == tmp_path / "mine.log"
    assert model_folder() == tmp_path / "mine"
    assert not any(tmp_path.iterdir())  # looking makes nothing


def test_the_menu_offers_what_is_in_the_folder(chosen: Any, settings: Any, folder: Path) -> None:
    menu = drawn(model_choice.KEYFRAMEFACE_MT_models)
    assert menu is not None
    offered = [button.choice for button in menu.buttons if hasattr(button, "choice")]
    assert offered == ["", models.BUNDLED, "big-00001-of-00002.gguf", "gemma.GGUF", "Qwen3-4B.gguf"]
    chosen.server = "http://127.0.0.1:8080"
    menu = drawn(model_choice.KEYFRAMEFACE_MT_models)
    assert menu is not None
    assert "http://127.0.0.1:8080" in menu.texts


def test_a_folder_that_is_not_there_offers_the_bundled_model(chosen: Any, settings: Any) -> None:
    chosen.folder = "/nowhere/at/all"
    menu = drawn(model_choice.KEYFRAMEFACE_MT_models)
    assert menu is not None
    assert [button.choice for button in menu.buttons if hasattr(button, "choice")] == ["", models.BUNDLED]


def test_choosing_in_the_panel_and_in_the_preferences(chosen: Any, settings: Any, folder: Path) -> None:
    assert keyframeface.choose_model(choice="gemma.GGUF") == {"FINISHED"}
    assert (settings.model, chosen.model) == ("gemma.GGUF", "")
    assert keyframeface.choose_model(choice="") == {"FINISHED"}
    assert keyframeface.set_default_model(choice="gemma.GGUF") == {"FINISHED"}
    assert (settings.model, chosen.model, chosen.source) == ("", "gemma.GGUF", "MODEL")
    keyframeface.set_default_model(choice=models.SERVER)
    assert (chosen.model, chosen.source) == ("gemma.GGUF", "SERVER")
    keyframeface.set_default_model(choice=models.BUNDLED)
    assert (chosen.model, chosen.source) == ("", "MODEL")


def test_a_file_in_the_model_folder_is_kept_by_its_name(chosen: Any, settings: Any, folder: Path) -> None:
    keyframeface.open_model(filepath=str(folder / "gemma.GGUF"))
    assert settings.model == "gemma.GGUF"
    elsewhere = str(folder / "deeper" / "x.gguf")
    keyframeface.open_model(filepath=elsewhere)
    assert settings.model == elsewhere
    with pytest.raises(RuntimeError, match="is no model"):
        keyframeface.open_model(filepath=str(folder / "notes.txt"))
    assert settings.model == elsewhere


def test_the_page_shows_what_matters(chosen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = drawn(KeyframeFacePreferences, owner=chosen)
    assert page is not None
    asked = ["source", "model", "folder", "device", "threads", "keep_warm", "server", "log"]
    assert page.properties == asked
    assert page.placeholders["log"].endswith("worker.log")
    assert "llama.cpp" not in page.text
    chosen.device, chosen.server = "GPU", "https://example.org"
    monkeypatch.setattr(preferences, "why_no_llama", lambda: "no llama.cpp here")
    page = drawn(KeyframeFacePreferences, owner=chosen)
    assert page is not None
    assert "gpu_layers" in page.properties
    assert "No llama.cpp here" in page.text
    assert ("online access is off" in page.text) is not bpy.app.online_access


def test_no_llama_cpp_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def look() -> str:
        looks.append(1)
        raise EngineError("not installed")

    monkeypatch.setattr(models, "site_packages", look)
    models.why_no_llama.cache_clear()
    try:
        for _ in range(3):
            assert "install the package for this platform" in models.why_no_llama()
    finally:
        models.why_no_llama.cache_clear()
    assert len(looks) == 1


def test_folders_are_made_when_they_are_opened(chosen: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(model_choice, "show_folder", opened.append)
    chosen.folder, chosen.log = str(tmp_path / "models"), str(tmp_path / "logs" / "worker.log")
    keyframeface.open_folder(which="MODELS")
    keyframeface.open_folder(which="LOG")
    assert opened == [tmp_path / "models", tmp_path / "logs"]
    assert all(path.is_dir() for path in opened)


def test_idle_models_are_freed_after_some_minutes(chosen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    freed: list[float] = []
    monkeypatch.setattr(keep_warm, "close_idle", freed.append)
    chosen.keep_warm = 5
    keep_warm.free_idle()
    chosen.keep_warm = 0  # for as long as Blender runs
    keep_warm.free_idle()
    assert freed == [300.0]


def test_looking_for_idle_models_ends_with_the_extension(settings: Any) -> None:
    import addon_utils

    assert bpy.app.timers.is_registered(keep_warm.free_idle)
    addon_utils.disable("keyframeface_addon")
    assert not bpy.app.timers.is_registered(keep_warm.free_idle)
