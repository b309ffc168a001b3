"""What every check of a definition shares: the definition written and meant, its scopes and problems."""

from collections.abc import Iterable

from engine.sop.checks.findings import Findings, Noun, Surroundings
from engine.sop.checks.register_kinds import register_kind
from engine.sop.defaults import Flow, form_fields, resolved
from engine.sop.expressions.scope import ANY, DATE, Kind, Place, Scope, scope_for
from engine.sop.locations import Path, shown
from engine.sop.model import Definition
from engine.sop.source import Source
from engine.text.bilingual import Text

_FORM = Place("form")
_WINDOW = Kind("map", {"start": DATE, "end": DATE})


ROLE = Noun("unknown_role", "Peran", "role")
DOCUMENT = Noun("unknown_document", "Dokumen", "document")
FORM = Noun("unknown_form", "Formulir", "form")
STEP = Noun("unknown_step", "Langkah", "step")
FEE = Noun("unknown_fee", "Biaya", "fee")
RESULT = Noun("unknown_result", "Hasil", "result")
MILESTONE = Noun("unknown_milestone", "Tonggak", "milestone")
CALENDAR = Noun("unknown_calendar", "Kalender", "calendar")
POLICY = Noun("unknown_policy", "Kebijakan eskalasi", "escalation policy")


class Report(Findings):
    """The problems of one definition, and the names that exist at its places."""

    def __init__(self, definition: Definition, source: Source, around: Surroundings) -> None:
        super().__init__(source, around)
        self.written = definition
        self.definition = resolved(definition)
        self.flow = Flow(definition)
        self.registers = around.get("registers")
        self.kinds = {name: register_kind(register) for name, register in (self.registers or {}).items()}
        self._with_fields = {step.id for step in definition.steps if form_fields(definition, step)}
        self._scopes: dict[tuple[str | None, str | None, Place], Scope] = {}

    def scope(self, step_id: str | None, place: Place) -> Scope:
        """The names at a place of a step; steps without fields share those of their block."""
        own = place.where not in ("step", "branches", "case") and step_id in self._with_fields
        key = (step_id if own or step_id is None else "", self.flow.block_of.get(step_id or ""), place)
        if key not in self._scopes:
            self._scopes[key] = scope_for(self.written, step_id, place, self.kinds)
        return self._scopes[key]

    def kind_at(self, reference: str, step_id: str | None) -> Kind | None:
        """What a reference such as ``s1.tabel.kolom`` or ``window.end`` leads to; None: nowhere."""
        members = self.scope(step_id, _FORM).names
        kind: Kind | None = _WINDOW if reference.startswith("window.") else None
        for part in reference.removeprefix("window.").split("."):
            if kind is not None and kind.name == "any":
                return kind
            inside = kind
            kind = (members if inside is None else inside.members).get(part)
            if kind is None:
                return ANY if inside is not None and inside.open else None
        return kind

    def roles(self, path: Path, names: Iterable[str]) -> None:
        """Every name of a list (or the one it stands for) is a role, and stands there once."""
        seen: set[str] = set()
        for index, name in enumerate(names):
            self.wants((*path, index), name, self.written.roles, ROLE)
            if name and name in seen:
                self.error(
                    (*path, index),
                    "duplicate_role",
                    Text(
                        f"Peran {shown(name)} ditulis dua kali.", f"The role {shown(name)} is written twice."
                    ),
                )
            seen.add(name)
