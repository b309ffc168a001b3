"""Starting a case: which SOPs this person may start, and what each asks for at its start."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from engine.audit.act import Json
from engine.errors import NotFound
from engine.text.bilingual import Text
from engine.views.definitions import StartForm
from web import rows
from web.field_display import Showing
from web.files import file_name, keep
from web.forms import Control, Drawing, Reader, controls_of, no_file
from web.forms.schemas import Schema
from web.page_request import PageRequest
from web.refusals import form_page, told
from web.task_entries import laid_over

PERIODS = {"quarter": ("Q", 4), "semester": ("H", 2), "month": ("", 12), "year": ("", 0)}


def choose(visit: PageRequest) -> Response:
    """The SOPs that this person may start."""
    startable: list[Json] = []
    cursor = None
    while True:
        page = visit.engine.queries.definitions.list(visit.actor, cursor=cursor, limit=100)
        startable += [definition_item for definition_item in page["items"] if definition_item["may_start"]]
        cursor = page["next"]
        if cursor is None:
            scheduled = bool(visit.engine.queries.schedules.shown(visit.actor))
            return visit.page("start_choose.html", sops=startable, scheduled=scheduled)


def show(visit: PageRequest) -> Response:
    return page(visit)


def start(visit: PageRequest) -> Response:
    sop = str(visit.request.path_params["sop"])

    def begin(asked: Mapping[str, Json], **given: Any) -> Json:
        return visit.engine.cases.start(visit.actor, sop, period=_period(visit, asked["period"]), **given)

    return begun(visit, begin)


def begun(visit: PageRequest, begin: Callable[..., Json]) -> Response:
    """Start the case and go to its first task, or to the case where somebody else has that task.

    ``begin`` is given what the SOP asks, and what was entered.
    """
    verb, _, place = visit.text("do").partition(":")
    if verb in rows.VERBS:
        return rows.change(visit, visit.request.url.path, _schema_of(visit, place), verb, place)
    asked = _asked(visit, str(visit.request.path_params["sop"]))
    reader = Reader(visit.posted, visit.words.zone, partial(keep, visit))
    fields, parties = _read(asked, reader)
    reader.require_files()
    case = begin(asked, fields=fields, parties=parties, key=visit.key())
    mine = [task for task in case["open_tasks"] if _is_mine(visit, task)]
    return visit.redirect(f"/tasks/{mine[0]['id']}" if mine else f"/cases/{case['id']}", said="started")


def _read(asked: StartForm, reader: Reader) -> tuple[dict[str, Json], dict[str, dict[str, Json]]]:
    """The fields of the case and those of every party, as they were entered."""
    fields = reader.record(asked["fields"]["schema"], "f", "fields")
    parties = {
        role: reader.record(form["schema"], f"p.{role}", f"parties.{role}")
        for role, form in asked["parties"].items()
    }
    return fields, parties


def page(visit: PageRequest, *, late: Mapping[str, Json] | None = None) -> Response:
    """The start form with what was entered so far; for a late start its period stands."""
    sop = str(visit.request.path_params["sop"])
    about = visit.engine.queries.definitions.get(visit.actor, sop)
    asked = _asked(visit, sop)
    error = visit.kept.refusal if visit.kept else None
    fields: dict[str, Json] = {}
    parties: dict[str, dict[str, Json]] = {}
    if visit.kept is not None:
        blank = visit.kept.refusal is None
        fields, parties = _read(asked, Reader(visit.posted, visit.words.zone, no_file, with_blank_rows=blank))
    drawing = _drawing(visit, told(visit, error))

    def drawn(
        form: Mapping[str, Json], data: Mapping[str, Json], name: str, path: str
    ) -> tuple[Control, ...]:
        schema: Schema = form["schema"]
        return controls_of(schema, laid_over(schema, form["initial"] or {}, data), drawing, name, path)

    now = visit.engine.context.clock.now().astimezone(visit.words.zone)
    return form_page(
        visit,
        "start.html",
        error,
        sop=about,
        may_start=about["may_start"] or late is not None,
        late=late,
        period=asked["period"] if late is None else None,
        typed=visit.posted,
        work_form=True,
        asked_to_drop=visit.posted.get(rows.ASKED_TO_DROP),
        pasted=visit.posted,
        this_year=now.year,
        this_n={"quarter": (now.month + 2) // 3, "semester": (now.month + 5) // 6, "month": now.month},
        controls=drawn(asked["fields"], fields, "f", "fields"),
        parties={
            role: drawn(form, parties.get(role, {}), f"p.{role}", f"parties.{role}")
            for role, form in asked["parties"].items()
        },
        running=visit.engine.queries.cases.list(visit.actor, sop=sop, state="running", limit=10)["items"],
        names=visit.engine.queries.screens.definition(visit.actor, sop, about["version"])["parties"],
    )


def _drawing(visit: PageRequest, told: Mapping[str, list[str]]) -> Drawing:
    showing = Showing(visit.words, visit.office, partial(file_name, visit))
    return Drawing(
        words=visit.words,
        office=visit.office,
        file_name=showing.file_name,
        faults=told,
        shown=showing.text,
        labels={},
        remarks={},
    )


def _asked(visit: PageRequest, sop: str) -> StartForm:
    """What the effective version asks; NotFound where there is none."""
    asked = visit.engine.queries.definitions.get(visit.actor, sop)["start"]
    if asked is None:
        raise NotFound(
            Text(
                "SOP ini belum berlaku, sehingga belum dapat dimulai.",
                "This SOP is not in force, so it cannot be started.",
            )
        )
    return asked


def _schema_of(visit: PageRequest, table: str) -> Schema:
    """The schema of the form that a table of the start form belongs to: the case's own or that of a party."""
    asked = _asked(visit, str(visit.request.path_params["sop"]))
    kind, role, *_ = [*table.split("."), ""]
    form = asked["parties"].get(role) if kind == "p" else None
    return (form or asked["fields"])["schema"]


def _period(visit: PageRequest, rule: Mapping[str, Json] | None) -> str | None:
    """The period out of its two controls; what does not fit goes on as it is, for the engine to refuse."""
    year, n = visit.text("period_year").strip(), visit.text("period_n").strip()
    if rule is None or not year:
        return None
    letter, count = PERIODS[rule["type"]]
    if not count:
        return year
    return f"{year}-{letter}{n.zfill(2) if rule['type'] == 'month' else n}"


def _is_mine(visit: PageRequest, task: Mapping[str, Json]) -> bool:
    try:
        shown = visit.engine.queries.tasks.get(visit.actor, task["id"])
    except NotFound:
        return False
    return any(action["verb"] == "claim" and action["allowed"] for action in shown["actions"])


PAGES = (
    ("/cases/new", choose, None),
    ("/cases/new/{sop}", show, start),
)
