"""Checks of outcomes for several tasks at once: nothing may be asked of one task that others do not share."""

from collections.abc import Iterator

from engine.sop.checks.lookup import fields_of
from engine.sop.checks.report import Report
from engine.sop.exits import Outcome
from engine.sop.locations import Path
from engine.sop.model import Field, Step
from engine.text.bilingual import Text


def check_batch(report: Report, path: Path, step: Step) -> None:
    """An outcome with ``batch`` needs no reason, no branches, no field, row or file, and one decider."""
    for name, outcome in step.outcomes.items():
        if not outcome.batch:
            continue
        for asked in _asked(report, step, outcome):
            report.error(
                (*path, "outcomes", name, "batch"),
                "batch_asks",
                Text(
                    f"batch hanya untuk hasil yang tidak meminta isian sendiri; {asked.indonesian}.",
                    f"batch is for outcomes that ask nothing of their own; {asked.english}.",
                ),
            )


def _asked(report: Report, step: Step, outcome: Outcome) -> Iterator[Text]:
    if outcome.return_ or outcome.reason == "required":
        yield Text("hasil ini memerlukan alasan", "this one needs a reason")
    if outcome.branches is not None:
        yield Text("hasil ini membuka cabang", "this one opens branches")
    if step.assign == "each_holder":
        yield Text("langkah ini diputuskan beberapa orang", "several people decide this step")
    sign = None if outcome.return_ else outcome.sign or step.sign
    if sign is not None and sign.via == "external":
        yield Text("tanda tangannya dibuat di sistem lain", "its signature is made elsewhere")
    wanted = [field.label for field in fields_of(report.written, step.id) if _must(field)]
    if wanted:
        names = ", ".join(wanted)
        yield Text(f"langkah ini meminta {names}", f"this step asks for {names}")


def _must(field: Field) -> bool:
    """Whether somebody has to fill in a field, or a column of it."""
    return field.required or any(map(_must, field.columns))
