"""Right-angled ways between symbols on one page: the cheapest through a grid of tracks, by A*. Pure.

A way is as dear as it is long, and dearer for each bend and crossing. It goes through no symbol, and shares
a stretch with another way only from the same source or towards the same target.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from documents.drawing import Join, Point, Shape

BEND = 7.0
CROSSING = 22.0
MERGED = 0.35
FORKED = 3.0
KEPT_FREE = 40.0
SAME_SIDE = 25.0
ROUNDS = 3

Side = int
RIGHT, DOWN, LEFT, UP = range(4)
STEPS: tuple[tuple[int, int], ...] = ((1, 0), (0, 1), (-1, 0), (0, -1))
OPPOSITE = (LEFT, UP, RIGHT, DOWN)
NO_WAY = 1e9

# What it costs to leave and to enter a symbol at each side: right, below, left, above.
LEAVE_FORWARD = (0.0, 0.0, 0.0, 60.0)
LEAVE_BACK = (0.0, 10.0, 0.0, 30.0)
ENTER_FORWARD = (6.0, NO_WAY, 6.0, 0.0)
ENTER_BACK = (0.0, 2.0, 0.0, 40.0)

Node = tuple[int, int]
Edge = tuple[Node, Node]


@dataclass(frozen=True, slots=True)
class Leg:
    """One arrow to be drawn on a page, from a shape to a shape (their places in the list of shapes)."""

    source: int
    target: int
    back: bool = False

    @property
    def span(self) -> int:
        return abs(self.target - self.source)


@dataclass
class Router:
    """Finds the ways of one page. ``xs`` and ``ys`` are the tracks; shapes stand on crossings of them."""

    shapes: Sequence[Shape]
    xs: Sequence[float]
    ys: Sequence[float]
    joins: Sequence[Join] = ()
    _found: dict[int, list[Node]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._x = {round(x, 3): index for index, x in enumerate(self.xs)}
        self._y = {round(y, 3): index for index, y in enumerate(self.ys)}
        self._places = [
            (self._x[round(shape.centre[0], 3)], self._y[round(shape.centre[1], 3)]) for shape in self.shapes
        ]
        self._inside: dict[Node, int] = {}
        for index, shape in enumerate(self.shapes):
            for i, x in enumerate(self.xs):
                if abs(x - shape.centre[0]) >= shape.width / 2 + 0.4:
                    continue
                for j, y in enumerate(self.ys):
                    if abs(y - shape.centre[1]) < shape.height / 2 + 0.4:
                        self._inside[(i, j)] = index

        self._edges: dict[Edge, list[int]] = defaultdict(list)
        self._bends: dict[Node, list[int]] = defaultdict(list)
        self._passes: dict[Node, list[tuple[int, bool]]] = defaultdict(list)
        self._sides: list[tuple[list[int], ...]] = [([], [], [], []) for _ in self.shapes]
        self._joined = {node for join in self.joins for node in self._along(join)}

    def _along(self, join: Join) -> Iterator[Node]:
        """The crossings of the tracks that lie on a join: ways may cross it and do nothing else there."""
        j = self._y[round(join.start[1], 3)]
        for i, x in enumerate(self.xs):
            if join.start[0] <= x <= join.end[0]:
                yield i, j

    def routed(self, legs: Sequence[Leg]) -> list[tuple[Point, ...] | None]:
        """The corners of each way, from edge to edge of its symbols; None where there is none."""
        self._legs = legs
        self._targets = {leg.target for leg in legs}
        order = sorted(range(len(legs)), key=lambda index: (legs[index].back, legs[index].span, index))
        for round_ in range(ROUNDS + 1):
            before = dict(self._found)
            for index in order:
                if index in self._found:
                    self._note(index, self._found.pop(index), list.remove)
                way = self._search(index)
                if way is not None:
                    self._found[index] = way
                    self._note(index, way, list.append)
            if round_ and before == self._found:
                break
        return [self._corners(index) if index in self._found else None for index in range(len(legs))]

    def _note(self, index: int, way: list[Node], how: Callable[[list[Any], Any], None]) -> None:
        """Put down which edges, bends, straight passages and sides a way takes up, or strike them out."""
        for start, end in pairwise(way):
            how(self._edges[_edge(start, end)], index)
        for before, node, after in zip(way, way[1:], way[2:], strict=False):
            if before[0] == after[0] or before[1] == after[1]:
                how(self._passes[node], (index, before[1] == after[1]))
            else:
                how(self._bends[node], index)
        leg = self._legs[index]
        how(self._sides[leg.source][_direction(way[0], way[1])], index)
        how(self._sides[leg.target][OPPOSITE[_direction(way[-2], way[-1])]], index)

    def _search(self, index: int) -> list[Node] | None:
        leg = self._legs[index]
        start, goal = self._places[leg.source], self._places[leg.target]
        if start == goal:  # a step that is done again goes by pentagons
            return None
        leave = LEAVE_BACK if leg.back else LEAVE_FORWARD
        enter = ENTER_BACK if leg.back else ENTER_FORWARD
        best: dict[tuple[Node, Side], float] = {}
        came: dict[tuple[Node, Side], tuple[Node, Side]] = {}
        queue: list[tuple[float, float, Node, Side]] = []
        for side in range(4):
            cost = leave[side] + self._shared_side(leg.source, side, is_source=True)
            state = (start, side)
            if cost < NO_WAY:
                best[state] = cost
                heappush(queue, (cost + self._ahead(start, goal), cost, start, side))
        while queue:
            _, cost, node, direction = heappop(queue)
            state = (node, direction)
            if cost > best.get(state, NO_WAY):
                continue
            if node == goal:
                return self._walked(came, state, start)
            for turned in range(4):
                if turned == OPPOSITE[direction] or (node == start and turned != direction):
                    continue
                if node != start and turned != direction and self._inside.get(node) is not None:
                    continue
                price = self._price(index, leg, node, direction, turned, enter)
                if price >= NO_WAY:
                    continue
                following = (node[0] + STEPS[turned][0], node[1] + STEPS[turned][1])
                reached, total = (following, turned), cost + price
                if total < best.get(reached, NO_WAY):
                    best[reached] = total
                    came[reached] = state
                    heappush(queue, (total + self._ahead(following, goal), total, following, turned))
        return None

    def _price(
        self, index: int, leg: Leg, node: Node, direction: Side, turned: Side, enter: Sequence[float]
    ) -> float:
        """What the next piece costs; `NO_WAY` where it is closed."""
        i, j = node[0] + STEPS[turned][0], node[1] + STEPS[turned][1]
        if not (0 <= i < len(self.xs) and 0 <= j < len(self.ys)):
            return NO_WAY
        for place in (node, (i, j)):
            inside = self._inside.get(place)
            if inside is not None and inside not in (leg.source, leg.target):
                return NO_WAY
        inside = self._inside.get(node)
        if inside in (leg.source, leg.target) and node != self._places[leg.source] and turned != direction:
            return NO_WAY  # straight out of a symbol, and straight into one
        if self._inside.get((i, j)) == leg.source and inside != leg.source:
            return NO_WAY
        if node in self._joined and (turned != direction or turned in (LEFT, RIGHT)):
            return NO_WAY
        if (i, j) in self._joined and turned in (LEFT, RIGHT):
            return NO_WAY
        length = abs(self.xs[i] - self.xs[node[0]]) + abs(self.ys[j] - self.ys[node[1]])
        cost = self._stretch(index, leg, node, (i, j), length)
        if cost >= NO_WAY:
            return NO_WAY
        if turned != direction:
            cost += BEND
            if any(not self._kin(leg, other) for other, _ in self._passes.get(node, ())):
                return NO_WAY
        elif node != self._places[leg.source]:
            is_level = turned in (RIGHT, LEFT)
            cost += CROSSING * sum(
                level != is_level and not self._kin(leg, other) for other, level in self._passes.get(node, ())
            )
            cost += CROSSING if node in self._joined else 0.0
        if any(not self._kin(leg, other) for other in self._bends.get(node, ())):
            return NO_WAY
        if (i, j) == self._places[leg.target]:
            side = OPPOSITE[turned]
            cost += enter[side] + self._shared_side(leg.target, side, is_source=False)
        return cost

    def _stretch(self, index: int, leg: Leg, one: Node, two: Node, length: float) -> float:
        cost = length
        for other in self._edges.get(_edge(one, two), ()):
            same = self._legs[other]
            if other == index:
                continue
            if same.target == leg.target:
                cost = length * (MERGED if same.back == leg.back else 1.0)
            elif same.source == leg.source:
                cost = length * FORKED
            else:
                return NO_WAY
        return cost

    def _kin(self, leg: Leg, other: int) -> bool:
        return self._legs[other].target == leg.target or self._legs[other].source == leg.source

    def _shared_side(self, shape: int, side: Side, *, is_source: bool) -> float:
        """Ways in and ways out never share a side; the last free one of a target is kept for entry."""
        for other in self._sides[shape][side]:
            comes_in = self._legs[other].target == shape
            if comes_in == is_source:
                return NO_WAY
            if is_source:
                return SAME_SIDE  # the words of two ways out would stand in one place
        if is_source and shape in self._targets:
            taken = {place for place, others in enumerate(self._sides[shape]) if others} | {side}
            is_entered = any(
                self._legs[other].target == shape for others in self._sides[shape] for other in others
            )
            if not is_entered and not {RIGHT, LEFT, UP} - taken:
                return KEPT_FREE
        return 0.0

    def _ahead(self, node: Node, goal: Node) -> float:
        dx, dy = abs(self.xs[node[0]] - self.xs[goal[0]]), abs(self.ys[node[1]] - self.ys[goal[1]])
        return (dx + dy) * MERGED

    def _walked(
        self, came: dict[tuple[Node, Side], tuple[Node, Side]], state: tuple[Node, Side], start: Node
    ) -> list[Node]:
        way = [state[0]]
        while state in came:
            state = came[state]
            way.append(state[0])
        way.reverse()
        return way if way[0] == start else [start, *way]

    def _corners(self, index: int) -> tuple[Point, ...]:
        leg, way = self._legs[index], self._found[index]
        points = [(self.xs[i], self.ys[j]) for i, j in way]
        points[0] = _edge_point(self.shapes[leg.source], _direction(way[0], way[1]))
        points[-1] = _edge_point(self.shapes[leg.target], OPPOSITE[_direction(way[-2], way[-1])])
        inner = [
            point
            for node, point in zip(way[1:-1], points[1:-1], strict=True)
            if self._inside.get(node) not in (leg.source, leg.target)
        ]
        return tuple(_straightened([points[0], *inner, points[-1]]))


def _edge(one: Node, two: Node) -> Edge:
    return (one, two) if one <= two else (two, one)


def _direction(one: Node, two: Node) -> Side:
    if one[0] != two[0]:
        return RIGHT if two[0] > one[0] else LEFT
    return DOWN if two[1] > one[1] else UP


def _edge_point(shape: Shape, side: Side) -> Point:
    x, y = shape.centre
    dx, dy = STEPS[side]
    return (x + dx * shape.width / 2, y + dy * shape.height / 2)


def _straightened(points: Iterable[Point]) -> Iterator[Point]:
    """The same line without the points that lie on a straight stretch."""
    kept: list[Point] = []
    for point in points:
        if len(kept) > 1 and (
            (abs(kept[-1][0] - kept[-2][0]) < 1e-6 and abs(point[0] - kept[-1][0]) < 1e-6)
            or (abs(kept[-1][1] - kept[-2][1]) < 1e-6 and abs(point[1] - kept[-1][1]) < 1e-6)
        ):
            kept.pop()
        kept.append(point)
    yield from kept
