"""Starting cases on a schedule: once per period, late ones reported, never skipped in silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import views
from engine.catalog import Compiled
from engine.commands.children import Children
from engine.commands.recording import record
from engine.commands.starting import new_case
from engine.errors import ActionNotAvailable, NotAllowed, NotFound, SopError, StorageFull, Unavailable
from engine.escalation.recipients import owners_of
from engine.office import Office
from engine.schedules import Occurrence, is_scheduled, opened_between
from engine.starters import may_start
from engine.state import Act, Json, Notice
from engine.store import IdempotencyKey, Tx
from engine.store.schedules import ScheduledStart
from engine.worktime.durations import Duration
from engine.world import World

STILL_ON_TIME = Duration.parse("1wd")
"""A start found this late still happens by itself; after that a person decides."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A start whose time has come, in an agency that runs its SOP."""

    agency: str
    compiled: Compiled
    occurrence: Occurrence


class Schedules:
    """The tick looks; people start late what was missed."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.children = Children(office)

    def tick(self, now: datetime) -> int:
        """Start what opens, and report what was missed; how many starts were noted."""
        due = self.office.store.read(lambda connection: list(self._due(Tx(connection), now)))
        return sum(self._settle(each, now) for each in due)

    def start_late(self, account: str, sop: str, period: str, *, key: IdempotencyKey | None = None) -> Json:
        """Start a case that its schedule missed or that could not start; for those who may start it."""

        def work(tx: Tx) -> Json:
            person = tx.account(account)
            if person is None or person.disabled:
                raise NotFound(message_id="Akun tidak dikenal.", message_en=f"no active account {account!r}")
            compiled = self.office.catalog.effective(tx, sop)
            world = self.office.catalog.world(tx, person.agency, compiled, self.office.clock.now())
            if not (may_start(world, account) or account in owners_of(world)):
                raise NotAllowed(
                    message_id="SOP ini hanya dapat dimulai oleh penanggung jawab kegiatannya.",
                    message_en=f"{account!r} may not start {sop!r}",
                )
            noted = tx.scheduled_start(person.agency, sop, period)
            if noted is None or noted.state not in ("missed", "failed"):
                state = noted.state if noted else "not due"
                raise ActionNotAvailable(
                    message_id=f"Periode {period} tidak menunggu untuk dimulai menyusul ({state}).",
                    message_en=f"the start of {sop!r} {period} is not waiting: {state}",
                    current={"state": state, "case_id": noted.case_id if noted else None},
                )
            case_id, view = self._start(tx, world, period, account, noted.opens_at)
            tx.change_scheduled_start(person.agency, sop, period, "started", case_id, None)
            return view

        return self.office.store.execute(work, key=key)

    # --- looking ---

    def _due(self, tx: Tx, now: datetime) -> Iterator[_Due]:
        effective = tx.effective_versions()
        for agency in tx.agencies():
            known: set[tuple[str, str]] | None = None
            for sop, version, stored_at in effective:
                compiled = self.office.catalog.compiled(tx, sop, version)
                if not is_scheduled(compiled.definition):
                    continue
                world = self.office.catalog.world(tx, agency, compiled, now)
                if known is None:
                    known = {(each.sop, each.period) for each in tx.scheduled_starts(agency)}
                # What opened before this version was there was nobody's to start.
                for each in opened_between(
                    compiled.definition, world.calendar, world.week_of_month, stored_at, now
                ):
                    if (each.sop, each.period) not in known:
                        yield _Due(agency, compiled, each)

    # --- settling ---

    def _settle(self, due: _Due, now: datetime) -> bool:
        try:
            return self.office.store.execute(lambda tx: self._noted(tx, due, now))
        except (Unavailable, StorageFull):
            raise
        except SopError as error:
            text = error.message_id
            return self.office.store.execute(lambda tx: self._reported(tx, due, now, "failed", text))

    def _noted(self, tx: Tx, due: _Due, now: datetime) -> bool:
        world = self.office.catalog.world(tx, due.agency, due.compiled, now)
        occurrence = due.occurrence
        there = tx.period_case(due.agency, occurrence.sop, occurrence.period)
        if there is not None:
            return tx.note_scheduled_start(_start_of(due, now, "present"))
        if now > world.calendar.add_duration(occurrence.opens_at, STILL_ON_TIME):
            return self._reported(tx, due, now, "missed", None)
        if not tx.note_scheduled_start(_start_of(due, now, "started")):
            return False
        case_id, _ = self._start(tx, world, occurrence.period, None, occurrence.opens_at)
        tx.change_scheduled_start(due.agency, occurrence.sop, occurrence.period, "started", case_id, None)
        return True

    def _start(
        self, tx: Tx, world: World, period: str, account: str | None, opens_at: datetime
    ) -> tuple[str, Json]:
        flow = new_case(tx, world, started_by=account, period=period, fields={})
        act = Act(
            name="case.start",
            at=world.now,
            account=account,
            subject=flow.state.case.id,
            facts={"scheduled": opens_at, **flow.facts},
        )
        recorded = record(self.office, tx, flow, None, act)
        self.children.follow(tx, flow, account)
        return recorded.case.id, views.case_view(world, recorded, [])

    def _reported(self, tx: Tx, due: _Due, now: datetime, state: str, error: str | None) -> bool:
        """Note a start that did not happen and tell whoever answers for the activity."""
        if not tx.note_scheduled_start(_start_of(due, now, state, error)):
            return False
        world = self.office.catalog.world(tx, due.agency, due.compiled, now)
        title, occurrence = due.compiled.definition.identity.title, due.occurrence
        why = f" Sebab: {error}" if error else " Sistem tidak berjalan saat jadwalnya tiba."
        text = (
            f"Mohon perhatian Bapak/Ibu: {title} periode {occurrence.period} belum dimulai sesuai jadwal."
            f"{why} Berkasnya dapat dimulai menyusul."
        )
        notices = [
            Notice(
                id=world.new_id(),
                account=account,
                kind="not_picked_up",
                case_id=None,
                task_id=None,
                at=now,
                text=text,
            )
            for account in owners_of(world)
        ]
        facts = {"sop": occurrence.sop, "period": occurrence.period, "opens": occurrence.opens_at}
        act = Act(name=f"schedule.{state}", at=now, account=None, subject=occurrence.sop, facts=facts)
        tx.record_on(f"schedule:{due.agency}:{occurrence.sop}", act, {})
        if notices:
            tx.put_notices(notices)
            tx.put_deliveries(notices, self.office.channels)
        return True


def _start_of(due: _Due, now: datetime, state: str, error: str | None = None) -> ScheduledStart:
    return ScheduledStart(
        agency=due.agency,
        sop=due.occurrence.sop,
        period=due.occurrence.period,
        state=state,
        opens_at=due.occurrence.opens_at.astimezone(UTC),
        due_at=due.occurrence.due_at.astimezone(UTC),
        noted_at=now,
        error=error,
    )
