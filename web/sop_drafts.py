"""How a draft of an SOP begins: from a Word or Excel table, a template, a copy, YAML, or nothing."""

import re
from functools import lru_cache
from pathlib import Path
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
from engine.sop.editing.skeleton import skeleton
from engine.sop.editing.text import put
from engine.sop.source import read_source
from engine.text.bilingual import Text
from web.page_request import PageRequest
from web.refusals import form_page
from web.sop_editor import copied

TEMPLATES = Path(__file__).resolve().parent.parent / "sop_definitions" / "templates"
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
    if visit.text("do") == "edit":
        sop = visit.engine.sop_drafts.begin(visit.actor, text, key=visit.key())
        return visit.redirect(f"/sops/{sop}/edit")
    errors = load_definition(text, file="sop.yaml").errors
    if errors:
        faults = [
            FieldError(
                "yaml",
                Text(
                    f"Baris {error.line}: {error.message.indonesian}",
                    f"Line {error.line}: {error.message.english}",
                ),
            )
            for error in errors
        ]
        said = Text("SOP ini belum dapat disimpan.", "This SOP cannot be stored yet.")
        raise InvalidInput(said, errors=faults)
    stored = visit.engine.definitions.store(visit.actor, text, key=visit.key())
    return visit.redirect(f"/sops/{stored['id']}/{stored['version']}", said="draft_stored")


def ask_new(visit: PageRequest) -> Response:
    visit.engine.definitions.require_author(visit.actor)
    stored = visit.engine.queries.definitions.list(visit.actor, limit=200)["items"]
    copies = {f"{sop['id']}@{sop['version']}": f"{sop['title']} ({sop['version']})" for sop in stored}
    return form_page(visit, "sop_new.html", templates=_templates(), copies=copies)


def make_new(visit: PageRequest) -> Response:
    """Begin a draft under a title of its own, from a template, a copy or nothing."""
    visit.engine.definitions.require_author(visit.actor)
    title = " ".join(visit.text("title").split())
    if not title:
        raise InvalidInput.at("title", Text("Tulis judul SOP-nya.", "Write the title of the SOP."))
    kind, _, name = visit.text("source").partition(":")
    text = skeleton(title)
    sop = str(read_source(text).value(("id",)))
    if kind == "template" and name in _templates():
        text = _titled((TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8"), sop, title)
    elif kind == "copy":
        there, _, version = name.rpartition("@")
        copy = visit.engine.queries.definitions.version(visit.actor, there, version)["text"]
        text = _titled(copy, sop, title)
    visit.engine.sop_drafts.begin(visit.actor, text, key=visit.key())
    return visit.redirect(f"/sops/{sop}/edit")


def _titled(text: str, sop: str, title: str) -> str:
    return put(copied(text, sop, "1.0.0"), ("identity", "title"), title)


@lru_cache(maxsize=1)
def _templates() -> dict[str, str]:
    """The titles of the templates by the names of their files."""
    files = [path for path in sorted(TEMPLATES.glob("*.yaml")) if not path.name.endswith(".scenarios.yaml")]
    titles = {path.stem: read_source(path.read_bytes()).value(("identity", "title")) for path in files}
    return {name: str(title) for name, title in titles.items()}


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
                "why": visit.words.text(Text(fact["why"], fact["why_en"])),
                "at": visit.words.text(Text(fact["at"], fact["at_en"])),
            }
            for fact in doubts
        ],
        "errors": [(error.line, visit.words.text(error.message)) for error in loaded.errors],
    }


def _where(path: str) -> Text:
    """A place of the file as the paper calls it."""
    match = STEP.fullmatch(path)
    if match is None:
        names = {"steps": Text("Alur", "Flow"), "roles": Text("Pelaksana", "Executors")}
        return names.get(path, Text("Identitas dan pemicu", "Identity and triggers"))
    number = str(int(match[1]) + 1)
    return Text(f"Langkah {number}: ", f"Step {number}: ") + PARTS.get(match[2] or "", Text("", ""))


PAGES = (
    ("/sops/new", ask_new, make_new),
    ("/sops/import", ask, read),
    ("/sops/drafts", write, store),
)
