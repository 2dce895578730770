"""How the bundled model is made: corpus, tokenizer, training, export. Not part of what is installed in Blender."""
