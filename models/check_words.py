"""``python -m models.check_words [FILE.gguf]``: how many feeling words of the lexicon give a face of that feeling."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np

from keyframeface_addon.face.channels import INDEX, SHAPES
from keyframeface_addon.language.request import Request

from .composition.lexicon import emotions
from .export import TARGET
from .llama import Llama

WORDS_EACH = 3
NEAREST = 3


def main() -> int:
    """Says "she is ..." with three words of every feeling; right where it is among the three feelings nearest to the face."""
    rng = random.Random(1)
    columns = [INDEX[name] for name in SHAPES]
    faces = {
        name: [np.array([face.get(shape, 0.0) for shape in SHAPES]) for _, face in feeling.poses]
        for name, feeling in emotions().items()
    }
    words = [
        (word, name)
        for name, feeling in emotions().items()
        for word, _ in rng.sample(feeling.words["adj"], min(WORDS_EACH, len(feeling.words["adj"])))
    ]
    model = Llama(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
    missed = []
    for word, name in words:
        given = np.abs(model.perform(Request(f"she is {word}")).matrix()[:, columns]).max(axis=0)
        size = np.linalg.norm(given) + 1e-6
        likeness = {
            feeling: max(float(given @ face) / (np.linalg.norm(face) * size + 1e-6) for face in those)
            for feeling, those in faces.items()
        }
        nearest = sorted(likeness, key=lambda feeling: -likeness[feeling])[:NEAREST]
        if name not in nearest:
            missed.append(f"{word} ({name}, looks like {nearest[0]})")
    print(f"{len(words) - len(missed)} of {len(words)} words give a face of their feeling; missed: {'; '.join(missed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
