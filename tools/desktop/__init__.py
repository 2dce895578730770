"""A desktop Blender driven by simulated hands: ``launch`` starts it; all else here runs inside it and imports only bpy."""
