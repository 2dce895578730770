"""The model's word pieces: byte-level BPE as GPT-2 splits text, so that llama.cpp cuts the same text into the same pieces.

Every shape of the notation is one piece (`` mouthSmile``), a side is one more (``Left``), every number up to 100 is one: a
keyframe costs 20 to 30 pieces. Whatever is not known falls back to bytes, so any text goes in and comes out unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, PreTokenizer, Sequence, Split
from tokenizers.trainers import BpeTrainer

from keyframeface_addon.language.vocabulary import DIRECTIONS, SHAPE_WORDS

END, USER, FACE = "<|end|>", "<|user|>", "<|face|>"
SPECIALS = (END, USER, FACE)
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] == 'user' %}"
    f"{USER}{{{{ message['content'] | lower }}}}{FACE}"
    "{% endif %}{% endfor %}"
)
"""Drops the system message, which this model knows by heart, and puts the request into small letters, as it was trained."""

SIZE = 12288
FILE = Path(__file__).with_name("run") / "tokenizer.json"


def chat(user: str) -> str:
    """What ``CHAT_TEMPLATE`` makes of one user message."""
    return f"{USER}{user.lower()}{FACE}"


class Pieces:
    """A trained tokenizer; ids are those of the GGUF file."""

    def __init__(self, tokenizer: Tokenizer, path: Path | None = None) -> None:
        self._tokenizer = tokenizer
        self._path = path
        self.end = self.id(END)
        self.user = self.id(USER)
        self.face = self.id(FACE)

    @classmethod
    def load(cls, path: Path = FILE) -> Pieces:
        """Reads what ``train`` saved."""
        return cls(Tokenizer.from_file(str(path)), path)

    def save(self, path: Path = FILE) -> None:
        """One JSON file, as the ``tokenizers`` package writes it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._tokenizer.save(str(path))

    def id(self, piece: str) -> int:
        """Number of a piece that must exist."""
        number = self._tokenizer.token_to_id(piece)
        if number is None:
            raise KeyError(piece)
        return int(number)

    def __len__(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    def encode(self, text: str) -> list[int]:
        """Pieces of plain text; the marks of a chat turn in it are read as marks."""
        return list(self._tokenizer.encode(text).ids)

    def encode_loosely(self, text: str) -> list[int]:
        """Pieces with a tenth of the merges left out at random: rarer words and misspellings are then less of a surprise."""
        return list(self._loose.encode(text).ids)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of these pieces, marks left out."""
        return str(self._tokenizer.decode(list(ids)))

    @cached_property
    def _loose(self) -> Tokenizer:
        loose = Tokenizer.from_str(self._tokenizer.to_str())
        loose.model.dropout = 0.1
        return loose

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Pieces that are a percentage or degrees."""
        return frozenset(self.encode(f" {number}")[0] for number in range(1, 101))

    def vocabulary(self) -> list[str]:
        """Pieces by number, in GPT-2's spelling of bytes as letters, as GGUF wants them."""
        return [str(self._tokenizer.id_to_token(number)) for number in range(len(self))]

    def merges(self) -> list[str]:
        """``"left right"`` in the order in which they are applied."""
        import json

        merges = json.loads(self._tokenizer.to_str())["model"]["merges"]
        return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def train(texts: Iterable[str], size: int = SIZE) -> Pieces:
    """Learns pieces from these texts, after making sure of the notation's own words."""
    tokenizer = Tokenizer(BPE())
    # while learning, a side is cut off its shape, so that no merge ever joins the two
    sides: list[PreTokenizer] = [Split(Regex("Left|Right"), "isolated"), ByteLevel(add_prefix_space=False)]
    tokenizer.pre_tokenizer = Sequence(sides)
    trainer = BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIALS),
        initial_alphabet=sorted(ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_with_notation(texts), trainer)
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    return Pieces(tokenizer)


def _with_notation(texts: Iterable[str]) -> Iterator[str]:
    words = [word for word in SHAPE_WORDS if not word.endswith(("Left", "Right")) or word[:-4] in ("jaw", "mouth")]
    notation = " ".join(["", *words, "Left", "Right", *DIRECTIONS, *map(str, range(101))])
    digits = " ".join(f"{n}" for n in range(100))
    for _ in range(3000):
        yield notation
    for _ in range(300):
        yield digits
    yield from texts


def main() -> int:
    """``python -m models.tokenizer``: learns the pieces from corpus, lexicon and composed examples."""
    from itertools import chain

    from .compose import texts
    from .corpus import read_corpus
    from .held_out import split
    from .word_vectors import WordNet

    # so that most words of English, and nearly all for feelings, are one piece with a vector of its own to begin with
    wordnet = WordNet()
    glosses = (f" {gloss}" for gloss in wordnet.glosses())
    feelings = (f" {word}" for word in wordnet.feelings() for _ in range(40))
    pieces = train(chain(texts(split(read_corpus()).training, seed=20), glosses, feelings))
    pieces.save()
    print(f"{len(pieces):,} pieces in {FILE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
