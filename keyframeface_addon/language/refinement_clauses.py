"""A sentence cut into clauses, and each into what it does, to what, by how much.

A word that stands in no table, and is not one of them with a slip of the finger, is not understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..face.channels import ChannelName, Side
from ..face.keyframe import Seconds
from ..face.refine import ALL, side_of
from .refinement_words import (
    JOINING,
    PARTED,
    SAME,
    SECONDS,
    SIDES,
    channels_of,
    corrected,
    is_feature,
    phrases_with,
    role_of,
    value_of,
)

LONGEST_SENTENCE = 300
MOST_CLAUSES = 6
_TOKEN = re.compile(r"\d{1,4}(?:\.\d{1,3})?|\.\d{1,3}|[a-z'-]+|\S")
_TOO = re.compile(r"\btoo (?=[a-z])")
_MOST = 600.0


@dataclass(frozen=True, slots=True)
class Clause:
    """What one clause says: the keys of ``ROLES`` that occur, but for fillers; features; numbers."""

    roles: frozenset[str] = frozenset()
    features: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    side: Side | None = None
    share: float | None = None
    """From per cent."""
    times: float | None = None
    """A number by itself: twice, half, 1.5 x."""
    seconds: Seconds | None = None
    before_side: bool = False
    """A feature stands before the side, as in the smile on the left, not in the left brow."""
    before_only: bool = False
    """A feature stands before the only."""

    @property
    def names(self) -> frozenset[ChannelName]:
        """The channels that it is about, all where it names none."""
        found = channels_of(self.features) if self.features else ALL
        if self.side:
            found &= side_of(self.side)
        return found - channels_of(self.excluded)

    @property
    def what(self) -> str:
        """Those in words."""
        words = " and ".join(self.features).replace("-", " ")
        if self.side:
            words = f"{self.side} {words}" if words else f"the {self.side} side"
        if self.excluded:
            words = f"{words or 'everything'} but {' and '.join(self.excluded)}"
        return words

    @property
    def is_bare(self) -> bool:
        """Nothing but features: it belongs to the clause beside it."""
        return self.roles <= {"SIDES"} and self.share is self.times is self.seconds is None


def clauses(sentence: str) -> tuple[Clause, ...] | None:
    """The clauses of a sentence; None where a word of it is not understood, or what belongs to what."""
    text = " ".join(sentence.lower().replace("’", "'").replace("-", " ").rstrip(" .!?").split())
    if not text or len(text) > LONGEST_SENTENCE:
        return None
    for said, meant in SAME:
        text = text.replace(said, meant)
    text = _TOO.sub("less ", text).removesuffix(" too")  # too strong asks for less, the brows too does not
    read: list[Clause] = []
    tokens: list[str] = []
    for token in (*_TOKEN.findall(text), "."):
        if token not in JOINING:
            tokens.append(token)
        elif tokens:
            clause = _read(tokens)
            if clause is None:
                return None
            if clause != Clause():  # the same, but faster
                read.append(clause)
            tokens = []
    joined = _joined(read)
    return joined if joined and len(joined) <= MOST_CLAUSES else None


def _joined(read: list[Clause]) -> tuple[Clause, ...] | None:
    """Features that stand alone go to their neighbour: only the brows and eyes; brows and eyes stronger."""
    found: list[Clause] = []
    waiting = Clause()
    for i, clause in enumerate(read):
        if clause.roles == {"EXCEPT"} and found and not clause.features:
            found[-1] = _with(found[-1], clause)
        elif clause.roles == {"KEEP"} and clause.features and clause.seconds is None and found and not clause.side:
            found[-1] = replace(found[-1], roles=found[-1].roles | {"EXCEPT"}, excluded=clause.features)
        elif clause.is_bare and (clause.side or not clause.features):
            return None
        elif clause.is_bare:
            owned = bool(found) and bool(found[-1].features or found[-1].excluded) and not waiting.features
            following = next((other for other in read[i + 1 :] if not other.is_bare), None)
            if owned == (following is not None and bool(following.features)):
                return None
            if owned:
                found[-1] = _with(found[-1], clause)
            else:
                waiting = _with(waiting, clause)
        else:
            found.append(_with(waiting, clause))
            waiting = Clause()
    return None if waiting.features else tuple(found)


def _with(one: Clause, other: Clause) -> Clause:
    if "EXCEPT" in one.roles and not other.roles:
        return replace(one, excluded=(*one.excluded, *other.features))
    base = other if one == Clause() or one.is_bare else one
    return replace(
        base,
        roles=one.roles | other.roles,
        features=(*one.features, *other.features),
        excluded=(*one.excluded, *other.excluded),
    )


def _read(tokens: list[str]) -> Clause | None:
    words = [corrected(token) for token in tokens]
    waiting = [word for word in words if word is not None]
    if len(waiting) < len(words):
        return None
    clause = Clause()
    while waiting:
        following = _number(clause, waiting) if value_of(waiting[0]) is not None else _word(clause, waiting)
        if following is None:
            return None
        clause = following
    return clause


def _number(clause: Clause, waiting: list[str]) -> Clause | None:
    """Takes a number and its unit from the words that wait; None where there is one already, or it is beyond reason."""
    value = value_of(waiting.pop(0))
    assert value is not None
    ahead = [word for word in waiting if word not in ("a", "an", "of", "the", "more")]
    in_seconds = bool(ahead) and ahead[0] in SECONDS
    per_cent = 2 if ahead[:2] == ["per", "cent"] else 1 if ahead and ahead[0] in ("%", "percent") else 0
    if in_seconds or per_cent:
        del waiting[: waiting.index(ahead[0]) + max(1, per_cent)]
    before = clause.seconds if in_seconds else clause.share if per_cent else clause.times
    if before is not None or value > _MOST or (value == 0 and not per_cent):
        return None
    if in_seconds:
        return replace(clause, seconds=value)
    return replace(clause, share=value / 100) if per_cent else replace(clause, times=value)


def _word(clause: Clause, waiting: list[str]) -> Clause | None:
    word, between = _taken(waiting)
    waiting[:0] = between
    if word in ("second", "sec") and clause.seconds is None:  # hold it a second
        return replace(clause, seconds=1.0)
    if word in SIDES:
        if clause.side not in (None, SIDES[word]):
            return None
        return replace(clause, side=SIDES[word], before_side=clause.before_side or bool(clause.features))
    if is_feature(word):
        if "EXCEPT" in clause.roles:
            return replace(clause, excluded=(*clause.excluded, word))
        return replace(clause, features=(*clause.features, word))
    role = role_of(word)
    if role is None:
        return None
    if role == "FILLER":
        return clause
    before_only = clause.before_only or (role == "ONLY" and bool(clause.features))
    return replace(clause, roles=clause.roles | {role}, before_only=before_only)


def _taken(waiting: list[str]) -> tuple[str, list[str]]:
    """The longest phrase with which the words begin, or the first word, taken from them; and what stood between its words."""
    for phrase in phrases_with(waiting[0]):
        between, position = [], 0
        for i, part in enumerate(phrase.split("-")):
            while i and position < len(waiting) and waiting[position] != part:
                skipped = waiting[position]
                if role_of(skipped) != "FILLER" and not (waiting[0] in PARTED and is_feature(skipped)):
                    break
                between.append(skipped)
                position += 1
            if position >= len(waiting) or waiting[position] != part:
                break
            position += 1
        else:
            del waiting[:position]
            return phrase, between
    return waiting.pop(0), []
