"""The pages as one SVG: standalone, without script, a group for each symbol and a path for each arrow."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from documents.drawing import LABEL, SMALL, Align, Arrow, Cell, Page, Point, Shape, Table
from documents.face import FAMILY, MM_A_POINT, line_height, width

LINE = 0.25
ASCENT = 0.78  # of the line height: where letters stand
HEAD = 1.6
State = Literal["done", "current", "late", "changed", "heat1", "heat2", "heat3", "heat4"]
COLOURS: Mapping[State | None, tuple[str, str]] = {  # of the ground and of the line
    None: ("#fff", "currentColor"),
    "done": ("#dcefdc", "#2b6b2b"),
    "current": ("#ffe9a8", "#8a6100"),
    "late": ("#f9d2d2", "#b00020"),
    "changed": ("#fff", "#b00020"),
    "heat1": ("#fdf3df", "#6b5200"),
    "heat2": ("#fbd9a5", "#7a4d00"),
    "heat3": ("#f4a46a", "#7a3300"),
    "heat4": ("#e0633c", "#6b1200"),
}


def as_svg(pages: Sequence[Page], title: str, *, states: Mapping[str, State] | None = None) -> str:
    """All pages under each other, in millimetres; ``states`` of steps colour their symbols."""
    wide, high = pages[0].paper.width, pages[0].paper.height * len(pages)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(wide)}mm" height="{_n(high)}mm"'
        f' viewBox="0 0 {_n(wide)} {_n(high)}" role="document" lang="id"'
        f' font-family="{FAMILY}, Arial, sans-serif" fill="none" stroke="currentColor"'
        f' stroke-width="{LINE}" color="#000">',
        f"<title>{escape(title)}</title>",
    ]
    for number, page in enumerate(pages):
        parts.append(
            f'<g data-page="{number + 1}" transform="translate(0 {_n(number * page.paper.height)})">'
        )
        parts += [f'<rect width="{_n(wide)}" height="{_n(page.paper.height)}" fill="#fff" stroke="none"/>']
        parts += _page(page, states or {})
        parts.append("</g>")
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _page(page: Page, states: Mapping[str, State]) -> Iterator[str]:
    for heading in page.headings:
        x = (
            page.paper.width / 2 - width(heading.text, heading.points, True) / 2
            if heading.centred
            else heading.x
        )
        yield _text(heading.text, x, heading.y, heading.points, bold=True)
    for table in page.tables:
        yield from _table(table)
    for arrow in page.arrows:
        yield from _label(arrow)
    for join in page.joins:
        look = ' stroke-dasharray="1 0.8"' if join.is_dashed else ""
        yield f'<path data-kind="join" d="{_path((join.start, join.end))}"{look}/>'
    for arrow in page.arrows:
        yield from _arrow(arrow)
    for shape in page.shapes:
        yield from _shape(shape, None if shape.kind == "pentagon" else states.get(shape.step))


def _table(table: Table) -> Iterator[str]:
    for cell in table.cells:
        yield from _cell(table, cell)
    covered = {
        (row, column): cell
        for cell in table.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }
    lines: list[tuple[Point, Point]] = []
    for row in range(len(table.rows) + 1):
        for column in range(len(table.columns)):
            above, below = covered.get((row - 1, column)), covered.get((row, column))
            if above is None or above is not below:
                y, x = table.y + sum(table.rows[:row]), table.x + sum(table.columns[:column])
                lines.append(((x, y), (x + table.columns[column], y)))
    for column in range(len(table.columns) + 1):
        for row in range(len(table.rows)):
            left, right = covered.get((row, column - 1)), covered.get((row, column))
            if left is None or left is not right:
                y, x = table.y + sum(table.rows[:row]), table.x + sum(table.columns[:column])
                lines.append(((x, y), (x, y + table.rows[row])))
    yield f'<path data-kind="grid" d="{"".join(_path(line) for line in lines)}"/>'


def _cell(table: Table, cell: Cell) -> Iterator[str]:
    left, top, wide, high = table.frame(cell)
    step = line_height(cell.points)
    if cell.is_head:
        box = f'x="{_n(left)}" y="{_n(top)}" width="{_n(wide)}" height="{_n(high)}"'
        yield f'<rect {box} fill="#e8e8e8" stroke="none"/>'
    if cell.turned:
        middle = left + wide / 2 - step * len(cell.lines) / 2
        for index, line in enumerate(cell.lines):
            x, y = middle + step * (index + ASCENT), top + high - 1.0
            yield _text(line, x, y, cell.points, bold=cell.bold, turned=True)
        return
    block = step * len(cell.lines)
    y = top + (high - block) / 2 if cell.is_head or cell.align == "center" else top + 1.0
    for index, line in enumerate(cell.lines):
        x = left + _indent(cell.align, line, cell, wide)
        yield _text(line, x, y + step * (index + ASCENT), cell.points, bold=cell.bold)


def _indent(align: Align, line: str, cell: Cell, wide: float) -> float:
    return (wide - width(line, cell.points, cell.bold)) / 2 if align == "center" else 1.0


def _text(
    text: str,
    x: float,
    y: float,
    points: float,
    *,
    bold: bool = False,
    turned: bool = False,
    halo: bool = False,
) -> str:
    """One line, as long as the shipped face makes it wherever that is missing."""
    if not text.strip():
        return ""
    heavy = ' font-weight="bold"' if bold else ""
    turn = f' transform="rotate(-90 {_n(x)} {_n(y)})"' if turned else ""
    length = width(text, points, bold)
    ground = 'stroke="#fff" stroke-width="0.6" paint-order="stroke"' if halo else 'stroke="none"'
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(points * MM_A_POINT)}"{heavy}{turn}'
        f' textLength="{_n(length)}" lengthAdjust="spacingAndGlyphs" fill="currentColor" {ground}>'
        f"{escape(text)}</text>"
    )


def _arrow(arrow: Arrow) -> Iterator[str]:
    ends = f"data-from={quoteattr(arrow.source)} data-to={quoteattr(arrow.target)}"
    yield f'<path {ends} d="{_path(arrow.points)}"/>'
    yield f'<path data-kind="head" d="{_path(head(arrow.points))}Z" fill="currentColor" stroke="none"/>'


def _label(arrow: Arrow) -> Iterator[str]:
    """The words of a way, on a white ground and below its line."""
    x, y = arrow.label_at
    for index, line in enumerate(arrow.label):
        yield _text(line, x, y + index * line_height(LABEL), LABEL, halo=True)


def head(points: Sequence[Point]) -> tuple[Point, Point, Point]:
    """The three corners of an arrow's head."""
    (x1, y1), (x2, y2) = points[-2], points[-1]
    length = max(abs(x2 - x1) + abs(y2 - y1), 1e-9)
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    back = (x2 - dx * HEAD, y2 - dy * HEAD)
    return (
        (x2, y2),
        (back[0] - dy * HEAD / 2, back[1] + dx * HEAD / 2),
        (back[0] + dy * HEAD / 2, back[1] - dx * HEAD / 2),
    )


def outline(shape: Shape) -> tuple[Point, ...]:
    """The corners of a symbol that has some; of a capsule those of its box."""
    (x, y), w, h = shape.centre, shape.width / 2, shape.height / 2
    if shape.kind == "diamond":
        return (x, y - h), (x + w, y), (x, y + h), (x - w, y)
    if shape.kind == "pentagon":
        return (x - w, y - h), (x + w, y - h), (x + w, y + h * 0.3), (x, y + h), (x - w, y + h * 0.3)
    return (x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)


def _shape(shape: Shape, state: State | None) -> Iterator[str]:
    connector = f" data-connector={quoteattr(shape.letter)}" if shape.kind == "pentagon" else ""
    live = f' data-state="{state}"' if state else ""
    yield (
        f"<g data-kind={quoteattr(shape.kind)} data-step={quoteattr(shape.step)}"
        f' data-role={quoteattr(shape.role)}{connector}{live} role="img" aria-label={quoteattr(shape.words)}>'
        f"<title>{escape(shape.words)}</title>"
    )
    look = ' stroke-dasharray="1 0.8"' if shape.is_dashed else ""
    ground, line = COLOURS[state]
    look += f' fill="{ground}" stroke="{line}"' + (' stroke-width="0.6"' if state else "")
    if shape.kind in ("capsule", "box"):
        (x, y), _, _, _ = outline(shape)
        round_ = f' rx="{_n(shape.height / 2)}"' if shape.kind == "capsule" else ""
        yield (
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(shape.width)}" height="{_n(shape.height)}"{round_}'
            f"{look}/>"
        )
    else:
        yield f'<path d="{_path(outline(shape))}Z"{look}/>'
    if shape.letter:
        x, y = shape.centre
        yield _text(shape.letter, x - width(shape.letter, SMALL, True) / 2, y + 0.6, SMALL, bold=True)
        beside = shape.width / 2 + 0.6
        left = x + beside if shape.note_at == "right" else x - beside - width(shape.note, LABEL)
        yield _text(shape.note, left, y + 0.6, LABEL)
    yield "</g>"


def _path(points: Sequence[Point]) -> str:
    return "".join(f"{'L' if index else 'M'}{_n(x)} {_n(y)}" for index, (x, y) in enumerate(points))


def _n(value: float) -> str:
    """Hundredths of a millimetre, without needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
