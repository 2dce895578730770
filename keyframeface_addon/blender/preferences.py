"""Which model answers: the extension's preferences. No ``from __future__ import annotations``: Blender reads the annotations."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import bpy
from bpy.props import IntProperty, StringProperty

from ..inference.engine import Engine, EngineError
from ..inference.engines import engine_for_model, engine_for_server

EXTENSION = __package__.rpartition(".")[0]


class KeyframeFacePreferences(bpy.types.AddonPreferences):
    """Edit > Preferences > Add-ons > KeyframeFace."""

    bl_idname = EXTENSION

    model: StringProperty(  # type: ignore[valid-type]
        name="Model",
        description="A language model as a .gguf file on this machine; empty for the small one that comes with KeyframeFace",
        subtype="FILE_PATH",
    )
    server: StringProperty(  # type: ignore[valid-type]
        name="Server",
        description="Address of an OpenAI-compatible server (llama-server, vLLM) to ask instead; empty for none",
    )
    threads: IntProperty(  # type: ignore[valid-type]
        name="Threads", description="For llama.cpp; 0 chooses by the machine and the model", min=0, max=256
    )
    gpu_layers: IntProperty(  # type: ignore[valid-type]
        name="GPU Layers",
        description="How much of the model goes to the graphics card, where llama.cpp was built for it; -1 for all",
        default=-1,
        min=-1,
    )

    def draw(self, context: bpy.types.Context) -> None:
        """The rows that matter for what is chosen."""
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "model", placeholder="bundled: keyframeface-small")
        rows = layout.column()
        rows.active = not self.server
        rows.prop(self, "threads")
        rows.prop(self, "gpu_layers")
        layout.prop(self, "server", placeholder="off")
        if self.server and not _may_connect(self.server):
            layout.label(text="Needs online access: Preferences > System > Network", icon="ERROR")


def engine_from_preferences(context: bpy.types.Context, model: Path | None = None, server: str = "") -> Engine:
    """The engine that the preferences name, or the given model or server in its place. Raises EngineError."""
    addon = context.preferences.addons.get(EXTENSION)
    chosen = addon.preferences if addon else None
    threads, gpu_layers = (chosen.threads, chosen.gpu_layers) if chosen else (0, -1)
    if model is None and not server and chosen:
        server = chosen.server.strip()
        model = Path(bpy.path.abspath(chosen.model)) if chosen.model.strip() else None
    if server:
        if not _may_connect(server):
            raise EngineError(
                f"Blender's online access is off, so {server} was not asked: allow it in Preferences > System > Network"
                " (on a command line: --online-mode), or use a server on this machine"
            )
        return engine_for_server(server, _log_file())
    return engine_for_model(model, threads, gpu_layers, _log_file())


def _log_file() -> Path | None:
    """In the folder that Blender gives the extension; None, the usual place, where it is not installed as one."""
    try:
        return Path(bpy.utils.extension_path_user(EXTENSION)) / "worker.log"
    except ValueError:
        return None


def _may_connect(server: str) -> bool:
    """Blender's switch is about the internet; a server on this machine is none of its business."""
    return bpy.app.online_access or _is_this_machine(server)


def _is_this_machine(server: str) -> bool:
    try:
        host = urlsplit(server).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # no address, or a name: what it leads to is not known
        return False
