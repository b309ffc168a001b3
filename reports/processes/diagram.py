"""Where symbols and arrows of a BPMN diagram stand: rows from left to right, jumps on tracks beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

GAP, MARGIN, TRACK = 50.0, 30.0, 18.0
SIZES = {"event": (36.0, 36.0), "gateway": (50.0, 50.0), "task": (130.0, 80.0)}
Point = tuple[float, float]


@dataclass(slots=True)
class Node:
    """One symbol; ``scope`` is what stands in a sub-process."""

    id: str
    size: str
    scope: "Scope | None" = None
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def centre(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Flow:
    """One arrow between two symbols of a scope."""

    id: str
    source: str
    target: str


@dataclass(slots=True)
class Scope:
    """A process or sub-process: what comes before its lines, these one below the other, what comes after."""

    before: list[Node] = field(default_factory=list)
    lines: list[list[Node]] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    ways: dict[str, list[Point]] = field(default_factory=dict)

    def nodes(self) -> Iterator[Node]:
        for group in (self.before, *self.lines, self.after):
            yield from group


def placed(scope: Scope, x: float = 0.0, y: float = 0.0) -> tuple[float, float]:
    """Give every symbol and arrow of a scope its place from a corner on; how wide and high it all is."""
    for node in scope.nodes():
        _measure(node)
    row_of = {node.id: row for row, line in enumerate(scope.lines) for node in line}
    left = x + MARGIN + sum(node.width + GAP for node in scope.before)
    right, top = left, y
    tracks: dict[str, float] = {}
    middle = y
    for row, line in enumerate(scope.lines):
        above, below = _jumps(scope, line, row, row_of)
        high = max(node.height for node in line)
        first = top + MARGIN + TRACK * len(above)
        middle = first + high / 2
        end = _in_a_row(line, left, middle)
        tracks |= {flow: first - TRACK * (n + 1) + TRACK / 2 for n, flow in enumerate(above)}
        tracks |= {flow: first + high + TRACK * (n + 1) for n, flow in enumerate(below)}
        right, top = max(right, end), first + high + TRACK * (len(below) + 1)
    centre = middle if len(scope.lines) == 1 else (y + top) / 2
    _in_a_row(scope.before, x + MARGIN, centre)
    end = _in_a_row(scope.after, right, centre)
    known = {node.id: node for node in scope.nodes()}
    for flow in scope.flows:
        scope.ways[flow.id] = _way(known[flow.source], known[flow.target], tracks.get(flow.id))
    return end - x - GAP + MARGIN, top - y + MARGIN


def _measure(node: Node) -> None:
    if node.scope is not None:
        node.width, node.height = placed(node.scope)
    else:
        node.width, node.height = SIZES[node.size]


def moved(scope: Scope, dx: float, dy: float) -> None:
    """The same symbols and arrows elsewhere."""
    for node in scope.nodes():
        node.x, node.y = node.x + dx, node.y + dy
        if node.scope is not None:
            moved(node.scope, dx, dy)
    for flow, way in scope.ways.items():
        scope.ways[flow] = [(x + dx, y + dy) for x, y in way]


def _in_a_row(nodes: Sequence[Node], x: float, middle: float) -> float:
    for node in nodes:
        node.x, node.y = x, middle - node.height / 2
        if node.scope is not None:
            moved(node.scope, node.x, node.y)
        x += node.width + GAP
    return x


def _jumps(
    scope: Scope, line: Sequence[Node], row: int, row_of: dict[str, int]
) -> tuple[list[str], list[str]]:
    """The arrows of a line that lead past other symbols: forward ones above it, others below."""
    place = {node.id: index for index, node in enumerate(line)}
    above, below = [], []
    for flow in scope.flows:
        if row_of.get(flow.source, -1) != row:
            continue
        start, end = place[flow.source], place.get(flow.target, len(line))
        if end <= start:
            below.append(flow.id)
        elif end > start + 1:
            above.append(flow.id)
    return above, below


def _way(source: Node, target: Node, track: float | None) -> list[Point]:
    if track is not None:
        up = track < source.middle
        start = (source.centre, source.y if up else source.y + source.height)
        end = (target.centre, target.y if up else target.y + target.height)
        return [start, (start[0], track), (end[0], track), end]
    start, end = (source.x + source.width, source.middle), (target.x, target.middle)
    if abs(start[1] - end[1]) < 0.5:
        return [start, end]
    bend = end[0] - GAP / 2 if source.size == "gateway" else start[0] + GAP / 2
    return [start, (bend, start[1]), (bend, end[1]), end]
