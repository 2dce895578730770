"""Other people's formats: script files, Live Link Face CSV, and writing files whole. Imports ``face`` and ``language``, never bpy."""
