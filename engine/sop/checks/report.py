"""What every check shares: the definition as written and as meant, its source, and the problems so far."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from engine.sop.advice import id_meant
from engine.sop.defaults import Flow, form_fields, resolved
from engine.sop.diagnostics import Problem, did_you_mean
from engine.sop.expressions.scope import DATE, Kind, Place, Scope, scope_for
from engine.sop.locations import Path, shown
from engine.sop.model import Definition
from engine.sop.source import Source
from engine.text.bilingual import NOTHING, Text

MAX_PROBLEMS = 300

_FORM = Place("form")
_WINDOW = Kind("map", {"start": DATE, "end": DATE})


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing that names refer to, as messages call it."""

    code: str
    indonesian: str
    english: str


ROLE = Noun("unknown_role", "Peran", "role")
DOCUMENT = Noun("unknown_document", "Dokumen", "document")
FORM = Noun("unknown_form", "Formulir", "form")
STEP = Noun("unknown_step", "Langkah", "step")
FEE = Noun("unknown_fee", "Biaya", "fee")
RESULT = Noun("unknown_result", "Hasil", "result")
MILESTONE = Noun("unknown_milestone", "Tonggak", "milestone")
CALENDAR = Noun("unknown_calendar", "Kalender", "calendar")
POLICY = Noun("unknown_policy", "Kebijakan eskalasi", "escalation policy")


class Surroundings(TypedDict, total=False):
    """What lies outside the file; None or absent means that it is not known here and is not checked."""

    organisation_roles: Collection[str] | None
    known_sops: Collection[str] | None
    known_prefixes: Mapping[str, str] | None  # of other SOPs: prefix of case numbers → title
    known_calendars: Collection[str] | None
    known_policies: Collection[str] | None


class Enough(Exception):
    """So much is wrong that telling more helps nobody."""


class Report:
    """Collects problems; a path that the file does not write is told at its nearest written parent."""

    def __init__(self, definition: Definition, source: Source, around: Surroundings) -> None:
        self.written = definition
        self.definition = resolved(definition)
        self.flow = Flow(definition)
        self.source = source
        self.around = around
        self.problems: list[Problem] = []
        self._told: set[Problem] = set()
        self._with_fields = {step.id for step in definition.steps if form_fields(definition, step)}
        self._scopes: dict[tuple[str | None, str | None, Place], Scope] = {}

    def error(self, path: Path, code: str, message: Text, *, key: bool = False) -> None:
        self._add(path, code, message, key=key, warning=False)

    def warn(self, path: Path, code: str, message: Text, *, key: bool = False) -> None:
        self._add(path, code, message, key=key, warning=True)

    def _add(self, path: Path, code: str, message: Text, *, key: bool, warning: bool) -> None:
        while path and not self.source.has(path):
            path = path[:-1]
        found = self.source.problem(path, code, message, key=key, warning=warning)
        if found in self._told:
            return
        self._told.add(found)
        self.problems.append(found)
        if len(self.problems) >= MAX_PROBLEMS:
            raise Enough

    def scope(self, step_id: str | None, place: Place) -> Scope:
        """The names at a place of a step; steps without fields share those of their block."""
        own = place.where not in ("step", "branches", "case") and step_id in self._with_fields
        key = (step_id if own or step_id is None else "", self.flow.block_of.get(step_id or ""), place)
        if key not in self._scopes:
            self._scopes[key] = scope_for(self.written, step_id, place)
        return self._scopes[key]

    def kind_at(self, reference: str, step_id: str | None) -> Kind | None:
        """What a reference such as ``s1.tabel.kolom`` or ``window.end`` leads to; None: nowhere."""
        members = self.scope(step_id, _FORM).names
        kind: Kind | None = _WINDOW if reference.startswith("window.") else None
        for part in reference.removeprefix("window.").split("."):
            if kind is not None and kind.name == "any":
                return kind
            kind = (members if kind is None else kind.members).get(part)
            if kind is None:
                return None
        return kind

    def wants(
        self, path: Path, name: str | None, known: Iterable[str], noun: Noun, *, key: bool = False
    ) -> bool:
        """Whether a name is known; an error with the closest name if not. An empty name was told before."""
        names = list(known)
        if not name:
            return False
        if name in names:
            return True
        self.unknown(path, name, names, noun, key=key)
        return False

    def unknown(self, path: Path, name: str, known: Iterable[str], noun: Noun, *, key: bool = False) -> None:
        names = [str(one) for one in known]
        meant = id_meant(self.source.data, name, path)
        hint = did_you_mean(name, names)
        if meant.indonesian.startswith(" Maksud") or hint == NOTHING:
            hint = meant
        if hint == NOTHING and names:
            some = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
            hint = Text(f" Yang ada: {some}.", f" There are: {some}.")
        unknown = Text(
            f"{noun.indonesian} {shown(name)} tidak dikenal.",
            f"The {noun.english} {shown(name)} is not known.",
        )
        self.error(path, noun.code, unknown + hint, key=key)

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

    def duplicates(self, ids: Iterable[tuple[Path, str | None]], noun: Noun) -> None:
        """Each id stands once; an error at every later one, naming the line of the first."""
        first: dict[str, Path] = {}
        for path, name in ids:
            if not name:
                continue
            if name in first:
                line, _ = self.source.place(first[name])
                self.error(
                    path,
                    "duplicate_id",
                    Text(
                        f"{noun.indonesian} {shown(name)} sudah ada di baris {line}.",
                        f"The {noun.english} {shown(name)} already stands on line {line}.",
                    ),
                )
            else:
                first[name] = path
