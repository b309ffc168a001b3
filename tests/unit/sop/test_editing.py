"""Editing the text of a definition: what is changed, and what keeps its bytes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from engine.sop.checks import load_definition
from engine.sop.editing import steps as edit
from engine.sop.editing.steps import History
from engine.sop.editing.text import data, insert, move, put, remove, rename
from engine.sop.source import read_source
from runtime.shipped import FOLDER, definition_files

TEXT = """\
# kepala berkas
schema: sop/v1
id: uji
version: 1.0.0

identity:
  title: Uji   # judul
  number: null
roles:
  a: {label: A}   # kolom pertama
  b: {label: B}
steps:
  # langkah pertama
  - id: s1
    activity: Menerima
    executor: a    # siapa
    time: 10m
    outcomes:
      ya: {label: Ya, to: s2}   # maju
      tidak: {label: Tidak, to: s3}

  - {id: s2, activity: "Memeriksa, lalu", executor: [a, b], time: 1h}  # kedua
  # langkah ketiga
  - id: s3
    activity: >-
      Mengirim
      surat
    executor: b
    time: none
# akhir berkas
"""


def test_a_value_changes_alone() -> None:
    changed = put(TEXT, ("steps", 0, "executor"), "b")
    assert changed == TEXT.replace("executor: a    # siapa", "executor: b    # siapa")
    assert put(TEXT, ("identity", "number"), "12") == TEXT.replace("number: null", 'number: "12"')
    assert put(TEXT, ("steps", 1, "time"), "2h") == TEXT.replace("time: 1h}", "time: 2h}")


def test_a_new_key_goes_to_its_place() -> None:
    changed = edit.set_step(TEXT, "s1", "output", [{"text": "Surat"}])
    assert "    time: 10m\n    output:\n      - text: Surat\n    outcomes:\n" in changed
    assert "time: 1h, remarks: Segera}  # kedua" in edit.set_step(TEXT, "s2", "remarks", "Segera")


def test_steps_move_with_the_comments_above_them() -> None:
    changed = edit.move_step(TEXT, "s3", -2)
    assert changed.index("# langkah ketiga") < changed.index("id: s3") < changed.index("# langkah pertama")
    assert [step["id"] for step in edit.steps_of(changed)] == ["s3", "s1", "s2"]
    assert edit.move_step(changed, "s3", 2).count("#") == TEXT.count("#")


def test_a_removed_step_is_led_past() -> None:
    changed = edit.remove_step(TEXT, "s2")
    assert edit.steps_of(changed)[0]["outcomes"]["ya"]["to"] == "s3"
    assert "# maju" in changed
    assert "# kedua" not in changed


def test_a_new_step_stands_behind_and_its_neighbour_leads_to_it() -> None:
    text = put(TEXT, ("steps", 1, "next"), "s3")
    changed, name = edit.add_step(text, "s2", "Mencatat")
    assert [step["id"] for step in edit.steps_of(changed)] == ["s1", "s2", name, "s3"]
    assert edit.steps_of(changed)[1]["next"] == name
    assert edit.steps_of(changed)[2]["next"] == "s3"


def test_outcomes_keep_what_their_author_wrote_besides() -> None:
    text = put(TEXT, ("steps", 0, "outcomes", "ya", "result"), "baik")
    ways = [
        {"id": "ya", "label": "Sesuai: ya", "to": "s2", "is_return": False},
        {"id": "", "label": "Belum sesuai", "to": "s1", "is_return": True},
    ]
    made = edit.steps_of(edit.set_outcomes(text, "s1", ways))[0]["outcomes"]
    assert made == {
        "ya": {"label": "Sesuai: ya", "to": "s2", "result": "baik"},
        "belum_sesuai": {"label": "Belum sesuai", "to": "s1", "return": True, "reason": "required"},
    }


def test_roles_come_and_go_with_their_marks() -> None:
    text, name = edit.add_role(TEXT, "Kepala Seksi")
    assert (name, data(text)["roles"][name]) == ("kepala_seksi", {"label": "Kepala Seksi"})
    gone = edit.remove_role(text, "b")
    assert edit.steps_of(gone)[1]["executor"] == "a"
    assert "executor" not in edit.steps_of(gone)[2]


@pytest.mark.parametrize(
    "value",
    ["a: b", "no", "13:00", "1.10", "0123", "- x", "# x", "x, y", "{a}", "'", '"', "true", " x ", "ä\u00a0€"],
)
def test_a_text_is_written_so_that_it_is_read_as_it_stands(value: str) -> None:
    for path in (("identity", "title"), ("roles", "a", "label"), ("steps", 1, "activity")):
        assert read_source(put(TEXT, path, value)).value(path) == value


def test_undo_gives_the_very_bytes() -> None:
    history = History(TEXT)
    history.change(lambda text: edit.remove_step(text, "s1"))
    history.change(lambda text: text)
    history.change(lambda text: edit.add_role(text, "C")[0])
    assert [history.undo() for _ in range(3)] == [True, True, False]
    assert history.text == TEXT


def test_what_cannot_be_read_is_not_edited() -> None:
    for text in ("a: [", "- x", "a: *b", ""):
        with pytest.raises(ValueError, match="not readable"):
            put(text, ("a",), 1)


def edits(seed: int, count: int) -> None:
    """Random edits of the shipped definitions and of TEXT: loadable, comments alive, undo exact."""
    chance = random.Random(seed)
    texts = [TEXT, *(path.read_text(encoding="utf-8") for path in definition_files(FOLDER))]
    for _ in range(count):
        history, original = History(chance.choice(texts)), ""
        original = history.text
        for _ in range(5):
            before = history.text
            comments = len(re.findall(r"(?m)(?:^|\s)#", before))
            removed = _one(history, chance)
            assert isinstance(data(history.text), dict)
            if not removed:
                assert len(re.findall(r"(?m)(?:^|\s)#", history.text)) >= comments, (before, history.text)
        while history.undo():
            pass
        assert history.text == original


def _one(history: History, chance: random.Random) -> bool:
    """One random edit; whether it may take a comment with it, because it takes what the comment is about."""
    ids = [step["id"] for step in edit.steps_of(history.text)]
    step, other = chance.choice(ids), chance.choice([*ids, "end"])
    word = chance.choice(["Surat: masuk", "a, b", "# x", "yes", "10", 'Dokumen "A"', "ü € ≥"])
    match chance.randrange(9):
        case 0:
            history.change(lambda text: edit.add_step(text, step, word)[0])
        case 1:
            history.change(lambda text: edit.move_step(text, step, chance.randint(-4, 4)))
        case 2:
            if len(ids) > 1:
                history.change(lambda text: edit.remove_step(text, step))
            return True
        case 3:
            key = chance.choice(["activity", "label", "time_text", "remarks"])
            history.change(lambda text: edit.set_step(text, step, key, word))
        case 4:
            history.change(lambda text: edit.add_role(text, word)[0])
        case 5:
            way = {"id": "", "label": word, "to": other, "is_return": chance.random() < 0.5}
            history.change(lambda text: edit.set_outcomes(text, step, [way]))
            return True
        case 6:
            history.change(
                lambda text: edit.set_identity(text, chance.choice(["number", "warning", "title"]), word)
            )
        case 7:
            value = chance.choice([["a"], [{"text": word}, "a"], [{"text": word}]])
            history.change(lambda text: edit.set_step(text, step, "requirements", value))
            return True
        case _:
            history.change(
                lambda text: edit.set_step(text, step, "time", chance.choice(["5m", "1wd", "none"]))
            )
    return False


def test_random_edits_keep_the_text_loadable_and_its_comments() -> None:
    edits(1, 12)


@pytest.mark.soak
def test_a_thousand_random_edits() -> None:
    edits(2, 200)


def test_items_come_and_go_in_flow_and_block() -> None:
    assert "[a, b, c]" in insert(TEXT, ("steps", 1, "executor"), 2, "c")
    assert "executor: [b]" in remove(TEXT, ("steps", 1, "executor", 0))
    assert "[b, a]" in move(TEXT, ("steps", 1, "executor"), 0, 1)
    assert not load_definition(TEXT).errors


def test_a_role_under_another_id_keeps_its_marks_and_comments() -> None:
    changed = edit.rename_role(TEXT, "a", "petugas")
    assert "  petugas: {label: A}   # kolom pertama\n" in changed
    assert "    executor: petugas    # siapa\n" in changed
    assert edit.steps_of(changed)[1]["executor"] == ["petugas", "b"]
    assert edit.rename_role(TEXT, "a", "b") == TEXT


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for part, inner in entries:
        yield (*path, part)
        yield from places(inner, (*path, part))


@pytest.mark.parametrize(
    "written",
    [
        "\ufeff{}",
        "\ufeff---\n{}",
        "{}\r",
        pytest.param("cr", id="lone CR"),
        pytest.param("some", id="some lone CR"),
        pytest.param("crlf", id="CRLF"),
    ],
)
def test_marks_of_an_encoding_and_other_ends_of_lines_edit_as_a_plain_text(written: str) -> None:
    ends = {"cr": ("\r", -1), "some": ("\r", 9), "crlf": ("\r\n", -1)}
    text = TEXT.replace("\n", *ends[written]) if written in ends else written.replace("{}", TEXT)
    for path in places(data(TEXT)):
        assert data(remove(text, path)) == data(remove(TEXT, path))
        for value in ("baru", {"x": [{"y": 1}]}):
            assert data(put(text, path, value)) == data(put(TEXT, path, value))
        if isinstance(path[-1], str):
            assert data(rename(text, path, "lain")) == data(rename(TEXT, path, "lain"))
    for at in (0, 2):
        assert data(insert(text, ("steps",), at, {"id": "s9"})) == data(
            insert(TEXT, ("steps",), at, {"id": "s9"})
        )
        assert data(move(text, ("steps",), at, 1)) == data(move(TEXT, ("steps",), at, 1))


def test_the_last_entry_of_a_text_may_go() -> None:
    assert data(remove("\ufeffa: 1", ("a",))) == {}
