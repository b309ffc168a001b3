"""Staff from a CSV or XLSX file, in three steps: the file, what it would do, the confirmation."""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from engine.errors import InvalidInput
from engine.organisation.staff_lines import COLUMNS, NEEDED
from engine.text.bilingual import Text
from web.files import keep
from web.organisation import PLACE
from web.page_request import PageRequest
from web.refusals import form_page


def choose(visit: PageRequest) -> Response:
    """The form that asks for a file, with the columns that are known."""
    organisation = visit.engine.queries.organisation.to_keep(visit.actor)
    columns = [(names[0], name in NEEDED) for name, names in COLUMNS.items()]
    return form_page(
        visit,
        "staff_import.html",
        columns=columns,
        positions=[position["label"] for position in organisation["positions"]],
    )


def read(visit: PageRequest) -> Response:
    """Keep a file and go on to what it would do; no account is made."""
    visit.engine.queries.organisation.to_keep(visit.actor)
    file = visit.posted.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidInput.at("file", Text("Pilih berkas CSV atau XLSX.", "Choose a CSV or XLSX file."))
    content = file.file.read()
    visit.engine.staff_import.foresee(visit.actor, content)
    return visit.redirect(f"{PLACE}/staff/{keep(visit, file, 'file')}")


def report(visit: PageRequest) -> Response:
    """What each line of the file would do now."""
    report = visit.engine.staff_import.foresee(visit.actor, _content(visit))
    wrong_first = sorted(report["lines"], key=lambda line: not line["messages"])
    return form_page(
        visit,
        "staff_report.html",
        report=report,
        lines=wrong_first,
        headings={name: names[0] for name, names in COLUMNS.items()},
        place=visit.request.url.path,
    )


def confirm(visit: PageRequest) -> Response:
    """Make the accounts and appointments; then whom to invite."""
    staff = visit.engine.staff_import
    staff.load(visit.actor, _content(visit), version=visit.version(), key=visit.key())
    return visit.redirect("/invitations", said="staff_imported")


def _content(visit: PageRequest) -> bytes:
    visit.engine.queries.organisation.to_keep(visit.actor)
    file = visit.engine.queries.files.get(visit.actor, str(visit.request.path_params["sheet_id"]))
    with visit.engine.context.files.open(file.sha256) as content:
        return content.read()


PAGES = (
    (f"{PLACE}/staff", choose, read),
    (f"{PLACE}/staff/{{sheet_id}}", report, confirm),
)
