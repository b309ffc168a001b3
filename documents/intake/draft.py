"""A file from an office becomes a draft of an SOP and a report that says how sure each part is."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from documents.intake import excel, reasons, word
from documents.intake.archive import MOST_BYTES, OLD_OFFICE, opened, refuse
from documents.intake.attachment import definition_in
from documents.intake.dates import day_of
from documents.intake.facts import Facts
from documents.intake.grid import Paper
from documents.intake.identity import Said, identity_of
from documents.intake.layout import Table, sop_table
from documents.intake.rows import rows_of
from documents.intake.steps import Names, Steps
from documents.intake.words import actor_named, flat, id_of, listed
from engine.errors import TooLarge
from engine.sop.checks import load_definition
from engine.sop.serialise import yaml_of
from engine.text.bilingual import Text

DAYS = ("created_on", "revised_on", "effective_on")
LISTS = ("legal_basis", "qualifications", "equipment")
TEXTS = ("government", "agency", "unit", "number", "scope", "warning", "recording")
KINDS = {"rutin": "routine", "pelayanan": "service", "penugasan": "assignment"}
ORDER = (
    "title", "government", "agency", "unit", "number", *DAYS, "approved_by", "kind", "product_owner",
    "activity_owner", "scope", *LISTS, "related", "warning", "recording", "total_time_text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """The YAML and the report on it."""

    yaml: bytes
    report: dict[str, Any]

    @property
    def is_ready(self) -> bool:
        """Whether the YAML passes the check and nothing in it is missing."""
        return not self.report["summary"]["missing"] and not load_definition(self.yaml, file="draft").errors


def imported(content: bytes, name: str, sheet: str | None = None) -> Draft:
    """The draft that a file gives. Raises `UnsupportedMediaType` and `TooLarge`, each in one sentence."""
    if len(content) > MOST_BYTES:
        raise TooLarge.at("file", Text("Berkas ini lebih dari 10 MiB.", "the file is over 10 MiB"))
    if content.lstrip()[:5] == b"%PDF-":
        return _from_pdf(content)
    if not content.startswith((b"PK", OLD_OFFICE)):
        refuse(
            "Berkas ini bukan .docx, .xlsx, atau PDF dari Alur.", "the file is no .docx, .xlsx or PDF of ours"
        )
    with opened(content) as archive:
        if "xl/workbook.xml" in archive:
            paper = excel.read(archive, sheet)
        elif "word/document.xml" in archive:
            paper = word.read(archive)
        else:
            refuse("Berkas ini bukan .docx atau .xlsx.", "the package is no Word or Excel file")
    return _from_paper(paper, name)


def _from_pdf(content: bytes) -> Draft:
    """The very definition; what is written in it is as sure as it was."""
    text = definition_in(content)
    facts = Facts()
    loaded = load_definition(text, file="definition.yaml")
    facts.add("", None, "sure", reasons.CARRIED, reasons.ATTACHED)
    printed = () if loaded.errors else loaded.definition.steps
    rows = sum(not (step.row and not step.activity) for step in printed)
    return Draft(text, facts.report(rows))


def _from_paper(paper: Paper, name: str) -> Draft:
    facts = Facts()
    table = sop_table(paper)
    roles, documents = Names(), Names()
    for label in dict.fromkeys(table.first.lanes.values()):
        facts.sure(f"roles.{roles.named(label)}.label", label, table.parts[0][0].name)
    rows, total = rows_of(table, facts)
    if not rows:
        refuse("Tabel SOP ini tidak memuat satu langkah pun.", "the SOP table has no rows")
    arrows = [arrow for grid, _ in table.parts for arrow in grid.arrows]
    steps = Steps(rows, roles, documents, facts, arrows).written()
    _tell_assumptions(facts, paper, arrows)
    identity = _identity(paper, table, roles, name, facts)
    if total:
        identity["total_time_text"] = total
        facts.sure("identity.total_time_text", total, table.parts[-1][0].name)
    first = steps[0].get("executor") or next(iter(roles.labels), "")
    facts.add("triggers", first, "guess", reasons.STARTS)
    data = {
        "schema": "sop/v1",
        "id": id_of(identity["title"], joint="-"),
        "version": "1.0.0",
        "identity": {key: identity[key] for key in ORDER if identity.get(key)},
        "roles": {role: {"label": label} for role, label in roles.labels.items()},
        "documents": {document: {"label": label} for document, label in documents.labels.items()},
        "triggers": [{"type": "manual", "by": first, "basis": "proposed"}] if first else [],
        "steps": steps,
    }
    written = {key: value for key, value in data.items() if value}
    return Draft(yaml_of(written).encode(), facts.report(sum(not row.shares_row for row in rows)))


def _tell_assumptions(facts: Facts, paper: Paper, arrows: list[tuple[str, str]]) -> None:
    if paper.loose:
        facts.add(
            "steps",
            paper.loose,
            "guess",
            reasons.floating(paper.loose),
        )
    if not arrows:
        facts.add("steps", None, "likely", reasons.IN_ORDER)
    facts.add("roles", None, "guess", reasons.ONE_SEAT)


# --- identity ---


def _identity(paper: Paper, table: Table, roles: Names, name: str, facts: Facts) -> dict[str, Any]:
    said = identity_of(paper, table)
    identity: dict[str, Any] = {"title": _title(said, table.parts[0][0].before, name, facts)}
    for key in TEXTS:
        if key in said:
            identity[key] = flat(said[key].text)
            facts.sure(f"identity.{key}", identity[key], said[key].at)
    for key in DAYS:
        if key in said:
            identity[key] = day_of(said[key].text)
            _tell_day(facts, key, identity[key], said[key])
    for key in LISTS:
        if key in said:
            identity[key] = [flat(item) for item in listed(said[key].text) if item]
            facts.sure(f"identity.{key}", identity[key], said[key].at)
    if "related" in said:
        titles = [flat(title) for title in listed(said["related"].text) if title]
        identity["related"] = [
            {"sop": id_of(title.removeprefix("SOP "), joint="-"), "title": title} for title in titles
        ]
        facts.add("identity.related", titles, "likely", reasons.ID_OF_TITLE, said["related"].at)
    if "kind" in said and (kind := KINDS.get(flat(said["kind"].text).casefold())):
        identity["kind"] = kind
        facts.sure("identity.kind", kind, said["kind"].at)
    for key in ("approved_by", "product_owner", "activity_owner"):
        if key in said:
            identity[key] = _role(said[key], roles, key, facts)
    for key, blank in reasons.BLANK.items():
        if key in said and not identity.get(key):
            facts.add(f"identity.{key}", None, "missing", blank + reasons.NEEDED)
    return identity


def _title(said: dict[str, Said], above: tuple[str, ...], name: str, facts: Facts) -> str:
    if "title" in said:
        title = flat(said["title"].text)
        facts.sure("identity.title", title, said["title"].at)
        return title
    for line in reversed(above):
        if line.casefold().startswith(("sop ", "standar operasional prosedur ", "judul sop")):
            title = line.partition(" ")[2] if line.casefold().startswith("sop ") else line
            facts.add("identity.title", title, "likely", reasons.TITLE_ABOVE)
            return title
    title = flat(PurePath(name).stem.replace("_", " ").replace("-", " ")) or "Tanpa judul"
    facts.add("identity.title", title, "guess", reasons.TITLE_OF_FILE)
    return title


def _tell_day(facts: Facts, key: str, day: str | None, said: Said) -> None:
    if day:
        facts.sure(f"identity.{key}", day, said.at)
    else:
        facts.add(f"identity.{key}", said.text, "missing", reasons.NO_DAY, said.at)


def _role(said: Said, roles: Names, key: str, facts: Facts) -> str:
    """The role of an official that the block names; a name below the office is left to the paper."""
    office = flat(said.text.strip().split("\n")[0])
    role = actor_named(office, roles.labels)
    if role is None:
        role = roles.named(office)
        facts.add(
            f"identity.{key}",
            role,
            "likely",
            reasons.added(office),
            said.at,
        )
    elif roles.labels[role] == office:
        facts.sure(f"identity.{key}", role, said.at)
    else:
        facts.add(f"identity.{key}", role, "likely", reasons.taken_as(office, roles.labels[role]), said.at)
    return role
