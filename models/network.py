"""The Llama architecture, small, in PyTorch, laid out so that its weights go into a GGUF file as they are."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Shape:
    """Sizes of a network. Widths are multiples of 32, the block of Q8_0."""

    vocabulary: int
    width: int = 256
    layers: int = 6
    heads: int = 4
    hidden: int = 704
    context: int = 4096
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        if self.width % 32 or self.hidden % 32 or self.width % self.heads:
            raise ValueError(f"widths must be multiples of 32 and of the heads: {asdict(self)}")

    @classmethod
    def of(cls, pieces: int, width: int, layers: int) -> Shape:
        """The usual proportions: heads of 64, a feed-forward of 8/3, a table rounded up to whole blocks."""
        return cls(-(-pieces // 32) * 32, width, layers, width // 64, 32 * round(width * 8 / 3 / 32))

    @property
    def head(self) -> int:
        """Width of one head."""
        return self.width // self.heads


class Norm(nn.Module):
    """Root mean square norm, as llama.cpp computes it."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on neighbouring pairs: the order in which llama.cpp's ``llama`` has them, so nothing is permuted."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


class Block(nn.Module):
    """One layer: attention and a gated feed-forward, each after its norm."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        width = shape.width
        self.heads, self.dropout = shape.heads, dropout
        self.attn_norm = Norm(width, shape.epsilon)
        self.attn_q = nn.Linear(width, width, bias=False)
        self.attn_k = nn.Linear(width, width, bias=False)
        self.attn_v = nn.Linear(width, width, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_norm = Norm(width, shape.epsilon)
        self.ffn_gate = nn.Linear(width, shape.hidden, bias=False)
        self.ffn_up = nn.Linear(width, shape.hidden, bias=False)
        self.ffn_down = nn.Linear(shape.hidden, width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, later: Tensor | None) -> Tensor:
        batch, length, width = x.shape
        h = self.attn_norm(x)
        q, k, v = (
            part(h).view(batch, length, self.heads, -1).transpose(1, 2)
            for part in (self.attn_q, self.attn_k, self.attn_v)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if later is None:
            attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            # written out: on short rows PyTorch's fused attention for CPUs spends several times as long going backwards
            attended = ((q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5 + later).softmax(-1) @ v
        x = x + F.dropout(
            self.attn_output(attended.transpose(1, 2).reshape(batch, length, width)), self.dropout, self.training
        )
        h = self.ffn_norm(x)
        return x + F.dropout(self.ffn_down(F.silu(self.ffn_gate(h)) * self.ffn_up(h)), self.dropout, self.training)


class Network(nn.Module):
    """Token numbers in, scores of the next token out. Input and output share one table."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.dropout = dropout
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape, dropout) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)
        turns = shape.rope_base ** (-torch.arange(0, shape.head, 2).float() / shape.head)
        angles = torch.arange(shape.context).float()[:, None] * turns
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for name, weight in self.named_parameters():
            if weight.ndim == 2:
                spread = 0.02 if "token_embd" in name else shape.width**-0.5
                if name.endswith(("attn_output.weight", "ffn_down.weight")):
                    spread /= (2 * shape.layers) ** 0.5
                nn.init.normal_(weight, std=spread)

    def compile_blocks(self) -> None:
        """Compiles each layer for batches of any size."""
        for block in self.blk:
            block.compile(dynamic=True)

    def hidden(self, tokens: Tensor) -> Tensor:
        """(batch, length, width) before the output table."""
        length = tokens.shape[1]
        cos, sin = self.get_buffer("cos")[:length], self.get_buffer("sin")[:length]
        later = None if tokens.is_cuda else torch.full((length, length), -torch.inf).triu(1)
        x = F.dropout(self.token_embd(tokens), self.dropout, self.training)
        for block in self.blk:
            x = block(x, cos, sin, later)
        normed: Tensor = self.output_norm(x)
        return normed

    def forward(self, tokens: Tensor) -> Tensor:
        return F.linear(self.hidden(tokens), self.token_embd.weight)
