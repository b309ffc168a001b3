"""Filling in forms: what is prefilled, what is accepted, and every fault at its path."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.sop.forms import FormDefinition, checked_draft, initial_data, seen_by_expressions, validated
from engine.sop.model import Document, Field, FormRule
from engine.sop.register_use import RowsFrom
from tests.support.directories import OneOffice


def field(id: str, type: Any = "text", **rest: Any) -> Field:
    return Field(id=id, type=type, label=id.capitalize(), **rest)


OFFICE = OneOffice()
VALUES: dict[str, Any] = {
    "today": "2026-01-05",
    "branch": {"id": None, "unit": None, "item": None},
    "s1": {
        "baris": [
            {"row": "r1", "unit": "bid-pdn", "subjek": "A"},
            {"row": "r2", "unit": "bid-pkm", "subjek": "B"},
            {"row": "r3", "unit": "bid-pdn", "subjek": "C"},
        ]
    },
}


def faults_of(
    sheet: FormDefinition, data: Any, values: Mapping[str, Any] = VALUES, outcome: str | None = None
) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        validated(sheet, data, values, OFFICE, outcome)
    assert all(error.message.indonesian for error in caught.value.errors)
    return {error.path: error.message.english for error in caught.value.errors}


def one(type: Any, **rest: Any) -> FormDefinition:
    documents = {"berkas": Document(label="Berkas"), "tautan": Document(label="Tautan", allow_url=True)}
    return FormDefinition((field("x", type, **rest),), documents=documents)


@pytest.mark.parametrize(
    ("sheet", "sent", "stored"),
    [
        (one("text"), "e\u0301", "\u00e9"),
        (one("text"), "", None),
        (one("number"), 7, 7),
        (one("money"), -2.5, -2.5),
        (one("percent"), 87.5, 87.5),
        (one("year"), 2026.0, 2026),
        (one("date"), "2024-02-29", "2024-02-29"),
        (one("datetime"), "2026-01-05T08:00:01.9+08:00", "2026-01-05T08:00:01+08:00"),
        (one("datetime"), "2026-01-05T00:00Z", "2026-01-05T00:00:00+00:00"),
        (one("period"), "2026-Q1", "2026-Q1"),
        (one("boolean"), False, False),
        (one("choice", options=("Ya", "Tidak")), "Ya", "Ya"),
        (one("checklist", items=("A", "B")), ["B"], ["B"]),
        (one("checklist"), ["bebas"], ["bebas"]),
        (one("checklist"), None, []),
        (one("user"), "kadis", "kadis"),
        (one("users", from_="participants"), ["jp.1"], ["jp.1"]),
        (one("position"), "sekdis", "sekdis"),
        (one("units", unit_type="bidang"), ["bid-pdn", "bid-pkm"], ["bid-pdn", "bid-pkm"]),
        (one("file"), "f1", "f1"),
        (
            one("evidence"),
            [{"file": "f1"}, {"url": "https://contoh.go.id/a"}],
            [{"file": "f1"}, {"url": "https://contoh.go.id/a"}],
        ),
        (
            one("evidence", document="tautan"),
            [{"url": "https://contoh.go.id"}],
            [{"url": "https://contoh.go.id"}],
        ),
        (one("evidence", kinds=("SK",)), [{"file": "f1", "kind": "SK"}], [{"file": "f1", "kind": "SK"}]),
    ],
)
def test_a_value_of_the_right_type_is_stored(sheet: FormDefinition, sent: Any, stored: Any) -> None:
    assert validated(sheet, {"x": sent}, VALUES, OFFICE) == {"x": stored}


@pytest.mark.parametrize(
    ("sheet", "sent", "says"),
    [
        (one("text"), 1, "Must be a text"),
        (one("text"), "a\x00", "cannot be stored"),
        (one("text"), "\ud800", "cannot be stored"),
        (one("text"), "a" * 1001, "too long"),
        (one("number"), True, "Must be a number"),
        (one("number"), "7", "Must be a number"),
        (one("number"), float("nan"), "out of range"),
        (one("number"), float("inf"), "out of range"),
        (one("number"), 2**63, "out of range"),
        (one("number"), 10**400, "out of range"),
        (one("year"), 2026.5, "Must be a year"),
        (one("year"), 20260, "Must be a year"),
        (one("date"), "2026-02-30", "Must be a date"),
        (one("date"), "20260105", "Must be a date"),
        (one("date"), "2026-01-05T08:00:00+08:00", "Must be a date"),
        (one("datetime"), "2026-01-05T08:00:00", "with its offset"),
        (one("datetime"), "2026-01-05", "with its offset"),
        (one("datetime"), "0001-01-01T00:00:00+08:00", "with its offset"),
        (one("period"), "2026-Q5", "Must be a period"),
        (one("period"), 2026, "Must be a period"),
        (one("boolean"), 1, "true or false"),
        (one("choice", options=("Ya", "Tidak")), "Tida", 'Did you mean "Tidak"?'),
        (one("checklist", items=("A", "B")), ["C"], "not a choice"),
        (one("checklist"), ["a", "a"], "in the list already"),
        (one("user"), "siapa", 'no account "siapa"'),
        (one("users", from_="participants"), ["kadis"], "not a choice"),
        (one("users"), "jp.1", "Must be a list"),
        (one("users"), ["jp.1"] * 1001, "At most 1000"),
        (one("position"), "kades", 'no position "kades"'),
        (one("unit", unit_type="bidang"), "sekretariat", "not a choice"),
        (one("file"), "f9", "upload it first"),
        (one("evidence"), [{"file": "f1", "url": "https://a.id"}], "Must be {"),
        (one("evidence"), [{"file": "f1", "kind": "SK"}], "Must be {"),
        (one("evidence"), [{"url": "http://a.id"}], "must start with https"),
        (one("evidence"), [{"url": "https://"}], "must start with https"),
        (one("evidence"), [{"url": "https://[a"}], "must start with https"),
        (one("evidence", document="berkas"), [{"url": "https://a.id"}], "must be a file, not a link"),
        (one("number", min=1), 0, "at least 1"),
        (one("number", max=100), 101, "at most 100"),
        (one("units", min=2), ["bid-pdn"], "at least 2"),
        (one("text", max=3), "abcd", "at most 3"),
        (one("date", max="today"), "2026-01-06", "at most 2026-01-05"),
        (one("date", min="2026-01-01"), "2025-12-31", "at least 2026-01-01"),
        (one("text", required=True), "  ", "is required"),
        (one("evidence", required=True), [], "is required"),
        (one("boolean", required=True), None, "is required"),
        (one("number", required_if="today > '2026-01-01'"), None, "is required"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_at_its_path(
    sheet: FormDefinition, sent: Any, says: str
) -> None:
    found = faults_of(sheet, {"x": sent})
    assert len(found) == 1
    path, message = found.popitem()
    assert path.startswith("data.x")
    assert says in message


def test_every_fault_is_reported_at_once() -> None:
    sheet = FormDefinition((field("a", "number"), field("b", "date", required=True), field("c", "users")))
    assert set(faults_of(sheet, {"a": "x", "c": ["jp.1", "siapa"], "d": 1})) == {
        "data.a",
        "data.b",
        "data.c[1]",
        "data.d",
    }


@pytest.mark.parametrize("data", [None, [], "x", 7])
def test_data_that_is_no_object_is_refused(data: Any) -> None:
    assert set(faults_of(one("text"), data)) == {"data"}


def test_the_number_of_faults_is_bounded() -> None:
    assert len(faults_of(one("text"), {f"n{n}": 1 for n in range(100_000)})) == 100


def test_every_declared_field_is_stored() -> None:
    sheet = FormDefinition((field("a"), field("b", "users"), field("c", "table", columns=(field("d"),))))
    assert validated(sheet, {}, VALUES, OFFICE) == {"a": None, "b": [], "c": []}


def test_defaults_are_literals_expressions_and_earlier_values() -> None:
    sheet = FormDefinition(
        (
            field("tanggal", "date", default="today"),
            field("status", "choice", options=("belum", "sudah"), default="belum"),
            field("bidang", "units", default_from="s1.baris.unit"),
            field("akhir", "date", default="end_of('2026-Q1')"),
            field("salah", "date", default="belum"),
        )
    )
    assert initial_data(sheet, VALUES, OFFICE) == {
        "tanggal": "2026-01-05",
        "status": "belum",
        "bidang": ["bid-pdn", "bid-pkm"],
        "akhir": "2026-03-31",
        "salah": None,
    }


def test_a_required_field_left_empty_takes_the_default_that_its_neighbours_give() -> None:
    sheet = FormDefinition(
        (field("waktu", "period"), field("tenggat", "date", required=True, default="end_of(waktu)"))
    )
    assert initial_data(sheet, VALUES, OFFICE)["tenggat"] is None
    assert validated(sheet, {"waktu": "2026-H1", "tenggat": None}, VALUES, OFFICE)["tenggat"] == "2026-06-30"


def test_the_draft_goes_before_the_visit_before_and_that_before_defaults() -> None:
    sheet = FormDefinition(
        (field("a", default="awal"), field("b", default="awal"), field("c", default="awal"))
    )
    found = initial_data(sheet, VALUES, OFFICE, draft={"a": "draf"}, previous={"a": "lalu", "b": "lalu"})
    assert found == {"a": "draf", "b": "lalu", "c": "awal"}


CORRECTION = FormDefinition(
    (
        field(
            "perbaikan",
            "table",
            required=True,
            rows_from=RowsFrom(from_="s1.baris"),
            rows_where="row.unit == branch.unit",
            add_rows=True,
            columns=(field("nilai", required=True), field("bukti", "evidence", required=True)),
        ),
    ),
    carried={"perbaikan": (field("unit", "unit", required=True), field("subjek", required=True))},
)
IN_BRANCH = {**VALUES, "branch": {"id": "bid-pdn", "unit": "bid-pdn", "item": None}}


def filled_rows(values: Mapping[str, Any] = IN_BRANCH) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = initial_data(CORRECTION, values, OFFICE)["perbaikan"]
    for row in rows:
        row |= {"nilai": "baru", "bukti": [{"file": "f1"}]}
    return rows


def test_rows_come_from_the_earlier_table_with_their_id_and_columns() -> None:
    assert initial_data(CORRECTION, IN_BRANCH, OFFICE)["perbaikan"] == [
        {"row": "r1", "unit": "bid-pdn", "subjek": "A", "nilai": None, "bukti": []},
        {"row": "r3", "unit": "bid-pdn", "subjek": "C", "nilai": None, "bukti": []},
    ]


def test_initial_data_filled_in_and_sent_back_is_stored() -> None:
    rows = filled_rows()
    assert validated(CORRECTION, {"perbaikan": rows}, IN_BRANCH, OFFICE) == {"perbaikan": rows}


def test_only_the_own_columns_need_to_be_sent_and_the_order_is_that_of_the_earlier_table() -> None:
    sent = [
        {"row": row["row"], "nilai": "baru", "bukti": [{"file": "f1"}]} for row in reversed(filled_rows())
    ]
    assert validated(CORRECTION, {"perbaikan": sent}, IN_BRANCH, OFFICE)["perbaikan"] == filled_rows()


def test_rows_may_not_be_dropped_changed_or_doubled() -> None:
    first, second = filled_rows()
    assert set(faults_of(CORRECTION, {"perbaikan": [first]}, IN_BRANCH)) == {"data.perbaikan"}
    assert set(faults_of(CORRECTION, {"perbaikan": []}, IN_BRANCH)) == {"data.perbaikan"}
    changed = {"perbaikan": [first, {**second, "subjek": "D"}]}
    assert set(faults_of(CORRECTION, changed, IN_BRANCH)) == {"data.perbaikan[1].subjek"}
    doubled = {"perbaikan": [first, second, first]}
    assert set(faults_of(CORRECTION, doubled, IN_BRANCH)) == {"data.perbaikan[2].row"}


def test_a_table_left_out_lists_what_its_rows_still_need() -> None:
    assert set(faults_of(CORRECTION, {}, IN_BRANCH)) == {
        "data.perbaikan[0].nilai",
        "data.perbaikan[0].bukti",
        "data.perbaikan[1].nilai",
        "data.perbaikan[1].bukti",
    }


def test_an_added_row_may_fill_in_the_earlier_columns_and_gets_an_id_of_its_branch() -> None:
    added = {"unit": "bid-pdn", "subjek": "Baru", "nilai": "baru", "bukti": [{"file": "f2"}]}
    stored = validated(CORRECTION, {"perbaikan": [*filled_rows(), added]}, IN_BRANCH, OFFICE)["perbaikan"]
    assert stored[2] == {"row": "bid-pdn-r1", **added}


def test_a_client_may_choose_the_id_of_an_added_row_but_not_one_twice() -> None:
    added = {"row": "saya", "nilai": "baru", "bukti": [{"file": "f2"}]}
    stored = validated(CORRECTION, {"perbaikan": [*filled_rows(), added]}, IN_BRANCH, OFFICE)["perbaikan"]
    assert stored[2]["row"] == "saya"
    twice = {"perbaikan": [*filled_rows(), added, added]}
    assert set(faults_of(CORRECTION, twice, IN_BRANCH)) == {"data.perbaikan[3].row"}


def test_rows_cannot_be_added_where_the_table_does_not_say_so() -> None:
    table = field("t", "table", rows_from=RowsFrom(from_="s1.baris"), columns=(field("ok", "boolean"),))
    sheet = FormDefinition((table,), carried={"t": (field("unit"), field("subjek"))})
    rows = initial_data(sheet, VALUES, OFFICE)["t"]
    assert set(faults_of(sheet, {"t": [*rows, {"ok": True}]})) == {"data.t[3]"}


def test_rows_of_several_branches_that_chose_the_same_id_are_told_apart() -> None:
    rows = [{"row": "x", "branch": {"id": unit, "unit": unit}, "nilai": 1} for unit in ("bid-pdn", "bid-pkm")]
    table = field("t", "table", rows_from=RowsFrom(from_="s5.perbaikan"), columns=(field("ok", "boolean"),))
    found = initial_data(FormDefinition((table,)), {**VALUES, "s5": {"perbaikan": rows}}, OFFICE)["t"]
    assert [row["row"] for row in found] == ["bid-pdn:x", "bid-pkm:x"]


def test_instants_in_earlier_rows_are_texts_again_when_they_are_carried_on() -> None:
    columns = (field("mulai", "datetime"),)
    text = "2026-01-05T08:00:00+08:00"
    earlier = seen_by_expressions(
        (field("t", "table", columns=columns),), {"t": [{"row": "r1", "mulai": text}]}
    )
    table = field("u", "table", rows_from=RowsFrom(from_="s1.t"), columns=(field("ok", "boolean"),))
    sheet = FormDefinition((table,), carried={"u": columns})
    rows = initial_data(sheet, {"s1": earlier}, OFFICE)["u"]
    assert rows == [{"row": "r1", "mulai": text, "ok": None}]
    assert validated(sheet, {"u": rows}, {"s1": earlier}, OFFICE) == {"u": rows}


def test_fixed_rows_have_ids_and_labels_of_their_own() -> None:
    table = field(
        "nilai",
        "table",
        rows=("Perencanaan", "Pelaporan"),
        columns=(
            field("bobot", "number"),
            field("nilai", "number"),
            field("persen", "percent", compute="bobot > 0 ? nilai / bobot * 100 : 0"),
        ),
    )
    rows = initial_data(FormDefinition((table,)), VALUES, OFFICE)["nilai"]
    assert rows[0] == {"row": "r1", "label": "Perencanaan", "bobot": None, "nilai": None, "persen": 0.0}
    for row in rows:
        row |= {"bobot": 30, "nilai": 24}
    stored = validated(FormDefinition((table,)), {"nilai": rows}, VALUES, OFFICE)["nilai"]
    assert [row["persen"] for row in stored] == [80.0, 80.0]


def test_computed_values_are_ignored_when_equal_and_refused_when_different() -> None:
    sheet = FormDefinition((field("a", "number"), field("b", "number", compute="a * 2")))
    assert validated(sheet, {"a": 2, "b": 4}, VALUES, OFFICE) == {"a": 2, "b": 4.0}
    assert validated(sheet, {"a": 2, "b": None}, VALUES, OFFICE) == {"a": 2, "b": 4.0}
    assert set(faults_of(sheet, {"a": 2, "b": 5})) == {"data.b"}


def test_a_readonly_column_keeps_its_default() -> None:
    table = field(
        "t", "table", columns=(field("s", "choice", options=("belum",), readonly=True, default="belum"),)
    )
    assert validated(FormDefinition((table,)), {"t": [{}]}, VALUES, OFFICE) == {
        "t": [{"row": "r1", "s": "belum"}]
    }
    assert set(faults_of(FormDefinition((table,)), {"t": [{"s": "sesuai"}]})) == {"data.t[0].s"}


def test_a_value_that_cannot_be_computed_is_a_fault_and_not_a_crash() -> None:
    sheet = FormDefinition((field("a", "number"), field("b", "number", compute="a * 1e300 * 1e300")))
    assert "Cannot be computed" in faults_of(sheet, {"a": 2})["data.b"]
    assert (
        "Cannot be computed"
        in faults_of(FormDefinition((field("b", "date", compute="'besok'"),)), {})["data.b"]
    )


def test_required_if_sees_the_columns_of_its_own_row() -> None:
    table = field(
        "t",
        "table",
        columns=(
            field("realisasi", "number"),
            field("capaian", "percent", compute="achievement(realisasi, 100, 'positive')"),
            field("kendala", required_if="capaian < 100"),
        ),
    )
    found = faults_of(FormDefinition((table,)), {"t": [{"realisasi": 90}, {"realisasi": 100}, {}]})
    assert set(found) == {"data.t[0].kendala"}


RULES = FormDefinition(
    (field("periksa", "table", columns=(field("sesuai", "boolean"),)),),
    rules=(
        FormRule(
            when='outcome == "sesuai"',
            require="periksa.all(r, r.sesuai)",
            message="Belum semua sesuai",
        ),
        FormRule(when='outcome == "tidak"', require="periksa.exists(r, !r.sesuai)"),
    ),
)


def test_rules_hold_for_the_outcome_that_they_name() -> None:
    mixed = {"periksa": [{"sesuai": True}, {"sesuai": False}]}
    good = {"periksa": [{"sesuai": True}]}
    assert validated(RULES, mixed, VALUES, OFFICE, "tidak")
    assert validated(RULES, good, VALUES, OFFICE, "sesuai")
    assert validated(RULES, mixed, VALUES, OFFICE, None)
    assert faults_of(RULES, mixed, VALUES, "sesuai") == {"data": "Belum semua sesuai"}
    assert "Rule not met" in faults_of(RULES, good, VALUES, "tidak")["data"]


def test_a_meeting_cannot_end_before_it_starts() -> None:
    sheet = FormDefinition(
        (field("mulai", "datetime", role="work_start"), field("selesai", "datetime", role="work_end"))
    )
    times = {"mulai": "2026-01-05T10:00:00+08:00", "selesai": "2026-01-05T01:00:00+00:00"}
    assert set(faults_of(sheet, times)) == {"data.selesai"}


def test_expressions_see_datetime_fields_as_instants() -> None:
    sheet = FormDefinition(
        (field("mulai", "datetime"), field("awal", "boolean", compute="mulai < '2026-01-05T09:00:00+08:00'"))
    )
    assert validated(sheet, {"mulai": "2026-01-05T00:30:00+00:00"}, VALUES, OFFICE)["awal"] is True


def test_a_summary_counts_the_rows_of_all_branches_per_group() -> None:
    rows = [
        {"row": "r1", "branch": {"id": "bid-pdn", "unit": "bid-pdn"}, "nilai": 2, "status": "a"},
        {"row": "r2", "branch": {"id": "bid-pkm", "unit": "bid-pkm"}, "nilai": 3, "status": "a"},
        {"row": "r3", "branch": {"id": "bid-pdn", "unit": "bid-pdn"}, "nilai": 5, "status": None},
    ]
    values = {**VALUES, "s5": {"perbaikan": rows}}
    by_unit = FormDefinition((field("rekap", "summary", from_="s5.perbaikan", group_by=("branch.unit",)),))
    expected = [
        {
            "group": "bid-pdn",
            "label": "Bidang PDN",
            "count": 2,
            "totals": {"nilai": 7},
            "averages": {"nilai": 3.5},
            "filled": {"nilai": 2},
        },
        {
            "group": "bid-pkm",
            "label": "Bidang PKM",
            "count": 1,
            "totals": {"nilai": 3},
            "averages": {"nilai": 3},
            "filled": {"nilai": 1},
        },
    ]
    assert initial_data(by_unit, values, OFFICE)["rekap"] == expected
    assert validated(by_unit, {"rekap": expected}, values, OFFICE)["rekap"] == expected
    assert set(faults_of(by_unit, {"rekap": []}, values)) == {"data.rekap"}
    by_status = FormDefinition((field("rekap", "summary", from_="s5.perbaikan", group_by=("status",)),))
    assert [group["count"] for group in initial_data(by_status, values, OFFICE)["rekap"]] == [2, 1]


def test_a_summary_by_two_columns_averages_percentages_as_decimals_and_leaves_empty_cells_out() -> None:
    rows = [
        {"row": "r1", "branch": {"unit": "bid-pdn"}, "capaian": 11.1, "status": "a"},
        {"row": "r2", "branch": {"unit": "bid-pdn"}, "capaian": None, "status": "a"},
        {"row": "r3", "branch": {"unit": "bid-pdn"}, "capaian": 22.2, "status": "a"},
        {"row": "r4", "branch": {"unit": "bid-pkm"}, "capaian": 50, "status": None},
    ]
    by_both = FormDefinition(
        (field("rekap", "summary", from_="s5.perbaikan", group_by=("branch.unit", "status")),)
    )
    assert initial_data(by_both, {**VALUES, "s5": {"perbaikan": rows}}, OFFICE)["rekap"] == [
        {
            "group": ["bid-pdn", "a"],
            "label": "Bidang PDN · a",
            "count": 3,
            "totals": {"capaian": 33.3},
            "averages": {"capaian": 16.65},
            "filled": {"capaian": 2},
        },
        {
            "group": ["bid-pkm", None],
            "label": "Bidang PKM · –",
            "count": 1,
            "totals": {"capaian": 50},
            "averages": {"capaian": 50},
            "filled": {"capaian": 1},
        },
    ]


def test_shares_that_people_type_are_compared_as_decimals_in_rules() -> None:
    table = field("r", "table", add_rows=True, columns=(field("b", "percent"),))
    sheet = FormDefinition((table,), (FormRule(require='sum_of(r, "b") == 100', message="Harus 100"),))
    shares = [{"b": 11.1}] * 8 + [{"b": 11.2}]
    assert len(validated(sheet, {"r": shares}, VALUES, OFFICE)["r"]) == 9
    assert faults_of(sheet, {"r": shares[1:]}, VALUES)["data"] == "Harus 100"


def test_a_draft_is_checked_for_types_and_not_for_completeness() -> None:
    first, second = filled_rows()
    second["nilai"] = None
    draft = checked_draft(CORRECTION, {"perbaikan": [first, second, {"nilai": "lagi"}]}, IN_BRANCH, OFFICE)
    assert draft == {
        "perbaikan": [
            {"row": "r1", "nilai": "baru", "bukti": [{"file": "f1"}]},
            {"row": "r3", "nilai": None, "bukti": [{"file": "f1"}]},
            {"row": "bid-pdn-r1", "nilai": "lagi"},
        ]
    }
    shown = initial_data(CORRECTION, IN_BRANCH, OFFICE, draft)["perbaikan"]
    assert [row["nilai"] for row in shown] == ["baru", None, "lagi"]
    with pytest.raises(InvalidInput):
        checked_draft(CORRECTION, {"perbaikan": [{**first, "nilai": 1}]}, IN_BRANCH, OFFICE)
    with pytest.raises(InvalidInput):
        checked_draft(CORRECTION, {"lain": 1}, IN_BRANCH, OFFICE)


def test_a_list_of_a_hundred_thousand_rows_is_refused() -> None:
    table = field("t", "table", columns=(field("a"),))
    assert faults_of(FormDefinition((table,)), {"t": [{"a": "x"}] * 100_000}) == {
        "data.t": "At most 1000 rows."
    }


def test_a_unique_column_has_no_value_twice_however_it_is_spelt() -> None:
    columns = (field("nama", unique=True), field("nilai", "number", unique=True))
    sheet = FormDefinition((field("daftar", "table", add_rows=True, columns=columns),))
    rows = [{"nama": "Peñaranda", "nilai": 1}, {"nama": " PEÑARANDA ", "nilai": 1.0}, {}, {}]
    with pytest.raises(InvalidInput) as refusal:
        validated(sheet, {"daftar": rows}, VALUES, OFFICE)
    assert [error.path for error in refusal.value.errors] == ["data.daftar[1].nama", "data.daftar[1].nilai"]
    assert "row 1" in refusal.value.errors[0].message.english
