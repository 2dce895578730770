"""``python -m models.check_export [CHECKPOINT] [FILE.gguf]``: whether llama.cpp writes what the trained weights write, token for token.

llama.cpp answers 100 held-out prompts, likeliest piece first and without the grammar; PyTorch then says at every place which piece it
would have written, with the weights and each layer's input rounded as Q8_0 rounds them. Sums come in another order there, so
where two pieces are as good as equal either may win: such ties are counted apart.
"""

from __future__ import annotations

import sys
from pathlib import Path

import gguf
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from keyframeface_addon.language.prompt import user_text

from .corpus import read_corpus
from .export import CHECKPOINT, TARGET, load
from .held_out import split
from .llama import Llama
from .network import Network
from .tokenizer import Pieces, chat

PROMPTS = 100
TIE = 0.05
"""Difference of two scores (natural logarithms) below which the order of a sum may decide."""
_BLOCK = 32


def as_exported(checkpoint: Path = CHECKPOINT) -> Network:
    """The network computing as llama.cpp does: weights as the file holds them, inputs of every matrix in blocks of 8 bits."""
    network = load(checkpoint)
    kind = gguf.GGMLQuantizationType.Q8_0
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim == 2:
                rounded = gguf.quants.dequantize(gguf.quants.quantize(weight.numpy(), kind), kind)
                weight.copy_(torch.from_numpy(rounded))
    for part in network.modules():
        if isinstance(part, nn.Linear):
            part.register_forward_pre_hook(lambda _, inputs: (_in_eight_bits(inputs[0]),))
    return network


def _in_eight_bits(x: Tensor) -> Tensor:
    blocks = x.unflatten(-1, (-1, _BLOCK))
    step = blocks.abs().amax(-1, keepdim=True) / 127
    whole = torch.where(step > 0, (blocks / step.clamp_min(1e-30)).round(), 0.0)
    return (whole * step.half().float()).flatten(-2)


def scores(network: Network, tokens: list[int]) -> Tensor:
    """(tokens, pieces): of the piece after each."""
    with torch.no_grad():
        return F.linear(_in_eight_bits(network.hidden(torch.tensor([tokens]))[0]), network.token_embd.weight)


def main() -> int:
    """Prints where the two part, if they do; exit status 1 where they part at more than a tie."""
    checkpoint = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKPOINT
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else TARGET
    pieces, network, model = Pieces.load(), as_exported(checkpoint), Llama(target)
    same = ties = wrong = total = 0
    for example in split(read_corpus()).held_out[:PROMPTS]:
        asked = pieces.encode(chat(user_text(example.request)))
        if list(model.model.tokenize(chat(user_text(example.request)).encode(), add_bos=False, special=True)) != asked:
            print(f"cut differently: {example.request.prompt!r}")
            return 1
        written = [*pieces.encode(model.text(example.request, free=True)), pieces.end]
        wanted = torch.tensor(written)
        given = scores(network, asked + written[:-1])[len(asked) - 1 :]
        behind = given.amax(1) - given[torch.arange(len(written)), wanted]
        parted = behind > 0
        total, ties, wrong = (
            total + len(written),
            ties + int((parted & (behind < TIE)).sum()),
            wrong + int((behind >= TIE).sum()),
        )
        same += not parted.any()
        if (behind >= TIE).any():
            print(
                f"parts by {float(behind.max()):.2f} after {int(behind.argmax())} of {len(written)} pieces: {example.request.prompt}"
            )
    print(
        f"{same} of {PROMPTS} answers identical; of {total:,} pieces {ties} ties went the other way, {wrong} are different"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
