"""What programs of process mining do with our exports, in small: a net read and replayed, a log read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

PNML = "{http://www.pnml.org/version-2009/grammar/pnml}"
XES = "{http://www.xes-standard.org/}"
Marking = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class ReadNet:
    """A net as it stands in a PNML file: transition → (label, or None where silent; inputs; outputs)."""

    initial: Marking
    final: Marking
    places: frozenset[str]
    transitions: Mapping[str, tuple[str | None, frozenset[str], frozenset[str]]]

    def fire(self, marking: Marking, name: str) -> Marking | None:
        _, inputs, outputs = self.transitions[name]
        tokens = dict(marking)
        for place in inputs:
            if not tokens.get(place):
                return None
            tokens[place] -= 1
        for place in outputs:
            tokens[place] = tokens.get(place, 0) + 1
        return frozenset((place, count) for place, count in tokens.items() if count)

    def replays(self, names: Sequence[str]) -> bool:
        """Whether a trace can be gone through from the initial to the final marking: fitness 1.0."""
        now = self._silently({self.initial})
        for name in names:
            labelled = [one for one, (label, *_) in self.transitions.items() if label == name]
            moved = {self.fire(marking, one) for marking in now for one in labelled}
            now = self._silently({marking for marking in moved if marking is not None})
        return self.final in now

    def is_sound(self) -> bool:
        """Workflow net, safe, every marking can still end properly, every transition can fire."""
        inputs = {place for _, before, _ in self.transitions.values() for place in before}
        outputs = {place for _, _, after in self.transitions.values() for place in after}
        if len(self.places - outputs) != 1 or len(self.places - inputs) != 1:
            return False
        arcs: dict[Marking, set[Marking]] = {}
        fired: set[str] = set()
        waiting = deque([self.initial])
        while waiting:
            marking = waiting.popleft()
            if marking in arcs:
                continue
            arcs[marking] = set()
            for name in self.transitions:
                after = self.fire(marking, name)
                if after is not None:
                    fired.add(name)
                    arcs[marking].add(after)
                    waiting.append(after)
        safe = all(count == 1 for marking in arcs for _, count in marking)
        ends = _can_reach(arcs, self.final)
        return safe and fired == set(self.transitions) and ends == set(arcs)

    def _silently(self, markings: set[Marking]) -> set[Marking]:
        known, waiting = set(markings), deque(markings)
        while waiting:
            marking = waiting.popleft()
            for name, (label, *_) in self.transitions.items():
                after = self.fire(marking, name) if label is None else None
                if after is not None and after not in known:
                    known.add(after)
                    waiting.append(after)
        return known


def _can_reach(arcs: Mapping[Marking, set[Marking]], goal: Marking) -> set[Marking]:
    back: dict[Marking, set[Marking]] = {}
    for marking, following in arcs.items():
        for after in following:
            back.setdefault(after, set()).add(marking)
    known, waiting = {goal}, deque([goal])
    while waiting:
        for before in back.get(waiting.popleft(), set()) - known:
            known.add(before)
            waiting.append(before)
    return known


def read_net(pnml: str) -> ReadNet:
    root = ElementTree.fromstring(pnml)
    arcs = [(arc.attrib["source"], arc.attrib["target"]) for arc in root.iter(f"{PNML}arc")]
    places = [place.attrib["id"] for place in root.iter(f"{PNML}place") if "id" in place.attrib]
    marked = [
        place.attrib["id"]
        for place in root.iter(f"{PNML}place")
        if place.find(f"{PNML}initialMarking") is not None
    ]
    final = [place.attrib["idref"] for marking in root.iter(f"{PNML}marking") for place in marking]
    transitions = {}
    for one in root.iter(f"{PNML}transition"):
        name = one.attrib["id"]
        silent = one.find(f"{PNML}toolspecific") is not None
        label = one.findtext(f"{PNML}name/{PNML}text")
        inputs = frozenset(source for source, target in arcs if target == name)
        outputs = frozenset(target for source, target in arcs if source == name)
        transitions[name] = (None if silent else label, inputs, outputs)
    return ReadNet(_one_in_each(marked), _one_in_each(final), frozenset(places), transitions)


def _one_in_each(places: Iterable[str]) -> Marking:
    return frozenset((place, 1) for place in places)


def read_log(xes: str) -> list[tuple[dict[str, Any], list[dict[str, str]]]]:
    """The traces of a log: the attributes of each, and those of its events, as they are written."""
    root = ElementTree.fromstring(xes)
    return [
        (_attributes(trace), [_attributes(event) for event in trace.iter(f"{XES}event")])
        for trace in root.iter(f"{XES}trace")
    ]


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    return {one.attrib["key"]: one.attrib["value"] for one in element if "key" in one.attrib}


def completed(events: Iterable[Mapping[str, str]]) -> list[str]:
    """What was done in the order in which others put it: by time, as written where that is equal."""
    done = [event for event in events if event["lifecycle:transition"] == "complete"]
    return [event["concept:name"] for event in sorted(done, key=lambda event: event["time:timestamp"])]
