"""What was filled in, as people read it: data of earlier steps, with links to its files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.audit.act import Json
from engine.sop.field_types import acts_like
from engine.text.options import option_text
from engine.views.screens import DefinitionNames, FieldNames, Office
from web.localizer import Localizer

FileName = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Fact:
    """One filled field: a text, links, or the rows of a table."""

    label: str
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple["Fact", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Showing:
    """Turns values into words."""

    words: Localizer
    office: Office
    file_name: FileName

    def text(self, kind: str, value: Json) -> str:
        """A value in words; a dash for nothing."""
        if value is None or value == "" or value == []:
            return "–"
        if isinstance(value, bool):
            return self.words.say("Ya") if value else self.words.say("Tidak")
        if isinstance(value, list):
            return ", ".join(self.text(kind, part) for part in value)
        if isinstance(value, Mapping):
            return str(value.get("url") or self.file_name(str(value.get("file"))) or "–")
        match acts_like(kind):  # type: ignore[arg-type]
            case "percent":
                return f"{self.words.number(value)} %"
            case "money":
                return f"Rp {self.words.number(value)}"
            case "date":
                return self.words.day(value)
            case "datetime":
                return self.words.instant(value)
            case "period":
                return self.words.period(value)
            case "user" | "users":
                return str(self.office["people"].get(value, value))
            case "position" | "positions":
                return str(self.office["positions"].get(value, value))
            case "unit" | "units":
                return str(self.office["units"].get(value, value))
            case "file":
                return self.file_name(str(value)) or "–"
            case "year":
                return str(value)
            case "choice" | "checklist":
                return option_text(str(value))
        return self.words.number(value) if isinstance(value, int | float) else str(value)

    def facts(
        self,
        fields: Sequence[FieldNames],
        data: Mapping[str, Json],
        more: Mapping[str, FieldNames],
    ) -> tuple[Fact, ...]:
        """The filled fields of a record; ``more`` knows the columns that rows carry from earlier steps."""
        known = {field["id"]: field for field in fields}
        names = [*known, *(name for name in data if name not in known and name not in ("row", "branch"))]
        return tuple(
            self._fact(known.get(name) or more.get(name) or _unknown(name), data[name], more)
            for name in names
            if name in data and data[name] not in (None, "", [])
        )

    def _fact(self, field: FieldNames, value: Json, more: Mapping[str, FieldNames]) -> Fact:
        label, kind = str(field["label"]), str(field["type"])
        if kind == "table" and isinstance(value, list):
            rows = tuple(self.facts(field["columns"], row, more) for row in value)
            return Fact(label, rows=rows)
        if kind == "summary" and isinstance(value, list):
            return Fact(label, ", ".join(f"{part['label'] or '–'}: {part['count']}" for part in value))
        if kind == "file":
            return Fact(label, links=((f"/files/{value}", self.text(kind, value)),))
        if kind == "evidence" and isinstance(value, list):
            return Fact(label, links=tuple(self._link(part) for part in value))
        return Fact(label, self.text(kind, value))

    def _link(self, evidence: Mapping[str, Json]) -> tuple[str, str]:
        said = self.text("evidence", evidence)
        if evidence.get("kind"):
            said = f"{said} ({evidence['kind']})"
        url = str(evidence.get("url") or "")
        # Only https links were taken in; anything else is shown as text.
        return (url if url.startswith("https://") else f"/files/{evidence.get('file')}", said)


def _unknown(name: str) -> FieldNames:
    return {"id": name, "type": "text", "label": name, "columns": []}


def columns_of(definition: DefinitionNames) -> dict[str, FieldNames]:
    """Every field and column of a definition by its id; the first of a name counts."""
    columns: dict[str, FieldNames] = {}
    for step in definition["steps"].values():
        for field in step["fields"]:
            for column in (field, *field["columns"]):
                columns.setdefault(column["id"], column)
    return columns
