"""Who looks after an installation, and who may look at how it does; neither has cases or tasks by that."""

from engine.access.step_up import require_awake
from engine.errors import FieldError, InvalidInput, NotAllowed, NotFound
from engine.organisation.model import ADMIN, APART
from engine.store import StoredAccount, Tx
from engine.text.bilingual import Text

OPERATORS = APART


def active(tx: Tx, account: str) -> StoredAccount:
    """The account, unless it is unknown or disabled (`NotFound`)."""
    person = tx.account(account)
    if person is None or person.disabled:
        raise NotFound(Text("Akun tidak dikenal.", f"no active account {account!r}"))
    return person


def administrator(tx: Tx, account: str) -> StoredAccount:
    """The account of an administrator, else `NotAllowed`."""
    person = active(tx, account)
    if ADMIN not in person.system_roles:
        require_awake(account, frozenset({ADMIN}))
        raise NotAllowed(
            Text("Hanya administrator yang dapat melakukan ini.", f"{account!r} is no administrator")
        )
    return person


def kept(tx: Tx, by: str | None, username: str) -> StoredAccount:
    """The account that an administrator looks after (None: the host); `NotFound` for another agency's."""
    agency = administrator(tx, by).agency if by is not None else None
    found = tx.account(username)
    if found is None or (agency is not None and found.agency != agency):
        raise NotFound(Text("Akun tidak dikenal.", f"no account {username!r}"))
    return found


def require_administrator(tx: Tx, account: str, agency: str) -> None:
    """Only an administrator of this agency passes; for one of another it does not exist (`NotFound`)."""
    if administrator(tx, account).agency != agency:
        raise NotFound(Text("Instansi ini tidak ada.", f"no agency {agency!r}"))


def agency_named(tx: Tx, agency: str | None) -> str:
    """The agency that the host means: the one it names, or the only one there is."""
    known = tx.agencies()
    named = known if agency is None else [each for each in known if each == agency]
    if len(named) != 1:
        there = ", ".join(known) or "-"
        raise InvalidInput(
            Text(f"Sebutkan instansinya. Yang ada: {there}.", f"name the agency; there are: {there}"),
            errors=[FieldError("agency", Text(f"Yang ada: {there}.", f"There are: {there}."))],
        )
    return named[0]


def operator(tx: Tx, account: str) -> StoredAccount:
    """The account of an administrator or auditor, else `NotAllowed`."""
    person = active(tx, account)
    if not person.system_roles & OPERATORS:
        require_awake(account, OPERATORS)
        raise NotAllowed(
            Text(
                "Hanya administrator dan auditor yang dapat melihat ini.",
                f"{account!r} is neither administrator nor auditor",
            )
        )
    return person
