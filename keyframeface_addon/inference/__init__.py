"""Who answers: the worker process that runs llama.cpp or talks to a server, its client, model files.

Imports ``language`` and ``face``, never bpy; only ``worker`` imports llama_cpp, and it runs in a process of its own.
"""
