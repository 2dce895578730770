"""llama.cpp's own reading of the grammar: it allows what the notation writes, and nothing that the reader could not read."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import example as also
from hypothesis import strategies as st

from keyframeface_addon.face.keyframe import Keyframe
from keyframeface_addon.language.grammar import grammar, grammar_after
from keyframeface_addon.language.notation import write_keyframe
from models.corpus import read_corpus

from ..strategies import labels, written_keyframes


class Allows(Protocol):
    def __call__(self, text: str, rules: str | None = None) -> bool: ...


@pytest.fixture(scope="module")
def allows(random_models: dict[str, Path]) -> Allows:
    """Whether the whole text is an answer under the grammar, the usual one unless another is given."""
    import llama_cpp

    from keyframeface_addon.inference.worker.llama import Llama

    model = Llama(str(random_models["qwen2"]))
    end = llama_cpp.llama_vocab_eos(model.vocab)
    one = (llama_cpp.llama_token_data * 1)()

    def check(text: str, rules: str | None = None) -> bool:
        sampler = llama_cpp.llama_sampler_init_grammar(model.vocab, (rules or grammar()).encode(), b"root")
        try:
            for token in [*model.tokenize(text), end]:
                one[0].id, one[0].logit = token, 0.0
                candidates = llama_cpp.llama_token_data_array(data=one, size=1, selected=-1, sorted=False)
                llama_cpp.llama_sampler_apply(sampler, ctypes.byref(candidates))
                if one[0].logit != 0.0:
                    return False
                if token != end:
                    llama_cpp.llama_sampler_accept(sampler, token)
            return True
        finally:
            llama_cpp.llama_sampler_free(sampler)

    return check


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(written_keyframes(), min_size=1, max_size=11))
def test_whatever_the_notation_writes_is_allowed(allows: Allows, keyframes: list[Keyframe]) -> None:
    # "<|...|>" in a label would be tokenized as the mark it looks like
    lines = [write_keyframe(keyframe).replace("<", "(") for keyframe in keyframes]
    assert allows("0.0 start:\n" + "".join(f"{line}\n" for line in lines))


def test_the_whole_corpus_is_allowed(allows: Allows) -> None:
    for example in read_corpus():
        text = "".join(write_keyframe(keyframe) + "\n" for keyframe in example.keyframes)
        assert allows(text), example.source


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.0 one keyframe alone:\n",
        "0.5 does not start at 0:\n1.0 b:\n",
        "0.0 a:\n1.0 b: nosePick 40\n",
        "0.0 a:\n1.0 b: jawOpen\n",
        "0.0 a:\n1.0 b: jawOpen 101\n",
        "0.0 a:\n1.0 b: jawOpen 0\n",
        "0.0 a:\n1.0 b: jawOpenLeft 40\n",
        "0.0 a:\n1.0 b: look sideways 10\n",
        "0.0 a:\n99.0 too late:\n",
        "0.0 a:\n1.0 b: jawOpen 40",
        "0.0 a:\n1.0 :\n",
        "Sure! 0.0 a:\n1.0 b:\n",
    ],
)
def test_other_answers_are_not(allows: Allows, text: str) -> None:
    assert not allows(text)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(labels)
@also('says "no \\n way\\" \U0001f600 ウインク [x] {2} | ::=')
def test_after_a_beginning_come_the_entries_of_its_line_and_nothing_else(allows: Allows, label: str) -> None:
    label = label.replace("<", "(").replace(":", ",")
    begun = f"0.0 calm, {label}: mouthPress 20\n1.5 {label}:"
    rules = grammar_after(begun)
    assert allows(f"{begun} jawOpen 40 look left 12\n", rules)
    assert allows(f"{begun}\n", rules)
    assert not allows(f"{begun} jawOpen 40\n2.0 more:\n", rules)
    assert not allows(f"{begun} more", rules)
    assert not allows("0.0 calm: mouthPress 20\n1.5 x: jawOpen 40\n", rules)
