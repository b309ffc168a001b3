"""A file of staff as lines: its headings, its days, and what of a cell cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import InvalidInput
from engine.organisation.staff_lines import StaffLine, staff_lines
from engine.sop.registers.sheet import read_sheet
from engine.sop.registers.workbook import FORMULA

HEADS = "Nama akun;Nama;Jabatan;Mulai;Sampai;Nomor surat;NIP;Surel"


def lines(text: str) -> list[StaffLine]:
    return staff_lines(read_sheet(text.encode()))


def test_headings_are_known_in_any_case_and_days_in_both_ways_of_writing() -> None:
    [line] = lines(f"{HEADS.upper()}\nkasi;Pegawai;Kepala Seksi;19/01/2026;2026-12-31;821/1;;a@b.go.id\n")
    assert (line.username, line.label, line.position) == ("kasi", "Pegawai", "Kepala Seksi")
    assert (line.valid_from, line.valid_to) == (date(2026, 1, 19), date(2026, 12, 31))
    assert (line.order_number, line.nip, line.contact) == ("821/1", None, "a@b.go.id")
    assert line.faults == ()


def test_a_day_that_a_spreadsheet_counts_is_that_day() -> None:
    sheet = read_sheet(b"Nama akun;Nama;Mulai\na;A;x\n")
    counted = type(sheet)(sheet.headings, ((2, ("a", "A", 46041.0)),))
    assert staff_lines(counted)[0].valid_from == date(2026, 1, 19)


def test_what_is_no_day_and_a_formula_are_told_of_their_line_alone() -> None:
    good, bad = lines("Nama akun;Nama;Mulai\na;A;19/01/2026\nb;B;kemarin\n")
    assert good.faults == ()
    assert [fault.path for fault in bad.faults] == ["valid_from"]
    sheet = read_sheet(b"Nama akun;Nama\na;A\n")
    [told] = staff_lines(type(sheet)(sheet.headings, ((2, ("a", FORMULA)),)))
    assert [fault.path for fault in told.faults] == ["label"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nama;Jabatan\nA;B\n", "Nama akun"),
        ("Nama akun;Nama;Golongan\na;A;III\n", "Golongan"),
        ("Nama akun;akun;Nama\na;b;A\n", "dua kali"),
    ],
)
def test_a_file_with_other_columns_is_refused_as_a_whole(text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        lines(text)
    assert words in refused.value.message.indonesian
