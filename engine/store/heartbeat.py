"""Life signs of the workers that sweep, and the outages between them."""

from datetime import datetime

from sqlalchemy import Float, Text, bindparam, func, literal, select, text

from engine.calendar.clock_watch import Stand
from engine.store.transaction import Transaction
from engine.tables import HEARTBEAT, OUTAGE, Instant

BEAT = text(
    "INSERT INTO heartbeat (worker, started_at, ticked_at, boot, steady, shown_at, doubted_since)"
    " VALUES (:worker, :now, :now, :boot, :steady, :shown_at, :doubted_since)"
    " ON CONFLICT (worker) DO UPDATE SET ticked_at = excluded.ticked_at, boot = excluded.boot,"
    " steady = excluded.steady, shown_at = excluded.shown_at, doubted_since = excluded.doubted_since"
).bindparams(
    bindparam("now", type_=Instant),
    bindparam("boot", type_=Text),
    bindparam("steady", type_=Float),
    bindparam("shown_at", type_=Instant),
    bindparam("doubted_since", type_=Float),
)
INSERT_OUTAGE = text(
    "INSERT INTO outage (from_at, to_at, working_minutes) VALUES (:from_at, :to_at, :minutes)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("from_at", type_=Instant), bindparam("to_at", type_=Instant))


class HeartbeatStore:
    """Statements on heartbeats and outages within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection

    def last_tick(self, now: datetime) -> datetime | None:
        """When any worker ticked last; a sign from the future was given by a clock that was wrong."""
        latest = select(func.max(HEARTBEAT.c.ticked_at)).where(HEARTBEAT.c.ticked_at <= now)
        return self.connection.execute(latest).scalar()

    def last_stand(self, boot: str) -> Stand | None:
        """How the clocks stood at the last tick of any worker since this start of the machine."""
        query = select(HEARTBEAT).where(HEARTBEAT.c.boot == boot).order_by(HEARTBEAT.c.steady.desc()).limit(1)
        row = self.connection.execute(query).first()
        return Stand(row.shown_at, row.steady, row.ticked_at, row.doubted_since) if row else None

    def beat(self, worker: str, stand: Stand, boot: str | None) -> None:
        self.connection.execute(
            BEAT,
            {
                "worker": worker,
                "now": stand.trusted,
                "boot": boot,
                "steady": stand.steady,
                "shown_at": stand.wall,
                "doubted_since": stand.doubted_since,
            },
        )

    def forget(self, before: datetime) -> None:
        """Tidy away workers that have not ticked since, all but the last one that did."""
        newest = select(func.max(HEARTBEAT.c.ticked_at)).scalar_subquery()
        self.connection.execute(
            HEARTBEAT.delete().where(HEARTBEAT.c.ticked_at < before, HEARTBEAT.c.ticked_at < newest)
        )

    def note_outage(self, from_at: datetime, to_at: datetime, minutes: int) -> bool:
        """Keep a stretch without a tick; False when another worker has noted it."""
        noted = self.connection.execute(
            INSERT_OUTAGE, {"from_at": from_at, "to_at": to_at, "minutes": minutes}
        )
        return noted.rowcount == 1

    def outages(self, since: datetime) -> list[tuple[datetime, datetime, int]]:
        """(from, to, working minutes) of the outages that ended since, oldest first."""
        query = select(OUTAGE).where(OUTAGE.c.to_at >= literal(since, Instant)).order_by(OUTAGE.c.from_at)
        return [(row.from_at, row.to_at, row.working_minutes) for row in self.connection.execute(query)]
