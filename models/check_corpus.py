"""``python -m models.check_corpus [FILE ...]``: what is wrong in the corpus, and prompts that occur twice."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from .corpus import FOLDER, read_examples


def main() -> int:
    """Prints every problem; exit status 1 where there is one."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.txt"))
    found = 0
    prompts: Counter[str] = Counter()
    for path in paths:
        examples = list(read_examples(path))
        for example in examples:
            request = example.request
            prompts[f"{request.prompt.lower()} | {request.background.lower()} | {request.emotion.lower()}"] += 1
            for problem in example.problems:
                found += 1
                print(f"{example.source}: {problem}")
        keyframes = sum(
            len(example.keyframes) for example in {example.source: example for example in examples}.values()
        )
        performances = len({example.source for example in examples})
        print(f"{path.name}: {performances} performances in {len(examples)} wordings, {keyframes} keyframes")
    for prompt, count in prompts.items():
        if count > 1:
            found += 1
            print(f"{count} times: {prompt}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
