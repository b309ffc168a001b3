"""Checks of where steps lead: targets exist, blocks are entered and left properly, returns go back."""

from engine.sop.checks.findings import Noun
from engine.sop.checks.report import Report
from engine.sop.exits import Outcome
from engine.sop.locations import Path, shown
from engine.sop.model import Step
from engine.text.bilingual import Text

TARGET = Noun("unknown_target", "Tujuan", "target")


def check_flow(report: Report) -> None:
    for index, step in enumerate(report.written.steps):
        path: Path = ("steps", index)
        check_target(report, (*path, "next"), step.id, step.next)
        for name, outcome in step.outcomes.items():
            here = (*path, "outcomes", name)
            check_target(report, (*here, "to"), step.id, outcome.to, outcome=outcome)
            _check_return(report, here, step, outcome)
            _check_branches(report, here, outcome)


def targets(report: Report) -> list[str]:
    """Every word that may stand as a target."""
    steps = [step.id for step in report.written.steps if step.id]
    return [*steps, *report.written.blocks, "join", "end"]


def check_target(
    report: Report, path: Path, origin: str | None, target: str | None, *, outcome: Outcome | None = None
) -> None:
    """A target exists, and blocks are entered by their id and left by ``join``.

    An outcome may also end the case out of a block, or return to the main line: the block is left for good.
    """
    if not report.wants(path, target, targets(report), TARGET) or target is None:
        return
    home, there = report.flow.block_of.get(origin or ""), report.flow.block_of.get(target)
    if target == "join":
        if home is None:
            report.error(
                path,
                "join_outside_block",
                Text('"join" hanya berlaku di dalam blok.', '"join" works inside a block only.'),
            )
    elif home is not None and outcome is not None and _leaves_block(target, there, outcome):
        return
    elif home is not None and (target == "end" or target in report.written.blocks or there is None):
        report.error(
            path,
            "jump_out_of_block",
            Text(
                f"Langkah di dalam blok {shown(home)} tidak dapat menuju {shown(target)}; tujuannya join."
                " Hasil (outcomes) boleh juga menuju end, atau kembali (return: true) ke luar blok.",
                f"A step inside the block {shown(home)} cannot go to {shown(target)}; its target is join."
                " An outcome may also end the case, or return to an earlier step outside the block.",
            ),
        )
    elif there != home:
        entry = report.written.blocks[there].steps[:1] if there else ()
        if there is not None and (home is not None or entry != (target,)):
            report.error(
                path,
                "jump_into_block",
                Text(
                    f"{shown(target)} ada di dalam blok {shown(there)}; dari luar, tulis {shown(there)}.",
                    f"{shown(target)} lies inside the block {shown(there)}; from outside, write"
                    f" {shown(there)}.",
                ),
            )
    elif home is not None and report.flow.line_of[target] != report.flow.line_of.get(origin or ""):
        report.error(
            path,
            "jump_between_branches",
            Text(
                f"{shown(target)} ada di cabang lain dari blok {shown(home)}.",
                f"{shown(target)} lies in another branch of the block {shown(home)}.",
            ),
        )


def _leaves_block(target: str, there: str | None, outcome: Outcome) -> bool:
    return target == "end" or (outcome.return_ and there is None and target != "join")


def _check_return(report: Report, path: Path, step: Step, outcome: Outcome) -> None:
    if not outcome.return_:
        return
    if outcome.reason != "required" and report.source.has((*path, "return")):
        report.error(
            (*path, "reason") if outcome.reason else (*path, "return"),
            "return_without_reason",
            Text(
                "Pengembalian (return: true) memerlukan reason: required.",
                "A return (return: true) needs reason: required.",
            ),
        )
    if outcome.to in targets(report) and not _goes_back(report, step.id, outcome.to):
        report.error(
            (*path, "to"),
            "return_not_backwards",
            Text(
                f"Pengembalian harus menuju langkah sebelumnya, bukan {shown(outcome.to)}.",
                f"A return must lead to an earlier step, not to {shown(outcome.to)}.",
            ),
        )


def _goes_back(report: Report, origin: str | None, target: str) -> bool:
    flow = report.flow
    line = flow.line_of.get(origin or "")
    if line is not None and target in line and origin is not None:
        return line.index(target) < line.index(origin)
    inside = list(flow.steps_in(target)) if target in report.written.blocks else [target]
    positions = [flow.position[step_id] for step_id in inside if step_id in flow.position]
    return bool(positions) and min(positions) < flow.position.get(origin or "", 0)


def _check_branches(report: Report, path: Path, outcome: Outcome) -> None:
    if outcome.branches is not None and outcome.to is not None:
        block = report.flow.target("", outcome.to)
        if block not in report.written.blocks:
            report.error(
                (*path, "branches"),
                "branches_without_block",
                Text(
                    "branches memilih cabang; tujuannya (to) harus sebuah blok.",
                    "branches selects branches; its target (to) must be a block.",
                ),
            )
