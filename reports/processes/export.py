"""One export in one of the formats, sent while it is made."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

from engine.access.actor import AnyActor
from engine.engine import Engine
from engine.errors import InvalidInput
from engine.queries.cases.histories import HistoryFilter
from engine.sop.model import Definition
from engine.text.bilingual import Text
from reports.processes.bpmn import as_bpmn
from reports.processes.ocel import as_ocel
from reports.processes.people import People
from reports.processes.pnml import as_pnml
from reports.processes.xes import as_xes

Format = Literal["xes", "ocel", "pnml", "bpmn"]
FORMATS: tuple[Format, ...] = get_args(Format)
OF_CASES = ("xes", "ocel")
"""The formats that hold cases; the others hold an SOP."""
MEDIA_TYPES: dict[Format, str] = {
    "xes": "application/xml",
    "ocel": "application/json",
    "pnml": "application/xml",
    "bpmn": "application/xml",
}
SUFFIXES: dict[Format, str] = {"xes": "xes", "ocel": "jsonocel", "pnml": "pnml", "bpmn": "bpmn"}
PIECE = 64 * 1024


def exported(
    engine: Engine,
    actor: AnyActor,
    format: Format,
    wanted: HistoryFilter,
    *,
    per_branch: bool = False,
    names: bool = False,
) -> Iterator[bytes]:
    """The file piece by piece. Who may not read, and what is not there, is told before the first piece.

    The names of people are given after the log has told that they are read.
    """
    if format in OF_CASES:
        if names:
            engine.names_read.record(actor, f"export {format}", _facts(wanted))
        people = People(names, engine.context.keyring)
        slices = engine.queries.histories.slices(actor, wanted)
        parts = as_xes(slices, people, per_branch=per_branch) if format == "xes" else as_ocel(slices, people)
        return _pieces(parts)
    definition = _definition(engine, actor, wanted)
    return _pieces(as_pnml(definition) if format == "pnml" else as_bpmn(definition))


def file_name(format: Format, wanted: HistoryFilter) -> str:
    """What an export is saved as."""
    return f"{wanted.case or wanted.sop or 'proses'}.{SUFFIXES[format]}"


def _definition(engine: Engine, actor: AnyActor, wanted: HistoryFilter) -> Definition:
    """The version that a case runs on; of an SOP the one in force, else the last."""
    queries = engine.queries
    if wanted.case is not None:
        agency, sop, version = queries.histories.version_of(actor, wanted)
        return queries.definitions.model(actor, sop, version, agency=agency)
    if wanted.sop is None:
        said, english = "Sebutkan SOP yang diekspor.", "Name the SOP to export."
        raise InvalidInput.at("sop", Text(said, english))
    return queries.definitions.model(actor, wanted.sop, agency=wanted.agency)


def _facts(wanted: HistoryFilter) -> dict[str, Any]:
    facts = {"sop": wanted.sop, "from": wanted.from_, "to": wanted.to, "case_number": wanted.case}
    return {name: value for name, value in facts.items() if value is not None}


def _pieces(parts: Iterable[str]) -> Iterator[bytes]:
    """Pieces large enough to send; an empty one first, so that a refusal comes before everything."""
    waiting, size = [], 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= PIECE:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, size = [], 0
    yield "".join(waiting).encode("utf-8", "replace")
