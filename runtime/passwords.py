"""Password hashing: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane)."""

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_fits(password: str, stored: str) -> bool:
    """Whether a password fits a stored hash; a hash of another kind fits nothing."""
    try:
        return _HASHER.verify(password, stored)
    except UnknownHashError:
        return False
