"""What a panel or menu draws, without a window: a layout that writes down what it is asked for, and lets nothing pass that this
Blender's own would refuse, such as an icon that it does not have."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import bpy

_rna: Any = bpy.types.UILayout.bl_rna  # the stubs know a part of it
_FUNCTIONS = {function.identifier: function for function in _rna.functions}
_INNER = ("row", "column", "box", "split", "column_flow", "grid_flow", "menu_pie")


class Properties:
    """Of an operator's button; what is set is checked."""

    def __init__(self, idname: str) -> None:
        module, _, name = idname.partition(".")
        object.__setattr__(self, "_rna", getattr(getattr(bpy.ops, module), name).get_rna_type())
        object.__setattr__(self, "idname", idname)

    def __setattr__(self, name: str, value: object) -> None:
        assert name in self._rna.properties, f"{self.idname} has no property {name}"  # type: ignore[attr-defined]
        object.__setattr__(self, name, value)


class Layout:
    """Stands in for ``bpy.types.UILayout``."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn

    def __getattr__(self, name: str) -> Any:
        if name not in _FUNCTIONS:
            raise AttributeError(name)
        return lambda *arguments, **options: self._call(name, arguments, options)

    def panel(self, idname: str, **_: object) -> tuple[Layout, Layout]:
        return Layout(self._drawn), Layout(self._drawn)

    def _call(self, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        _check(name, options)
        parameters = [p.identifier for p in _FUNCTIONS[name].parameters if not p.is_output]
        given = dict(zip(parameters, arguments, strict=False)) | options
        if name in _INNER:
            return Layout(self._drawn)
        if given.get("text"):
            self._drawn.texts.append(given["text"])
        if name in ("prop", "prop_search"):
            assert given["property"] in given["data"].bl_rna.properties, f"no property {given['property']}"
            self._drawn.properties.append(given["property"])
            if given.get("placeholder"):
                self._drawn.placeholders[given["property"]] = given["placeholder"]
        elif name == "operator":
            self._drawn.buttons.append(Properties(given["operator"]))
            return self._drawn.buttons[-1]
        elif name in ("menu", "popover"):
            idname = given["menu" if name == "menu" else "panel"]
            assert hasattr(bpy.types, idname), f"{idname} is not registered"
            self._drawn.menus.append(idname)
        return None


class Drawn:
    """What was asked for, in order."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.properties: list[str] = []
        self.placeholders: dict[str, str] = {}
        self.buttons: list[Any] = []
        self.menus: list[str] = []

    @property
    def operators(self) -> list[str]:
        """By their names."""
        return [button.idname for button in self.buttons]

    @property
    def text(self) -> str:
        """All that is written, wrapped lines put together."""
        return " ".join(self.texts)


class _Self:
    """What ``draw`` takes for the panel: Blender makes none of them without a window."""

    def __init__(self, panel: Any, layout: Layout, owner: Any) -> None:
        self.layout, self._panel, self._owner = layout, panel, owner

    def __getattr__(self, name: str) -> Any:
        if self._owner is not None:
            return getattr(self._owner, name)
        found = getattr(self._panel, name)
        return found.__get__(self) if callable(found) and not hasattr(found, "__self__") else found


class _InPlaceOf:
    """Another thing, but for some of its attributes."""

    def __init__(self, other: Any, **own: Any) -> None:
        self._other = other
        vars(self).update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._other, name)


def _with_a_window() -> Any:
    """Blender's context with a region of a usual width; as a module Blender has none, and a scale of 0."""
    system = _InPlaceOf(bpy.context.preferences.system, ui_scale=1.0)
    preferences = _InPlaceOf(bpy.context.preferences, system=system)
    return _InPlaceOf(bpy.context, region=SimpleNamespace(width=280), preferences=preferences)


def drawn(panel: Any, method: str = "draw", owner: Any = None) -> Drawn | None:
    """None where its ``poll`` says no. ``owner`` is what has the properties, where the class is a group of them."""
    context = _with_a_window()
    if any("poll" in vars(base) for base in panel.__mro__[:-2]) and not panel.poll(context):
        return None
    found = Drawn()
    getattr(panel, method)(_Self(panel, Layout(found), owner), context)
    return found


def _check(name: str, options: dict[str, Any]) -> None:
    parameters = _FUNCTIONS[name].parameters
    for option, value in options.items():
        assert option in parameters, f"{name} takes no {option} in this Blender"
        if option == "icon":
            assert value in parameters["icon"].enum_items, f"there is no icon {value} in this Blender"


def registered(base: Any) -> Iterator[Any]:
    """The extension's own classes of a kind."""
    for name in dir(bpy.types):
        if name.startswith("KEYFRAMEFACE_"):
            found = getattr(bpy.types, name)
            if isinstance(found, type) and issubclass(found, base):
                yield found
