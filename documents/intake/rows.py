"""The rows of an SOP table as the paper has them: texts, and in which columns something is drawn. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from documents.intake import reasons
from documents.intake.facts import Facts
from documents.intake.grid import Grid, Shape, ShapeKind
from documents.intake.layout import Layout, Table
from documents.intake.words import flat, is_numbered, listed, plain
from engine.text.bilingual import Text

TICKS = frozenset({"√", "✓", "✔", "☑", "v", "x", "✗", "✘", "●", "•", "■", "□", "▪", "○", "◯", "◉", "*", "o"})
DECISIONS = frozenset({"◆", "◇", "♦", "♢", "⬥", "⬦"})
TOTAL = re.compile(r"^(jumlah|total)\b")


@dataclass(slots=True)
class Mark:
    """Something that stands in an actor's column."""

    lane: str
    shape: Shape
    column: int


@dataclass(slots=True)
class PaperRow:
    """One act of a printed row; a row with several begins with the act that carries its texts."""

    at: Text
    number: str
    activity: str
    executor: str = ""
    marks: list[Mark] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    plain_lists: set[str] = field(default_factory=set)
    """Of requirements and output: what was told apart by line breaks alone."""
    time: str = ""
    remarks: str = ""
    client: str = ""
    fee: str = ""
    shares_row: bool = False


def rows_of(table: Table, facts: Facts) -> tuple[list[PaperRow], str]:
    """Every row in order, and the printed total; what is no row is told in ``facts``."""
    rows: list[PaperRow] = []
    total = ""
    for grid, layout in table.parts:
        for row in range(layout.body, grid.height):
            paper_row = _read(grid, layout, row)
            text = plain(grid.text(row, layout.columns["activity"]))
            if not any(cell.text.strip() or cell.shapes for _, cell in grid.row_cells(row)):
                continue
            first = next((cell.text for _, cell in grid.row_cells(row) if cell.text.strip()), "")
            if TOTAL.match(plain(first)):
                total = flat(paper_row.time or " ".join(_others(grid, row, first)))
            elif _is_heading(grid, row):
                facts.add("steps", flat(first), "guess", reasons.HEADING, grid.place(row))
            elif _repeats_head(grid, layout, row):
                continue
            elif rows and not text and not paper_row.number and not paper_row.marks:
                _go_on(rows[-1], paper_row, facts)
            elif not text and not paper_row.marks:
                facts.add("steps", first, "missing", reasons.NO_ACTIVITY, grid.place(row))
            else:
                rows.append(paper_row)
    return rows, total


def _others(grid: Grid, row: int, first: str) -> Iterator[str]:
    return (cell.text for _, cell in grid.row_cells(row) if cell.text.strip() and cell.text != first)


def _is_heading(grid: Grid, row: int) -> bool:
    """One text over the whole table."""
    cells = [cell for _, cell in grid.row_cells(row)]
    return len(cells) == 1 and grid.width > 2 and grid.at(row, 0) is grid.at(row, grid.width - 1)


def _repeats_head(grid: Grid, layout: Layout, row: int) -> bool:
    """The head of the table once more, as it is printed on each page."""
    return layout.body > 0 and all(
        grid.text(row, column) == grid.text(layout.body - 1, column) for column in range(grid.width)
    )


def _read(grid: Grid, layout: Layout, row: int) -> PaperRow:
    columns = layout.columns

    def text(kind: str) -> str:
        cell = grid.at(row, columns.get(kind))
        return cell.text if cell is not None and cell.row == row else ""

    activity = grid.at(row, columns["activity"])
    shares = activity is not None and activity.row < row and activity.row >= layout.body
    paper_row = PaperRow(
        at=grid.place(row),
        number=text("number").strip().rstrip("."),
        activity=flat(text("activity")),
        executor=flat(text("executor")),
        time=flat(text("time")),
        remarks=flat(text("remarks")),
        client=flat(text("client")),
        fee=flat(text("fee")),
        shares_row=shares,
    )
    for kind in ("requirements", "output"):
        items = listed(text(kind))
        setattr(paper_row, kind, [flat(item) for item in items if item])
        cell = grid.at(row, columns.get(kind))
        if len(items) > 1 and cell is not None and not cell.is_listed and not is_numbered(cell.text):
            paper_row.plain_lists.add(kind)
    seen: set[int] = set()
    for column, lane in layout.lanes.items():
        cell = grid.at(row, column)
        if cell is None or cell.row != row or id(cell) in seen:
            continue
        seen.add(id(cell))
        paper_row.marks += [Mark(lane, shape, column) for shape in cell.shapes]
        kind_of = _ticked(cell.text)
        if kind_of and not cell.shapes:
            paper_row.marks.append(Mark(lane, Shape(kind_of), column))
    return paper_row


def _ticked(text: str) -> ShapeKind | None:
    letters = text.strip().casefold()
    if letters in DECISIONS:
        return "diamond"
    return "box" if letters in TICKS else None


def _go_on(row: PaperRow, rest: PaperRow, facts: Facts) -> None:
    """What stands in a line without number and activity belongs to the row above it."""
    row.requirements += rest.requirements
    row.output += rest.output
    row.remarks = flat(f"{row.remarks} {rest.remarks}")
    row.time = row.time or rest.time
    facts.add(
        "steps",
        row.number,
        "likely",
        reasons.GOES_ON,
        rest.at,
    )
