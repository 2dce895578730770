"""From face channels to whatever a rig has: naming conventions, mappings, the values of each target. Pure, no Blender."""
