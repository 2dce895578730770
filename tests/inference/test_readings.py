from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.face.performance import Performance
from keyframeface_addon.inference.engine import EngineError, ModelUnusable, Sampling
from keyframeface_addon.inference.readings import Reading, Readings
from keyframeface_addon.language.prompt import Message
from keyframeface_addon.language.request import Request
from tests.scripted_engine import ScriptedEngine, ScriptedStream


@dataclass
class Moody(ScriptedEngine):
    """Another answer each time, the last one from then on; an error is raised in place of one."""

    answers: list[str | EngineError] = field(default_factory=list)

    def start(self, messages: list[Message], sampling: Sampling) -> ScriptedStream:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        stream = super().start(messages, sampling)
        if isinstance(answer, ModelUnusable):
            raise answer
        stream._rest = answer if isinstance(answer, str) else "nothing of use\n"
        return stream


SMILES = [f"0.0 smile {i}: mouthSmile {i}0\n1.0 on: jawOpen 5\n" for i in range(1, 10)]
ASKED = Request("she smiles", emotion="joy", duration=2.0)


def test_the_likeliest_then_others() -> None:
    engine = Moody(answers=[*SMILES])
    readings = Readings(ASKED, engine, 4, 0.7)
    seen = []
    while not readings.done:
        seen += readings.poll()
    assert [(s.seed, s.temperature) for s in engine.samplings] == [(0, 0.0), (1, 0.7), (2, 0.7), (3, 0.7)]
    assert [reading.seed for reading in readings.found] == [0, 1, 2, 3]
    assert [reading.label for reading in readings.found] == ["smile 1", "smile 2", "smile 3", "smile 4"]
    assert [k.label for k in seen] == [label for i in range(1, 5) for label in (f"smile {i}", "on")]
    assert all(r.performance.emotion == "joy" and r.performance.duration == 2 for r in readings.found)
    assert readings.poll() == []


def test_from_the_seed_that_was_chosen() -> None:
    engine = Moody(answers=[*SMILES])
    Readings(Request("she smiles", seed=7), engine, 2, 0.7).wait()
    assert [s.seed for s in engine.samplings] == [0, 8]


def test_the_same_again_is_dropped_for_another() -> None:
    engine = Moody(answers=[SMILES[0], SMILES[0], SMILES[1], SMILES[0], SMILES[2]])
    assert [r.seed for r in Readings(ASKED, engine, 3, 0.7).wait()] == [0, 2, 4]


def test_a_model_that_knows_but_one_is_not_asked_for_ever() -> None:
    engine = Moody(answers=[SMILES[0]])
    assert len(Readings(ASKED, engine, 3, 0.7).wait()) == 1
    assert len(engine.asked) == 9


def test_one_that_fails_is_made_up_for() -> None:
    engine = Moody(answers=[SMILES[0], EngineError("broken"), SMILES[1]])
    assert [r.seed for r in Readings(ASKED, engine, 2, 0.7).wait()] == [0, 2]


@pytest.mark.parametrize("error", [EngineError("broken"), ModelUnusable("no such model")])
def test_what_was_found_before_it_broke_stays(error: EngineError) -> None:
    engine = Moody(answers=[SMILES[0], SMILES[1], error])
    assert len(Readings(ASKED, engine, 5, 0.7).wait()) == 2


def test_nothing_at_all_is_an_error() -> None:
    engine = Moody(answers=[EngineError("broken")])
    with pytest.raises(EngineError, match="no keyframe"):
        Readings(ASKED, engine, 4, 0.7).wait()
    assert len(engine.asked) == 2
    with pytest.raises(ModelUnusable, match="gone"):
        Readings(ASKED, Moody(answers=[ModelUnusable("gone")]), 4, 0.7)


def test_cancelled_what_was_found_stays() -> None:
    engine = Moody(answers=[*SMILES])
    readings = Readings(ASKED, engine, 4, 0.7)
    while not readings.found:
        readings.poll()
    readings.cancel()
    assert engine.streams[-1].cancelled
    assert readings.poll() == []
    assert len(readings.found) == 1


def test_its_label_is_what_it_comes_down_to() -> None:
    keyframes = (Keyframe(0, "calm"), Keyframe(1, "bursts out", {"jawOpen": 0.9}), Keyframe(2, "", {"jawOpen": 0.2}))
    assert Reading(Performance(keyframes), 0).label == "bursts out"
    assert Reading(Performance(keyframes[2:]), 0).label == ""
