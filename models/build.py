"""``python -m models.build``: makes the bundled model from the corpus: word pieces, training, GGUF, measurement."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .compose import COMMENTS


def main() -> int:
    """One step after the other, each a command of its own; arguments go to the training (``--minutes 60``)."""
    if not COMMENTS.is_file():
        print(
            f"without GoEmotions: {COMMENTS} is not there (set GOEMOTIONS to the file); fewer words will be known",
            flush=True,
        )
    steps = (
        ["tokenizer"],
        ["word_vectors"],
        ["meaning"],
        ["train", *sys.argv[1:]],
        ["export"],
        ["check_export"],
        ["evaluate"],
    )
    for number, (module, *arguments) in enumerate(steps, 1):
        print(f"[{number}/{len(steps)}] models.{module}", flush=True)
        command = [sys.executable, "-m", f"models.{module}", *arguments]
        if subprocess.run(command, cwd=Path(__file__).parents[1], check=False).returncode:
            print(f"models.{module} failed; its own message is above")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
