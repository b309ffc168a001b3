"""The composition root: from settings and a clock to a running system."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from os import getpid
from socket import gethostname
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url

from engine.calendar.calendar import Calendar
from engine.clock import Clock, SystemClock
from engine.commands.worker.tick import Sweep, Swept
from engine.context import Context, new_id
from engine.engine import Engine
from engine.errors import NotFound
from engine.store import Tx, open_store
from engine.store.catalog import Catalog
from engine.store.checkpoint_folder import CheckpointFolder
from engine.store.files import FileStore
from engine.text.bilingual import Text
from migrations import migrate
from notifications.channels import Channel
from notifications.delivery import Delivered, Delivery
from notifications.mail import Mail
from runtime import passwords
from runtime.demo.load import load_demonstration
from runtime.password_policy import judge
from runtime.settings import Settings
from runtime.settings.log import log_key_of
from runtime.settings.messages import personal_channels
from runtime.settings.sign_in import keyring_of, make_key
from runtime.settings.single_sign_on import directory_from, judged_by, provider_from
from runtime.settings.webhooks import webhooks_from
from runtime.shipped import shipped_calendars

if TYPE_CHECKING:
    from fastapi import FastAPI

    from identity.oidc import Provider


@dataclass(frozen=True)
class System:
    """One office in one process."""

    settings: Settings
    engine: Engine
    sweeping: Sweep
    delivery: Delivery
    provider: "Provider | None" = None
    """Where people may sign in without a password of ours."""

    def sweep(self) -> Swept:
        """One tick of timers and outbox, as a worker does it every few seconds."""
        swept = self.sweeping.tick()
        self.deliver()
        return swept

    def deliver(self) -> Delivered:
        """Send what waits in the outbox; without a channel that is nothing."""
        return self.delivery.run()

    @cached_property
    def app(self) -> "FastAPI":
        """The application that serves this office over HTTP."""
        # Imported only where HTTP is wanted: the command line starts faster without it.
        from api.app import build
        from runtime.operation import made_operable
        from web.app import add_pages

        app = build(self.engine, requests_per_second=self.settings.requests_per_second)
        add_pages(app, self.engine, self.provider)
        return made_operable(app, self.settings, self.engine)

    def migrate(self) -> None:
        """Bring the database to the schema of this release; makes the keys that are missing."""
        application = make_url(self.settings.database_url)
        url = self.settings.migration_url or self.settings.database_url
        role = application.username if self.settings.migration_url else None
        migrate(url, app_role=role, auditor_role=self.settings.auditor_role)
        make_key(self.settings.key_path)
        make_key(self.settings.log_key_path)

    def load_demo(self, sops: Collection[str] | None = None) -> dict[str, str]:
        """Migrate an empty database and load the demonstration; returns {username: password}.

        ``sops`` are the definitions to store; all, where none are named.
        """
        self.migrate()
        return load_demonstration(self.engine, sops=sops)

    def calendar(self, name: str) -> Calendar:
        """A working calendar by its id: the stored one, or the shipped one before anything is stored."""
        office = self.engine.context

        def stored(connection: Connection) -> Calendar | None:
            if not inspect(connection).has_table("agency"):
                return None
            tx = Tx(connection)
            for agency in tx.organisations.agencies():
                if any(calendar.calendar == name for calendar in tx.calendars.of(agency)):
                    return office.catalog.calendar(tx, agency, name).calendar
            return None

        stored_calendar = office.store.read(stored) or shipped_calendars().get(name)
        if stored_calendar is None:
            raise NotFound(Text(f'Kalender "{name}" tidak ada.', f"no calendar {name!r}"))
        return stored_calendar

    def close(self) -> None:
        self.engine.context.store.close()


def bootstrap(
    settings: Settings | None = None, clock: Clock | None = None, machine_clock: Clock | None = None
) -> System:
    """A system ready to use; it never migrates by itself.

    ``machine_clock`` is for tests of what goes by the machine's time, whatever the office's clock says.
    """
    chosen = settings or Settings()
    told_by = clock or SystemClock()
    channels: dict[str, Channel] = {
        channel.name: channel
        for channel in (*personal_channels(chosen, chosen.public_url), *webhooks_from(chosen, told_by))
    }
    office = Context(
        store=open_store(chosen.database_url),
        catalog=Catalog(new_id),
        clock=told_by,
        files=FileStore(chosen.files_root),
        password_fits=passwords.password_fits,
        hash_password=passwords.hash_password,
        channels={name: channel.kinds for name, channel in channels.items()},
        password_is_dated=passwords.password_is_dated,
        password_faults=judge(chosen.password_profile),
        post=mail.post if isinstance(mail := channels.get(Mail.name), Mail) else None,
        public_url=chosen.public_url,
        machine_clock=machine_clock or SystemClock(),
        keyring=keyring_of(chosen.key_path),
        log_key=log_key_of(chosen.log_key_path),
        log_origin=chosen.log_origin,
        checkpoint_folder=CheckpointFolder(chosen.checkpoint_path),
        known_by_mail=chosen.oidc_issuer is not None,
        second_factor_roles=frozenset(chosen.second_factor_roles),
    )
    engine = Engine(office)
    directory = directory_from(chosen)
    if directory is not None:
        engine.sign_in.password_verifier = judged_by(directory)
    return System(
        settings=chosen,
        engine=engine,
        sweeping=Sweep(office, f"{gethostname()}:{getpid()}", checkpoints=engine.checkpoints),
        delivery=Delivery(engine, channels),
        provider=provider_from(chosen, chosen.public_url, office.machine_clock),
    )
