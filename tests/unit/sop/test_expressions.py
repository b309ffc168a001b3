"""What expressions mean: names, nulls, dates, own functions, caps."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.calendar.durations import Duration
from engine.sop.expressions.expression import (
    EvaluationError,
    Expression,
    ExpressionError,
    compile_expression,
    expression,
    setting,
)
from engine.sop.expressions.scope import ANY, BOOLEAN, DATE, INSTANT, LIST, NUMBER, TEXT, Kind, Scope

WITA = timezone(timedelta(hours=8))
MAKASSAR = ZoneInfo("Asia/Makassar")
ROWS = Kind("rows", {"row": TEXT, "sesuai": BOOLEAN, "nilai": NUMBER})
SCOPE = Scope(
    {
        "jumlah": NUMBER,
        "kosong": NUMBER,
        "setuju": BOOLEAN,
        "unit": TEXT,
        "tenggat": DATE,
        "now": INSTANT,
        "daftar": LIST,
        "tabel": ROWS,
        "case": Kind("map", {"period": TEXT, "fields": Kind("map", {"sumber": TEXT})}),
        "apa": ANY,
    }
)
VALUES: dict[str, Any] = {
    "jumlah": 7,
    "setuju": True,
    "unit": "bid-pdn",
    "tenggat": "2026-01-05",
    "now": datetime(2026, 1, 5, 8, tzinfo=WITA),
    "daftar": ["a", "b"],
    "tabel": [{"row": "r1", "sesuai": True, "nilai": 2}, {"row": "r2", "sesuai": False, "nilai": 3.5}],
    "case": {"period": "2026-Q1", "fields": {}},
}


def result(text: str, values: Mapping[str, Any] = VALUES) -> Any:
    return compile_expression(text, SCOPE).evaluate(values)


class EveryMinuteWorks:
    """A calendar in which working time is all the time."""

    timezone: tzinfo = MAKASSAR

    def add_duration(self, start: datetime, duration: Duration, /) -> datetime:
        return start + timedelta(minutes=duration.minutes, days=duration.working_days)


@pytest.mark.parametrize("text", ["kosong < 5", "kosong >= 5", "5 > kosong", "kosong <= kosong", "apa > 'a'"])
def test_a_comparison_with_null_is_false(text: str) -> None:
    assert result(text) is False


def test_equality_with_null_keeps_its_meaning() -> None:
    assert result("kosong == null") is True
    assert result('apa != "a"') is True
    assert result("jumlah == null") is False


@pytest.mark.parametrize(
    "text", ["kosong + 1", "1 - kosong", "-kosong", "kosong * jumlah", "jumlah / 0", "jumlah % 0"]
)
def test_arithmetic_with_null_or_by_zero_is_null(text: str) -> None:
    assert result(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!kosong", True),
        ("kosong || setuju", True),
        ("kosong && setuju", False),
        ("kosong ? 1 : 2", 2.0),
        ("unit && true", False),
        ("tabel.all(r, r.hilang)", None),
    ],
)
def test_what_is_not_true_counts_as_false_in_the_place_of_a_condition(text: str, expected: Any) -> None:
    if expected is None:
        with pytest.raises(ExpressionError):
            result(text)
    else:
        assert result(text) == expected


def test_integers_and_doubles_mix() -> None:
    assert result("jumlah + 1") == 8.0
    assert result("jumlah == 7") is True
    assert result("jumlah / 2 * 100") == 350.0
    assert type(result("jumlah")) is float


def test_sizes_mix_with_numbers_and_null_is_empty() -> None:
    assert result("size(tabel) + daftar.size() + size(kosong) + size(unit)") == 11.0


def test_dates_compare_with_each_other_and_with_instants() -> None:
    assert result('tenggat < "2026-01-06"') is True
    assert result("now <= tenggat") is True
    assert result("tenggat >= now") is True
    assert result("now < tenggat") is False
    assert result('now > "2026-01-05T07:00+08:00"') is True


def test_an_instant_has_its_date_in_the_zone_of_the_calendar() -> None:
    values = {
        "now": datetime(2026, 1, 4, 23, tzinfo=UTC),
        "tenggat": "2026-01-05",
        "@calendar": EveryMinuteWorks(),
    }
    assert result("now < tenggat", values) is False


def test_list_macros_walk_over_rows() -> None:
    assert result("tabel.all(r, r.sesuai)") is False
    assert result("tabel.exists(r, !r.sesuai)") is True
    assert result("tabel.exists_one(r, r.sesuai)") is True
    assert result("tabel.map(r, r.nilai)") == [2.0, 3.5]
    assert result("tabel.filter(r, r.nilai > 3).size() == 1") is True
    assert result("[1, 2].exists(x, x == 2)") is True


def test_a_column_that_a_row_lacks_is_null_and_a_null_list_is_empty() -> None:
    assert result("tabel.all(r, r.sesuai)", {"tabel": [{}]}) is False
    assert result("tabel.all(r, r.sesuai)", {"tabel": None}) is True
    assert result("tabel.exists(r, r.sesuai)", {}) is False
    assert result("tabel == null || tabel.exists(r, r.sesuai)", {}) is True


def test_membership() -> None:
    assert result('"a" in daftar') is True
    assert result('unit in ["bid-pdn", "bid-pln"]') is True
    assert result('"a" in apa') is False


def test_positions_in_a_list_beyond_its_end_are_null() -> None:
    assert result("daftar[1]") == "b"
    assert result("daftar[2]") is None
    assert result("tabel[0].nilai") == 2.0
    assert result("tabel[9].nilai") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("achievement(90, 100, 'positive')", 90.0),
        ("achievement(90, 100, 'negative')", 110.0),
        ("achievement(90, 100)", 90.0),
        ("achievement(90, 0, 'positive')", None),
        ("achievement(kosong, 100, 'positive')", None),
        ("end_of(case.period)", "2026-03-31"),
        ("end_of('2026-H2')", "2026-12-31"),
        ("end_of('2024-02')", "2024-02-29"),
        ("end_of('2026')", "2026-12-31"),
        ("end_of(apa)", None),
        ("sum_of(tabel, 'nilai')", 5.5),
        ("has(case.fields.sumber)", False),
        ("unit.startsWith('bid')", True),
        ("unit.contains('pdn') && unit.endsWith('n')", True),
    ],
)
def test_own_functions(text: str, expected: Any) -> None:
    assert result(text) == pytest.approx(expected)


def test_add_work_counts_on_the_calendar_and_a_date_starts_at_its_first_moment() -> None:
    values = {**VALUES, "@calendar": EveryMinuteWorks()}
    assert result('add_work(now, "2h")', values) == datetime(2026, 1, 5, 10, tzinfo=WITA)
    assert result('add_work(tenggat, "3wd")', values) == datetime(2026, 1, 8, tzinfo=WITA)
    assert result('add_work(apa, "3wd")', values) is None


def test_instants_of_a_named_zone_are_read_and_compared() -> None:
    values = {**VALUES, "@calendar": EveryMinuteWorks(), "now": datetime(2026, 1, 5, 8, tzinfo=MAKASSAR)}
    assert result('add_work(now, "2h") > now', values) is True
    assert result('add_work(now, "2h")', values) == datetime(2026, 1, 5, 10, tzinfo=WITA)


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("jumlh > 1", 0, 'Did you mean "jumlah"?'),
        ("1 < case.fields.sumer", 16, 'Did you mean "sumber"?'),
        ("case.perio == 1", 5, 'Did you mean "period"?'),
        ("jumlah.besar", 7, "has no part"),
        ("tabel.all(r, r.sesuei)", 15, 'Did you mean "sesuai"?'),
        ("sum_of(tabel, 'nilay')", 14, 'Did you mean "nilai"?'),
        ("tabel.nilai > 1", 6, "is a table"),
        ("r.sesuai", 0, "Unknown name"),
        ("sumof(tabel, 'nilai')", 0, 'Did you mean "sum_of"?'),
        ("lt_(1, 2)", 0, "Unknown function"),
        ("unit.matches('a+')", 5, "Unknown function"),
        ("all(tabel.sesuai)", 0, "written behind the name of a list"),
        ("achievement(1)", 0, "takes 2–3 arguments, not 1"),
        ("unit.contains()", 5, "takes 1 arguments, not 0"),
        ("(tabel).map(r, r.nilai)[0].x", 27, ""),
        ("(1 > 2 ? tabel : daftar).all(r, r)", 25, "works on the name of a list"),
    ],
)
def test_unknown_names_and_functions_are_found_before_anything_runs(
    text: str, offset: int, says: str
) -> None:
    if not says:
        assert isinstance(compile_expression(text, SCOPE), Expression)
        return
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, SCOPE)
    assert caught.value.offset == offset
    assert says in caught.value.message.english
    assert caught.value.message.indonesian


@pytest.mark.parametrize(
    "text",
    [
        "unit + 1",
        "unit < 1",
        "-unit",
        "size(1)",
        "end_of('2026-Q5')",
        "daftar.all(x, x > 1)",
        "round(1, 1.5)",
        "round(1, 20)",
        "round('a', 1)",
        "year_of(1)",
        "part_of('2026-Q9')",
        "shift('2026', 'a')",
        "shift('2026', 1.5)",
        "shift('2026', 1000)",
        "unit in unit",
        "10 * 1e307 * 10",
    ],
)
def test_values_that_do_not_suit_give_a_clear_error_in_both_languages(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        result(text)
    assert caught.value.text == text
    assert caught.value.message.indonesian
    assert caught.value.message.english


def test_the_false_side_decides_an_and_also_where_the_other_side_fails() -> None:
    assert result("unit < 1 && !setuju") is False
    assert result("unit < 1 || setuju") is True
    assert result("!setuju && unit < 1") is False
    with pytest.raises(EvaluationError, match="does not suit"):
        result("unit < 1 && setuju")


def test_a_list_macro_over_a_thousand_rows_is_linear_in_what_it_reads() -> None:
    rows = [{"row": f"r{n}", "sesuai": True, "nilai": 1, "catatan": "teks" * 100} for n in range(1000)]
    assert result("tabel.all(r, tabel.size() > 0 && r.nilai > 0 && r.sesuai)", {"tabel": rows}) is True


def test_an_expression_that_reads_its_list_once_per_row_runs_out_of_steps() -> None:
    rows = [{"nilai": 1}] * 1000
    with pytest.raises(EvaluationError, match="more than 250,000 steps") as caught:
        result("tabel.all(r, sum_of(tabel, 'nilai') > 0)", {"tabel": rows})
    assert "250.000 langkah" in caught.value.message.indonesian


def test_a_text_that_is_joined_in_every_row_runs_out_of_steps() -> None:
    rows = [{"nilai": 1}] * 1000
    with pytest.raises(EvaluationError, match="steps"):
        result("tabel.map(r, unit + unit + unit)", {"tabel": rows, "unit": "x" * 20_000})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 * 11.1 + 11.2 == 100", True),
        ("10 * 9.1 + 9.0 == 100", True),
        ("0.1 + 0.2 == 0.3", True),
        ("0.1 + 0.2 <= 0.3", True),
        ("0.1 + 0.2 in [0.3]", True),
        ("1 / 3 * 3 == 1", True),
        ("1 / 49 * 49 == 1", True),
        ("3 * 0.1", 0.3),
        ("1500000.10 * 3", 4500000.3),
        ("achievement(36.9, 41)", 90.0),
        ("achievement(36.9, 41) < 90", False),
        ("achievement(1, 3)", 33.3333),
        ("achievement(2, 3, 'negative')", 133.3333),
        ("round(2.5, 0)", 3.0),
        ("round(-2.5, 0)", -3.0),
        ("round(1.005, 2)", 1.01),
        ("round(2.675, 2)", 2.68),
        ("round(kosong, 2)", None),
        ("round(1.23456, kosong)", None),
        ("round(2 / 3 * 100, 4)", 66.6667),
        ("year_of('2026-Q3')", 2026.0),
        ("year_of(apa)", None),
        ("part_of('2026-Q3')", 3.0),
        ("part_of('2026-07')", 7.0),
        ("part_of('2026-H2')", 2.0),
        ("part_of('2026')", 1.0),
        ("shift('2026-Q1', -1)", "2025-Q4"),
        ("shift('2026-12', 1)", "2027-01"),
        ("shift('2026-H1', 3)", "2027-H2"),
        ("shift('2026', -4)", "2022"),
        ("shift(2026, -1)", 2025.0),
        ("year_of(2026)", 2026.0),
        ("part_of(2026)", 1.0),
        ("end_of(2026)", "2026-12-31"),
        ("shift(apa, 1)", None),
        ("shift('2026', kosong)", None),
    ],
)
def test_numbers_that_people_type_are_decimals(text: str, expected: Any) -> None:
    assert result(text) == expected


def test_shares_that_people_type_add_up_to_a_hundred() -> None:
    eight = [{"nilai": 11.1}] * 8 + [{"nilai": 11.2}]
    assert result("sum_of(tabel, 'nilai') == 100", {"tabel": eight}) is True
    ten = [{"nilai": 9.1}] * 10 + [{"nilai": 9.0}]
    assert result("sum_of(tabel, 'nilai') == 100 && sum_of(tabel, 'nilai') <= 100", {"tabel": ten}) is True


def test_a_list_of_more_than_a_thousand_rows_is_refused() -> None:
    assert result("tabel.all(r, r.sesuai)", {"tabel": [{"sesuai": True}] * 1000}) is True
    for count in (1001, 100_000):
        with pytest.raises(EvaluationError, match="at most 1000"):
            result("tabel.all(r, r.sesuai)", {"tabel": [{"sesuai": True}] * count})


@pytest.mark.parametrize("value", [10**400, "\ud800", object(), {1, 2}, float("nan")])
def test_strange_values_never_leak_another_error(value: Any) -> None:
    with contextlib.suppress(EvaluationError):
        assert result("apa == 1", {"apa": value}) is False


def test_a_text_is_compiled_once() -> None:
    assert expression("1 + 1") is compile_expression("1 + 1", SCOPE)


def test_only_true_is_true() -> None:
    assert compile_expression("setuju", SCOPE).is_true(VALUES) is True
    assert compile_expression("jumlah", SCOPE).is_true(VALUES) is False
    assert compile_expression("kosong", SCOPE).is_true(VALUES) is False


@pytest.mark.parametrize(
    "text", ["sesuai", "belum_sesuai", "non-aktif", "2026-01-05", "12", "S1/S2", "Tidak ada (nihil)"]
)
def test_a_plain_setting_is_itself(text: str) -> None:
    assert setting(text) == text


@pytest.mark.parametrize("text", ["today", "end_of(tenggat)", "case.period", "jumlah + 1", '"kata"'])
def test_a_setting_that_reads_as_an_expression_is_one(text: str) -> None:
    assert isinstance(setting(text), Expression)


def test_a_setting_that_starts_as_a_call_of_ours_must_parse() -> None:
    with pytest.raises(ExpressionError):
        setting("end_of(tenggat")
