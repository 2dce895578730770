"""Who does it and how the verb stands: one clause as a sentence, an order, a caption."""

from __future__ import annotations

import random
import re

HE = (
    "he",
    "he",
    "he",
    "the man",
    "Tom",
    "the king",
    "the boy",
    "grandpa",
    "Marcus",
    "the detective",
    "the soldier",
    "the hero",
)
SHE = (
    "she",
    "she",
    "she",
    "the woman",
    "Mia",
    "the queen",
    "the girl",
    "grandma",
    "Anna",
    "the witch",
    "the nurse",
    "the bride",
)
IT = (
    "the character",
    "the robot",
    "the goblin",
    "the alien",
    "the kid",
    "the actor",
    "the npc",
    "the villain",
    "the clown",
)
_BASE = {
    "is": "be",
    "has": "have",
    "does": "do",
    "goes": "go",
    "tries": "try",
    "cries": "cry",
    "says": "say",
    "can't": "can't",
}
_SHORT = re.compile(r"[^aeiou]([aeiou])[bdgmnpt]")
_OWN = {"he": "she", "his": "her", "him": "her", "himself": "herself"}
_OTHER_START = re.compile(
    r"(someone|the|his|her|nobody|everyone|an?|it|it's|grandma|monday|after|your|wow|lol|ouch|phew|huh|yuck|ew|hmm|eyes"
    r"|tears|has|can|doesn't|isn't|eureka|lights|no|another|sitting|one|not)"
)


def base(verb: str) -> str:
    """``smiles`` -> ``smile``."""
    if verb in _BASE:
        return _BASE[verb]
    if re.search(r"(ch|sh|ss|x|zz)es$", verb):
        return verb[:-2]
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def gerund(verb: str) -> str:
    """``smiles`` -> ``smiling``."""
    stem = base(verb)
    if stem.endswith("ie"):
        return stem[:-2] + "ying"
    if stem.endswith("e") and not stem.endswith(("ee", "ye", "be")):
        return stem[:-1] + "ing"
    if len(stem) <= 5 and _SHORT.fullmatch(stem[-3:]) and not stem.endswith(("en", "on", "et", "lift")):
        return stem + stem[-1] + "ing"
    return stem + "ing"


def is_predicate(clause: str) -> bool:
    """Whether a subject can stand before it."""
    return not _OTHER_START.fullmatch(clause.split()[0])


def for_her(clause: str) -> str:
    """His becomes her."""
    return re.sub(r"\b(he|his|him|himself)\b", lambda m: _OWN[m[0]], clause)


def told(rng: random.Random, clause: str, manner: str = "") -> str:
    """A clause like ``raises his brow`` as a sentence of one kind or another."""
    adverb_first = manner and rng.random() < 0.4 and " " not in manner
    words = clause.split()
    if not is_predicate(clause):
        text = f"{clause}, {manner}" if manner else clause
        return for_her(text) if rng.random() < 0.5 else text
    kind = rng.random()
    she = rng.random() < 0.5
    rest = " ".join(words[1:])
    if kind < 0.45:
        who = rng.choice(SHE if she else HE) if rng.random() < 0.85 else rng.choice(IT)
        verb, lead = words[0], who + " "
    elif kind < 0.7:
        verb, lead = words[0], ""
    elif kind < 0.85:
        verb = base(words[0])
        lead = rng.choice(
            ("", "", "make him ", "have him ", "i want him to ", "please ", "let him ", "can you make him ")
        )
    elif kind < 0.94:
        verb, lead = gerund(words[0]), rng.choice(("", "", "he is ", "a man ", "face of someone ", "close-up, he's "))
    else:
        verb, lead = base(words[0]), rng.choice(("he starts to ", "he begins to ", "he has to ", "he wants to "))
    text = f"{lead}{manner} {verb} {rest}" if adverb_first else f"{lead}{verb} {rest} {manner}"
    text = " ".join(text.split())
    return for_her(text) if she else text
