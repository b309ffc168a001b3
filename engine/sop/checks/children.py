"""Checks of the cases of other SOPs that a step starts: what they are given, and what they give back."""

from engine.sop.checks.report import RESULT, Report
from engine.sop.checks.settings import check_set
from engine.sop.checks.triggers import PASSED, check_sop
from engine.sop.exits import StartSop
from engine.sop.expressions.scope import Kind, Place, Scope, scope_for
from engine.sop.locations import Path, shown
from engine.sop.model import Definition
from engine.text.bilingual import Text


def check_children(report: Report, path: Path, children: tuple[StartSop, ...], step_id: str | None) -> None:
    for index, child in enumerate(children):
        here = (*path, index) if report.source.has((*path, index)) else path
        check_sop(report, (*here, "sop"), child.sop, started=True)
        check_set(report, (*here, "returns"), dict.fromkeys(child.returns), None)
        row = _row(report, here, child, step_id)
        for name, reference in child.pass_.items():
            _check_passed(report, (*here, "pass", name), reference, step_id, row)
        known = report.around.get("children", {}).get(child.sop)
        if known is not None:
            _check_names(report, here, child, known)


def _row(report: Report, here: Path, child: StartSop, step_id: str | None) -> Kind | None:
    """What a row of the table holds for each of whose rows a case is started."""
    if child.for_each is None:
        return None
    kind = report.kind_at(child.for_each, step_id)
    if kind is not None and kind.name in ("rows", "any"):
        return Kind("map", kind.members, kind.open or kind.name == "any")
    report.error(
        (*here, "for_each"),
        "not_a_table",
        Text(f"{shown(child.for_each)} bukan tabel.", f"{shown(child.for_each)} is not a table."),
    )
    return Kind("any")


def _check_passed(report: Report, path: Path, reference: str, step_id: str | None, row: Kind | None) -> None:
    """``pass`` names the period, a document, a path of values, or a column of the row."""
    if not reference or reference == "period" or reference in report.written.documents:
        return
    head, *rest = reference.split(".")
    if row is not None and head == "row":
        if Scope({"row": row}).resolve([head, *rest]) is None:
            report.unknown(path, reference, [f"row.{name}" for name in row.members], PASSED)
    elif report.kind_at(reference, step_id) is None:
        report.unknown(path, reference, ["period", *report.written.documents], PASSED)


def _check_names(report: Report, here: Path, child: StartSop, known: Definition) -> None:
    """What is passed are fields or documents of the child; what comes back is a value of it."""
    expected = ["period", *(field.id for field in known.case.fields), *known.documents]
    for name in child.pass_:
        report.wants((*here, "pass", name), name, expected, PASSED, key=True)
    for index, result in enumerate(child.accept):
        report.wants((*here, "accept", index), result, known.case.results, RESULT)
    scope = scope_for(known, None, Place("case"), report.kinds)
    for target, reference in child.returns.items():
        if not reference:
            continue
        kind = scope.resolve(reference.split("."))
        if kind is None:
            report.unknown((*here, "returns", target), reference, scope.known_at(()), PASSED)
        elif child.for_each is not None and kind.name not in ("rows", "any"):
            report.warn(
                (*here, "returns", target),
                "last_one_counts",
                Text(
                    f"Satu berkas dimulai untuk tiap baris, dan yang berakhir terakhir mengisi {target}."
                    " Hanya baris tabel yang dikumpulkan dari semuanya.",
                    f"A case starts for each row, and the last to end fills {target}; only rows of a table"
                    " are gathered from all of them.",
                ),
            )
