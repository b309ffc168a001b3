"""The messages that one act causes, one per recipient; polite, short, in the recipient's language. Pure."""

from collections.abc import Iterable, Iterator

from engine.cases.context import DecisionContext
from engine.cases.model import CaseState, CaseStatus, Notice, Task
from engine.cases.new_task import candidates
from engine.cases.transition import Transition
from engine.permissions import substitution
from engine.reminders.wording import when
from engine.text.bilingual import NOTHING, Text

LONGEST_NOTE = 500


def notices_of(flow: Transition, before: CaseState | None, actor: str | None) -> list[Notice]:
    """What the people concerned are told of the new tasks, of an exit's `notify`, and of the end."""
    return list(_notices(flow, before, actor))


def reassigned(world: DecisionContext, state: CaseState, task: Task) -> Notice | None:
    if task.assignee is None:
        return None
    subject = _subject(world, state, task)
    text = Text(f"Tugas dialihkan kepada Anda: {subject}.", f"Task reassigned to you: {subject}.")
    text += _due(world, task)
    return _notice(world, state, task, task.assignee, "task_reassigned", text)


def taken_over(world: DecisionContext, state: CaseState, task: Task, by: str) -> Notice | None:
    """To the holder in whose place somebody goes on."""
    if task.assignee is None:
        return None
    who = world.organisation.label_of(f"@{by}")
    subject = _subject(world, state, task)
    text = Text(
        f"Tugas Anda dilanjutkan oleh {who} sebagai pengganti: {subject}.",
        f"{who} goes on with your task in your place: {subject}.",
    )
    return _notice(world, state, task, task.assignee, "task_reassigned", text)


def waived(world: DecisionContext, state: CaseState, task: Task, account: str) -> Notice:
    """To the person for whom the head has let go of duties kept apart."""
    subject = _subject(world, state, task)
    text = Text(
        f"Pimpinan memberi Anda pengecualian untuk mengerjakan tugas ini: {subject}.",
        f"The head has granted you an exception to do this task: {subject}.",
    )
    return _notice(world, state, task, account, "task_new", text + _due(world, task))


def asked_to_help(
    world: DecisionContext, state: CaseState, task: Task, by: str, note: str | None
) -> list[Notice]:
    """To the helper; where a superior has named him, to the holder too."""
    who, helper = world.organisation.label_of(f"@{task.assignee}"), task.helper or ""
    subject = _subject(world, state, task)
    text = Text(f"{who} meminta bantuan Anda: {subject}.", f"{who} asks for your help: {subject}.")
    if by != task.assignee:
        superior = world.organisation.label_of(f"@{by}")
        text = Text(
            f"{superior} meminta Anda membantu {who}: {subject}.",
            f"{superior} asks you to help {who}: {subject}.",
        )
    text += _due(world, task) + _quoted(note)
    told = [_notice(world, state, task, helper, "task_new", text)]
    if by != task.assignee:
        name = world.organisation.label_of(f"@{helper}")
        text = Text(
            f"{superior} menunjuk {name} untuk membantu Anda: {subject}.",
            f"{superior} has named {name} to help you: {subject}.",
        )
        told.append(_notice(world, state, task, task.assignee or "", "task_reassigned", text + _quoted(note)))
    return told


def help_ended(
    world: DecisionContext, state: CaseState, task: Task, by: str, note: str | None
) -> list[Notice]:
    """To the holder that the task is his alone again, and to the helper that he is no longer needed."""
    subject = _subject(world, state, task)
    told: list[Notice] = []
    if by != task.assignee:
        helper = world.organisation.label_of(f"@{task.helper}")
        text = Text(
            f"{helper} telah selesai membantu; tugas kembali kepada Anda: {subject}.",
            f"{helper} has finished helping; the task is yours again: {subject}.",
        )
        text += _due(world, task) + _quoted(note)
        told.append(_notice(world, state, task, task.assignee or "", "task_reassigned", text))
    if by != task.helper:
        holder = world.organisation.label_of(f"@{task.assignee}")
        text = Text(
            f"Terima kasih atas bantuan Anda. {holder} melanjutkan sendiri: {subject}.",
            f"Thank you for your help. {holder} goes on alone: {subject}.",
        )
        told.append(_notice(world, state, task, task.helper or "", "task_reassigned", text + _quoted(note)))
    return told


def summed_up(
    world: DecisionContext, state: CaseState, task: Task, account: str, what: Text, count: int
) -> Notice:
    """One notice of what happened to several tasks; of a single one it names the task."""
    if count == 1:
        subject = _subject(world, state, task)
        text = what + Text(f": {subject}.", f": {subject}.") + _due(world, task)
        return _notice(world, state, task, account, "task_reassigned", text)
    text = what + Text(f": {count} tugas. Lihat Kotak Masuk.", f": {count} tasks. See your inbox.")
    return Notice(
        id=world.new_id(),
        account=account,
        kind="digest",
        case_id=None,
        task_id=None,
        at=world.now,
        text=text.to(world.language_of(account)),
    )


def _quoted(note: str | None) -> Text:
    if not note:
        return NOTHING
    return Text(f" Catatan: “{note[:LONGEST_NOTE]}”", f" Note: “{note[:LONGEST_NOTE]}”")


def _notices(flow: Transition, before: CaseState | None, actor: str | None) -> Iterator[Notice]:
    world, state = flow.world, flow.state
    for opened in flow.opened:
        task = state.tasks[opened.id]
        if not task.is_open:
            continue
        subject = _subject(world, state, task)
        kind, text = "task_new", Text(f"Tugas baru: {subject}.", f"New task: {subject}.")
        if task.returned_by:
            kind, text = (
                "task_returned",
                Text(
                    f"Tugas dikembalikan untuk diperbaiki: {subject}.",
                    f"Task returned for repair: {subject}.",
                ),
            )
        text += _due(world, task)
        for account in substitution.addressed(world, state, task):
            yield _notice(world, state, task, account, kind, text)
        step = world.definition.step(task.step_id)
        others = (*step.executor[1:], *step.participants, *step.informed)
        yield from _informed(world, state, task, others)
    for task in flow.help_ended:
        if task.helper and task.helper != actor:
            subject = _subject(world, state, task)
            text = Text(
                f"Bantuan Anda tidak diperlukan lagi: {subject}.",
                f"Your help is no longer needed: {subject}.",
            )
            yield _notice(world, state, task, task.helper, "task_reassigned", text)
    for role, task in flow.told:
        yield from _informed(world, state, task, [role])
    ended = state.case.state is CaseStatus.COMPLETED
    if ended and (before is None or before.case.state is not CaseStatus.COMPLETED) and state.case.started_by:
        case = f"{state.case.number} ({state.case.title})"
        text = Text(f"Berkas {case} telah selesai.", f"Case {case} is finished.")
        if state.case.started_by != actor:
            yield _notice(world, state, None, state.case.started_by, "case_finished", text)


def _informed(world: DecisionContext, state: CaseState, task: Task, roles: Iterable[str]) -> Iterator[Notice]:
    subject = _subject(world, state, task)
    text = Text(f"Untuk diketahui: {subject}.", f"For your information: {subject}.")
    branch = state.branches.get(task.branch_id or "")
    seats: list[str] = []
    for role in roles:
        seats += candidates(world, state, role, branch).seats
    for account in world.organisation.people_of(seats, world.local_day, world.definition.id):
        yield _notice(world, state, task, account, "task_new", text)


def _notice(
    world: DecisionContext, state: CaseState, task: Task | None, account: str, kind: str, text: Text
) -> Notice:
    return Notice(
        id=world.new_id(),
        account=account,
        kind=kind,
        case_id=state.case.id,
        task_id=task.id if task else None,
        at=world.now,
        text=text.to(world.language_of(account)),
    )


def _subject(world: DecisionContext, state: CaseState, task: Task) -> str:
    step = world.definition.step(task.step_id)
    return f"{step.label or step.activity} — {state.case.number}, {state.case.title}"


def _due(world: DecisionContext, task: Task) -> Text:
    if task.due_at is None:
        return NOTHING
    due = when(task.due_at, world.calendar.timezone)
    return Text(f" Mohon diselesaikan paling lambat {due.id}.", f" Please finish it by {due.en}.")
