"""Who looks after an installation, and who may look at how it does; neither has cases or tasks by that."""

from dataclasses import replace

from engine.access.actor import Actor, AnyActor, require_role
from engine.errors import FieldError, InvalidInput, NotFound
from engine.organisation.model import ADMIN, APART
from engine.store import StoredAccount, Tx
from engine.text.bilingual import Text

OPERATORS = APART


def active(tx: Tx, actor: Actor) -> StoredAccount:
    """The account with the roles that count, unless it is unknown or disabled (`NotFound`)."""
    person = tx.accounts.get(actor.account)
    if person is None or person.disabled:
        raise NotFound(Text("Akun tidak dikenal.", f"no active account {actor.account!r}"))
    return replace(person, system_roles=actor.awake(person.system_roles)) if actor.asleep else person


def administrator(tx: Tx, actor: Actor) -> StoredAccount:
    """The account of an administrator, else `NotAllowed`."""
    person = active(tx, actor)
    refusal = Text("Hanya administrator yang dapat melakukan ini.", f"{actor.account!r} is no administrator")
    require_role(actor, person.system_roles, frozenset({ADMIN}), refusal)
    return person


def kept(tx: Tx, by: AnyActor, username: str) -> StoredAccount:
    """The account that an administrator, or the host, looks after; `NotFound` for another agency's."""
    agency = administrator(tx, by).agency if isinstance(by, Actor) else None
    account = tx.accounts.get(username)
    if account is None or (agency is not None and account.agency != agency):
        raise NotFound(Text("Akun tidak dikenal.", f"no account {username!r}"))
    return account


def require_administrator(tx: Tx, actor: Actor, agency: str) -> None:
    """Only an administrator of this agency passes; for one of another it does not exist (`NotFound`)."""
    if administrator(tx, actor).agency != agency:
        raise NotFound(Text("Instansi ini tidak ada.", f"no agency {agency!r}"))


def agency_named(tx: Tx, agency: str | None) -> str:
    """The agency that the host means: the one it names, or the only one there is."""
    known = tx.organisations.agencies()
    named = known if agency is None else [name for name in known if name == agency]
    if len(named) != 1:
        there = ", ".join(known) or "-"
        raise InvalidInput(
            Text(f"Sebutkan instansinya. Yang ada: {there}.", f"name the agency; there are: {there}"),
            errors=[FieldError("agency", Text(f"Yang ada: {there}.", f"There are: {there}."))],
        )
    return named[0]


def operator(tx: Tx, actor: Actor) -> StoredAccount:
    """The account of an administrator or auditor, else `NotAllowed`."""
    person = active(tx, actor)
    refusal = Text(
        "Hanya administrator dan auditor yang dapat melihat ini.",
        f"{actor.account!r} is neither administrator nor auditor",
    )
    require_role(actor, person.system_roles, OPERATORS, refusal)
    return person
