"""SOP tables as offices write them, made in the tests with Word's and Excel's own parts."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

LANES = ("Kepala Dinas", "Sekretaris Dinas", "Kasubbag Umum & Kepegawaian")
BEHIND = ("Kelengkapan", "Waktu", "Output", "Keterangan")
DRAWING = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml">'
    "{inside}</w:r>"
)
DRAWN = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData>'
    '<wps:wsp><wps:cNvSpPr/><wps:spPr><a:prstGeom prst="{form}"/></wps:spPr>'
    "<wps:txbx><w:txbxContent><w:p><w:r><w:t>bukan isi sel</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
    "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    '<mc:Fallback><w:pict><v:rect id="again"/></w:pict></mc:Fallback></mc:AlternateContent>'
)
OLD = '<w:pict><v:shape id="_s1" type="#_x0000_t110" style="width:20pt"/></w:pict>'
D = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Row = Sequence[str]
"""Number, activity, a text per lane, and the texts behind the lanes."""

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHECKED = (
    "Sekretaris Dinas memeriksa konsep, jika sudah sesuai diajukan kepada Kepala Dinas,"
    " jika tidak sesuai dikembalikan kepada Kasubbag Umum dan Kepegawaian"
)
ROWS = (
    ("1", "Kasubbag Umum dan Kepegawaian menyusun konsep", "", "", "√", "Disposisi", "2 jam", "Konsep", ""),
    ("2", CHECKED, "", "V", "", "Konsep", "1-3 Hari", "Konsep", "SOP Surat"),
    ("3", "Kepala Dinas menandatangani", "●", "", "", "Konsep", "30 menit", "Surat", ""),
)


def drawn(form: str) -> str:
    """A shape of Word as it stands in a cell; its older twin and the text within it must not count."""
    return DRAWING.format(inside=DRAWN.format(form=form))


def old_decision() -> str:
    """A decision as Word 2003 drew it."""
    return DRAWING.format(inside=OLD)


def word(
    rows: Sequence[Row],
    lanes: Sequence[str] = LANES,
    *,
    behind: Sequence[str] = BEHIND,
    number: str = "No.",
    activity: str = "Kegiatan",
    numbered: bool = False,
    heading: str | None = None,
    identity: Sequence[tuple[str, str]] = (),
    split_after: int | None = None,
    loose: int = 0,
) -> bytes:
    """A document with one SOP table: actors below Pelaksana, quality below Mutu Baku."""
    paper = Document()
    if identity:
        block = paper.add_table(len(identity), 2)
        for line, (label, value) in zip(block.rows, identity, strict=True):
            line.cells[0].text, line.cells[1].text = label, value
    if heading:
        paper.add_paragraph(heading)
    for _ in range(loose):
        paper.add_paragraph()._p.append(parse_xml(drawn("flowChartProcess")))
    parts = [rows] if split_after is None else [rows[:split_after], rows[split_after:]]
    for part in parts:
        _word_table(paper, part, lanes, behind, number, activity, numbered)
        paper.add_paragraph()
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _word_table(
    paper: Any,
    rows: Sequence[Row],
    lanes: Sequence[str],
    behind: Sequence[str],
    number: str,
    activity: str,
    numbered: bool,
) -> None:
    width = 2 + len(lanes) + len(behind)
    table = paper.add_table(2, width)
    head, names = table.rows
    for column, text in ((0, number), (1, activity)):
        head.cells[column].merge(names.cells[column]).text = text
    head.cells[2].merge(head.cells[1 + len(lanes)]).text = "Pelaksana"
    for column, lane in enumerate(lanes, 2):
        names.cells[column].text = lane
    quality = [column for column, text in enumerate(behind, 2 + len(lanes)) if text != "Keterangan"]
    head.cells[quality[0]].merge(head.cells[quality[-1]]).text = "Mutu Baku"
    for column, text in enumerate(behind, 2 + len(lanes)):
        if text == "Keterangan":
            head.cells[column].merge(names.cells[column]).text = text
        else:
            names.cells[column].text = text
    if numbered:
        for column, cell in enumerate(table.add_row().cells, 1):
            cell.text = str(column)
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            if text.startswith("<w:r"):
                cell.paragraphs[0]._p.append(parse_xml(text))
            else:
                cell.text = text


def excel(
    rows: Sequence[Row],
    lanes: Sequence[str] = LANES,
    *,
    behind: Sequence[str] = BEHIND,
    sheet: str = "SOP",
    above: Sequence[Row] = (),
    shapes: Sequence[tuple[int, str, int, int]] = (),
    connectors: Sequence[tuple[int, int]] = (),
) -> bytes:
    """A workbook with one SOP table; ``shapes`` are (id, form, row of the table, lane), glued by id."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for line in above:
        page.append(list(line))
    top = len(above) + 1
    first, last = 3, 2 + len(lanes)
    page.append(["No", "Aktivitas", "Pelaksana", *[""] * (len(lanes) - 1), "Mutu Baku", "", "", "Ket."])
    page.append(["", "", *lanes, *behind[:3], ""])
    page.merge_cells(f"C{top}:{get_column_letter(last)}{top}")
    page.merge_cells(f"A{top}:A{top + 1}")
    page.merge_cells(f"B{top}:B{top + 1}")
    page.merge_cells(f"{get_column_letter(last + 1)}{top}:{get_column_letter(last + 3)}{top}")
    page.merge_cells(f"{get_column_letter(last + 4)}{top}:{get_column_letter(last + 4)}{top + 1}")
    for row in rows:
        page.append(list(row))
    out = BytesIO()
    book.save(out)
    places = [(id, form, top + row, first - 1 + lane) for id, form, row, lane in shapes]
    return _with_drawing(out.getvalue(), places, connectors) if shapes else out.getvalue()


def _with_drawing(
    book: bytes, shapes: Sequence[tuple[int, str, int, int]], connectors: Sequence[tuple[int, int]]
) -> bytes:
    """The workbook with shapes, which the library that wrote it cannot draw."""
    anchors = "".join(
        f"<d:twoCellAnchor><d:from><d:col>{column}</d:col><d:colOff>100000</d:colOff><d:row>{row}</d:row>"
        f"<d:rowOff>10000</d:rowOff></d:from><d:to><d:col>{column}</d:col><d:colOff>300000</d:colOff>"
        f'<d:row>{row}</d:row><d:rowOff>150000</d:rowOff></d:to><d:sp><d:nvSpPr><d:cNvPr id="{id}"'
        f' name="s"/><d:cNvSpPr/></d:nvSpPr><d:spPr><a:prstGeom prst="{form}"/></d:spPr></d:sp>'
        "</d:twoCellAnchor>"
        for id, form, row, column in shapes
    ) + "".join(
        "<d:twoCellAnchor><d:from><d:col>0</d:col><d:row>0</d:row></d:from><d:to><d:col>1</d:col>"
        "<d:row>1</d:row></d:to><d:cxnSp><d:nvCxnSpPr><d:cNvCxnSpPr>"
        f'<a:stCxn id="{start}" idx="2"/><a:endCxn id="{end}" idx="0"/>'
        "</d:cNvCxnSpPr></d:nvCxnSpPr></d:cxnSp></d:twoCellAnchor>"
        for start, end in connectors
    )
    drawing = f'<d:wsDr xmlns:d="{D}" xmlns:a="{A}">{anchors}</d:wsDr>'
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    sheet = "xl/worksheets/sheet1.xml"
    mark = f'<drawing xmlns:r="{R}" r:id="rId1"/></worksheet>'
    return repacked(
        book,
        {"xl/drawings/drawing1.xml": drawing, "xl/worksheets/_rels/sheet1.xml.rels": relations},
        {sheet: ("</worksheet>", mark)},
    )


def repacked(package: bytes, added: dict[str, str], changed: dict[str, tuple[str, str]]) -> bytes:
    """A package with parts added, and a text in others replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in changed:
                before, after = changed[name]
                assert before.encode() in text
                text = text.replace(before.encode(), after.encode(), 1)
            new.writestr(name, text)
        for name, written in added.items():
            new.writestr(name, written)
    return out.getvalue()
