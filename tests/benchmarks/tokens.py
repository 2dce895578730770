"""Tokens per keyframe, ours against the published 61-value reply, both counted with the vocabulary of Qwen2."""

from __future__ import annotations

import json

from keyframeface_addon.face.channels import CHANNELS
from keyframeface_addon.inference.worker.llama import _load_backends
from keyframeface_addon.language.notation import write_keyframe
from models.corpus import read_corpus
from tools import vocabularies

from .table import Figure

_ORDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def run() -> list[Figure]:
    """Over every keyframe of the corpus."""
    import llama_cpp

    _load_backends()
    parameters = llama_cpp.llama_model_default_params()
    parameters.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(vocabularies.provide()["qwen2"]).encode(), parameters)
    vocab = llama_cpp.llama_model_get_vocab(model)

    def count(text: str) -> int:
        data = text.encode()
        buffer = (llama_cpp.llama_token * (len(data) + 8))()
        return int(llama_cpp.llama_tokenize(vocab, data, len(data), buffer, len(buffer), False, False))

    ours = theirs = keyframes = characters = 0
    for example in read_corpus():
        for number, keyframe in enumerate(example.keyframes):
            # the reply of the released model: {"Keyframe_one": {61 PascalCase names: one decimal}}
            values = {c.name[0].upper() + c.name[1:]: round(keyframe.value(c.name), 1) for c in CHANNELS}
            reply = json.dumps({f"Keyframe_{_ORDINALS[number]}": values})
            ours += count(write_keyframe(keyframe) + "\n")
            theirs += count(reply)
            characters += len(reply)
            keyframes += 1
    ratio = theirs / ours
    return [
        Figure(f"tokens per keyframe, ours, {keyframes} keyframes, Qwen2's vocabulary", f"{ours / keyframes:.1f}"),
        Figure(
            f"tokens per keyframe, published reply of {characters / keyframes:.0f} characters",
            f"{theirs / keyframes:.1f}",
        ),
        Figure("tokens per keyframe: times fewer", f"{ratio:.1f} x", ">= 10 x", ratio >= 10),
    ]
