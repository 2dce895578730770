"""Who answers: the llama.cpp worker process and its client, an OpenAI-compatible server, model files. Imports `language` and `face`, never bpy."""
