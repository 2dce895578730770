"""Other people's formats: script files, Live Link Face CSV. Imports `face` and `language`, never bpy."""
