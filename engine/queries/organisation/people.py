"""Who a person is in the agency now."""

from zoneinfo import ZoneInfo

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.permissions.acting_title import lasts_until
from engine.store import Tx
from engine.store.account_guards import active
from engine.views.people import Profile


@accepts_names
class People:
    def __init__(self, context: Context) -> None:
        self.context = context

    def me(self, actor: Actor) -> Profile:
        """An account with the positions that it holds now, the strongest first."""

        def query(tx: Tx) -> Profile:
            person = active(tx, actor)
            organisation = self.context.catalog.organisation(tx, person.agency)
            day = self.context.day_in(organisation)
            held = organisation.held_by(actor.account, day)
            return {
                "username": person.username,
                "label": person.label,
                "agency": {"id": person.agency, "label": organisation.agency.label},
                "system_roles": sorted(person.system_roles),
                "positions": [
                    {
                        "position": holding.position,
                        "label": organisation.label_of(holding.position),
                        "kind": holding.kind,
                        "valid_from": holding.valid_from.isoformat() if holding.valid_from else None,
                        "valid_to": holding.valid_to.isoformat() if holding.valid_to else None,
                        "until": ends.isoformat() if ends else None,
                        "order_number": holding.order_number,
                        "sops": list(holding.sops),
                    }
                    for holding in held
                    for ends in [lasts_until(organisation, holding, day)]
                ],
                "leads": bool(organisation.leads(actor.account, day)),
            }

        return self.context.store.ask(query)

    def is_anybody_there(self) -> bool:
        """Whether the office has an account at all; a new one has none before ``alur init``."""
        return self.context.store.ask(lambda tx: tx.accounts.exist())

    def zone(self, actor: Actor) -> ZoneInfo:
        """The time zone of a person's agency."""

        organisation = self.context.store.ask(lambda tx: self.context.organisation_of(tx, actor))
        return ZoneInfo(organisation.agency.timezone)
