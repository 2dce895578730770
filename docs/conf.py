"""Settings of Sphinx for ``build.py docs``."""

project = "KeyframeFace"
author = copyright = "the KeyframeFace authors"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "KeyframeFace for Blender"
html_show_sourcelink = False
