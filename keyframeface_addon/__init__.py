"""KeyframeFace: a sentence becomes a facial performance. Importing this needs no Blender; enabling it does."""


def register() -> None:
    """Blender calls this when the extension is enabled."""
    from .blender import registration

    registration.register()


def unregister() -> None:
    """Blender calls this when the extension is disabled, and when it quits."""
    from .blender import registration

    registration.unregister()
