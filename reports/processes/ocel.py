"""Cases as an object-centric event log, OCEL 2.0 JSON: one event per finished visit."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from engine.cases.model import CaseStatus, Task, TaskStatus
from engine.cases.recall import counts
from engine.queries.cases.histories import History
from engine.sop.model import Requirement
from reports.processes.people import People

OBJECTS = ("case", "branch", "document", "position", "person", "definition")
ATTRIBUTES = {
    "case": ("number", "state", "period", "result"),
    "branch": ("block", "key", "round"),
    "document": ("label",),
    "position": ("unit",),
    "definition": ("sop", "version", "definition_hash"),
}
MEASURES = ("outcome", "waiting_minutes", "working_minutes", "hold_minutes", "late_minutes")
NUMBERS = frozenset({"round", "visit", *MEASURES[1:]})
OF_VISIT = ("step", "visit", "deviation", *MEASURES)
ENDS = {CaseStatus.COMPLETED: "case.complete", CaseStatus.CANCELLED: "case.cancel"}
PIECE = 64 * 1024


def as_ocel(slices: Iterable[Sequence[History]], people: People) -> Iterator[str]:
    """The log piece by piece: events first, then objects, which wait on the disk meanwhile."""
    with TemporaryFile("w+", encoding="utf-8", newline="") as waiting:
        log = _Log(people, waiting)
        before = '{"events": [\n'
        for histories in slices:
            for history in histories:
                for event in log.events(history):
                    yield before + json.dumps(event, ensure_ascii=False)
                    before = ",\n"
        yield '{"events": [' if before != ",\n" else ""
        yield '],\n"objects": [\n'
        waiting.seek(0)
        while piece := waiting.read(PIECE):
            yield piece
        yield "],\n" + f'"objectTypes": {json.dumps(_object_types())},\n'
        yield f'"eventTypes": {json.dumps(log.event_types(), ensure_ascii=False)}}}\n'


@dataclass(slots=True)
class _Log:
    people: People
    objects: IO[str]
    known: set[str] = field(default_factory=set)  # of objects that many cases share
    types: dict[str, None] = field(default_factory=dict)
    written: int = 0

    def events(self, history: History) -> Iterator[dict[str, Any]]:
        case = history.state.case
        self._objects_of(history)
        of = [_related(_case_id(history), "of"), _related(_definition_id(history), "of")]
        yield self._event(f"{case.id}:start", "case.start", case.started_at, {}, of)
        for task in history.state.tasks.values():
            if counts(history.state, task):
                yield self._visit(history, task)
        if case.state in ENDS and case.completed_at is not None:
            yield self._event(f"{case.id}:end", ENDS[case.state], case.completed_at, {}, of)

    def _visit(self, history: History, task: Task) -> dict[str, Any]:
        number, agency = history.state.case.number, history.state.case.agency
        related = [_related(_case_id(history), "of")]
        if task.branch_id is not None:
            related.append(_related(_branch_id(number, task.branch_id), "in"))
        if task.position is not None:
            related.append(_related(f"position:{task.position}", "by"))
        person = self.people(agency, task.assignee)
        if person is not None:
            related.append(_related(f"person:{person}", "by"))
        step = next((step for step in history.case.definition.steps if step.id == task.step_id), None)
        for qualifier, named in (("uses", step.requirements), ("produces", step.output)) if step else ():
            related += [_related(_document_id(number, document), qualifier) for document in _documents(named)]
        given = {"step": task.step_id, "visit": task.visit, "deviation": task.deviation}
        given |= {name: getattr(task, name) for name in MEASURES}
        label = history.labels.get(task.step_id, task.step_id)
        return self._event(task.id, label, task.ended_at, given, related)

    def _event(
        self, id: str, kind: str, at: datetime, given: dict[str, Any], related: Sequence[dict[str, str]]
    ) -> dict[str, Any]:
        self.types.setdefault(kind)
        said = [{"name": name, "value": _value(value)} for name, value in given.items() if value is not None]
        return {"id": id, "type": kind, "time": _time(at), "attributes": said, "relationships": list(related)}

    def _objects_of(self, history: History) -> None:
        case, organisation = history.state.case, history.case.organisation
        at = case.started_at
        self._shared(
            _definition_id(history),
            "definition",
            {"sop": case.sop, "version": case.sop_version, "definition_hash": case.definition_hash},
            at,
        )
        own = {"number": case.number, "state": case.state.value, "period": case.period, "result": case.result}
        self._write(_case_id(history), "case", own, at, [])
        for branch in history.state.branches.values():
            given = {"block": branch.block, "key": branch.key, "round": branch.round}
            part = [_related(_case_id(history), "part of")]
            self._write(_branch_id(case.number, branch.id), "branch", given, branch.opened_at, part)
        done = [task for task in history.state.tasks.values() if task.state is TaskStatus.COMPLETED]
        for task in done:
            if task.position is not None:
                position = organisation.position(task.position)
                unit = {"unit": position.unit if position else None}
                self._shared(f"position:{task.position}", "position", unit, at)
            person = self.people(case.agency, task.assignee)
            if person is not None:
                self._shared(f"person:{person}", "person", {}, at)
        used = {task.step_id for task in done}
        steps = [step for step in history.case.definition.steps if step.id in used]
        for name in dict.fromkeys(
            name for step in steps for name in _documents((*step.requirements, *step.output))
        ):
            label = {"label": history.case.definition.documents[name].label}
            part = [_related(_case_id(history), "part of")]
            self._write(_document_id(case.number, name), "document", label, at, part)

    def _shared(self, id: str, kind: str, given: dict[str, Any], at: datetime) -> None:
        if id not in self.known:
            self.known.add(id)
            self._write(id, kind, given, at, [])

    def _write(
        self, id: str, kind: str, given: dict[str, Any], at: datetime, related: Sequence[dict[str, str]]
    ) -> None:
        said = [
            {"name": name, "time": _time(at), "value": _value(value)}
            for name, value in given.items()
            if value is not None
        ]
        thing = {"id": id, "type": kind, "attributes": said, "relationships": list(related)}
        self.objects.write((",\n" if self.written else "") + json.dumps(thing, ensure_ascii=False))
        self.written += 1

    def event_types(self) -> list[dict[str, Any]]:
        plain = {"case.start", *ENDS.values()}
        of_visit = [{"name": name, "type": _type(name)} for name in OF_VISIT]
        return [{"name": name, "attributes": [] if name in plain else of_visit} for name in self.types]


def _object_types() -> list[dict[str, Any]]:
    return [
        {
            "name": kind,
            "attributes": [{"name": name, "type": _type(name)} for name in ATTRIBUTES.get(kind, ())],
        }
        for kind in OBJECTS
    ]


def _type(name: str) -> str:
    return "integer" if name in NUMBERS else "boolean" if name == "deviation" else "string"


def _value(value: Any) -> str:
    """As the format wants every value of an attribute: as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _related(id: str, qualifier: str) -> dict[str, str]:
    return {"objectId": id, "qualifier": qualifier}


def _case_id(history: History) -> str:
    return f"case:{history.state.case.number}"


def _definition_id(history: History) -> str:
    return f"definition:{history.state.case.sop}@{history.state.case.sop_version}"


def _branch_id(number: str, branch_id: str) -> str:
    return f"branch:{number}:{branch_id}"


def _document_id(number: str, name: str) -> str:
    return f"document:{number}:{name}"


def _documents(named: Iterable[Requirement]) -> list[str]:
    return list(
        dict.fromkeys(
            name
            for attachment in named
            for name in ((attachment.doc,) if attachment.doc else attachment.any_of)
        )
    )
