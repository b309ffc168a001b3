"""The timing log over many cases, for auditors and superiors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select, tuple_

from engine.access.actor import Actor, accepts_names, require_role
from engine.cases.model import TaskStatus
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.permissions.rules import Permissions
from engine.permissions.visibility import READERS
from engine.queries.pages import name_and_number, page, page_size, unknown_cursor
from engine.store import Tx
from engine.store.account_guards import active
from engine.tables import SOP_CASE
from engine.text.bilingual import Text
from engine.views.parts import Page
from engine.views.timing_log import TimingRow, timing_row

Place = tuple[str, int]
"""A case and the place of a visit in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which rows: cases of an SOP, visits that became ready in [from, to)."""

    sop: str | None = None
    from_: datetime | None = None
    to: datetime | None = None


@accepts_names
class TimingLog:
    def __init__(self, context: Context) -> None:
        self.context = context

    def timing(self, actor: Actor | None, wanted: LogFilter) -> list[TimingRow]:
        """Timing rows, case by case in the order of starting; None is the host's own command line.

        Readers of the log see their agency, everybody else the cases and tasks they lead.
        """

        def query(tx: Tx) -> list[TimingRow]:
            return [row for _, row in self._rows(tx, actor, wanted)]

        return self.context.store.ask(query)

    def page(
        self, actor: Actor, wanted: LogFilter, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[TimingRow]:
        """The same rows, one page at a time."""
        size = page_size(limit)
        after = name_and_number(cursor)

        def query(tx: Tx) -> Page[TimingRow]:
            rows = list(islice(self._rows(tx, actor, wanted, after), size + 1))
            items = [row for _, row in rows[:size]]
            return page(items, rows[size - 1][0] if len(rows) > size else None)

        return self.context.store.ask(query)

    def _rows(
        self, tx: Tx, actor: Actor | None, wanted: LogFilter, after: Place | None = None
    ) -> Iterator[tuple[Place, TimingRow]]:
        """The rows after a place, each with its own."""
        person = active(tx, actor) if actor is not None else None
        reads_all = person is None or bool(person.system_roles & READERS)
        if actor is not None and person is not None and not reads_all:
            organisation = self.context.catalog.organisation(tx, person.agency)
            if not organisation.leads(person.username, self.context.day_in(organisation)):
                refusal = Text(
                    "Log waktu hanya untuk auditor dan atasan.",
                    "the timing log is for auditors and superiors",
                )
                require_role(actor, person.system_roles, READERS, refusal)
        chosen = select(SOP_CASE.c.id).order_by(SOP_CASE.c.started_at, SOP_CASE.c.number)
        if person is not None:
            chosen = chosen.where(SOP_CASE.c.agency == person.agency)
        if wanted.sop is not None:
            chosen = chosen.where(SOP_CASE.c.sop == wanted.sop)
        if after is not None:
            order = (SOP_CASE.c.started_at, SOP_CASE.c.number)
            last = tx.connection.execute(select(*order).where(SOP_CASE.c.id == after[0])).first()
            if last is None:
                raise unknown_cursor()
            chosen = chosen.where(tuple_(*order) >= tuple_(*last, types=[column.type for column in order]))
        now = self.context.clock.now()
        for state in tx.case_batch.in_turn(tx.connection.execute(chosen).scalars().all()):
            case = self.context.catalog.case_context(tx, state, now)
            permissions = Permissions(case, actor or Actor(""))
            for place, task in enumerate(state.tasks.values()):
                if after is not None and state.case.id == after[0] and place <= after[1]:
                    continue
                mine = reads_all or permissions.leads(task) or permissions.is_owner()
                inside = (wanted.from_ is None or task.ready_at >= wanted.from_) and (
                    wanted.to is None or task.ready_at < wanted.to
                )
                if mine and inside and task.state is not TaskStatus.CANCELLED:
                    yield (state.case.id, place), timing_row(TaskContext(case, task))
