"""Help among colleagues: whose turn a delegated task is, and who may be asked. Pure.

The task stays its holder's all the while: position, deadline and clocks do not move.
"""

from collections.abc import Iterator

from engine.access.actor import Actor
from engine.cases.context import CaseContext
from engine.cases.model import Task
from engine.cases.new_task import candidates
from engine.cases.task_context import TaskContext
from engine.organisation import Organisation
from engine.permissions import refusals, separation_of_duties
from engine.permissions.refusals import Refusal
from engine.permissions.separation_of_duties import did
from engine.permissions.verbs import Verb
from engine.permissions.visibility import Visibility
from engine.text.bilingual import Text


def waits_for_helper(task: Task, account: str, organisation: Organisation) -> Refusal | None:
    """Why this person may not save now: while a colleague helps, only the colleague does."""
    if task.helper == account:
        return None
    if task.assignee == account:
        return refusals.being_helped(task, organisation)
    return refusals.not_yours(Verb.SAVE, task, organisation)


def cannot_resolve(task: Task, account: str, organisation: Organisation, *, leads: bool) -> Refusal | None:
    """Why this person may not end the help: for the helper, the holder and the holder's superiors."""
    if task.helper is None:
        return refusals.nobody_helps(task)
    if leads or account in (task.helper, task.assignee):
        return None
    return refusals.not_yours(Verb.RESOLVE, task, organisation)


def unfit_helper(context: TaskContext, by: str, to: str) -> Text | None:
    """Why this person cannot ask that one to help; None when nothing is against it."""
    person = context.case.organisation.account(to)
    if person is None:
        return Text(f'"{to}" bukan pegawai instansi ini.', f"{to!r} is nobody of this agency")
    if to == context.task.assignee:
        return Text("Tugas ini sudah Anda pegang sendiri.", "the holder cannot be asked to help")
    if person.disabled:
        return Text(f'Akun "{to}" tidak aktif.', f"the account {to!r} is disabled")
    if not person.takes_part:
        return Text(
            f'"{to}" adalah auditor atau administrator, sehingga tidak mengerjakan tugas.',
            f"{to!r} is an auditor or administrator, who do no tasks",
        )
    if not any(context.case.organisation.held_by(to, context.case.local_day)):
        return Text(f'"{to}" tidak memangku jabatan apa pun hari ini.', f"{to!r} holds no position today")
    if context.case.organisation.is_absent(to, context.case.local_day):
        return Text(f'"{to}" sedang tidak di tempat hari ini.', f"{to!r} is away today")
    if not _is_near(context, to) and not _leads(context.case, by, to):
        return Text(
            f'"{to}" tidak sebidang dengan pemegang tugas, bukan atasan atau bawahannya, dan tidak ikut '
            "dalam berkas ini. Hanya atasan keduanya yang dapat menunjuknya.",
            f"{to!r} is of another division, not in the holder's line and no participant of the case; "
            "only a superior of both may name them",
        )
    checked = next(_checked(context, to), None)
    if checked is not None:
        return Text(
            f'"{to}" sudah memeriksa langkah ini pada langkah {checked}.',
            f"{to!r} has already checked this step in {checked!r}",
        )
    kept = separation_of_duties.kept(context, to, None)
    if kept is not None:  # who helps does it, too
        return kept.message
    alone = _needed_alone(context, to)
    if alone is not None:
        return Text(
            f'Hanya "{to}" yang dapat melakukan langkah {alone}, dan langkah itu tidak boleh dilakukan oleh'
            " orang yang ikut mengerjakan langkah ini.",
            f"{to!r} is the only one who can do {alone!r}, which has to be somebody else's than this step",
        )
    return None


def _is_near(context: TaskContext, to: str) -> bool:
    """Whether somebody is a colleague: of the same division, in the holder's line, or in the case anyway."""
    task = context.task
    organisation, day, sop = context.case.organisation, context.case.local_day, context.state.case.sop
    held = {holding.position for holding in organisation.held_by(task.assignee or "", day, sop)}
    own = {task.position} if task.position is not None else held
    theirs = {holding.position for holding in organisation.held_by(to, day)}
    near = any(organisation.are_colleagues(mine, other) for mine in own for other in theirs)
    return near or Visibility(context.case, Actor(to)).sees_content()


def _leads(case: CaseContext, by: str, to: str) -> bool:
    led = case.organisation.leads(by, case.local_day, case.state.case.sop)
    return any(holding.position in led for holding in case.organisation.held_by(to, case.local_day))


def _needed_alone(context: TaskContext, account: str) -> str | None:
    """A step kept apart from this one that nobody could do any more if this person had helped here."""
    branch = context.branch
    for step in context.case.definition.steps:
        if context.task.step_id in step.not_same_person_as:
            seats = [seat for role in step.doers for seat in candidates(context.case, role, branch).seats]
            people = {
                name
                for seat in seats
                for name in context.case.organisation.accounts_of(
                    seat, context.case.local_day, context.state.case.sop
                )
            }
            if people - context.task.doers == {account}:
                return step.id
    return None


def _checked(context: TaskContext, account: str) -> Iterator[str]:
    """The steps by which this person has checked the step of a task: duties kept apart from it."""
    task = context.task
    if task.approval_of is not None and account in context.state.tasks[task.origin_id or ""].doers:
        yield task.step_id
    for other in context.state.tasks.values():
        same_place = other.branch == task.branch or task.branch is None or other.branch is None
        if (
            did(other, account)
            and same_place
            and task.step_id in context.case.definition.step(other.step_id).not_same_person_as
        ):
            yield other.step_id
