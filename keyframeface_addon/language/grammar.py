"""The notation as a llama.cpp grammar (GBNF), made from the channel table: any model can only answer in keyframes."""

from __future__ import annotations

from functools import cache

from .notation import MAX_LABEL
from .vocabulary import DIRECTIONS, SHAPE_WORDS

MAX_KEYFRAMES = 12
MAX_ENTRIES = 16
# not in a label: control characters, the colon that ends it, line and paragraph separators, noncharacters
_LABEL = r"[^\x00-\x1F:\x7F-\x9F\u2028\u2029\uFFFC-\uFFFF]"
_LABEL_START = _LABEL.replace("[^", "[^ ")


@cache
def grammar() -> str:
    """GBNF text: 2 to 12 keyframe lines, the first at 0.0. Times that do not increase are left to the reader to mend."""
    shapes = " | ".join(f'"{word}"' for word in SHAPE_WORDS)
    directions = " | ".join(f'"{words}"' for words in DIRECTIONS)
    return f"""\
root ::= "0.0 " rest (time " " rest){{1,{MAX_KEYFRAMES - 1}}}
rest ::= label ":" (" " entry){{0,{MAX_ENTRIES}}} "\\n"
time ::= [1-5]? [0-9] "." [0-9] [0-9]?
label ::= {_LABEL_START} {_LABEL}{{0,{MAX_LABEL - 1}}}
entry ::= shape " " percent | direction " " degrees
percent ::= [1-9] [0-9]? | "100"
degrees ::= [1-9] [0-9]?
shape ::= {shapes}
direction ::= {directions}
"""
