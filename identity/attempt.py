"""One way to an OpenID provider and back: what checks it, how the browser carries it, whom it proves.

Nothing here needs the library that talks to the provider, which an office may not have installed.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from engine.access.keyring import Keyring
from engine.clock import Clock
from engine.errors import KeyMissing, NotProven
from engine.text.bilingual import Text

MINUTES = 10
PURPOSE = "sign-in attempt"

Errand = Literal["sign_in", "confirm", "sign_out"]
"""What somebody goes to the provider for; an answer to one is none to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What only the browser that began, and we, know of a try; ``next`` is the page that was asked for.

    ``task`` is what a sign-in confirms that has this errand.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    begun_at: datetime
    errand: Errand = "sign_in"
    task: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is at the provider; ``mail`` only when the provider has verified it.

    ``id_token`` is what the provider wants to see again when this person signs out there.
    """

    issuer: str
    subject: str
    mail: str | None
    second_factor: bool
    id_token: str | None = field(default=None, compare=False, repr=False)


def new_attempt(
    next_path: str, begun_at: datetime, errand: Errand = "sign_in", task: str | None = None
) -> Attempt:
    return Attempt(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        next=next_path,
        begun_at=begun_at,
        errand=errand,
        task=task,
    )


def sealed(attempt: Attempt, issuer: str, keyring: Keyring) -> str:
    """The attempt as a cookie can hold it, for ten minutes and this provider. Raises `KeyMissing`."""
    content = {**asdict(attempt), "begun_at": attempt.begun_at.isoformat()}
    return keyring.seal(PURPOSE, issuer, json.dumps(content).encode())


def unsealed(text: str, issuer: str, keyring: Keyring, clock: Clock) -> Attempt:
    """The attempt of a cookie. Raises `NotProven` for one that is not ours, or too old."""
    try:
        content = json.loads(keyring.open(PURPOSE, issuer, text))
    except (KeyMissing, ValueError):  # changed, cut, or sealed before the key was
        raise not_begun_here() from None
    begun_at = datetime.fromisoformat(content.pop("begun_at"))
    if not begun_at <= clock.now() < begun_at + timedelta(minutes=MINUTES):
        raise not_begun_here()
    return Attempt(**content, begun_at=begun_at)


def require_same_state(attempt: Attempt, answer: Mapping[str, str]) -> None:
    """`NotProven` where the answer was not asked for by this attempt."""
    if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise not_begun_here()


def not_begun_here() -> NotProven:
    return NotProven(
        Text(
            "Upaya masuk ini tidak dimulai di peramban ini, atau sudah lewat waktunya. Mulai lagi.",
            "this sign-in was not begun in this browser, or took too long; begin again",
        )
    )
