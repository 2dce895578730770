"""Answers of a GGUF file through llama.cpp in this very process, the way the product's worker asks for them: for measuring."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

from keyframeface_addon.face.performance import Performance
from keyframeface_addon.language.grammar import grammar
from keyframeface_addon.language.prompt import messages
from keyframeface_addon.language.reader import Reader
from keyframeface_addon.language.request import Request


class Llama:
    """One loaded model."""

    def __init__(self, path: Path, context: int = 4096, threads: int = 2) -> None:
        import llama_cpp

        folder = Path(llama_cpp.__file__).with_name("lib")
        # A build with GGML_BACKEND_DL says "no backends are loaded" until told where they are. It must be told through libllama:
        # the wheel holds libggml.so and libggml.so.0 as two files, each with a registry of its own.
        load = getattr(llama_cpp.llama_cpp._lib, "ggml_backend_load_all_from_path", None)
        if load is not None:
            load.argtypes, load.restype = [ctypes.c_char_p], None
            load(bytes(folder))
        self.name = path.stem
        self.model: Any = llama_cpp.Llama(str(path), n_ctx=context, n_threads=threads, verbose=False, seed=0)
        self._grammar = llama_cpp.LlamaGrammar.from_string(grammar(), verbose=False)

    def text(self, request: Request, free: bool = False) -> str:
        """The answer as text, likeliest piece first; ``free`` leaves the grammar out."""
        answer = self.model.create_chat_completion(
            messages(request),
            grammar=None if free else self._grammar,
            max_tokens=1024,
            temperature=request.temperature,
            seed=request.seed,
        )
        return str(answer["choices"][0]["message"]["content"])

    def perform(self, request: Request) -> Performance:
        """The answer, read as the product reads it."""
        reader = Reader(request)
        reader.feed(self.text(request))
        return reader.close(self.name)
