"""Lines copied from a spreadsheet, as cells of the columns of a table."""

from __future__ import annotations

from typing import Any

import pytest

from web.rows import read_lines

TABLE: dict[str, Any] = {
    "items": {
        "properties": {
            "row": {"readOnly": True},
            "bidang": {
                "title": "Bidang",
                "x-alur-type": "unit",
                "enum": ["bid-psr", "bid-pkm"],
                "x-alur-labels": {"bid-psr": "Bidang Pasar"},
            },
            "nilai": {"title": "Nilai", "x-alur-type": "number"},
            "sesuai": {"title": "Sesuai", "x-alur-type": "boolean"},
            "bukti": {"title": "Bukti", "x-alur-type": "file"},
            "selisih": {"title": "Selisih", "x-alur-type": "number", "readOnly": True},
        }
    }
}


def cells(text: str) -> list[dict[str, str]]:
    return [dict(line) for line in read_lines(TABLE, text)]


def test_cells_fill_the_columns_in_their_order_without_those_that_nobody_types() -> None:
    assert cells("bid-pkm\t1.250,5\tYa\n\nBidang pasar\t\ttidak\tlebih\n") == [
        {"bidang": "bid-pkm", "nilai": "1.250,5", "sesuai": "true"},
        {"bidang": "bid-psr", "sesuai": "false"},
    ]


def test_a_line_of_headings_says_which_column_is_which() -> None:
    assert cells("Nilai\tCatatan\tbidang\n7\tx\tbid-psr") == [{"nilai": "7", "bidang": "bid-psr"}]


def test_leading_tabs_begin_at_a_later_column() -> None:
    assert cells("\t8\n\t9\tya") == [{"nilai": "8"}, {"nilai": "9", "sesuai": "true"}]


@pytest.mark.parametrize("text", ["", "\n\n", "\t\t\n", " ", "x" * 200_000])
def test_nothing_is_no_row(text: str) -> None:
    assert cells(text) == []


def test_what_fits_no_choice_stays_as_it_is_and_quotes_hold_a_cell_together() -> None:
    assert cells('"Bidang\nlain"\t3') == [{"bidang": "Bidang\nlain", "nilai": "3"}]
    assert cells('"') == []
    assert cells("bid-psr\r7") == [{"bidang": "bid-psr"}, {"bidang": "7"}]


def test_no_more_than_five_hundred_rows_are_read() -> None:
    assert len(cells("bid-psr\n" * 700)) == 500
