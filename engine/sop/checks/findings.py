"""What the check of every kind of file shares: its source, what lies around it, and the problems so far."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from engine.errors import DefinitionError
from engine.sop.advice import id_meant, word_meant
from engine.sop.diagnostics import Problem, did_you_mean
from engine.sop.locations import Path, shown
from engine.sop.model import Definition
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.source import Source
from engine.text.bilingual import NOTHING, Text

MAX_PROBLEMS = 300


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing that names refer to, as messages call it."""

    code: str
    indonesian: str
    english: str


class Surroundings(TypedDict, total=False):
    """What lies outside the file; None or absent means that it is not known here and is not checked."""

    organisation_roles: Collection[str] | None
    known_sops: Collection[str] | None
    known_prefixes: Mapping[str, str]  # of SOPs in force: id → prefix of case numbers
    known_calendars: Collection[str] | None
    known_versions: Mapping[str, str]  # of SOPs: the highest version that is stored
    known_policies: Collection[str] | None
    registers: Mapping[str, RegisterDefinition] | None
    children: Mapping[str, Definition]  # the SOPs of the folder, by their ids


class Enough(Exception):
    """So much is wrong that telling more helps nobody."""


class Findings:
    """Collects problems; a path that the file does not write is told at its nearest written parent."""

    def __init__(self, source: Source, around: Surroundings) -> None:
        self.source = source
        self.around = around
        self.problems: list[Problem] = []
        self._told: set[Problem] = set()

    def error(self, path: Path, code: str, message: Text, *, key: bool = False) -> None:
        self._add(path, code, message, key=key, warning=False)

    def warn(self, path: Path, code: str, message: Text, *, key: bool = False) -> None:
        self._add(path, code, message, key=key, warning=True)

    def _add(self, path: Path, code: str, message: Text, *, key: bool, warning: bool) -> None:
        while path and not self.source.has(path):
            path = path[:-1]
        problem = self.source.problem(path, code, message, key=key, warning=warning)
        if problem in self._told:
            return
        self._told.add(problem)
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise Enough

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
        names = [str(name) for name in known]
        meant = id_meant(self.source.data, name, path)
        hint = did_you_mean(name, names)
        if meant.indonesian.startswith(" Maksud") or hint == NOTHING:
            hint = meant
        if hint == NOTHING and names:
            some = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
            hint = word_meant(name, names) + Text(f" Yang ada: {some}.", f" There are: {some}.")
        unknown = Text(
            f"{noun.indonesian} {shown(name)} tidak dikenal.",
            f"The {noun.english} {shown(name)} is not known.",
        )
        self.error(path, noun.code, unknown + hint, key=key)

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


def require_no_errors(file: str, errors: Sequence[Problem], problems: Sequence[Problem]) -> None:
    """`DefinitionError` that says how many errors a file has and which comes first."""
    if errors:
        raise DefinitionError(
            Text(
                f"{file}: {len(errors)} kesalahan; yang pertama: {errors[0].message.indonesian}",
                f"{file}: {len(errors)} errors; the first: {errors[0].message.english}",
            ),
            problems=problems,
        )
