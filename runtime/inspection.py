"""Inspecting files of every kind: all their problems, with their places, and their scenarios played."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar.agency import read_agency
from engine.calendar.durations import Duration
from engine.calendar.faults import Faults
from engine.calendar.holidays import read_holidays
from engine.clock import SystemClock
from engine.errors import DefinitionError, FieldError
from engine.organisation import Organisation, organisation_from, staffing_gaps
from engine.sop.checks import Loaded, load_definition, load_register
from engine.sop.checks.findings import Surroundings
from engine.sop.defaults import prefix_of, total_time
from engine.sop.diagnostics import Problem
from engine.sop.model import Definition
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.source import Source, read_source
from engine.text.bilingual import Text
from engine.text.durations import total_text
from runtime.scenario_files import played
from runtime.shipped import HOLIDAYS
from runtime.sibling_files import Neighbours, first_bytes

HOLIDAY_ROOT = "hari_libur"
AGENCY_ROOT = "instansi"

Told = tuple[Path, Problem]
"""A problem and the file it stands in."""


@dataclass(slots=True)
class Inspected:
    """One file: what it is, what is wrong with it and its scenarios, and what its author wants to know."""

    file: Path
    title: str = ""
    facts: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for _, problem in self.told)

    @property
    def warnings(self) -> int:
        return len(self.told) - self.errors

    def tell(self, problems: Iterable[Problem], file: Path | None = None) -> None:
        self.told += [(file or self.file, problem) for problem in problems]


class Inspector:
    """Inspects one file after the other; a scenario file that two of them mean is played once."""

    def __init__(self, organisation: Path | None = None) -> None:
        self.organisation = organisation
        self.neighbours = cache(Neighbours.of)
        self.registers = cache(self._registers)
        self.definitions = cache(self._definitions)
        self.scenarios_done: set[Path] = set()

    def inspect(self, path: Path) -> Inspected:
        """Raises OSError when the file cannot be read."""
        content = first_bytes(path)
        source = read_source(content, file=path.name)
        inspected = Inspected(path)
        match source.value(("schema",)) if source.readable else None:
            case "org/v1":
                self._organisation(inspected, source)
            case "agency/v1":
                self._agency(inspected, source)
            case "holidays/v1":
                self._holidays(inspected, source)
            case "scenarios/v1":
                self._scenarios_alone(inspected, source)
            case "register/v1":
                self._register(inspected, content)
            case _:
                self._definition(inspected, content)
        return inspected

    # --- definitions ---

    def _definition(self, inspected: Inspected, content: bytes) -> None:
        around, organisation = self._surroundings(inspected)
        loaded = load_definition(content, file=inspected.file.name, **around)
        inspected.tell(loaded.problems)
        definition = loaded.definition
        inspected.title = definition.identity.title or definition.id
        if loaded.source.readable:
            inspected.facts += _counts(definition)
            inspected.facts.append(f"Jumlah waktu baku {spelt(total_time(loaded.as_written))}")
        if organisation is not None and not loaded.errors:
            inspected.tell(_vacancies(loaded, organisation))
        for name in dict.fromkeys((definition.id, inspected.file.stem)):
            beside = inspected.file.parent / f"{name}.scenarios.yaml"
            if name and beside.is_file():
                self._scenarios(inspected, beside, loaded)

    def _register(self, inspected: Inspected, content: bytes) -> None:
        around, _ = self._surroundings(inspected)
        loaded = load_register(content, file=inspected.file.name, **around)
        inspected.tell(loaded.problems)
        inspected.title = loaded.register.label or loaded.register.id
        if loaded.source.readable:
            columns, rows = loaded.register.columns, loaded.register.rows
            inspected.facts.append(f"{len(columns)} kolom, {len(rows)} baris awal")

    def _surroundings(self, inspected: Inspected) -> tuple[Surroundings, Organisation | None]:
        beside = self.neighbours(inspected.file.parent)
        definitions = self.definitions(inspected.file.parent)
        around: Surroundings = {
            "known_sops": tuple(beside.definitions),
            "known_prefixes": {
                id: prefix_of(sibling) for id, sibling in definitions.items() if sibling.status == "effective"
            },
            "registers": self.registers(inspected.file.parent),
            "children": definitions,
        }
        if beside.agency is not None:
            data = read_source(first_bytes(beside.agency)).data
            around["known_calendars"] = _keys(data, "calendars")
            around["known_policies"] = _keys(data, "escalation_policies")
        file = self.organisation or beside.organisation
        organisation = self._read_organisation(inspected, file) if file is not None else None
        if organisation is not None:
            roles = (role for position in organisation.positions for role in position.roles)
            around["organisation_roles"] = frozenset(roles)
        return around, organisation

    def _registers(self, folder: Path) -> dict[str, RegisterDefinition]:
        """The registers of a folder, as far as their files can be read."""
        files = self.neighbours(folder).registers.values()
        loaded = (load_register(first_bytes(file), file=file.name) for file in files)
        return {file.register.id: file.register for file in loaded}

    def _definitions(self, folder: Path) -> dict[str, Definition]:
        """The SOPs of a folder, as far as their files can be read."""
        files = self.neighbours(folder).definitions.values()
        loaded = (load_definition(first_bytes(file), file=file.name) for file in files)
        return {file.definition.id: file.definition for file in loaded}

    def _read_organisation(self, inspected: Inspected, file: Path) -> Organisation | None:
        problems: list[Problem] = []
        organisation = organisation_from(read_source(first_bytes(file), file=file.name), problems)
        if organisation is None:
            inspected.tell((problem for problem in problems if problem.severity == "error"), file)
        return organisation

    # --- scenarios ---

    def _scenarios_alone(self, inspected: Inspected, source: Source) -> None:
        sop = source.value(("sop",))
        definition = self.neighbours(inspected.file.parent).definitions.get(str(sop))
        loaded = load_definition(first_bytes(definition), file=definition.name) if definition else None
        if loaded is None:
            inspected.tell(
                [
                    source.problem(
                        ("sop",),
                        "unknown_sop",
                        Text(
                            f'Definisi SOP "{sop}" tidak ada di folder ini; skenarionya tidak dimainkan.',
                            f'There is no definition of "{sop}" in this folder; nothing was played.',
                        ),
                    )
                ]
            )
        inspected.title = str(sop)
        self._scenarios(inspected, inspected.file, loaded)

    def _scenarios(self, inspected: Inspected, file: Path, loaded: Loaded | None) -> None:
        if file.resolve() in self.scenarios_done:
            return
        self.scenarios_done.add(file.resolve())
        count, problems = played(file, loaded, self.neighbours(file.parent), self.registers(file.parent))
        inspected.tell(problems, file)
        if count:
            inspected.facts.append(f"{count} skenario dimainkan: {'berbeda' if problems else 'sesuai'}")

    # --- the files of an agency ---

    def _organisation(self, inspected: Inspected, source: Source) -> None:
        problems: list[Problem] = []
        organisation = organisation_from(source, problems)
        inspected.tell(problems)
        if organisation is not None:
            inspected.title = organisation.agency.label
            inspected.facts.append(
                f"{len(organisation.units)} unit, {len(organisation.positions)} jabatan,"
                f" {len(organisation.accounts)} akun"
            )

    def _agency(self, inspected: Inspected, source: Source) -> None:
        inspected.title = "kalender kerja dan kebijakan eskalasi"
        inspected.tell(source.problems)
        beside = inspected.file.parent / HOLIDAYS.name
        file = beside if beside.is_file() else HOLIDAYS
        listed = read_source(first_bytes(file), file=file.name)
        try:
            agency = read_agency(source.data, listed.data)
        except DefinitionError as error:
            of_list = [fault for fault in error.problems if _of_holidays(fault)]
            inspected.tell(_placed((f for f in error.problems if f not in of_list), source, AGENCY_ROOT))
            inspected.tell(_placed(of_list, listed, HOLIDAY_ROOT), file)
        else:
            inspected.facts.append(f"kalender: {', '.join(agency.schedules)}")

    def _holidays(self, inspected: Inspected, source: Source) -> None:
        inspected.title = "hari libur dan cuti bersama"
        inspected.tell(source.problems)
        faults = Faults()
        years = read_holidays(source.data, faults).years
        inspected.tell(_placed(faults.found, source, HOLIDAY_ROOT))
        inspected.facts.append(f"tahun: {', '.join(map(str, years)) or '-'}")


def _vacancies(loaded: Loaded, organisation: Organisation) -> Iterator[Problem]:
    """Roles whose positions nobody holds today; a role without a position was told before."""
    today = SystemClock().now().astimezone(ZoneInfo(organisation.agency.timezone)).date()
    told = {problem.path for problem in loaded.problems if problem.code == "no_holder"}
    for gap in staffing_gaps(loaded.definition, organisation, today):
        problem = loaded.source.problem(("roles", gap.role), "no_holder", gap.message, key=True, warning=True)
        if problem.path not in told:
            yield problem


def _counts(definition: Definition) -> Iterator[str]:
    """What the signed table shows at a glance: its rows, its columns of executors, its ways back."""
    steps = definition.steps
    yield f"{len(steps)} langkah"
    yield f"{len({role for step in steps for role in (*step.executor, *step.participants)})} pelaksana"
    yield f"{sum(outcome.return_ for step in steps for outcome in step.outcomes.values())} jalur pengembalian"


def _keys(data: Any, name: str) -> tuple[str, ...] | None:
    part = data.get(name) if isinstance(data, dict) else None
    return tuple(part) if isinstance(part, dict) else None


def _of_holidays(fault: FieldError) -> bool:
    return fault.path.startswith(HOLIDAY_ROOT)


def _placed(faults: Iterable[FieldError], source: Source, root: str) -> list[Problem]:
    """Faults told by path, at the lines of these paths; an unknown path at its nearest parent."""
    paths = {_dotted(path): path for path in source.places}
    problems = []
    for fault in faults:
        text = fault.path.removeprefix(root).lstrip(".")
        while text not in paths:
            text = text[: max(text.rfind("."), text.rfind("["), 0)]
        line, column = source.key_place(paths[text])
        shown = fault.path.removeprefix(root).lstrip(".")
        problems.append(Problem(line, column, shown, "agency", fault.message))
    return sorted(problems)


def _dotted(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def spelt(total: Duration) -> str:
    """``1.110 menit = 18 jam 30 menit``, with days beside it."""
    days = total.working_days, total.calendar_days
    return total_text(total.minutes, *days, total.seconds, hours=" = {}").indonesian
