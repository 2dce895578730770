"""Chooses tokens under a grammar: first freely, and only where that breaks the grammar among the tokens it allows.

At temperature 0 it comes to the same, and above it but for the cut of unlikely tokens,
as asking the grammar about
the whole vocabulary each time (a token drawn from p and kept where allowed, else drawn from p restricted to what is allowed,
follows p restricted), but the grammar looks at one token instead of 150,000. llama.cpp's own ``common_sampler_sample`` does it this way.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any

import llama_cpp
import numpy as np

from .protocol import Refused

MIN_P = 0.05
"""Tokens less likely than this share of the likeliest are noise at any temperature."""
_TOKEN = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # struct llama_token_data


class Sampler:
    """For one answer; frees its samplers when it goes. Raises Refused where the grammar cannot be read."""

    def __init__(self, context: Any, vocab: Any, grammar: str, temperature: float, seed: int) -> None:
        self._context = context
        self._size = llama_cpp.llama_vocab_n_tokens(vocab)
        self._ids = np.arange(self._size, dtype=np.int32)
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        self._grammar = llama_cpp.llama_sampler_init_grammar(vocab, grammar.encode("utf-8"), b"root")
        if not self._grammar:
            raise Refused("llama.cpp could not read the grammar of the notation")
        if temperature > 0:
            chain = [
                llama_cpp.llama_sampler_init_min_p(MIN_P, 1),
                llama_cpp.llama_sampler_init_temp(temperature),
                llama_cpp.llama_sampler_init_dist(seed),
            ]
        else:
            chain = [llama_cpp.llama_sampler_init_greedy()]
        for sampler in chain:
            llama_cpp.llama_sampler_chain_add(self._chain, sampler)
        self._one = (llama_cpp.llama_token_data * 1)()
        self._only = llama_cpp.llama_token_data_array(data=self._one, size=1, selected=-1, sorted=False)

    def accept(self, tokens: list[int]) -> None:
        """Moves the grammar on by tokens that it allows, which were not chosen here."""
        for token in tokens:
            llama_cpp.llama_sampler_accept(self._grammar, token)

    def choose(self) -> int:
        """The next token after what the context holds; the grammar moves on by it."""
        token = int(llama_cpp.llama_sampler_sample(self._chain, self._context, -1))
        if not self._allowed(token):
            token = self._choose_among_allowed()
        llama_cpp.llama_sampler_accept(self._grammar, token)
        return token

    def _allowed(self, token: int) -> bool:
        self._one[0].id, self._one[0].logit = token, 0.0
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(self._only))
        return not math.isinf(self._one[0].logit)

    def _choose_among_allowed(self) -> int:
        logits = llama_cpp.llama_get_logits_ith(self._context, -1)
        table = np.zeros(self._size, dtype=_TOKEN)
        table["id"] = self._ids
        table["logit"] = np.ctypeslib.as_array(logits, shape=(self._size,))
        data = table.ctypes.data_as(llama_cpp.llama_token_data_p)
        candidates = llama_cpp.llama_token_data_array(data=data, size=self._size, selected=-1, sorted=False)
        llama_cpp.llama_sampler_apply(self._grammar, ctypes.byref(candidates))
        llama_cpp.llama_sampler_apply(self._chain, ctypes.byref(candidates))
        return int(candidates.data[candidates.selected].id)

    def __del__(self) -> None:
        for name in ("_grammar", "_chain"):
            if sampler := getattr(self, name, None):
                llama_cpp.llama_sampler_free(sampler)
