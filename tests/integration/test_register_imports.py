"""Importing into a register: every line is reported on, and nothing is stored until it is confirmed."""

from __future__ import annotations

from typing import Any

import pytest

from engine.access.actor import HOST
from engine.errors import InvalidInput, NotAllowed, NotFound, RegisterChanged, UnsupportedMediaType
from engine.store.audit_reader import verify_log
from reports.csv_dialect import dialect_for
from reports.registers import register_file
from tests.support.offices import DemoOffice
from tests.support.registers import NOTES, ROWS_OF_NOTES

pytestmark = pytest.mark.on("postgres")

EDITOR = "kabid.pdn"
BAD = b"""tahun;kode;isi;unit;nilai;hasil
2026;c-1;=1+1;Bidang Perdagangan Dalam Negeri;1,5;
2026;c-30;penting;bid-pdn;;

2026;c-31;Baik;bid-pdn;1.234;
2026;c-32;Baik;bid-eks;2;
x;c 33;Baik;bid-pdn;banyak;
2026;c-34;Baik;bid-pdn;2,5;hasil awal
2026;c-34;Dua kali;bid-pdn;2;
2026;c-1;Lagi;bid-pdn;2;
"""


@pytest.fixture
def noted(office: DemoOffice) -> DemoOffice:
    office.engine.register_files.store(HOST, NOTES, agency=office.organisation().agency.id)
    return office


def rows_of(office: DemoOffice) -> dict[str, dict[str, Any]]:
    found = office.engine.queries.register_rows.list("kadis", "catatan")
    return {item["row"]: item["values"] for item in found["items"]}


def test_each_bad_line_is_told_and_nothing_is_stored_until_it_is_confirmed(noted: DemoOffice) -> None:
    imports, before = noted.engine.register_imports, rows_of(noted)
    report = imports.read(EDITOR, "catatan", BAD, decimal="comma", english=True)
    told = {
        item["line"]: (item["verdict"], sorted({message["column"] for message in item["messages"]}))
        for item in report["items"]
    }
    assert told == {
        2: ("change", []),
        3: ("error", [""]),
        5: ("error", ["nilai"]),
        6: ("error", ["unit"]),
        7: ("error", ["kode", "nilai", "tahun"]),
        8: ("add", []),
        9: ("error", ["tahun"]),
        10: ("error", ["tahun"]),
    }
    assert (report["rows"], report["added"], report["changed"], report["errors"]) == (8, 1, 1, 6)
    assert rows_of(noted) == before
    with pytest.raises(InvalidInput):
        imports.confirm(EDITOR, "catatan", report["id"])
    assert rows_of(noted) == before
    done = imports.confirm(EDITOR, "catatan", report["id"], skip_errors=True)
    assert (done["revision"], done["added"], done["changed"]) == (2, 1, 1)
    assert rows_of(noted)["2026:c-1"]["isi"] == "=1+1"
    assert rows_of(noted)["2026:c-34"] | {"nilai": 2.5, "hasil": "hasil awal"} == rows_of(noted)["2026:c-34"]
    with pytest.raises(NotFound):
        imports.confirm(EDITOR, "catatan", report["id"])
    assert noted.engine.context.store.read(verify_log).ok


def test_a_register_that_moved_since_is_reported_on_afresh(noted: DemoOffice) -> None:
    imports = noted.engine.register_imports
    report = imports.read(EDITOR, "catatan", ROWS_OF_NOTES)
    noted.engine.register_rows.add(EDITOR, "catatan", {"tahun": 2026, "kode": "c-20", "unit": "bid-pdn"})
    with pytest.raises(RegisterChanged) as moved:
        imports.confirm(EDITOR, "catatan", report["id"])
    assert (moved.value.current["id"], moved.value.current["changed"]) == (report["id"], 2)
    assert imports.confirm(EDITOR, "catatan", report["id"])["changed"] == 2
    with pytest.raises(NotAllowed):
        imports.read("jp.pdn.1", "catatan", ROWS_OF_NOTES)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_item_that_holds_the_separator_of_lists_is_imported_as_one(noted: DemoOffice, format: Any) -> None:
    items = 'items: [a, "b; c", "d;e"]'
    more = f"- {{id: cek, type: checklist, label: Cek, {items}}}\n  - {{id: hasil,"
    noted.engine.register_files.store(HOST, NOTES.replace("- {id: hasil,", more), agency="disdag-banggai")
    for number, ticked in enumerate((["a", "b; c", "d;e"], ["b; c"], ["d;e", "a"])):
        row = {"tahun": 2026, "kode": f"c-6{number}", "unit": "bid-pdn", "cek": ticked}
        noted.engine.register_rows.add(EDITOR, "catatan", row)
    definition, rows = noted.engine.queries.register_rows.every(EDITOR, "catatan")
    report = noted.engine.register_imports.read(EDITOR, "catatan", register_file(definition, rows, format))
    assert (report["rows"], report["unchanged"]) == (4, 4)


@pytest.mark.parametrize(
    ("format", "excel", "decimal"),
    [("csv", None, "point"), ("xlsx", None, "point"), ("csv", "id", "comma"), ("csv", "en", "point")],
)
def test_what_was_exported_is_imported_as_the_same(
    noted: DemoOffice, format: Any, excel: Any, decimal: Any
) -> None:
    row = {
        "tahun": 2026,
        "kode": "c-40",
        "unit": "bid-pdn",
        "nilai": 1.234,
        "petugas": "-",
    }
    texts = ("=SUM(A1)", "'=1", "''+1", "＝1", "\u200b=1", "_x0041_", "a\r\nb")
    for number, text in enumerate(texts):
        noted.engine.register_rows.add(EDITOR, "catatan", {**row, "kode": f"c-4{number}", "isi": text})
    definition, rows = noted.engine.queries.register_rows.every(EDITOR, "catatan")
    file = register_file(definition, rows, format, dialect_for(excel))
    if excel == "id":
        assert ";1,2340" in file.decode("utf-8-sig")
    report = noted.engine.register_imports.read(EDITOR, "catatan", file, decimal=decimal)
    assert (report["rows"], report["unchanged"]) == (len(texts) + 1, len(texts) + 1)


def test_a_message_names_its_column_and_digits_are_those_of_the_file_format(noted: DemoOffice) -> None:
    text = NOTES.replace(
        "- {id: hasil,", "- {id: cek, type: checklist, label: Cek, items: [x]}\n  - {id: hasil,"
    )
    noted.engine.register_files.store(HOST, text, agency="disdag-banggai")
    file = "tahun,kode,unit,nilai,cek\n2026,c-50,bid-pdn,١٢,x; z\n".encode()
    [item] = noted.engine.register_imports.read(EDITOR, "catatan", file)["items"]
    assert [message["column"] for message in item["messages"]] == ["nilai", "cek"]


def test_a_report_is_closed_to_whom_the_right_to_import_is_taken(noted: DemoOffice) -> None:
    report = noted.engine.register_imports.read(EDITOR, "catatan", ROWS_OF_NOTES)
    text = NOTES.replace("edit: [kepala_bidang]", "edit: [kepala_dinas]")
    noted.engine.register_files.store(HOST, text, agency="disdag-banggai")
    with pytest.raises(NotAllowed):
        noted.engine.queries.register_imports.get(EDITOR, "catatan", report["id"])
    with pytest.raises(NotAllowed):
        noted.engine.register_imports.confirm(EDITOR, "catatan", report["id"])


def test_of_a_row_of_another_unit_a_report_says_nothing_but_that(noted: DemoOffice) -> None:
    file = b"tahun,kode,isi,hasil\n2026,c-2,penting,tebakan\n"
    report = noted.engine.register_imports.read(EDITOR, "catatan", file)
    assert [message["column"] for message in report["items"][0]["messages"]] == ["unit"]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", InvalidInput),
        (b"tahun,tidak_ada\n1,2\n", InvalidInput),
        (b"tahun,tahun\n1,2\n", InvalidInput),
        (b"tahun,kode,Kode\n2026,c-1,c-2\n", InvalidInput),
        (b"tahun\tkode\n2026\tc-1\n", InvalidInput),
        (b"tahun,kode\n1,2,3\n", InvalidInput),
        (b"tahun,kode\n\xff\xfe\n", UnsupportedMediaType),
        (b"PK\x03\x04 rusak", UnsupportedMediaType),
        (b"tahun,kode\n" + b"2026,x\n" * 10_001, InvalidInput),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(noted: DemoOffice, content: bytes, refused: Any) -> None:
    with pytest.raises(refused):
        noted.engine.register_imports.read(EDITOR, "catatan", content)
