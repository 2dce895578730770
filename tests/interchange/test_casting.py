from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.interchange.casting import players, words

names = st.text(max_size=12)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Anna_head", ("anna", "head")),
        ("anna.001", ("anna", "001")),
        ("AnnaHead2", ("anna", "head", "2")),
        ("MARA'S MOTHER", ("maras", "mother")),
        ("Mara’s Mother", ("maras", "mother")),
        ("GEO-Ünal_ß", ("geo", "ünal", "ss")),
        ("黒澤 顔", ("黒澤", "顔")),
        ("___", ()),
    ],
)
def test_words(name: str, found: tuple[str, ...]) -> None:
    assert words(name) == found


@pytest.mark.parametrize(
    ("character", "faces", "found"),
    [
        ("ANNA", [["Anna_head"], ["Ben_head"]], [0]),
        ("anna", [["Ben"], ["ANNA.001"]], [1]),
        ("ANNA", [["Head", "Rig", "Anna"], ["Head.001", "Ben"]], [0]),
        ("ANNA", [["Joanna"], ["Annabel"]], []),  # whole words
        ("ANNA", [["Anna_Smith"], ["Anna"]], [1]),
        ("ANNA SMITH", [["Anna_Smith_head"], ["Anna_Jones"]], [0]),
        ("ANNA SMITH", [["Anna"], ["Smith"]], []),
        ("SMITH ANNA", [["Anna_Smith"]], []),
        ("ANNA", [["Anna_head"], ["Anna.001"]], [0, 1]),
        ("MARA'S MOTHER", [["Mara"], ["MarasMother"]], [1]),
        ("MARA", [["Mara"], ["MarasMother"]], [0]),
        ("GUARD 2", [["Guard1"], ["Guard2"]], [1]),
        ("", [["Anna"]], []),
        ("?!", [["Anna"]], []),
        ("ANNA", [], []),
    ],
)
def test_players(character: str, faces: list[list[str]], found: list[int]) -> None:
    assert players(character, faces) == found


@given(names, st.lists(st.lists(names, max_size=3), max_size=4))
def test_case_never_matters(character: str, faces: list[list[str]]) -> None:
    upper, lower = character.upper(), character.upper().lower()
    if words(upper) == words(lower):  # in some languages case is more than a spelling
        assert players(upper, faces) == players(lower, faces)
    assert all(0 <= index < len(faces) for index in players(character, faces))


@given(st.text(min_size=1, max_size=12))
def test_everybody_plays_themselves(name: str) -> None:
    assert players(name, [[name]]) == ([0] if words(name) else [])
