from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.interchange.script import ScriptError, read_script


def _script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_txt_is_one_prompt_a_line(tmp_path: Path) -> None:
    lines, problems = read_script(_script(tmp_path, "a.txt", "\ufeffsmiles\r\n\r\n# a remark\r\n笑う\n"))
    assert [(line.number, line.id, line.request.prompt) for line in lines] == [(1, "1", "smiles"), (4, "4", "笑う")]
    assert problems == []


def test_csv_has_a_header_and_quoted_text(tmp_path: Path) -> None:
    text = 'id,Prompt,emotion,duration\nx1,"She, of all people,\nsmiles",joy,2.5\nx2,cries,,\nx3,laughs,,soon\nx4,a,b,1,too many\n'
    lines, problems = read_script(_script(tmp_path, "a.csv", text))
    assert [(line.id, line.request.prompt, line.request.duration) for line in lines] == [
        ("x1", "She, of all people, smiles", 2.5),
        ("x2", "cries", None),
    ]
    assert lines[0].request.emotion == "joy"
    assert [problem.number for problem in problems] == [5, 6]
    assert "not a number" in problems[0].message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "character,prompt\nMara\t Quinn,smiles\n,cries\n"),
        ("a.jsonl", '{"character": "Mara\\n Quinn", "prompt": "smiles"}\n{"prompt": "cries"}\n'),
    ],
)
def test_rows_may_say_whose_face_it_is(tmp_path: Path, name: str, text: str) -> None:
    lines, problems = read_script(_script(tmp_path, name, text))
    assert [line.character for line in lines] == ["Mara Quinn", ""]
    assert problems == []


def test_jsonl_rows_that_are_broken_are_reported_with_their_line(tmp_path: Path) -> None:
    rows = (
        '{"id": 7, "prompt": "smiles", "duration": 2}',
        '{"prompt": ',
        "[1]",
        '{"id": "b"}',
        '{"prompt": ["x"]}',
        "",
        '{"prompt": "cries", "duration": 3600}',
        '{"prompt": "ok"}',
    )
    lines, problems = read_script(_script(tmp_path, "a.jsonl", "\n".join(rows)))
    assert [(line.id, line.number, line.request.duration) for line in lines] == [("7", 1, 2.0), ("8", 8, None)]
    assert [problem.number for problem in problems] == [2, 3, 4, 5, 7]
    assert all("\n" not in str(problem) for problem in problems)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.docx", "x", "scripts are .txt, .csv, .jsonl, .fountain files"),
        ("a", "x", "without an ending"),
        ("a.txt", "\n# only a remark\n", "holds no prompt"),
        ("a.csv", "", "holds no prompt"),
    ],
)
def test_files_that_are_no_scripts_are_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(ScriptError, match=said):
        read_script(_script(tmp_path, name, text))


def test_other_encodings_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("l\xe4chelt".encode("latin-1"))
    with pytest.raises(ScriptError, match="not UTF-8"):
        read_script(tmp_path / "latin.txt")
    with pytest.raises(ScriptError, match="cannot read"):
        read_script(tmp_path / "none.txt")


@given(st.sampled_from([".txt", ".csv", ".jsonl", ".fountain"]), st.text(max_size=200))
def test_no_text_breaks_a_reader(tmp_path_factory: pytest.TempPathFactory, ending: str, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        lines, _ = read_script(path)
    except ScriptError:
        return
    assert all(line.request.prompt for line in lines)
