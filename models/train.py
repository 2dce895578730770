"""``python -m models.train``: trains the network on the samples of ``models.compose`` and keeps checkpoints in models/run."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from .compose import samples, warm_up
from .corpus import read_corpus
from .dataset import Row, batches, row
from .export import CHECKPOINT
from .held_out import split
from .network import Network, Shape
from .sample import Sample, sample
from .tokenizer import Pieces
from .word_vectors import ENCODER, WIDTH, WordVectors

SEED = 20
RATE = 2e-3
AVERAGING = 0.995
TABLE_RATE = 0.3
"""Part of the rate for the table of pieces: what its vectors know of words should not be washed out by few examples."""


def loss_of(network: Network, tokens: Tensor, weights: Tensor) -> Tensor:
    """Mean cross entropy of the next piece, weighted."""
    wanted = weights[:, 1:].flatten()
    counts = (
        wanted.nonzero().flatten()
    )  # the output table is a third of the work: only where something is to be learned
    states = network.hidden(tokens[:, :-1]).flatten(0, 1)[counts]
    scores = F.linear(states, network.token_embd.weight)
    each = F.cross_entropy(scores.float(), tokens[:, 1:].flatten()[counts], reduction="none")
    return (each * wanted[counts]).sum() / wanted.sum()


def validation_loss(network: Network, rows: Sequence[Row]) -> float:
    """Of the answers that were never trained on."""
    network.eval()
    with torch.no_grad():
        losses = [float(loss_of(network, *batch)) for batch in batches(rows, 0)]
    network.train()
    return sum(losses) / len(losses)


class Training:
    """State of one run: network, its two optimizers, the running average of its weights, how far it is."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        torch.manual_seed(SEED)
        self.network = Network(shape, dropout)
        matrices = [w for n, w in self.network.named_parameters() if w.ndim == 2 and "token_embd" not in n]
        others = [w for n, w in self.network.named_parameters() if w.ndim != 2 or "token_embd" in n]
        # Muon orthogonalises the step of each matrix: about half as many steps to the same loss as AdamW needs here
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (
            torch.optim.Muon(matrices, lr=RATE, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0),
        )
        self.average = {name: weight.detach().clone() for name, weight in self.network.state_dict().items()}
        self.step = 0
        # about a third less time a step than as it stands; lengths differ from batch to batch
        self.loss = torch.compile(loss_of, dynamic=True)

    def advance(self, batch: tuple[Tensor, Tensor], rate: float) -> float:
        """One step; returns the loss before it."""
        with torch.autocast("cpu", torch.bfloat16):
            loss = self.loss(self.network, *batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * (1.0 if optimizer is self.optimizers[0] else TABLE_RATE)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        keep = min(AVERAGING, self.step / (self.step + 10))
        for name, weight in self.network.state_dict().items():
            self.average[name].lerp_(weight, 1 - keep)
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Weights, their average, optimizers: all that going on needs."""
        state = {
            "shape": asdict(self.network.shape),
            "weights": self.network.state_dict(),
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def know_words(self, pieces: Pieces) -> None:
        """Starts the table of pieces from word vectors, where they are at hand."""
        if not ENCODER.is_file():
            print(
                f"without word vectors: {ENCODER} is not there (set MINILM to it); fewer words will be understood",
                flush=True,
            )
            return
        table = torch.from_numpy(WordVectors().table(pieces, SEED))
        with torch.no_grad():
            self.network.token_embd.weight[: len(table)] = table
        self.average["token_embd.weight"].copy_(self.network.token_embd.weight)

    def begin_with(self, path: Path) -> None:
        """The averaged weights of an earlier training, everything else new."""
        self.network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["average"])
        self.average = {name: weight.detach().clone() for name, weight in self.network.state_dict().items()}

    def resume(self, path: Path) -> None:
        """Goes on where ``save`` stopped."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["weights"])
        self.average = state["average"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step = state["step"]


def rate_at(progress: float) -> float:
    """Part of the full rate: three percent of rising, then half a cosine down to a twentieth."""
    if progress < 0.03:
        return 0.05 + 0.95 * progress / 0.03
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - 0.03) / 0.97)))


def rows_of(found: Sequence[Sample], pieces: Pieces, loosely: bool) -> list[Row]:
    """Rows of samples; says how many pieces they are."""
    rows = [row(one, pieces, loosely and number % 6 == 0) for number, one in enumerate(found)]
    print(f"{len(rows):,} samples, {sum(len(r.tokens) for r in rows):,} pieces", flush=True)
    return rows


def plan(rows: Sequence[Sequence[Row]], seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """One stage after the other, each once through."""
    for number, stage in enumerate(rows):
        yield from batches(stage, seed + number)


def main() -> int:
    """Trains; with ``--minutes`` the rate falls in time for that, however busy the machine is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=90_000)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--warm-up", type=int, default=8_000, help="comments of GoEmotions read first")
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--dropout", type=float, default=0.08)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=CHECKPOINT)
    parser.add_argument("--rate", type=float, default=1.0, help="part of the full learning rate")
    parser.add_argument("--seed", type=int, default=SEED, help="of the samples and their order")
    parser.add_argument("--resume", action="store_true", help="go on where the checkpoint stopped")
    parser.add_argument("--start-from", type=Path, help="another cycle from the averaged weights of this checkpoint")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pieces = Pieces.load()
    corpus = split(read_corpus())
    held = rows_of([sample(e.request, e.keyframes) for e in corpus.held_out], pieces, False)
    stages = [
        rows_of(list(warm_up(args.seed, args.warm_up)), pieces, False),
        rows_of(list(samples(corpus.training, args.seed, args.samples)), pieces, True),
    ]
    steps = sum(1 for _ in plan(stages, args.seed))
    hidden = 32 * round(args.width * 8 / 3 / 32)
    shape = Shape(-(-len(pieces) // 32) * 32, args.width, args.layers, args.width // 64, hidden)
    training = Training(shape, args.dropout)
    if args.start_from:
        training.begin_with(args.start_from)
    elif not args.resume and args.width == WIDTH:
        training.know_words(pieces)
    if args.resume:
        training.resume(args.out)
    print(f"{sum(w.numel() for w in training.network.parameters()):,} weights, {steps:,} steps", flush=True)
    started, skip, running = time.monotonic(), training.step, 0.0
    for number, batch in enumerate(plan(stages, args.seed), 1):
        if number <= skip:
            continue
        minutes = (time.monotonic() - started) / 60
        progress = max(number / steps, minutes / args.minutes)
        if progress > 1:
            break
        loss = training.advance(batch, RATE * args.rate * rate_at(progress))
        running = loss if not running else 0.98 * running + 0.02 * loss
        if number % 25 == 0:
            print(f"{minutes:5.1f} min, step {number:,}, {progress:.0%}: loss {running:.3f}", flush=True)
        if number % 150 == 0:
            print(f"  held-out loss {validation_loss(training.network, held):.3f}", flush=True)
            training.save(args.out)
    training.save(args.out)
    training.network.load_state_dict(training.average)
    print(f"held-out loss of the averaged weights {validation_loss(training.network, held):.3f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
