"""A spreadsheet as tables: values as stored, merged cells, and its shapes by the cell under their centre."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from xml.etree.ElementTree import Element

from documents.intake.archive import RELATION, Archive, refuse
from documents.intake.grid import KINDS, MOST_COLUMNS, MOST_ROWS, Cell, Grid, Paper, Shape, too_many_rows
from engine.text.bilingual import Text
from engine.text.foreign_xml import unescaped

X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
D = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DRAWING = "drawing"
# EMU of a pixel and a point; a column of w letters is w * 7 + 5 pixels wide.
PIXEL, POINT = 9525, 12700
COLUMN, ROW = 8.43, 15.0


def read(archive: Archive, sheet: str | None) -> Paper:
    """Every sheet that is shown, or the one that is named. KeyError where the package is no workbook."""
    book = archive.xml("xl/workbook.xml")
    parts = archive.relations("xl/workbook.xml")
    named = {node.get("name", ""): node for node in book.iter(f"{X}sheet")}
    if sheet is not None and sheet not in named:
        known = ", ".join(named)
        refuse(f'Lembar "{sheet}" tidak ada. Yang ada: {known}.', f"no sheet {sheet!r}; there are: {known}")
    shown = [name for name, node in named.items() if node.get("state", "visible") == "visible"]
    shared = _shared(archive)
    wanted = [sheet] if sheet is not None else shown
    grids = [_grid(archive, parts[named[name].get(f"{RELATION}id", "")], name, shared) for name in wanted]
    if sum(grid.height for grid in grids) > MOST_ROWS:
        raise too_many_rows()
    return Paper(tuple(grids))


def _shared(archive: Archive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive:
        return []
    return [_text_in(item) for item in archive.xml("xl/sharedStrings.xml").iter(f"{X}si")]


def _text_in(node: Element) -> str:
    runs = [part for part in node if part.tag in (f"{X}t", f"{X}r")]
    return unescaped("".join(text.text or "" for run in runs for text in run.iter(f"{X}t")))


def _grid(archive: Archive, part: str, name: str, shared: list[str]) -> Grid:
    sheet = archive.xml(part)
    grid = Grid(Text(f'lembar "{name}"', f'sheet "{name}"'))
    last = 0
    for line in sheet.iter(f"{X}row"):
        last = int(line.get("r") or last + 1)
        column = -1
        for node in line.iter(f"{X}c"):
            column = _place(node.get("r", ""))[1] if node.get("r") else column + 1
            text = _value(node, shared)
            if text:
                grid.put(Cell(last - 1, column, text))
    for merge in sheet.iter(f"{X}mergeCell"):
        _merge(grid, merge.get("ref", ""))
    for drawing in sheet.iter(f"{X}{DRAWING}"):
        target = archive.relations(part).get(drawing.get(f"{RELATION}id", ""))
        if target:
            _draw(grid, archive.xml(target), _edges(sheet))
    return grid


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as ``AB12``, from 0."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.replace("$", "")[:4]:
        if not (letter.isascii() and letter.isalpha()):
            raise ValueError("no reference")
        column = column * 26 + ord(letter.upper()) - ord("A") + 1
    return int(reference[len(letters) :] or 1) - 1, column - 1


def _value(node: Element, shared: list[str]) -> str:
    kind = node.get("t", "n")
    if kind == "inlineStr":
        inline = node.find(f"{X}is")
        return _text_in(inline).strip() if inline is not None else ""
    written = node.findtext(f"{X}v") or ""
    if kind == "s" and written:
        return shared[int(written)].strip()
    if kind == "e":
        return ""
    return written.removesuffix(".0").strip()


def _merge(grid: Grid, reference: str) -> None:
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    if top >= MOST_ROWS or left >= MOST_COLUMNS:
        return
    bottom, right = min(bottom, grid.height - 1), min(right, MOST_COLUMNS - 1)
    cell = grid.at(top, left) or Cell(top, left)
    if bottom >= top and right >= left:
        grid.put(cell, bottom - top + 1, right - left + 1)


# --- shapes ---


def _edges(sheet: Element) -> tuple[list[float], list[float]]:
    """Where rows and columns end, in EMU."""
    usual = sheet.find(f"{X}sheetFormatPr")
    high = float(usual.get("defaultRowHeight", ROW)) if usual is not None else ROW
    wide = float(usual.get("defaultColWidth", COLUMN)) if usual is not None else COLUMN
    heights = [high] * MOST_ROWS
    for line in sheet.iter(f"{X}row"):
        number = int(line.get("r", "0"))
        if line.get("ht") and 0 < number <= MOST_ROWS:
            heights[number - 1] = float(line.get("ht", high))
    widths = [wide] * MOST_COLUMNS
    for node in sheet.iter(f"{X}col"):
        first, last = int(node.get("min", "1")), int(node.get("max", "1"))
        for column in range(first, min(last, MOST_COLUMNS) + 1):
            widths[column - 1] = float(node.get("width", wide))
    return (
        list(accumulate(height * POINT for height in heights)),
        list(accumulate((width * 7 + 5) * PIXEL for width in widths)),
    )


def _draw(grid: Grid, drawing: Element, edges: tuple[list[float], list[float]]) -> None:
    rows, columns = edges
    for anchor in drawing:
        box = _box(anchor, rows, columns)
        if box is None:
            continue
        top, left, bottom, right = box
        for shape in _shapes(anchor):
            row = bisect_right(rows, (top + bottom) / 2)
            column = bisect_right(columns, (left + right) / 2)
            cell = grid.at(row, column)
            if cell is None and row < MOST_ROWS and column < MOST_COLUMNS:
                cell = Cell(row, column)
                grid.put(cell)
            if cell is not None:
                cell.shapes.append(shape)
        for connector in anchor.iter(f"{D}cxnSp"):
            ends = [connector.find(f".//{A}{name}") for name in ("stCxn", "endCxn")]
            if ends[0] is not None and ends[1] is not None:
                grid.arrows.append((ends[0].get("id", ""), ends[1].get("id", "")))


def _shapes(anchor: Element) -> Iterator[Shape]:
    for node in anchor.iter(f"{D}sp"):
        form = node.find(f"{D}spPr/{A}prstGeom")
        kind = KINDS.get(form.get("prst", "") if form is not None else "")
        box = node.find(f"{D}nvSpPr/{D}cNvSpPr")
        named = node.find(f"{D}nvSpPr/{D}cNvPr")
        is_text = box is not None and box.get("txBox") in ("1", "true")
        if kind and not is_text:
            yield Shape(kind, named.get("id", "") if named is not None else "")


def _box(
    anchor: Element, rows: list[float], columns: list[float]
) -> tuple[float, float, float, float] | None:
    """Top, left, bottom and right of what is anchored."""
    start = anchor.find(f"{D}from")
    if start is None:
        return None
    top, left = _point(start, rows, columns)
    end, size = anchor.find(f"{D}to"), anchor.find(f"{D}ext")
    if end is not None:
        return (top, left, *_point(end, rows, columns))
    if size is not None:
        return top, left, top + float(size.get("cy", 0)), left + float(size.get("cx", 0))
    return None


def _point(node: Element, rows: list[float], columns: list[float]) -> tuple[float, float]:
    row, column = int(node.findtext(f"{D}row") or 0), int(node.findtext(f"{D}col") or 0)
    down, across = float(node.findtext(f"{D}rowOff") or 0), float(node.findtext(f"{D}colOff") or 0)
    row, column = min(row, MOST_ROWS), min(column, MOST_COLUMNS)
    return (rows[row - 1] if row else 0.0) + down, (columns[column - 1] if column else 0.0) + across
