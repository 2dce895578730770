"""What only a Blender with a window can show: operators that run beside the animator's work."""
