"""The character's materials, seen alike in Workbench (diffuse_color) and in Cycles or EEVEE (Principled BSDF)."""

from __future__ import annotations

import bpy

from .palette import LOOKS, TINT


def set_input(node: bpy.types.Node, name: str, value: float | tuple[float, ...]) -> None:
    node.inputs[name].default_value = value  # type: ignore[attr-defined]


def make_material(look: str, owner: str) -> bpy.types.Material:
    """A new material ``<owner> <look>``."""
    (red, green, blue), roughness, glow = LOOKS[look]
    material = bpy.data.materials.new(f"{owner} {look}")
    material.diffuse_color = (red, green, blue, 1.0)
    material.roughness = roughness
    if material.node_tree is None:
        material.use_nodes = True  # before Blender 5.0 a new material has no nodes
    tree = material.node_tree
    shader = next((node for node in tree.nodes if node.type == "BSDF_PRINCIPLED"), None) if tree else None
    if shader is not None:
        set_input(shader, "Base Color", (red, green, blue, 1.0))
        set_input(shader, "Roughness", roughness)
        if look in {"skin", "lips"} and "Subsurface Weight" in shader.inputs:
            set_input(shader, "Subsurface Weight", 0.06)
            set_input(shader, "Subsurface Radius", (0.010, 0.004, 0.002))
        if tree and look == "skin":
            attribute = tree.nodes.new("ShaderNodeVertexColor")
            attribute.layer_name = TINT  # type: ignore[attr-defined]
            attribute.location = (-300.0, 200.0)
            tree.links.new(attribute.outputs["Color"], shader.inputs["Base Color"])
        if glow:
            set_input(shader, "Emission Color", (red, green, blue, 1.0))
            set_input(shader, "Emission Strength", glow)
    return material
