"""Cases as an event log in XES (IEEE 1849): one event per transition of a visit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from engine.cases.lifecycle import Happening
from engine.queries.cases.histories import History
from reports.processes.people import People
from reports.processes.traces import Trace, traces
from reports.processes.xml import HEAD, quoted

Value = str | int | bool | datetime | None
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
_BEFORE_ALL = "1970-01-01T00:00:00.000+00:00"


def as_xes(slices: Iterable[Sequence[History]], people: People, *, per_branch: bool) -> Iterator[str]:
    """The log piece by piece; every instant carries its zone, every global its scope."""
    yield HEAD + '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name, prefix, uri in _EXTENSIONS:
        yield f"<extension name={quoted(name)} prefix={quoted(prefix)} uri={quoted(uri)}/>\n"
    yield '<global scope="trace">\n' + _attribute("concept:name", "") + "</global>\n"
    yield (
        '<global scope="event">\n'
        + "".join(
            [
                _attribute("concept:name", ""),
                _attribute("concept:instance", ""),
                _attribute("lifecycle:transition", "complete"),
                f'<date key="time:timestamp" value="{_BEFORE_ALL}"/>\n',
            ]
        )
        + "</global>\n"
    )
    yield '<classifier name="Kegiatan" scope="event" keys="concept:name"/>\n'
    both = "concept:name lifecycle:transition"
    yield f'<classifier name="Kegiatan dan peralihan" scope="event" keys="{both}"/>\n'
    yield _attribute("lifecycle:model", "standard")
    for histories in slices:
        for history in histories:
            for trace in traces(history, per_branch=per_branch):
                yield _trace(trace, people)
    yield "</log>\n"


def _trace(trace: Trace, people: People) -> str:
    case = trace.history.state.case
    head = _attributes(
        {
            "concept:name": trace.name,
            "alur:sop": case.sop,
            "alur:sop_version": case.sop_version,
            "alur:definition_hash": case.definition_hash,
            "alur:period": case.period,
            "alur:result": case.result,
            "alur:state": case.state.value,
            "alur:deviated": case.deviated,
            "alur:case": case.number,
            "alur:branch": trace.branch,
        }
    )
    events = "".join(_event(trace.history, happening, people) for happening in trace.happened)
    return f"<trace>\n{head}{events}</trace>\n"


def _event(history: History, happening: Happening, people: People) -> str:
    case, task, zone = history.case, happening.task, history.case.calendar.timezone
    position = case.organisation.position(happening.position) if happening.position else None
    given: dict[str, Value] = {
        "concept:name": history.labels.get(happening.step_id, happening.step_id),
        # A step that did not apply has no visit: its place in the case stands for one.
        "concept:instance": task.id
        if task
        else f"{case.state.case.id}:{happening.step_id}:{happening.branch or ''}",
        "lifecycle:transition": happening.transition,
        "time:timestamp": happening.at.astimezone(zone),
        "org:resource": people(case.state.case.agency, happening.resource),
        "org:role": happening.position,
        "org:group": position.unit if position else None,
        "alur:step": happening.step_id,
        "alur:branch": happening.branch,
        "alur:recorded_at": happening.recorded_at.astimezone(zone),
    }
    if task is not None:
        given["alur:visit"] = task.visit
    if task is not None and happening.transition == "complete":
        given |= {
            "alur:outcome": task.outcome,
            "alur:deviation": task.deviation or task.approval_of is not None,
            "alur:waiting_minutes": task.waiting_minutes,
            "alur:working_minutes": task.working_minutes,
            "alur:hold_minutes": task.hold_minutes,
            "alur:late_minutes": task.late_minutes,
        }
    return f"<event>\n{_attributes(given)}</event>\n"


def _attributes(given: Mapping[str, Value]) -> str:
    return "".join(_attribute(key, value) for key, value in given.items() if value is not None)


def _attribute(key: str, value: Value) -> str:
    match value:
        case bool():
            return f'<boolean key="{key}" value="{str(value).lower()}"/>\n'
        case int():
            return f'<int key="{key}" value="{value}"/>\n'
        case datetime():
            return f'<date key="{key}" value="{value.isoformat(timespec="milliseconds")}"/>\n'
        case _:
            return f'<string key="{key}" value={quoted(value)}/>\n'
