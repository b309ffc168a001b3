"""Keeping the organisation and its calendars: whole files are stored, each change with its event."""

from collections.abc import Mapping
from typing import Any

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.commands.calendar.calendars import Calendars
from engine.context import Context
from engine.organisation import Organisation
from engine.store import Tx
from engine.store.account_guards import require_administrator


@accepts_names
class Registry:
    """What the host sets up, and an administrator of the agency may."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def put_organisation(self, organisation: Organisation, *, actor: AnyActor) -> int:
        """Make the stored agency equal to this one; returns its new version.

        An administrator keeps the own agency alone (`NotFound`); `Conflict` for an account of another one.
        """
        act = self._act("organisation.store", account_of(actor), organisation.agency.id)

        def work(tx: Tx) -> int:
            if isinstance(actor, Actor):
                require_administrator(tx, actor, organisation.agency.id)
            version = store_organisation(tx, organisation, act)
            return version

        return self.context.store.execute(work)

    def put_calendars(
        self,
        agency: str,
        agency_data: Mapping[str, Any],
        holiday_data: Mapping[str, Any],
        *,
        actor: AnyActor,
    ) -> list[str]:
        """Store the calendars of an agency file as `Calendars.store` does."""
        return Calendars(self.context).store(agency, agency_data, holiday_data, actor=actor)

    def set_passwords(self, passwords: Mapping[str, str], *, actor: AnyActor) -> None:
        """Set the passwords of these accounts and sign them out; hashed before the transaction."""
        hashed = {username: self.context.hash_password(text) for username, text in passwords.items()}
        now = self.context.clock.now()

        def work(tx: Tx) -> None:
            for username, digest in hashed.items():
                act = Act(name="account.password", at=now, account=account_of(actor), subject=username)
                tx.accounts.set_password(username, digest, act)
                tx.credentials.drop_all(username)

        self.context.store.execute(work)

    def _act(self, name: str, account: str | None, subject: str) -> Act:
        return Act(name=name, at=self.context.clock.now(), account=account, subject=subject)


def store_organisation(tx: Tx, organisation: Organisation, act: Act) -> int:
    """Store an agency, and sign out its disabled accounts and those whose system roles changed.

    Rights of the system change with a new session; positions are looked up at every request.
    """
    agency = organisation.agency.id
    before = _system_roles(tx, agency)
    version = tx.organisations.put(organisation, act)
    tx.credentials.drop_of_disabled(agency)
    for username, roles in _system_roles(tx, agency).items():
        if before.get(username, roles) != roles:
            tx.credentials.drop_all(username)
    return version


def _system_roles(tx: Tx, agency: str) -> dict[str, frozenset[str]]:
    if agency not in tx.organisations.agencies():
        return {}
    return {account.username: account.system_roles for account in tx.organisations.get(agency).accounts}
