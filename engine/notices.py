"""The messages that one act causes, one per recipient; polite, short, Indonesian. Pure."""

from collections.abc import Iterable, Iterator

from engine import substitution
from engine.flow import Flow
from engine.opening import candidates
from engine.state import CaseState, CaseStatus, Notice, Task
from engine.world import World

LONGEST_NOTE = 500


def notices_of(flow: Flow, before: CaseState | None, actor: str | None) -> list[Notice]:
    """What the people concerned are told of the new tasks, of an exit's `notify`, and of the end."""
    return list(_notices(flow, before, actor))


def reassigned(world: World, state: CaseState, task: Task) -> Notice | None:
    if task.assignee is None:
        return None
    text = f"Tugas dialihkan kepada Anda: {_subject(world, state, task)}.{_due(world, task)}"
    return _notice(world, state, task, task.assignee, "task_reassigned", text)


def asked_to_help(world: World, state: CaseState, task: Task, note: str | None) -> Notice:
    who = world.organisation.label_of(f"@{task.assignee}")
    text = f"{who} meminta bantuan Anda: {_subject(world, state, task)}.{_due(world, task)}{_quoted(note)}"
    return _notice(world, state, task, task.helper or "", "task_new", text)


def help_given(world: World, state: CaseState, task: Task, by: str, note: str | None) -> Notice:
    """To the holder that the helper is done, or to the helper that the holder goes on alone."""
    who, subject = world.organisation.label_of(f"@{by}"), _subject(world, state, task)
    if by == task.helper:
        text = f"{who} telah selesai membantu; tugas kembali kepada Anda: {subject}.{_due(world, task)}"
        return _notice(world, state, task, task.assignee or "", "task_reassigned", text + _quoted(note))
    text = f"Terima kasih atas bantuan Anda. {who} melanjutkan sendiri: {subject}.{_quoted(note)}"
    return _notice(world, state, task, task.helper or "", "task_reassigned", text)


def summed_up(world: World, state: CaseState, task: Task, account: str, what: str, count: int) -> Notice:
    """One notice of what happened to several tasks; of a single one it names the task."""
    if count == 1:
        text = f"{what}: {_subject(world, state, task)}.{_due(world, task)}"
        return _notice(world, state, task, account, "task_reassigned", text)
    text = f"{what}: {count} tugas. Lihat Kotak Masuk."
    return Notice(
        id=world.new_id(),
        account=account,
        kind="digest",
        case_id=None,
        task_id=None,
        at=world.now,
        text=text,
    )


def _quoted(note: str | None) -> str:
    return f" Catatan: “{note[:LONGEST_NOTE]}”" if note else ""


def _notices(flow: Flow, before: CaseState | None, actor: str | None) -> Iterator[Notice]:
    world, state = flow.world, flow.state
    for opened in flow.opened:
        task = state.tasks[opened.id]
        if not task.is_open:
            continue
        subject = _subject(world, state, task)
        if task.returned_by:
            kind, text = (
                "task_returned",
                f"Tugas dikembalikan untuk diperbaiki: {subject}.{_due(world, task)}",
            )
        else:
            kind, text = "task_new", f"Tugas baru: {subject}.{_due(world, task)}"
        for account in substitution.addressed(world, state, task):
            yield _notice(world, state, task, account, kind, text)
        step = world.definition.step(task.step_id)
        others = (*step.executor[1:], *step.participants, *step.informed)
        yield from _informed(world, state, task, others, f"Untuk diketahui: {subject}.")
    for task in flow.help_ended:
        if task.helper and task.helper != actor:
            text = f"Bantuan Anda tidak diperlukan lagi: {_subject(world, state, task)}."
            yield _notice(world, state, task, task.helper, "task_reassigned", text)
    for role, task in flow.told:
        yield from _informed(world, state, task, [role], f"Untuk diketahui: {_subject(world, state, task)}.")
    ended = state.case.state is CaseStatus.COMPLETED
    if ended and (before is None or before.case.state is not CaseStatus.COMPLETED) and state.case.started_by:
        text = f"Berkas {state.case.number} ({state.case.title}) telah selesai."
        if state.case.started_by != actor:
            yield _notice(world, state, None, state.case.started_by, "case_finished", text)


def _informed(
    world: World, state: CaseState, task: Task, roles: Iterable[str], text: str
) -> Iterator[Notice]:
    branch = state.branches.get(task.branch_id or "")
    seats: list[str] = []
    for role in roles:
        seats += candidates(world, state, role, branch).seats
    for account in _accounts(world, seats):
        yield _notice(world, state, task, account, "task_new", text)


def _accounts(world: World, seats: Iterable[str]) -> list[str]:
    organisation, day, sop = world.organisation, world.local_day, world.definition.id
    return list(dict.fromkeys(name for seat in seats for name in organisation.accounts_of(seat, day, sop)))


def _notice(world: World, state: CaseState, task: Task | None, account: str, kind: str, text: str) -> Notice:
    return Notice(
        id=world.new_id(),
        account=account,
        kind=kind,
        case_id=state.case.id,
        task_id=task.id if task else None,
        at=world.now,
        text=text,
    )


def _subject(world: World, state: CaseState, task: Task) -> str:
    step = world.definition.step(task.step_id)
    return f"{step.label or step.activity} — {state.case.number}, {state.case.title}"


def _due(world: World, task: Task) -> str:
    if task.due_at is None:
        return ""
    local = task.due_at.astimezone(world.calendar.timezone)
    return f" Mohon diselesaikan sebelum {local:%d-%m-%Y %H.%M} {local.tzname()}."
