"""``python -m models.check_export``: whether llama.cpp writes what PyTorch writes with the same rounded weights."""

from __future__ import annotations

import sys
from pathlib import Path

import gguf
import torch

from keyframeface_addon.language.prompt import user_text
from keyframeface_addon.language.request import Request

from .export import CHECKPOINT, TARGET, load
from .llama import Llama
from .network import Network
from .tokenizer import Pieces, chat

PROMPTS = (
    "She tries to stay composed, then bursts into tears",
    "raises the left eyebrow",
    "winks with the right eye twice",
    "furious, teeth bared",
    "half asleep on the train",
    "smiles without blinking",
    "looks up, then nods slowly",
    "ÜBERRASCHT 日本 😀",
    "a hint of contempt",
    "the dog finds a sausage",
)


def dequantized(checkpoint: Path = CHECKPOINT) -> Network:
    """The network with its weights rounded as the file holds them."""
    network = load(checkpoint)
    kind = gguf.GGMLQuantizationType.Q8_0
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim == 2:
                rounded = gguf.quants.dequantize(gguf.quants.quantize(weight.numpy(), kind), kind)
                weight.copy_(torch.from_numpy(rounded))
    return network


def likeliest(network: Network, tokens: list[int], end: int, most: int = 250) -> list[int]:
    """Greedy continuation up to the end mark."""
    written = list(tokens)
    with torch.no_grad():
        while len(written) - len(tokens) < most:
            following = int(network(torch.tensor([written]))[0, -1].argmax())
            if following == end:
                break
            written.append(following)
    return written[len(tokens) :]


def main() -> int:
    """Prints where the two part, if they do; exit status 1 where fewer than eight in ten pieces agree."""
    pieces, network, model = Pieces.load(), dequantized(), Llama(TARGET)
    same = total = whole = 0
    for prompt in PROMPTS:
        request = Request(prompt)
        asked = pieces.encode(chat(user_text(request)))
        read = model.model.tokenize(chat(user_text(request)).encode(), add_bos=False, special=True)
        if list(read) != asked:
            print(f"cut differently: {prompt!r}")
            return 1
        ours = likeliest(network, asked, pieces.end)
        theirs = pieces.encode(model.text(request, free=True))
        agree = next(
            (n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
        )
        same, total, whole = same + agree, total + len(ours), whole + (ours == theirs)
        print(f"{agree:4} of {len(ours):4} pieces alike: {prompt}")
    print(f"{whole} of {len(PROMPTS)} answers identical, {same / total:.1%} of pieces before the first difference")
    return 0 if same / total >= 0.8 else 1


if __name__ == "__main__":
    sys.exit(main())
