"""Where operators are found: in menus, which Blender's search goes through, with names and tooltips, ready for a shortcut."""

from __future__ import annotations

from typing import Any

import bpy
import pytest

from keyframeface_addon.blender.menus import HOSTS, KEYFRAMEFACE_MT_face
from tests.blender.drawn import Drawn, Layout, drawn, registered

ops: Any = bpy.ops  # the stubs know only Blender's own

pytest_plugins = ("tests.blender.addon",)


def appended(host: str) -> Drawn:
    """What extensions have added to a menu of Blender's."""
    seen = Drawn()
    menu: Any = type("Menu", (), {"layout": Layout(seen)})()
    for draw in getattr(getattr(bpy.types, host).draw, "_draw_funcs", [None])[1:]:
        draw(menu, bpy.context)
    return seen


@pytest.mark.parametrize("host", HOSTS)
def test_the_menu_is_where_animation_is_made(settings: Any, host: str) -> None:
    assert appended(host).menus == [KEYFRAMEFACE_MT_face.bl_idname]


def test_a_face_can_be_added_like_a_mesh(settings: Any) -> None:
    assert appended("VIEW3D_MT_mesh_add").operators == ["keyframeface.add_demo_face"]


def test_nothing_is_left_in_blenders_menus(settings: Any) -> None:
    import addon_utils

    addon_utils.disable("keyframeface_addon")
    for host in (*HOSTS, "VIEW3D_MT_mesh_add"):
        assert not appended(host).menus
        assert not appended(host).operators


def test_search_finds_whatever_can_be_done(settings: Any) -> None:
    """It goes through menus; what takes a choice first is where that is shown."""
    chosen_elsewhere = {"batch", "show_variation", "apply_mapping_preset"}
    found, waiting = set[str](), [KEYFRAMEFACE_MT_face.bl_idname]
    while waiting:
        menu = drawn(getattr(bpy.types, waiting.pop()))
        assert menu is not None
        found.update(menu.operators)
        waiting += menu.menus
    wanted = {
        operator.bl_idname
        for operator in registered(bpy.types.Operator)
        if "INTERNAL" not in getattr(operator, "bl_options", ())
    }
    assert {name.partition(".")[2] for name in wanted - found} == chosen_elsewhere


def test_whatever_the_menu_has_takes_a_shortcut(settings: Any) -> None:
    """Blender offers none for operators that are internal."""
    menu = drawn(KEYFRAMEFACE_MT_face)
    assert menu is not None
    internal = {
        operator.bl_idname
        for operator in registered(bpy.types.Operator)
        if "INTERNAL" in getattr(operator, "bl_options", ())
    }
    assert internal.isdisjoint(menu.operators)


def test_no_shortcut_of_blenders_is_taken(settings: Any) -> None:
    addon = bpy.context.window_manager.keyconfigs.addon
    items = [item.idname for keymap in addon.keymaps for item in keymap.keymap_items] if addon else []
    assert not [name for name in items if name.startswith("keyframeface.")]


def test_everything_has_a_name_and_a_tooltip(settings: Any) -> None:
    for operator in registered(bpy.types.Operator):
        module, _, name = operator.bl_idname.partition(".")
        rna = getattr(getattr(ops, module), name).get_rna_type()
        assert rna.name, f"{operator.bl_idname} has no label"
        assert rna.description not in ("", "(undocumented operator)"), f"{operator.bl_idname} has no tooltip"
        for prop in rna.properties:
            if prop.identifier != "rna_type" and not prop.is_hidden and not prop.is_skip_save:
                assert prop.description, f"{operator.bl_idname}: {prop.identifier} has no tooltip"
    for menu in registered(bpy.types.Menu):
        assert menu.bl_label
