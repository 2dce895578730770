"""``python -m models.meaning``: what there is to read before the first face, each text with the vector of its meaning.

A network that has seen faces only knows the words of their prompts. So it first reads comments (GoEmotions), the definitions and
examples of WordNet 3.0 and the corpus's own prompts, and learns to end each with the sentence vector that all-MiniLM-L6-v2 gives it
(Reimers and Gurevych 2019, Apache-2.0): texts that mean alike must end alike.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .compose import comments, samples
from .corpus import Example, read_corpus
from .held_out import split
from .word_vectors import ENCODER, WordNet

FILE = Path(__file__).with_name("run") / "meaning.npz"
WIDTH = 128
"""Principal components kept of the encoder's 384."""
_LONGEST = 300


@dataclass(frozen=True)
class Readings:
    """``texts`` and their ``vectors`` (texts, ``WIDTH``) of length 1."""

    texts: tuple[str, ...]
    vectors: npt.NDArray[np.float32]

    @classmethod
    def load(cls, path: Path = FILE) -> Readings:
        """Reads what ``main`` saved."""
        with np.load(path) as saved:
            texts = saved["texts"].tobytes().decode().split("\n")
            vectors = saved["vectors"].astype(np.float32)
        return cls(tuple(texts), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    @property
    def by_text(self) -> Mapping[str, npt.NDArray[np.float32]]:
        """The vector of each text."""
        return dict(zip(self.texts, self.vectors, strict=True))

    def save(self, path: Path = FILE) -> None:
        """Vectors in eight bits."""
        path.parent.mkdir(parents=True, exist_ok=True)
        steps = np.round(self.vectors / np.abs(self.vectors).max(axis=1, keepdims=True) * 127).astype(np.int8)
        np.savez_compressed(path, texts=np.frombuffer("\n".join(self.texts).encode(), np.uint8), vectors=steps)


def asked(user: str) -> str:
    """What of a user message has a meaning of its own: its background and its prompt, as ``texts`` has them."""
    fields = dict(line.partition(": ")[::2] for line in user.split("\n"))
    return _cleaned(f"{fields.get('Background', '')} {fields['Prompt']}")


def _cleaned(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def texts(training: Sequence[Example]) -> Iterator[str]:
    """Everything there is to read, one line each."""
    for example in training:
        request = example.request
        yield request.prompt
        if request.background:
            yield f"{request.background} {request.prompt}"
        yield max(example.keyframes, key=lambda k: sum(abs(v) for v in k.channels.values())).label
    for text, _ in comments():
        yield text
    yield from WordNet().sayings()
    for found in samples(training, 7, 8_000):
        yield found.user.split("\n")[0].removeprefix("Prompt: ")


def encode(found: Sequence[str], package: Path = ENCODER) -> npt.NDArray[np.float32]:
    """(texts, 384) sentence vectors: the mean over a text's pieces, of length 1."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    vectors = np.zeros((len(found), 384), np.float32)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(package) as archive:
        inside = [n for n in archive.namelist() if "/model/" in n]
        archive.extractall(folder, inside)
        model_folder = Path(folder, next(n for n in inside if n.endswith("model/config.json"))).parent
        tokenizer = AutoTokenizer.from_pretrained(model_folder)
        model = AutoModel.from_pretrained(model_folder).eval()
        order = sorted(range(len(found)), key=lambda i: len(found[i]))
        for start in range(0, len(order), 256):
            rows = order[start : start + 256]
            asked = tokenizer(
                [found[i] for i in rows], padding=True, truncation=True, max_length=96, return_tensors="pt"
            )
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                states = model(**asked).last_hidden_state.float()
            there = asked["attention_mask"][..., None].float()
            vectors[rows] = torch.nn.functional.normalize((states * there).sum(1) / there.sum(1), dim=1).numpy()
            if start // 256 % 40 == 0:
                print(f"{start:,} of {len(order):,}", flush=True)
    return vectors


def main() -> int:
    """Encodes all texts once; the training reads the file."""
    cleaned = map(_cleaned, texts(split(read_corpus()).training))
    found = list(dict.fromkeys(text for text in cleaned if text))
    vectors = encode(found)
    vectors -= vectors.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(vectors[:50_000], rowvar=False))
    kept = (vectors @ directions[:, : -WIDTH - 1 : -1]).astype(np.float32)
    Readings(tuple(found), kept / np.linalg.norm(kept, axis=1, keepdims=True)).save()
    print(f"{len(found):,} texts in {FILE}: {FILE.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
