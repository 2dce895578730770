"""Fountain 1.1, the plain text of screenplays: text to elements, with the line of the file that each begins on.

What cannot be a heading, a cue or anything else is action, as Fountain has it: no text is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_CUE = 200
"""Characters of a character cue; a longer line in capitals is action."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a scene begins; ``scene`` is the number between # that some screenplays give it."""

    number: int
    text: str
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One paragraph."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is said or sung, or (a parenthetical, without its brackets) how."""

    kind: Literal["said", "sung", "how"]
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """One cue and all that stands under it. ``extensions`` are what stands in brackets behind the name: V.O., on the radio."""

    number: int
    name: str
    extensions: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """What nobody acts out."""

    number: int
    kind: Literal["title page", "transition", "centered", "lyric", "section", "synopsis", "page break"]
    text: str


Element = Heading | Action | Speech | Aside
NumberedLine = tuple[int, str]

_CUT, _CUT_BREAK = "\0", "\x01"  # stand for text that was cut out, and for line breaks within it
_CONTROL = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)], " ")
_TITLE_KEY = re.compile(r"[^\W\d_][\w/ ]{0,40}:")
_HEADING = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I\.?/E)[. ]", re.IGNORECASE)
_TRANSITION = re.compile(r".*TO:|FADE (?:IN|OUT)[.:]?|(?:FADE|CUT) TO BLACK[.:]?")
_PAGE_BREAK = re.compile(r"={3,}")
# stars and underscores that touch a word; those between spaces or inside a word are meant
_EMPHASIS = re.compile(r"(?<![\\/*])\*++(?=\S)|(?<=[^\s\\/*])\*++|(?<![\w\\])_++(?=\S)|(?<=[^\s\\_])_++(?!\w)")
_ESCAPED = re.compile(r"\\([*_])")


def read_fountain(text: str) -> list[Element]:
    """Every element in the order of the text; notes and the boneyard are gone, emphasis is taken off."""
    lines = _lines(text)
    start = _end_of_title_page(lines)
    elements: list[Element] = []
    if start:
        elements.append(Aside(lines[0][0], "title page", "\n".join(line for _, line in lines[:start])))
    elements += _body(lines[start:])
    return elements


def _lines(text: str) -> list[NumberedLine]:
    """Lines without what is cut out. One that held nothing else is left out, so that it ends no paragraph and no speech."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    text = _without(text, "/*", "*/")
    text = re.sub(r"^[ \t]$", "", text, flags=re.MULTILINE)
    # an empty line ends a note that was never closed; one with two spaces does not
    text = "".join(_without(block, "[[", "]]") for block in re.split(r"(\n\n)", text))
    lines, number = [], 1
    for line in text.split("\n"):
        seen = line.replace(_CUT, "").replace(_CUT_BREAK, "")
        if seen.strip() or _CUT not in line:
            before = line[: len(line) - len(line.lstrip(f"{_CUT}{_CUT_BREAK} \t"))]
            lines.append((number + before.count(_CUT_BREAK), seen))
        number += 1 + line.count(_CUT_BREAK)
    return lines


def _without(text: str, opening: str, closing: str) -> str:
    """What is never closed stays, as text."""
    kept, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept += [text[at:start], _CUT, _CUT_BREAK * text.count("\n", start, end)]
        kept += [_CUT_BREAK * text.count(_CUT_BREAK, start, end)]
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def _end_of_title_page(lines: list[NumberedLine]) -> int:
    """How many lines it has: keys with values behind or indented under them, up to the first empty line."""
    end = next((index for index, (_, line) in enumerate(lines) if not line.strip()), len(lines))
    page = [line for _, line in lines[:end]]
    if not page or not _TITLE_KEY.match(page[0]):
        return 0
    if _TRANSITION.fullmatch(page[0].strip()) or _HEADING.match(page[0]):
        return 0
    return end if all(line[0] in " \t" or _TITLE_KEY.match(line) for line in page) else 0


def _body(lines: list[NumberedLine]) -> Iterator[Element]:
    paragraph: list[NumberedLine] = []
    index, after_empty = 0, True
    while index < len(lines):
        number, line = lines[index]
        line = line.strip()
        following = lines[index + 1][1].strip() if index + 1 < len(lines) else ""
        index += 1
        element = _element(number, line, after_empty, following) if line else None
        if element or not line:
            yield from _action(paragraph)
            paragraph = []
        if isinstance(element, Speech):
            first = index
            while index < len(lines) and _continues_speech(lines[index][1]):
                index += 1
            parts = tuple(_parts(line for _, line in lines[first:index]))
            element = Speech(number, element.name, element.extensions, parts)
        if element:
            yield element
        elif line:
            paragraph.append((number, line.removeprefix("!")))
        after_empty = not line or isinstance(element, (Heading, Aside))
    yield from _action(paragraph)


def _element(number: int, line: str, after_empty: bool, following: str) -> Element | None:
    """What one line is, unless it is action. A speech comes without what is said."""
    rest = line[1:].strip()
    match line[0]:
        case "!":
            return None
        case "#":
            return Aside(number, "section", _plain(line.lstrip("#").strip()))
        case "=":
            kind: Literal["page break", "synopsis"] = "page break" if _PAGE_BREAK.fullmatch(line) else "synopsis"
            return Aside(number, kind, _plain(rest) if kind == "synopsis" else "")
        case "~":
            return Aside(number, "lyric", _plain(rest))
        case ">" if rest.endswith("<"):
            return Aside(number, "centered", _plain(rest[:-1].strip()))
        case ">":
            return Aside(number, "transition", _plain(rest))
        case "@" if (cue := _cue(rest)) is not None:
            return Speech(number, *cue, ())
        case "." if after_empty and rest[:1].isalnum():
            return _heading(number, rest)
    if not after_empty:
        return None
    plain = _plain(line)
    if _HEADING.match(plain) and (not following or plain.isupper()):
        return _heading(number, line)
    if not following:
        return Aside(number, "transition", plain) if plain.isupper() and _TRANSITION.fullmatch(plain) else None
    cue = _cue(line)
    return Speech(number, *cue, ()) if cue is not None and cue[0].isupper() else None


def _heading(number: int, line: str) -> Heading:
    text, hash_sign, scene = line.removesuffix("#").rpartition("#")
    if not (line.endswith("#") and hash_sign and scene.strip()):
        text, scene = line, ""
    return Heading(number, _plain(text.strip()), scene.strip())


def _cue(line: str) -> tuple[str, tuple[str, ...]] | None:
    """The name and what stands in brackets behind it; None where there is no name."""
    if len(line) > MAX_CUE:
        return None
    name = _plain(line.removesuffix("^").rstrip())
    extensions: list[str] = []
    while name.endswith(")") and (opening := name.rfind("(")) > 0:
        extensions.insert(0, name[opening + 1 : -1].strip())
        name = name[:opening].rstrip()
    return (name, tuple(extensions)) if any(letter.isalnum() for letter in name) else None


def _continues_speech(line: str) -> bool:
    """A line of two spaces is an empty one that does not end the speech."""
    return (bool(line.strip()) or len(line) >= 2) and not _PAGE_BREAK.fullmatch(line.strip())


def _parts(lines: Iterator[str]) -> Iterator[Part]:
    """Lines of the same kind that follow each other are one part."""
    kind: Literal["said", "sung", "how"] = "said"
    texts: list[str] = []
    for line in (line.strip() for line in lines):
        bracketed = line.startswith("(") and line.endswith(")")
        now: Literal["said", "sung", "how"] = "how" if bracketed else "sung" if line.startswith("~") else "said"
        text = _plain(line[1:-1] if bracketed else line.removeprefix("~")).strip()
        if not text:
            continue
        if texts and (now != kind or bracketed):
            yield Part(kind, " ".join(texts))
            texts = []
        kind = now
        texts.append(text)
    if texts:
        yield Part(kind, " ".join(texts))


def _action(paragraph: list[NumberedLine]) -> Iterator[Action]:
    text = _plain(" ".join(line for _, line in paragraph)).strip()
    if text:
        yield Action(paragraph[0][0], text)


def _plain(text: str) -> str:
    """Without the marks of emphasis, in single spaces."""
    return " ".join(_ESCAPED.sub(r"\1", _EMPHASIS.sub("", text)).split())
