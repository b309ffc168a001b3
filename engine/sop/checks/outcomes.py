"""Checks of what a step entails when it is done: signatures, ``set``, numbers, results, child SOPs."""

from collections.abc import Mapping

from engine.sop.checks.forms import COLUMN, FIELD, OPTION
from engine.sop.checks.lookup import fields_of, rows_of_blocks, table_column
from engine.sop.checks.report import DOCUMENT, RESULT, Report
from engine.sop.checks.triggers import PASSED, check_sop
from engine.sop.locations import Path, shown
from engine.sop.model import Sign, StartSop, Step
from engine.text.bilingual import Text

_CASE_OWN = ("period", "number", "title", "fields", "parties", "received", "started", "started_by", "result")


def check_consequences(report: Report, path: Path, step: Step) -> None:
    _check_sign(report, (*path, "sign"), step.sign, step)
    check_set(report, (*path, "set"), step.set, step.id)
    report.wants((*path, "result"), step.result, report.written.case.results, RESULT)
    _check_children(report, (*path, "start_sop"), step.start_sop, step.id)
    if step.numbering is not None:
        here = (*path, "numbering")
        if step.numbering.set is not None:
            check_set(report, (*here, "set"), {step.numbering.set: None}, step.id)
        if step.numbering.format is not None and "{n" not in step.numbering.format:
            report.error(
                (*here, "format"),
                "numbering_format",
                Text("Format nomor harus memuat {n}.", "The number format must hold {n}."),
            )
    for name, outcome in step.outcomes.items():
        here = (*path, "outcomes", name)
        report.roles((*here, "notify"), outcome.notify)
        _check_sign(report, (*here, "sign"), outcome.sign, step)
        check_set(report, (*here, "set"), outcome.set, step.id)
        report.wants((*here, "result"), outcome.result, report.written.case.results, RESULT)
        _check_children(report, (*here, "start_sop"), outcome.start_sop, step.id)


def _check_sign(report: Report, path: Path, sign: Sign | None, step: Step) -> None:
    if sign is None:
        return
    if isinstance(report.source.value(path), dict) and report.source.has(
        (*path, "document")
    ) == report.source.has((*path, "documents")):
        report.error(
            path,
            "sign_document",
            Text("Tulis tepat satu dari document, documents.", "Write exactly one of document, documents."),
        )
    report.wants((*path, "document"), sign.document, report.written.documents, DOCUMENT)
    for index, document in enumerate(sign.documents):
        report.wants((*path, "documents", index), document, report.written.documents, DOCUMENT)
    if sign.proof is not None:
        own = [field.id for field in fields_of(report.written, step.id)]
        report.wants((*path, "proof"), sign.proof, own, FIELD)
    elif sign.via == "external" and not report.source.has((*path, "proof")):
        report.error(
            path,
            "sign_proof",
            Text(
                "Tanda tangan di sistem lain (via: external) memerlukan proof: isian formulir untuk"
                " buktinya.",
                "A signature made elsewhere (via: external) needs proof: a form field that holds it.",
            ),
        )


def check_set(report: Report, path: Path, settings: Mapping[str, object], step_id: str | None) -> None:
    """Each target is ``case.<key>``, or ``item.<column>`` inside a block of rows."""
    for target, value in settings.items():
        here = (*path, target)
        head, _, name = target.rpartition(".")
        key = report.source.has(here)
        if head == "case" and name not in _CASE_OWN:
            continue
        if head == "case":
            message = Text(
                f"case.{name} ditetapkan oleh sistem; pilih nama lain.",
                f"case.{name} is set by the system; choose another name.",
            )
            report.error(here, "reserved_name", message, key=key)
        elif head == "item" or head in _aliases(report):
            _check_item(report, here, name, value, step_id)
        else:
            report.error(
                here,
                "set_target",
                Text(
                    f"{shown(target)} tidak dapat ditetapkan; tulis case.<nama> atau item.<kolom>.",
                    f"{shown(target)} cannot be set; write case.<key> or item.<column>.",
                ),
                key=key,
            )


def _aliases(report: Report) -> set[str]:
    each = (block.for_each for block in report.written.blocks.values())
    return {one.as_ for one in each if one is not None and one.as_}


def _check_item(report: Report, here: Path, column: str, value: object, step_id: str | None) -> None:
    block = report.written.blocks.get(report.flow.block_of.get(step_id or "", ""))
    rows = block.for_each.rows if block is not None and block.for_each is not None else None
    key = report.source.has(here)
    if rows is None:
        report.error(
            here,
            "set_target",
            Text(
                "item hanya ada di dalam blok per baris (for_each: {rows: …}).",
                "item exists inside a block per row only (for_each: {rows: …}).",
            ),
            key=key,
        )
        return
    if rows not in rows_of_blocks(report.written) or report.kind_at(rows, None) is None:
        return
    field = table_column(report.written, rows, column)
    if field is None:
        kind = report.kind_at(rows, None)
        known = [
            name
            for name in (kind.members if kind else ())
            if table_column(report.written, rows, name) is not None
        ]
        report.unknown(here, column, known, COLUMN, key=key)
    elif (
        field.options
        and isinstance(value, str)
        and value.replace("_", "").isalnum()
        and value not in field.options
    ):
        report.unknown(here, value, field.options, OPTION)


def _check_children(report: Report, path: Path, children: tuple[StartSop, ...], step_id: str | None) -> None:
    for index, child in enumerate(children):
        here = (*path, index) if report.source.has((*path, index)) else path
        check_sop(report, (*here, "sop"), child.sop, started=True)
        check_set(report, (*here, "returns"), dict.fromkeys(child.returns), None)
        for name, reference in child.pass_.items():
            if not reference or reference == "period" or reference in report.written.documents:
                continue
            if report.kind_at(reference, step_id) is None:
                known = ["period", *report.written.documents]
                report.unknown(
                    (*here, "pass", name),
                    reference,
                    known,
                    PASSED,
                )
