"""Plays what the user guide shows, inside a Blender with a window, and photographs it: ``-- FOLDER ZIP``.

The answer names for each picture its file and the box to cut out, in pixels from the window's lower left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from . import extension, player
from .camera import photograph
from .extension import MODULE, PROMPT, TAB, HeldModel, ops
from .hands import Box, Hands, Turns, box_of, region_of, turns, until

WIDER = 90
"""Pixels that the sidebar is made wider, for whole labels."""
TABS = 24
"""Pixels of the tabs at its right edge."""
GENERATE = 30
HEADER = 26
"""Pixels from the upper edge of the Generate button to the sub-panel after it, and of the header of that."""
HEADING = 42
"""Pixels that the preferences' heading is above their first row."""
NEAR = 0.55
"""Metres to the face."""
MAIN = "KEYFRAMEFACE_PT_main"


def main() -> None:
    player.play(session)


class Album:
    """Photographs, and what to cut out of each."""

    def __init__(self, hands: Hands, folder: Path, facts: player.Facts) -> None:
        self._hands, self._folder = hands, folder
        self._pictures: dict[str, Any] = facts.setdefault("pictures", {})

    def take(self, name: str, box: Box | None = None, trim: bool = False) -> Turns:
        """Of the box, or the whole window; with ``trim`` without the empty rows at its foot. The mouse is put out of the way."""
        yield from self._hands.move_into(self._hands.window.screen.areas[0])
        yield from turns(60)  # reports and highlights fade
        path = self._folder / f"{name}.png"
        yield from photograph(self._hands, path)
        whole = (0, 0, self._hands.window.width, self._hands.window.height)
        self._pictures[name] = {"file": str(path), "box": box or whole, "trim": trim}

    def take_panel(self, name: str, only: str) -> Turns:
        """One sub-panel of the tab, open and alone."""
        view = self._hands.area("VIEW_3D")
        with alone(only) as is_folded:
            yield from turns(20)
            yield from self._hands.find(view, "keyframeface.generate")
            left, bottom, width, _ = box_of(region_of(view, "UI"))
            top = self._hands.y - GENERATE
            if is_folded:
                yield from self._hands.move(left + width * 0.4, top - HEADER / 2)
                yield from self._hands.click()
            yield from self.take(name, (left, bottom, width - TABS, top - bottom), trim=True)
        yield from turns(20)


def session(facts: player.Facts) -> player.Session:
    folder, archive = player.arguments()
    hands = Hands()
    album = Album(hands, Path(folder), facts)
    yield from _set_up(hands, archive)
    view = hands.area("VIEW_3D")
    yield from _tab(hands, album, "no-face")
    yield from hands.press(view, "keyframeface.add_demo_face")
    view.spaces.active.region_3d.view_distance = NEAR  # type: ignore[attr-defined]
    yield from hands.fill(view, "keyframeface.prompt", PROMPT)
    yield from _tab(hands, album, "panel")

    held = HeldModel()
    yield from hands.press(view, "keyframeface.generate")
    yield from until(lambda: bool(extension.takes()))
    yield from held.until(lambda: len(extension.labels()) > 3, 0.002)
    yield from _tab(hands, album, "generating")
    held.let_go()
    yield from until(lambda: not extension.takes())
    yield from until(lambda: len(extension.shown()) > 0)
    frames = sorted({int(key[0]) for keys in extension.keys().values() for key in keys})
    bpy.context.scene.frame_set(frames[len(frames) // 2])
    yield from album.take("window")
    yield from album.take_panel("keyframes", "KEYFRAMEFACE_PT_keyframes")

    yield from hands.fill(view, "keyframeface_refine.sentence", "subtler, more in the brows")
    yield from album.take_panel("refine", "KEYFRAMEFACE_PT_refine")

    with hands.context(view):
        ops.keyframeface.make_variations("INVOKE_DEFAULT")
    yield from until(lambda: not extension.takes())
    with hands.context(view):
        ops.keyframeface.show_variation("INVOKE_DEFAULT", number=2)
    yield from album.take_panel("variations", "KEYFRAMEFACE_PT_variations")
    with hands.context(view):
        ops.keyframeface.discard_variations()

    bpy.context.scene.keyframeface_script.path = "/home/ada/lighthouse.fountain"
    yield from album.take_panel("script", "KEYFRAMEFACE_PT_script")
    yield from album.take_panel("mapping", "KEYFRAMEFACE_PT_mapping")
    yield from _preferences(hands, album)
    yield from _graph_editor(hands, album)


def _set_up(hands: Hands, archive: str) -> Turns:
    """A sidebar that covers nothing and cuts no label short; a scene with no cube."""
    yield from extension.install(hands, archive)
    bpy.context.preferences.system.use_region_overlap = False
    bpy.data.objects.remove(bpy.data.objects["Cube"])
    view = hands.area("VIEW_3D")
    space: Any = view.spaces.active
    overlay = space.overlay
    overlay.show_bones = overlay.show_outline_selected = overlay.show_cursor = overlay.show_object_origins = False
    yield from hands.open_tab(view, TAB)
    left, bottom, _, height = box_of(region_of(view, "UI"))
    yield from hands.move(left, bottom + height // 3)
    yield from hands.drag(left - WIDER, bottom + height // 3)


def _tab(hands: Hands, album: Album, name: str) -> Turns:
    """The sidebar from its top, with the tabs."""
    yield from album.take(name, box_of(region_of(hands.area("VIEW_3D"), "UI")), trim=True)


def _graph_editor(hands: Hands, album: Album) -> Turns:
    """In the lower half of the 3D View, its groups unfolded."""
    with hands.context(hands.area("VIEW_3D")):
        bpy.ops.screen.area_split(direction="HORIZONTAL", factor=0.6)
    yield from turns()
    graph = max((a for a in hands.window.screen.areas if a.type == "VIEW_3D"), key=lambda area: area.height)
    graph.type = "GRAPH_EDITOR"
    space: Any = graph.spaces.active
    space.show_region_ui = space.show_handles = False
    yield from turns(20)
    with hands.context(graph, "CHANNELS"):
        bpy.ops.anim.channels_expand(all=True)
    yield from hands.move_into(graph)
    yield from hands.key("HOME")
    yield from album.take("graph-editor", box_of(graph))


def _preferences(hands: Hands, album: Album) -> Turns:
    """The extension's own, in place of the 3D View rather than in a window of their own."""
    area = hands.area("VIEW_3D")
    area.type = "PREFERENCES"
    bpy.context.preferences.active_section = "ADDONS"
    bpy.context.window_manager.addon_search = "KeyframeFace"
    own: Any = bpy.context.preferences.addons[MODULE].preferences
    own.folder, own.log = (
        "/home/ada/models",
        "/home/ada/keyframeface.log",
    )  # those of a session mean nothing to a reader
    with hands.context(area):
        bpy.ops.preferences.addon_expand(module=MODULE)
    yield from turns(20)
    yield from hands.find(area, "source", "WINDOW")
    left, bottom, width, _ = box_of(region_of(area, "WINDOW"))
    yield from album.take("preferences", (left, bottom, width, hands.y + HEADING - bottom), trim=True)
    area.type = "VIEW_3D"


@contextmanager
def alone(only: str) -> Iterator[bool]:
    """The other sub-panels are not there; whether this one is folded when first seen."""
    panels: list[Any] = [
        panel
        for panel in bpy.types.Panel.__subclasses__()
        if getattr(panel, "bl_parent_id", "") == MAIN and panel.is_registered  # type: ignore[attr-defined]
    ]
    others = [panel for panel in panels if panel.__name__ != only]
    for panel in others:
        bpy.utils.unregister_class(panel)
    (shown,) = set(panels) - set(others)
    yield "DEFAULT_CLOSED" in getattr(shown, "bl_options", ())
    for panel in others:
        bpy.utils.register_class(panel)
