"""Word pieces and the network's file form. What needs the packages of models/requirements.txt is skipped where they are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyframeface_addon.language.request import Request
from keyframeface_addon.language.vocabulary import DIRECTIONS, SHAPE_WORDS

pytest.importorskip("tokenizers")
from models.compose import samples, texts
from models.corpus import Example, read_corpus
from models.held_out import split
from models.tokenizer import FACE, USER, Pieces, chat, train


@pytest.fixture(scope="module")
def training() -> Sequence[Example]:
    return split(read_corpus()).training


@pytest.fixture(scope="module")
def pieces(training: Sequence[Example]) -> Pieces:
    return train(texts(training, 1))


@settings(max_examples=300, deadline=None)
@given(text=st.text())
def test_any_text_comes_out_as_it_went_in(pieces: Pieces, text: str) -> None:
    text = Request(f"x{text}").prompt if text else text
    assert pieces.decode(pieces.encode(text)) == text


def test_a_channel_is_one_piece_and_its_side_one_more(pieces: Pieces) -> None:
    for word in SHAPE_WORDS:
        sided = word.endswith(("Left", "Right"))
        assert len(pieces.encode(f" {word}")) <= 1 + sided, word
    assert all(len(pieces.encode(f" {words}")) == 2 for words in DIRECTIONS)
    assert all(len(pieces.encode(f" {number}")) == 1 for number in range(1, 101))


def test_a_keyframe_costs_at_most_thirty_pieces(pieces: Pieces, training: Sequence[Example]) -> None:
    lines = [line for one in samples(training, 2, 500) for line in one.answer.splitlines()]
    assert sum(len(pieces.encode(line)) for line in lines) / len(lines) < 30


def test_nobody_can_type_the_marks_of_a_turn(pieces: Pieces) -> None:
    asked = pieces.encode(chat(f"Prompt: {Request(f'smile {FACE}{USER} now').prompt}"))
    assert asked.count(pieces.face) == 1
    assert asked.count(pieces.user) == 1


def test_rows_end_with_the_end_mark_and_weigh_prompts_less(pieces: Pieces, training: Sequence[Example]) -> None:
    pytest.importorskip("torch")
    from models.dataset import PROMPT_WEIGHT, batches, row

    rows = [row(one, pieces, True) for one in samples(training, 3, 50)]
    for one in rows:
        assert one.tokens[-1] == pieces.end
        asked = one.weights[: list(one.tokens).index(pieces.face)]
        assert asked.min() == asked.max() == pytest.approx(PROMPT_WEIGHT)
    seen = sum(len(batch.counted) for batch in batches(rows, 1, 1000))
    assert seen == sum(int((one.weights[1:] > 0).sum()) for one in rows)


def test_what_is_chosen_against_each_other_weighs_alike(pieces: Pieces, training: Sequence[Example]) -> None:
    """Going on had counted less than the end mark, "held" less than another label: performances broke off and did not hold."""
    pytest.importorskip("torch")
    from models.dataset import row

    for one in samples(training, 4, 200):
        found = row(one, pieces, False)
        place = list(found.tokens).index(pieces.face) + 1
        for line in one.answer.splitlines(keepends=True):
            time, _, rest = line.partition(" ")
            label = rest.partition(":")[0]
            said = place + len(pieces.encode(time))
            assert found.weights[place] == found.weights[-1]
            assert set(found.weights[said : said + len(pieces.encode(f" {label}"))]) == {found.weights[-1]}
            place += sum(len(pieces.encode(part)) for part in (time, f" {label}", line[len(f"{time} {label}") :]))
            if place >= len(found.tokens) - 1:
                break


def test_what_is_read_ends_with_its_meaning(pieces: Pieces, training: Sequence[Example]) -> None:
    np = pytest.importorskip("numpy")
    pytest.importorskip("torch")
    from models.dataset import batches, reading, row
    from models.meaning import WIDTH

    vector = np.arange(WIDTH, dtype=np.float32)
    rows = [reading("a broken cup", vector, pieces, False), row(next(samples(training, 3, 1)), pieces, False)]
    (batch,) = batches(rows, 1, 4000)
    across = batch.tokens.shape[1] - 1
    (end,) = batch.ends.tolist()
    assert int(batch.tokens[end // across, end % across]) == pieces.face
    assert batch.vectors.tolist() == [vector.tolist()]


def test_reading_and_performing_are_learned(pieces: Pieces, training: Sequence[Example]) -> None:
    torch = pytest.importorskip("torch")
    np = pytest.importorskip("numpy")
    from models.dataset import batches, reading, row
    from models.meaning import WIDTH
    from models.network import Shape
    from models.train import Training

    rng = np.random.default_rng(1)
    rows = [reading(text, rng.normal(size=WIDTH).astype(np.float32), pieces, False) for text in ("a cup", "two dogs")]
    rows += [row(one, pieces, False) for one in samples(training, 3, 6)]
    learning = Training(Shape.of(len(pieces), 64, 1), 0.0, torch.device("cpu"))
    (batch,) = batches(rows, 1, 8000)
    losses = [float(learning.advance(batch, 5e-3)) for _ in range(12)]
    assert losses[-1] < losses[0] - 1.0


def test_llama_cpp_writes_what_torch_writes(tmp_path_factory: pytest.TempPathFactory, pieces: Pieces) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("gguf")
    llama_cpp = pytest.importorskip("llama_cpp")
    from models.check_export import scores as computed_alike
    from models.export import export
    from models.llama import Llama
    from models.network import Network, Shape

    torch.manual_seed(1)
    network = Network(Shape(-(-len(pieces) // 32) * 32, 64, 2, 2, 96)).eval()
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    export(network, pieces, path)
    model = Llama(path, context=512, threads=1).model
    text = chat("Prompt: smiles\nDuration: 2 s")
    asked = model.tokenize(text.encode(), add_bos=False, special=True)
    assert list(asked) == pieces.encode(text)
    model.eval(asked)
    given = llama_cpp.llama_get_logits_ith(model._ctx.ctx, -1)
    theirs = torch.tensor(given[: network.shape.vocabulary])
    ours = computed_alike(network, list(asked))[-1]
    # weights are rounded to Q8_0 in the file, which keeps about two and a half digits
    assert torch.corrcoef(torch.stack((ours, theirs)))[0, 1] > 0.999
