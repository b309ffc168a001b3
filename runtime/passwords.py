"""Password hashing: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).

Hashed in threads of its own: what a thread has taken for it, its allocator keeps for good.
"""

from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

PASSES, KIBIBYTES, LANES = 2, 19_456, 1
_TODAY = Argon2Hasher(time_cost=PASSES, memory_cost=KIBIBYTES, parallelism=LANES)
_HASHER = PasswordHash((_TODAY,))
THREADS = 4
_HASHING = ThreadPoolExecutor(THREADS, "alur-hash")


def hash_password(password: str) -> str:
    return _HASHING.submit(_HASHER.hash, password).result()


def password_is_dated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    try:
        return Argon2Hasher.identify(stored) and _TODAY.check_needs_rehash(stored)
    except UnknownHashError:
        return True


def password_fits(password: str, stored: str) -> bool:
    """Whether a password fits a stored hash; a hash of another kind fits nothing."""
    try:
        return _HASHING.submit(_HASHER.verify, password, stored).result()
    except UnknownHashError:
        return False
