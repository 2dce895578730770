"""The baselines do what their names say, so that beating them means something."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from keyframeface_addon.face.channels import INDEX
from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.language.request import Request
from models.baselines import keywords, nearest
from models.corpus import Example
from models.evaluate import Score, compare, examined


def _peak(performance: Performance | None, name: str) -> float:
    assert performance is not None
    return float(np.abs(performance.matrix()[:, INDEX[name]]).max())


def test_keywords_know_sides() -> None:
    left = keywords(Request("raises his left eyebrow"))
    assert _peak(left, "browOuterUpLeft") > 0.5
    assert _peak(left, "browOuterUpRight") == 0


def test_keywords_know_strength_and_order() -> None:
    assert _peak(keywords(Request("slightly angry")), "browDownLeft") < _peak(
        keywords(Request("very angry")), "browDownLeft"
    )
    both = keywords(Request("surprised, then happy"))
    columns = both.matrix()
    assert columns[:, INDEX["eyeWideLeft"]].argmax() < columns[:, INDEX["mouthSmileLeft"]].argmax()


def test_keywords_know_nothing_else() -> None:
    assert not keywords(Request("the ferry leaves without them")).matrix().any()


def _example(prompt: str, name: str) -> Example:
    return Example(Request(prompt), (Keyframe(0.0), Keyframe(1.0, "", {name: 0.7})), "here.txt:1")


def test_nearest_shares_the_rarest_words() -> None:
    answer = nearest(
        [_example("he is happy", "jawOpen"), _example("he frets", "tongueOut"), _example("he is sad", "jawLeft")]
    )
    assert _peak(answer(Request("he frets and he is here")), "tongueOut") == 0.7


def test_a_score_counts_what_is_seen() -> None:
    score = Score()
    wanted = Performance((Keyframe(0.0), Keyframe(1.0, "", {"browOuterUpLeft": 0.8})))
    given = Performance((Keyframe(0.0), Keyframe(1.0, "", {"browOuterUpRight": 0.8})))
    compare(score, wanted, given)
    assert (score.right, score.missing, score.wrong, score.sides) == (0, 1, 1, [False])
    compare(score, wanted, wanted)
    assert (score.right, score.sides) == (1, [False, True])


def test_an_exam_is_marked_by_its_own_scorer(tmp_path: Path) -> None:
    cases, scorer = tmp_path / "cases.jsonl", tmp_path / "score.py"
    cases.write_text('{"id": "a", "prompt": "jaw drops"}\n{"id": "b", "prompt": "no answer"}\n', encoding="utf-8")
    scorer.write_text(
        "import json, sys\n"
        "ids = [json.loads(line)['id'] for line in open(sys.argv[2])]\n"
        "print(json.dumps(dict(checks=0.5, cases=0.25, answered=len(ids) / 2, contradictory=0, motionless=0,"
        " by_category={'idiom': dict(checks=0.5, cases=0.25)})))\n",
        encoding="utf-8",
    )
    line, kinds = examined(cases, scorer, lambda request: keywords(request) if "jaw" in request.prompt else None)
    assert line.startswith("checks 0.500  cases 0.250  answered 0.500")
    assert "idiom 0.50 0.25" in kinds


def test_a_broken_exam_is_refused(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="prompt"):
        examined(cases, Path(sys.executable), lambda request: None)
