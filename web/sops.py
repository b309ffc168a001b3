"""The SOPs of the agency: the list, one version as its signed table, and that table as the map of a case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup
from starlette.responses import Response

from api.schemas.definitions import DefinitionsQuery, DocumentQuery
from documents.document import MEDIA_TYPES, document, file_name, map_page
from documents.drawing import Page
from documents.svg import State, as_svg
from engine.commands.definitions.definitions import AUTHORS, NEEDED_WHEN_EFFECTIVE
from engine.sop.checks import load_definition
from engine.text.bilingual import Text
from engine.views.cases import Case, TimelineEntry
from engine.views.definitions import DefinitionVersion
from web import sop_lifecycle
from web.page_request import PageRequest
from web.refusals import form_page

IDENTITY = {
    "number": Text("Nomor SOP", "SOP number"),
    "created_on": Text("Tanggal pembuatan", "date of making"),
    "effective_on": Text("Tanggal efektif", "effective date"),
}


def index(visit: PageRequest) -> Response:
    query = visit.asked(DefinitionsQuery)
    page = visit.engine.queries.definitions.list(visit.actor, cursor=query.cursor, limit=query.limit)
    roles = visit.engine.queries.people.me(visit.actor)["system_roles"]
    writes = bool(AUTHORS.intersection(roles))
    drafts = visit.engine.sop_drafts.list(visit.actor) if writes else []
    turning = visit.turning("/sops", page["next"], {})
    return visit.page("sops.html", items=page["items"], drafts=drafts, writes=writes, **turning)


def show(visit: PageRequest) -> Response:
    sop = _version(visit)
    roles = visit.engine.queries.people.me(visit.actor)["system_roles"]
    writes = bool(AUTHORS.intersection(roles))
    around = sop_lifecycle.around(visit, sop)
    unfilled = [visit.words.text(IDENTITY[name]) for name in _unfilled(sop["text"])]
    return form_page(visit, "sop.html", sop=sop, map=drawn(sop), writes=writes, unfilled=unfilled, **around)


def save(visit: PageRequest) -> Response:
    """The document of a version as a file."""
    query, sop = visit.asked(DocumentQuery), _version(visit)
    definition = load_definition(sop["text"], file=sop["id"]).definition
    content = document(definition, sop["text"].encode(), query.format, query.paper)
    headers = {"Content-Disposition": f'inline; filename="{file_name(definition, query.format)}"'}
    return Response(content, 200, headers, MEDIA_TYPES[query.format])


def case_map(visit: PageRequest) -> Response:
    """The table of a case's version with what is done, where the case stands, and what is late."""
    case_id = str(visit.request.path_params["case_id"])
    case = visit.engine.queries.cases.get(visit.actor, case_id)
    timeline = visit.engine.queries.cases.timeline(visit.actor, case_id)
    sop = visit.engine.queries.definitions.version(visit.actor, case["sop"], case["sop_version"])
    states = _done(sop, case, timeline)
    for task in case["open_tasks"]:
        states[task["step_id"]] = "late" if task["sla"] == "overdue" else "current"
    return visit.page("case_map.html", case=case, sop=sop, map=drawn(sop, states))


def _done(sop: DefinitionVersion, case: Case, timeline: Sequence[TimelineEntry]) -> dict[str, State]:
    """The steps that are done; what a return has sent the case back before is to be done again."""
    order = {step["id"]: index for index, step in enumerate(sop["steps"])}
    states: dict[str, State] = {}
    for entry in timeline:
        step, at = entry["step_id"], datetime.fromisoformat(entry["at"])
        undone = any(
            order[task["step_id"]] < order[step] and datetime.fromisoformat(task["ready_at"]) >= at
            for task in case["open_tasks"]
        )
        if entry["event"] == "finished" and not undone:
            states[step] = "done"
    return states


def _version(visit: PageRequest) -> DefinitionVersion:
    path = visit.request.path_params
    return visit.engine.queries.definitions.version(visit.actor, path["sop"], path["version"])


def drawn(sop: DefinitionVersion, states: Mapping[str, State] | None = None) -> Markup:
    """The table of a version, its symbols coloured by the states of their steps."""
    return Markup(as_svg([_map(sop["text"])], sop["title"], states=states))  # noqa: S704 - its texts are escaped


@lru_cache(maxsize=64)
def _unfilled(text: str) -> tuple[str, ...]:
    """What a version lacks before it can come into force, as the paper of the shipped one does."""
    identity = load_definition(text, file="sop.yaml").definition.identity
    return tuple(name for name in NEEDED_WHEN_EFFECTIVE if getattr(identity, name) is None)


@lru_cache(maxsize=64)
def _map(text: str) -> Page:
    """A version never changes, so its table is laid out once."""
    return map_page(load_definition(text, file="sop.yaml").definition)


PAGES = (
    ("/sops", index, None),
    ("/sops/{sop}/{version}", show, sop_lifecycle.act),
    ("/sops/{sop}/{version}/document", save, None),
    ("/cases/{case_id}/map", case_map, None),
)
