"""Filling an empty database with the demonstration: its organisation, calendars, definitions and accounts."""

import secrets

from engine.access.actor import HOST
from engine.engine import Engine
from runtime.shipped import (
    AGENCY,
    HOLIDAYS,
    definition_files,
    demonstration_organisation,
    plain_data,
    register_files,
)

PASSWORD_BYTES = 12


def load_demonstration(engine: Engine, password: str | None = None) -> dict[str, str]:
    """Store the shipped files and give each account a password, random or this; {username: password}."""
    organisation = demonstration_organisation()
    engine.registry.put_organisation(organisation, actor=HOST)
    engine.registry.put_calendars(
        organisation.agency.id, plain_data(AGENCY), plain_data(HOLIDAYS), actor=HOST
    )
    for path in register_files():
        text = path.read_text(encoding="utf-8")
        engine.register_files.store(HOST, text, agency=organisation.agency.id, as_demonstration=True)
    for path in definition_files():
        text = path.read_text(encoding="utf-8")
        engine.definitions.store(HOST, text, agency=organisation.agency.id, as_demonstration=True)
    passwords = {account.username: password or random_password() for account in organisation.accounts}
    engine.registry.set_passwords(passwords, actor=HOST)
    return passwords


def random_password() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(PASSWORD_BYTES)
