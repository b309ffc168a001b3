"""The columns of the procedure table: how wide each is and what stands in its head. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from documents.content import Content, Row
from documents.drawing import SMALL, TEXT, Cell, Paper
from documents.face import line_height, width, wrap
from engine.errors import TooManyColumns
from engine.text.bilingual import Text

PADDING = 1.0
LANE_MIN, LANE_MAX = 7.0, 20.0
ACTIVITY_MIN = 42.0
HEAD_MAX = 34.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is no lane; ``quality`` stands under the common head Mutu Baku."""

    title: str
    width: float
    of: str
    is_quality: bool = False
    is_centred: bool = False


@dataclass(frozen=True)
class Columns:
    """The columns of one definition on one paper. Raises `TooManyColumns` where the actors do not fit."""

    content: Content
    paper: Paper

    @cached_property
    def after(self) -> tuple[Column, ...]:
        """The columns behind the lanes."""
        narrow = 0.8 if len(self.content.lanes) > 9 else 1.0
        columns = [
            Column("Kelengkapan", 32.0 * narrow, "requirements", is_quality=True),
            Column("Waktu", 17.0, "time", is_quality=True, is_centred=True),
            Column("Output", 32.0 * narrow, "output", is_quality=True),
        ]
        if self.content.has_fees:
            columns.append(Column("Biaya", 20.0, "fee"))
        if self.content.has_clients:
            columns.insert(0, Column("Pemohon", 28.0 * narrow, "client"))
        columns.append(Column("Keterangan", 28.0 * narrow, "remarks"))
        return tuple(columns)

    @cached_property
    def number(self) -> float:
        """The width of the first column, by its widest number."""
        numbers = (width(row.number, TEXT) for row in self.content.rows)
        return max(8.0, max(numbers, default=0.0) + 2 * PADDING + 1)

    @cached_property
    def lane(self) -> float:
        room = self.paper.room - self.number - sum(column.width for column in self.after) - ACTIVITY_MIN
        count = max(1, len(self.content.lanes))
        if room / count < LANE_MIN:
            raise TooManyColumns(
                Text(
                    f"{count} kolom pelaksana tidak muat di kertas ini. Pakai kertas yang lebih lebar (a3).",
                    f"{count} columns of executors do not fit this paper; use a wider one (a3)",
                )
            )
        return min(LANE_MAX, room / count)

    @cached_property
    def activity(self) -> float:
        lanes = self.lane * len(self.content.lanes)
        return self.paper.room - self.number - lanes - sum(column.width for column in self.after)

    @cached_property
    def widths(self) -> tuple[float, ...]:
        lanes = (self.lane,) * len(self.content.lanes)
        return (self.number, self.activity, *lanes, *(column.width for column in self.after))

    @property
    def lanes_from(self) -> float:
        """Where the first lane begins."""
        return self.paper.margin + self.number + self.activity

    def lane_centre(self, role: str) -> float:
        return self.lanes_from + self.lane * (self.content.lanes.index(role) + 0.5)

    # --- the head ---

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(self.content.definition.roles[role].label for role in self.content.lanes)

    @cached_property
    def is_turned(self) -> bool:
        """Whether the names of the actors are turned, because a word of one is wider than its lane."""
        room = self.lane - 2 * PADDING * 0.6
        return any(width(word, SMALL, True) > room for label in self._labels for word in label.split())

    @cached_property
    def _named(self) -> tuple[tuple[str, ...], ...]:
        if not self.is_turned:
            return tuple(wrap(label, self.lane - 1.2, SMALL, True) for label in self._labels)
        return tuple(wrap(label, HEAD_MAX - 2, SMALL, True) for label in self._labels)

    @cached_property
    def head(self) -> tuple[float, ...]:
        """The heights of the three rows of the head: groups, names, column numbers."""
        lines = max((len(lines) for lines in self._named), default=1)
        tall = lines * line_height(SMALL) + 2 * PADDING
        if self.is_turned:
            tall = max(width(line, SMALL, True) for lines in self._named for line in lines) + 2 * PADDING
        return (line_height(TEXT) + 1.2, max(tall, line_height(TEXT) + 2 * PADDING))

    def head_cells(self) -> Iterator[Cell]:
        count = len(self.content.lanes)

        def cell(row: int, column: int, title: str, rows: int = 1, columns: int = 1) -> Cell:
            return Cell(
                row, column, (title,), rows, columns, points=TEXT, bold=True, align="center", is_head=True
            )

        yield cell(0, 0, "No", rows=2)
        yield cell(0, 1, "Kegiatan", rows=2)
        yield cell(0, 2, "Pelaksana", columns=count)
        for index, lines in enumerate(self._named):
            yield Cell(
                1,
                2 + index,
                lines,
                points=SMALL,
                bold=True,
                align="center",
                turned=self.is_turned,
                is_head=True,
            )
        first = next(index for index, column in enumerate(self.after) if column.is_quality)
        quality = sum(column.is_quality for column in self.after)
        yield cell(0, 2 + count + first, "Mutu Baku", columns=quality)
        for index, column in enumerate(self.after):
            place = 2 + count + index
            if column.is_quality:
                yield cell(1, place, column.title)
            else:
                yield cell(0, place, column.title, rows=2)

    # --- the body ---

    def texts(self, row: Row, points: float) -> Iterator[tuple[int, tuple[str, ...], bool]]:
        """Column, lines, and whether they are centred, of every cell with words in a row."""
        count = len(self.content.lanes)
        yield 0, (row.number,), True
        yield 1, wrap(row.activity, self.activity - 2 * PADDING, points), False
        for index, column in enumerate(self.after):
            value = getattr(row, column.of)
            items = list(value) if isinstance(value, tuple) else [value] if value else []
            if len(items) > 1:
                items = [f"{place}. {item}" for place, item in enumerate(dict.fromkeys(items), 1)]
            lines = [line for item in items for line in wrap(item, column.width - 2 * PADDING, points)]
            yield 2 + count + index, tuple(lines), column.is_centred
