"""A workbook that somebody made on purpose is refused as a file, and never a fault of the program."""

import zipfile
from io import BytesIO

import pytest

from engine.errors import UnsupportedMediaType
from engine.sop.registers import workbook
from engine.sop.registers.sheet import read_sheet

NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PARTS = {
    "xl/workbook.xml": f'<workbook {NAMES} {OFFICE}><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<a><b Id="r1" Target="worksheets/sheet1.xml"/></a>',
}
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<row r="1"><c t="inlineStr"><is><t>kode</t></is></c></row>'


def book(lines: str, *, before: str = "", encoding: str = "utf-8") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        said = f"{before}<worksheet {NAMES}><sheetData>{HEAD}{lines}</sheetData></worksheet>"
        archive.writestr(SHEET, said.encode(encoding))
    return out.getvalue()


def broken(content: bytes) -> bytes:
    """The same with other bytes where its sheet is packed."""
    place = content.index(SHEET.encode()) + len(SHEET)
    return content[: place + 3] + b"\xff" * 27 + content[place + 30 :]


ENTITY = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY e "1">]>'
REFUSED = {
    "no number": book('<row r="2"><c><v>nan</v></c></row>'),
    "no end": book('<row r="2"><c><v>1e999</v></c></row>'),
    "a letter that is two capitals": book('<row r="2"><c r="ß2"><v>1</v></c></row>'),
    "a line that no sheet has": book(f'<row r="{"9" * 30}"><c><v>1</v></c></row>'),
    "a packed part that is broken": broken(book('<row r="2"><c><v>1</v></c></row>')),
    "an entity in UTF-16": book('<row r="2"><c><v>&e;</v></c></row>', before=ENTITY, encoding="utf-16"),
    "too deep": book("<a>" * 300 + "</a>" * 300),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_workbook_is_refused_as_no_file_of_rows(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read_sheet(REFUSED[kind])


def test_a_workbook_of_more_elements_than_its_most_rows_have_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "MOST_ELEMENTS", 50)
    with pytest.raises(UnsupportedMediaType):
        read_sheet(book('<row r="2">' + "<c/>" * 50 + "</row>"))


def test_a_letter_that_xml_cannot_hold_is_read_as_it_was() -> None:
    lines = '<row r="2"><c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_ _xD800_</t></is></c></row>'
    assert read_sheet(book(lines)).lines == ((2, ("a\rb_x0041_ _xD800_",)),)
