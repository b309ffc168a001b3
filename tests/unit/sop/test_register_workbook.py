"""A workbook that somebody made on purpose is refused as a file, and never a fault of the program."""

import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO

import pytest

from engine.errors import InvalidInput, TooLarge, UnsupportedMediaType
from engine.sop.checks.register_file import load_register
from engine.sop.registers import workbook
from engine.sop.registers.lines import Reading
from engine.sop.registers.number_formats import Percent
from engine.sop.registers.sheet import Sheet, read_sheet

NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PARTS = {
    "xl/workbook.xml": f'<workbook {NAMES} {OFFICE}><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<a><b Id="r1" Target="worksheets/sheet1.xml"/></a>',
}
SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<row r="1"><c t="inlineStr"><is><t>kode</t></is></c></row>'


def book(
    lines: str,
    *,
    before: str = "",
    encoding: str = "utf-8",
    head: str = HEAD,
    after: str = "",
    dimension: str = "A1",
    parts: Mapping[str, str] | None = None,
) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**PARTS, **(parts or {})}.items():
            archive.writestr(name, text)
        rows = f'<dimension ref="{dimension}"/><sheetData>{head}{lines}</sheetData>{after}'
        said = f"{before}<worksheet {NAMES}>{rows}</worksheet>"
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


STYLES = (
    f'<styleSheet {NAMES}><numFmts><numFmt numFmtId="164" formatCode="[$-421]dd\\ mmmm\\ yyyy"/>'
    '<numFmt numFmtId="165" formatCode="&quot;hari &quot;0"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="10"/>'
    '<xf numFmtId="165"/></cellXfs></styleSheet>'
)


def styled(cells: str, setting: str = "") -> bytes:
    said = PARTS["xl/workbook.xml"].replace("<sheets>", f"{setting}<sheets>")
    return book(f'<row r="2">{cells}</row>', parts={"xl/workbook.xml": said, "xl/styles.xml": STYLES})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A2" s="1"><v>45692</v></c>', date(2025, 2, 4)),
        ('<c r="A2" s="2"><v>45692.75</v></c>', datetime.fromisoformat("2025-02-04T18:00")),
        ('<c r="A2" s="3"><v>0.9230</v></c>', 92.3),
        ('<c r="A2" s="4"><v>3</v></c>', 3.0),
        ('<c r="A2" s="0"><v>45692</v></c>', 45692.0),
    ],
)
def test_a_number_is_read_as_people_see_it(cell: str, value: object) -> None:
    assert read_sheet(styled(cell)).lines == ((2, (value,)),)


def test_a_workbook_that_counts_from_1904_has_its_own_days() -> None:
    found = read_sheet(styled('<c s="1"><v>44230</v></c>', '<workbookPr date1904="1"/>'))
    assert found.lines == ((2, (date(2025, 2, 4),)),)


def test_an_error_and_a_formula_are_no_values() -> None:
    cells = '<c r="A2" t="e"><v>#N/A</v></c>'
    assert "#N/A" in read_sheet(styled(cells)).lines[0][1][0].message.english  # type: ignore[union-attr]
    with pytest.raises(InvalidInput) as refused:
        read_sheet(book("", head='<row r="1"><c><f>1</f><v>1</v></c></row>'))
    assert "formula" in refused.value.errors[0].message.english


def test_joined_cells_are_refused_since_all_but_the_first_would_empty_what_is_stored() -> None:
    lines = '<row r="2"><c><v>1</v></c></row><row r="3"><c/></row>'
    with pytest.raises(InvalidInput) as refused:
        read_sheet(book(lines, after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'))
    assert "A2:A3" in refused.value.errors[0].message.english


def test_the_first_sheet_that_people_see_is_read() -> None:
    sheets = (
        '<sheet name="lama" r:id="r0" state="hidden"/>'
        '<sheet name="x" r:id="r0" state="veryHidden"/><sheet name="a" r:id="r1"/>'
    )
    said = f"<workbook {NAMES} {OFFICE}><sheets>{sheets}</sheets></workbook>"
    assert read_sheet(book('<row r="2"><c><v>1</v></c></row>', parts={"xl/workbook.xml": said})).lines


@pytest.mark.parametrize("sheets", ["", '<sheet name="a" r:id="r1" state="hidden"/>'])
def test_a_workbook_that_shows_no_sheet_is_refused(sheets: str) -> None:
    said = f"<workbook {NAMES} {OFFICE}><sheets>{sheets}</sheets></workbook>"
    with pytest.raises(UnsupportedMediaType):
        read_sheet(book("", parts={"xl/workbook.xml": said}))


def test_a_sheet_that_says_it_is_huge_costs_what_it_holds() -> None:
    found = read_sheet(book('<row r="1048576"><c><v>1</v></c></row>', dimension="A1:XFD1048576"))
    assert found.lines == ((1048576, (1.0,)),)


def test_what_a_number_stands_for_decides_which_column_takes_it() -> None:
    reading = Reading(
        load_register(
            b"""
schema: register/v1
id: ukur
label: Ukur
title: "{kode}"
key: [kode]
columns:
  - {id: kode, type: text, label: Kode, required: true}
  - {id: hari, type: date, label: Hari}
  - {id: jumlah, type: number, label: Jumlah}
  - {id: bagian, type: percent, label: Bagian}
""",
            file="register.yaml",
        ).register
    )
    names = ("kode", "hari", "jumlah", "bagian")
    day, part = date(2025, 2, 4), Percent(92.3)
    sheet = Sheet(
        names,
        (
            (2, (day, day, 5.0, part)),
            (3, ("a", datetime.fromisoformat("2025-02-04T18:00"), day, day)),
            (4, (part, None, part, None)),
        ),
    )
    fits, days, percents = reading.lines(sheet)
    assert dict(fits.cells) == {"kode": "2025-02-04", "hari": "2025-02-04", "jumlah": 5, "bagian": 92.3}
    assert (days.cells["hari"], [fault.path for fault in days.faults]) == ("2025-02-04", ["jumlah", "bagian"])
    assert (percents.cells["kode"], [fault.path for fault in percents.faults]) == ("92.3%", ["jumlah"])
    assert "92.3" in percents.faults[0].message.english
