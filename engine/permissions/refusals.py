"""Every reason why a person may not do something now, in words; ``access`` decides which one applies."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from engine.cases.model import CaseSummary, TaskSummary
from engine.errors import (
    ActionNotAvailable,
    AlreadyClaimed,
    ConditionNotMet,
    Conflict,
    NotAllowed,
    NotFound,
    SopError,
)
from engine.organisation import Organisation
from engine.permissions.verbs import TASK_VERBS, Verb
from engine.sop.machine import OutcomeRule
from engine.sop.model import Definition, Step
from engine.text.bilingual import Text
from engine.text.states import CASE_STATES, TASK_STATES


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a verb: the error it becomes, its words, and what is true now."""

    error: type[SopError]
    message: Text
    current: dict[str, Any] = field(default_factory=dict)

    def throw(self) -> NoReturn:
        if issubclass(self.error, Conflict):
            raise self.error(self.message, current=self.current)
        raise self.error(self.message)


def _seats(organisation: Organisation, seats: Iterable[str]) -> str:
    return ", ".join(organisation.label_of(seat) for seat in seats)


def _now(task: TaskSummary) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "state": task.state.value,
        "assignee": task.assignee,
        "position": task.position,
        "version": task.version,
    }


def unread(definition: Definition) -> Refusal:
    title, version = definition.identity.title, definition.version
    return Refusal(
        ActionNotAvailable,
        Text(
            f"Bacalah dahulu SOP {title} versi {version} dan nyatakan sudah membaca; sesudah itu tugasnya"
            " dapat dikerjakan.",
            f"Read the SOP {title}, version {version}, and confirm it first; then the task can be done.",
        ),
        {"sop": definition.id, "version": version},
    )


def takes_no_part(system_roles: Collection[str]) -> Refusal:
    role = "auditor" if "auditor" in system_roles else "administrator"
    return Refusal(
        NotAllowed,
        Text(
            f"{role.title()} tidak mengerjakan tugas. Untuk tugas kantor, pakai akun lain yang memangku"
            " jabatannya.",
            f"an {role} never does the office's work; a position needs an account of its own",
        ),
    )


def case_not_running(case: CaseSummary) -> Refusal:
    state = CASE_STATES[case.state].indonesian.lower()
    return Refusal(
        ActionNotAvailable,
        Text(
            f"Berkas {case.number} {state}, sehingga tugasnya tidak dapat diubah.",
            f"case {case.number} is {case.state}; its tasks cannot change",
        ),
        {"case_id": case.id, "state": case.state.value},
    )


def wrong_case_state(verb: str, case: CaseSummary) -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text(
            f"Berkas {case.number} {CASE_STATES[case.state].indonesian.lower()}.",
            f"cannot {verb} a case that is {case.state}",
        ),
        {"state": case.state.value, "version": case.version},
    )


def not_for_whole_case(verb: str) -> Refusal:
    if verb == "cancel":
        return Refusal(
            NotAllowed,
            Text(
                "Berkas hanya dapat dibatalkan oleh penanggung jawab kegiatan atau pimpinan.",
                "only the activity owner or the head may cancel a case",
            ),
        )
    return Refusal(
        NotAllowed,
        Text(
            "Berkas hanya dapat ditangguhkan atau dilanjutkan oleh pimpinan.",
            f"only the head of the agency may {verb} a case",
        ),
    )


def wrong_state(verb: Verb, task: TaskSummary) -> Refusal:
    state = TASK_STATES[task.state].indonesian.lower()
    return Refusal(
        ActionNotAvailable,
        Text(
            f"Tugas ini {state}, sehingga tidak dapat {TASK_VERBS[verb].refused}.",
            f"cannot {verb} a task that is {task.state}",
        ),
        _now(task),
    )


def takes_no_progress(label: str) -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text(
            f'Langkah "{label}" tidak menerima laporan kemajuan; simpan draf, lalu selesaikan.',
            f"step {label!r} takes no reports of progress (allow_progress); save a draft, then complete it",
        ),
    )


def already_claimed(task: TaskSummary, organisation: Organisation) -> Refusal:
    holder = organisation.person_label(task.assignee)
    return Refusal(
        AlreadyClaimed,
        Text(f"Tugas ini sudah dipegang oleh {holder}.", f"the task is held by {holder}"),
        _now(task),
    )


def assigned_to_others(task: TaskSummary, organisation: Organisation) -> Refusal:
    seats = (task.position,) if task.position else task.seats
    whose = organisation.person_label(task.assignee) if task.assignee else _seats(organisation, seats)
    return Refusal(
        AlreadyClaimed,
        Text(f"Tugas ini ditugaskan kepada {whose}.", f"the task is assigned to {whose}"),
        _now(task),
    )


def not_a_candidate(task: TaskSummary, organisation: Organisation) -> Refusal:
    seats = _seats(organisation, task.seats)
    return Refusal(
        NotAllowed,
        Text(
            f"Anda tidak memangku jabatan pelaksana tugas ini ({seats}).",
            f"none of the candidate seats: {seats}",
        ),
    )


def not_yours(verb: Verb, task: TaskSummary, organisation: Organisation) -> Refusal:
    holder = f" ({organisation.person_label(task.assignee)})" if task.assignee else ""
    return Refusal(
        NotAllowed,
        Text(
            f"Tugas ini hanya dapat {TASK_VERBS[verb].refused} oleh pemegangnya{holder}.",
            f"only the holder{holder} may {verb} this task",
        ),
    )


def being_helped(task: TaskSummary, organisation: Organisation) -> Refusal:
    helper = organisation.person_label(task.helper)
    return Refusal(
        ActionNotAvailable,
        Text(
            f"Tugas ini sedang dibantu oleh {helper}. Tunggu sampai selesai membantu, atau ambil kembali.",
            f"{helper} is helping with the task; wait until it is resolved, or resolve it",
        ),
        {**_now(task), "helper": task.helper},
    )


def nobody_helps(task: TaskSummary) -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text("Tidak ada yang sedang membantu tugas ini.", "nobody is helping with this task"),
        {**_now(task), "helper": None},
    )


def superior_only(verb: Verb) -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            f"Tugas hanya dapat {TASK_VERBS[verb].refused} oleh atasan langsung atau penanggung jawab"
            " kegiatan.",
            f"only a superior or the activity owner may {verb}",
        ),
    )


def long_hold() -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            "Penundaan lebih dari 2 hari kerja hanya dapat ditetapkan oleh atasan.",
            "a hold over 2 working days needs a superior",
        ),
    )


def same_person(step: Step, done: str, who: str) -> Refusal:
    words = Text(
        f"Langkah {done} dikerjakan oleh {who}; langkah {step.id} harus dikerjakan orang lain.",
        f"separation of duties: {who} did {done!r} and may not do {step.id!r}",
    )
    return Refusal(NotAllowed, words, {"step": done})


def own_unit(step: Step, who: str, position: str, unit: str) -> Refusal:
    words = Text(
        f"{who} memangku {position}, jabatan di unit ini; langkah {step.id} dikerjakan orang dari unit lain.",
        f"separation of duties: {who} is {position} in {unit!r} and may not do {step.id!r} for it",
    )
    return Refusal(NotAllowed, words, {"unit": unit})


def own_case(step: Step, who: str) -> Refusal:
    words = Text(
        f"Berkas ini dimulai oleh {who}; langkah {step.id} harus dikerjakan orang lain.",
        f"separation of duties: {who} started the case and may not do {step.id!r}",
    )
    return Refusal(NotAllowed, words, {"started_by": True})


def own_work(step: Step, done: str, who: str) -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            f"{who} baru saja mengerjakan langkah {done} sendiri, sehingga tidak dapat memutuskan langkah "
            f"{step.id} sebagai Plt. atau Plh.",
            f"separation of duties: {who} did {done!r} and may not decide {step.id!r} as an acting official",
        ),
        {"step": done},
    )


def passed_on(reason: Refusal, instead: str | None) -> Refusal:
    """The reason why a substitute is skipped, with whom the task has gone down the line to."""
    after = Text(f". Tugas ini beralih kepada {instead}.", f"; next in line: {instead}")
    if instead is None and "unit" in reason.current:
        after = Text(". Tidak ada pengganti lain.", "; nobody else is in line")
    elif instead is None:
        after = Text(
            ". Tidak ada pengganti lain; pimpinan dapat memberi pengecualian dengan alasan tertulis.",
            "; nobody else is in line; the head may waive it with a recorded reason",
        )
    told = Text(reason.message.indonesian.rstrip("."), reason.message.english)
    return replace(reason, message=told + after)


def own_request() -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            "Usulan ini Anda ajukan sendiri; persetujuannya harus dari orang lain.",
            "separation of duties: nobody approves their own request",
        ),
    )


def strategic(step: Step) -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            f"Langkah {step.id} bersifat strategis dan tidak dapat dilakukan oleh Plt. atau Plh.",
            f"step {step.id!r} is strategic: acting officials (Plt., Plh.) may not do it",
        ),
    )


def no_longer_holds(task: TaskSummary, position: str) -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            f"Anda tidak lagi memangku {position}, sehingga tugas ini tidak dapat Anda selesaikan. "
            "Atasan dapat mengalihkannya, atau pengganti jabatan itu mengambil alih.",
            f"{task.assignee!r} holds {task.position!r} no longer; a superior may reassign the task, "
            "or who stands in for the position may substitute",
        ),
    )


def held_in_person(task: TaskSummary) -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text(
            "Tugas ini dipegang atas nama sendiri, bukan jabatan; atasan dapat mengalihkannya.",
            "the task is held in person, not for a position; it can be reassigned",
        ),
        _now(task),
    )


def still_there(task: TaskSummary, organisation: Organisation) -> Refusal:
    holder = organisation.person_label(task.assignee)
    return Refusal(
        ActionNotAvailable,
        Text(
            f"{holder} berada di tempat dan masih memangku jabatannya, sehingga tidak digantikan.",
            f"{holder} is there and holds the position; nobody stands in",
        ),
        _now(task),
    )


def not_in_charge(position: str) -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            f"Hanya Plt. atau Plh. {position} yang bertugas hari ini dapat mengambil alih tugas ini.",
            f"only the acting official in charge of {position} today may substitute",
        ),
    )


def head_only() -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            "Pengecualian hanya dapat diberikan oleh pimpinan definitif, bukan Plt. atau Plh.",
            "only the definitive head of the agency may waive the separation of duties",
        ),
    )


def nobody_kept_apart(task: TaskSummary) -> Refusal:
    return Refusal(
        ActionNotAvailable,
        Text(
            "Tidak ada calon pelaksana lain yang terhalang pemisahan tugas pada tugas ini.",
            "no other candidate of this task is kept from it by the separation of duties",
        ),
        _now(task),
    )


def not_for_role(rule: OutcomeRule) -> Refusal:
    return Refusal(
        NotAllowed,
        Text(
            f'"{rule.label}" hanya dapat dipilih oleh: {", ".join(rule.by)}.',
            f"exit {rule.outcome!r} is for the roles {rule.by}",
        ),
    )


def too_early(task: TaskSummary, zone: ZoneInfo) -> Refusal:
    until = task.not_before.astimezone(zone).isoformat() if task.not_before else ""
    return Refusal(
        ConditionNotMet,
        Text(
            f"Tugas ini baru dapat diselesaikan mulai {until}.",
            f"the task cannot be completed before {until}",
        ),
        {**_now(task), "not_before": until},
    )


def condition(rule: OutcomeRule) -> Refusal:
    return Refusal(
        ConditionNotMet,
        Text(
            f'"{rule.label}" belum dapat dipilih: syarat {rule.when} belum terpenuhi.',
            f"exit {rule.outcome!r} needs {rule.when!r}, which is not true now",
        ),
    )


def no_such_case(case_id: str) -> NotFound:
    return NotFound(Text("Berkas tidak ditemukan.", f"no case {case_id!r} that this person may see"))


def no_such_task(task_id: str) -> NotFound:
    return NotFound(Text("Tugas tidak ditemukan.", f"no task {task_id!r} that this person may see"))
