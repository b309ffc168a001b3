"""What stands on the pages, in millimetres from the upper left corner; every output draws this."""

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Align = Literal["left", "center"]
ShapeKind = Literal["capsule", "box", "diamond", "pentagon"]

TEXT = 8.0
SMALL = 6.5
LABEL = 6.0
TITLE = 11.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet lying on its long side."""

    width: float
    height: float
    margin: float = 12.0

    @property
    def room(self) -> float:
        return self.width - 2 * self.margin

    @property
    def depth(self) -> float:
        return self.height - 2 * self.margin


PAPERS = {
    "f4": Paper(330.0, 215.0),
    "a4": Paper(297.0, 210.0),
    "legal": Paper(355.6, 215.9),
    "a3": Paper(420.0, 297.0),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell over one or more columns and rows; its lines are already broken."""

    row: int
    column: int
    lines: tuple[str, ...] = ()
    rows: int = 1
    columns: int = 1
    points: float = TEXT
    bold: bool = False
    align: Align = "left"
    turned: bool = False
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    x: float
    y: float
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[Cell, ...]

    @property
    def width(self) -> float:
        return sum(self.columns)

    @property
    def height(self) -> float:
        return sum(self.rows)

    def frame(self, cell: Cell) -> tuple[float, float, float, float]:
        """Left, top, width and height of a cell."""
        return (
            self.x + sum(self.columns[: cell.column]),
            self.y + sum(self.rows[: cell.row]),
            sum(self.columns[cell.column : cell.column + cell.columns]),
            sum(self.rows[cell.row : cell.row + cell.rows]),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """A symbol around its centre. ``letter`` stands in a pentagon, ``note`` beside it."""

    kind: ShapeKind
    centre: Point
    width: float
    height: float
    step: str
    role: str
    words: str
    letter: str = ""
    note: str = ""
    note_at: Literal["left", "right"] = "right"
    is_dashed: bool = False

    def covers(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point lies inside, or nearer than ``margin``."""
        return (
            abs(x - self.centre[0]) < self.width / 2 + margin
            and abs(y - self.centre[1]) < self.height / 2 + margin
        )


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way with right angles; ``source`` and ``target`` are step ids, ``end`` or ``connector``."""

    points: tuple[Point, ...]
    source: str
    target: str
    label: tuple[str, ...] = ()
    label_at: Point = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Join:
    """The line between those who do a step together; dashed to whoever takes part."""

    start: Point
    end: Point
    is_dashed: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of text that stands for itself, centred on the page where ``centred``."""

    x: float
    y: float
    text: str
    points: float = TITLE
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    paper: Paper
    headings: tuple[Heading, ...] = ()
    tables: tuple[Table, ...] = ()
    shapes: tuple[Shape, ...] = ()
    joins: tuple[Join, ...] = ()
    arrows: tuple[Arrow, ...] = ()
