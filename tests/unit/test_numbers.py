"""Numbers are kept as they were typed, or refused where they are typed, computed or read."""

from __future__ import annotations

import math
import re
import zipfile
from io import BytesIO
from typing import Any

import pytest

from api.strict_json import strict_json
from engine.errors import InvalidInput
from engine.sop.expressions.expression import EvaluationError, expression
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.sop.registers.row import RegisterRow
from engine.text.numbers import LARGEST_WHOLE, is_kept, loses_digits
from reports.registers import register_file
from tests.support.small_office import SmallOffice, sop
from web.forms.binding import number_of

AMOUNTS = """
forms:
  f:
    fields:
      - {id: rincian, type: table, label: Rincian, add_rows: true,
         columns: [{id: nilai, type: money, label: Nilai}]}
      - {id: pagu, type: money, label: Pagu}
      - {id: jumlah, type: money, label: Jumlah, compute: 'sum_of(rincian, "nilai")'}
    rules: [{require: 'pagu == null || sum_of(rincian, "nilai") == pagu', message: Berbeda}]
steps: [{id: s1, activity: Mengisi, executor: sekretaris, time: 60m, form: f}]
"""


def handed_in(amounts: list[Any], limit: Any = None) -> Any:
    office = SmallOffice.with_sops(sop(AMOUNTS)).start()
    office.finish("s1", "sekre.1", data={"rincian": [{"nilai": one} for one in amounts], "pagu": limit})
    [task] = office.state.tasks.values()
    return (task.data or {})["jumlah"]


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ([4503599627370496, 4503599627370495], LARGEST_WHOLE),
        ([12345678901234.56, 0.01], 12345678901234.57),
        ([70368744177663.11, 0.44], 70368744177663.55),
    ],
)
def test_amounts_add_up_to_the_last_digit(amounts: list[Any], total: Any) -> None:
    assert handed_in(amounts, total) == total


@pytest.mark.parametrize(
    ("amounts", "places"),
    [
        ([LARGEST_WHOLE + 1], ["data.rincian[0].nilai", "data.jumlah"]),
        ([LARGEST_WHOLE, 1], ["data.jumlah"]),
        ([2.0**46 + 0.5], ["data.rincian[0].nilai", "data.jumlah"]),
        ([70368744177663.55, 70368744177663.11], ["data.jumlah"]),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_where_it_stands(
    amounts: list[Any], places: list[str]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        handed_in(amounts)
    assert {fault.path for fault in refused.value.errors} <= set(places)
    assert all("out of range" in fault.message.english for fault in refused.value.errors)


@pytest.mark.parametrize("text", ["9007199254740993.0", "4503599627370496.5", "700000000000000.5"])
def test_a_program_cannot_send_what_would_be_read_as_another_number(text: str) -> None:
    with pytest.raises(InvalidInput, match="out of range"):
        strict_json(f'{{"a": {text}}}'.encode())
    assert number_of(text) == text  # so that the form names it


@pytest.mark.parametrize("number", [0.1, 1 / 3, 123456789012.25, LARGEST_WHOLE, 1e15, -(2**53) + 1])
def test_usual_numbers_are_kept(number: float) -> None:
    assert is_kept(number)
    assert not loses_digits(repr(number))
    assert number_of(repr(number).replace("e+", "e")) in (number, "1e15")


@pytest.mark.parametrize("number", [math.inf, math.nan, 2**53, 10**400, 2.0**46 + 0.5])
def test_others_are_not(number: float) -> None:
    assert not is_kept(number)


def test_a_result_is_told_exactly_or_not_at_all() -> None:
    assert expression("a + 1").evaluate({"a": LARGEST_WHOLE - 1}) == LARGEST_WHOLE
    assert expression("a + 1 > a").evaluate({"a": LARGEST_WHOLE}) is True
    with pytest.raises(EvaluationError, match="out of range"):
        expression("a + 1").evaluate({"a": LARGEST_WHOLE})


def test_a_spreadsheet_shows_every_digit() -> None:
    columns = (Column(id="kode", type="text", label="Kode"), Column(id="n", type="money", label="Nilai"))
    register = RegisterDefinition(
        schema="register/v1", id="r", label="R", title="{kode}", key=("kode",), columns=columns
    )
    rows = [
        RegisterRow("a", {"kode": "a", "n": LARGEST_WHOLE}),
        RegisterRow("b", {"kode": "b", "n": 12345678901234.56}),
        RegisterRow("c", {"kode": "c", "n": 1500000}),
    ]
    book = zipfile.ZipFile(BytesIO(register_file(register, rows, "xlsx")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<v>(\d{5,})</v>", sheet) == ["1500000"]
    assert {str(LARGEST_WHOLE), "12345678901234.56"} <= set(re.findall(r"<t>([\d.]+)</t>", sheet))
    assert register_file(register, rows, "csv").decode().splitlines()[1] == f"a,{LARGEST_WHOLE}"
