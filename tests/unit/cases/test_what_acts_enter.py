"""What acts enter beyond the case: cells of registers, terms of teams, the start form; and periods."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.calendar.holidays import FreeDay, HolidayTable
from engine.calendar.periods import Period, half_year
from engine.cases.branches import branches_to_open
from engine.cases.register_writes import PlannedWrite, at_data, planned
from engine.cases.start_form import label_of
from engine.cases.team_terms import cannot_appoint, planned_term
from engine.errors import BadPeriod, InvalidInput
from engine.organisation.model import Decree, Term
from engine.sop.exits import Appoint, DecreeOf
from engine.sop.register_use import Write
from engine.text.bilingual import Text
from tests.support.contexts import Play, shipped_definition
from tests.unit.cases.test_transition import in_branches

WHY = Text("Sebabnya.", "Why.")
TODAY = date(2026, 1, 5)


# --- registers ---


def writes(values: dict[str, Any], end: Any = "complete", **given: Any) -> list[PlannedWrite]:
    return list(planned([Write(register="x", **given)], values, end))


def test_a_write_takes_cells_of_the_form_and_sets_others() -> None:
    values = {"judul": "A", "nilai": 2.0, "bagian": 2.5, "lain": "z"}
    (one,) = writes(values, take=("judul", "nilai", "bagian"), set={"status": "baru", "asal": "=judul"})
    assert one.cells == {"judul": "A", "nilai": 2, "bagian": 2.5, "status": "baru", "asal": one.cells["asal"]}
    assert type(one.cells["nilai"]) is int
    assert (one.register, one.row, one.named) == ("x", None, False)


def test_a_table_writes_a_row_for_each_of_its_rows_that_fits() -> None:
    values = {"baris": [{"row": "r1", "a": 1}, {"row": "r2", "a": 2}, "asing"], "a": 9}
    found = writes(values, rows="baris", take=("a",), where="row.a > 1")
    assert [one.cells for one in found] == [{"a": 2}]
    assert [one.cells for one in writes(values, rows="baris", take=("a",))] == [{"a": 1}, {"a": 2}]
    assert writes({"baris": None}, rows="baris", take=("a",)) == []
    assert writes({}, rows="baris", take=("a",)) == []


def test_a_row_may_be_named_and_an_empty_name_names_none() -> None:
    (one,) = writes({"id": "r7", "a": 1}, row="id", take=("a",))
    assert (one.row, one.named) == ("r7", True)
    (none,) = writes({"id": None, "a": 1}, row="id", take=("a",))
    assert (none.row, none.named) == (None, True)


def test_a_write_waits_for_its_moment() -> None:
    assert writes({"a": 1}, "progress", take=("a",)) == []
    assert len(writes({"a": 1}, "progress", take=("a",), on="progress")) == 1


def test_a_write_that_cannot_be_computed_names_register_and_row() -> None:
    with pytest.raises(InvalidInput) as refused:
        writes({"baris": [{"row": "r2", "a": "x"}]}, rows="baris", set={"b": "=row.a / 0"}, where="row.a > 1")
    assert refused.value.message.indonesian.startswith("Register x baris r2: ")
    assert refused.value.message.english.startswith("Register x row r2: ")
    assert [fault.path for fault in refused.value.errors] == ["data"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (None, ("Register x: Sebabnya.", "Register x: Why.")),
        ({"row": "r1"}, ("Register x baris r1: Sebabnya.", "Register x row r1: Why.")),
        ({"a": 1}, ("Register x: Sebabnya.", "Register x: Why.")),
        ("r9", ("Register x baris r9: Sebabnya.", "Register x row r9: Why.")),
    ],
)
def test_the_refusal_of_a_write(row: Any, says: tuple[str, str]) -> None:
    refused = at_data("x", row, WHY)
    assert (refused.message.indonesian, refused.message.english) == says
    assert [(fault.path, fault.message) for fault in refused.errors] == [("data", Text(*says))]


# --- teams ---

APPOINT = Appoint(
    team="tim",
    members="anggota",
    chair="ketua",
    from_="mulai",
    to="sampai",
    decree=DecreeOf(number="nomor", date="tanggal"),
)
VALUES: dict[str, Any] = {
    "anggota": ["a", "b", "a", None],
    "ketua": "k",
    "mulai": "2026-02-01",
    "sampai": "2026-12-31T00:00:00Z",
    "nomor": "800/1",
    "tanggal": "2026-01-20",
}


def test_a_term_is_what_was_handed_in() -> None:
    found = planned_term(APPOINT, VALUES, TODAY)
    assert found.team == "tim"
    assert found.term == Term(
        decree=Decree("800/1", date(2026, 1, 20)),
        chair="k",
        members=("a", "b"),
        valid_from=date(2026, 2, 1),
        valid_to=date(2026, 12, 31),
    )


def test_a_term_may_leave_out_all_but_its_members() -> None:
    left_out = {"anggota": "a", "ketua": "", "mulai": None, "sampai": None, "nomor": None, "tanggal": None}
    term = planned_term(APPOINT, left_out, TODAY).term
    assert term == Term(decree=None, chair=None, members=("a",), valid_from=TODAY, valid_to=None)
    dated = planned_term(APPOINT, left_out | {"tanggal": "2026-01-20"}, TODAY).term
    assert dated.decree == Decree(None, date(2026, 1, 20))
    short = planned_term(Appoint(team="tim", members="anggota"), {"anggota": ["a"]}, TODAY).term
    assert short == Term(decree=None, chair=None, members=("a",), valid_from=TODAY, valid_to=None)


def test_what_is_no_day_is_refused_with_the_team() -> None:
    with pytest.raises(InvalidInput) as refused:
        planned_term(APPOINT, VALUES | {"mulai": "besok"}, TODAY)
    assert refused.value.message == Text("Tim tim: besok bukan tanggal.", "Team tim: besok is no day.")
    assert [fault.path for fault in cannot_appoint("tim", WHY).errors] == ["data"]


# --- the start form ---


def test_the_label_of_a_fault_is_that_of_its_field() -> None:
    report = shipped_definition("rencana-aksi-kinerja")
    for one in report.case.fields:
        assert label_of(report, f"fields.{one.id}") == (one.label or one.id)
        assert label_of(report, f"fields.{one.id}[0].x") == (one.label or one.id)
    for path in ("fields", "fields.tidak_ada", "parties.tidak_ada.x", "parties.tidak_ada"):
        assert label_of(report, path) == path


# --- branches ---


def test_the_same_branches_come_again_in_the_next_round_and_unknown_ones_are_refused() -> None:
    play = in_branches(Play(shipped_definition("perbaikan-data-kinerja")).start(), ["bid-psr", "bid-pkm"])
    (block,) = play.definition.blocks
    number, specs = branches_to_open(play.case(), block, ["bid-pkm"], None)
    assert (number, [(one.key, one.unit, one.entry) for one in specs]) == (2, [("bid-pkm", "bid-pkm", "s4")])
    with pytest.raises(InvalidInput) as refused:
        branches_to_open(play.case(), block, ["bid-eks"], None)
    assert [(fault.path, fault.message) for fault in refused.value.errors] == [
        ("branches", Text("Cabang tidak dikenal.", "Unknown branch."))
    ]


# --- periods and holidays ---


@pytest.mark.parametrize(
    ("text", "by", "becomes"),
    [
        ("2026-Q4", 1, "2027-Q1"),
        ("2026-Q1", -1, "2025-Q4"),
        ("2026-H2", 3, "2028-H1"),
        ("2026-12", 1, "2027-01"),
        ("2026", -2, "2024"),
        ("2999-12", 0, "2999-12"),
        ("2999-12", 1, None),
        ("1000-01", 0, "1000-01"),
        ("1000-01", -1, None),
    ],
)
def test_a_period_is_shifted_over_the_year(text: str, by: int, becomes: str | None) -> None:
    found = Period.parse(text).shifted(by)
    assert (str(found) if found else None) == becomes
    assert found is None or found.type == Period.parse(text).type


@pytest.mark.parametrize("text", ["2026", "2026-Q1", "2026-01", "x", ""])
def test_a_half_year_is_a_semester_and_nothing_else(text: str) -> None:
    assert str(half_year("2026-H1")) == "2026-H1"
    with pytest.raises(InvalidInput) as refused:
        half_year(text)
    assert not isinstance(refused.value, BadPeriod)
    assert refused.value.message == Text("Tulis semester, misalnya 2026-H1.", "Write a half-year: 2026-H1.")
    assert [fault.path for fault in refused.value.errors] == ["period"]


def test_the_days_of_a_year_come_in_their_order() -> None:
    listed = (date(2026, 5, 1), date(2026, 1, 1), date(2025, 8, 17))
    table = HolidayTable("x", {}, tuple(FreeDay(day, str(day), "nasional", None) for day in listed))
    assert [one.day for one in table.of_year(2026)] == [date(2026, 1, 1), date(2026, 5, 1)]
