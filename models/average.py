"""``python -m models.average ONE OTHER OUT --part 0.2``: a checkpoint whose averaged weights lie between those of two that are akin.

Of a cycle and the one that it started from, the mean understands more than either: the weights of both lie around the same place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch


def main() -> int:
    """Writes OTHER with ``part`` of ONE's averaged weights; without optimizers: nothing goes on from there."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", type=float, default=0.2, help="how much of ONE")
    options = parser.parse_args()
    one, state = (torch.load(path, map_location="cpu", weights_only=True) for path in (options.one, options.other))
    mixed = {name: torch.lerp(weight, one["average"][name], options.part) for name, weight in state["average"].items()}
    torch.save({**state, "average": mixed, "optimizers": []}, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
