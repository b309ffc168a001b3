"""What people are called in an export: a pseudonym that is the same all through it, or their user name."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from engine.access.keyring import Keyring

PURPOSE = "export"
LETTERS = 16


@dataclass(slots=True)
class People:
    """User name → what stands in the export; None stays None.

    Pseudonyms are keyed by the application key, so that exports of one installation fit together and nobody
    can try names; without a key they hold for one export alone.
    """

    named: bool
    keyring: Keyring
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _known: dict[str, str] = field(default_factory=dict)

    def __call__(self, agency: str, account: str | None) -> str | None:
        if account is None or self.named:
            return account
        key = f"{agency}\n{account}"
        pseudonym = self._known.get(key)
        if pseudonym is None:
            pseudonym = self._known[key] = f"P-{self._digest(key)[:LETTERS]}"
        return pseudonym

    def _digest(self, text: str) -> str:
        if self.keyring.has_key:
            return self.keyring.digest(PURPOSE, text)
        return hmac.new(self._salt, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
