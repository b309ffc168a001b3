"""The messages that one act causes, one per recipient; polite, short, in the recipient's language. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from engine.audit.act import Act
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.lines import beside
from engine.cases.model import Branch, Case, CaseState, CaseStatus, Notice, Task, TaskStatus
from engine.cases.new_task import candidates
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.permissions import substitution
from engine.text.bilingual import NOTHING, Text
from engine.text.dates import instant_text

LONGEST_NOTE = 500


def notices_of(transition: Transition, before: CaseState | None, act: Act) -> list[Notice]:
    """What people are told of new tasks, of work that stops or goes on, of `notify`, and of the end."""
    return [*_notices(transition, before, act), *_stopped(transition, before, act)]


def reassigned(context: TaskContext, reason: str) -> Notice | None:
    task = context.task
    if task.assignee is None:
        return None
    subject = _subject(context)
    text = Text(f"Tugas dialihkan kepada Anda: {subject}.", f"Task reassigned to you: {subject}.")
    text += _due(context.case, task) + _reason(reason)
    return _notice(context.case, task, task.assignee, "task_reassigned", text)


def taken_over(context: TaskContext, by: str) -> Notice | None:
    """To the holder in whose place somebody goes on."""
    task = context.task
    if task.assignee is None:
        return None
    who = context.case.organisation.person_label(by)
    subject = _subject(context)
    text = Text(
        f"Tugas Anda dilanjutkan oleh {who} sebagai pengganti: {subject}.",
        f"{who} goes on with your task in your place: {subject}.",
    )
    return _notice(context.case, task, task.assignee, "task_reassigned", text)


def waived(context: TaskContext, account: str) -> Notice:
    """To the person for whom the head has let go of duties kept apart."""
    task = context.task
    subject = _subject(context)
    text = Text(
        f"Pimpinan memberi Anda pengecualian untuk mengerjakan tugas ini: {subject}.",
        f"The head has granted you an exception to do this task: {subject}.",
    )
    return _notice(context.case, task, account, "task_new", text + _due(context.case, task))


def asked_to_help(context: TaskContext, by: str, note: str | None) -> list[Notice]:
    """To the helper; where a superior has named him, to the holder too."""
    task = context.task
    who, helper = context.case.organisation.person_label(task.assignee), task.helper or ""
    subject = _subject(context)
    text = Text(f"{who} meminta bantuan Anda: {subject}.", f"{who} asks for your help: {subject}.")
    if by != task.assignee:
        superior = context.case.organisation.person_label(by)
        text = Text(
            f"{superior} meminta Anda membantu {who}: {subject}.",
            f"{superior} asks you to help {who}: {subject}.",
        )
    text += _due(context.case, task) + _quoted(note)
    told = [_notice(context.case, task, helper, "task_new", text)]
    if by != task.assignee:
        name = context.case.organisation.person_label(helper)
        text = Text(
            f"{superior} menunjuk {name} untuk membantu Anda: {subject}.",
            f"{superior} has named {name} to help you: {subject}.",
        )
        told.append(_notice(context.case, task, task.assignee or "", "task_reassigned", text + _quoted(note)))
    return told


def help_ended(context: TaskContext, by: str, note: str | None) -> list[Notice]:
    """To the holder that the task is his alone again, and to the helper that he is no longer needed."""
    task = context.task
    subject = _subject(context)
    told: list[Notice] = []
    if by != task.assignee:
        helper = context.case.organisation.person_label(task.helper)
        text = Text(
            f"{helper} telah selesai membantu; tugas kembali kepada Anda: {subject}.",
            f"{helper} has finished helping; the task is yours again: {subject}.",
        )
        text += _due(context.case, task) + _quoted(note)
        told.append(_notice(context.case, task, task.assignee or "", "task_reassigned", text))
    if by != task.helper:
        holder = context.case.organisation.person_label(task.assignee)
        text = Text(
            f"Terima kasih atas bantuan Anda. {holder} melanjutkan sendiri: {subject}.",
            f"Thank you for your help. {holder} goes on alone: {subject}.",
        )
        told.append(_notice(context.case, task, task.helper or "", "task_reassigned", text + _quoted(note)))
    return told


def summed_up(context: TaskContext, account: str, what: Text, count: int) -> Notice:
    """One notice of what happened to several tasks; of a single one it names the task."""
    if count == 1:
        subject = _subject(context)
        text = what + Text(f": {subject}.", f": {subject}.") + _due(context.case, context.task)
        return _notice(context.case, context.task, account, "task_reassigned", text)
    text = what + Text(f": {count} tugas. Lihat Kotak Masuk.", f": {count} tasks. See your inbox.")
    return Notice(
        id=context.case.new_id(),
        account=account,
        kind="digest",
        case_id=None,
        task_id=None,
        at=context.case.now,
        text=text.to(context.case.language_of(account)),
    )


def released(context: TaskContext, holder: str | None, by: str, reason: str) -> Iterator[Notice]:
    """To whoever may take a task that is given back, and to its holder where somebody else has done it."""
    subject = _subject(context)
    if holder is not None and holder != by:
        who = context.case.organisation.person_label(by)
        text = Text(
            f"Tugas Anda dilepaskan oleh {who}: {subject}.", f"{who} has released your task: {subject}."
        )
        yield _notice(context.case, context.task, holder, "task_reassigned", text + _reason(reason))
    text = Text(f"Tugas kembali menunggu diambil: {subject}.", f"A task waits to be taken again: {subject}.")
    text += _due(context.case, context.task)
    for account in substitution.addressed(context):
        if account not in (holder, by):
            yield _notice(context.case, context.task, account, "task_new", text)


def paused(context: TaskContext, by: str, reason: str = "") -> list[Notice]:
    """To the holder whose task somebody else has put on hold, or lets go on."""
    task = context.task
    if task.assignee in (None, by):
        return []
    subject, who = _subject(context), context.case.organisation.person_label(by)
    if task.state is TaskStatus.ON_HOLD:
        text = Text(
            f"Tugas Anda ditunda oleh {who}: {subject}.", f"{who} has put your task on hold: {subject}."
        )
    else:
        text = Text(
            f"Tugas Anda dilanjutkan oleh {who}: {subject}.", f"{who} lets your task go on: {subject}."
        )
        text += _due(context.case, task)
    return [_notice(context.case, task, task.assignee or "", "task_reassigned", text + _reason(reason))]


def handed_on(context: TaskContext, holder: str | None, by: str, reason: str) -> Notice | None:
    """To the holder from whom a task was taken, where somebody else has done it."""
    if holder is None or holder in (by, context.task.assignee):
        return None
    subject, who = _subject(context), context.case.organisation.person_label(context.task.assignee)
    text = Text(f"Tugas Anda dialihkan kepada {who}: {subject}.", f"Your task is now with {who}: {subject}.")
    return _notice(context.case, context.task, holder, "task_reassigned", text + _reason(reason))


def noted(case: CaseContext, by: str, text: str, accounts: Iterable[str]) -> list[Notice]:
    """To those whom a note on a case is for, or whom it concerns."""
    who, name = case.organisation.person_label(by), f"{case.state.case.number} ({case.state.case.title})"
    said = Text(
        f"{who} menulis catatan pada {name}: “{text[:LONGEST_NOTE]}”",
        f"{who} has written a note on {name}: “{text[:LONGEST_NOTE]}”",
    )
    return [_notice(case, None, account, "note", said) for account in accounts]


def _because(act: Act) -> Text:
    reason = act.details.get("reason")
    return _reason(reason) if isinstance(reason, str) else NOTHING


def _reason(text: str) -> Text:
    if not text:
        return NOTHING
    return Text(f" Alasan: “{text[:LONGEST_NOTE]}”", f" Reason: “{text[:LONGEST_NOTE]}”")


def _quoted(note: str | None) -> Text:
    if not note:
        return NOTHING
    return Text(f" Catatan: “{note[:LONGEST_NOTE]}”", f" Note: “{note[:LONGEST_NOTE]}”")


def _notices(transition: Transition, before: CaseState | None, act: Act) -> Iterator[Notice]:
    case, state, actor = transition.case, transition.state, act.account
    for opened in transition.opened:
        task = state.tasks[opened.id]
        if not task.is_open:
            continue
        context = TaskContext(case, task)
        subject = _subject(context)
        kind, text = "task_new", Text(f"Tugas baru: {subject}.", f"New task: {subject}.")
        if task.returned_by:
            kind, text = (
                "task_returned",
                Text(
                    f"Tugas dikembalikan untuk diperbaiki: {subject}.",
                    f"Task returned for repair: {subject}.",
                ),
            )
        if transition.in_vain:
            text += _in_vain(transition.in_vain)
        text += _due(case, task)
        for account in substitution.addressed(context):
            yield _notice(case, task, account, kind, text)
        step = context.step
        others = (*step.companions, *step.participants, *step.informed)
        yield from _informed(context, others)
    for task in transition.help_ended:
        if task.helper and task.helper != actor:
            subject = _subject(TaskContext(case, task))
            text = Text(
                f"Bantuan Anda tidak diperlukan lagi: {subject}.",
                f"Your help is no longer needed: {subject}.",
            )
            yield _notice(case, task, task.helper, "task_reassigned", text)
    for role, task in transition.told:
        yield from _informed(TaskContext(case, task), [role])
    starter = state.case.started_by
    ended = state.case.completed_at is not None and (before is None or before.case.completed_at is None)
    if not starter or starter == actor:
        return
    if ended:
        yield _notice(case, None, starter, "case_finished", _ended(case, state) + _because(act))
    stands = _paused(state, before) if before is not None else None
    if stands is not None:
        yield _notice(case, None, starter, "task_reassigned", stands + _because(act))


def _in_vain(children: Sequence[Case]) -> Text:
    """Why a step is asked for again: of the cases that it started, these were cancelled or not accepted."""
    numbers = ", ".join(child.number for child in children)
    return Text(
        f" Diminta lagi karena berkas {numbers} dibatalkan atau hasilnya tidak diterima.",
        f" Asked for again because case {numbers} was cancelled or its result is not accepted.",
    )


def _paused(state: CaseState, before: CaseState) -> Text | None:
    """That a case waits or goes on, to whoever started it and has no task of it."""
    name, moved = f"{state.case.number} ({state.case.title})", (before.case.state, state.case.state)
    if any(task.assignee == state.case.started_by for task in before.open_tasks()):
        return None  # told of the task
    if moved == (CaseStatus.RUNNING, CaseStatus.SUSPENDED):
        return Text(f"Berkas {name} ditangguhkan.", f"Case {name} is suspended.")
    if moved == (CaseStatus.SUSPENDED, CaseStatus.RUNNING):
        return Text(f"Berkas {name} dilanjutkan.", f"Case {name} goes on.")
    return None


def _ended(case: CaseContext, state: CaseState) -> Text:
    """How a case ended, with its result in the words of the SOP."""
    name = f"{state.case.number} ({state.case.title})"
    if state.case.state is CaseStatus.CANCELLED:
        return Text(f"Berkas {name} dibatalkan.", f"Case {name} is cancelled.")
    if state.case.result is None:
        return Text(f"Berkas {name} telah selesai.", f"Case {name} is finished.")
    result = case.definition.case.results.get(state.case.result, state.case.result)
    return Text(
        f"Berkas {name} telah selesai dengan hasil: {result}.",
        f"Case {name} is finished with the result: {result}.",
    )


def _stopped(transition: Transition, before: CaseState | None, act: Act) -> Iterator[Notice]:
    """To whoever has or may take a task that others end, and to holders of what is suspended or goes on."""
    if before is None:
        return
    case, was, now = transition.case, before.case.state, transition.state.case.state
    for old in before.open_tasks():
        task = transition.state.tasks[old.id]
        context = TaskContext(case, task)
        subject = _subject(context)
        people: tuple[str, ...] = (old.assignee,) if old.assignee else ()
        kind, text = "task_reassigned", NOTHING
        if not task.is_open:
            people = people or substitution.addressed(TaskContext(case.of_case(before), old))
            if task.state is TaskStatus.CANCELLED:
                kind = "case_finished"
                text = Text(
                    f"Tugas ini tidak perlu dikerjakan lagi: {subject}.",
                    f"This task need not be done any more: {subject}.",
                )
            elif act.account is not None and old.assignee != act.account:
                kind, who = "case_finished", case.organisation.person_label(act.account)
                text = Text(
                    f"Tugas ini telah diakhiri oleh {who}: {subject}.",
                    f"{who} has ended this task: {subject}.",
                )
        elif (was, now) == (CaseStatus.RUNNING, CaseStatus.SUSPENDED):
            text = Text(
                f"Berkas ditangguhkan, tugas Anda berhenti sementara: {subject}.",
                f"The case is suspended and your task stops for now: {subject}.",
            )
        elif (was, now) == (CaseStatus.SUSPENDED, CaseStatus.RUNNING):
            text = Text(
                f"Berkas dilanjutkan, begitu pula tugas Anda: {subject}.",
                f"The case goes on, and so does your task: {subject}.",
            ) + _due(case, task)
        if text is not NOTHING:
            for account in people:
                if account != act.account:
                    yield _notice(case, task, account, kind, text + _because(act))


def _informed(context: TaskContext, roles: Iterable[str]) -> Iterator[Notice]:
    subject = _subject(context)
    text = Text(f"Untuk diketahui: {subject}.", f"For your information: {subject}.")
    places: list[Branch | None] = [*beside(context.case.definition, context.state, context.branch)]
    places = places or [context.branch]
    named = [candidates(context.case, role, branch).seats for role in roles for branch in places]
    seats = [seat for accounts in named for seat in accounts]
    for account in context.case.organisation.people_of(
        seats, context.case.local_day, context.case.definition.id
    ):
        yield _notice(context.case, context.task, account, "task_new", text)


def _notice(case: CaseContext, task: Task | None, account: str, kind: str, text: Text) -> Notice:
    return Notice(
        id=case.new_id(),
        account=account,
        kind=kind,
        case_id=case.state.case.id,
        task_id=task.id if task else None,
        at=case.now,
        text=text.to(case.language_of(account)),
    )


def _subject(context: TaskContext) -> str:
    step = context.step
    return f"{step.label or step.activity} — {context.state.case.number}, {context.state.case.title}"


def _due(context: DecisionContext, task: Task) -> Text:
    if task.due_at is None:
        return NOTHING
    due = instant_text(task.due_at, context.calendar.timezone)
    return Text(
        f" Mohon diselesaikan paling lambat {due.indonesian}.", f" Please finish it by {due.english}."
    )
