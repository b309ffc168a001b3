"""Deciding whether an SOP ran well in a half-year, by who answers for it."""

from datetime import date

from engine.access.actor import Actor, accepts_names
from engine.calendar.periods import Period, half_year
from engine.commands.assessments.capacity import capacity_among
from engine.commands.inputs import optional_text
from engine.context import Context
from engine.errors import InvalidInput, NotAllowed
from engine.permissions.visibility import owners
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.store.assessments import Verdict
from engine.text.bilingual import Text


@accepts_names
class Verdicts:
    def __init__(self, context: Context) -> None:
        self.context = context

    def decide(
        self,
        actor: Actor,
        sop: str,
        period: str,
        *,
        runs_well: bool,
        note: str | None = None,
        action: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> None:
        """Say whether an SOP ran well; the last word counts, every one is in the log.

        `NotFound` for an SOP that is not in force, `NotAllowed` for who does not answer for it, and
        `InvalidInput` for a half-year that has not begun, or for "no" without what is to be done.
        """

        def work(tx: Tx) -> None:
            agency = active(tx, actor).agency
            now = self.context.clock.now()
            organisation = self.context.catalog.organisation_at(tx, agency, now)
            day = self.context.day_in(organisation)
            definition = self.context.catalog.effective(tx, agency, sop).definition
            seats = owners(definition, organisation)
            capacity = capacity_among(organisation, actor.account, day, sop, seats)
            if capacity is None:
                raise _not_allowed(actor, sop)
            half = half_year(period)
            said = _checked(half, day, runs_well, action)
            given = Verdict(
                agency=agency,
                period=str(half),
                sop=sop,
                runs_well=runs_well,
                note=optional_text(note, "note") or "",
                action=said,
                account=actor.account,
                position=capacity.position,
                at=now,
            )
            facts = {"sop": sop, "period": given.period, "sop_version": definition.version}
            act = capacity.act(actor.account, "monitoring.decide", f"{given.period} {sop}", now, facts)
            tx.assessments.decide(given, act)

        self.context.store.execute(work, key=key)


def _checked(half: Period, day: date, runs_well: bool, action: str | None) -> str:
    """What is to be done, where it has to be said; `InvalidInput` too for a half-year to come."""
    if half.first_day > day:
        raise InvalidInput.at("period", Text("Semester ini belum dimulai.", "This half-year has not begun."))
    said = optional_text(action, "action") or ""
    if not runs_well and not said:
        raise InvalidInput.at(
            "action",
            Text(
                "Isi tindakan yang harus diambil bila tidak berjalan dengan baik.",
                "Say what is to be done where it does not run well.",
            ),
        )
    return said


def _not_allowed(actor: Actor, sop: str) -> NotAllowed:
    return NotAllowed(
        Text(
            "Hanya penanggung jawab SOP ini atau kepala instansi yang dapat memutuskan.",
            f"{actor.account!r} does not answer for {sop!r}",
        )
    )
