"""The catalogue drawn: each SOP as a box, an arrow for what it starts, and the registers that they share."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from engine.views.definitions import Catalogue, CatalogueEdge
from web.page_request import PageRequest

WIDTH, HEIGHT, ACROSS, DOWN = 216, 48, 312, 64
LETTERS = 30
"""How much of a title stands in one of the two lines of a box."""
STARTING = ("starts", "waits")


@dataclass(frozen=True, slots=True)
class Box:
    sop: str
    title: tuple[str, ...]
    status: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Arrow:
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]
    width: int
    height: int


def show(visit: PageRequest) -> Response:
    catalogue = visit.engine.queries.catalogue(visit.actor)
    registers = {
        register["id"]: register["label"]
        for register in visit.engine.queries.registers.list(visit.actor)["items"]
    }
    shared: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"reads": [], "writes": []})
    for use in catalogue["registers"]:
        for verb in ("reads", "writes"):
            if use[verb]:
                shared[use["register"]][verb].append(use["sop"])
    return visit.page(
        "sop_links.html",
        drawing=drawn(catalogue),
        edges=catalogue["edges"],
        titles={node["sop"]: node["title"] for node in catalogue["nodes"]},
        statuses={node["sop"]: node["status"] for node in catalogue["nodes"]},
        registers=registers,
        shared=dict(sorted(shared.items())),
    )


def drawn(catalogue: Catalogue) -> Drawing:
    """What is started stands to the right of what starts it."""
    sops = [node["sop"] for node in catalogue["nodes"]]
    columns = _columns(sops, catalogue["edges"])
    filled: dict[int, int] = defaultdict(int)
    boxes: dict[str, Box] = {}
    for node in catalogue["nodes"]:
        column = columns[node["sop"]]
        place = filled[column]
        filled[column] += 1
        boxes[node["sop"]] = Box(
            node["sop"], _lines(node["title"]), node["status"], column * ACROSS + 2, place * DOWN + 2
        )
    arrows = [
        Arrow(edge["kind"], _path(boxes[edge["from"]], boxes[edge["to"]])) for edge in catalogue["edges"]
    ]
    return Drawing(
        list(boxes.values()),
        arrows,
        max(columns.values(), default=0) * ACROSS + WIDTH + 4,
        max(filled.values(), default=1) * DOWN,
    )


def _columns(sops: Sequence[str], edges: Sequence[CatalogueEdge]) -> Mapping[str, int]:
    """How many starts lead to each at most; a circle of starts is cut where it closes."""
    above = defaultdict(list)
    for edge in edges:
        if edge["kind"] in STARTING and edge["from"] != edge["to"]:
            above[edge["to"]].append(edge["from"])

    def column(sop: str, seen: frozenset[str]) -> int:
        columns = [column(earlier, seen | {sop}) for earlier in above[sop] if earlier not in seen]
        return 1 + max(columns) if columns else 0

    return {sop: column(sop, frozenset({sop})) for sop in sops}


def _lines(title: str) -> tuple[str, ...]:
    """A title in at most two lines."""
    first, rest = "", title.split()
    while rest and len(f"{first} {rest[0]}") <= LETTERS:
        first = f"{first} {rest.pop(0)}".strip()
    if not first:
        return (title[: LETTERS - 1] + "…",)
    second = " ".join(rest)
    if len(second) > LETTERS:
        second = second[: LETTERS - 1] + "…"
    return (first, second) if second else (first,)


def _path(one: Box, other: Box) -> str:
    """A curve from the right edge of a box to the left one of another, or round them in the same column."""
    left, right = one.y + HEIGHT // 2, other.y + HEIGHT // 2
    if one.x == other.x:
        x, out = one.x + WIDTH, one.x + WIDTH + 40
        return f"M{x} {left} C{out} {left} {out} {right} {x} {right}"
    start, end = (one.x + WIDTH, other.x) if one.x < other.x else (one.x, other.x + WIDTH)
    middle = (start + end) // 2
    return f"M{start} {left} C{middle} {left} {middle} {right} {end} {right}"


PAGES = (("/sops/links", show, None),)
