"""A character's materials, seen alike in Workbench (colour or picture) and in Cycles or EEVEE (Principled BSDF)."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from .anatomy import Array
from .character import Character
from .palette import Look, Picture, eye_picture, looks, skin_picture

_PICTURES: dict[Picture, Callable[[Character], Array]] = {"skin": skin_picture, "eye": eye_picture}


class Wardrobe:
    """Makes each material and picture of one character when it is first asked for."""

    def __init__(self, character: Character, owner: str) -> None:
        self._character, self._owner = character, owner
        self._looks = looks(character)
        self._materials: dict[str, bpy.types.Material] = {}
        self._images: dict[Picture, bpy.types.Image] = {}

    def material(self, look: str) -> bpy.types.Material:
        """Of that name in ``palette.looks``."""
        if look not in self._materials:
            worn = self._looks[look]
            image = self._image(worn.picture) if worn.picture else None
            self._materials[look] = _make_material(f"{self._owner} {look}", worn, image)
        return self._materials[look]

    def _image(self, picture: Picture) -> bpy.types.Image:
        if picture not in self._images:
            self._images[picture] = make_image(f"{self._owner} {picture}", _PICTURES[picture](self._character))
        return self._images[picture]


def make_image(name: str, colours: Array) -> bpy.types.Image:
    """A picture kept in the file, from (height, width, 3) linear RGB, the first row lowest."""
    height, width, _ = colours.shape
    image = bpy.data.images.new(name, width, height)
    encoded = np.where(colours <= 0.0031308, colours * 12.92, 1.055 * np.power(colours, 1.0 / 2.4) - 0.055)
    pixels = np.concatenate([encoded, np.ones((height, width, 1))], axis=2).astype(np.float32)
    image.pixels.foreach_set(pixels.ravel())  # type: ignore[attr-defined]
    image.pack()
    return image


def set_input(node: bpy.types.Node, name: str, value: float | tuple[float, ...]) -> None:
    node.inputs[name].default_value = value  # type: ignore[attr-defined]


def node_tree_of(owner: bpy.types.Material | bpy.types.World) -> bpy.types.NodeTree:
    """Before Blender 5.0 what is new has no nodes."""
    if owner.node_tree is None:
        owner.use_nodes = True
    assert owner.node_tree
    return owner.node_tree


def set_places(mesh: bpy.types.Mesh, places: Array) -> None:
    """Gives each vertex its place (n, 2) in the picture that its material shows."""
    corners = np.empty(len(mesh.loops), dtype=np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    layer = mesh.uv_layers.new(name="Picture")
    layer.data.foreach_set("uv", places[corners].astype(np.float32).ravel())


def show_image(tree: bpy.types.NodeTree, image: bpy.types.Image, target: bpy.types.NodeSocket) -> None:
    """Links the picture, and makes it what Workbench shows."""
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = image  # type: ignore[attr-defined]
    node.extension = "EXTEND"  # type: ignore[attr-defined]
    node.location = (-320.0, 260.0)
    tree.links.new(node.outputs["Color"], target)
    tree.nodes.active = node


def _make_material(name: str, look: Look, image: bpy.types.Image | None) -> bpy.types.Material:
    material = bpy.data.materials.new(name)
    colour = (*look.colour, 1.0)
    material.diffuse_color = colour
    material.roughness = look.roughness
    tree = node_tree_of(material)
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    set_input(shader, "Base Color", colour)
    set_input(shader, "Roughness", look.roughness)
    if look.translucent:
        set_input(shader, "Subsurface Weight", 0.35)
        set_input(shader, "Subsurface Scale", 0.008)
        set_input(shader, "Subsurface Radius", (1.0, 0.35, 0.2))
    if look.glow:
        set_input(shader, "Emission Color", colour)
        set_input(shader, "Emission Strength", look.glow)
    if image:
        show_image(tree, image, shader.inputs["Base Color"])
    return material
