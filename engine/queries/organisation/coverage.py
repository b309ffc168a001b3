"""Who is away and who stands in: for the people concerned, and for whoever may enter or give it."""

from datetime import date

from engine.access.actor import Actor, accepts_names
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
            return [absence_view(organisation, each) for each in _coming(organisation, actor, today)]

        return self.context.store.ask(query)

    def absences_in(self, agency: str) -> list[views.Absence]:
        """All of an agency, for the host."""

        def query(tx: Tx) -> list[views.Absence]:
            organisation = tx.organisations.get(agency)
            today = self.context.day_in(organisation)
            return [absence_view(organisation, each) for each in _coming(organisation, None, today)]

        return self.context.store.ask(query)

    def desk(self, actor: Actor) -> AbsenceDesk:
        """What a person may enter and give here: people, positions, substitutes, and what stands already."""

        def query(tx: Tx) -> AbsenceDesk:
            organisation = self.context.organisation_of(tx, actor)
            today = self.context.day_in(organisation)
            working = [each for each in organisation.accounts if each.takes_part]
            people: list[PersonName] = [
                {"account": each.username, "label": each.label}
                for each in sorted(working, key=lambda one: (one.username != actor.account, one.label))
                if may_enter(organisation, actor, each.username, today)
            ]
            now = organisation.as_of(today)
            return {
                "today": today.isoformat(),
                "people": people,
                "positions": [
                    {"id": each.id, "label": each.label}
                    for each in organisation.positions
                    if now.stands(each) and may_give(organisation, actor, each.id, today)
                ],
                "substitutes": [
                    {
                        "account": each.username,
                        "label": each.label,
                        **presence(organisation, each.username, today),
                    }
                    for each in working
                ],
                "sops": self._sops(tx, organisation.agency.id),
                "absences": [
                    {
                        **absence_view(organisation, each),
                        "begun": each.valid_from <= today,
                        "covers": [cover_view(organisation, one) for one in covers(organisation, each)],
                    }
                    for each in _coming(organisation, actor, today)
                ],
                "mandates": _mandates(organisation, actor, today),
            }

        return self.context.store.ask(query)

    def _sops(self, tx: Tx, agency: str) -> list[SopTitle]:
        found = {}
        for stored in tx.definitions.of(agency):
            if stored.status == "effective":
                compiled = self.context.catalog.compiled(tx, agency, stored.id, stored.version)
                found[stored.id] = compiled.definition.identity.title
        return [{"id": sop, "title": title} for sop, title in found.items()]


def _coming(organisation: Organisation, actor: Actor | None, today: date) -> list[Absence]:
    """Absences that are not over and were not taken back, the next first."""
    found = (
        each
        for each in organisation.absences
        if each.valid_to is None or each.valid_to >= max(today, each.valid_from)
    )
    allowed = (each for each in found if may_enter(organisation, actor, each.account, today))
    return sorted(allowed, key=lambda each: (each.valid_from, each.id))


def _when(organisation: Organisation, mandate: Holding, today: date) -> Moment:
    """``acting``, ``next`` in the line, ``waiting`` for an absence or vacancy, or ``coming`` later."""
    if mandate.valid_from is not None and mandate.valid_from > today:
        return "coming"
    if any(each.id == mandate.id for each in organisation.holders(mandate.position, today)):
        return "acting"
    in_line = any(each.id == mandate.id for each in organisation.line(mandate.position, today))
    return "next" if in_line else "waiting"


def _mandates(organisation: Organisation, actor: Actor, today: date) -> list[Mandate]:
    """Mandates that are not over: those this person has, and those that he may end."""
    found: list[Mandate] = []
    for each in organisation.holdings:
        gives = may_give(organisation, actor, each.position, today)
        over = each.valid_to is not None and each.valid_to < today
        if each.is_acting and not over and (gives or each.account == actor.account):
            found.append(
                {
                    **holding_view(organisation, each, actor, today),
                    "may_end": gives and each.account != actor.account,
                    "when": _when(organisation, each, today),
                }
            )
    return found
