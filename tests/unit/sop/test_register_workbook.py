"""A workbook that somebody made on purpose is refused as a file, and never a fault of the program."""

import zipfile
from io import BytesIO

import pytest

from engine.errors import InvalidInput, TooLarge, UnsupportedMediaType
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
    with pytest.raises(TooLarge):
        read_sheet(book('<row r="2">' + "<c/>" * 50 + "</row>"))


MANY = " ".join(f'a{n}=""' for n in range(300))
MUCH = {
    "an element of many attributes": f"<row {MANY}/>",
    "one long text": f'<row><c t="str"><v>{"a" * 41 * 2**20}</v></c></row>',
}


@pytest.mark.parametrize("kind", MUCH)
def test_what_unpacks_to_much_is_refused_before_it_is_built(kind: str) -> None:
    with pytest.raises(TooLarge, match="without empty rows"):
        read_sheet(book(MUCH[kind]))


def test_cells_that_have_a_colour_only_take_no_place() -> None:
    lines = list(workbook.cells_of_workbook(book('<row r="2"><c r="ALA2" s="1"/></row>')))
    assert lines == [(1, ("kode",)), (2, ())]


def test_empty_cells_of_a_workbook_keep_the_place_of_those_behind_them() -> None:
    head = '<row r="2"><c/><c t="str"><v>b</v></c></row><row r="3"><c r="A3" s="1"/></row>'
    with pytest.raises(InvalidInput, match="more cells than there are headings"):
        read_sheet(book(head))


def test_a_heading_of_many_empty_cells_is_read_in_proportion() -> None:
    assert read_sheet(b"kode" + b"," * 400_000 + b"\n1\n").lines == ((2, ("1",)),)


def test_a_letter_that_xml_cannot_hold_is_read_as_it_was() -> None:
    lines = '<row r="2"><c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_ _xD800_</t></is></c></row>'
    assert read_sheet(book(lines)).lines == ((2, ("a\rb_x0041_ _xD800_",)),)
