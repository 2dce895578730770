from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon import __main__ as command_line
from keyframeface_addon.interchange.fountain import Action, Aside, Heading, Part, Speech, read_fountain
from keyframeface_addon.interchange.screenplay import MAX_BACKGROUND, MAX_PROMPT, read_screenplay
from keyframeface_addon.interchange.script import Line, ScriptError, read_script
from keyframeface_addon.language.request import Request
from tests.scripted_engine import ScriptedEngine

SCREENPLAY = Path(__file__).parent / "lighthouse.fountain"

MARKS = (
    "\n,\n\n,  \n,MARA,Mara,smiles. ,(x),^,@,[[,]],/*,*/,*,_,~,>,<,#,=,===,.,INT. X,CUT TO:,!, ,Title: ,\\,<|,ß,黒澤,\0"
)
almost_fountain = st.lists(st.sampled_from(MARKS.split(","))).map("".join)


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    lines, problems = read_script(SCREENPLAY)
    assert problems == []
    return lines


def _line(lines: list[Line], id: str) -> Line:
    return next(line for line in lines if line.id == id)


def test_every_element_is_what_fountain_says_it_is() -> None:
    elements = read_fountain(SCREENPLAY.read_text(encoding="utf-8"))
    assert [
        (element.number, element.kind if isinstance(element, Aside) else type(element).__name__) for element in elements
    ] == [
        (1, "title page"),
        (7, "transition"),
        (9, "Heading"),
        (11, "Action"),
        (13, "Speech"),
        (19, "Action"),
        (21, "Speech"),
        (25, "Speech"),
        (28, "Speech"),
        (37, "Heading"),
        (39, "Speech"),
        (42, "Action"),
        (44, "lyric"),
        (45, "lyric"),
        (47, "Speech"),
        (52, "Speech"),
        (55, "section"),
        (57, "synopsis"),
        (59, "Action"),
        (62, "centered"),
        (64, "page break"),
        (66, "Heading"),
        (68, "Action"),
        (70, "Action"),
        (72, "transition"),
        (74, "transition"),
    ]


def test_a_speech_is_who_says_what_and_how() -> None:
    speeches = {e.number: e for e in read_fountain(SCREENPLAY.read_text(encoding="utf-8")) if isinstance(e, Speech)}
    assert speeches[13].parts == (
        Part("how", "under her breath"),
        Part("said", "Come on. Not tonight."),
        Part("how", "hits the lamp"),
        Part("said", "Please!"),
    )
    assert (speeches[21].name, speeches[21].extensions) == ("JONAS", ("O.S.", "CONT'D"))
    assert speeches[21].parts == (Part("said", "There's a ship."),)
    assert speeches[28].name == "JONAS"
    assert (speeches[39].name, speeches[39].extensions) == ("McKay", ("on the radio",))
    assert speeches[39].parts == (Part("said", 'He said "hurry", *twice*. Lamp out?'),)


def test_every_speech_and_every_acting_character_is_an_entry(lines: list[Line]) -> None:
    assert [(line.number, line.id, line.character) for line in lines] == [
        (11, "4a-mara-1", "MARA"),
        (13, "4a-mara-2", "MARA"),
        (19, "4a-jonas-1", "JONAS"),
        (21, "4a-jonas-2", "JONAS"),
        (25, "4a-mara-3", "MARA"),
        (28, "4a-jonas-3", "JONAS"),
        (39, "2-mckay-1", "McKay"),
        (42, "2-the-guard-1", "THE GUARD"),
        (42, "2-jonas-1", "JONAS"),
        (47, "2-mara-1", "MARA"),
        (52, "2-the-guard-2", "THE GUARD"),
        (59, "2-mara-2", "MARA"),
        (70, "3-mara-1", "MARA"),
        (70, "3-jonas-1", "JONAS"),
    ]


@pytest.mark.parametrize(
    ("id", "prompt", "background"),
    [
        (
            "4a-mara-1",
            "MARA, sixty, stares at the dead lamp. Her jaw tightens.",
            "INT. LIGHTHOUSE - NIGHT. Rain beats on the glass.",
        ),
        (
            "4a-mara-2",
            'MARA (under her breath): "Come on. Not tonight." (hits the lamp) "Please!"',
            "INT. LIGHTHOUSE - NIGHT. Rain beats on the glass. MARA, sixty, stares at the dead lamp. Her jaw tightens.",
        ),
        ("2-mckay-1", "McKay (on the radio): \"He said 'hurry', *twice*. Lamp out?\"", "THE GALLERY"),
        (
            "2-mara-1",
            'MARA (singing): "Oh, the sea is wide," (stops) "No."',
            "THE GALLERY. The guard will nod. Mr. Webb, who never speaks, frowns at Jonas.",
        ),
        (
            "2-the-guard-2",
            "THE GUARD (nods)",
            "THE GALLERY. The guard will nod. Mr. Webb, who never speaks, frowns at Jonas.",
        ),
        (
            "3-mara-1",
            "Mara smiles at the guard -- then the smile goes... and comes back.",
            "EXT. BEACH - DAY. Jonas weeps.",
        ),
    ],
)
def test_an_entry_asks_as_the_corpus_does(lines: list[Line], id: str, prompt: str, background: str) -> None:
    assert _line(lines, id).request == Request(prompt, background)


def test_who_is_joined_acts_too_and_whom_it_is_done_to_does_not() -> None:
    text = "ANN\nHi.\n\nBOB\nHi.\n\n{}"

    def acting(sentence: str) -> list[str]:
        return [row["character"] for number, row in read_screenplay(text.format(sentence)) if number == 7]

    assert acting("Ann and Bob grin.") == ["ANN", "BOB"]
    assert acting("Ann glares at Bob. He looks away.") == ["ANN"]
    assert acting("At last Bob's face falls.") == ["BOB"]
    assert acting("Annabel bobs up and down.") == []
    assert acting("The room is empty.") == []


def test_names_without_capitals_are_found() -> None:
    rows = [row for _, row in read_screenplay("@黒澤\nそうか。\n\n雨が降る。黒澤が笑う。\n")]
    assert [(row["id"], row["prompt"]) for row in rows] == [
        ("0-黒澤-1", '黒澤: "そうか。"'),
        ("0-黒澤-2", "黒澤が笑う。"),
    ]
    assert rows[1]["background"] == "雨が降る。"


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("INT. HOUSE - DAY", Heading(1, "INT. HOUSE - DAY")),
        ("int./ext. car - day #12-B#", Heading(1, "int./ext. car - day", "12-B")),
        ("I/E CAR", Heading(1, "I/E CAR")),
        ("**EXT. ROOF**", Heading(1, "EXT. ROOF")),
        ("International waters.", Action(1, "International waters.")),
        ("...", Action(1, "...")),
        ("..and then", Action(1, "..and then")),
        ("SMASH CUT TO:", Aside(1, "transition", "SMASH CUT TO:")),
        ("A LONELY SHOUT", Action(1, "A LONELY SHOUT")),
        ("23\nskidoo", Action(1, "23 skidoo")),
        ("R2D2\nBeep.", Speech(1, "R2D2", (), (Part("said", "Beep."),))),
        ("MARA\nOne.\n  \nTwo.", Speech(1, "MARA", (), (Part("said", "One. Two."),))),
        ("MARA\nOne. /* not\n\nthis */\n[[nor this]]\nTwo.", Speech(1, "MARA", (), (Part("said", "One. Two."),))),
        ("@!!!", Action(1, "@!!!")),
        ("/* never closed", Action(1, "/* never closed")),
        ("/* cut\n\n*/ She grins.", Action(3, "She grins.")),
        ("5 * 3, snake_case, ***so* bold**", Action(1, "5 * 3, snake_case, so bold")),
        ("= a synopsis", Aside(1, "synopsis", "a synopsis")),
    ],
)
def test_one_element(text: str, element: object) -> None:
    assert read_fountain(text) == [element]
    assert read_fountain(text.replace("\n", "\r\n")) == [element]


def test_a_note_that_is_never_closed_ends_with_its_paragraph() -> None:
    assert read_fountain("Rain. [[why\n\nMARA\nHello.]]") == [
        Action(1, "Rain. [[why"),
        Speech(3, "MARA", (), (Part("said", "Hello.]]"),)),
    ]


def test_monologues_and_long_actions_are_shortened_at_a_sentence() -> None:
    sentence = "I have waited here for a very long time. "
    rows = [row for _, row in read_screenplay(f".A{'B' * 300}\n\nAnn waits. {sentence * 50}\n\nANN\n{sentence * 50}\n")]
    assert [row["prompt"][:5] for row in rows] == ["Ann w", "ANN: "]
    for row in rows:
        assert len(row["prompt"]) < MAX_PROMPT + 20
        assert len(row["background"]) < MAX_BACKGROUND + 5
        assert row["prompt"].rstrip('"').endswith("time.")
    word = next(row["prompt"] for _, row in read_screenplay(f"ANN\n{'no ' * 500}\n"))
    assert word.endswith('no..."')


def test_an_id_stays_when_others_get_more_to_say() -> None:
    text = "INT. A\n\n{}ANN\nHi.\n\nINT. B\n\nANN\nBye.\n"
    ids = {row["id"] for _, row in read_screenplay(text.format(""))}
    assert ids == {"1-ann-1", "2-ann-1"}
    assert ids < {row["id"] for _, row in read_screenplay(text.format("BOB\nHello.\n\n"))}


def test_a_screenplay_in_which_nobody_acts_holds_no_prompt(tmp_path: Path) -> None:
    path = tmp_path / "empty.fountain"
    path.write_text("Title: Nothing\n\nINT. ROOM - DAY\n\nDust.\n", encoding="utf-8")
    with pytest.raises(ScriptError, match="holds no prompt"):
        read_script(path)


@given(st.text() | almost_fountain)
def test_any_text_is_read_and_every_entry_can_be_asked(text: str) -> None:
    last, seen = text.count("\n") + text.count("\r") + 1, set()
    for number, row in read_screenplay(text):
        request = Request(row["prompt"], row["background"])
        assert request.prompt
        assert row["character"]
        assert 1 <= number <= last
        assert row["id"] not in seen
        seen.add(row["id"])


@pytest.mark.parametrize(
    "text",
    [
        "[[",
        "/*",
        "[[a\n\n",
        "*",
        "_*",
        "(",
        "@A ()",
        "AB\n",
        "Will will ",
        "~a\nb\n(c)\n",
        "<|",
        "A. ",
        "#",
        "\n",
        " \n",
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    """Anything that grew with the square of the length would run into the timeout."""
    for around in ("", "WILL\n"):
        for _, row in read_screenplay(f"WILL\nHi.\n\n{around}{text * 30_000}"):
            Request(row["prompt"], row["background"])


def test_a_batch_writes_who_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine()
    monkeypatch.setattr(command_line, "engine_for_model", lambda *_: engine)
    output = tmp_path / "out.jsonl"
    assert command_line.main(["batch", str(SCREENPLAY), "-o", str(output)]) == 0
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(engine.asked) == 14
    assert list(rows[1]) == ["id", "character", "prompt", "keyframes"]
    assert (rows[1]["id"], rows[1]["character"]) == ("4a-mara-2", "MARA")
    assert rows[1]["prompt"].startswith("MARA (under her breath):")
    assert "Background: INT. LIGHTHOUSE - NIGHT." in engine.asked[1][-1]["content"]
