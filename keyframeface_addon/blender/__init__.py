"""The only folder that imports bpy: rigs, curves, operators, panel, commands, demo head, render."""
