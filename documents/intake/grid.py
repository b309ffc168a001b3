"""What a paper shows, whatever program wrote it: tables of cells, and the shapes in them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import TooLarge
from engine.text.bilingual import NOTHING, Text

MOST_ROWS = 2_000
MOST_COLUMNS = 200
MOST_PLACES = 100_000
MOST_TEXT = 10_000
"""Characters of one cell; what reads times and directions out of words takes longer than in proportion."""

ShapeKind = Literal["box", "capsule", "diamond"]

# Names of preset shapes, in Word and Excel alike; lines, arrows, connectors and text boxes are none of these.
KINDS: dict[str, ShapeKind] = {
    "rect": "box",
    "flowChartProcess": "box",
    "flowChartAlternateProcess": "box",
    "flowChartPredefinedProcess": "box",
    "flowChartDocument": "box",
    "flowChartManualOperation": "box",
    "roundRect": "capsule",
    "ellipse": "capsule",
    "oval": "capsule",
    "flowChartTerminator": "capsule",
    "flowChartConnector": "capsule",
    "diamond": "diamond",
    "flowChartDecision": "diamond",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One symbol of the flowchart; ``id`` is what connectors name."""

    kind: ShapeKind
    id: str = ""


@dataclass(eq=False, slots=True)
class Cell:
    """A cell, merged or not; it stands at every place that it covers."""

    row: int
    column: int
    text: str = ""
    shapes: list[Shape] = field(default_factory=list)
    is_listed: bool = False
    """Whether its paragraphs are numbered or bulleted by the program."""


@dataclass(slots=True)
class Grid:
    """One table, or one sheet."""

    name: Text
    before: tuple[str, ...] = ()
    """The lines of text above it."""
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    arrows: list[tuple[str, str]] = field(default_factory=list)
    """From shape to shape, as connectors are glued."""
    height: int = 0
    width: int = 0

    def put(self, cell: Cell, rows: int = 1, columns: int = 1) -> None:
        """Place a cell over the rows and columns that it covers. Raises `TooLarge`."""
        if cell.row + rows > MOST_ROWS or cell.column + columns > MOST_COLUMNS:
            raise too_many_rows()
        for row in range(cell.row, cell.row + rows):
            for column in range(cell.column, cell.column + columns):
                self.cells[row, column] = cell
        if len(self.cells) > MOST_PLACES:
            raise too_many_rows()
        self.height = max(self.height, cell.row + rows)
        self.width = max(self.width, cell.column + columns)

    def at(self, row: int, column: int | None) -> Cell | None:
        return None if column is None else self.cells.get((row, column))

    def text(self, row: int, column: int | None) -> str:
        cell = self.at(row, column)
        return cell.text if cell else ""

    def row_cells(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Each cell of a row once, with the first column where it stands."""
        seen = None
        for column in range(self.width):
            cell = self.at(row, column)
            if cell is not None and cell is not seen:
                yield column, cell
            seen = cell

    def place(self, row: int, column: int | None = None) -> Text:
        """Where something stands, as people count."""
        where = self.name + Text(f" baris {row + 1}", f" row {row + 1}")
        more = Text(f" kolom {column + 1}", f" column {column + 1}") if column is not None else NOTHING
        return where + more


@dataclass(frozen=True, slots=True)
class Paper:
    """All tables of a file, and how many symbols float outside of them."""

    grids: tuple[Grid, ...]
    loose: int = 0

    def __post_init__(self) -> None:
        """Raises `TooLarge` for a cell that nobody has written by hand."""
        for grid in self.grids:
            for (row, column), cell in grid.cells.items():
                if len(cell.text) > MOST_TEXT:
                    where = grid.place(row, column)
                    raise TooLarge.at(
                        "file",
                        Text(
                            f"Isi {where.indonesian} lebih dari {MOST_TEXT} huruf; pendekkan isinya.",
                            f"the cell at {where.english} has more than {MOST_TEXT} characters; shorten it",
                        ),
                    )


def too_many_rows() -> TooLarge:
    return TooLarge.at(
        "file",
        Text(
            f"Berkas ini berisi lebih dari {MOST_ROWS} baris atau {MOST_COLUMNS} kolom;"
            " simpan tabel SOP-nya saja.",
            f"the file has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns",
        ),
    )
