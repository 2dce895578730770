from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from keyframeface_addon.interchange.resuming import Identity, find_done, identity
from keyframeface_addon.interchange.script import read_script

identities = st.lists(st.builds(Identity, st.sampled_from("123"), st.sampled_from("abcd")), max_size=8)


def lines(tmp_path: Path, *texts: str) -> list[Identity]:
    script = tmp_path / "script.txt"
    script.write_text("\n".join(texts), encoding="utf-8")
    return [identity(line) for line in read_script(script)[0]]


def test_a_line_that_was_put_in_makes_no_other_line_new(tmp_path: Path) -> None:
    before = lines(tmp_path, "she laughs", "he yawns", "she laughs")
    after = lines(tmp_path, "he winks", "she laughs", "he yawns", "she laughs")
    assert find_done(after, before) == [None, 0, 1, 2]
    assert find_done(before, after) == [1, 2, 3]


def test_a_changed_line_is_known_by_its_id(tmp_path: Path) -> None:
    before = lines(tmp_path, "she laughs", "he yawns", "she waits")
    after = lines(tmp_path, "she laughs", "he yawns and stretches", "she waits")
    assert find_done(after, before) == [0, 1, 2]
    assert [a == b for a, b in zip(after, before, strict=True)] == [True, False, True]


def test_all_that_is_asked_counts(tmp_path: Path) -> None:
    script = tmp_path / "script.csv"

    def contents(row: str, seed: int = 0) -> str:
        script.write_text("id,character,prompt,background,emotion,duration\n" + row, encoding="utf-8")
        return identity(read_script(script, seed)[0][0]).content

    plain = contents("1,Anna,she laughs,a pub,joy,2")
    assert plain == contents("1,Anna,she  laughs,a pub,joy,2.0 s", seed=5)
    for other in ("1,Ben,she laughs,a pub,joy,2", "1,Anna,she cries,a pub,joy,2", "1,Anna,she laughs,,joy,2"):
        assert contents(other) != plain
    assert len({plain, contents("1,Anna,she laughs,a pub,grief,2"), contents("1,Anna,she laughs,a pub,joy,3")}) == 3


@given(identities, identities)
def test_each_is_given_once_to_its_like(wanted: list[Identity], done: list[Identity]) -> None:
    found = find_done(wanted, done)
    given_out = [index for index in found if index is not None]
    assert len(found) == len(wanted)
    assert len(set(given_out)) == len(given_out)
    left = [line for index, line in enumerate(done) if index not in given_out]
    for line, index in zip(wanted, found, strict=True):
        if index is None:
            assert all(line.id != other.id and line.content != other.content for other in left)
        else:
            assert done[index].id == line.id or done[index].content == line.content


@given(identities)
def test_the_same_script_is_done(script: list[Identity]) -> None:
    found = find_done(script, script)
    assert all(index is not None and script[index] == line for line, index in zip(script, found, strict=True))
