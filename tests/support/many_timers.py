"""Many open tasks at once, and workers that sweep them until they are killed.

``python -m tests.support.many_timers URL NOW`` is one such worker; it prints a line for every subject it has
settled.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from uuid import uuid4

from engine.audit.act import Act
from engine.cases.model import CaseState
from engine.clock import FakeClock
from engine.commands.worker.fire_timers import Fired
from engine.commands.worker.tick import Sweep
from engine.context import Context, new_id
from engine.reminders.plan import plan
from engine.store import Tx, open_store
from engine.store.catalog import Catalog
from engine.store.files import FileStore
from engine.store.timers import timers_written
from tests.support.killed_process import say
from tests.support.offices import DemoOffice
from tests.support.scratch import scratch_folder

CASES_PER_TRANSACTION = 250


def copies(office: DemoOffice, number: int) -> list[str]:
    """Cases like the first one, each with its open task and the timers of it; gives the tasks."""
    model = office.state(office.start())
    tasks: list[str] = []
    while len(tasks) < number:
        count = min(CASES_PER_TRANSACTION, number - len(tasks))
        tasks += office.engine.context.store.execute(lambda tx, n=count: _copy(tx, office, model, n))  # type: ignore[misc]
    return tasks


def _copy(tx: Tx, office: DemoOffice, model: CaseState, number: int) -> list[str]:
    context = office.engine.context.catalog.case_context(tx, model, office.clock.now())
    made = []
    for _ in range(number):
        case_id = str(uuid4())
        state = CaseState(replace(model.case, id=case_id, number=f"X-{case_id}"))
        for task in model.tasks.values():
            state.put(replace(task, id=str(uuid4()), case_id=case_id))
        planned = plan(context.of_case(state), None)
        facts = {"timers": planned.told()}
        act = Act(name="case.start", at=context.now, account="kadis", subject=case_id, facts=facts)
        tx.cases.record(None, state, act, [], timers_written(planned))
        made += list(state.tasks)
    return made


class Telling(Sweep):
    """A worker that says what it has settled, after it is stored."""

    def _fire(self, subjects, now):  # type: ignore[no-untyped-def]
        fired = super()._fire(subjects, now)
        for subject, outcome in fired.items():
            if isinstance(outcome, Fired):
                say(subject)
        return fired


def main() -> None:
    url, now = sys.argv[1:]
    office = Context(
        store=open_store(url),
        catalog=Catalog(new_id),
        clock=FakeClock(now),
        files=FileStore(scratch_folder()),
        password_fits=lambda *_: False,
        hash_password=lambda text: text,
    )
    worker = Telling(office, together=3)  # many transactions, so that kills hit them everywhere
    while True:
        worker.tick()
        say("tick")
