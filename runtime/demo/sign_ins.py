"""Whom to sign in as in the demonstration office: one of every kind, and whoever has a task waiting."""

from dataclasses import dataclass

from engine.access.actor import Actor
from engine.engine import Engine
from engine.organisation import Account
from runtime.demo.office import AUTHOR, AUTHOR_LABEL
from runtime.shipped import demonstration_organisation, second_organisation

STAFF, SUPERIOR, HEAD = "staf", "atasan", "pimpinan"
FIRST = "kabid.pkm"
KINDS = {
    FIRST: SUPERIOR,
    "jp.psr.1": STAFF,
    "jp.pkm.1": STAFF,
    "kasi.psr.1": STAFF,
    "kabid.psr": SUPERIOR,
    "sekdis": SUPERIOR,
    "kadis": HEAD,
    "inspektorat.1": "evaluator",
    "auditor": "auditor",
    "bappelitbangda": "pembaca laporan",
    "admin": "administrator",
    AUTHOR: "penyusun SOP",
    "kasubbag.perencanaan": "pengelola register",
    "dagkop.kasubag.perencanaan": "pengelola register, instansi kedua",
    "dagkop.kadis": "pimpinan, instansi kedua",
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account, what it is an example of, and the labels of the tasks that wait for it."""

    username: str
    kind: str
    label: str
    waiting: tuple[str, ...]


def sign_ins(engine: Engine) -> list[SignIn]:
    """One account of every kind, who to try first at the top."""
    labels = {account.username: account.label for account in _accounts()}
    labels[AUTHOR] = AUTHOR_LABEL
    return [
        SignIn(username, kind, labels[username], _waiting(engine, username))
        for username, kind in KINDS.items()
    ]


def others() -> list[str]:
    """The accounts that are there as well."""
    return [account.username for account in _accounts() if account.username not in KINDS]


def _accounts() -> list[Account]:
    offices = (demonstration_organisation(), second_organisation())
    return [account for office in offices for account in office.accounts]


def _waiting(engine: Engine, username: str) -> tuple[str, ...]:
    return tuple(task["label"] for task in engine.queries.inbox(Actor(username))["items"])
