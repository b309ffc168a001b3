"""Where each value of a YAML text begins and ends, in characters. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from engine.sop.locations import Path
from engine.sop.source import LOADER


@dataclass(slots=True)
class Node:
    """One value; of a map ``keys`` stand beside ``values``, of a list ``keys`` is empty."""

    kind: str  # map, list or scalar
    start: int
    end: int
    is_flow: bool = False
    text: str = ""
    keys: "list[Node]" = field(default_factory=list)
    values: "list[Node]" = field(default_factory=list)

    def index(self, part: str | int) -> int | None:
        """Where an entry stands; None where there is none."""
        if self.kind == "list":
            return part if isinstance(part, int) and 0 <= part < len(self.values) else None
        return next((at for at, key in enumerate(self.keys) if key.text == part), None)

    def entry(self, at: int) -> tuple[int, int]:
        """Where an entry begins (its key, where it has one) and ends."""
        return (self.keys[at] if self.keys else self.values[at]).start, self.values[at].end


def tree(text: str) -> Node:
    """The root of a text that ``read_source`` took without a problem."""
    events = iter(yaml.parse(text, Loader=LOADER))
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _node(event, events, text)
    raise ValueError("no document")


def node_at(root: Node, path: Path) -> Node | None:
    """The value at a path."""
    node = root
    for part in path:
        at = node.index(part)
        if at is None:
            return None
        node = node.values[at]
    return node


def _node(event: Any, events: Iterator[Any], text: str) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        return Node("scalar", start, end, text=event.value)
    is_map = isinstance(event, yaml.MappingStartEvent)
    node = Node("map" if is_map else "list", start, start, bool(event.flow_style))
    for inner in events:
        if isinstance(inner, yaml.CollectionEndEvent):
            # A block ends with its last value: libyaml puts its mark behind the comments that follow.
            mark: Any = inner.end_mark
            node.end = mark.index if node.is_flow else max(node.values[-1].end, start)
            return node
        if is_map:
            node.keys.append(_node(inner, events, text))
            inner = next(events)
        node.values.append(_node(inner, events, text))
    raise ValueError("unfinished")
