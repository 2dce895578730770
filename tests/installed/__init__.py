"""The zip in a desktop Blender as a user has it: name one in KEYFRAMEFACE_BLENDER, after `build.py package`."""
