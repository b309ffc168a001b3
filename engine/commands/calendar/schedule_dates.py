"""Confirming the dates of a schedule, and asking again when they move. A start never waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.access.actor import WORKER, Actor, accepts_names, account_of
from engine.audit.act import Act, Json
from engine.cases.context import DecisionContext
from engine.commands.inputs import an_object
from engine.commands.notices.notice import notice_of, tell
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.errors import (
    DatesMoved,
    FieldError,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from engine.reminders.messages import dates_moved
from engine.reminders.recipients import keeps_schedule, owners_of
from engine.sop.schedule import Confirmed, Dates, is_scheduled, of_periods, upcoming
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text
from engine.views.schedules import ConfirmedDates


@dataclass(frozen=True, slots=True)
class _Moved:
    """What confirmed dates of one SOP became; None where the schedule has the period no more."""

    agency: str
    sop: str
    version: str
    dates: tuple[tuple[Confirmed, Dates | None], ...]


def kept_schedule(context: Context, tx: Tx, actor: Actor, sop: str, refusal: Text) -> DecisionContext:
    """The effective version of an SOP, for whoever keeps its schedule. Raises `NotAllowed`."""
    person = active(tx, actor)
    compiled = context.catalog.effective(tx, person.agency, sop)
    decision = context.catalog.decision_context(tx, person.agency, compiled, context.clock.now())
    if not keeps_schedule(decision, actor.account):
        raise NotAllowed(refusal)
    return decision


@accepts_names
class ScheduleDates:
    """People confirm what they saw; the tick asks again for what moved since."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def confirm(
        self,
        actor: Actor,
        sop: str,
        dates: Sequence[Mapping[str, Json]],
        *,
        key: IdempotencyKey | None = None,
    ) -> ConfirmedDates:
        """Confirm dates of the next starts, each as it was shown: ``period``, ``opens_at``, ``due_at``.

        For who keeps the schedule (`keeps_schedule`). `DatesMoved` tells the dates as they are now.
        Returns how many were confirmed; those that already were, on the same calendar and version, stay.
        """
        seen = _seen(dates)

        refusal = Text(
            "Tanggal SOP ini hanya dapat dikonfirmasi oleh penanggung jawab kegiatannya.",
            f"{actor.account!r} may not confirm the dates of {sop!r}",
        )

        def work(tx: Tx) -> ConfirmedDates:
            context = kept_schedule(self.context, tx, actor, sop, refusal)
            agency = context.organisation.agency.id
            if not is_scheduled(context.definition):
                raise NotFound(Text(f'SOP "{sop}" tidak punya jadwal.', f"SOP {sop!r} has no schedule"))
            _require_current(context, seen)
            known = {
                confirmed.period: confirmed
                for confirmed in tx.schedules.confirmed(agency)
                if confirmed.sop == sop
            }
            new = [
                confirmed
                for confirmed in (
                    _confirmed(context, actor.account, period, at) for period, at in seen.items()
                )
                if not _stands(known.get(confirmed.period), confirmed)
            ]
            if new:
                by, facts = actor.account, _on(context)
                act = Act(name="schedule.confirm", at=context.now, account=by, subject=sop, facts=facts)
                tx.schedules.confirm(agency, sop, new, act)
            return {"sop": sop, "confirmed": len(new)}

        return self.context.store.execute(work, key=key)

    # --- what moved ---

    def tick(self, now: datetime, aside: SetAside) -> int:
        """Ask again for confirmed dates that moved; how many SOPs were asked about."""
        asked = 0
        for moved in self.context.store.ask(lambda tx: self._moved(tx, now, aside)):
            with aside.unless("schedule", moved.sop, moved.agency):
                asked += self.context.store.execute(lambda tx: self._ask(tx, moved, now))  # noqa: B023
        return asked

    def _moved(self, tx: Tx, now: datetime, aside: SetAside) -> list[_Moved]:
        moved = []
        for agency in tx.organisations.agencies():
            by_sop: dict[str, list[Confirmed]] = {}
            for dated in tx.schedules.confirmed(agency):
                by_sop.setdefault(dated.sop, []).append(dated)
            versions = dict(tx.schedules.effective_versions(agency)) if by_sop else {}
            for sop, confirmed in by_sop.items():
                with aside.unless("schedule", sop, agency):
                    context = self._context_of(tx, agency, sop, versions.get(sop), now)
                    dates = moved_dates(context, confirmed) if context is not None else None
                    if dates:
                        moved.append(_Moved(agency, sop, versions[sop], tuple(dates)))
        return moved

    def _context_of(
        self, tx: Tx, agency: str, sop: str, version: str | None, now: datetime
    ) -> DecisionContext | None:
        """None where the SOP is not in force or its calendar is missing: nothing opens there anyway."""
        if version is None:
            return None
        try:
            compiled = self.context.catalog.compiled(tx, agency, sop, version)
            return self.context.catalog.decision_context(tx, agency, compiled, now)
        except NotFound:
            return None

    def _ask(self, tx: Tx, moved: _Moved, now: datetime) -> bool:
        context = self._context_of(tx, moved.agency, moved.sop, moved.version, now)
        if context is None:
            return False
        stored = [
            calendar
            for calendar in self.context.catalog.calendar_versions(tx, moved.agency)
            if calendar.calendar == context.calendar.id
        ]
        decree = stored[-1].decree
        facts = {**_on(context), "decree": decree.plain() if decree else None}
        act = Act(name="schedule.moved", at=now, account=account_of(WORKER), subject=moved.sop, facts=facts)
        if not tx.schedules.ask_again(moved.agency, moved.sop, moved.dates, act):
            return False
        open_ = [(confirmed, dates) for confirmed, dates in moved.dates if dates != confirmed.dates]
        text = dates_moved(
            context.definition.identity.title,
            [(confirmed.period, confirmed.told, dates) for confirmed, dates in open_],
            context.calendar.timezone,
        )
        notices = [
            notice_of(account, "reminder", text.to(context.language_of(account)), now)
            for account in (owners_of(context) if open_ else ())
        ]
        tell(self.context, tx, notices)
        return True


def moved_dates(
    context: DecisionContext, confirmed: Sequence[Confirmed]
) -> list[tuple[Confirmed, Dates | None]]:
    """The confirmed dates that are not those people know of, with what they are now."""
    periods = {dates.period for dates in confirmed}
    now = of_periods(context.definition, context.calendar, context.week_of_month, periods)
    return [(dates, now.get(dates.period)) for dates in confirmed if now.get(dates.period) != dates.told]


def _on(context: DecisionContext) -> dict[str, Json]:
    return {
        "sop_version": context.definition.version,
        "calendar": context.calendar.id,
        "calendar_version": context.calendar.version,
    }


def _seen(dates: Sequence[Mapping[str, Json]]) -> dict[str, Dates]:
    """What somebody saw, by period; `InvalidInput` for none, for one twice and for what is no date."""
    seen: dict[str, Dates] = {}
    for n, given in enumerate(dates):
        each = an_object(given, f"dates.{n}")
        period, opens_at, due_at = (each.get(name) for name in ("period", "opens_at", "due_at"))
        if not isinstance(period, str) or period in seen:
            raise _invalid(
                f"dates.{n}.period", Text("Tulis setiap periode sekali.", "Give each period once.")
            )
        seen[period] = (_instant(opens_at, f"dates.{n}.opens_at"), _instant(due_at, f"dates.{n}.due_at"))
    if not seen:
        raise _invalid("dates", Text("Sebutkan tanggal yang dikonfirmasi.", "Name the dates to confirm."))
    return seen


def _instant(given: object, path: str) -> datetime:
    if not isinstance(given, datetime) or given.utcoffset() is None:
        raise _invalid(path, Text("Harus berupa waktu dengan zona.", "Must be a time with its offset."))
    return given


def _require_current(context: DecisionContext, seen: Mapping[str, Dates]) -> None:
    """Only dates that are among the next ones, and as they are now."""
    coming = upcoming(context.definition, context.calendar, context.week_of_month, context.now)
    current = {occurrence.period: (occurrence.opens_at, occurrence.due_at) for occurrence in coming}
    other = [period for period, dates in seen.items() if current.get(period) != dates]
    if other:
        named = ", ".join(other)
        raise DatesMoved(
            Text(
                f"Tanggal {named} sudah berbeda dari yang Anda lihat. Periksa yang sekarang.",
                f"the dates of {named} are not those of the schedule now; look at them again",
            ),
            current={
                "dates": [
                    {"period": period, "opens_at": opens.isoformat(), "due_at": due.isoformat()}
                    for period, (opens, due) in current.items()
                ]
            },
        )


def _confirmed(context: DecisionContext, account: str, period: str, dates: Dates) -> Confirmed:
    return Confirmed(
        sop=context.definition.id,
        period=period,
        opens_at=dates[0].astimezone(UTC),
        due_at=dates[1].astimezone(UTC),
        calendar=context.calendar.id,
        calendar_version=context.calendar.version,
        sop_version=context.definition.version,
        confirmed_by=account,
        confirmed_at=context.now,
    )


def _stands(before: Confirmed | None, after: Confirmed) -> bool:
    """Whether these dates were confirmed already, on the same calendar and version, and did not move."""
    if before is None or before.asked_at is not None:
        return False
    what = ("dates", "calendar", "calendar_version", "sop_version")
    return all(getattr(before, name) == getattr(after, name) for name in what)


def _invalid(path: str, message: Text) -> InvalidInput:
    return InvalidInput(
        Text(f"{path}: ", f"{path}: ") + message,
        errors=[FieldError(path, message)],
    )
