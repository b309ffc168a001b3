"""The pages as PDF/A-3a and PDF/UA-1 at once, with the YAML inside; the same pages give the same bytes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import typst

from documents.drawing import LABEL, SMALL, Arrow, Cell, Heading, Join, Page, Point, Shape, Table
from documents.face import FAMILY, FOLDER
from documents.svg import head, outline

STANDARDS = ["a-3a", "ua-1"]
NO_DAY = date(2000, 1, 1)  # the standards ask for a date; a document without one carries this
LINE = "0.25mm"
PREAMBLE = f"""
#set text(font: "{FAMILY}", lang: "id", kerning: false, ligatures: false, hyphenate: false,
  top-edge: 0.93em, bottom-edge: -0.27em)
#set par(leading: 0pt, spacing: 0pt)
#set table(stroke: {LINE}, inset: (x: 1mm, y: 1mm))
#show heading: it => it.body
#let at(x, y, body) = place(top + left, dx: x, dy: y, body)
#let words(size, bold, lines) = text(size: size, weight: if bold {{ "bold" }} else {{ "regular" }},
  lines.map(line => [#line]).join(linebreak()))
"""


def as_pdf(pages: Sequence[Page], *, title: str, day: date | None, name: str, text: bytes) -> bytes:
    """All pages; ``name`` and ``text`` are the file of the definition that lies in the document."""
    at = day or NO_DAY
    paper = pages[0].paper
    source = "\n".join(
        [
            f"#set document(title: {_s(title)},"
            f" date: datetime(year: {at.year}, month: {at.month}, day: {at.day}))",
            f"#set page(width: {_mm(paper.width)}, height: {_mm(paper.height)}, margin: 0mm)",
            PREAMBLE,
            f'#pdf.attach({_s(name)}, read({_s(name)}, encoding: none), relationship: "source",'
            ' mime-type: "application/yaml", description: "SOP")',
            "#pagebreak(weak: true)\n".join("\n".join(_page(page)) + "\n" for page in pages),
        ]
    )
    files = {"main.typ": source.encode(), name: text}
    compiled: Callable[..., bytes] = typst.compile  # its types know one kind of input at a time
    return compiled(
        files,
        font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
    )


def _page(page: Page) -> Iterator[str]:
    for heading in page.headings:
        yield _heading(heading)
    for table in page.tables:
        yield _table(table)
    if page.arrows or page.joins:
        yield "#pdf.artifact({"
        yield from (_label(arrow) for arrow in page.arrows if arrow.label)
        yield from (_join(join) for join in page.joins)
        for arrow in page.arrows:
            yield from _arrow(arrow)
        yield "})"
    for shape in page.shapes:
        yield _shape(shape)


def _heading(heading: Heading) -> str:
    body = f'heading(level: 1, text(size: {heading.points}pt, weight: "bold", {_s(heading.text)}))'
    width = "100%" if heading.centred else "auto"
    x = "0mm" if heading.centred else _mm(heading.x)
    high = heading.points * 0.93 * 25.4 / 72
    return f"#at({x}, {_mm(heading.y - high)}, block(width: {width}, align(center, {body})))"


def _table(table: Table) -> str:
    heads = 0
    while heads < len(table.rows) - 1 and all(cell.is_head for cell in table.cells if cell.row == heads):
        heads += 1
    head = ", ".join(_cell(table, cell) for cell in table.cells if cell.row < heads)
    body = ", ".join(_cell(table, cell) for cell in table.cells if cell.row >= heads)
    columns = ", ".join(map(_mm, table.columns))
    rows = ", ".join(map(_mm, table.rows))
    header = f"table.header(repeat: false, {head}), " if head else ""
    return (
        f"#at({_mm(table.x)}, {_mm(table.y)}, table(columns: ({columns},), rows: ({rows},), {header}{body}))"
    )


def _cell(table: Table, cell: Cell) -> str:
    centred = cell.align == "center"
    level = "horizon" if centred or cell.is_head else "top"
    lines = "(" + "".join(f"{_s(line)}, " for line in cell.lines) + ")"
    words = f"words({cell.points}pt, {str(cell.bold).lower()}, {lines})" if cell.lines else "[]"
    if cell.turned:
        _, _, _, high = table.frame(cell)
        words = f"rotate(-90deg, reflow: true, block(width: {_mm(high - 2)}, align(left, {words})))"
    fill = ', fill: rgb("#e8e8e8")' if cell.is_head else ""
    return (
        f"table.cell(x: {cell.column}, y: {cell.row}, colspan: {cell.columns}, rowspan: {cell.rows},"
        f" align: {'center' if centred else 'left'} + {level}{fill}, {words})"
    )


def _join(join: Join) -> str:
    return _line((join.start, join.end), dashed=join.is_dashed)


def _arrow(arrow: Arrow) -> Iterator[str]:
    yield _line(arrow.points, dashed=False)
    corners = ", ".join(map(_point, head(arrow.points)))
    yield f"at(0mm, 0mm, polygon(fill: black, {corners}))"


def _label(arrow: Arrow) -> str:
    x, y = arrow.label_at
    lines = "(" + "".join(f"{_s(line)}, " for line in arrow.label) + ")"
    high = LABEL * 0.93 * 25.4 / 72
    return f"at({_mm(x)}, {_mm(y - high)}, box(fill: white, words({LABEL}pt, false, {lines})))"


def _shape(shape: Shape) -> str:
    (x, y), w, h = shape.centre, shape.width, shape.height
    left, top = x - w / 2, y - h / 2
    stroke = f'(thickness: {LINE}, dash: "dashed")' if shape.is_dashed else LINE
    if shape.kind in ("box", "capsule"):
        radius = f", radius: {_mm(h / 2)}" if shape.kind == "capsule" else ""
        drawn = f"rect(width: {_mm(w)}, height: {_mm(h)}, fill: white, stroke: {stroke}{radius})"
    else:
        corners = ", ".join(_point((a - left, b - top)) for a, b in outline(shape))
        drawn = f"polygon(fill: white, stroke: {stroke}, {corners})"
    if shape.letter:
        drawn = (
            f"box(width: {_mm(w)}, height: {_mm(h)}, {{ {drawn}; place(top + center, dy: 1.2mm,"
            f' text(size: {SMALL}pt, weight: "bold", {_s(shape.letter)})) }})'
        )
    note = ""
    if shape.note:
        beside = f"text(size: {LABEL}pt, {_s(shape.note)})"
        if shape.note_at == "right":
            note = f"\n#at({_mm(x + w / 2 + 0.6)}, {_mm(y - 1.2)}, {beside})"
        else:
            note = f"\n#at({_mm(left - 20.6)}, {_mm(y - 1.2)}, block(width: 20mm, align(right, {beside})))"
    return f"#at({_mm(left)}, {_mm(top)}, figure(alt: {_s(shape.words)}, {drawn})){note}"


def _line(points: Sequence[Point], *, dashed: bool) -> str:
    stroke = f'(thickness: {LINE}, dash: "dashed")' if dashed else LINE
    moves = ", ".join(
        f"curve.{'line' if index else 'move'}({_point(point)})" for index, point in enumerate(points)
    )
    return f"at(0mm, 0mm, curve(stroke: {stroke}, {moves}))"


def _point(point: Point) -> str:
    return f"({_mm(point[0])}, {_mm(point[1])})"


def _mm(value: float) -> str:
    return f"{value:.3f}mm"


def _s(text: str) -> str:
    """A Typst string: data, never markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
