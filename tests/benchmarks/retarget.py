"""Channels to the values of a rig: 10,000 keyframes to 200 keys, against numpy's bare matrix product of the same sizes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from keyframeface_addon.face.channels import CHANNELS, SHAPES
from keyframeface_addon.retarget.mapping import Drive, RigMapping, Tuning
from keyframeface_addon.retarget.retarget import Retarget

from .table import Figure, median

KEYFRAMES, KEYS, TIMES = 10_000, 200, 3.0
ROUNDS = 15


def run() -> list[Figure]:
    """Of a rig with four keys for most channels, each of several channels, and a tuning; both in turn, the median of each."""
    random = np.random.default_rng(0)
    drives: dict[str, list[Drive]] = {name: [] for name in SHAPES}
    for i in range(KEYS):
        for name in (SHAPES[i % len(SHAPES)], SHAPES[(7 * i + 3) % len(SHAPES)]):
            drives[name].append(Drive(f"key {i}", float(random.uniform(0.2, 1.0))))
    mapping = RigMapping(
        {name: tuple(found) for name, found in drives.items()}, {"jawOpen": Tuning(gain=0.8, offset=0.1)}
    )
    started = time.process_time()
    retarget = Retarget.of(mapping, {f"key {i}": (-1.0, 1.0) for i in range(0, KEYS, 10)})
    made = time.process_time() - started
    assert len(retarget.targets) == KEYS
    channels = random.random((KEYFRAMES, len(CHANNELS)))
    weights = np.ascontiguousarray(retarget.weights)
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: retarget.values(channels)))
        bare.append(_seconds(lambda: channels @ weights))
    ratio = median(ours) / median(bare)
    return [
        Figure(f"{KEYFRAMES:,} keyframes to {KEYS} keys: ours", f"{median(ours) * 1000:.1f} ms"),
        Figure("against a bare matrix product", f"{ratio:.2f} x", f"<= {TIMES:.0f} x", ratio <= TIMES),
        Figure("making the matrix of a mapping", f"{made * 1000:.1f} ms"),
    ]


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
