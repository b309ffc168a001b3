"""Scenario files: named runs of a definition and what must come out of them. Pure; played elsewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from engine.errors import DefinitionError
from engine.sop.binding import read
from engine.sop.checks.scenario_registers import check_scenario_registers
from engine.sop.diagnostics import Problem
from engine.sop.model import Definition
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.source import Source, read_source
from engine.sop.vocabulary import Mark, Slug
from engine.text.bilingual import Text

Value = Annotated[Any, Mark.ANY]
Cells = Annotated[Any | None, Mark.ANY]
Moment = str
"""Local time of the agency, ``2026-01-05 08:00``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Who starts the case; ``refused`` is the error code that must come back, ``says`` part of its words."""

    at: Moment
    by: str
    period: str | None = None
    fields: Value = None
    parties: Value = None
    refused: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One row of the timing table: who took a step and finished it, and what the row must say.

    ``data`` is laid over what the form is prefilled with: rows of a table one by one, in their order; in a
    file field stands the name of a file to upload. Every requirement is ticked unless ``ticks`` says which.
    ``case`` is the SOP of the child case that the step belongs to.
    """

    step: Slug
    case: Slug | None = None
    branch: str | None = None
    who: str
    claim: Moment
    finish: Moment
    outcome: Slug | None = None
    acting_as: Slug | None = None
    data: Value = None
    ticks: tuple[str, ...] | None = None
    reason: str | None = None
    branches: tuple[str, ...] = ()
    signed: bool = True  # whether the password is given
    # what must come out; no deadline is `due: none`
    visit: int | None = None
    ready: Moment | None = None
    due: Moment | None = None
    waiting: int | None = None
    working: int | None = None
    hold: int | None = None
    standard: int | None = None
    late: int | None = None
    acting: Literal["definitive", "plt", "plh"] | None = None
    fee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Anything else that somebody does or tries; ``refused`` is the error code that must come back.

    ``says`` is a part of the refusal's words. ``start_case`` starts one more case as the scenario's own was.
    """

    at: Moment
    who: str
    verb: Literal[
        "view",
        "claim",
        "save",
        "progress",
        "release",
        "hold",
        "resume",
        "reassign",
        "recall",
        "complete",
        "start_case",
        "suspend_case",
        "resume_case",
        "cancel_case",
    ]
    step: Slug | None = None
    case: Slug | None = None
    branch: str | None = None
    to: str | None = None
    reason: str | None = None
    reason_class: str | None = None
    until: Moment | None = None
    outcome: Slug | None = None
    data: Value = None
    ticks: tuple[str, ...] | None = None
    branches: tuple[str, ...] = ()
    signed: bool = True
    acting_as: Slug | None = None
    refused: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must be true when everything has been played; ``path`` lists ``step`` or ``step@branch``.

    ``skipped`` are the steps that were not applicable, ``values`` what was written into the case, ``items``
    into the rows of branches (by branch), ``told`` who was told without a task; ``registers`` has cells by
    register and row, and nothing for a row that must not be there.
    """

    state: Literal["running", "suspended", "completed", "cancelled"] | None = None
    result: str | None = None
    path: tuple[str, ...] = ()
    skipped: tuple[str, ...] | None = None
    visits: int | None = None
    waiting_minutes: int | None = None
    working_minutes: int | None = None
    standard_minutes: int | None = None
    case_minutes: int | None = None
    late_visits: int | None = None
    open: tuple[str, ...] | None = None
    title: str | None = None
    deviation: bool | None = None
    children: int | None = None
    values: Value = None
    items: Value = None
    told: tuple[str, ...] | None = None
    registers: dict[Slug, dict[str, Cells]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    registers: dict[Slug, Value] = field(default_factory=dict)
    start: Start
    visits: tuple[Visit, ...] = ()
    acts: tuple[Act, ...] = ()
    expect: Expect


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """The files named here stand beside the scenario file; ``with_sops`` are definitions that it starts.

    ``registers`` are rows that are there when a scenario starts, those of all first: a list, or a file.
    """

    schema: Literal["scenarios/v1"]
    sop: Slug
    organisation: str
    agency: str = "instansi.yaml"
    holidays: str = "hari_libur.yaml"
    with_sops: tuple[str, ...] = ()
    registers: dict[Slug, Value] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...]


def load_scenarios(
    text: str | bytes,
    definition: Definition | None,
    *,
    file: str,
    registers: Mapping[str, RegisterDefinition] | None = None,
) -> tuple[ScenarioFile | None, list[Problem]]:
    """The scenarios of a text with every problem found in it; None when they cannot be played.

    ``registers`` are those of the folder; None: they are not known here, and rows are not checked.
    """
    source = read_source(text, file=file)
    problems = list(source.problems)
    if not source.readable:
        return None, problems
    scenario_file = read(ScenarioFile, source, problems)
    if not problems:
        problems += _disagreements(scenario_file, source, definition)
        problems += check_scenario_registers(source, registers)
    return (None if problems else scenario_file), sorted(problems)


def require_scenarios(text: str | bytes, definition: Definition, *, file: str) -> ScenarioFile:
    """Like ``load_scenarios``, for a file that must be free of errors. Raises DefinitionError."""
    scenario_file, problems = load_scenarios(text, definition, file=file)
    if scenario_file is None:
        raise DefinitionError(
            Text(
                f"Berkas skenario {file} memuat {len(problems)} masalah.",
                f"the scenario file {file} has {len(problems)} problems",
            ),
            problems=problems,
        )
    return scenario_file


def moment(text: Moment) -> datetime:
    """The local time that a scenario writes; ValueError when it is none."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is not None or len(text) < len("2026-01-05 08:00"):
        raise ValueError(text)
    return instant


def _disagreements(file: ScenarioFile, source: Source, definition: Definition | None) -> Iterator[Problem]:
    steps = {step.id: step for step in definition.steps} if definition else None
    if definition and file.sop != definition.id:
        yield source.problem(
            ("sop",),
            "scenario-sop",
            Text(
                f'Skenario untuk "{file.sop}", tetapi berkas SOP-nya "{definition.id}".',
                f'The scenarios are for "{file.sop}", the definition is "{definition.id}".',
            ),
        )
    for name, count in Counter(scenario.name for scenario in file.scenarios).items():
        if count > 1:
            yield source.problem(
                ("scenarios",),
                "scenario-name",
                Text(f'Nama "{name}" dipakai {count} kali.', f'"{name}" stands {count} times.'),
            )
    for index, scenario in enumerate(file.scenarios):
        yield from _of_scenario(scenario, ("scenarios", index), source, steps)


def _of_scenario(
    scenario: Scenario, at: tuple[str | int, ...], source: Source, steps: Any
) -> Iterator[Problem]:
    yield from _moments(scenario, at, source)
    # The steps of a child case are those of another file.
    places = [("visits", i, visit.step) for i, visit in enumerate(scenario.visits) if not visit.case]
    places += [("acts", i, act.step) for i, act in enumerate(scenario.acts) if act.step and not act.case]
    for noun, index, step in places:
        if steps is not None and step not in steps:
            yield source.problem(
                (*at, noun, index, "step"),
                "unknown-step",
                Text(f'Langkah "{step}" tidak ada.', f'There is no step "{step}".'),
            )
    path, expect = scenario.expect.path, scenario.expect
    if path and expect.visits is not None and len(path) != expect.visits:
        yield source.problem(
            (*at, "expect", "visits"),
            "scenario-disagrees",
            Text(
                f"visits {expect.visits}, tetapi path menyebut {len(path)} kunjungan.",
                f"visits says {expect.visits}, path lists {len(path)}.",
            ),
        )
    late = [visit.late for visit in scenario.visits if visit.late]
    if expect.late_visits is not None and len(late) > expect.late_visits:
        yield source.problem(
            (*at, "expect", "late_visits"),
            "scenario-disagrees",
            Text(
                f"late_visits {expect.late_visits}, tetapi {len(late)} kunjungan ditulis terlambat.",
                f"late_visits says {expect.late_visits}, but {len(late)} visits are written as late.",
            ),
        )


def _moments(scenario: Scenario, at: tuple[str | int, ...], source: Source) -> Iterator[Problem]:
    written: list[tuple[tuple[str | int, ...], str]] = [((*at, "start", "at"), scenario.start.at)]
    for index, visit in enumerate(scenario.visits):
        texts = {key: getattr(visit, key) for key in ("claim", "finish", "ready", "due")}
        written += [((*at, "visits", index, key), text) for key, text in texts.items() if text is not None]
        written = [(path, text) for path, text in written if (path[-1], text) != ("due", "none")]
    for index, act in enumerate(scenario.acts):
        written += [((*at, "acts", index, "at"), act.at)]
        written += [((*at, "acts", index, "until"), act.until)] if act.until is not None else []
    bad = False
    for path, text in written:
        try:
            moment(text)
        except ValueError:
            bad = True
            yield source.problem(
                path,
                "moment",
                Text(
                    f'"{text}" bukan waktu setempat; tulis "2026-01-05 08:00".',
                    f'"{text}" is no local time; write "2026-01-05 08:00".',
                ),
            )
    for index, visit in enumerate(scenario.visits) if not bad else ():
        if moment(visit.finish) < moment(visit.claim):
            yield source.problem(
                (*at, "visits", index, "finish"),
                "scenario-disagrees",
                Text("Selesai sebelum diambil.", "Finished before it was claimed."),
            )
