"""The pages of the procedure table: its rows, the symbols in them, and the arrows between these. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from documents.columns import PADDING, Columns
from documents.content import END, Content, Row
from documents.drawing import SMALL, TEXT, Cell, Heading, Page, Paper, Table
from documents.face import line_height
from engine.errors import NotPrintable
from engine.text.bilingual import Text

SYMBOL = 6.4
GAP = 4.6
SLOT = SYMBOL + 2 * GAP
STRIP = 13.0
TITLE_ROOM = 9.0
SIZES = (TEXT, 7.0, 6.0, 5.0)


@dataclass(frozen=True, slots=True)
class Jump:
    """A way that found no room among the others: it goes on from a pentagon to a pentagon."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class RowPlan:
    """How high a row is, and which act, end or jump stands at which of its slots in which lane."""

    row: Row
    height: float
    slots: int
    acts: dict[str, int]
    ends: dict[str, int]  # by the step that ends the case
    leaving: dict[Jump, int]
    coming: dict[Jump, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """A row on its page."""

    plan: RowPlan
    top: float

    def slot_centre(self, slot: int) -> float:
        return self.top + self.plan.height * (slot + 0.5) / self.plan.slots


@dataclass(frozen=True)
class Procedure:
    """The table of one definition on one paper, broken into pages between its rows."""

    content: Content
    paper: Paper
    jumps: frozenset[Jump] = frozenset()
    is_titled: bool = True

    @cached_property
    def columns(self) -> Columns:
        return Columns(self.content, self.paper)

    @cached_property
    def points(self) -> float:
        """The largest size of letters at which the longest row stands on one page."""
        room = self._room(many=True)
        for points in SIZES:
            if all(self._plan(row, points).height <= room for row in self.content.rows):
                return points
        raise NotPrintable(
            Text(
                "Satu baris SOP lebih tinggi dari satu halaman. Pakai kertas yang lebih besar (a3).",
                "a row of the SOP is taller than a page; use a larger paper (a3)",
            )
        )

    @cached_property
    def pages(self) -> tuple[tuple[Placed, ...], ...]:
        """The rows of each page; no row stands alone on the last."""
        plans = [self._plan(row, self.points) for row in self.content.rows]
        if sum(plan.height for plan in plans) <= self._room(many=False):
            return (self._placed(plans, 0.0),)
        room = self._room(many=True)
        pages: list[list[RowPlan]] = [[]]
        for plan in plans:
            used = sum(other.height for other in pages[-1])
            if pages[-1] and used + plan.height > room:
                pages.append([])
            pages[-1].append(plan)
        if len(pages) > 1 and len(pages[-1]) == 1 and len(pages[-2]) > 2:
            moved = pages[-2][-1]
            if moved.height + pages[-1][0].height <= room:
                pages[-1].insert(0, pages[-2].pop())
        return tuple(self._placed(plans, STRIP if number else 0.0) for number, plans in enumerate(pages))

    @property
    def _table_top(self) -> float:
        return self.paper.margin + (TITLE_ROOM if self.is_titled else 0.0)

    def strips(self, number: int) -> tuple[float, float]:
        """The heights of the free strips above and below the rows of a page, where pentagons stand."""
        return STRIP if number else 0.0, STRIP if number < len(self.pages) - 1 else 0.0

    @property
    def top(self) -> float:
        """Where the rows begin, below the head of the table."""
        return self._table_top + sum(self.columns.head)

    def page_of(self) -> dict[str, int]:
        """The page of each step."""
        return {
            act.step: number
            for number, placed in enumerate(self.pages)
            for row in placed
            for act in row.plan.row.acts
        }

    def tables(self, number: int) -> Page:
        """A page with its words; the symbols come on top."""
        rows = self.pages[number]
        above, below = self.strips(number)
        heights = [*self.columns.head, *([above] if above else []), *(row.plan.height for row in rows)]
        heights += [below] if below else []
        cells = [*self.columns.head_cells()]
        first = len(self.columns.head) + bool(above)
        for index, placed in enumerate(rows):
            for column, lines, centred in self.columns.texts(placed.plan.row, self.points):
                cells.append(
                    Cell(
                        first + index,
                        column,
                        lines,
                        points=self.points,
                        align="center" if centred else "left",
                    )
                )
        total = self.content.definition.identity.total_time_text
        if total and number == len(self.pages) - 1:
            heights.append(line_height(TEXT) + 2 * PADDING)
            cells += self._total(len(heights) - 1, total)
        table = Table(
            self.paper.margin,
            self._table_top,
            self.columns.widths,
            tuple(heights),
            tuple(cells),
        )
        title = f"SOP {self.content.definition.identity.title}"
        if len(self.pages) > 1:
            title += f" ({number + 1}/{len(self.pages)})"
        heading = Heading(self.paper.margin, self.paper.margin + 4.5, title, centred=True)
        return Page(self.paper, headings=(heading,) if self.is_titled else (), tables=(table,))

    def _total(self, row: int, text: str) -> Iterator[Cell]:
        time = 2 + len(self.content.lanes) + [c.of for c in self.columns.after].index("time")
        yield Cell(row, 0, ("Jumlah waktu",), columns=time, bold=True, align="center")
        yield Cell(row, time, (text,), bold=True, align="center", points=SMALL)

    def _room(self, *, many: bool) -> float:
        total = line_height(TEXT) + 2 * PADDING
        return self.paper.height - self.paper.margin - self.top - (2 * STRIP if many else 0.0) - total

    def _placed(self, plans: Sequence[RowPlan], above: float) -> tuple[Placed, ...]:
        top = self.top + above
        placed = []
        for plan in plans:
            placed.append(Placed(plan, top))
            top += plan.height
        return tuple(placed)

    def _plan(self, row: Row, points: float) -> RowPlan:
        taken: dict[str, int] = {}

        def next_slot(*lanes: str) -> int:
            slot = max(taken.get(lane, 0) for lane in lanes)
            taken.update(dict.fromkeys(lanes, slot + 1))
            return slot

        acts: dict[str, int] = {}
        ends: dict[str, int] = {}
        leaving: dict[Jump, int] = {}
        coming: dict[Jump, int] = {}
        for act in row.acts:
            lanes = (*act.executors, *act.participants)
            for jump in sorted(self.jumps, key=lambda jump: (jump.source, jump.target)):
                if jump.target == act.step:
                    coming[jump] = next_slot(*lanes)
            acts[act.step] = next_slot(*lanes)
            if any(way.source == act.step and way.target == END for way in self.content.ways):
                ends[act.step] = next_slot(*lanes)
            for jump in sorted(self.jumps, key=lambda jump: (jump.source, jump.target)):
                if jump.source == act.step:
                    leaving[jump] = next_slot(*lanes)
        slots = max(taken.values(), default=1)
        lines = max(len(lines) for _, lines, _ in self.columns.texts(row, points))
        height = max(slots * SLOT, lines * line_height(points) + 2 * PADDING)
        return RowPlan(row, height, slots, acts, ends, leaving, coming)
