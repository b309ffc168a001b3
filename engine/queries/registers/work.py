"""The open task of the case that wrote a row last, for those who may see it."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from engine.access.actor import Actor
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.permissions.rules import Permissions
from engine.store import Tx
from engine.views.deadlines import sla_of
from engine.views.registers import RowWork


def work_of(context: Context, tx: Tx, actor: Actor, cases: Collection[str]) -> dict[str, RowWork]:
    """Case → its open task that this person may open, the most urgent one."""
    work: dict[str, RowWork] = {}
    for state in tx.case_batch.get(sorted(cases)) if cases else ():
        case = context.catalog.case_context(tx, state, context.clock.now())
        permissions = Permissions(case, actor)
        tasks = [task for task in state.tasks.values() if task.is_open and permissions.opens_task(task)]
        tasks.sort(key=lambda task: (task.due_at is None, task.due_at, task.id))
        for task in tasks[:1]:
            zone = ZoneInfo(case.organisation.agency.timezone)
            work[state.case.id] = {
                "case_id": state.case.id,
                "case_number": state.case.number,
                "task_id": task.id,
                "state": task.state.value,
                "assignee": task.assignee,
                "due_at": task.due_at.astimezone(zone).isoformat() if task.due_at else None,
                "sla": sla_of(TaskContext(case, task)),
            }
    return work
