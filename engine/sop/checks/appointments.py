"""Checks of ``appoint``: who approves the SOP begins a term of a team by a signature, with positions."""

from collections.abc import Iterator

from engine.sop.checks.lookup import field_at
from engine.sop.checks.register_use import compiles
from engine.sop.checks.report import Report
from engine.sop.exits import Appoint, Outcome
from engine.sop.expressions.scope import Place
from engine.sop.locations import Path, shown
from engine.sop.model import Step
from engine.sop.vocabulary import FieldType
from engine.text.bilingual import Text

POSITIONS: tuple[FieldType, ...] = ("position", "positions")
ONE_POSITION: tuple[FieldType, ...] = ("position",)
DAYS: tuple[FieldType, ...] = ("date", "datetime")
WORDS: tuple[FieldType, ...] = ("text", "number")


def check_appointments(report: Report) -> None:
    for index, step in enumerate(report.written.steps):
        for name, outcome in step.outcomes.items():
            if outcome.appoint is not None:
                path: Path = ("steps", index, "outcomes", name, "appoint")
                _check(report, path, step, outcome, outcome.appoint)


def _check(report: Report, path: Path, step: Step, outcome: Outcome, appoint: Appoint) -> None:
    sign = outcome.sign or step.sign
    if sign is None or sign.kind != "signature" or outcome.return_:
        report.error(
            path,
            "appoint_unsigned",
            Text(
                "appoint memerlukan tanda tangan pada hasil ini; tulis sign: {kind: signature, …}.",
                "appoint needs a signature on this outcome; write sign: {kind: signature, …}.",
            ),
        )
    approver = report.written.identity.approved_by
    if step.executor != (approver,):
        report.error(
            path,
            "appoint_by_another",
            Text(
                f"Tim ditetapkan oleh yang mengesahkan SOP ini ({approver or '-'}); tulis di executor.",
                f"Who appoints a team is who approves this SOP ({approver or '-'}); make that the executor.",
            ),
        )
    scope = report.scope(step.id, Place("outcome"))
    for here, text, types in _parts(path, appoint):
        compiles(report, here, text, scope)
        field = field_at(report.written, text, step.id) if text else None
        if field is not None and field.type not in types:
            report.error(
                here,
                "type_does_not_suit",
                Text(
                    f"{shown(text or '')} berjenis {field.type}; yang cocok: {', '.join(types)}.",
                    f"{shown(text or '')} is of type {field.type}; what suits: {', '.join(types)}.",
                ),
            )


def _parts(path: Path, appoint: Appoint) -> Iterator[tuple[Path, str | None, tuple[FieldType, ...]]]:
    yield (*path, "members"), appoint.members, POSITIONS
    yield (*path, "chair"), appoint.chair, ONE_POSITION
    yield (*path, "from"), appoint.from_, DAYS
    yield (*path, "to"), appoint.to, DAYS
    yield (*path, "decree", "number"), appoint.decree.number, WORDS
    yield (*path, "decree", "date"), appoint.decree.date, DAYS
