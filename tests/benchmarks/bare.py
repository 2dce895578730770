"""llama.cpp with nothing around it: the loop against which ours is measured. Its process must not be a worker's."""

from __future__ import annotations

import time
from pathlib import Path

import llama_cpp

from keyframeface_addon.inference.worker.llama import Llama
from keyframeface_addon.inference.worker.sampler import Sampler
from keyframeface_addon.language.grammar import grammar
from keyframeface_addon.language.prompt import messages
from keyframeface_addon.language.request import Request


class Bare:
    """Evaluates a prompt and takes the likeliest token the grammar allows until the model ends; chooses as the product does."""

    def __init__(self, model: Path) -> None:
        self._llama = Llama(str(model))
        self._memory = llama_cpp.llama_get_memory(self._llama.context)
        self._evaluated: list[int] = []

    def tokens(self, request: Request) -> list[int]:
        """Of the chat as this model's template writes it."""
        return self._llama.tokenize(self._llama._chat.render(messages(request)))

    def generate(self, request: Request) -> tuple[list[int], float]:
        """The tokens of the answer and the seconds they took, the beginning shared with the last prompt kept."""
        started = time.perf_counter()
        tokens = self.tokens(request)
        kept = 0
        while kept < min(len(tokens) - 1, len(self._evaluated)) and tokens[kept] == self._evaluated[kept]:
            kept += 1
        llama_cpp.llama_memory_seq_rm(self._memory, 0, kept, -1)
        sampler = Sampler(self._llama.context, self._llama.vocab, grammar(), 0.0, 0)
        fresh, answer = tokens[kept:], []
        for start in range(0, len(fresh), 512):
            self._decode(fresh[start : start + 512])
        for _ in range(1024):
            token = sampler.choose()
            if llama_cpp.llama_vocab_is_eog(self._llama.vocab, token):
                break
            answer.append(token)
            self._decode([token])
        self._evaluated = tokens
        return answer, time.perf_counter() - started

    def text(self, tokens: list[int]) -> str:
        """What they say."""
        return b"".join(map(self._llama.piece, tokens)).decode("utf-8", "replace")

    def _decode(self, tokens: list[int]) -> None:
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        llama_cpp.llama_decode(self._llama.context, llama_cpp.llama_batch_get_one(array, len(tokens)))
