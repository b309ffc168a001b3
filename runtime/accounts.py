"""The first administrator of an office, and passwords given out on the host: shown once, kept as hashes."""

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection

from engine.access.actor import HOST
from engine.errors import Conflict, NotFound
from engine.organisation import Account, AgencyInfo, Organisation
from engine.store import Tx
from engine.text.bilingual import Text
from runtime.bootstrap import System
from runtime.shipped import AGENCY, HOLIDAYS, plain_data, shipped_calendars

PASSWORD_BYTES = 12
ADMIN = "admin"
FALLBACK = AgencyInfo("kantor", "Kantor", "Kantor", "Asia/Makassar", "asn-5hk", "kantor.example")


def set_up(system: System, organisation: Organisation | None) -> tuple[str, str]:
    """Migrate, store the organisation, and give its first administrator a password: (username, password).

    Without one, and with none stored, the office starts as a bare agency with one administrator. Calendars
    are the shipped ones where none are stored. Raises `Conflict` when an administrator can sign in already,
    `NotFound` when nobody is one.
    """
    system.migrate()
    _require_no_administrator(system)
    registry = system.engine.registry
    if organisation is None and not _agencies(system):
        organisation = Organisation(
            version=1,
            agency=FALLBACK,
            accounts=(Account(ADMIN, "Administrator", frozenset({ADMIN})),),
        )
    if organisation is not None:
        registry.put_organisation(organisation, actor=HOST)
    for agency, calendar in _agencies(system).items():
        if calendar in shipped_calendars() and not _has_calendars(system, agency):
            registry.put_calendars(agency, plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST)
    names = [username for username, roles in _accounts(system).items() if ADMIN in roles]
    if not names:
        raise NotFound(
            Text(
                "Organisasi ini tidak memiliki akun dengan system_roles: [admin]. Tambahkan satu, lalu"
                " ulangi.",
                "no account of this organisation has system_roles: [admin]",
            )
        )
    return names[0], new_passwords(system, names[:1])[names[0]]


def new_passwords(system: System, usernames: Sequence[str]) -> dict[str, str]:
    """Give these accounts new random passwords and sign them out. Raises `NotFound`."""
    known = _accounts(system)
    unknown = [name for name in usernames if name not in known]
    if unknown:
        raise NotFound(
            Text(f"Akun tidak dikenal: {', '.join(unknown)}.", f"no such account: {', '.join(unknown)}")
        )
    passwords = {name: secrets.token_urlsafe(PASSWORD_BYTES) for name in usernames}
    system.engine.registry.set_passwords(passwords, actor=HOST)
    return passwords


def without_password(system: System) -> list[str]:
    """The accounts that nobody can sign in with yet."""
    return [name for name in _accounts(system) if not _can_sign_in(system, name)]


def _require_no_administrator(system: System) -> None:
    there = [n for n, roles in _accounts(system).items() if ADMIN in roles and _can_sign_in(system, n)]
    if there:
        raise Conflict(
            Text(
                f"Administrator sudah ada: {', '.join(there)}. Kata sandi baru diberikan dengan"
                f" `alur account password {there[0]}`.",
                f"there is an administrator already: {', '.join(there)};"
                f" `alur account password {there[0]}` gives a new password",
            )
        )


def _accounts(system: System) -> dict[str, frozenset[str]]:
    """The system roles of every account that is not disabled."""

    def query(connection: Connection) -> dict[str, frozenset[str]]:
        tx = Tx(connection)
        return {
            account.username: account.system_roles
            for agency in tx.organisations.agencies()
            for account in tx.organisations.get(agency).accounts
            if not account.disabled
        }

    return system.engine.context.store.read(query)


def _can_sign_in(system: System, username: str) -> bool:
    account = system.engine.context.store.ask(lambda tx: tx.accounts.get(username))
    return account is not None and account.password_hash is not None


def _agencies(system: System) -> dict[str, str]:
    """Every agency with the calendar that it names."""

    def query(connection: Connection) -> dict[str, str]:
        tx = Tx(connection)
        return {
            agency: tx.organisations.get(agency).agency.calendar for agency in tx.organisations.agencies()
        }

    return system.engine.context.store.read(query)


def _has_calendars(system: System, agency: str) -> bool:
    return bool(system.engine.context.store.ask(lambda tx: tx.calendars.of(agency)))
