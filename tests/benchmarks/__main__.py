"""`python -m tests.benchmarks [NAME ...]`: runs the benchmarks, prints one table, fails where a goal is missed.

Each benchmark has a process of its own: what one loads, keeps warm or crashes does not touch the next one's figures.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from .figure import Figure

FOLDER = Path(__file__).parent
NOT_BENCHMARKS = {"__init__", "__main__", "figure"}
MARK = "FIGURE "  # other lines of a benchmark's output are for the reader


def main(arguments: list[str]) -> int:
    """The table of all benchmarks, or of the named ones."""
    if arguments[:1] == ["--measure"]:
        return measure(arguments[1])
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    if unknown := sorted(set(arguments) - set(names)):
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(names) or 'none yet'}")
        return 2
    figures: list[Figure] = []
    crashed: list[str] = []
    for name in arguments or names:
        print(f"{name} ...", flush=True)
        found, status = run(name)
        figures += found
        if status != 0:
            crashed.append(name)
    print_table(figures)
    missed = [figure.what for figure in figures if not figure.met]
    for what, whom in (("goal missed", missed), ("did not finish", crashed)):
        if whom:
            print(f"{what}: {', '.join(whom)}")
    return 1 if missed or crashed else 0


def run(name: str) -> tuple[list[Figure], int]:
    """One benchmark in its own process; its figures and exit status."""
    command = [sys.executable, "-m", "tests.benchmarks", "--measure", name]
    figures = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(MARK):
                figures.append(Figure(**json.loads(line.removeprefix(MARK))))
            elif line.strip():
                print(f"    {line}", end="", flush=True)
    return figures, process.returncode


def measure(name: str) -> int:
    """In the benchmark's process: each figure as a line, as soon as it is known."""
    for figure in importlib.import_module(f"tests.benchmarks.{name}").measure():
        print(f"\n{MARK}{json.dumps(asdict(figure))}", flush=True)
    return 0


def print_table(figures: list[Figure]) -> None:
    """The figures in aligned columns."""
    rows = [("figure", "measured", "goal", ""), *(figure.columns() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print()
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
