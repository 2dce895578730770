"""``python -m models.train``: trains the network on the samples of ``models.compose`` and keeps checkpoints in models/run.

First the network reads (``models.meaning``), then it performs; a tenth of what it sees then is still reading. A GPU is used where
there is one: minutes there are hours on two cores.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import get_ema_multi_avg_fn

from .compose import samples
from .corpus import Example, read_corpus
from .dataset import PIECES_A_BATCH, Batch, Row, batches, reading, row
from .export import CHECKPOINT
from .held_out import split
from .meaning import FILE as READINGS
from .meaning import WIDTH as MEANING
from .meaning import Readings, asked
from .network import Network, Shape
from .sample import sample
from .tokenizer import Pieces
from .word_vectors import FILE as WORDS
from .word_vectors import WIDTH

SEED = 20
RATE = 2e-3
AVERAGING = 0.998
TABLE_RATE = 0.3
"""Part of the rate for the table of pieces: what its vectors know of words should not be washed out by few examples."""
MEANING_WEIGHT = 1.0
READ_AGAIN = 0.1
"""Part of the rows, while performing is learned, that are reading."""
OTHERS = 2048
"""Of the pieces that a batch does not want, how many it is told apart from: a quarter of the time a step goes by that."""
_CHUNK = 5_000


class Learner(nn.Module):
    """The network, and what is thrown away after training: the projection of a prompt's last state to its meaning."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.meaning = nn.Linear(network.shape.width, MEANING, bias=False)

    def forward(self, batch: Batch) -> Tensor:
        """Weighted mean cross entropy of the next piece, and how far the prompts' ends are from their meanings."""
        states = self.network.hidden(batch.tokens[:, :-1]).flatten(0, 1)
        loss = states.new_zeros(())
        if len(batch.counted):
            # the output table is a third of the work: only where something is to be learned
            wanted = batch.tokens[:, 1:].flatten()[batch.counted]
            each = self._surprise(states[batch.counted], wanted)
            loss = (each * batch.weights).sum() / batch.weights.sum()
        if len(batch.ends):
            likeness = F.cosine_similarity(self.meaning(states[batch.ends]).float(), batch.vectors, dim=-1)
            # in a mixed batch each counts for as many rows as it is there for
            loss = loss + MEANING_WEIGHT * (1 - likeness).sum() / len(batch.tokens)
        return loss

    def _surprise(self, states: Tensor, wanted: Tensor) -> Tensor:
        """Cross entropy of each wanted piece. While training against a sample of the others, each counted for those it stands for."""
        table = self.network.token_embd.weight
        if not self.training:
            return F.cross_entropy(F.linear(states, table).float(), wanted, reduction="none")
        present, places = wanted.unique(return_inverse=True)
        absent = torch.ones(len(table), dtype=torch.bool, device=table.device)
        absent[present] = False
        others = absent.nonzero().flatten()
        drawn = others[torch.randperm(len(others), device=others.device)[:OTHERS]]
        scores = F.linear(states, table[torch.cat((present, drawn))]).float()
        standing_for = scores.new_zeros(scores.shape[1])
        standing_for[len(present) :] = math.log(len(others) / max(1, len(drawn)))
        return F.cross_entropy(scores + standing_for, places, reduction="none")


class Training:
    """State of one run: the learner, its two optimizers, the running average of the network's weights, how far it is."""

    def __init__(self, shape: Shape, dropout: float, device: torch.device) -> None:
        torch.manual_seed(SEED)
        torch.set_float32_matmul_precision("high")
        self.device = device
        self.learner = Learner(Network(shape, dropout)).to(device)
        self.network = self.learner.network
        matrices = [w for n, w in self.learner.named_parameters() if w.ndim == 2 and "token_embd" not in n]
        others = [w for n, w in self.learner.named_parameters() if w.ndim != 2 or "token_embd" in n]
        # Muon orthogonalises the step of each matrix: about half as many steps to the same loss as AdamW needs here
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (
            torch.optim.Muon(matrices, lr=RATE, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.98), weight_decay=0.0),
        )
        self.average = {name: weight.detach().clone() for name, weight in self.network.state_dict().items()}
        self.step = 0
        # about a third less time a step than as it stands; lengths differ from batch to batch
        self.network.compile_blocks()

    def advance(self, batch: Batch, rate: float) -> Tensor:
        """One step; returns the loss before it."""
        with torch.autocast(self.device.type, torch.bfloat16):
            loss: Tensor = self.learner(batch.to(self.device))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.learner.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * (1.0 if optimizer is self.optimizers[0] else TABLE_RATE)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        average = get_ema_multi_avg_fn(min(AVERAGING, self.step / (self.step + 10)))
        average(list(self.average.values()), list(self.network.state_dict().values()), self.step)
        return loss.detach()

    def loss_on(self, rows: Sequence[Row]) -> float:
        """Of answers that were never trained on."""
        self.learner.eval()
        with torch.no_grad(), torch.autocast(self.device.type, torch.bfloat16):
            losses = [float(self.learner(batch.to(self.device))) for batch in batches(rows, 0)]
        self.learner.train()
        return sum(losses) / len(losses)

    def save(self, path: Path) -> None:
        """Weights, their average, optimizers: all that going on needs."""
        state = {
            "shape": asdict(self.network.shape),
            "weights": self.learner.state_dict(),
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def know_words(self) -> None:
        """Starts the table of pieces from word vectors, where they are at hand."""
        if not WORDS.is_file():
            print(f"without word vectors: {WORDS} is not there (python -m models.word_vectors makes it)", flush=True)
            return
        table = torch.from_numpy(np.load(WORDS)).float()
        with torch.no_grad():
            self.network.token_embd.weight[: len(table), : table.shape[1]] = table.to(self.device)
        self.average["token_embd.weight"].copy_(self.network.token_embd.weight)

    def resume(self, path: Path, at_its_step: bool = True) -> None:
        """Goes on where ``save`` stopped; with other samples rather than ``at_its_step``, from their first."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.learner.load_state_dict(state["weights"])
        self.average = state["average"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step = state["step"] if at_its_step else 0


def rate_at(progress: float, falling: float) -> float:
    """Part of the full rate: two percent of the run rising, then level, then ``falling`` of the run down to a fiftieth."""
    rising = min(1.0, 0.05 + 0.95 * progress / 0.02)
    return rising * (min(1.0, max(0.02, (1 - progress) / falling)) if falling else 1.0)


def performing_rows(training: Sequence[Example], pieces: Pieces, seed: int, count: int) -> list[Row]:
    """Rows of ``count`` samples, made by all cores."""
    chunks = [(seed * 1000 + n, min(_CHUNK, count - n * _CHUNK)) for n in range(-(-count // _CHUNK))]
    with ProcessPoolExecutor(min(len(chunks) or 1, os.cpu_count() or 1)) as pool:
        found = list(chain.from_iterable(pool.map(partial(_chunk, training, pieces), chunks)))
    print(f"{len(found):,} samples, {sum(len(r.tokens) for r in found):,} pieces", flush=True)
    return found


def _chunk(training: Sequence[Example], pieces: Pieces, chunk: tuple[int, int]) -> list[Row]:
    meanings = Readings.load().by_text if READINGS.is_file() else {}
    return [
        row(one, pieces, number % 6 == 0, meanings.get(asked(one.user)))
        for number, one in enumerate(samples(training, *chunk))
    ]


def reading_rows(pieces: Pieces) -> list[Row]:
    """Rows of all that there is to read; none without the file."""
    if not READINGS.is_file():
        print(f"nothing to read: {READINGS} is not there (python -m models.meaning makes it)", flush=True)
        return []
    readings = Readings.load()
    pairs = zip(readings.texts, readings.vectors, strict=True)
    found = [reading(text, vector, pieces, number % 4 == 0) for number, (text, vector) in enumerate(pairs)]
    print(f"{len(found):,} texts, {sum(len(r.tokens) for r in found):,} pieces", flush=True)
    return found


def held_rows(pieces: Pieces) -> list[Row]:
    """Rows of the performances kept from training."""
    return [row(sample(e.request, e.keyframes), pieces, False) for e in split(read_corpus()).held_out]


def stages(performing: Sequence[Row], readings: Sequence[Row], times: int, seed: int) -> list[Sequence[Row]]:
    """What is seen, stage after stage: everything read ``times`` times, then performances with some reading between them."""
    rng = np.random.default_rng(seed)
    again = rng.permutation(len(readings))[: int(len(performing) * READ_AGAIN / (1 - READ_AGAIN))]
    return [*[readings] * times, [*performing, *(readings[i] for i in again)]]


def plan(seen: Sequence[Sequence[Row]], seed: int, size: int) -> Iterator[Batch]:
    """One stage after the other, each once through."""
    for number, stage in enumerate(seen):
        yield from batches(stage, seed + number, size)


def train(
    training: Training,
    seen: Sequence[Sequence[Row]],
    held: Sequence[Row],
    *,
    out: Path,
    seed: int = SEED,
    rate: float = 1.0,
    falling: float = 0.5,
    minutes: float = math.inf,
    size: int = PIECES_A_BATCH,
) -> None:
    """Goes through the plan from the step where ``training`` is; with ``minutes`` the rate falls in time for that."""
    pieces = sum(len(r.tokens) for stage in seen for r in stage)
    steps = sum(1 for stage in range(len(seen)) for _ in batches(seen[stage], seed + stage, size))
    print(
        f"{sum(w.numel() for w in training.network.parameters()):,} weights, {steps:,} steps, {pieces:,} pieces",
        flush=True,
    )
    started, skip, running, saved = time.monotonic(), training.step, 0.0, time.monotonic()
    for number, batch in enumerate(plan(seen, seed, size), 1):
        if number <= skip:
            continue
        spent = (time.monotonic() - started) / 60
        progress = max(number / steps, spent / minutes)
        if progress > 1:
            break
        loss = training.advance(batch, RATE * rate * rate_at(progress, falling))
        if number % 50 == 0:
            running = 0.8 * (running or float(loss)) + 0.2 * float(loss)
        if number % 250 == 0:
            held_loss = f", held-out loss {training.loss_on(held):.3f}" if held else ""
            print(f"{spent:5.1f} min, step {number:,}, {progress:.0%}: loss {running:.3f}{held_loss}", flush=True)
        if time.monotonic() - saved > 120:
            training.save(out)
            saved = time.monotonic()
    training.save(out)
    training.network.load_state_dict(training.average)
    print(f"held-out loss of the averaged weights {training.loss_on(held):.3f}", flush=True)


def main() -> int:
    """Trains as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--samples", type=int, default=90_000)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--reading", type=int, default=1, help="how often everything is read first")
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=PIECES_A_BATCH, help="pieces a step")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--out", type=Path, default=CHECKPOINT)
    parser.add_argument("--rate", type=float, default=1.0, help="part of the full learning rate")
    parser.add_argument("--falling", type=float, default=0.5, help="last part of the run in which the rate falls")
    parser.add_argument("--seed", type=int, default=SEED, help="of the samples and their order")
    parser.add_argument("--resume", action="store_true", help="go on where the checkpoint stopped")
    parser.add_argument("--start-from", type=Path, help="another cycle, with other samples, from this checkpoint")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pieces = Pieces.load()
    performing = performing_rows(split(read_corpus()).training, pieces, args.seed, args.samples)
    seen = stages(performing, reading_rows(pieces), args.reading, args.seed)
    training = Training(Shape.of(len(pieces), args.width, args.layers), args.dropout, torch.device(args.device))
    if args.resume:
        training.resume(args.out)
    elif args.start_from:
        training.resume(args.start_from, at_its_step=False)
    else:
        training.know_words()
    train(
        training,
        seen,
        held_rows(pieces),
        out=args.out,
        seed=args.seed,
        rate=args.rate,
        falling=args.falling,
        minutes=args.minutes,
        size=args.batch,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
