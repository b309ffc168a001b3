"""The teams that an act of a case appoints: one event of the organisation each, which auditors are told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.audit.act import Act, Json
from engine.cases.model import Case, Notice
from engine.cases.team_terms import PlannedTerm, cannot_appoint
from engine.cases.transition import Transition
from engine.commands.cases.team_gaps import gaps_of, told_of_gaps
from engine.commands.notices.notice import auditors_of, doer, notice_of, tell
from engine.context import Context
from engine.organisation import Organisation, Team
from engine.organisation.faults import team_faults
from engine.organisation.terms import put_in, with_term
from engine.store import Tx
from engine.text.bilingual import NOTHING, Text
from engine.text.dates import day_text


@dataclass(frozen=True, slots=True)
class Appointments:
    """The organisation, locked, as each of these terms leaves it."""

    steps: Sequence[tuple[PlannedTerm, Organisation]]

    def write(self, context: Context, tx: Tx, act: Act, case: Case) -> None:
        """Write them one by one and tell the auditors."""
        notices: list[Notice] = []
        for planned, organisation in self.steps:
            facts: dict[str, Json] = {
                "case_id": case.id,
                "case_number": case.number,
                "task_id": act.subject,
                **said(planned),
            }
            gaps = gaps_of(context, tx, organisation, planned, act.at)
            if gaps:
                facts["nobody_for"] = [
                    {"sop": stop.sop, "step_id": stop.step.id, "unit": stop.unit} for stop in gaps
                ]
            event = replace(act, name="team.appoint", subject=planned.team, facts=facts, details={})
            tx.organisations.put(organisation, event)
            notices += _told(context, tx, organisation, planned, act, case)
            notices += told_of_gaps(context, tx, organisation, planned, gaps, case, act.account, act.at)
        tell(context, tx, notices)


def prepared_terms(tx: Tx, transition: Transition) -> Appointments:
    """Lock the organisation and judge what the transition appoints. Raises `InvalidInput`."""
    if not transition.appointed:
        return Appointments(())
    organisation = tx.organisations.for_update(transition.state.case.agency)
    steps = []
    for planned in transition.appointed:
        known = organisation.team(planned.team) or Team(planned.team, planned.team)
        team = with_term(known, planned.term)
        organisation = replace(organisation, teams=put_in(organisation.teams, team))
        _require_sound(organisation, planned)
        steps.append((planned, organisation))
    return Appointments(steps)


def said(planned: PlannedTerm) -> dict[str, str | None]:
    """What an event says of a term besides what it changes."""
    decree = planned.term.decree
    return {
        "team": planned.team,
        "from": _day(planned.term.valid_from),
        "to": _day(planned.term.valid_to),
        "decree_number": decree.number if decree else None,
    }


def _require_sound(organisation: Organisation, planned: PlannedTerm) -> None:
    term = planned.term
    alone = with_term(Team(planned.team, planned.team), term)
    faults = [fault.message for fault in team_faults(organisation, alone)]
    if not term.members and term.chair is None:
        faults.append(Text("pilih anggotanya.", "choose its members."))
    if faults:
        raise cannot_appoint(planned.team, sum(faults[1:], faults[0]))


def _told(
    context: Context, tx: Tx, organisation: Organisation, planned: PlannedTerm, act: Act, case: Case
) -> Iterator[Notice]:
    team, term = organisation.team(planned.team), planned.term
    who, label = doer(organisation, act.account), team.label if team else planned.team
    first, last = day_text(term.valid_from or act.at.date()), NOTHING
    if term.valid_to is not None:
        end = day_text(term.valid_to)
        last = Text(f" sampai {end.indonesian}", f" to {end.english}")
    message = Text(
        f"{who.indonesian} menetapkan {label} dari {first.indonesian}{last.indonesian}"
        f" ({case.number}). Lihat Jalannya waktu.",
        f"{who.english} has appointed {label} from {first.english}{last.english}"
        f" ({case.number}). See How time works.",
    )
    for auditor in auditors_of(organisation):
        yield notice_of(auditor, "mandate", message.to(context.catalog.language_of(tx, auditor)), act.at)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
