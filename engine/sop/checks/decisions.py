"""Checks of steps that several holders decide together: the author says how, and for every split of votes."""

from engine.sop.checks.findings import Noun
from engine.sop.checks.report import Report
from engine.sop.exits import Decide
from engine.sop.locations import Path, shown
from engine.sop.model import Step
from engine.text.bilingual import Text

OUTCOME = Noun("unknown_outcome", "Hasil", "outcome")


def check_decision(report: Report, path: Path, step: Step) -> None:
    """Several ways forward need a rule; a rule needs several holders and several ways forward."""
    forward = [name for name, outcome in step.outcomes.items() if not outcome.return_]
    if step.decide is None:
        if step.assign == "each_holder" and len(forward) > 1 and not report.source.has((*path, "decide")):
            report.error(
                (*path, "outcomes"),
                "undecided",
                Text(
                    f"Para pemegang dapat memilih hasil yang berbeda ({', '.join(forward)}); tulis decide:"
                    " all, majority, any atau {at_least: n}.",
                    f"The holders may choose different outcomes ({', '.join(forward)}); write decide: all,"
                    " majority, any or {at_least: n}.",
                ),
            )
        return
    here = (*path, "decide")
    if step.assign != "each_holder" or len(forward) < 2:
        report.error(
            here,
            "decide_alone",
            Text(
                "decide hanya untuk assign: each_holder dengan dua hasil maju atau lebih.",
                "decide is for assign: each_holder with two or more outcomes that go forward only.",
            ),
            key=True,
        )
    _check_rule(report, here, step.decide, forward)


def _check_rule(report: Report, here: Path, rule: Decide, forward: list[str]) -> None:
    written = report.source.value(here)
    if isinstance(written, dict) and ("by" in written) == ("at_least" in written):
        report.error(
            here,
            "decide_form",
            Text(
                "Tulis satu saja: all, majority, any, atau {at_least: n}; boleh dengan veto dan otherwise.",
                "Write exactly one: all, majority, any, or {at_least: n}; veto and otherwise may be added.",
            ),
        )
    if rule.at_least is not None and rule.at_least < 1:
        report.error(
            (*here, "at_least"), "out_of_range", Text("at_least paling sedikit 1.", "at_least is at least 1.")
        )
    for index, name in enumerate(rule.veto):
        report.wants((*here, "veto", index), name, forward, OUTCOME)
    report.wants((*here, "otherwise"), rule.otherwise, forward, OUTCOME)
    if rule.otherwise is not None and rule.otherwise in rule.veto:
        report.error(
            (*here, "otherwise"),
            "decide_form",
            Text(
                f"{shown(rule.otherwise)} sudah memutus lewat veto.",
                f"{shown(rule.otherwise)} decides by veto already.",
            ),
        )
