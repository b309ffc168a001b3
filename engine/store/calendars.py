"""Stored versions of calendars."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from engine.audit.act import Act
from engine.audit.events import Entry, calendar_stream
from engine.calendar.decree import Decree
from engine.store.stored_state import data_digest
from engine.store.transaction import Transaction
from engine.tables import CALENDAR_VERSION, SOP_CASE, TASK
from engine.tables.conditions import OPEN_CASE, OPEN_TASK, meets


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCalendar:
    """One version of a calendar; ``version`` is the hash of ``data``."""

    agency: str
    calendar: str
    version: str
    data: Mapping[str, Any]
    decree: Decree | None
    stored_at: datetime


class CalendarStore:
    """Statements on calendars within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit
        self.revisions = transaction.revisions

    def put(
        self,
        *,
        agency: str,
        calendar: str,
        version: str,
        data: Mapping[str, Any],
        decree: Decree | None,
        act: Act,
    ) -> bool:
        """Store a version of a calendar; False when it is there already."""
        self.audit.lock(calendar_stream(agency, calendar))
        known = [stored.version for stored in self.of(agency) if stored.calendar == calendar]
        if version in known:
            return False
        latest = self.connection.execute(
            select(func.max(CALENDAR_VERSION.c.ordinal)).where(
                CALENDAR_VERSION.c.agency == agency, CALENDAR_VERSION.c.calendar == calendar
            )
        ).scalar()
        by = decree.plain() if decree else None
        public = {"version": (known[-1] if known else None, version), "decree": (None, by)}
        entry = Entry("calendar", calendar, not known, public, {})
        told = replace(act, facts={**act.facts, "data_sha256": data_digest(data)})
        with self.audit.window(calendar_stream(agency, calendar), told, [entry]):
            self.connection.execute(
                insert(CALENDAR_VERSION),
                {
                    "agency": agency,
                    "calendar": calendar,
                    "version": version,
                    "data": data,
                    "stored_at": act.at,
                    "ordinal": (latest or 0) + 1,
                    **{f"decree_{name}": value for name, value in (by or {}).items()},
                },
            )
        self.revisions.forget(agency)
        return True

    def of(self, agency: str) -> list[StoredCalendar]:
        """Every version of every calendar of an agency; the last of each is the current one."""
        query = (
            select(CALENDAR_VERSION)
            .where(CALENDAR_VERSION.c.agency == agency)
            .order_by(CALENDAR_VERSION.c.calendar, CALENDAR_VERSION.c.ordinal)
        )
        return [_calendar(row) for row in self.connection.execute(query)]

    def cases_counted_otherwise(self, agency: str, versions: Collection[str]) -> list[str]:
        """The cases of an agency with an open task whose calendar version is none of these, oldest first."""
        query = (
            select(SOP_CASE.c.id)
            .join(TASK, TASK.c.case_id == SOP_CASE.c.id)
            .where(
                SOP_CASE.c.agency == agency,
                meets(SOP_CASE, OPEN_CASE),
                meets(TASK, OPEN_TASK),
                TASK.c.calendar_version.not_in(versions),
            )
            .group_by(SOP_CASE.c.id, SOP_CASE.c.started_at)
            .order_by(SOP_CASE.c.started_at, SOP_CASE.c.id)
        )
        return list(self.connection.execute(query).scalars())


def _calendar(row: Row[Any]) -> StoredCalendar:
    decree = None
    if row.decree_number is not None:
        signed = date.fromisoformat(row.decree_date) if row.decree_date else None
        decree = Decree(row.decree_number, signed, row.decree_issuer, row.decree_title)
    return StoredCalendar(
        agency=row.agency,
        calendar=row.calendar,
        version=row.version,
        data=row.data,
        decree=decree,
        stored_at=row.stored_at,
    )
