"""Reads the corpus: blocks of a prompt and its performance in the product's own notation, as a person wrote them.

> She tries to stay composed, then bursts into tears
> holds it together until she cant anymore, sobs      (optional: the same in other words, as often as wanted)
background: ...            (optional, as are emotion and duration)
0.0 composed, lips held together: mouthPress 30
1.6 bursts into tears: browInnerUp 90 jawOpen 45 ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.notation import NotationError, read_keyframe
from keyframeface_addon.language.reader import Reader, UnreadableAnswer
from keyframeface_addon.language.request import Request, RequestError

FOLDER = Path(__file__).with_name("corpus")


@dataclass(frozen=True)
class Example:
    """One prompt with its keyframes, repaired by the product's rules.

    ``source`` is file:line of the block; all wordings of one performance share it.
    """

    request: Request
    keyframes: tuple[Keyframe, ...]
    source: str
    problems: tuple[str, ...] = ()


def read_examples(path: Path) -> Iterator[Example]:
    """The examples of one corpus file, one for each wording; what is wrong with one stands in its ``problems``."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield from _examples(path, block)
            block = []


def read_corpus(folder: Path = FOLDER) -> list[Example]:
    """All examples without problems, file by file in the order of their names."""
    return [e for path in sorted(folder.glob("*.txt")) for e in read_examples(path) if not e.problems]


def _examples(path: Path, block: list[tuple[int, str]]) -> Iterator[Example]:
    prompts: list[str] = []
    fields: dict[str, str] = {}
    lines: list[str] = []
    problems: list[str] = []
    for number, line in block:
        name, _, value = line.partition(":")
        if line.startswith(">"):
            prompts.append(line[1:].strip())
        elif name in ("background", "emotion", "duration"):
            fields[name] = value.strip()
        else:
            lines.append(line)
            try:
                read_keyframe(line)
            except (NotationError, ValueError) as error:
                problems.append(f"line {number}: {error}")
    source = f"{path.name}:{block[0][0]}"
    for prompt in prompts or [""]:
        try:
            duration = float(fields["duration"].removesuffix("s")) if "duration" in fields else None
            request = Request(prompt, fields.get("background", ""), fields.get("emotion", ""), duration)
            reader = Reader(Request("as written", duration=duration))  # what a prompt rules out is the author's to keep
            keyframes = reader.feed("\n".join(lines) + "\n")
            reader.close()
        except (RequestError, UnreadableAnswer, ValueError) as error:
            yield Example(Request("(broken)"), (), source, (str(error),))
            return
        found = (*problems, *(str(repair) for repair in reader.repairs), *_taste(keyframes))
        yield Example(request, tuple(keyframes), source, found)


def _taste(keyframes: list[Keyframe]) -> Iterator[str]:
    """What the notation allows but the corpus should not teach."""
    if not 2 <= len(keyframes) <= 12:
        yield f"{len(keyframes)} keyframes"
    if keyframes and keyframes[0].time != 0:
        yield "does not start at 0.0"
    if len({tuple(k.channels.items()) for k in keyframes}) == 1:
        yield "nothing moves"
    for keyframe in keyframes:
        if not keyframe.label or len(keyframe.label) > 70:
            yield f"label {keyframe.label!r} is empty or long"
