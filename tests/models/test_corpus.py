"""The corpus is what the model learns from: it must be readable, plausible, and hold nothing of the exam."""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

import pytest

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.face.transform import mirror
from keyframeface_addon.language.reader import Reader
from keyframeface_addon.language.request import Request
from models.compose import samples
from models.composition.lexicon import actions
from models.composition.measures import side_word
from models.corpus import FOLDER, Example, read_corpus, read_examples
from models.held_out import split

CASES = FOLDER.with_name("cases.jsonl")
BENCH = Path(os.environ.get("KEYFRAMEFACE_BENCH", "/work/shared/bench/cases.jsonl"))


@pytest.fixture(scope="module")
def corpus() -> list[Example]:
    return read_corpus()


def test_wordings_of_one_performance_stay_together(tmp_path: Path) -> None:
    file = tmp_path / "two.txt"
    file.write_text(
        "> she smiles\n> big grin\nemotion: joy\n0.0 calm:\n1.0 smiles: mouthSmile 60\n\n> frowns\n0.0 a: jawOpen 5\n1.0 b: mouthFrown 60\n"
    )
    smiles, grin, frowns = read_examples(file)
    assert (smiles.request.prompt, grin.request.prompt, frowns.request.prompt) == ("she smiles", "big grin", "frowns")
    assert smiles.keyframes == grin.keyframes
    assert grin.request.emotion == "joy"
    assert smiles.source == grin.source != frowns.source


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_authored_performance_is_sound(path: Path) -> None:
    problems = [f"{e.source}: {problem}" for e in read_examples(path) for problem in e.problems]
    assert not problems


def test_held_out_is_a_batch_of_its_own(corpus: list[Example]) -> None:
    parts = split(corpus)
    assert len(parts.held_out) >= 200
    assert not {e.source.split(":")[0] for e in parts.training} & {e.source.split(":")[0] for e in parts.held_out}
    asked = {" ".join(_words(e.request.prompt)) for e in parts.training}
    assert not asked & {" ".join(_words(e.request.prompt)) for e in parts.held_out}


def test_composition_is_deterministic(corpus: list[Example]) -> None:
    training = split(corpus).training
    first, again = (list(samples(training, 3, 300)) for _ in range(2))
    assert first == again
    assert first != list(samples(training, 4, 300))
    assert len({s.user for s in first}) > 270


def test_every_sample_reads_back_without_repairs(corpus: list[Example]) -> None:
    for one in samples(split(corpus).training, 5, 3000):
        reader = Reader(Request("x"))
        keyframes = reader.feed(one.answer)
        reader.close()
        assert not reader.repairs, one
        assert not reader.skipped, one
        assert 2 <= len(keyframes) <= 12, one
        assert one.answer.startswith("0.0 "), one


def test_a_named_side_is_the_characters_own() -> None:
    for action in actions().values():
        if "side" not in action.face:
            continue
        left, right = (Performance((Keyframe(0.0, "", action.pose(side)[0]),)) for side in ("left", "right"))
        assert mirror(left) == right, action.name
        sided = [name for name in left.keyframes[0].channels if name.endswith("Right") and "eyeLookIn" not in name]
        assert not sided, action.name


def test_seen_from_the_camera_left_is_the_characters_right() -> None:
    rng = random.Random(8)
    said = {side_word(rng, "left") for _ in range(1000)}
    assert {"left", "own left", "screen right", "camera right"} <= said
    assert not said & {"right", "own right", "screen left", "camera left"}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def test_nothing_of_our_own_cases_is_learned(corpus: list[Example]) -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len({case["id"] for case in cases}) == len(cases) >= 490
    learned = [(set(_words(e.request.prompt)), e.request.prompt) for e in corpus]
    for case in cases:
        asked = set(_words(case["prompt"]))
        near = [p for words, p in learned if words == asked or (len(asked) > 3 and _likeness(words, asked) >= 0.75)]
        assert not near, f"{case['id']} stands in the training data: {near[0]!r}"


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


@pytest.mark.skipif(not BENCH.is_file(), reason="the exam is not on this machine")
def test_nothing_of_the_exam_is_learned(corpus: list[Example]) -> None:
    exam = {}
    for line in BENCH.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        exam[case["id"]] = _words(case["prompt"])
    prompts = {e.request.prompt for e in corpus}
    prompts |= {s.user.split("\n")[0].removeprefix("Prompt: ") for s in samples(split(corpus).training, 20, 20_000)}
    near: set[str] = set()
    for prompt in prompts:
        words = _words(prompt)
        for number, asked in exam.items():
            same = words == asked
            alike = len(asked) >= 4 and _likeness(set(words), set(asked)) >= 0.85
            if same or alike:
                near.add(number)
    assert not near, f"prompts of the exam stand in the training data: {sorted(near)}"
