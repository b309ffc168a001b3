"""Rows of registers: written with one event, found by equal values, told by the events that wrote them."""

from __future__ import annotations

import pytest

from engine.errors import StaleVersion
from engine.store import Store, Tx
from engine.store.audit_reader import verify_log
from engine.store.register_page import RegisterPage, Wanted
from engine.store.register_writes import RowWrite
from tests.support.registers import A_REGISTER, a_row_of_it
from tests.support.stored_cases import an_act, an_organisation, details_of

WHERE = ("disdag", A_REGISTER.id)


@pytest.fixture
def filled(store: Store) -> Store:
    """A register with three rows."""
    store.execute(lambda tx: tx.organisations.put(an_organisation(), an_act("organisation.put")))
    rows = [a_row_of_it(kode=f"sk-{number}") for number in (1, 2, 10)]
    store.execute(lambda tx: tx.registers.put("disdag", A_REGISTER, "text", rows, an_act("register.store")))
    return store


def write(store: Store, *rows: RowWrite, act: str = "register.change") -> int | None:
    done = an_act(act, details={"reason": "karena"})
    return store.execute(lambda tx: tx.registers.write("disdag", A_REGISTER, rows, done))


def test_each_act_that_changes_something_is_one_revision(filled: Store) -> None:
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    assert row is not None
    assert write(filled, a_row_of_it(row, target=90)) == 2
    assert write(filled, a_row_of_it(kode="sk-3"), a_row_of_it(kode="sk-4"), act="register.import") == 3
    moved = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    assert moved is not None
    assert (moved.version, moved.values["target"]) == (2, 90)
    assert write(filled, a_row_of_it(moved)) is None
    assert filled.ask(lambda tx: tx.registers.revision(*WHERE)) == 3
    history = filled.ask(lambda tx: tx.registers.history(*WHERE, "2026:sk-1"))
    assert [(was.version, was.revision, was.act, was.reason) for was in history] == [
        (1, 1, "store", None),
        (2, 2, "change", "karena"),
    ]
    assert filled.read(verify_log).ok


def test_a_row_that_has_moved_on_is_not_overwritten(filled: Store) -> None:
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    write(filled, a_row_of_it(row, target=90))
    with pytest.raises(StaleVersion):
        write(filled, a_row_of_it(row, target=91))
    assert filled.ask(lambda tx: tx.registers.revision(*WHERE)) == 2


def test_rows_are_found_by_equal_words_and_not_once_they_are_retired(filled: Store) -> None:
    def found(tx: Tx) -> list[str]:
        return [row.id for row in tx.registers.matching(*WHERE, {"tahun": "2026", "kode": "sk-2"})]

    assert filled.ask(found) == ["2026:sk-2"]
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-2"))
    write(filled, a_row_of_it(row, retired=True), act="register.retire")
    assert filled.ask(found) == []
    assert filled.ask(lambda tx: tx.registers.counts("disdag")) == {A_REGISTER.id: 2}


def test_what_is_personal_can_be_blanked_everywhere_and_the_log_stays_sound(filled: Store) -> None:
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    write(filled, a_row_of_it(row, petugas="Ibu Rahasia"))
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    assert row is not None
    act = an_act("register.erase")
    assert filled.execute(lambda tx: tx.registers.erase("disdag", A_REGISTER, row, ["petugas"], act)) == 3
    kept = filled.ask(lambda tx: tx.registers.history(*WHERE, "2026:sk-1"))
    assert [was.content.get("petugas") for was in kept] == [None, None, None]
    assert [was.content["target"] for was in kept] == [87.5, 87.5, 87.5]
    stream = f"register:{':'.join(WHERE)}"
    beside = filled.read(lambda connection: details_of(connection, [stream]))
    assert [detail.body for detail in beside.values()] == [None, None]
    assert filled.read(verify_log).ok


@pytest.mark.parametrize("q", ["PEÑARANDA", "peñaranda", "pen\u0303aranda", "sk-1 ÑARANDA"])
def test_an_earlier_revision_is_searched_as_today_is(filled: Store, q: str) -> None:
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    write(filled, a_row_of_it(row, uraian="Pasar PEÑARANDA", petugas="Ibu Rahasia"))
    row = filled.ask(lambda tx: tx.registers.row(*WHERE, "2026:sk-1"))
    write(filled, a_row_of_it(row, uraian="Pasar lain"))

    def found(tx: Tx, text: str, revision: int | None) -> list[str]:
        page = RegisterPage(tx, "disdag", A_REGISTER, Wanted(search=text, revision=revision))
        rows = [one.row.id for one in page.rows(None, 5)]
        assert page.count() == len(rows)
        return rows

    assert [filled.ask(lambda tx, at=at: found(tx, q, at)) for at in (1, 2, 3, None)] == [
        [],
        ["2026:sk-1"],
        [],
        [],
    ]
    # Neither what is personal nor the names of columns are what people search in.
    assert [filled.ask(lambda tx, text=text: found(tx, text, 2)) for text in ("rahasia", "uraian")] == [
        [],
        [],
    ]
