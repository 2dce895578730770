"""Script files: many prompts in one file, as plain lines, CSV, JSON lines or a screenplay."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..language.request import Request, RequestError, clean
from .screenplay import read_screenplay


class ScriptError(Exception):
    """A script file that cannot be read at all; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One performance asked for: the line of the file it stands on (from 1), its id, what it asks, whose face it is."""

    number: int
    id: str
    request: Request
    character: str = ""
    """As the script calls who acts; empty where it does not say."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be understood; the others can."""

    number: int
    message: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.message}"


Row = tuple[int, Mapping[str, Any] | Problem]


def read_script(path: Path, seed: int = 0, temperature: float = 0.0) -> tuple[list[Line], list[Problem]]:
    """Every line that asks for something, and every line that is broken.

    ``.txt``: one prompt a line, empty lines and lines that start with # left out. ``.csv``: a header with ``prompt`` and any of
    ``id, character, background, emotion, duration``. ``.jsonl``: objects with the same names. ``.fountain``: a screenplay; each
    speech and each character named in an action is a line. Raises ScriptError.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ScriptError(
            f"{path.name}: scripts are {', '.join(_READERS)} files, not {path.suffix or 'without an ending'}"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror}") from None
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in reader(text):
        try:
            if isinstance(row, Problem):
                problems.append(row)
            else:
                request, character = _request(row, seed, temperature), clean(_text(row, "character"))
                lines.append(Line(number, _text(row, "id") or str(number), request, character))
        except RequestError as error:
            problems.append(Problem(number, str(error)))
    if not lines and not problems:
        raise ScriptError(f"{path} holds no prompt")
    return lines, problems


def _request(row: Mapping[str, Any], seed: int, temperature: float) -> Request:
    duration = _text(row, "duration").strip()
    try:
        seconds = float(duration.removesuffix("s")) if duration else None
    except ValueError:
        raise RequestError(f"the duration {duration!r} is not a number of seconds") from None
    prompt, background, emotion = (_text(row, name) for name in ("prompt", "background", "emotion"))
    return Request(prompt, background, emotion, seconds, seed, temperature)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        raise RequestError(f"{name} is {type(value).__name__}, not text")
    return "" if value is None else str(value)


def _read_txt(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            yield number, {"prompt": line}


def _read_csv(text: str) -> Iterator[Row]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] = []
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:  # the reader goes on with the next line
            yield rows.line_num, Problem(rows.line_num, f"broken CSV: {error}")
            continue
        number = rows.line_num
        if not names:
            names = [name.strip().lower() for name in row]
            if "prompt" not in names:
                what = "the first line of a .csv script names its columns; one is called prompt"
                yield number, Problem(number, what)
                return
        elif len(row) > len(names):
            what = f"{len(row)} values for {len(names)} columns; quote a text that holds a comma"
            yield number, Problem(number, what)
        elif any(cell.strip() for cell in row):
            yield number, dict(zip(names, row, strict=False))


def _read_jsonl(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, Problem(number, f"not JSON: {error}")
            continue
        yield number, row if isinstance(row, dict) else Problem(number, "not a JSON object")


_READERS: dict[str, Callable[[str], Iterator[Row]]] = {
    ".txt": _read_txt,
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".fountain": read_screenplay,
}
