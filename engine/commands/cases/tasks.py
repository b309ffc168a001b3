"""What a person does to a task: look, claim, save, hold, hand on, take back; ``completion`` ends it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.audit.act import Json
from engine.cases.due_dates import LONGEST_OWN_HOLD
from engine.cases.model import BranchStatus, Task, TaskStatus
from engine.cases.recall import followers_of
from engine.cases.task_context import TaskContext
from engine.commands.cases.help import drafted_files
from engine.commands.cases.task_transaction import (
    TaskCommands,
    TaskTransaction,
    give_back,
    resume_task,
    skipped,
)
from engine.commands.inputs import an_object, future_instant, optional_text, required_text, texts
from engine.context import Context
from engine.errors import FieldError, InvalidInput
from engine.permissions import refusals
from engine.permissions.rules import Permissions
from engine.reminders.act_notices import reassigned
from engine.sop import forms
from engine.store import IdempotencyKey, Tx
from engine.store.form_lookup import OfficeLookup

HOLD_CLASSES = ("menunggu_pihak_luar", "menunggu_data", "dinas_luar", "gangguan_sistem", "lainnya")


class Tasks:
    """Every command takes the account that acts, the task and the version that the person saw."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.turns = TaskCommands(context)

    def view(self, account: str, task_id: str) -> None:
        """Note the first time that a candidate opens a task; the version stays, nothing else changes."""
        if not self.context.store.ask(lambda tx: tx.is_unseen(task_id)):
            return

        def work(tx: Tx) -> None:
            turn = self.turns.open(tx, account, task_id)
            task = turn.task
            if task.viewed_at or not task.is_open or not turn.authority.is_candidate(task):
                return
            turn.flow.state.put(replace(task, viewed_at=turn.now))
            self.turns.record(turn, "task.view")

        self.context.store.execute(work)

    def claim(
        self,
        account: str,
        task_id: str,
        *,
        version: int | None = None,
        acting_as: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Take a task: first come wins, the loser is told who has it."""

        def act(turn: TaskTransaction) -> Json:
            acting = turn.authority.acting(turn.task, acting_as)
            turn.flow.change(
                turn.task,
                state=TaskStatus.IN_PROGRESS,
                assignee=account,
                position=acting.position,
                acting_kind=acting.kind,
                claimed_at=turn.now,
            )
            return self.turns.record(turn, "task.claim", facts=skipped(turn, acting))

        return self.turns.run(account, task_id, "claim", version, act, key)

    def release(
        self,
        account: str,
        task_id: str,
        *,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Give a task back to its candidates; the work done so far is kept in its measure."""
        text = required_text(reason, "reason")

        def act(turn: TaskTransaction) -> Json:
            give_back(turn, state=_unclaimed(turn.task), assignee=None, position=_single(turn.task))
            return self.turns.record(turn, "task.release", reason=text)

        return self.turns.run(account, task_id, "release", version, act, key)

    def save(
        self,
        account: str,
        task_id: str,
        *,
        data: Mapping[str, Json],
        requirements: tuple[str, ...] | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Keep draft data; checked for its types, not for completeness."""

        def act(turn: TaskTransaction) -> Json:
            context = turn.context
            directory = OfficeLookup(turn.tx, turn.case, context, account)
            entered = an_object(data, "data")
            directory.read_files(entered)
            draft = forms.checked_draft(context.form, entered, context.values(entered), directory)
            ticks = turn.task.ticks if requirements is None else texts(requirements, "requirements")
            _require_known(context.tick_faults(ticks)[1])
            turn.flow.change(turn.task, draft=draft, ticks=ticks)
            files = drafted_files(turn) if turn.task.helper else ()
            return self.turns.record(turn, "task.save", files=files)

        return self.turns.run(account, task_id, "save", version, act, key)

    def hold(
        self,
        account: str,
        task_id: str,
        *,
        reason_class: str,
        reason: str,
        until: datetime | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Stop the work clock; longer than two working days needs a superior."""
        text = required_text(reason, "reason")
        if reason_class not in HOLD_CLASSES:
            known = ", ".join(HOLD_CLASSES)
            raise InvalidInput(
                message_id=f"Jenis alasan harus salah satu dari: {known}.",
                message_en=f"reason_class must be one of: {known}",
                errors=[FieldError("reason_class", f"Salah satu dari: {known}.", f"One of: {known}.")],
            )

        def act(turn: TaskTransaction) -> Json:
            calendar = turn.context.calendar
            longest = calendar.add_duration(turn.now, LONGEST_OWN_HOLD)
            end = future_instant(until, "until", turn.now)
            leads = turn.authority.leads(turn.task)
            if not leads and end is not None and end > longest:
                refusals.long_hold().throw()
            turn.flow.change(
                turn.task,
                state=TaskStatus.ON_HOLD,
                resume_to=turn.task.state,
                held_at=turn.now,
                held_class=reason_class,
                # Without an end, an executor's own hold is as long as an executor may hold.
                held_until=end if end is not None or leads else longest,
            )
            return self.turns.record(turn, "task.hold", reason=text, facts={"reason_class": reason_class})

        return self.turns.run(account, task_id, "hold", version, act, key)

    def resume(
        self, account: str, task_id: str, *, version: int | None = None, key: IdempotencyKey | None = None
    ) -> Json:
        """Go on; the deadline moves by the working minutes of the hold."""

        def act(turn: TaskTransaction) -> Json:
            resume_task(turn.flow, turn.task)
            return self.turns.record(turn, "task.resume")

        return self.turns.run(account, task_id, "resume", version, act, key)

    def reassign(
        self,
        account: str,
        task_id: str,
        *,
        to: str,
        reason: str,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Give an open task to another eligible person; its deadline stays."""
        text = required_text(reason, "reason")

        def act(turn: TaskTransaction) -> Json:
            target = Permissions(turn.case, to)
            ways = target.ways(turn.task)
            if not ways:
                raise InvalidInput(
                    message_id=f'"{to}" tidak memangku jabatan pelaksana tugas ini.',
                    message_en=f"{to!r} holds none of the candidate seats {turn.task.seats}",
                    errors=[FieldError("to", "Bukan calon pelaksana.", "Not a candidate.")],
                )
            unfit = target.unfit(turn.task)
            if unfit is not None:
                unfit.throw()
            first = next(each.holding for each in ways if each.refusal is None)
            position = first.position if first is not None else None
            give_back(turn, state=TaskStatus.ASSIGNED, assignee=to, position=position)
            notice = reassigned(TaskContext(turn.flow.case, turn.flow.state.tasks[task_id]))
            return self.turns.record(
                turn,
                "task.reassign",
                reason=text,
                facts={"from": turn.task.assignee, "to": to},
                notices=[notice] if notice else [],
            )

        return self.turns.run(account, task_id, "reassign", version, act, key)

    def recall(
        self,
        account: str,
        task_id: str,
        *,
        reason: str | None = None,
        version: int | None = None,
        key: IdempotencyKey | None = None,
    ) -> Json:
        """Take back what was just sent while nobody has opened it; the step gets a new visit."""
        text = optional_text(reason, "reason")

        def act(turn: TaskTransaction) -> Json:
            flow, task = turn.flow, turn.task
            branch = flow.state.branches.get(task.branch_id or "")
            flow.put_back(task)
            for follower in list(followers_of(flow.state, task)):
                flow.cancel_task(follower)
                opened = flow.state.branches.get(follower.branch_id or "")
                if opened and opened.id != task.branch_id:
                    flow.drop_branch(opened)
            if branch and branch.state is BranchStatus.DONE:
                flow.state.put(replace(branch, state=BranchStatus.ACTIVE, done_at=None))
            origin = flow.state.tasks.get(task.origin_id or "")
            flow.reopen(task, origin=origin, returned=task.returned_by is not None)
            return self.turns.record(turn, "task.recall", reason=text)

        return self.turns.run(account, task_id, "recall", version, act, key)


def _require_known(unknown: list[str]) -> None:
    if unknown:
        names = ", ".join(unknown)
        raise InvalidInput(
            message_id=f"Kelengkapan tidak dikenal: {names}.",
            message_en=f"this step does not ask for: {names}",
            errors=[FieldError("requirements", f"Tidak dikenal: {names}.", f"Unknown: {names}.")],
        )


def _unclaimed(task: Task) -> TaskStatus:
    return TaskStatus.READY if len(task.seats) > 1 else TaskStatus.ASSIGNED


def _single(task: Task) -> str | None:
    only = task.seats[0] if len(task.seats) == 1 else None
    return None if only is None or only.startswith("@") else only
