"""The flowchart in the table: symbols, the arrows between them, pentagons over the page breaks. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from string import ascii_uppercase

from documents.content import END, Act, Content, Way
from documents.drawing import Arrow, Join, Page, Paper, Point, Shape
from documents.labels import box_of, labelled
from documents.procedure import STRIP, SYMBOL, Jump, Placed, Procedure
from documents.routing import Leg, Router

TRACKS = (2, 3, 4)
BORDER = 0.75
NEAR = 0.9
ROUNDS = 8
CONNECTOR = "connector"


def drawn(content: Content, paper: Paper, *, is_titled: bool = True) -> tuple[Page, ...]:
    """The pages of the table with symbols and arrows; a way without room becomes a lettered jump."""
    jumps: frozenset[Jump] = frozenset()
    for _ in range(ROUNDS):
        charts = _Charts(Procedure(content, paper, jumps, is_titled))
        pages = tuple(charts.pages())
        if not charts.blocked:
            return pages
        jumps |= charts.blocked
    return pages


@dataclass(frozen=True, slots=True)
class _Line:
    """What an arrow says, and the ways that go along it: several share the one to a pentagon."""

    source: str
    target: str
    label: str
    ways: list[Jump]


@dataclass
class _Sheet:
    """What stands on one page while its arrows are being found."""

    shapes: list[Shape] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)  # of each leg
    at: dict[str, int] = field(default_factory=dict)  # the shape of each step's first executor

    def add(self, shape: Shape) -> int:
        self.shapes.append(shape)
        return len(self.shapes) - 1

    def connect(self, source: str, target: str, line: _Line, *, back: bool) -> None:
        leg = Leg(self.at[source], self.at[target], back)
        if leg in self.legs:
            self.lines[self.legs.index(leg)].ways.extend(line.ways)
            return
        self.legs.append(leg)
        self.lines.append(line)


class _Charts:
    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.content = procedure.content
        self.blocked: frozenset[Jump] = frozenset()
        self._sheets = [_Sheet() for _ in procedure.pages]
        self._page_of = procedure.page_of()
        self._letters: dict[tuple[str, int, int] | Jump, str] = {}

    def pages(self) -> Iterator[Page]:
        for number, rows in enumerate(self.procedure.pages):
            for placed in rows:
                self._place(self._sheets[number], placed)
        for way in self.content.ways:
            self._connect(way)
        blocked: set[Jump] = set()
        for number, sheet in enumerate(self._sheets):
            arrows: list[Arrow] = []
            taken = [box_of(shape) for shape in sheet.shapes]
            for tracks in TRACKS:
                router = Router(sheet.shapes, self._xs(tracks), self._ys(number, sheet, tracks), sheet.joins)
                routes = router.routed(sheet.legs)
                if all(routes):
                    break
            for points, line in zip(routes, sheet.lines, strict=True):
                if points is None:
                    blocked.update(line.ways)
                else:
                    arrow = Arrow(points, line.source, line.target)
                    arrows.append(labelled(arrow, line.label, self._lanes, taken) if line.label else arrow)
            page = self.procedure.tables(number)
            shapes = tuple(_noted(shape, arrows) for shape in sheet.shapes)
            yield replace(page, shapes=shapes, joins=tuple(sheet.joins), arrows=tuple(arrows))
        self.blocked = frozenset(jump for jump in blocked if jump.target != END)

    @property
    def _lanes(self) -> tuple[float, float]:
        """Where the lanes begin and end."""
        columns = self.procedure.columns
        return columns.lanes_from, columns.lanes_from + columns.lane * len(self.content.lanes)

    # --- symbols ---

    @property
    def _symbol_width(self) -> float:
        return min(11.0, max(4.4, self.procedure.columns.lane * 0.6))

    def _shape(
        self, kind: str, x: float, y: float, step: str, role: str, words: str, **more: object
    ) -> Shape:
        height = SYMBOL if kind != "pentagon" else SYMBOL - 0.8
        breadth = self._symbol_width if kind != "pentagon" else min(6.0, self._symbol_width)
        return Shape(kind, (x, y), breadth, height, step, role, words, **more)  # type: ignore[arg-type]

    def _place(self, sheet: _Sheet, placed: Placed) -> None:
        columns = self.procedure.columns
        for act in placed.plan.row.acts:
            y = placed.slot_centre(placed.plan.acts[act.step])
            for index, role in enumerate((*act.executors, *act.participants)):
                takes_part = role in act.participants
                place = sheet.add(
                    self._shape(
                        "box" if takes_part else act.kind,
                        columns.lane_centre(role),
                        y,
                        act.step,
                        role,
                        self._words(act, role, index),
                        is_dashed=takes_part,
                    )
                )
                if index == 0:
                    sheet.at[act.step] = place
            sheet.joins += self._joins(act, y)
            if act.step in placed.plan.ends:
                y = placed.slot_centre(placed.plan.ends[act.step])
                words = f"Selesai setelah langkah {act.number}"
                end = self._shape("capsule", columns.lane_centre(act.lane), y, END, act.lane, words)
                sheet.at[f"{END} {act.step}"] = sheet.add(end)
        for jumps, is_leaving in ((placed.plan.leaving, True), (placed.plan.coming, False)):
            for jump, slot in jumps.items():
                self._place_jump(sheet, placed, jump, slot, is_leaving=is_leaving)

    def _place_jump(self, sheet: _Sheet, placed: Placed, jump: Jump, slot: int, *, is_leaving: bool) -> None:
        act = self.content.acts[jump.source if is_leaving else jump.target]
        other = self.content.acts[jump.target if is_leaving else jump.source]
        x, y = self.procedure.columns.lane_centre(act.lane), placed.slot_centre(slot)
        place = sheet.add(self._pentagon(x, y, jump, act, other.number, is_leaving=is_leaving))
        sheet.at[f"{'to' if is_leaving else 'from'} {jump.source} {jump.target}"] = place

    def _words(self, act: Act, role: str, index: int) -> str:
        if index == 0:
            return self.content.words(act.step)
        label = self.content.definition.roles[role].label
        verb = "ikut serta dalam" if role in act.participants else "ikut melaksanakan"
        return f"{label} {verb} langkah {act.number}"

    def _joins(self, act: Act, y: float) -> Iterator[Join]:
        """From lane to lane; dashed beyond the outermost executor."""
        columns, half = self.procedure.columns, self._symbol_width / 2
        centres = sorted((columns.lane_centre(role), role) for role in (*act.executors, *act.participants))
        solid = [x for x, role in centres if role in act.executors]
        for (left, _), (right, _) in pairwise(centres):
            dashed = not (solid and min(solid) <= left and right <= max(solid))
            yield Join((left + half, y), (right - half, y), dashed)

    # --- ways ---

    def _connect(self, way: Way) -> None:
        source, target = way.source, way.target
        here = self._page_of[source]
        sheet, jump = self._sheets[here], Jump(source, target)
        if jump in self.procedure.jumps:
            leaving, coming = f"to {source} {target}", f"from {source} {target}"
            sheet.connect(source, leaving, _Line(source, CONNECTOR, way.label, [jump]), back=False)
            there = self._sheets[self._page_of[target]]
            there.connect(coming, target, _Line(CONNECTOR, target, "", [jump]), back=False)
        elif target == END:
            sheet.connect(source, f"{END} {source}", _Line(source, END, way.label, [jump]), back=False)
        elif self._page_of[target] == here:
            sheet.connect(source, target, _Line(source, target, way.label, [jump]), back=way.back)
        else:
            self._over_the_break(way, here, self._page_of[target])

    def _over_the_break(self, way: Way, here: int, there: int) -> None:
        """To a pentagon at the edge of this page, and on from its twin at the edge of the other."""
        key, name = (way.target, here, there), f"{way.target} {here} {there}"
        out, into, jump = self._sheets[here], self._sheets[there], Jump(way.source, way.target)
        if key not in self._letters:
            act = self.content.acts[way.target]
            sources = [
                self.content.acts[other.source].number
                for other in self.content.ways
                if other.target == way.target
                and self._page_of[other.source] == here
                and Jump(other.source, other.target) not in self.procedure.jumps
            ]
            for sheet, number, below, told in (
                (out, here, there > here, act.number),
                (into, there, there < here, ", ".join(sources)),
            ):
                x, y = self._free(sheet, number, act.lane, below=below)
                is_leaving = sheet is out
                place = sheet.add(self._pentagon(x, y, key, act, told, is_leaving=is_leaving))
                sheet.at[f"{'to' if is_leaving else 'from'} {name}"] = place
        into.connect(f"from {name}", way.target, _Line(CONNECTOR, way.target, "", [jump]), back=way.back)
        out.connect(way.source, f"to {name}", _Line(way.source, CONNECTOR, way.label, [jump]), back=way.back)

    def _pentagon(
        self, x: float, y: float, key: tuple[str, int, int] | Jump, act: Act, number: str, *, is_leaving: bool
    ) -> Shape:
        letter = self._letters.setdefault(key, _letter(len(self._letters)))
        note = f"ke {number}" if is_leaving else f"dari {number}"
        words = f"Sambungan {letter}, {note}"
        return self._shape("pentagon", x, y, act.step, act.lane, words, letter=letter, note=note)

    def _free(self, sheet: _Sheet, number: int, role: str, *, below: bool) -> Point:
        """The lane nearest to a role's whose place in the strip is not taken, and the height of the strip."""
        rows, columns = self.procedure.pages[number], self.procedure.columns
        bottom = rows[-1].top + rows[-1].plan.height
        y = bottom + STRIP / 2 if below else self.procedure.top + STRIP / 2
        taken = {shape.centre for shape in sheet.shapes}
        lanes = sorted(
            self.content.lanes, key=lambda lane: abs(columns.lane_centre(lane) - columns.lane_centre(role))
        )
        places = [(columns.lane_centre(lane), y) for lane in lanes]
        return next((place for place in places if place not in taken), places[0])

    # --- tracks ---

    def _xs(self, tracks: int) -> list[float]:
        columns, lane = self.procedure.columns, self.procedure.columns.lane
        count = len(self.content.lanes)
        free = (lane - self._symbol_width) / 2
        offsets = {2: (0.35,), 3: (0.25, 0.6), 4: (0.2, 0.45, 0.7)}[tracks]
        places = [columns.lanes_from + lane * (index + 0.5) for index in range(count)]
        for index in range(count + 1):
            border = columns.lanes_from + lane * index
            for offset in offsets:
                places += [border - offset * free] if index else []
                places += [border + offset * free] if index < count else []
        return sorted(set(places))

    def _ys(self, number: int, sheet: _Sheet, tracks: int) -> list[float]:
        rows = self.procedure.pages[number]
        above, below = self.procedure.strips(number)
        borders = [rows[0].top, *(row.top + row.plan.height for row in rows)]
        borders += [borders[0] - above, borders[-1] + below]
        fixed = sorted({shape.centre[1] for shape in sheet.shapes})
        beside = {2: (3.0,), 3: (1.8, 3.2), 4: (1.4, 2.5, 3.6)}[tracks]
        wanted = [
            centre + sign * (SYMBOL / 2 + offset) for centre in fixed for offset in beside for sign in (-1, 1)
        ]
        places = list(fixed)
        for y in wanted:
            if all(abs(y - border) >= BORDER for border in borders) and all(
                abs(y - other) >= NEAR for other in places
            ):
                places.append(y)
        return sorted(places)


def _letter(index: int) -> str:
    """A, B, … Z, AA, AB, …"""
    high, low = divmod(index, 26)
    return (ascii_uppercase[high - 1] if high else "") + ascii_uppercase[low]


def _noted(shape: Shape, arrows: list[Arrow]) -> Shape:
    """A pentagon whose note stands where no arrow comes in or goes out."""
    right = (shape.centre[0] + shape.width / 2, shape.centre[1])
    is_taken = any(
        abs(x - right[0]) + abs(y - right[1]) < 1e-6
        for arrow in arrows
        for x, y in (arrow.points[0], arrow.points[-1])
    )
    return replace(shape, note_at="left") if is_taken else shape
