"""The notation as a llama.cpp grammar (GBNF), made from the channel table: any model can only answer in keyframes."""

from __future__ import annotations

import os.path
from functools import cache
from itertools import groupby

from .notation import MAX_LABEL
from .request import MAX_KEYFRAMES
from .vocabulary import DIRECTIONS, SHAPE_WORDS

MAX_ENTRIES = 16
_ENTRIES = f'(" " entry){{0,{MAX_ENTRIES}}}'
# All but control characters, the colon that ends a label, line and paragraph separators, surrogates, noncharacters. Said as what
# is allowed: of what is forbidden llama.cpp also forbids each token that ends within a character which might become it.
_LABEL_BUT_SPACE = r"!-9;-~\u00A0-\u2027\u202A-\uD7FF\uE000-\uFFFB\U00010000-\U0010FFFF"


@cache
def grammar() -> str:
    """GBNF text: 2 to 12 keyframe lines, the first at 0.0. Times that do not increase are left to the reader to mend."""
    return f"""\
root ::= "0.0 " rest (time " " rest){{1,{MAX_KEYFRAMES - 1}}}
rest ::= label ":" {_ENTRIES} "\\n"
time ::= [1-5]? [0-9] "." [0-9] [0-9]?
label ::= [{_LABEL_BUT_SPACE}] [ {_LABEL_BUT_SPACE}]{{0,{MAX_LABEL - 1}}}
{_entry_rules()}"""


def grammar_after(beginning: str) -> str:
    """GBNF text: an answer that is this text, then the entries of the keyframe line which it begins, and nothing more."""
    return f'root ::= {_literal(beginning)} {_ENTRIES} "\\n"\n{_entry_rules()}'


@cache
def _entry_rules() -> str:
    return f"""\
entry ::= shape " " percent | direction " " degrees
percent ::= [1-9] [0-9]? | "100"
degrees ::= [1-9] [0-9]?
shape ::= {_one_of(sorted(SHAPE_WORDS))}
direction ::= {_one_of(sorted(DIRECTIONS))}
"""


def _literal(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"'


def _one_of(words: list[str]) -> str:
    """An expression for one of these sorted words, common beginnings written once.

    llama.cpp compares every token of the vocabulary with every alternative that is open: with the hundred words side by side
    a vocabulary of 152,000 took 200 ms a token, with their beginnings shared it takes a tenth of that.
    """
    if len(words) == 1:
        return f'"{words[0]}"' if words[0] else '""'
    shared = os.path.commonprefix(words)
    rests = [word[len(shared) :] for word in words]
    groups = [list(group) for _, group in groupby((rest for rest in rests if rest), key=lambda rest: rest[0])]
    choice = "(" + " | ".join(_one_of(group) for group in groups) + ")" + ("?" if "" in rests else "")
    return f'"{shared}" {choice}' if shared else choice
