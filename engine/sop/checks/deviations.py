"""Checks of the paths that the printed SOP lacks."""

from collections.abc import Iterable

from engine.sop.checks.flow import TARGET, check_target, targets
from engine.sop.checks.report import RESULT, ROLE, STEP, Report
from engine.sop.checks.settings import check_set
from engine.sop.exits import Deviation
from engine.sop.locations import Path, shown
from engine.text.bilingual import Text


def check_deviations(report: Report) -> None:
    steps = {step.id: step for step in report.written.steps}
    seen: set[tuple[str, str]] = set()
    for index, deviation in enumerate(report.written.deviations.paths):
        path: Path = ("deviations", "paths", index)
        report.wants((*path, "at"), deviation.at, [*steps, "any"], STEP)
        report.roles((*path, "by"), deviation.by)
        report.wants((*path, "approve_by"), deviation.approve_by, report.written.roles, ROLE)
        report.wants((*path, "result"), deviation.result, report.written.case.results, RESULT)
        check_set(report, (*path, "set"), deviation.set, deviation.at)
        places: Iterable[str] = steps if deviation.at == "any" else [deviation.at]
        own = {name for place in places if place in steps for name in steps[place].outcomes}
        if deviation.outcome and (
            deviation.outcome in own or {(deviation.at, deviation.outcome), ("any", deviation.outcome)} & seen
        ):
            report.error(
                (*path, "outcome"),
                "duplicate_id",
                Text(
                    f"Hasil {shown(deviation.outcome)} sudah ada pada langkah itu.",
                    f"The outcome {shown(deviation.outcome)} already exists at that step.",
                ),
            )
        seen.add((deviation.at, deviation.outcome))
        _check_deviation_target(report, path, deviation)


def _check_deviation_target(report: Report, path: Path, deviation: Deviation) -> None:
    to, flow = deviation.to, report.flow
    inside = flow.block_of.get(to or "")
    enters = deviation.at == "any" or inside != flow.block_of.get(deviation.at or "")
    selected = deviation.scope == "selected_branches"
    if selected and to and (inside or to) not in report.written.blocks:
        report.error(
            (*path, "scope"),
            "scope_without_block",
            Text(
                "selected_branches memerlukan tujuan (to) di dalam sebuah blok.",
                "selected_branches needs a target (to) inside a block.",
            ),
        )
    if to == "end" or (
        selected and inside is not None and enters and not flow.block_of.get(deviation.at or "")
    ):
        return
    if to != "join" and inside is None:  # whoever leaves a block leaves it for good
        report.wants((*path, "to"), to, targets(report), TARGET)
        return
    check_target(report, (*path, "to"), deviation.at, to)
