"""Reads models/lexicon: emotion words with their faces, situations, quotes, actions, idioms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .pose import Pose, pose

FOLDER = Path(__file__).parents[1] / "lexicon"
STRENGTHS = {"weak": 0.6, "": 1.0, "strong": 1.25}


@dataclass
class Emotion:
    """Faces of one feeling, and the words for it as (word, strength)."""

    name: str
    poses: list[tuple[str, Pose]] = field(default_factory=list)
    words: dict[str, list[tuple[str, float]]] = field(default_factory=lambda: {"adj": [], "noun": [], "verb": []})


@dataclass(frozen=True)
class Situation:
    """What happens, and the feelings that follow each other."""

    clause: str
    feelings: tuple[str, ...]
    strength: float


@dataclass
class Action:
    """One thing a face can do: entries with ``{s}`` for the side, labels, and ways of saying it."""

    name: str
    quick: bool = False
    face: dict[str, tuple[str, str]] = field(default_factory=dict)
    do: dict[str, list[str]] = field(default_factory=dict)
    say: dict[str, list[str]] = field(default_factory=dict)
    negations: list[str] = field(default_factory=list)

    def pose(self, side: str = "") -> tuple[Pose, str]:
        """Channels and label; ``side`` is left, right or empty for both."""
        entries, label = self.face["side" if side else "both"]
        return pose(entries.format(s=side, S=side.title())), label.format(s=side)


@dataclass(frozen=True)
class Idiom:
    """Phrases that mean one performance."""

    phrases: tuple[str, ...]
    beats: tuple[tuple[float, str, Pose], ...]


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _items(text: str, separator: str = ";") -> list[str]:
    return [item.strip() for item in text.split(separator) if item.strip()]


@cache
def emotions() -> dict[str, Emotion]:
    """By name, in the order of the file."""
    found: dict[str, Emotion] = {}
    for line in _lines("emotions.txt"):
        if line.startswith("="):
            emotion = Emotion(line[1:].strip())
            found[emotion.name] = emotion
        elif line.startswith("pose "):
            label, _, entries = line[5:].partition(":")
            emotion.poses.append((label, pose(entries)))
        else:
            *strength, kind = line.partition(":")[0].split()
            factor = STRENGTHS["".join(strength)]
            emotion.words[kind] += [(word, factor) for word in _items(line.partition(":")[2], ",")]
    return found


def _felt(name: str) -> list[Situation]:
    found = []
    for line in _lines(name):
        head, _, clauses = line.partition(":")
        feelings, strength = [], 1.0
        for part in head.split(">"):
            words = part.split()
            feelings.append(words[0])
            strength = float(words[1]) if len(words) > 1 else 1.0
        found += [Situation(clause, tuple(feelings), strength) for clause in _items(clauses)]
    return found


@cache
def situations() -> list[Situation]:
    """What happens to people."""
    return _felt("situations.txt")


@cache
def quotes() -> list[Situation]:
    """What people say."""
    return _felt("quotes.txt")


@cache
def actions() -> dict[str, Action]:
    """By name."""
    found: dict[str, Action] = {}
    for line in _lines("actions.txt"):
        key, _, text = line.partition(":")
        match key.split():
            case ["=", *name]:
                action = Action(" ".join(name))
                found[action.name] = action
            case ["quick"]:
                action.quick = True
            case ["both" | "side" as kind]:
                entries, _, label = text.partition("|")
                action.face[kind] = (entries.strip(), label.strip())
            case ["do", kind]:
                action.do[kind] = _items(text)
            case ["say", kind]:
                action.say[kind] = _items(text)
            case ["not"]:
                action.negations = _items(text)
            case _:
                raise ValueError(f"actions.txt: {line!r}")
    return found


@cache
def idioms() -> list[Idiom]:
    """Figures of speech."""
    found: list[Idiom] = []
    beats: list[tuple[float, str, Pose]] = []
    phrases: tuple[str, ...] = ()
    for line in [*_lines("idioms.txt"), ">"]:
        if line.startswith(">"):
            if phrases:
                found.append(Idiom(phrases, tuple(beats)))
            phrases, beats = tuple(_items(line[1:])), []
        else:
            head, _, entries = line.partition(":")
            time, _, label = head.partition(" ")
            beats.append((float(time), label, pose(entries)))
    return found


@cache
def manners(kind: str) -> dict[str, list[str]]:
    """``noun``: what actions are called; ``adverb``: how things are done with a feeling. By name of action or feeling."""
    found = {}
    for line in _lines("manner.txt"):
        head, _, words = line.partition(":")
        said, _, name = head.partition(" ")
        if said == kind:
            found[name] = _items(words)
    return found
