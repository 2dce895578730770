"""The process that answers. It runs llama.cpp (or talks to a server) apart from Blender, so that a crash costs one answer.

JSON lines on stdin and stdout. In: ``{"op": "generate", "id", "messages", "grammar", "temperature", "seed", "max_tokens",
"begun"}``, ``{"op": "cancel", "id"}``; end of input ends the process. Out: ``{"event": "ready", "name"}`` or
``{"event": "failed", "message"}``, then for each id ``reading`` (done, of), ``prompt`` (tokens, evaluated, seconds), ``piece``
(text) ... and ``end`` (tokens, cut) or ``error`` (message).
"""
