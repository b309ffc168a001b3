"""The next dates of a schedule, for confirmation, and what became of the past ones."""

from datetime import datetime

from engine.errors import NotFound
from engine.office import Office
from engine.schedules import SHOWN, upcoming
from engine.state import Json
from engine.store import Tx


class ScheduleQueries:
    def __init__(self, office: Office) -> None:
        self.office = office

    def upcoming(
        self, agency: str, sop: str, *, after: datetime | None = None, number: int = SHOWN
    ) -> list[dict[str, Json]]:
        """The next starts of an SOP in an agency: period, opening and due date; empty without a schedule."""

        def query(tx: Tx) -> list[dict[str, Json]]:
            if agency not in tx.agencies():
                raise NotFound(message_id=f"Instansi {agency} tidak ada.", message_en=f"no agency {agency!r}")
            compiled = self.office.catalog.effective(tx, sop)
            world = self.office.catalog.world(tx, agency, compiled, self.office.clock.now())
            found = upcoming(
                compiled.definition, world.calendar, world.week_of_month, after or world.now, number
            )
            return [
                {
                    "period": each.period,
                    "opens_at": each.opens_at.isoformat(),
                    "due_at": each.due_at.isoformat(),
                    # Without an official list of holidays the dates may still move.
                    "provisional": each.due_at.year in world.calendar.years_without_list,
                }
                for each in found
            ]

        return self.office.store.read(lambda connection: query(Tx(connection)))

    def past(self, agency: str, sop: str | None = None) -> list[dict[str, Json]]:
        """What became of every start whose time has come."""
        found = self.office.store.read(lambda connection: Tx(connection).scheduled_starts(agency, sop))
        return [
            {
                "sop": each.sop,
                "period": each.period,
                "state": each.state,
                "opens_at": each.opens_at.isoformat(),
                "due_at": each.due_at.isoformat(),
                "case_id": each.case_id,
                "error": each.error,
            }
            for each in found
        ]
