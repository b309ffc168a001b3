"""System roles that sleep: in a session without its second factor a person is as if without them. Pure.

A door says once who is asking and what sleeps; whoever looks a person up afterwards sees the roles awake.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from engine.errors import SecondFactorNeeded
from engine.text.bilingual import Text

_ASLEEP: ContextVar[tuple[str, frozenset[str]]] = ContextVar("asleep", default=("", frozenset()))


@contextmanager
def asleep(account: str, roles: frozenset[str]) -> Iterator[None]:
    """While this lasts, in this request or thread of work, these roles of the account count for nothing."""
    token = _ASLEEP.set((account, roles))
    try:
        yield
    finally:
        _ASLEEP.reset(token)


def awake(account: str, roles: frozenset[str]) -> frozenset[str]:
    """The roles of an account that count now."""
    name, sleeping = _ASLEEP.get()
    return roles - sleeping if sleeping and name == account else roles


def require_awake(account: str, wanted: frozenset[str]) -> None:
    """`SecondFactorNeeded` where a wanted role is there but sleeps; ask before saying it is missing."""
    name, sleeping = _ASLEEP.get()
    if name == account and sleeping & wanted:
        raise SecondFactorNeeded(
            Text(
                "Hak ini memerlukan verifikasi dua langkah. Aktifkan di halaman Akun saya (/account),"
                " lalu masuk lagi.",
                "this right needs a second factor: enrol one at /account, then sign in again",
            )
        )
