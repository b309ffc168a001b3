"""A draft of an SOP from a Word or Excel table: upload, what is doubtful in it, its YAML, storing it."""

import re
from typing import Any

from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.responses import Response

from documents.document import map_page
from documents.intake.archive import MOST_BYTES
from documents.intake.draft import imported
from documents.svg import as_svg
from engine.errors import FieldError, InvalidInput, NotPrintable
from engine.sop.checks import load_definition
from engine.text.bilingual import Text
from web.page_request import PageRequest
from web.refusals import form_page

STEP = re.compile(r"steps\[(\d+)\](?:\.(\w+))?")
PARTS = {
    "executor": Text("Pelaksana", "Executor"),
    "participants": Text("Yang ikut serta", "Participants"),
    "time": Text("Waktu", "Time"),
    "outcomes": Text("Keputusan", "Decision"),
    "requirements": Text("Kelengkapan", "Requirements"),
    "output": Text("Output", "Output"),
    "next": Text("Langkah berikutnya", "Next step"),
}
CONFIDENCE = {
    "likely": Text("mungkin", "likely"),
    "guess": Text("tebakan", "guess"),
    "missing": Text("belum ada", "missing"),
}
ORDER = ("missing", "guess", "likely")


def ask(visit: PageRequest) -> Response:
    visit.engine.definitions.require_author(visit.actor)
    return form_page(visit, "sop_import.html")


def read(visit: PageRequest) -> Response:
    """What the file says, how sure each part is, and its YAML to be completed; nothing is stored."""
    visit.engine.definitions.require_author(visit.actor)
    file = visit.posted.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidInput.at("file", Text("Pilih berkasnya dahulu.", "Choose a file first."))
    draft = imported(file.file.read(MOST_BYTES + 1), file.filename)
    text = draft.yaml.decode("utf-8", "replace")
    return form_page(
        visit, "sop_draft.html", yaml=text, report=draft.report, **_shown(visit, text, draft.report)
    )


def write(visit: PageRequest) -> Response:
    """The YAML that was sent last with what is wrong with it, or an empty one."""
    visit.engine.definitions.require_author(visit.actor)
    return form_page(visit, "sop_draft.html", yaml=visit.text("yaml"), report=None, doubts=[], map=None)


def store(visit: PageRequest) -> Response:
    """Store the YAML as a draft; its errors are told with their lines."""
    visit.engine.definitions.require_author(visit.actor)
    text = visit.text("yaml").replace("\r\n", "\n")
    errors = load_definition(text, file="sop.yaml").errors
    if errors:
        faults = [
            FieldError(
                "yaml",
                Text(
                    f"Baris {one.line}: {one.message.indonesian}", f"Line {one.line}: {one.message.english}"
                ),
            )
            for one in errors
        ]
        said = Text("SOP ini belum dapat disimpan.", "This SOP cannot be stored yet.")
        raise InvalidInput(said, errors=faults)
    stored = visit.engine.definitions.store(visit.actor, text, key=visit.key())
    return visit.redirect(f"/sops/{stored['id']}/{stored['version']}", said="draft_stored")


def _shown(visit: PageRequest, text: str, report: dict[str, Any]) -> dict[str, Any]:
    doubts = [fact for word in ORDER for fact in report["facts"] if fact["confidence"] == word]
    loaded = load_definition(text, file="sop.yaml")
    drawing = None
    if not loaded.errors:
        title = loaded.definition.identity.title
        try:
            drawing = Markup(as_svg([map_page(loaded.definition)], title))  # noqa: S704 - its texts are escaped
        except NotPrintable:
            drawing = None
    return {
        "map": drawing,
        "doubts": [
            {
                "where": visit.words.text(_where(fact["path"])),
                "confidence": fact["confidence"],
                "word": visit.words.text(CONFIDENCE[fact["confidence"]]),
                "why": fact["why"],
                "at": fact["at"],
            }
            for fact in doubts
        ],
        "errors": [(one.line, visit.words.text(one.message)) for one in loaded.errors],
    }


def _where(path: str) -> Text:
    """A place of the file as the paper calls it."""
    found = STEP.fullmatch(path)
    if found is None:
        names = {"steps": Text("Alur", "Flow"), "roles": Text("Pelaksana", "Executors")}
        return names.get(path, Text("Identitas dan pemicu", "Identity and triggers"))
    number = str(int(found[1]) + 1)
    return Text(f"Langkah {number}: ", f"Step {number}: ") + PARTS.get(found[2] or "", Text("", ""))


PAGES = (
    ("/sops/import", ask, read),
    ("/sops/drafts", write, store),
)
