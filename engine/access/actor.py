"""Who acts, as a value: an account, and which of its system roles sleep in this session. Pure.

A role sleeps where the session lacks its second factor: it gives no right, and keeps its person out of the
work as before. A door makes the actor; whoever judges rights is handed it.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any, Final, TypeVar

from engine.errors import NotAllowed, SecondFactorNeeded
from engine.text.bilingual import Text

PARAMETERS = ("actor", "by")

Commands = TypeVar("Commands")


@dataclass(frozen=True, slots=True)
class Actor:
    """An account that acts."""

    account: str
    asleep: frozenset[str] = frozenset()

    def awake(self, roles: frozenset[str]) -> frozenset[str]:
        """Of the roles that this account has those that count in this session."""
        return roles - self.asleep


class SystemActor(Enum):
    """What acts without an account: no rule of an office binds it, and an event of it names nobody."""

    HOST = "host"  # whoever runs the command line on the host
    WORKER = "worker"  # timers, schedules and what follows from them


HOST: Final = SystemActor.HOST
WORKER: Final = SystemActor.WORKER
AnyActor = Actor | SystemActor


def account_of(actor: AnyActor) -> str | None:
    """The account that an event names; None where the system itself has acted."""
    return None if isinstance(actor, SystemActor) else actor.account


def require_role(actor: Actor, awake: frozenset[str], wanted: frozenset[str], refusal: Text) -> None:
    """`NotAllowed` where no wanted role counts, `SecondFactorNeeded` where one would but sleeps."""
    if awake & wanted:
        return
    if actor.asleep & wanted:
        raise SecondFactorNeeded(
            Text(
                "Hak ini memerlukan verifikasi dua langkah. Aktifkan di halaman Akun saya (/account),"
                " lalu masuk lagi.",
                "this right needs a second factor: enrol one at /account, then sign in again",
            )
        )
    raise NotAllowed(refusal)


def accepts_names(commands: type[Commands]) -> type[Commands]:
    """Let programs name an account where a public method takes an actor, as in ``claim("kadis", …)``.

    All roles of an account that is named count; doors hand over the actor of their session.
    """
    for name, method in list(vars(commands).items()):
        if inspect.isfunction(method) and (name == "__call__" or not name.startswith("_")):
            names = list(inspect.signature(method).parameters)
            slot = next((parameter for parameter in PARAMETERS if parameter in names), None)
            if slot is not None:
                setattr(commands, name, _by_name(method, slot, names.index(slot)))
    return commands


def _by_name(method: Callable[..., Any], slot: str, place: int) -> Callable[..., Any]:
    @wraps(method)
    def named(*given: Any, **options: Any) -> Any:
        if slot in options:
            return method(*given, **{**options, slot: _actor(options[slot])})
        return method(*given[:place], *map(_actor, given[place : place + 1]), *given[place + 1 :], **options)

    return named


def _actor(who: AnyActor | str) -> AnyActor:
    return Actor(who) if isinstance(who, str) else who
