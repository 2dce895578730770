"""Add Demo Face. No ``from __future__ import annotations`` here: Blender reads the annotations."""

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatVectorProperty
from mathutils import Euler, Vector

from .glance import forget_glances
from .ticker import Result

if TYPE_CHECKING:
    from .head.character import RGB, Character

_COLOURS = ("skin", "hair", "brows", "iris")
_CHARACTERS: list[tuple[str, str, str]] = []
"""Kept here because Blender keeps no references to the texts of its own."""


def _characters(_operator: bpy.types.Operator, _context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    from .head.character import PRESETS  # numpy, which enabling has no time for

    _CHARACTERS[:] = [(key, preset.label, f"Add {preset.label}") for key, preset in PRESETS.items()]
    return _CHARACTERS


def _show_colours(operator: Any, _context: bpy.types.Context) -> None:
    """The colours offered for change are those of the character, until they are the animator's own."""
    from .head.character import PRESETS

    if not operator.own_colours:
        preset = PRESETS[operator.character]
        for name in _COLOURS:
            setattr(operator, name, getattr(preset, name))


def _colour(name: str) -> Any:
    return FloatVectorProperty(
        name=name, description="A colour of its own", subtype="COLOR", min=0.0, max=1.0, default=(0.5, 0.5, 0.5)
    )


def _look_at_active(context: bpy.types.Context) -> None:
    """From the front, where it is added from a 3D View: a head is a speck in a scene that is metres wide."""
    space, head = context.space_data, context.view_layer.objects.active
    if not isinstance(space, bpy.types.SpaceView3D) or head is None:
        return
    view = space.region_3d
    if view.view_perspective == "CAMERA" or space.lock_object:
        return
    view.view_perspective = "PERSP"
    view.view_rotation = Euler((pi / 2, 0.0, 0.0)).to_quaternion()
    view.view_location = head.matrix_world @ (sum(map(Vector, head.bound_box), Vector()) / 8)
    view.view_distance = 0.7


class KEYFRAMEFACE_OT_add_demo_face(bpy.types.Operator):
    """Add a head with all 52 ARKit shape keys, eyes and head on bones; with camera and lights where the scene has no camera"""

    bl_idname = "keyframeface.add_demo_face"
    bl_label = "Add Demo Face"
    bl_options = {"REGISTER", "UNDO"}

    character: EnumProperty(  # type: ignore[valid-type]
        name="Character", description="Who it is", items=_characters, update=_show_colours, options={"SKIP_SAVE"}
    )
    own_colours: BoolProperty(  # type: ignore[valid-type]
        name="Own Colours",
        description="Change this character's colours",
        update=_show_colours,
        options={"SKIP_SAVE"},
    )
    skin: _colour("Skin")  # type: ignore[valid-type]
    hair: _colour("Hair")  # type: ignore[valid-type]
    brows: _colour("Brows")  # type: ignore[valid-type]
    iris: _colour("Eyes")  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.mode != "OBJECT":
            cls.poll_message_set("Leave this mode first: objects are added in Object Mode")
        return context.mode == "OBJECT"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Result:
        """Someone who is not there yet, unless it is said who; the first one is looked at."""
        from .head import PRESETS, people_in

        assert context.scene
        there = people_in(context.scene)
        if not self.properties.is_property_set("character"):
            self.character = next((key for key, preset in PRESETS.items() if preset.label not in there), self.character)
        _show_colours(self, context)
        result = self.execute(context)
        if not there:
            _look_at_active(context)
        return result

    def execute(self, context: bpy.types.Context) -> Result:
        """Adds it to the active collection, selected and active, beside the demo faces that are there."""
        from .head import PRESETS, add_head, add_stage, free_place

        scene = context.scene
        assert scene is not None
        character = PRESETS[self.character]
        if self.own_colours:
            skin, hair, brows, iris = (self._own_or_of(character, name) for name in _COLOURS)
            character = replace(character, skin=skin, hair=hair, brows=brows, iris=iris)
        place = free_place(scene)
        head = add_head(context.collection or scene.collection, character.label, character)
        assert head.parent
        head.parent.location.x = place
        context.view_layer.update()
        if scene.camera is None:
            add_stage(scene, head)
        for obj in context.view_layer.objects.selected:
            obj.select_set(False)
        if head.name in context.view_layer.objects:
            head.select_set(True)
            context.view_layer.objects.active = head
        forget_glances(at_once=True)
        return {"FINISHED"}

    def _own_or_of(self, character: "Character", name: str) -> "RGB":
        """A script may give some colours only."""
        chosen = self if self.properties.is_property_set(name) else character
        red, green, blue = getattr(chosen, name)
        return red, green, blue

    def draw(self, _context: bpy.types.Context) -> None:
        self.layout.use_property_split = True
        self.layout.prop(self, "character")
        self.layout.prop(self, "own_colours")
        column = self.layout.column()
        column.enabled = self.own_colours
        for name in _COLOURS:
            column.prop(self, name)
