"""What the faces of a screenplay have to do: a row for each speech, and for each character that an action paragraph names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from .fountain import Action, Heading, Part, Speech, read_fountain

MAX_PROMPT = 300
"""Characters of what is said or done. The model has learned from prompts of 20 to 170; the beginning of a monologue says how it is."""
MAX_BACKGROUND = 120
MAX_NAME = 60
_LEAST = 12
"""Fewer characters than this are not worth keeping of a text that has to be cut."""

# behind a name, where they say where the voice comes from or how the page breaks, and nothing about the face
_TECHNICAL = {"v.o.", "vo", "o.s.", "os", "o.c.", "oc", "cont'd", "cont’d", "contd", "continued", "more"}
_TITLES = "".join(
    rf"(?<!\b{title}\.)" for title in ("Mr", "Mrs", "Ms", "Dr", "St", "Sgt", "Lt", "Capt", "Prof", "[A-Z]")
)
_SENTENCE_END = re.compile(rf"""(?:(?<=[.!?…])|(?<=[.!?…]["”’')])){_TITLES} (?![a-z])|(?<=[。！？])(?!$)""")
_BETWEEN_NAMES = re.compile(r"(?:,| and| &|, and)? ?")


def read_screenplay(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line number and row, as for the other scripts: id, character, prompt, background.

    An id is scene-character-count, as 3-mara-2: the scene's own number where it has one, else its place in the order, 0 before
    the first. What is written for others, or further down, does not change it.
    """
    elements = read_fountain(text)
    cast = Cast(element.name for element in elements if isinstance(element, Speech))
    counts: Counter[str] = Counter()
    scenes, scene, heading, before = 0, "0", "", ""

    def row(name: str, prompt: str, event: str) -> Mapping[str, str]:
        start = f"{scene}-{_slug(name)}"
        counts[start] += 1
        return {
            "id": f"{start}-{counts[start]}",
            "character": name,
            "prompt": prompt,
            "background": _background(heading, event),
        }

    for element in elements:
        match element:
            case Heading():
                scenes += 1
                scene, heading, before = _slug(element.scene) or str(scenes), element.text, ""
            case Speech() if element.parts:
                yield element.number, row(cast.spelling(element.name), _speech(element), before)
            case Action():
                for name, acted, others in _acted(element.text, cast):
                    yield element.number, row(name, _shorten(acted, MAX_PROMPT), others or before)
                before = element.text


class Cast:
    """Everybody who speaks, each in the spelling of the first cue."""

    def __init__(self, names: Iterable[str]) -> None:
        self._spellings: dict[str, str] = {}
        for name in names:
            self._spellings.setdefault(name.casefold(), name)
        # the longer name first, so that MARA'S MOTHER is not MARA; single letters are words too often
        found = [
            re.escape(name) for name in sorted(self._spellings.values(), key=len, reverse=True) if _can_be_found(name)
        ]
        self._pattern = re.compile(f"({'|'.join(found)})", re.IGNORECASE) if found else None

    def spelling(self, name: str) -> str:
        """The one name of who is written so."""
        return self._spellings[name.casefold()]

    def subjects(self, sentence: str) -> list[str]:
        """Whom the sentence is about: the first who is named, and who is joined to that one (Mara and Jonas, but not Mara hits Jonas)."""
        subjects: list[str] = []
        end = 0
        for match in self._pattern.finditer(sentence) if self._pattern else ():
            name = self._spellings.get(match[0].casefold())
            if name is None or not _is_mention(sentence, match):
                continue
            if subjects and not _BETWEEN_NAMES.fullmatch(sentence, end, match.start()):
                break
            if name not in subjects:
                subjects.append(name)
            end = match.end()
        return subjects


def _can_be_found(name: str) -> bool:
    return len(name) > 1 or not _has_case(name)


def _has_case(text: str) -> bool:
    return text.lower() != text.upper()


def _is_mention(sentence: str, match: re.Match[str]) -> bool:
    """A whole word that begins with a capital, or `the guard`: Will does, not will. Scripts without capitals have no such edges."""
    if not _has_case(match[0]):
        return True
    start, end = match.span()
    before, after = sentence[max(0, start - 4) : start], sentence[end : end + 1]
    if before[-1:].isalnum() or after.isalnum():
        return False
    return not match[0][0].islower() or before.lower().endswith("the ")


def _acted(text: str, cast: Cast) -> Iterator[tuple[str, str, str]]:
    """Who is named in an action paragraph, the sentences about that one, and the others.

    A sentence without a name (She smiles.) goes on about whom the last one was about.
    """
    sentences = _sentences(text)
    about: dict[str, list[int]] = {}
    subjects: list[str] = []
    for index, sentence in enumerate(sentences):
        subjects = cast.subjects(sentence) or subjects
        for name in subjects:
            about.setdefault(name, []).append(index)
    for name, indices in about.items():
        chosen = set(indices)
        others = (sentence for index, sentence in enumerate(sentences) if index not in chosen)
        yield name, " ".join(sentences[index] for index in indices), " ".join(others)


def _speech(speech: Speech) -> str:
    """As the corpus has it: QUEEN (not raising her voice): "Leave us." (turns away) "All of you." """
    hows = [extension for extension in speech.extensions if extension and extension.lower() not in _TECHNICAL]
    pieces: list[str] = []
    left = MAX_PROMPT
    for part in _with_singing(speech.parts):
        if left < _LEAST:
            break
        if part.kind == "how" and not pieces:
            hows.append(part.text)
            continue
        text = _shorten(part.text, left)
        left -= len(text) + 3
        pieces.append(f"({text})" if part.kind == "how" else '"' + text.replace('"', "'") + '"')
    who = _shorten(speech.name, MAX_NAME)
    how = f" ({_shorten(', '.join(hows), MAX_BACKGROUND)})" if hows else ""
    return f"{who}{how}: {' '.join(pieces)}" if pieces else f"{who}{how}"


def _with_singing(parts: Iterable[Part]) -> Iterator[Part]:
    before = "said"
    for part in parts:
        if part.kind == "sung" and before != "sung":
            yield Part("how", "singing")
        yield part
        before = part.kind


def _background(heading: str, event: str) -> str:
    """INT. KITCHEN - NIGHT. The last that happened."""
    heading = _shorten(heading, MAX_BACKGROUND // 2)
    event = _shorten(event, MAX_BACKGROUND - len(heading), from_end=True)
    stop = "" if not heading or heading[-1] in ".!?…" else "."
    return f"{heading}{stop if event else ''} {event}".strip()


def _sentences(text: str) -> list[str]:
    return _SENTENCE_END.split(text)


def _shorten(text: str, limit: int, from_end: bool = False) -> str:
    """Whole sentences as long as they fit, from the beginning or from the end; of a longer one its first words."""
    if len(text) <= limit:
        return text
    kept: list[str] = []
    left = limit
    for sentence in reversed(_sentences(text)) if from_end else _sentences(text):
        if len(sentence) > left:
            if not kept:
                cut = sentence[: limit - 3]
                kept = [(cut.rpartition(" ")[0] or cut).rstrip(" ,;:-") + "..."]
            break
        kept.append(sentence)
        left -= len(sentence) + 1
    return " ".join(reversed(kept) if from_end else kept)


def _slug(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")
