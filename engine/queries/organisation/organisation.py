"""The own agency as it stands: structure, holders and mandates for everybody, the file for who keeps it."""

from datetime import date

from engine.access.actor import HOST, Actor, AnyActor, accepts_names
from engine.context import Context
from engine.organisation import Account, Holding, Organisation, Position, Team, Term, Unit
from engine.organisation.mandate_rules import reads_order
from engine.organisation.serialise import organisation_yaml
from engine.store import Tx
from engine.store.account_guards import active, administrator, operator
from engine.views import organisation as views
from engine.views.organisation import Person, presence


@accepts_names
class OrganisationQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, actor: Actor) -> views.Organisation:
        """The agency of a person; why somebody is away and the file of an order are for those concerned."""

        def query(tx: Tx) -> views.Organisation:
            person = active(tx, actor)
            organisation = self.context.catalog.organisation(tx, person.agency)
            return organisation_view(organisation, actor, self.context.day_in(organisation))

        return self.context.store.ask(query)

    def to_keep(self, actor: Actor) -> views.Organisation:
        """The same for whoever changes it; NotAllowed for anybody but an administrator."""

        def query(tx: Tx) -> views.Organisation:
            organisation = self.context.catalog.organisation(tx, administrator(tx, actor).agency)
            return organisation_view(organisation, actor, self.context.day_in(organisation))

        return self.context.store.ask(query)

    def of(self, agency: str) -> views.Organisation:
        """Any agency, for the host; the files of orders are left out."""

        def query(tx: Tx) -> views.Organisation:
            organisation = tx.organisations.get(agency)
            return organisation_view(organisation, HOST, self.context.day_in(organisation))

        return self.context.store.ask(query)

    def file(self, actor: Actor) -> tuple[str, int]:
        """The own agency as an ``org/v1`` text and its version; for administrators and auditors."""

        def query(tx: Tx) -> tuple[str, int]:
            organisation = self.context.catalog.organisation(tx, operator(tx, actor).agency)
            return organisation_yaml(organisation), organisation.version

        return self.context.store.ask(query)

    def file_of(self, agency: str) -> str:
        """The same of any agency, for the host."""

        def query(tx: Tx) -> str:
            return organisation_yaml(tx.organisations.get(agency))

        return self.context.store.ask(query)


def organisation_view(organisation: Organisation, reader: AnyActor, day: date) -> views.Organisation:
    agency = organisation.agency
    return {
        "version": organisation.version,
        "agency": {
            "id": agency.id,
            "label": agency.label,
            "short": agency.short,
            "timezone": agency.timezone,
            "calendar": agency.calendar,
            "mail_domain": agency.mail_domain,
        },
        "units": [_unit(unit) for unit in organisation.units],
        "positions": [_position(position) for position in organisation.positions],
        "holdings": [holding_view(organisation, holding, reader, day) for holding in organisation.holdings],
        "teams": [
            {
                "id": team.id,
                "label": team.label,
                **_term(team),
                "terms": [_term(term) for term in team.terms],
            }
            for team in organisation.teams
        ],
        "accounts": [_person(organisation, account, day) for account in organisation.accounts],
    }


def holding_view(organisation: Organisation, holding: Holding, reader: AnyActor, day: date) -> views.Holding:
    charged = any(holder.id == holding.id for holder in organisation.holders(holding.position, day))
    shows_order = isinstance(reader, Actor) and reads_order(organisation, reader, holding, day)
    return {
        "id": holding.id,
        "account": holding.account,
        "label": organisation.person_label(holding.account),
        "position": holding.position,
        "position_label": organisation.label_of(holding.position),
        "kind": holding.kind,
        "valid_from": _text(holding.valid_from),
        "valid_to": _text(holding.valid_to),
        "order_number": holding.order_number,
        "order_file": holding.order_file if shows_order else None,
        "sops": list(holding.sops),
        "rank": holding.rank,
        "standing": holding.standing,
        "in_charge": charged,
    }


def _person(organisation: Organisation, account: Account, day: date) -> Person:
    return {
        "username": account.username,
        "label": account.label,
        "disabled": account.disabled,
        **presence(organisation, account.username, day),
    }


def _unit(unit: Unit) -> views.Unit:
    return {
        "id": unit.id,
        "type": unit.type,
        "label": unit.label,
        "parent": unit.parent,
        "valid_from": _text(unit.valid_from),
        "valid_to": _text(unit.valid_to),
    }


def _position(position: Position) -> views.Position:
    return {
        "id": position.id,
        "label": position.label,
        "unit": position.unit,
        "level": position.level,
        "roles": list(position.roles),
        "reports_to": position.reports_to,
        "valid_from": _text(position.valid_from),
        "valid_to": _text(position.valid_to),
    }


def _term(term: Team | Term) -> views.Term:
    return {
        "decree_number": term.decree.number if term.decree else None,
        "decree_date": _text(term.decree.signed_on) if term.decree else None,
        "chair": term.chair,
        "members": list(term.members),
        "accounts": list(term.accounts),
        "valid_from": _text(term.valid_from),
        "valid_to": _text(term.valid_to),
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
