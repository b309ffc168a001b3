"""Making guesses slow: failures are counted in the database, for every process and across restarts.

Measured by the machine's clock. Nobody is locked out for good, and unknown names count like known ones.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.commands.accounts.known_devices import KnownDevices
from engine.commands.accounts.place import Place
from engine.context import Context
from engine.errors import MustWait
from engine.store import Tx

FORGOTTEN_AFTER = timedelta(minutes=15)
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures are free; each further one doubles the wait, up to the longest."""

    free: int
    longest: int

    def wait(self, failures: int, failed_at: datetime, now: datetime) -> int:
        """Whole seconds to wait; none where the clock was set back behind the failure."""
        if failures < self.free or failed_at > now or now - failed_at > FORGOTTEN_AFTER:
            return 0
        longest: int = min(self.longest, 2 ** min(failures - self.free, 30))
        return max(0, math.ceil(longest - (now - failed_at).total_seconds()))


@dataclass(frozen=True, slots=True)
class Count:
    """One thing that failures are counted for."""

    key: str
    name_hash: str | None
    patience: Limit
    is_personal: bool = True
    of_names: bool = False
    """Counts names rather than failures, and keeps only those waiting who have failed themselves."""


# One person at one place; a name from everywhere; a place by the names that failed there, for an office may
# share one address: whoever guesses there must not keep those waiting who type their password right.
OF_PERSON = Limit(5, 300)
OF_NAME = Limit(50, 15)
OF_PLACE = Limit(50, 60)
# A code is short, and whoever guesses it knows the password already.
OF_CODE = Limit(5, 300)
OF_SIGNATURE = Limit(5, 300)


class LoginThrottle:
    """Counts failures and says who has to wait."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.devices = KnownDevices(context.keyring)

    def at_sign_in(self, username: str, place: Place) -> tuple[Count, ...]:
        """What a wrong password counts for; on a device of the name for that device alone."""
        typed = username[:LONGEST_NAME]
        name = self._hash("name", typed)
        device = self.devices.of(place.device, typed)
        if device is not None:
            return (Count(self._hash("device", typed, device), name, OF_PERSON),)
        return (
            Count(self._hash("person", typed, place.address), name, OF_PERSON),
            Count(name, name, OF_NAME, is_personal=False),
            Count(self._hash("place", place.address), None, OF_PLACE, is_personal=False, of_names=True),
        )

    def of_code(self, account: str) -> tuple[Count, ...]:
        """What a wrong code of a second factor counts for."""
        return (Count(self._hash("code", account), self._hash("name", account), OF_CODE),)

    def of_signature(self, account: str) -> tuple[Count, ...]:
        """What a wrong password of somebody who is signed in counts for."""
        return (Count(self._hash("signature", account), self._hash("name", account), OF_SIGNATURE),)

    def of_link(self, address: str) -> tuple[Count, ...]:
        """What a wrong one-time link counts for."""
        return (Count(self._hash("links", address), None, OF_PLACE),)

    def require_patience(self, counts: Sequence[Count]) -> bool:
        """`MustWait` while one of these has to wait; else whether a personal one has failures to forget."""
        return self.context.store.ask(lambda tx: self.require_patience_in(tx, counts))

    def require_patience_in(self, tx: Tx, counts: Sequence[Count]) -> bool:
        """The same within a transaction."""
        now = self.context.machine_clock.now()
        failures = tx.sign_in_failures.of(count.key for count in counts)
        failed = any(count.is_personal for count in counts if count.key in failures)
        asked = [count for count in counts if count.key in failures and (failed or not count.of_names)]
        waits = [count.patience.wait(*failures[count.key], now) for count in asked]
        if any(waits):
            raise MustWait(max(waits))
        return failed

    def failed(self, tx: Tx, counts: Sequence[Count]) -> bool:
        """Count one more failure; whether the waiting begins with it."""
        now = self.context.machine_clock.now()
        tx.sign_in_failures.forget_old(now - 2 * FORGOTTEN_AFTER)
        begins, is_first = False, True
        # Always from the person to the place, so that two processes never wait for each other.
        for count in counts:
            if count.of_names and not is_first:
                continue
            failures = tx.sign_in_failures.count(count.key, count.name_hash, now, now - FORGOTTEN_AFTER)
            begins = begins or failures == count.patience.free
            is_first = is_first and (not count.is_personal or failures == 1)
        return begins

    def succeeded(self, tx: Tx, counts: Sequence[Count]) -> None:
        """Forget the failures of this person here; those of the name and of the place stay."""
        tx.sign_in_failures.forget(count.key for count in counts if count.is_personal)

    def unlock(self, tx: Tx, account: str) -> int:
        """Forget every failure of a name; how many counts there were."""
        return tx.sign_in_failures.forget_name(self._hash("name", account))

    def _hash(self, *parts: str) -> str:
        text = "\0".join(parts)
        if self.context.keyring.has_key:
            return self.context.keyring.digest("failures", text)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
