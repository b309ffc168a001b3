"""Importing a file into a register, in three steps: the file, its report, the confirmation."""

from typing import cast, get_args

from starlette.datastructures import UploadFile
from starlette.responses import Response

from engine.errors import InvalidInput, NotAllowed
from engine.sop.registers.lines import Decimal
from engine.text.bilingual import Text
from web.field_display import Showing
from web.page_request import PageRequest
from web.refusals import form_page
from web.registers import register_of


def choose(visit: PageRequest) -> Response:
    """The form that asks for a file."""
    register = register_of(visit)
    asked = {name for profile in register["profiles"] for name in profile["ask"]}
    return form_page(
        visit,
        "register_import.html",
        register=register,
        asked=[column for column in register["columns"] if column["id"] in asked],
        typed=visit.posted,
    )


def read(visit: PageRequest) -> Response:
    """Read a file and go on to its report; nothing is stored in the register."""
    register, file = register_of(visit), visit.posted.get("file")
    if "import" not in register["may"]:
        said = f"Anda tidak dapat mengimpor ke register {register['label']}."
        raise NotAllowed(Text(said, f"{visit.actor.account!r} may not import into {register['id']!r}"))
    decimal, profile = visit.text("decimal"), visit.text("profile") or None
    asked = {name for known in register["profiles"] if known["id"] == profile for name in known["ask"]}
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidInput.at("file", Text("Pilih berkas CSV atau XLSX.", "Choose a CSV or XLSX file."))
    report = visit.engine.register_imports.read(
        visit.actor,
        register["id"],
        file.file.read(),
        profile=profile,
        given={name: visit.text(f"set.{name}") for name in sorted(asked)},
        decimal=cast(Decimal, decimal) if decimal in get_args(Decimal) else "point",
        english=visit.english,
    )
    return visit.redirect(f"/registers/{register['id']}/imports/{report['id']}")


def report(visit: PageRequest) -> Response:
    """What the lines of the file would do."""
    register, id = register_of(visit), visit.request.path_params["import_id"]
    report = visit.engine.queries.register_imports.get(
        visit.actor, register["id"], id, cursor=visit.query("cursor"), english=visit.english
    )
    place = f"/registers/{register['id']}/imports/{id}"
    return form_page(
        visit,
        "register_report.html",
        register=register,
        report=report,
        place=place,
        skips=visit.text("skip_errors") == "yes",
        text=Showing(visit.words, visit.office, lambda _: None).text,
        **visit.turning(place, report["next"]),
    )


def settle(visit: PageRequest) -> Response:
    """Write what the report says, or forget it."""
    register, id = visit.request.path_params["register_id"], visit.request.path_params["import_id"]
    imports = visit.engine.register_imports
    if visit.text("do") == "drop":
        imports.drop(visit.actor, register, id)
        return visit.redirect(f"/registers/{register}", said="import_dropped")
    skips = visit.text("skip_errors") == "yes"
    imports.confirm(visit.actor, register, id, skip_errors=skips, english=visit.english, key=visit.key())
    return visit.redirect(f"/registers/{register}", said="rows_imported")


PAGES = (
    ("/registers/{register_id}/import", choose, read),
    ("/registers/{register_id}/imports/{import_id}", report, settle),
)
