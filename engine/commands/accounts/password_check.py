"""Whether a password is right, in the same time for every name; slow, so never in a transaction."""

import secrets
from collections.abc import Callable
from functools import cached_property
from threading import BoundedSemaphore
from typing import Literal

from engine.context import Context
from engine.store import StoredAccount

LONGEST_NAME = 200
LONGEST_PASSWORD = 1_000
HASHING_AT_ONCE = 4
DECOY_BYTES = 32

PasswordVerifier = Callable[[StoredAccount | None, str], bool | None]
"""Another judge of passwords, such as a directory; None for an account that is none of its own.

Without an account it asks for nobody, which takes as long and finds nothing.
"""


class PasswordCheck:
    """One for a whole engine: what is hashed at once is bounded, and a guess waits for its turn."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.turn = BoundedSemaphore(HASHING_AT_ONCE)
        self.verifier: PasswordVerifier | None = None

    def known(self, username: str) -> StoredAccount | None:
        """The account of a name that somebody typed."""
        if len(username) > LONGEST_NAME or not username.isprintable():
            return None
        return self.context.store.ask(lambda tx: tx.accounts.get(username))

    def fits(self, person: StoredAccount | None, password: str) -> Literal["password", "ldap"] | None:
        """By what the password was found right; None when it is wrong. Asked while holding ``turn``."""
        given, judged = password[: LONGEST_PASSWORD + 1], None
        known = person if person is not None and not person.disabled else None
        if known is not None and self.verifier is not None:
            judged = self.verifier(known, given)
        if judged:
            return "ldap"
        stored = person.password_hash if person is not None else None
        fits = self.context.password_fits(given, stored or self._decoy)
        if fits and stored is not None and known is not None:
            return "password"
        if judged is None and self.verifier is not None:
            self.verifier(None, given)
        return None

    @cached_property
    def _decoy(self) -> str:
        """What an unknown account's password is compared with, so that it takes as long."""
        return self.context.hash_password(secrets.token_urlsafe(DECOY_BYTES))
