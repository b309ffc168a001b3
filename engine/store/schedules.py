"""Scheduled starts: noted once each, and what became of them; the dates that somebody confirmed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, insert, select, text, update

from engine.audit.act import Act
from engine.audit.events import Entry, definition_stream, schedule_stream
from engine.sop.schedule import Confirmed, Dates
from engine.store.transaction import Transaction
from engine.tables import AUDIT_EVENT, CONFIRMED_START, DEFINITION, SCHEDULED_START, SUMMARY, Instant
from engine.text.bilingual import Text
from engine.views.schedules import StartState

NOTE = text(
    "INSERT INTO scheduled_start (agency, sop, period, state, opens_at, due_at, noted_at, case_id,"
    " message_id, message_en)"
    " VALUES (:agency, :sop, :period, :state, :opens_at, :due_at, :noted_at, :case_id,"
    " :message_id, :message_en)"
    " ON CONFLICT DO NOTHING"
).bindparams(*(bindparam(name, type_=Instant) for name in ("opens_at", "due_at", "noted_at")))

NOTE_SUMMARY = text(
    "INSERT INTO summary (agency, policy, at) VALUES (:agency, :policy, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=Instant))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledStart:
    """``state``: started, present (somebody had started it by hand), missed, or failed.

    ``why`` says why it failed.
    """

    agency: str
    sop: str
    period: str
    state: StartState
    opens_at: datetime
    due_at: datetime
    noted_at: datetime
    case_id: str | None = None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """How long a version of an SOP was in force; ``until`` is None where it still is."""

    version: str
    since: datetime
    until: datetime | None = None


class ScheduleStore:
    """Statements on scheduled starts within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.connection = transaction.connection
        self.audit = transaction.audit

    def effective_versions(self, agency: str) -> list[tuple[str, str]]:
        """(SOP, version) of every definition in force in an agency."""
        query = select(DEFINITION.c.id, DEFINITION.c.version)
        in_force = (DEFINITION.c.agency == agency, DEFINITION.c.status == "effective")
        return [(row.id, row.version) for row in self.connection.execute(query.where(*in_force))]

    def terms(self, agency: str, sop: str) -> list[Term]:
        """When which version of an SOP was in force, as its log tells, oldest first."""
        query = select(AUDIT_EVENT.c.at, AUDIT_EVENT.c.body).order_by(AUDIT_EVENT.c.seq)
        stream = definition_stream(agency, sop)
        terms: list[Term] = []
        for at, body in self.connection.execute(query.where(AUDIT_EVENT.c.stream == stream)):
            for entry in json.loads(body)["changes"]:
                version, status = (entry["fields"][name][1] for name in ("version", "status"))
                if status == "effective":
                    terms.append(Term(version, at))
                elif terms and (terms[-1].version, terms[-1].until) == (version, None):
                    terms[-1] = replace(terms[-1], until=at)
        return terms

    def has_summary(self, agency: str, policy: str, at: datetime) -> bool:
        """Whether a weekly summary was sent."""
        query = select(SUMMARY.c.policy).where(
            SUMMARY.c.agency == agency, SUMMARY.c.policy == policy, SUMMARY.c.at == at
        )
        return self.connection.execute(query).first() is not None

    def note_summary(self, agency: str, policy: str, at: datetime) -> bool:
        """Note a weekly summary as sent; False when it was."""
        values = {"agency": agency, "policy": policy, "at": at}
        return self.connection.execute(NOTE_SUMMARY, values).rowcount == 1

    def note_start(self, start: ScheduledStart) -> bool:
        """Note a start; False when it is noted already, by this worker or another."""
        values = {spec.name: getattr(start, spec.name) for spec in fields(start) if spec.name != "why"}
        values["message_id"] = start.why.indonesian if start.why else None
        values["message_en"] = start.why.english if start.why else None
        return self.connection.execute(NOTE, values).rowcount == 1

    def change_start(self, agency: str, sop: str, period: str, state: str, case_id: str | None) -> None:
        """Note what became of a start after all; why it was refused before is no matter any more."""
        self.connection.execute(
            update(SCHEDULED_START)
            .where(
                SCHEDULED_START.c.agency == agency,
                SCHEDULED_START.c.sop == sop,
                SCHEDULED_START.c.period == period,
            )
            .values(state=state, case_id=case_id, message_id=None, message_en=None)
        )

    def start(self, agency: str, sop: str, period: str) -> ScheduledStart | None:
        """What became of a start, locked; None when its time has not come or nobody looked."""
        row = self.connection.execute(
            select(SCHEDULED_START)
            .where(
                SCHEDULED_START.c.agency == agency,
                SCHEDULED_START.c.sop == sop,
                SCHEDULED_START.c.period == period,
            )
            .with_for_update()
        ).first()
        return None if row is None else _start_of(row)

    def starts(self, agency: str, sop: str | None = None) -> list[ScheduledStart]:
        """Every start that was noted, oldest first."""
        query = select(SCHEDULED_START).where(SCHEDULED_START.c.agency == agency)
        if sop is not None:
            query = query.where(SCHEDULED_START.c.sop == sop)
        rows = self.connection.execute(query.order_by(SCHEDULED_START.c.opens_at, SCHEDULED_START.c.sop))
        return [_start_of(row) for row in rows]

    # --- confirmed dates ---

    def confirmed(self, agency: str) -> list[Confirmed]:
        """The dates that were confirmed, of every period whose start is not noted yet."""
        noted = select(SCHEDULED_START.c.period).where(
            SCHEDULED_START.c.agency == CONFIRMED_START.c.agency,
            SCHEDULED_START.c.sop == CONFIRMED_START.c.sop,
            SCHEDULED_START.c.period == CONFIRMED_START.c.period,
        )
        query = select(*_CONFIRMED).where(CONFIRMED_START.c.agency == agency, ~noted.exists())
        rows = self.connection.execute(query.order_by(CONFIRMED_START.c.sop, CONFIRMED_START.c.opens_at))
        return [Confirmed(**row._mapping) for row in rows]

    def confirm(self, agency: str, sop: str, confirmed: Sequence[Confirmed], act: Act) -> None:
        """Keep what somebody confirmed, in place of what was confirmed of these periods before."""
        stream = schedule_stream(agency, sop)
        self.audit.lock(stream)
        before = {dates.period: dates for dates in self._confirmed(agency, sop)}
        entries = [
            Entry(
                "start", dates.period, dates.period not in before, _moved(before.get(dates.period), dates), {}
            )
            for dates in confirmed
        ]
        with self.audit.window(stream, act, entries):
            for dated in confirmed:
                values = {field.name: getattr(dated, field.name) for field in fields(dated)}
                if dated.period in before:
                    self.connection.execute(update(CONFIRMED_START).where(*_is(agency, dated)).values(values))
                else:
                    self.connection.execute(insert(CONFIRMED_START).values(agency=agency, **values))

    def ask_again(
        self, agency: str, sop: str, moved: Sequence[tuple[Confirmed, Dates | None]], act: Act
    ) -> bool:
        """Note to which dates confirmed ones moved; False when somebody was quicker."""
        stream = schedule_stream(agency, sop)
        self.audit.lock(stream)
        known = {confirmed.period: confirmed for confirmed in self._confirmed(agency, sop)}
        if any(known.get(confirmed.period) != confirmed for confirmed, _ in moved):
            return False
        entries = [
            Entry("start", confirmed.period, False, _fields(confirmed.told, dates), {})
            for confirmed, dates in moved
        ]
        with self.audit.window(stream, act, entries):
            for was, dates in moved:
                back = dates == was.dates
                opens_at, due_at = dates if dates is not None and not back else (None, None)
                self.connection.execute(
                    update(CONFIRMED_START)
                    .where(*_is(agency, was))
                    .values(asked_at=None if back else act.at, asked_opens_at=opens_at, asked_due_at=due_at)
                )
        return True

    def _confirmed(self, agency: str, sop: str) -> list[Confirmed]:
        query = select(*_CONFIRMED).where(CONFIRMED_START.c.agency == agency, CONFIRMED_START.c.sop == sop)
        return [Confirmed(**row._mapping) for row in self.connection.execute(query)]


_CONFIRMED = [column for column in CONFIRMED_START.c if column.name != "agency"]


def _is(agency: str, confirmed: Confirmed) -> tuple[ColumnElement[bool], ...]:
    return (
        CONFIRMED_START.c.agency == agency,
        CONFIRMED_START.c.sop == confirmed.sop,
        CONFIRMED_START.c.period == confirmed.period,
    )


def _moved(before: Confirmed | None, after: Confirmed) -> dict[str, tuple[Any, Any]]:
    by = (before.confirmed_by if before else None, after.confirmed_by)
    return {**_fields(before.dates if before else None, after.dates), "confirmed_by": by}


def _fields(before: Dates | None, after: Dates | None) -> dict[str, tuple[Any, Any]]:
    """How the dates of a period change; nothing where there is no such period."""
    old, new = before or (None, None), after or (None, None)
    return {"opens_at": (old[0], new[0]), "due_at": (old[1], new[1])}


def _start_of(row: Row[Any]) -> ScheduledStart:
    values = dict(row._mapping)
    indonesian, english = values.pop("message_id"), values.pop("message_en")
    return ScheduledStart(**values, why=None if indonesian is None else Text(indonesian, english or ""))
