"""A Word file as tables: merged cells, text, and the drawings in cells (DrawingML and the older VML)."""

from collections.abc import Iterator
from itertools import count
from xml.etree.ElementTree import Element

from documents.intake.archive import Archive
from documents.intake.grid import KINDS, MOST_COLUMNS, MOST_ROWS, Cell, Grid, Paper, Shape, too_many_rows
from engine.text.bilingual import Text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
OLD_TYPES = {
    "_x0000_t4": "diamond",
    "_x0000_t109": "flowChartProcess",
    "_x0000_t110": "flowChartDecision",
    "_x0000_t116": "flowChartTerminator",
    "_x0000_t176": "flowChartAlternateProcess",
    "_x0000_t1": "rect",
    "_x0000_t2": "roundRect",
    "_x0000_t3": "ellipse",
}
OLD_NAMES = {f"{VML}rect": "rect", f"{VML}roundrect": "roundRect", f"{VML}oval": "ellipse"}
TICKS = {"F0FC": "√", "F0FB": "X", "F052": "√", "F06C": "●", "F0A7": "●", "F0D6": "√"}
"""Private letters of Wingdings and Symbol that people tick with."""
CONTENT = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "hyperlink")
)
ABOVE = 12
MOST_TABLES = 2_000


def read(archive: Archive) -> Paper:
    """Every table of the document. KeyError where the package is no Word document."""
    body = archive.xml("word/document.xml").find(f"{W}body")
    if body is None:
        raise ValueError("no body")
    grids: list[Grid] = []
    above: list[str] = []
    loose = 0
    for block in _blocks(body):
        if block.tag == f"{W}tbl":
            _add(block, tuple(above[-ABOVE:]), grids)
            above = []
        else:
            text, shapes = _content(block)
            above += [line.strip() for line in text.split("\n") if line.strip()]
            loose += len(shapes)
    return Paper(tuple(grids), loose)


def _blocks(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables, also those inside content controls."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in CONTENT:
            yield from _blocks(child)


def _add(table: Element, above: tuple[str, ...], grids: list[Grid]) -> None:
    grid = Grid(Text(f"tabel {len(grids) + 1}", f"table {len(grids) + 1}"), above)
    grids.append(grid)
    if len(grids) > MOST_TABLES:
        raise too_many_rows()
    for row, line in enumerate(_children(table, "tr")):
        if row >= MOST_ROWS or sum(known.height for known in grids) > MOST_ROWS:
            raise too_many_rows()
        column = _number(line.find(f"{W}trPr/{W}gridBefore"))
        for box in _children(line, "tc"):
            wide = max(1, _number(box.find(f"{W}tcPr/{W}gridSpan")))
            if column + wide > MOST_COLUMNS:
                raise too_many_rows()
            merge = box.find(f"{W}tcPr/{W}vMerge")
            over = grid.at(row - 1, column) if merge is not None else None
            if merge is not None and merge.get(f"{W}val", "continue") == "continue" and over is not None:
                for place in range(column, column + wide):
                    grid.cells[row, place] = over
                grid.height = row + 1
                _fill(over, box, grids)
            else:
                cell = Cell(row, column)
                grid.put(cell, 1, wide)
                _fill(cell, box, grids)
            column += wide
        grid.height = max(grid.height, row + 1)


def _children(parent: Element, name: str) -> Iterator[Element]:
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in CONTENT:
            yield from _children(child, name)


def _fill(cell: Cell, box: Element, grids: list[Grid]) -> None:
    parts: list[str] = [cell.text] if cell.text else []
    for block in _blocks(box):
        if block.tag == f"{W}tbl":
            _add(block, (), grids)
            continue
        text, shapes = _content(block)
        cell.shapes += shapes
        if block.find(f"{W}pPr/{W}numPr") is not None:
            cell.is_listed = True
        if text.strip():
            parts.append(text.strip())
    cell.text = "\n".join(parts)


def _content(paragraph: Element) -> tuple[str, list[Shape]]:
    """The words of a paragraph, and its symbols; the words inside a symbol are not of the cell."""
    words: list[str] = []
    shapes: list[Shape] = []
    waiting = list(reversed(paragraph))
    numbers = count()
    while waiting:
        node = waiting.pop()
        tag = node.tag
        if tag == f"{W}t":
            words.append(node.text or "")
        elif tag in (f"{W}br", f"{W}cr"):
            words.append("\n")
        elif tag in (f"{W}tab", f"{W}noBreakHyphen"):
            words.append(" " if tag == f"{W}tab" else "-")
        elif tag == f"{W}sym":
            words.append(TICKS.get(node.get(f"{W}char", "").upper(), "●"))
        elif tag == f"{WPS}wsp" or tag.startswith(VML):
            shapes += _symbol(node, next(numbers))
            if tag in (f"{VML}group", f"{VML}shapetype"):
                waiting += reversed(node) if tag == f"{VML}group" else ()
        elif tag == f"{MC}AlternateContent":
            choice = node.find(f"{MC}Choice")
            waiting += reversed(choice if choice is not None else node)
        elif tag not in (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr"):
            waiting += reversed(node)
    return "".join(words), shapes


def _symbol(node: Element, number: int) -> list[Shape]:
    if node.tag == f"{WPS}wsp":
        form = node.find(f"{WPS}spPr/{A}prstGeom")
        name = form.get("prst", "") if form is not None else ""
        kind = node.find(f"{WPS}cNvSpPr")
        if kind is not None and kind.get("txBox") in ("1", "true"):
            name = ""
    else:
        name = OLD_NAMES.get(node.tag) or OLD_TYPES.get(node.get("type", "").removeprefix("#"), "")
    return [Shape(KINDS[name], str(number))] if name in KINDS else []


def _number(node: Element | None) -> int:
    written = node.get(f"{W}val", "0") if node is not None else "0"
    return int(written) if written.isdecimal() and len(written) < 6 else 0
