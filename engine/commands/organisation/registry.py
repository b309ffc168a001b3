"""Keeping the organisation and its calendars: whole files are stored, each change with its event."""

import secrets
from collections.abc import Mapping
from typing import Any

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.commands.accounts.credential_notices import gives_more_than_an_account, told_of_credential
from engine.commands.calendar.calendars import Calendars
from engine.commands.notices.notice import tell
from engine.context import Context
from engine.organisation import Organisation
from engine.store import StoredAccount, Tx
from engine.store.account_guards import require_administrator
from engine.store.invitations import Invitation


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
        """Set the passwords of these accounts and sign them out; hashed before the transaction.

        Where somebody can sign in already, it is told, and counts as a reset.
        """
        hashed = {username: self.context.hash_password(text) for username, text in passwords.items()}
        by = account_of(actor)

        def work(tx: Tx) -> None:
            begins = not tx.accounts.exist(with_password=True)
            for username, digest in hashed.items():
                before = tx.accounts.get(username)
                if begins or before is None or not self._gives_away(tx, before):
                    tx.accounts.set_password(username, digest, self._act("account.password", by, username))
                else:
                    self._reset(tx, before, digest, self._act("account.reset", by, username))
                tx.credentials.drop_all(username)

        self.context.store.execute(work)

    def _gives_away(self, tx: Tx, target: StoredAccount) -> bool:
        return bool(target.password_hash) or gives_more_than_an_account(self.context, tx, target)

    def _reset(self, tx: Tx, target: StoredAccount, digest: str, act: Act) -> None:
        used = Invitation(
            secret_hash=secrets.token_hex(32),
            account=target.username,
            purpose="reset",
            made_by=act.account,
            made_at=act.at,
            expires_at=act.at,
            used_at=act.at,
        )
        with tx.accounts.password_set(target.username, digest, act, [used.told()]):
            tx.invitations.put(used)
        told = told_of_credential(
            self.context, tx, target.agency, target.username, "account.reset", act.account, act.at
        )
        tell(self.context, tx, list(told))

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
