"""What a person may read of the timing log, and of every figure that is made of it."""

from datetime import date

from sqlalchemy import select

from engine.access.actor import AnyActor, SystemActor, require_role
from engine.context import Context
from engine.organisation import Organisation
from engine.permissions.sop_scope import EVERYWHERE, reaches
from engine.permissions.visibility import READERS, owners
from engine.queries.cases.logged_visits import Range, of_agency, of_positions, of_version
from engine.store import Tx
from engine.store.account_guards import active
from engine.tables import DEFINITION
from engine.text.bilingual import Text


def ranges(context: Context, tx: Tx, actor: AnyActor, sop: str | None) -> list[Range]:
    """The visits of an SOP, or of all, that somebody may read.

    Readers of the log see their agency, everybody else the cases and tasks they lead; `NotAllowed` for who
    leads nothing.
    """
    if isinstance(actor, SystemActor):
        return [of_agency(agency, sop) for agency in tx.organisations.agencies()]
    person = active(tx, actor)
    if person.system_roles & READERS:
        return [of_agency(person.agency, sop)]
    organisation = context.catalog.organisation_at(tx, person.agency, context.clock.now())
    day = context.day_in(organisation)
    if not organisation.leads(person.username, day):
        refusal = Text(
            "Log waktu hanya untuk auditor dan atasan.",
            "the timing log is for auditors and superiors",
        )
        require_role(actor, person.system_roles, READERS, refusal)
    everywhere = reaches(organisation, person.username, day, organisation.seats_of).get(EVERYWHERE, ())
    if organisation.head() in everywhere:
        return [of_agency(person.agency, sop)]
    ranges = _owned(context, tx, organisation, person.username, day, sop)
    for reach, positions in reaches(organisation, person.username, day, organisation.leads).items():
        ranges += of_positions(person.agency, positions, reach)
    return ranges


def _owned(
    context: Context, tx: Tx, organisation: Organisation, account: str, day: date, wanted: str | None
) -> list[Range]:
    """The versions of each SOP for which this person answers today, as its owner or as the head."""
    agency = organisation.agency.id
    stored = select(DEFINITION.c.id, DEFINITION.c.version).where(DEFINITION.c.agency == agency)
    owned: dict[str, list[str]] = {}
    for sop, version in tx.connection.execute(stored):
        if wanted in (None, sop):
            definition = context.catalog.compiled(tx, agency, sop, version).definition
            seats = organisation.seats_of(account, day, sop)
            if not seats.isdisjoint(owners(definition, organisation)):
                owned.setdefault(sop, []).append(version)
    return [of_version(agency, sop, versions) for sop, versions in owned.items()]
