"""What the application key is for: sealing secrets and keyed digests, each purpose with a key of its own.

Where the key is kept is decided by the runtime; without one everything here refuses.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable

from engine.errors import KeyMissing
from engine.text.bilingual import Text

KEY_BYTES = 32
NONCE_BYTES = 12


class Keyring:
    """Seals and opens with the key of a source, asked when it is first needed; ``Vault()`` has none."""

    def __init__(self, source: Callable[[], bytes | None] = lambda: None) -> None:
        self._source = source
        self._key: bytes | None = None

    @property
    def has_key(self) -> bool:
        """Whether there is a key that may be used."""
        try:
            return self._found() is not None
        except KeyMissing:
            return False

    def seal(self, purpose: str, owner: str, content: bytes) -> str:
        """The content encrypted and bound to its purpose and owner. Raises `KeyMissing`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.derived(purpose)).encrypt(nonce, content, owner.encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, purpose: str, owner: str, sealed: str) -> bytes:
        """What was sealed. Raises `KeyMissing` where it was sealed with another key or for another owner."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        raw = base64.b64decode(sealed)
        try:
            return AESGCM(self.derived(purpose)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode())
        except InvalidTag:
            raise _missing("ini bukan kunci yang dipakai menyegel", "another key sealed this") from None

    def digest(self, purpose: str, text: str) -> str:
        """A keyed SHA-256, so that whoever only has the database cannot try texts. Raises `KeyMissing`."""
        return hmac.new(
            self.derived(purpose), text.encode("utf-8", "surrogatepass"), hashlib.sha256
        ).hexdigest()

    def derived(self, purpose: str) -> bytes:
        """The key of one purpose (HKDF-SHA256). Raises `KeyMissing`."""
        key = self._found()
        if key is None:
            raise _missing("tidak ada berkas kunci", "there is no key file")
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"alur {purpose}".encode()).derive(key)

    def _found(self) -> bytes | None:
        if self._key is None:
            self._key = self._source()
        return self._key


def _missing(said: str, english: str) -> KeyMissing:
    return KeyMissing(
        Text(
            f"Kunci aplikasi tidak dapat dipakai: {said}. Periksa ALUR_KEY_FILE dengan `alur doctor`.",
            f"the application key cannot be used: {english}; check ALUR_KEY_FILE with `alur doctor`",
        )
    )
