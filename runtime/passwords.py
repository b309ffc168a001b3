"""Password hashing: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane)."""

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

_TODAY = Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1)
_HASHER = PasswordHash((_TODAY,))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_is_dated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    try:
        return Argon2Hasher.identify(stored) and _TODAY.check_needs_rehash(stored)
    except UnknownHashError:
        return True


def password_fits(password: str, stored: str) -> bool:
    """Whether a password fits a stored hash; a hash of another kind fits nothing."""
    try:
        return _HASHER.verify(password, stored)
    except UnknownHashError:
        return False
