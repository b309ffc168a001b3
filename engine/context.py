"""What every command and query works with: the store, the catalog, the clock, files and passwords."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.access.actor import Actor
from engine.access.keyring import Keyring
from engine.audit.log_key import LogKey
from engine.clock import Clock, SystemClock, milliseconds
from engine.errors import FieldError
from engine.organisation import Organisation
from engine.store import Store, Tx
from engine.store.account_guards import active
from engine.store.catalog import Catalog
from engine.store.checkpoint_folder import CheckpointFolder
from engine.store.files import FileStore

VerifyPassword = Callable[[str, str], bool]
"""Whether a password fits a stored hash; slow on purpose, so never called inside a transaction."""


def new_id() -> str:
    """A UUID of version 7: what is made one after another stands together in every index.

    It tells when it was made, and opens nothing to whoever knows it.
    """
    at, random = milliseconds(), secrets.randbits(74)
    version, variant = 0x7 << 76, 0b10 << 62
    return str(UUID(int=at << 80 | version | (random >> 62) << 64 | variant | random & (2**62 - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    store: Store
    catalog: Catalog
    clock: Clock
    files: FileStore
    password_fits: VerifyPassword
    hash_password: Callable[[str], str]
    channels: Mapping[str, Collection[str] | None] = field(default_factory=dict)
    """By which channels notices go out besides being shown, with the kinds each is told of; None for all."""
    password_is_dated: Callable[[str], bool] = lambda _: False
    """Whether a stored hash was made with parameters of earlier days."""
    password_faults: Callable[[str, Sequence[str]], Sequence[FieldError]] = lambda *_: ()
    """Everything against a new password; the texts are what is known of its person and place."""
    post: Callable[[str, str, str], bool] | None = None
    """Sends a letter (address, subject, text) at once, past the outbox, which keeps what it sends; whether
    it went. None where the office sends no mail."""
    public_url: str | None = None
    """The address people use, for links."""
    machine_clock: Clock = field(default_factory=SystemClock)
    """For what no rehearsed time may move: waits after wrong guesses, codes of second factors."""
    keyring: Keyring = field(default_factory=Keyring)
    log_key: LogKey = field(default_factory=LogKey)
    log_origin: str | None = None
    """The name of the log in its first checkpoint; None for the mail domain of the first agency."""
    checkpoint_folder: CheckpointFolder = field(default_factory=CheckpointFolder)
    known_by_mail: bool = False
    """Whether an identity provider finds accounts by their address, which their people then do not change."""
    second_factor_roles: frozenset[str] = frozenset()
    """System roles that sleep in a session without a second factor."""

    def organisation_of(self, tx: Tx, actor: Actor) -> Organisation:
        """The agency of an active person as it stands; `NotFound` for anybody else."""
        return self.catalog.organisation(tx, active(tx, actor).agency)

    def day_in(self, organisation: Organisation, at: datetime | None = None) -> date:
        """The day that it is where the agency is, now where no instant is given; mandates count by days."""
        return (at or self.clock.now()).astimezone(self.zone_of(organisation)).date()

    def zone_of(self, organisation: Organisation) -> ZoneInfo:
        """The time zone of an agency."""
        return ZoneInfo(organisation.agency.timezone)
