"""The extension's preferences: which model answers, on what. No ``from __future__ import annotations``: Blender reads them."""

import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bpy
from bpy.props import EnumProperty, IntProperty, StringProperty

from ..inference.engine import Engine, EngineError
from ..inference.engines import engine_for_model, engine_for_server
from ..inference.locations import log_file as usual_log_file
from ..inference.locations import user_cache
from .models import BUNDLED, DEFAULT, SERVER, file_of, name_of, why_no_llama
from .paragraph import paragraph, sentence

EXTENSION = __package__.rpartition(".")[0]
OFFLINE = "Blender's online access is off: allow it in Preferences > System > Network, or use a server on this machine"
NO_ADDRESS = "no server is named: type its address in Preferences > Add-ons > KeyframeFace"
ALL_LAYERS = -1


class KeyframeFacePreferences(bpy.types.AddonPreferences):
    """Edit > Preferences > Add-ons > KeyframeFace."""

    bl_idname = EXTENSION

    source: EnumProperty(  # type: ignore[valid-type]
        name="Answers",
        description="Who answers, unless a scene has a choice of its own",
        items=(
            ("MODEL", "Model on This Machine", "A language model that runs here; nothing leaves the machine"),
            ("SERVER", "Server", "An OpenAI-compatible server: on this machine, in the studio, on the internet"),
        ),
    )
    model: StringProperty(  # type: ignore[valid-type]
        name="Default Model",
        description=(
            "A language model as a .gguf file on this machine, or its name in the model folder;"
            " empty for the small one that comes with KeyframeFace"
        ),
        subtype="FILE_PATH",
    )
    folder: StringProperty(  # type: ignore[valid-type]
        name="Model Folder",
        description="The models (.gguf) in this folder are offered for choice; empty for the extension's own folder",
        subtype="DIR_PATH",
    )
    device: EnumProperty(  # type: ignore[valid-type]
        name="Device",
        description="What the model runs on",
        items=(
            ("AUTO", "Automatic", "The graphics card where llama.cpp was built for it, else the processor"),
            ("CPU", "Processor", "The processor alone: the graphics card stays free for the viewport and rendering"),
            ("GPU", "Graphics Card", "As many layers of the model on the graphics card as its memory has room for"),
        ),
    )
    gpu_layers: IntProperty(  # type: ignore[valid-type]
        name="GPU Layers",
        description="How many layers of the model go to the graphics card; -1 for all",
        default=ALL_LAYERS,
        min=ALL_LAYERS,
        soft_max=100,
    )
    threads: IntProperty(  # type: ignore[valid-type]
        name="Threads",
        description="Of the processor, for llama.cpp; 0 chooses by the machine and the model",
        min=0,
        max=256,
    )
    server: StringProperty(  # type: ignore[valid-type]
        name="Server",
        description="Address of an OpenAI-compatible server (llama-server, vLLM), such as http://127.0.0.1:8080",
    )
    keep_warm: IntProperty(  # type: ignore[valid-type]
        name="Keep Warm",
        description=(
            "Minutes that a model nobody asks stays in memory, ready to answer at once;"
            " 0 keeps it until Blender quits or another is needed"
        ),
        default=15,
        min=0,
        soft_max=120,
    )
    log: StringProperty(  # type: ignore[valid-type]
        name="Log File",
        description="Where llama.cpp writes what it does, for when something fails; empty for the extension's own folder",
        subtype="FILE_PATH",
    )

    def draw(self, context: bpy.types.Context) -> None:
        """Who answers by default, then each of the two, then what both share."""
        from .model_choice import (  # which needs these preferences
            KEYFRAMEFACE_MT_default_model,
            KEYFRAMEFACE_OT_open_folder,
        )

        layout = self.layout
        layout.use_property_split = True
        layout.row().prop(self, "source", expand=True)
        here = layout.column()
        if why := why_no_llama():
            paragraph(context, here, sentence(why), icon="ERROR", alert=True)
        row = here.row(align=True)
        row.prop(self, "model", placeholder=f"bundled: {name_of(BUNDLED, '')}")
        row.menu(KEYFRAMEFACE_MT_default_model.bl_idname, text="", icon="DOWNARROW_HLT")
        row = here.row(align=True)
        row.prop(self, "folder", placeholder=str(model_folder()))
        row.operator(KEYFRAMEFACE_OT_open_folder.bl_idname, text="", icon="FILE_FOLDER").which = "MODELS"
        here.prop(self, "device")
        if self.device == "GPU":
            here.prop(self, "gpu_layers")
        here.prop(self, "threads")
        here.prop(self, "keep_warm")
        layout.separator()
        layout.prop(self, "server", placeholder="http://127.0.0.1:8080")
        if self.server.strip() and not may_connect(self.server):
            paragraph(context, layout, OFFLINE, icon="ERROR", alert=True)
        layout.separator()
        row = layout.row(align=True)
        row.prop(self, "log", placeholder=str(log_file() or usual_log_file()))
        row.operator(KEYFRAMEFACE_OT_open_folder.bl_idname, text="", icon="FILE_FOLDER").which = "LOG"


def preferences_of(context: bpy.types.Context) -> Any:
    """None where the extension is not enabled."""
    addon = context.preferences.addons.get(EXTENSION)
    return addon.preferences if addon else None


def default_choice(preferences: Any) -> str:
    """What scenes without a choice of their own use."""
    if preferences is None:
        return BUNDLED
    return SERVER if preferences.source == "SERVER" else preferences.model.strip() or BUNDLED


def choice_at_hand(context: bpy.types.Context) -> str:
    """Who answers in this scene: ``models.BUNDLED``, ``models.SERVER`` or a file."""
    settings = getattr(context.scene, "keyframeface", None)
    own: str = settings.model.strip() if settings else DEFAULT
    return own or default_choice(preferences_of(context))


def engine_from_preferences(context: bpy.types.Context, model: Path | None = None, server: str = "") -> Engine:
    """The engine that scene and preferences name, or the given model or server in its place. Raises EngineError."""
    preferences = preferences_of(context)
    if model is None and not server:
        choice = choice_at_hand(context)
        if choice == SERVER:
            server = preferences.server.strip() if preferences else ""
            if not server:
                raise EngineError(NO_ADDRESS)
        elif choice != BUNDLED:
            model = file_of(choice, model_folder())
    if server:
        if not may_connect(server):
            raise EngineError(
                f"Blender's online access is off, so {server} was not asked: allow it in Preferences > System > Network"
                " (on a command line: --online-mode), or use a server on this machine"
            )
        return engine_for_server(server, log_file())
    return engine_for_model(model, preferences.threads if preferences else 0, _layers(preferences), log_file())


def model_folder() -> Path:
    """That of the preferences, else the extension's own; it need not be there."""
    preferences = preferences_of(bpy.context)
    if preferences is not None and preferences.folder.strip():
        return Path(bpy.path.abspath(preferences.folder.strip()))
    own = _own_folder()
    return own / "models" if own else user_cache() / "models"


def log_file() -> Path | None:
    """That of the preferences, else in the extension's own folder; None, the usual place, where it is not installed as one."""
    preferences = preferences_of(bpy.context)
    if preferences is not None and preferences.log.strip():
        return Path(bpy.path.abspath(preferences.log.strip()))
    own = _own_folder()
    return own / "worker.log" if own else None


def _own_folder() -> Path | None:
    """What Blender gives the extension; None where it is not installed as one."""
    try:
        return Path(bpy.utils.extension_path_user(EXTENSION))
    except ValueError:
        return None


def _layers(preferences: Any) -> int:
    if preferences is None or preferences.device == "AUTO":
        return ALL_LAYERS
    layers: int = preferences.gpu_layers
    return 0 if preferences.device == "CPU" else layers


def may_connect(server: str) -> bool:
    """Blender's switch is about the internet; a server on this machine is none of its business."""
    return bpy.app.online_access or _is_this_machine(server)


def _is_this_machine(server: str) -> bool:
    try:
        host = urlsplit(server).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # no address, or a name: what it leads to is not known
        return False
