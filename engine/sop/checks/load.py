"""The front door: text → a checked definition. Files and the catalogue are handled elsewhere."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Unpack

from engine.sop.binding import blank, read
from engine.sop.checks.appointments import check_appointments
from engine.sop.checks.blocks import check_blocks
from engine.sop.checks.deviations import check_deviations
from engine.sop.checks.expressions import check_expressions
from engine.sop.checks.findings import Enough, Surroundings, require_no_errors
from engine.sop.checks.flow import check_flow
from engine.sop.checks.forms import check_forms
from engine.sop.checks.legal_basis import check_legal_bases
from engine.sop.checks.reachability import check_ways
from engine.sop.checks.register_use import check_register_use
from engine.sop.checks.report import Report
from engine.sop.checks.roles import check_identity, check_roles
from engine.sop.checks.steps import check_steps
from engine.sop.checks.triggers import check_case, check_sla, check_triggers
from engine.sop.checks.warnings import check_advice
from engine.sop.checks.writes import check_writes
from engine.sop.diagnostics import Diagnosed, Problem
from engine.sop.model import Definition
from engine.sop.serialise import canonical
from engine.sop.source import Source, read_source
from engine.text.bilingual import Text

MAX_STEPS = 500

_CHECKS = (
    check_identity,
    check_roles,
    check_case,
    check_triggers,
    check_sla,
    check_steps,
    check_forms,
    check_blocks,
    check_flow,
    check_deviations,
    check_ways,
    check_expressions,
    check_register_use,
    check_writes,
    check_appointments,
    check_advice,
    check_legal_bases,
)


_FOLLOWING_A_DOUBLE = frozenset({"unknown_target", "unknown_step", "unreachable_step", "no_way_to_end"})


@dataclass(frozen=True, slots=True)
class Loaded(Diagnosed):
    """A file that was read; ``definition`` has every default, ``as_written`` none. With errors among the
    ``problems`` both are good for showing only.
    """

    definition: Definition
    as_written: Definition
    source: Source
    content_hash: str


def check(definition: Definition, source: Source, **around: Unpack[Surroundings]) -> list[Problem]:
    """Every error and warning of a definition as written, in the order of the file."""
    report = _checked(definition, source, around)
    return sorted(report.problems)


def _checked(definition: Definition, source: Source, around: Surroundings) -> Report:
    report = Report(definition, source, around)
    if len(definition.steps) > MAX_STEPS:
        count = len(definition.steps)
        report.error(
            ("steps", MAX_STEPS),
            "too_many_steps",
            Text(
                f"SOP memuat {count} langkah; paling banyak {MAX_STEPS}.",
                f"The SOP has {count} steps; at most {MAX_STEPS}.",
            ),
        )
        return report
    try:
        for check in _CHECKS:
            check(report)
    except Enough:
        count = len(report.problems)
        more = replace(
            report.problems[-1],
            code="too_many_problems",
            message=Text(
                f"Lebih dari {count} masalah; perbaiki yang sudah disebut dahulu.",
                f"More than {count} problems; mend those that are told first.",
            ),
            severity="error",
        )
        report.problems.append(more)
    if any(
        problem.code == "duplicate_id" and problem.path.startswith("steps[") for problem in report.problems
    ):
        # A step that bears the id of another is missing under its own: what points there is not wrong.
        report.problems = [problem for problem in report.problems if problem.code not in _FOLLOWING_A_DOUBLE]
    return report


def load_definition(text: str | bytes, *, file: str = "-", **around: Unpack[Surroundings]) -> Loaded:
    """Read and check a definition; never raises for bad input, see ``Loaded.problems``."""
    source = read_source(text, file=file)
    if not source.readable:
        nothing: Definition = blank(Definition)
        return Loaded(source.problems, nothing, nothing, source, content_hash(nothing))
    problems = list(source.problems)
    definition = read(Definition, source, problems)
    if _is_another_kind(source):
        only = tuple(problem for problem in problems if problem.path == "schema")
        return Loaded(only, definition, definition, source, content_hash(definition))
    report = _checked(definition, source, around)
    sorted_problems = sorted({*problems, *report.problems})
    return Loaded(tuple(sorted_problems), report.definition, definition, source, content_hash(definition))


def _is_another_kind(source: Source) -> bool:
    """A file such as ``org/v1`` gets one answer, not one for every key."""
    kind = source.value(("schema",))
    return isinstance(kind, str) and kind.endswith("/v1") and kind != "sop/v1"


def require_definition(text: str | bytes, *, file: str = "-", **around: Unpack[Surroundings]) -> Loaded:
    """Like ``load_definition``, for a file that must be free of errors. Raises `DefinitionError`."""
    loaded = load_definition(text, file=file, **around)
    require_no_errors(file, loaded.errors, loaded.problems)
    return loaded


def content_hash(definition: Definition) -> str:
    """SHA-256 over the canonical JSON of the model as written."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()


def canonical_json(definition: Definition) -> bytes:
    """The model as written, without ``status``, in the one spelling that is hashed."""
    content = canonical(definition, without=("status",))
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
