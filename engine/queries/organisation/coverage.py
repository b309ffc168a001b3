"""Who is away and who stands in: for the people concerned, and for whoever may enter or give it."""

from datetime import date

from engine.access.actor import HOST, Actor, AnyActor, accepts_names
from engine.context import Context
from engine.organisation import Absence, Holding, Organisation
from engine.organisation.coverage import covers
from engine.organisation.mandate_rules import may_enter, may_give
from engine.queries.organisation.organisation import holding_view
from engine.staffing.absence_notices import absence_view, cover_view
from engine.store import Tx
from engine.views import absences as views
from engine.views.absences import AbsenceDesk, Mandate, Moment, SopTitle
from engine.views.organisation import PersonName, presence


@accepts_names
class Coverage:
    def __init__(self, context: Context) -> None:
        self.context = context

    def absences(self, actor: Actor) -> list[views.Absence]:
        """The absences of today and later that this person may end: own, of those led, or all."""

        def query(tx: Tx) -> list[views.Absence]:
            organisation = self.context.organisation_of(tx, actor)
            today = self.context.day_in(organisation)
            return [absence_view(organisation, absence) for absence in _coming(organisation, actor, today)]

        return self.context.store.ask(query)

    def absences_in(self, agency: str) -> list[views.Absence]:
        """All of an agency, for the host."""

        def query(tx: Tx) -> list[views.Absence]:
            organisation = tx.organisations.get(agency)
            today = self.context.day_in(organisation)
            return [absence_view(organisation, absence) for absence in _coming(organisation, HOST, today)]

        return self.context.store.ask(query)

    def desk(self, actor: Actor) -> AbsenceDesk:
        """What a person may enter and give here: people, positions, substitutes, and what stands already."""

        def query(tx: Tx) -> AbsenceDesk:
            organisation = self.context.organisation_of(tx, actor)
            today = self.context.day_in(organisation)
            working = [account for account in organisation.accounts if account.takes_part]
            people: list[PersonName] = [
                {"account": account.username, "label": account.label}
                for account in sorted(
                    working, key=lambda account: (account.username != actor.account, account.label)
                )
                if may_enter(organisation, actor, account.username, today)
            ]
            now = organisation.as_of(today)
            return {
                "today": today.isoformat(),
                "people": people,
                "positions": [
                    {"id": position.id, "label": position.label}
                    for position in organisation.positions
                    if now.stands(position) and may_give(organisation, actor, position.id, today)
                ],
                "substitutes": [
                    {
                        "account": account.username,
                        "label": account.label,
                        **presence(organisation, account.username, today),
                    }
                    for account in working
                ],
                "sops": self._sops(tx, organisation.agency.id),
                "absences": [
                    {
                        **absence_view(organisation, absence),
                        "begun": absence.valid_from <= today,
                        "covers": [
                            cover_view(organisation, cover) for cover in covers(organisation, absence)
                        ],
                    }
                    for absence in _coming(organisation, actor, today)
                ],
                "mandates": _mandates(organisation, actor, today),
            }

        return self.context.store.ask(query)

    def _sops(self, tx: Tx, agency: str) -> list[SopTitle]:
        titles = {}
        for stored in tx.definitions.of(agency):
            if stored.status == "effective":
                compiled = self.context.catalog.compiled(tx, agency, stored.id, stored.version)
                titles[stored.id] = compiled.definition.identity.title
        return [{"id": sop, "title": title} for sop, title in titles.items()]


def _coming(organisation: Organisation, actor: AnyActor, today: date) -> list[Absence]:
    """Absences that are not over and were not taken back, the next first."""
    absences = (
        absence
        for absence in organisation.absences
        if absence.valid_to is None or absence.valid_to >= max(today, absence.valid_from)
    )
    allowed = (absence for absence in absences if may_enter(organisation, actor, absence.account, today))
    return sorted(allowed, key=lambda absence: (absence.valid_from, absence.id))


def _when(organisation: Organisation, mandate: Holding, today: date) -> Moment:
    """``acting``, ``next`` in the line, ``waiting`` for an absence or vacancy, or ``coming`` later."""
    if mandate.valid_from is not None and mandate.valid_from > today:
        return "coming"
    if any(holding.id == mandate.id for holding in organisation.holders(mandate.position, today)):
        return "acting"
    in_line = any(holding.id == mandate.id for holding in organisation.line(mandate.position, today))
    return "next" if in_line else "waiting"


def _mandates(organisation: Organisation, actor: Actor, today: date) -> list[Mandate]:
    """Mandates that are not over: those this person has, and those that he may end."""
    mandates: list[Mandate] = []
    for holding in organisation.holdings:
        gives = may_give(organisation, actor, holding.position, today)
        over = holding.valid_to is not None and holding.valid_to < today
        if holding.is_acting and not over and (gives or holding.account == actor.account):
            mandates.append(
                {
                    **holding_view(organisation, holding, actor, today),
                    "may_end": gives and holding.account != actor.account,
                    "when": _when(organisation, holding, today),
                }
            )
    return mandates
