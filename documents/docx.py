"""The pages as a Word document: tables at their places, symbols and arrows as native shapes."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from documents.drawing import LABEL, SMALL, Cell, Join, Page, Paper, Point, Shape, Table
from documents.face import FAMILY, MM_A_POINT, line_height, width

EMU = 36_000  # of a millimetre
TWIPS = 1440 / 25.4  # of a millimetre
STAMP = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes
FORMS = {
    "capsule": "flowChartTerminator",
    "box": "rect",
    "diamond": "flowChartDecision",
    "pentagon": "flowChartOffpageConnector",
}
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
TYPES = (
    XML + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
RELATIONS = (
    XML + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{CORE}" Target="docProps/core.xml"/></Relationships>'
)


def as_docx(pages: Sequence[Page], *, title: str) -> bytes:
    """All pages, each on a sheet of its own."""
    ids = iter(range(1, 1_000_000))
    body = "".join("".join(_page(page, ids, is_first=index == 0)) for index, page in enumerate(pages))
    document = f"{XML}<w:document {NAMESPACES}><w:body>{body}{_section(pages[0].paper)}</w:body></w:document>"
    core = (
        XML
        + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        "<dc:language>id</dc:language></cp:coreProperties>"
    )
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("docProps/core.xml", core),
            ("word/document.xml", document),
        ):
            archive.writestr(ZipInfo(name, STAMP), text, compress_type=ZIP_DEFLATED)
    return out.getvalue()


def _section(paper: Paper) -> str:
    margin = _twips(paper.margin)
    return (
        f'<w:sectPr><w:pgSz w:w="{_twips(paper.width)}" w:h="{_twips(paper.height)}" w:orient="landscape"/>'
        f'<w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" w:left="{margin}"'
        ' w:header="0" w:footer="0" w:gutter="0"/></w:sectPr>'
    )


def _page(page: Page, ids: Iterator[int], *, is_first: bool) -> Iterator[str]:
    """The heading's paragraph holds every shape; the table floats, and needs a paragraph behind it."""
    start = "" if is_first else "<w:pageBreakBefore/>"
    yield f'<w:p><w:pPr>{start}<w:spacing w:before="0" w:after="0"/><w:jc w:val="center"/></w:pPr>'
    for heading in page.headings:
        yield _run(heading.text, heading.points, bold=True)
    for arrow in page.arrows:
        if arrow.label:
            yield _label(arrow.label, arrow.label_at, ids)
    for join in page.joins:
        yield _join(join, ids)
    for arrow in page.arrows:
        yield _polyline(arrow.points, ids, has_head=True)
    for shape in page.shapes:
        yield from _shape(shape, ids)
    yield "</w:p>"
    for table in page.tables:
        yield _table(table)
    yield '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'


# --- the table ---


def _table(table: Table) -> str:
    grid = "".join(f'<w:gridCol w:w="{_twips(column)}"/>' for column in table.columns)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    covering = {
        (row, column): cell
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }
    padding = "".join(f'<w:{side} w:w="{_twips(1)}" w:type="dxa"/>' for side in ("top", "left", "right"))
    rows = "".join(_row(table, index, covering) for index in range(len(table.rows)))
    return (
        f'<w:tbl><w:tblPr><w:tblpPr w:horzAnchor="page" w:vertAnchor="page" w:tblpX="{_twips(table.x)}"'
        f' w:tblpY="{_twips(table.y)}"/><w:tblW w:w="{_twips(table.width)}" w:type="dxa"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f"{padding}</w:tblCellMar>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(table: Table, row: int, covering: dict[tuple[int, int], Cell]) -> str:
    cells = []
    column = 0
    is_head = any(cell.is_head and cell.row == 0 for cell in table.cells) and row == 0
    while column < len(table.columns):
        cell = covering.get((row, column)) or Cell(row, column)
        breadth = sum(table.columns[column : column + cell.columns])
        cells.append(_cell(cell, row, breadth))
        column += cell.columns
    head = "<w:tblHeader/>" if is_head else ""
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{_twips(table.rows[row])}" w:hRule="exact"/>{head}'
        f"</w:trPr>{''.join(cells)}</w:tr>"
    )


def _cell(cell: Cell, row: int, breadth: float) -> str:
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    restart = ' w:val="restart"' if row == cell.row else ""
    merge = "" if cell.rows == 1 else f"<w:vMerge{restart}/>"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8E8E8"/>' if cell.is_head else ""
    turned = '<w:textDirection w:val="btLr"/>' if cell.turned else ""
    level = "center" if cell.is_head or cell.align == "center" else "top"
    step = round(line_height(cell.points) / MM_A_POINT * 20)
    just = "left" if cell.turned else cell.align
    paragraph = (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{step}" w:lineRule="exact"/>'
        f'<w:jc w:val="{just}"/></w:pPr>{{}}</w:p>'
    )
    lines = cell.lines if row == cell.row else ()
    runs = "<w:r><w:br/></w:r>".join(_run(line, cell.points, bold=cell.bold) for line in lines)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(breadth)}" w:type="dxa"/>{span}{merge}{shade}{turned}'
        f'<w:vAlign w:val="{level}"/></w:tcPr>{paragraph.format(runs)}</w:tc>'
    )


def _run(text: str, points: float, *, bold: bool = False) -> str:
    heavy = "<w:b/>" if bold else ""
    face = f'<w:rFonts w:ascii="{FAMILY}" w:hAnsi="{FAMILY}" w:cs="{FAMILY}"/>'
    size = round(points * 2)
    return (
        f'<w:r><w:rPr>{face}{heavy}<w:sz w:val="{size}"/><w:lang w:val="id-ID"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


# --- shapes ---


def _shape(shape: Shape, ids: Iterator[int]) -> Iterator[str]:
    (x, y), wide, high = shape.centre, shape.width, shape.height
    dash = '<a:prstDash val="dash"/>' if shape.is_dashed else ""
    form = f'<a:prstGeom prst="{FORMS[shape.kind]}"><a:avLst/></a:prstGeom>'
    look = f'{form}<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>{_stroke(dash)}'
    words = _run(shape.letter, SMALL, bold=True) if shape.letter else ""
    yield _anchor((x - wide / 2, y - high / 2), wide, high, look, ids, words=shape.words, text=words)
    if shape.note:
        beside = wide / 2 + 0.6
        breadth = width(shape.note, LABEL)
        left = x + beside if shape.note_at == "right" else x - beside - breadth
        yield _label((shape.note,), (left, y + 0.6), ids)


def _label(lines: Sequence[str], at: Point, ids: Iterator[int]) -> str:
    step = line_height(LABEL)
    wide = max(width(line, LABEL) for line in lines) + 0.4
    runs = "<w:r><w:br/></w:r>".join(_run(line, LABEL) for line in lines)
    look = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln>'
    return _anchor(
        (at[0], at[1] - step * 0.78), wide, step * len(lines), look, ids, text=runs, line=round(LABEL * 24)
    )


def _join(join: Join, ids: Iterator[int]) -> str:
    return _polyline((join.start, join.end), ids, has_head=False, is_dashed=join.is_dashed)


def _polyline(points: Sequence[Point], ids: Iterator[int], *, has_head: bool, is_dashed: bool = False) -> str:
    left, top = min(x for x, _ in points), min(y for _, y in points)
    wide, high = max(x for x, _ in points) - left, max(y for _, y in points) - top
    moves = "".join(
        f'<a:{verb}><a:pt x="{_emu(x - left)}" y="{_emu(y - top)}"/></a:{verb}>'
        for verb, (x, y) in zip(["moveTo"] + ["lnTo"] * (len(points) - 1), points, strict=True)
    )
    form = (
        "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        '<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{_emu(wide)}" h="{_emu(high)}" fill="none">{moves}</a:path></a:pathLst></a:custGeom>'
    )
    dash = '<a:prstDash val="dash"/>' if is_dashed else ""
    head = '<a:tailEnd type="triangle" w="sm" len="sm"/>' if has_head else ""
    return _anchor((left, top), wide, high, f"{form}<a:noFill/>{_stroke(dash + head)}", ids)


def _stroke(more: str) -> str:
    return f'<a:ln w="9000"><a:solidFill><a:srgbClr val="000000"/></a:solidFill>{more}</a:ln>'


def _anchor(
    at: Point,
    wide: float,
    high: float,
    look: str,
    ids: Iterator[int],
    *,
    words: str = "",
    text: str = "",
    line: int = 160,
) -> str:
    number = next(ids)
    inner = (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="exact"/>'
        f'<w:jc w:val="center"/></w:pPr>{text}</w:p>'
    )
    box = f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx>" if text else ""
    size = f'cx="{_emu(wide)}" cy="{_emu(high)}"'
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0"'
        f' relativeHeight="{number}" behindDoc="0" locked="0" layoutInCell="0" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{_emu(at[0])}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{_emu(at[1])}</wp:posOffset></wp:positionV>'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="alur {number}" descr={quoteattr(words)}/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f'<wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>{look}'
        f'</wps:spPr>{box}<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def _emu(millimetres: float) -> int:
    return round(millimetres * EMU)


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS)
