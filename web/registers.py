"""Registers: what there is, the rows of one, a row with its history, and what editors do to it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from urllib.parse import quote, urlencode

from starlette.responses import Response

from api.registers import as_file
from engine.audit.act import Json
from engine.errors import InvalidInput, NotAllowed
from engine.queries.registers.filters import Filters
from engine.text.bilingual import Text
from engine.text.options import option_text
from engine.views.parts import Page
from engine.views.registers import DueRow, Register, RegisterColumn, RegisterRow, RowForm
from reports.csv_dialect import Excel
from reports.registers import Format
from web.field_display import Fact, Showing
from web.files import file_name, keep
from web.forms.binding import Reader, day_of, no_file
from web.forms.controls import Control, Drawing, controls_of
from web.page_request import PageRequest
from web.refusals import form_page, told
from web.task_entries import laid_over

SHOWN, FILTERED = 9, 5
ASKED = ("q", "sort", "on", "retired")
CHOSEN = ("choice", "unit", "position", "year", "period")
LONG = ("textarea", "file", "evidence")
WEIGHTS = {"unit": 1, "percent": 1, "choice": 2, "date": 2, "position": 3, "number": 3, "money": 3}


def index(visit: PageRequest) -> Response:
    return visit.page("registers.html", registers=visit.engine.queries.registers.list(visit.actor)["items"])


def show(visit: PageRequest) -> Response:
    """The rows of a register: filtered, sorted, or as they were on a day."""
    register = register_of(visit)
    columns = [column for column in register["columns"] if not column["retired"]]
    filtered = _filtered(columns)
    given = _given(visit, filtered)
    reads = visit.engine.queries.register_rows
    page: Page[RegisterRow] = {"items": [], "next": None}
    due: list[DueRow] = []
    sees = True
    try:
        filters = _filters(visit, register, given, filtered)
        page = reads.list(visit.actor, register["id"], filters, cursor=visit.query("cursor"), limit=50)
        due = reads.past_retention(visit.actor, register["id"])
    except NotAllowed:  # an administrator stores the file and sees no rows
        sees = False
    return visit.page(
        "register.html",
        register=register,
        sees=sees,
        due=due,
        columns=_shown(register, columns),
        sortable=[column for column in columns if not column["given"] and column["type"] not in LONG],
        filtered=filtered,
        option_text=option_text,
        rows=page["items"],
        given=given,
        query=urlencode({name: text for name, text in given.items() if text}),
        address=address,
        text=_showing(visit).text,
        **visit.turning(f"/registers/{register['id']}", page["next"], given),
    )


def export(visit: PageRequest) -> Response:
    """The rows of the page as a file to save."""
    register = register_of(visit)
    filtered = _filtered(register["columns"])
    filters = _filters(visit, register, _given(visit, filtered), filtered)
    format: Format = "xlsx" if visit.query("format") == "xlsx" else "csv"
    excel: Excel | None = "id" if visit.query("excel") == "id" else "en" if visit.query("excel") else None
    return as_file(visit.engine, visit.actor, register["id"], filters, format, excel)


def row(visit: PageRequest) -> Response:
    """One row, everything it was, and its form for those who may change it."""
    register, id = register_of(visit), visit.request.path_params["row_id"]
    reads, place = visit.engine.queries.register_rows, address(register["id"], id)
    row = reads.get(visit.actor, register["id"], id)
    history = reads.history(visit.actor, register["id"], id, cursor=visit.query("cursor"), limit=20)
    form = reads.form(visit.actor, register["id"], id)
    return form_page(
        visit,
        "register_row.html",
        register=register,
        row=row,
        shown=_facts(visit, register, row["values"]),
        history=history["items"],
        controls=_controls(visit, form) if form["may"] and not row["retired"] else (),
        may=form["may"],
        personal=[column for column in register["columns"] if column["personal"]],
        reason=visit.text("reason"),
        sent=visit.text("do") or ("change" if visit.kept else ""),
        address=place,
        text=_showing(visit).text,
        **visit.turning(place, history["next"]),
    )


def change(visit: PageRequest) -> Response:
    """Give a row other values, take it out of use and back, or blank what is personal in it."""
    register, id = visit.request.path_params["register_id"], visit.request.path_params["row_id"]
    commands, reason, key = visit.engine.register_rows, visit.text("reason"), visit.key()
    version = visit.version() or 0
    match visit.text("do"):
        case "retire":
            commands.retire(visit.actor, register, id, version=version, reason=reason, key=key)
        case "restore":
            commands.restore(visit.actor, register, id, version=version, reason=reason, key=key)
        case "erase":
            columns = [str(name) for name in visit.posted.getlist("columns")]
            commands.erase(visit.actor, register, id, columns=columns, reason=reason, key=key)
        case _:
            form = visit.engine.queries.register_rows.form(visit.actor, register, id)
            values = _entered(visit, form)
            commands.change(visit.actor, register, id, values, version=version, reason=reason, key=key)
    return visit.redirect(address(register, id), said="row_kept")


def new(visit: PageRequest) -> Response:
    """The form of a new row."""
    register = register_of(visit)
    form = visit.engine.queries.register_rows.form(visit.actor, register["id"])
    controls = _controls(visit, form) if form["may"] else ()
    return form_page(visit, "register_add.html", register=register, controls=controls)


def add(visit: PageRequest) -> Response:
    register = visit.request.path_params["register_id"]
    form = visit.engine.queries.register_rows.form(visit.actor, register)
    values = _entered(visit, form)
    added = visit.engine.register_rows.add(visit.actor, register, values, key=visit.key())
    return visit.redirect(address(register, added["row"]), said="row_kept")


def register_of(visit: PageRequest) -> Register:
    return visit.engine.queries.registers.get(visit.actor, visit.request.path_params["register_id"])


def address(register: str, row: str | RegisterRow) -> str:
    """Where the page of a row is."""
    id = row if isinstance(row, str) else row["row"]
    return f"/registers/{register}/rows/{quote(id, safe='')}"


# --- inside ---


def _filtered(columns: Sequence[RegisterColumn]) -> list[RegisterColumn]:
    """The columns that the page filters by."""
    return [column for column in columns if column["type"] in CHOSEN and not column["retired"]][:FILTERED]


def _shown(register: Register, columns: Sequence[RegisterColumn]) -> list[RegisterColumn]:
    """The columns of the table, in their order: the key, unit and percentages, choices and days, figures.

    What the key names already, such as the row of another register, is shown where there is room.
    """

    def weight(column: RegisterColumn) -> int:
        if column["id"] in register["key"]:
            return 0
        return 5 if column["type"] in ("reference", "year") else WEIGHTS.get(column["type"], 4)

    short = [column for column in columns if column["type"] not in LONG]
    chosen = {column["id"] for column in sorted(short, key=weight)[:SHOWN]}
    return [column for column in short if column["id"] in chosen]


def _given(visit: PageRequest, filtered: Sequence[RegisterColumn]) -> dict[str, str]:
    """What was asked of the rows, by the controls of the page."""
    return {name: visit.query(name) or "" for name in (*ASKED, *(column["id"] for column in filtered))}


def _filters(
    visit: PageRequest, register: Register, given: Mapping[str, str], filtered: Sequence[RegisterColumn]
) -> Filters:
    reads, day = visit.engine.queries.register_rows, _day(given["on"])
    return Filters(
        columns={column["id"]: [given[column["id"]]] for column in filtered if given[column["id"]]},
        q=given["q"] or None,
        retired="true" if given["retired"] == "true" else "false",
        sort=given["sort"] or None,
        revision=reads.revision_on(visit.actor, register["id"], day) if day else None,
    )


def _showing(visit: PageRequest) -> Showing:
    return Showing(visit.words, visit.office, partial(file_name, visit))


def _facts(visit: PageRequest, register: Register, values: Mapping[str, Json]) -> list[Fact]:
    """The filled columns of a row; what names another row leads to it."""
    showing, facts = _showing(visit), []
    for column in register["columns"]:
        value = values[column["id"]]
        if column["type"] == "reference" and column["register"] and value:
            link = (address(column["register"], str(value)), str(value))
            facts.append(Fact(column["label"], links=(link,)))
        else:
            facts += showing.facts([_names(column)], {column["id"]: value}, {})
    return facts


def _names(column: RegisterColumn) -> Json:
    return {"id": column["id"], "type": column["type"], "label": column["label"], "columns": []}


def _controls(visit: PageRequest, form: RowForm) -> tuple[Control, ...]:
    """The controls of a row with what stands there, or with what was typed and not taken yet."""
    typed: Mapping[str, Json] = {}
    if visit.kept is not None and any(name.startswith("values.") for name in visit.posted):
        typed = Reader(visit.posted, visit.words.zone, no_file).record(form["schema"], "values", "values")
    showing = _showing(visit)
    drawing = Drawing(
        words=visit.words,
        office=visit.office,
        file_name=showing.file_name,
        faults=told(visit, visit.kept.refusal if visit.kept else None),
        shown=showing.text,
        labels={},
        remarks={},
    )
    schema = form["schema"]
    return controls_of(schema, laid_over(schema, form["values"], typed), drawing, "values", "values")


def _entered(visit: PageRequest, form: RowForm) -> dict[str, Json]:
    """What was typed; the engine tells what of it is no value."""
    reader = Reader(visit.posted, visit.words.zone, partial(keep, visit))
    values = reader.record(form["schema"], "values", "values")
    reader.require_files()
    return values


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(day_of(text)) if text else None
    except ValueError:
        raise InvalidInput.at("on", Text("Isi tanggal.", "Give a date.")) from None


PAGES = (
    ("/registers", index, None),
    ("/registers/{register_id}", show, None),
    ("/registers/{register_id}/export", export, None),
    ("/registers/{register_id}/add", new, add),
    ("/registers/{register_id}/rows/{row_id}", row, change),
)
