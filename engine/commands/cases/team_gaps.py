"""Where a newly appointed team leaves a step to nobody: told to whoever signed, before a case gets there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from engine.cases.model import Case, Notice
from engine.cases.team_terms import PlannedTerm
from engine.commands.notices.notice import notice_of
from engine.context import Context
from engine.errors import NotFound
from engine.organisation import Organisation
from engine.staffing.dry_run import Stop, stop_at, units_of
from engine.store import Tx
from engine.text.bilingual import Text

MOST = 5
"""How many places one notice names."""


def gaps_of(
    context: Context, tx: Tx, organisation: Organisation, planned: PlannedTerm, now: datetime
) -> list[Stop]:
    """The steps of SOPs in force that the team alone does and, on the first day of its term, nobody can."""
    agency, zone = organisation.agency.id, ZoneInfo(organisation.agency.timezone)
    first = planned.term.valid_from
    at = max(now, datetime.combine(first, time(12), zone)) if first is not None else now
    then = organisation.as_of(at.astimezone(zone).date())
    return [stop for stop in _stops(context, tx, then, agency, planned.team, at) if stop.refusal is not None]


def told_of_gaps(
    context: Context,
    tx: Tx,
    organisation: Organisation,
    planned: PlannedTerm,
    gaps: Sequence[Stop],
    case: Case,
    account: str | None,
    now: datetime,
) -> Iterator[Notice]:
    """One notice for whoever signed."""
    if not gaps or account is None:
        return
    team = organisation.team(planned.team)
    label = team.label if team else planned.team
    places = ["; ".join(_place(organisation, stop, index) for stop in gaps[:MOST]) for index in (0, 1)]
    more = len(gaps) - MOST
    said = Text(
        f"{label} ({case.number}) tidak memiliki anggota yang dapat mengerjakan: {places[0]}"
        + (f"; dan {more} lagi" if more > 0 else "")
        + ". Tetapkan susunan dengan anggota dari unit lain.",
        f"{label} ({case.number}) has no member who can do: {places[1]}"
        + (f"; and {more} more" if more > 0 else "")
        + ". Appoint it with members of other units.",
    )
    yield notice_of(account, "mandate", said.to(context.catalog.language_of(tx, account)), now)


def _stops(
    context: Context, tx: Tx, then: Organisation, agency: str, team: str, at: datetime
) -> Iterator[Stop]:
    for stored in tx.definitions.of(agency):
        if stored.status != "effective":
            continue
        compiled = context.catalog.compiled(tx, agency, stored.id, stored.version)
        definition = compiled.definition
        steps = [
            step
            for step in definition.steps
            if step.doers and all(definition.roles[role].team == team for role in step.doers)
        ]
        if not steps:
            continue
        try:
            around = context.catalog.decision_context(tx, agency, compiled, at)
        except NotFound:  # a calendar that is gone: another check tells it
            continue
        around = replace(around, organisation=then)
        yield from (
            stop_at(around, step, unit) for step in steps for unit in units_of(definition, step, then)
        )


def _place(organisation: Organisation, stop: Stop, language: int) -> str:
    unit = f", {organisation.label_of(stop.unit)}" if stop.unit else ""
    step = stop.step.label or stop.step.activity
    return f'{stop.title}, {("langkah", "step")[language]} "{step}"{unit}'
