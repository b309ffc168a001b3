"""The timing log over many cases, for auditors and superiors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine import views
from engine.access import READERS, Authority
from engine.errors import NotAllowed, NotFound
from engine.office import Office
from engine.state import Json
from engine.store import Tx
from engine.tables import SOP_CASE


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which rows: cases of an SOP, visits that became ready in [from, to)."""

    sop: str | None = None
    from_: datetime | None = None
    to: datetime | None = None


class Logs:
    def __init__(self, office: Office) -> None:
        self.office = office

    def timing(self, account: str | None, wanted: LogFilter) -> list[dict[str, Json]]:
        """Timing rows, case by case in the order of starting; None is the host's own command line.

        Readers of the log see their agency, everybody else the cases and tasks they lead.
        """

        def query(tx: Tx) -> list[dict[str, Json]]:
            return list(self._rows(tx, account, wanted))

        return self.office.store.read(lambda connection: query(Tx(connection)))

    def _rows(self, tx: Tx, account: str | None, wanted: LogFilter) -> Iterator[dict[str, Json]]:
        person = tx.account(account) if account is not None else None
        if account is not None and (person is None or person.disabled):
            raise NotFound(message_id="Akun tidak dikenal.", message_en=f"no active account {account!r}")
        reads_all = person is None or bool(person.system_roles & READERS)
        if person is not None and not reads_all:
            organisation = self.office.catalog.organisation(tx, person.agency)
            if not organisation.leads(person.username, self.office.day_in(organisation)):
                raise NotAllowed(
                    message_id="Log waktu hanya untuk auditor dan atasan.",
                    message_en="the timing log is for auditors and superiors",
                )
        chosen = select(SOP_CASE.c.id).order_by(SOP_CASE.c.started_at, SOP_CASE.c.number)
        if person is not None:
            chosen = chosen.where(SOP_CASE.c.agency == person.agency)
        if wanted.sop is not None:
            chosen = chosen.where(SOP_CASE.c.sop == wanted.sop)
        now = self.office.clock.now()
        for case_id in tx.connection.execute(chosen).scalars().all():
            state = tx.case(case_id)
            if state is None:
                continue
            world = self.office.catalog.world_of(tx, state.case, now)
            authority = Authority(world, state, account or "")
            for task in state.tasks.values():
                mine = reads_all or authority.leads(task) or authority.is_owner()
                inside = (wanted.from_ is None or task.ready_at >= wanted.from_) and (
                    wanted.to is None or task.ready_at < wanted.to
                )
                if mine and inside and task.state.value != "cancelled":
                    yield views.timing_row(world, state, task)
