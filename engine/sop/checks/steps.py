"""Checks of one step at a time: its names, people, papers, clock and kind."""

from collections import Counter

from engine.sop.checks.batch import check_batch
from engine.sop.checks.clock import check_clock
from engine.sop.checks.decisions import check_decision
from engine.sop.checks.forms import RESERVED
from engine.sop.checks.lookup import fields_of
from engine.sop.checks.outcomes import check_consequences
from engine.sop.checks.report import DOCUMENT, FEE, FORM, STEP, Report
from engine.sop.checks.rows import check_rows
from engine.sop.checks.triggers import check_sop
from engine.sop.locations import Path, shown
from engine.sop.model import STARTER, Requirement, Step
from engine.text.bilingual import Text

_RESERVED = RESERVED | {"join", "end", "any", "window", "period"}


def check_steps(report: Report) -> None:
    steps = report.written.steps
    report.duplicates(((("steps", index, "id"), step.id) for index, step in enumerate(steps)), STEP)
    for index, step in enumerate(steps):
        path: Path = ("steps", index)
        _check_names(report, path, index, step)
        _check_people(report, path, step)
        _check_documents(report, path, step)
        check_clock(report, path, step)
        _check_kind(report, path, step)
        check_batch(report, path, step)
        check_decision(report, path, step)
        check_consequences(report, path, step)
    check_rows(report)


def _check_names(report: Report, path: Path, index: int, step: Step) -> None:
    if step.number is not None and step.number != index + 1:
        report.error(
            (*path, "number"),
            "step_number",
            Text(
                f"Nomor langkah harus 1 sampai n berurutan; di sini {index + 1}, bukan {step.number}."
                " Nomor di kertas yang berbeda ditulis di printed.",
                f"Step numbers run from 1 to n; here {index + 1}, not {step.number}."
                " A different number on paper goes into printed.",
            ),
        )
    if step.id in _RESERVED or step.id in report.written.blocks:
        report.error(
            (*path, "id"),
            "reserved_name",
            Text(
                f"Nama {shown(step.id)} sudah punya arti sendiri; pilih id langkah lain.",
                f"The name {shown(step.id)} has a meaning of its own; choose another step id.",
            ),
        )


def _check_people(report: Report, path: Path, step: Step) -> None:
    for key in ("executor", "participants", "informed", "notify"):
        report.roles((*path, key), getattr(step, key))
    if not report.source.has((*path, "executor")) and step.kind != "auto":
        report.error(
            (*path, "executor"),
            "missing_key",
            Text('Kunci "executor" wajib ada.', 'The key "executor" is required.'),
        )
    if report.source.value((*path, "executor")) == []:
        report.error(
            (*path, "executor"),
            "missing_value",
            Text("Pelaksana tidak boleh kosong.", "The executor may not be empty."),
        )
    starters = [name for name, role in report.written.roles.items() if role.from_ == STARTER]
    steps = [*(other.id for other in report.written.steps), *starters]
    for index, other in enumerate(step.not_same_person_as):
        here = (*path, "not_same_person_as", index)
        if report.wants(here, other, steps, STEP) and other == step.id:
            report.error(
                here,
                "role_of_itself",
                Text("Langkah tidak dapat merujuk dirinya sendiri.", "A step cannot refer to itself."),
            )
    _check_chosen_role(report, path, step)
    if step.assign == "lead" and len(step.executor) < 2:
        report.error(
            (*path, "assign"),
            "assign_lead",
            Text(
                "assign: lead memerlukan dua peran atau lebih pada executor.",
                "assign: lead needs two or more roles as executor.",
            ),
        )
    block = report.written.blocks.get(report.flow.block_of.get(step.id, ""))
    each = block.for_each if block is not None else None
    by_unit = each is not None and bool(each.unit or each.units)
    if step.not_same_unit_as_branch and not by_unit:
        report.error(
            (*path, "not_same_unit_as_branch"),
            "not_in_unit_block",
            Text(
                "not_same_unit_as_branch hanya berlaku di dalam blok per unit.",
                "not_same_unit_as_branch works inside a block per unit only.",
            ),
        )


def _check_chosen_role(report: Report, path: Path, step: Step) -> None:
    """A role that comes from a row has people only in the branch of that row."""
    block = report.written.blocks.get(report.flow.block_of.get(step.id, ""))
    by_row = block is not None and block.for_each is not None and bool(block.for_each.rows)
    for index, name in enumerate(step.executor):
        role = report.written.roles.get(name)
        if role is not None and (role.from_ or "").startswith("item.") and not by_row:
            report.error(
                (*path, "executor", index),
                "role_of_a_row",
                Text(
                    f"Peran {shown(name)} berasal dari {role.from_}, yang hanya ada di dalam blok per baris.",
                    f"The role {shown(name)} comes from {role.from_}, which exists inside a block per"
                    " row only.",
                ),
            )


def _check_documents(report: Report, path: Path, step: Step) -> None:
    for key in ("requirements", "output"):
        for index, requirement in enumerate(getattr(step, key)):
            _check_requirement(report, (*path, key, index), requirement)
    report.wants((*path, "form"), step.form, report.written.forms, FORM)
    report.wants((*path, "fee"), step.fee, report.written.fees, FEE)
    if step.remarks is not None:
        check_sop(report, (*path, "remarks", "sop"), step.remarks.sop)


def _check_requirement(report: Report, path: Path, requirement: Requirement) -> None:
    written = report.source.value(path)
    if isinstance(written, dict) and len({"doc", "any_of", "text"} & set(written)) != 1:
        report.error(
            path,
            "requirement_form",
            Text("Tulis tepat satu dari doc, any_of, text.", "Write exactly one of doc, any_of, text."),
        )
    report.wants((*path, "doc"), requirement.doc, report.written.documents, DOCUMENT)
    for index, document in enumerate(requirement.any_of):
        report.wants((*path, "any_of", index), document, report.written.documents, DOCUMENT)
    if requirement.copies is not None and requirement.copies < 1:
        report.error(
            (*path, "copies"), "out_of_range", Text("copies paling sedikit 1.", "copies is at least 1.")
        )


def _check_kind(report: Report, path: Path, step: Step) -> None:
    kind = step.kind or ("decision" if step.outcomes else "sign" if step.sign else "task")
    roles = report.written.roles
    if kind == "decision" and not step.outcomes and not report.source.has((*path, "outcomes")):
        report.error(
            (*path, "kind"),
            "decision_without_outcomes",
            Text("Langkah keputusan memerlukan outcomes.", "A decision step needs outcomes."),
        )
    elif report.source.value((*path, "outcomes")) == {}:
        report.error(
            (*path, "outcomes"),
            "decision_without_outcomes",
            Text("outcomes tidak boleh kosong.", "outcomes may not be empty."),
        )
    if step.outcomes and step.next is not None and step.when is None:
        report.error(
            (*path, "next"),
            "next_and_outcomes",
            Text(
                "Keputusan melanjutkan lewat outcomes; next hanya untuk keputusan yang punya when.",
                "A decision goes on by its outcomes; next is for a decision with when only.",
            ),
        )
    if kind == "sign" and step.sign is None and not any(outcome.sign for outcome in step.outcomes.values()):
        report.error(
            (*path, "kind"),
            "sign_missing",
            Text("Langkah sign memerlukan kunci sign.", "A sign step needs the key sign."),
        )
    system = [name for name in step.executor if name in roles and roles[name].system]
    if kind == "auto":
        _check_auto(report, path, step)
    elif system:
        report.error(
            (*path, "executor"),
            "system_role",
            Text(
                f"Peran sistem {shown(system[0])} hanya untuk langkah kind: auto.",
                f"The system role {shown(system[0])} is for steps of kind: auto only.",
            ),
        )
    if kind == "meeting":
        _check_meeting(report, path, step)
    _check_progress(report, path, step)
    _check_external(report, path, step, kind)


def _check_auto(report: Report, path: Path, step: Step) -> None:
    roles = report.written.roles
    if not all(roles[name].system for name in step.executor if name in roles):
        report.error(
            (*path, "executor"),
            "auto_executor",
            Text(
                "Langkah auto memerlukan peran dengan system: true.",
                "An auto step needs a role with system: true.",
            ),
        )
    for key in ("form", "outcomes", "sign", "allow_progress", "time_per", "time_by", "calendar"):
        if report.source.has((*path, key)):
            report.error(
                (*path, key),
                "auto_step",
                Text(f"Langkah auto tidak memakai {key}; hapus.", f"An auto step has no {key}; remove it."),
                key=True,
            )


def _check_progress(report: Report, path: Path, step: Step) -> None:
    if step.allow_progress and step.form is None:
        report.error(
            (*path, "allow_progress"),
            "progress_form",
            Text(
                "allow_progress memerlukan form: kemajuan dilaporkan dalam isiannya.",
                "allow_progress needs a form: progress is reported in its fields.",
            ),
            key=True,
        )


def _check_meeting(report: Report, path: Path, step: Step) -> None:
    if step.form is not None and step.form not in report.written.forms:
        return
    counts = Counter(field.role for field in fields_of(report.written, step.id))
    for role in ("work_start", "work_end"):
        if counts[role] != 1:
            report.error(
                (*path, "form"),
                "meeting_times",
                Text(
                    f"Formulir rapat memerlukan tepat satu isian datetime dengan role: {role}.",
                    f"The form of a meeting needs exactly one datetime field with role: {role}.",
                ),
            )


def _check_external(report: Report, path: Path, step: Step, kind: str) -> None:
    roles = report.written.roles
    outside = [name for name in step.executor if name in roles and roles[name].external]
    if not outside:
        return
    if kind in ("sign", "auto"):
        report.error(
            (*path, "executor"),
            "external_role",
            Text(
                f"Peran luar {shown(outside[0])} hanya dapat mengerjakan task, decision dan meeting.",
                f"The external role {shown(outside[0])} may perform tasks, decisions and meetings only.",
            ),
        )
    unrecorded = [name for name in outside if name in step.doers and roles[name].recorded_by is None]
    if unrecorded and kind not in ("sign", "auto"):
        report.error(
            (*path, "executor"),
            "external_role",
            Text(
                f"Peran luar {shown(unrecorded[0])} mengerjakan langkah; tambahkan recorded_by padanya.",
                f"The external role {shown(unrecorded[0])} performs a step; add recorded_by to that role.",
            ),
        )
