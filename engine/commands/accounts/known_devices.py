"""Browsers in which somebody has signed in before: what others guess elsewhere does not keep them waiting.

What a browser keeps is signed and names nobody: ``nonce.mac.mac``, a MAC for each name that signed in there.
"""

import hmac
import re
import secrets

from engine.access.keyring import Keyring

NAMES = 8
MAC_LENGTH, NONCE_BYTES = 32, 16
SHAPE = re.compile(r"[0-9a-f]{32}(\.[0-9a-f]{32}){0,8}")


class KnownDevices:
    """Gives no right: whoever has stolen it may guess as slowly as everybody, and no more."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def of(self, device: str, username: str) -> str | None:
        """The nonce of a device where this name has signed in before; None for every other."""
        nonce, *macs = _parts(device) or ("",)
        if not macs or not self._keyring.has_key:
            return None
        expected = self._mac(nonce, username)
        known = [hmac.compare_digest(expected, mac) for mac in macs]
        return nonce if any(known) else None

    def with_name(self, device: str, username: str) -> str | None:
        """What the device keeps once this name has signed in there; None where nothing can be signed."""
        if not self._keyring.has_key:
            return None
        nonce, *macs = _parts(device) or (secrets.token_hex(NONCE_BYTES),)
        mine = self._mac(nonce, username)
        others = [mac for mac in macs if mac != mine]
        return ".".join([nonce, *others[-(NAMES - 1) :], mine])

    def _mac(self, nonce: str, username: str) -> str:
        return self._keyring.digest("device", f"{nonce}\0{username}")[:MAC_LENGTH]


def _parts(device: str) -> list[str]:
    """The nonce and the MACs; nothing of what was never given."""
    return device.split(".") if SHAPE.fullmatch(device) else []
