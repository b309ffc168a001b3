"""What a person does to a task: look, claim, save, hold, hand on, take back; ``completion`` ends it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Json
from engine.cases.due_dates import LONGEST_OWN_HOLD
from engine.cases.holds import hand_on, resume
from engine.cases.model import BranchStatus, Task, TaskStatus
from engine.cases.progress import report
from engine.cases.recall import followers_of
from engine.cases.register_reads import revisions_read
from engine.commands.cases.help import drafted_files
from engine.commands.cases.register_seen import readable_revisions, require_seen
from engine.commands.cases.task_transaction import (
    TaskCommands,
    TaskTransaction,
    skipped,
)
from engine.commands.inputs import an_object, future_instant, optional_text, required_text, texts
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.permissions import refusals
from engine.permissions.rules import Permissions
from engine.permissions.verbs import Verb
from engine.reminders.act_notices import handed_on, paused, reassigned, released
from engine.sop import forms
from engine.store import IdempotencyKey, Tx
from engine.store.form_lookup import OfficeLookup
from engine.text.bilingual import Text
from engine.views.tasks import TaskItem

HOLD_CLASSES = ("menunggu_pihak_luar", "menunggu_data", "dinas_luar", "gangguan_sistem", "lainnya")


@accepts_names
class Tasks:
    """Every command takes the account that acts, the task and the version that the person saw."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.task_commands = TaskCommands(context)

    def view(self, actor: Actor, task_id: str) -> None:
        """Note the first time that a candidate opens a task; the version stays, nothing else changes."""
        if not self.context.store.ask(lambda tx: self._is_first_look(tx, actor, task_id)):
            return

        def work(tx: Tx) -> None:
            task_transaction = self.task_commands.open(tx, actor, task_id)
            task = task_transaction.task
            if task.viewed_at or not task.is_open or not task_transaction.permissions.is_candidate(task):
                return
            task_transaction.transition.state.put(replace(task, viewed_at=task_transaction.now))
            self.task_commands.record(task_transaction, "task.view")

        self.context.store.execute(work)

    def _is_first_look(self, tx: Tx, actor: Actor, task_id: str) -> bool:
        """Whether a candidate looks at a task that none has looked at yet; asked before taking the lock."""
        state = tx.cases.of_task(task_id)
        if state is None or state.tasks[task_id].viewed_at or not state.tasks[task_id].is_open:
            return False
        case = self.context.catalog.case_context(tx, state, self.context.clock.now())
        return Permissions(case, actor).is_candidate(state.tasks[task_id])

    def claim(
        self,
        actor: Actor,
        task_id: str,
        *,
        version: int | None = None,
        acting_as: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Take a task: first come wins, the loser is told who has it."""

        def act(task_transaction: TaskTransaction) -> TaskItem:
            acting = task_transaction.permissions.acting(task_transaction.task, acting_as)
            task_transaction.transition.change(
                task_transaction.task,
                state=TaskStatus.IN_PROGRESS,
                assignee=actor.account,
                position=acting.position,
                acting_kind=acting.kind,
                claimed_at=task_transaction.now,
            )
            return self.task_commands.record(
                task_transaction, "task.claim", facts=skipped(task_transaction, acting)
            )

        return self.task_commands.run(actor, task_id, Verb.CLAIM, version, act, key)

    def release(
        self,
        actor: Actor,
        task_id: str,
        *,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Give a task back to its candidates; the work done so far is kept in its measure."""
        text = required_text(reason, "reason")

        def act(task_transaction: TaskTransaction) -> TaskItem:
            hand_on(
                task_transaction.transition,
                task_transaction.task,
                state=_unclaimed(task_transaction.task),
                assignee=None,
                position=_single(task_transaction.task),
            )
            holder = task_transaction.task.assignee
            told = list(released(task_transaction.after, holder, actor.account, text))
            return self.task_commands.record(task_transaction, "task.release", reason=text, notices=told)

        return self.task_commands.run(actor, task_id, Verb.RELEASE, version, act, key)

    def save(
        self,
        actor: Actor,
        task_id: str,
        *,
        data: Mapping[str, Json],
        requirements: tuple[str, ...] | None = None,
        registers: Mapping[str, int] | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Keep draft data; checked for its types, not for completeness."""
        seen = readable_revisions(registers)

        def act(task_transaction: TaskTransaction) -> TaskItem:
            context = task_transaction.context
            require_seen(task_transaction, seen, an_object(data, "data"), None)
            draft = _checked_draft(task_transaction, data)
            ticks = (
                task_transaction.task.ticks if requirements is None else texts(requirements, "requirements")
            )
            _require_known(context.tick_faults(ticks, draft)[1])
            task_transaction.transition.change(task_transaction.task, draft=draft, ticks=ticks)
            files = drafted_files(task_transaction) if task_transaction.task.helper else ()
            return self.task_commands.record(task_transaction, "task.save", files=files)

        return self.task_commands.run(actor, task_id, Verb.SAVE, version, act, key)

    def progress(
        self,
        actor: Actor,
        task_id: str,
        *,
        data: Mapping[str, Json],
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Report how far the work is: it is checked, kept as the draft, and written where the step says."""

        def act(task_transaction: TaskTransaction) -> TaskItem:
            draft = _checked_draft(task_transaction, data)
            report(task_transaction.transition, task_transaction.task, draft)
            task_transaction.transition.registers.read = revisions_read(task_transaction.context)
            files = drafted_files(task_transaction)
            return self.task_commands.record(task_transaction, "task.progress", files=files)

        return self.task_commands.run(actor, task_id, Verb.PROGRESS, version, act, key)

    def hold(
        self,
        actor: Actor,
        task_id: str,
        *,
        reason_class: str,
        reason: str,
        until: datetime | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Stop the work clock; longer than two working days needs a superior."""
        text = required_text(reason, "reason")
        if reason_class not in HOLD_CLASSES:
            known = ", ".join(HOLD_CLASSES)
            raise InvalidInput(
                Text(
                    f"Jenis alasan harus salah satu dari: {known}.", f"reason_class must be one of: {known}"
                ),
                errors=[FieldError("reason_class", Text(f"Salah satu dari: {known}.", f"One of: {known}."))],
            )

        def act(task_transaction: TaskTransaction) -> TaskItem:
            calendar = task_transaction.context.calendar
            longest = calendar.add_duration(task_transaction.now, LONGEST_OWN_HOLD)
            end = future_instant(until, "until", task_transaction.now)
            leads = task_transaction.permissions.leads(task_transaction.task)
            if not leads and end is not None and end > longest:
                refusals.long_hold().throw()
            task_transaction.transition.change(
                task_transaction.task,
                state=TaskStatus.ON_HOLD,
                resume_to=task_transaction.task.state,
                held_at=task_transaction.now,
                held_class=reason_class,
                # Without an end, an executor's own hold is as long as an executor may hold.
                held_until=end if end is not None or leads else longest,
            )
            return self.task_commands.record(
                task_transaction,
                "task.hold",
                reason=text,
                facts={"reason_class": reason_class},
                notices=paused(task_transaction.after, actor.account, text),
            )

        return self.task_commands.run(actor, task_id, Verb.HOLD, version, act, key)

    def resume(
        self, actor: Actor, task_id: str, *, version: int | None = None, key: IdempotencyKey | None = None
    ) -> TaskItem:
        """Go on; the deadline moves by the working minutes of the hold."""

        def act(task_transaction: TaskTransaction) -> TaskItem:
            resume(task_transaction.transition, task_transaction.task)
            told = paused(task_transaction.after, actor.account)
            return self.task_commands.record(task_transaction, "task.resume", notices=told)

        return self.task_commands.run(actor, task_id, Verb.RESUME, version, act, key)

    def reassign(
        self,
        actor: Actor,
        task_id: str,
        *,
        to: str,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Give an open task to another eligible person; its deadline stays."""
        text = required_text(reason, "reason")

        def act(task_transaction: TaskTransaction) -> TaskItem:
            target = Permissions(task_transaction.case, Actor(to))
            ways = target.ways(task_transaction.task)
            if not ways:
                raise InvalidInput(
                    Text(
                        f'"{to}" tidak memangku jabatan pelaksana tugas ini.',
                        f"{to!r} holds none of the candidate seats {task_transaction.task.seats}",
                    ),
                    errors=[FieldError("to", Text("Bukan calon pelaksana.", "Not a candidate."))],
                )
            unfit = target.unfit(task_transaction.task)
            if unfit is not None:
                unfit.throw()
            first = next(capacity.holding for capacity in ways if capacity.refusal is None)
            position = first.position if first is not None else None
            hand_on(
                task_transaction.transition,
                task_transaction.task,
                state=TaskStatus.ASSIGNED,
                assignee=to,
                position=position,
            )
            after, holder = task_transaction.after, task_transaction.task.assignee
            told = [reassigned(after, text), handed_on(after, holder, actor.account, text)]
            return self.task_commands.record(
                task_transaction,
                "task.reassign",
                reason=text,
                facts={"from": task_transaction.task.assignee, "to": to},
                notices=[notice for notice in told if notice],
            )

        return self.task_commands.run(actor, task_id, Verb.REASSIGN, version, act, key)

    def recall(
        self,
        actor: Actor,
        task_id: str,
        *,
        reason: str | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> TaskItem:
        """Take back what was just sent while nobody has opened it; the step gets a new visit."""
        text = optional_text(reason, "reason")

        def act(task_transaction: TaskTransaction) -> TaskItem:
            transition, task = task_transaction.transition, task_transaction.task
            branch = transition.state.branches.get(task.branch_id or "")
            transition.put_back(task)
            for follower in followers_of(transition.case.definition, transition.state, task):
                transition.cancel_task(follower)
                opened = transition.state.branches.get(follower.branch_id or "")
                if opened and not (branch and (opened.block, opened.round) == (branch.block, branch.round)):
                    transition.drop_branch(opened)
            if branch and branch.state is BranchStatus.DONE:
                transition.state.put(replace(branch, state=BranchStatus.ACTIVE, done_at=None))
            origin = transition.state.tasks.get(task.origin_id or "")
            transition.reopen(task, origin=origin, returned=task.returned_by is not None)
            return self.task_commands.record(task_transaction, "task.recall", reason=text)

        return self.task_commands.run(actor, task_id, Verb.RECALL, version, act, key)


def _require_known(unknown: list[str]) -> None:
    if unknown:
        names = ", ".join(unknown)
        raise InvalidInput(
            Text(f"Kelengkapan tidak dikenal: {names}.", f"this step does not ask for: {names}"),
            errors=[FieldError("requirements", Text(f"Tidak dikenal: {names}.", f"Unknown: {names}."))],
        )


def _unclaimed(task: Task) -> TaskStatus:
    return TaskStatus.READY if len(task.seats) > 1 else TaskStatus.ASSIGNED


def _single(task: Task) -> str | None:
    only = task.seats[0] if len(task.seats) == 1 else None
    return None if only is None or only.startswith("@") else only


def _checked_draft(task_transaction: TaskTransaction, data: Mapping[str, Json]) -> dict[str, Json]:
    """What was filled in so far, checked for its types. Raises `InvalidInput`."""
    context = task_transaction.context
    directory = OfficeLookup(task_transaction.tx, task_transaction.case, context, task_transaction.account)
    entered = an_object(data, "data")
    directory.read_files(entered)
    return forms.checked_draft(context.form, entered, context.values(entered), directory)
