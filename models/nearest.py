"""``python -m models.nearest SCRIPT.jsonl -o OUT.jsonl``: the baseline's answers to a script, in the form of the product's batch."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from keyframeface_addon.face.performance import keyframe_rows
from keyframeface_addon.interchange.files import write_atomic
from keyframeface_addon.interchange.script import read_script

from .corpus import read_corpus
from .evaluate import nearest
from .held_out import split


def main() -> int:
    """One line of JSON for every prompt: the performance of the training prompt that shares the rarest words with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    lines, _ = read_script(options.script)
    answer = nearest(split(read_corpus()).training)
    rows = []
    for line in lines:
        performance = answer(line.request)
        assert performance is not None
        rows.append(json.dumps({"id": line.id, "prompt": line.request.prompt, "keyframes": keyframe_rows(performance)}))
    write_atomic(options.output, "\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
