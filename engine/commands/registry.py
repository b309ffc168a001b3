"""Keeping the organisation and its calendars: whole files are stored, each change with its event."""

from collections.abc import Mapping
from typing import Any

from engine.office import Office
from engine.organisation import Organisation
from engine.state import Act
from engine.store import Tx
from engine.worktime.agency import read_agency


class Registry:
    """The administrator's desk; who may sit at it is decided by the caller (the host's command line)."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def put_organisation(self, organisation: Organisation, *, account: str | None = None) -> int:
        """Make the stored agency equal to this one; returns its new version."""
        act = self._act("organisation.store", account, organisation.agency.id)

        def work(tx: Tx) -> int:
            version = tx.put_organisation(organisation, act)
            tx.drop_credentials_of_disabled(organisation.agency.id)
            return version

        return self.office.store.execute(work)

    def put_calendars(
        self,
        agency: str,
        agency_data: Mapping[str, Any],
        holiday_data: Mapping[str, Any],
        *,
        decree: str | None = None,
        account: str | None = None,
    ) -> list[str]:
        """Store the calendars of an agency file; returns those that are new or changed.

        DefinitionError carries every fault of the two files.
        """
        read = read_agency(agency_data, holiday_data)
        data = {"agency": dict(agency_data), "holidays": holiday_data}
        versions = {name: calendar.version for name, calendar in read.calendars().items()}
        act = self._act("calendar.store", account, agency)
        return self.office.store.execute(
            lambda tx: [
                name
                for name, version in versions.items()
                if tx.put_calendar(
                    agency=agency, calendar=name, version=version, data=data, decree=decree, act=act
                )
            ]
        )

    def set_passwords(self, passwords: Mapping[str, str], *, account: str | None = None) -> None:
        """Set the passwords of these accounts and sign them out; hashed before the transaction."""
        hashed = {username: self.office.hash_password(text) for username, text in passwords.items()}
        now = self.office.clock.now()

        def work(tx: Tx) -> None:
            for username, digest in hashed.items():
                act = Act(name="account.password", at=now, account=account, subject=username)
                tx.set_password(username, digest, act)
                tx.drop_credentials(username)

        self.office.store.execute(work)

    def _act(self, name: str, account: str | None, subject: str) -> Act:
        return Act(name=name, at=self.office.clock.now(), account=account, subject=subject)
