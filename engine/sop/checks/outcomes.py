"""Checks of what a step entails when it is done: signatures, ``set``, numbers, results, child SOPs."""

from engine.sop.checks.children import check_children
from engine.sop.checks.forms import FIELD
from engine.sop.checks.lookup import fields_of
from engine.sop.checks.report import DOCUMENT, RESULT, Report
from engine.sop.checks.settings import check_set
from engine.sop.exits import Sign
from engine.sop.locations import Path
from engine.sop.model import Step
from engine.text.bilingual import Text


def check_consequences(report: Report, path: Path, step: Step) -> None:
    _check_sign(report, (*path, "sign"), step.sign, step)
    check_set(report, (*path, "set"), step.set, step.id)
    for index, field in enumerate(fields_of(report.written, step.id)):
        if field.to is not None and step.form in report.written.forms:
            check_set(report, ("forms", step.form, "fields", index, "to"), {field.to: None}, step.id)
    report.wants((*path, "result"), step.result, report.written.case.results, RESULT)
    check_children(report, (*path, "start_sop"), step.start_sop, step.id)
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
        check_children(report, (*here, "start_sop"), outcome.start_sop, step.id)


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
