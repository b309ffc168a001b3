"""The messages that one act causes, one per recipient; polite, short, in the recipient's language. Pure."""

from collections.abc import Iterable, Iterator

from engine.cases.context import CaseContext, DecisionContext
from engine.cases.model import CaseState, CaseStatus, Notice, Task, TaskStatus
from engine.cases.new_task import candidates
from engine.cases.task_context import TaskContext
from engine.cases.transition import Transition
from engine.permissions import substitution
from engine.text.bilingual import NOTHING, Text
from engine.text.dates import instant_text

LONGEST_NOTE = 500


def notices_of(transition: Transition, before: CaseState | None, actor: str | None) -> list[Notice]:
    """What the people concerned are told of the new tasks, of an exit's `notify`, and of the end."""
    return list(_notices(transition, before, actor))


def reassigned(context: TaskContext) -> Notice | None:
    task = context.task
    if task.assignee is None:
        return None
    subject = _subject(context)
    text = Text(f"Tugas dialihkan kepada Anda: {subject}.", f"Task reassigned to you: {subject}.")
    text += _due(context.case, task)
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


def _quoted(note: str | None) -> Text:
    if not note:
        return NOTHING
    return Text(f" Catatan: “{note[:LONGEST_NOTE]}”", f" Note: “{note[:LONGEST_NOTE]}”")


def _notices(transition: Transition, before: CaseState | None, actor: str | None) -> Iterator[Notice]:
    case, state = transition.case, transition.state
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
    yield from _no_longer_needed(case, before, actor)
    for role, task in transition.told:
        yield from _informed(TaskContext(case, task), [role])
    ended = state.case.state is CaseStatus.COMPLETED
    if ended and (before is None or before.case.state is not CaseStatus.COMPLETED) and state.case.started_by:
        name = f"{state.case.number} ({state.case.title})"
        text = Text(f"Berkas {name} telah selesai.", f"Case {name} is finished.")
        if state.case.started_by != actor:
            yield _notice(case, None, state.case.started_by, "case_finished", text)


def _no_longer_needed(case: CaseContext, before: CaseState | None, actor: str | None) -> Iterator[Notice]:
    """Whoever had a task, or was asked for it, is told that the act of somebody else has ended it."""
    for was in before.open_tasks() if before else ():
        task = case.state.tasks[was.id]
        if task.state is not TaskStatus.CANCELLED:
            continue
        subject = _subject(TaskContext(case, task))
        text = Text(f"Tugas tidak diperlukan lagi: {subject}.", f"Task no longer needed: {subject}.")
        asked = [was.assignee] if was.assignee else substitution.addressed(TaskContext(case, was))
        for account in asked:
            if account != actor:
                yield _notice(case, task, account, "task_reassigned", text)


def _informed(context: TaskContext, roles: Iterable[str]) -> Iterator[Notice]:
    subject = _subject(context)
    text = Text(f"Untuk diketahui: {subject}.", f"For your information: {subject}.")
    branch = context.branch
    seats: list[str] = []
    for role in roles:
        seats += candidates(context.case, role, branch).seats
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
