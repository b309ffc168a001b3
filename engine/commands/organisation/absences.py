"""Days on which people are not there: entered, ended, and what they would mean, before they are entered."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.access.actor import AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.commands.notices.notice import notice_of, tell
from engine.commands.organisation.change import home_of, require_sound
from engine.context import Context, new_id
from engine.errors import Conflict, FieldError, NotAllowed, NotFound
from engine.organisation import Absence, AbsenceKind, Organisation
from engine.organisation.coverage import covers, with_absence
from engine.organisation.mandate_rules import may_enter
from engine.staffing import report
from engine.staffing.absence_notices import (
    Foreseen,
    absence_view,
    faults_of,
    foreseen_view,
    told_of,
    told_of_end,
)
from engine.staffing.dry_run import PROBE
from engine.staffing.report import DeadEnd
from engine.store import IdempotencyKey, Tx
from engine.text.bilingual import Text
from engine.text.dates import day_text
from engine.views import absences as views

NOON = time(12)
NOBODY = "-"


@accepts_names
class Absences:
    """Entered by the person, by a superior, or by an administrator, or by the host."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def foresee(
        self,
        actor: AnyActor,
        *,
        person: str | None = None,
        kind: AbsenceKind = "dinas_luar",
        valid_from: date,
        valid_to: date | None = None,
        agency: str | None = None,
    ) -> views.ForeseenAbsence:
        """What `enter` would mean; nothing is stored."""

        now = self.context.clock.now()

        def query(tx: Tx) -> views.ForeseenAbsence:
            organisation = tx.organisations.get(home_of(tx, actor, agency))
            absence = self._sound(organisation, now, actor, PROBE, person, kind, valid_from, valid_to)
            return foreseen_view(organisation, self._foreseen(tx, organisation, absence)) | {"id": None}

        return self.context.store.ask(query)

    def enter(
        self,
        actor: AnyActor,
        *,
        person: str | None = None,
        kind: AbsenceKind,
        valid_from: date,
        valid_to: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> views.ForeseenAbsence:
        """Write down the days; standing mandates act on them. Tells who stands in, and the superiors."""

        now = self.context.clock.now()

        def work(tx: Tx) -> views.ForeseenAbsence:
            organisation = tx.organisations.for_update(home_of(tx, actor, agency))
            absence = self._sound(organisation, now, actor, new_id(), person, kind, valid_from, valid_to)
            _put(tx, organisation, "absence.put", now, account_of(actor), absence)
            foreseen = self._foreseen(tx, organisation, absence)
            self._tell(tx, now, told_of(organisation, foreseen, account_of(actor)))
            return foreseen_view(organisation, foreseen)

        return self.context.store.execute(work, key=key)

    def end(
        self,
        actor: AnyActor,
        absence_id: str,
        *,
        last: date | None = None,
        agency: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> views.Absence:
        """Shorten it to its last day, by default yesterday; before it begins it is taken back."""

        now = self.context.clock.now()

        def work(tx: Tx) -> views.Absence:
            organisation = tx.organisations.for_update(home_of(tx, actor, agency))
            today = self.context.day_in(organisation, now)
            absence = next((absence for absence in organisation.absences if absence.id == absence_id), None)
            if absence is None or not may_enter(organisation, actor, absence.account, today):
                raise NotFound(Text("Ketidakhadiran ini tidak ditemukan.", f"no absence {absence_id!r}"))
            if absence.valid_to is not None and absence.valid_to < today:
                raise Conflict(
                    Text(
                        f"Ketidakhadiran ini sudah berakhir pada {day_text(absence.valid_to).indonesian}.",
                        f"absence {absence_id!r} ended on {absence.valid_to}",
                    )
                )
            new = replace(absence, valid_to=_ended(absence, last, today))
            foreseen = self._foreseen(tx, organisation, absence)
            _put(tx, organisation, "absence.end", now, account_of(actor), new)
            text = told_of_end(organisation, absence, new)
            self._tell(tx, now, dict.fromkeys(told_of(organisation, foreseen, account_of(actor)), text))
            return absence_view(organisation, new)

        return self.context.store.execute(work, key=key)

    # --- who may, and what is wrong ---

    def _sound(
        self,
        organisation: Organisation,
        now: datetime,
        actor: AnyActor,
        absence_id: str,
        person: str | None,
        kind: AbsenceKind,
        valid_from: date,
        valid_to: date | None,
    ) -> Absence:
        """The absence if it may be entered so."""
        who = person or account_of(actor) or ""
        known = organisation.account(who)
        if known is None or known.disabled:
            said, english = "Akun ini tidak ada atau nonaktif.", "There is no such active account."
            require_sound([FieldError("person", Text(said, english))])
        if not may_enter(organisation, actor, who, self.context.day_in(organisation, now)):
            raise NotAllowed(
                Text(
                    "Ketidakhadiran dicatat oleh orangnya sendiri, atasannya, atau administrator.",
                    f"{account_of(actor)!r} may not enter absences of {who!r}",
                )
            )
        absence = Absence(absence_id, who, kind, valid_from, valid_to, account_of(actor) or NOBODY)
        require_sound(faults_of(organisation, absence))
        return absence

    # --- effects ---

    def _foreseen(self, tx: Tx, organisation: Organisation, absence: Absence) -> Foreseen:
        coverage = covers(organisation, absence)
        there = with_absence(organisation, absence)
        starts = sorted({cover.first for cover in coverage})
        conflicts = [end for day in starts for end in self._conflicts(tx, there, absence.account, day)]
        positions = sorted({cover.position for cover in coverage})
        waiting = tx.open_tasks.waiting_for(
            organisation.agency.id,
            seats=[*positions, f"@{absence.account}"],
            accounts=[absence.account],
        )
        return Foreseen(
            absence=absence,
            covers=coverage,
            conflicts=list(dict.fromkeys(conflicts)),
            open_tasks=len({waiting_task.task_id for waiting_task in waiting}),
        )

    def _conflicts(self, tx: Tx, organisation: Organisation, account: str, day: date) -> Iterator[DeadEnd]:
        """What would stop on that day in any SOP in force by this person being away."""
        agency = organisation.agency
        noon = datetime.combine(day, NOON, ZoneInfo(agency.timezone))
        others = replace(
            organisation,
            absences=tuple(absence for absence in organisation.absences if absence.account != account),
        )
        for stored in tx.definitions.of(agency.id):
            if stored.status != "effective":
                continue
            compiled = self.context.catalog.compiled(tx, agency.id, stored.id, stored.version)
            context = self.context.catalog.decision_context(tx, agency.id, compiled, noon)
            if day.year >= context.calendar.schedule.last_year:
                continue  # deadlines of that time cannot be counted yet
            yield from report.of_absence(replace(context, organisation=others.as_of(day)), account)

    def _tell(self, tx: Tx, now: datetime, texts: Mapping[str, Text]) -> None:
        language_of = self.context.catalog.language_of
        told = [(who, text.to(language_of(tx, who))) for who, text in texts.items()]
        tell(self.context, tx, [notice_of(who, "absence", text, now) for who, text in told])


def _put(
    tx: Tx, organisation: Organisation, name: str, now: datetime, account: str | None, absence: Absence
) -> None:
    act = Act(name=name, at=now, account=account, subject=absence.account)
    tx.organisations.put_absence(organisation.agency.id, absence, act)


def _ended(absence: Absence, last: date | None, today: date) -> date:
    """The new last day: a day before the first where it is taken back."""
    if absence.valid_from > today:
        return absence.valid_from - timedelta(days=1)
    yesterday = today - timedelta(days=1)
    if last is not None and not yesterday <= last:
        require_sound(
            [FieldError("last", Text("Paling awal kemarin.", "Yesterday at the earliest: days past stay."))]
        )
    if last is not None and absence.valid_to is not None and last > absence.valid_to:
        require_sound(
            [
                FieldError(
                    "last",
                    Text("Lebih lama dari semula; catat yang baru.", "Longer than it was; enter more."),
                )
            ]
        )
    return last if last is not None else yesterday
