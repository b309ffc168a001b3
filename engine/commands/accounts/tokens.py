"""Bearer tokens that people make for programs; a secret is shown once."""

import secrets
from datetime import timedelta
from typing import TypedDict

from engine.audit.act import Act, Json
from engine.audit.events import organisation_stream
from engine.commands.accounts.sessions import Person, derived, hashed, require_same_secret
from engine.commands.inputs import required_text
from engine.context import Context
from engine.errors import FieldError, InvalidInput, NotAllowed, NotFound
from engine.store import IdempotencyKey, Tx
from engine.store.credentials import StoredToken
from engine.text.bilingual import Text
from engine.views.accounts import Scope, Token

SECRET_BYTES = 32
LONGEST_DAYS = 366


class _StoredToken(TypedDict):
    """What a repeated request may be told of a token; the secret itself is kept nowhere."""

    id: str
    name: str
    scope: Scope
    expires_at: str
    secret_hash: str


class Tokens:
    def __init__(self, context: Context) -> None:
        self.context = context

    def make(
        self,
        person: Person,
        session: str | None,
        *,
        name: str,
        scope: Scope,
        expires_in_days: int,
        key: IdempotencyKey | None = None,
    ) -> Token:
        """A new token, its secret shown this once; only a session may make one."""
        if session is None or person.via != "session":
            raise NotAllowed(
                Text(
                    "Token hanya dapat dibuat setelah masuk dengan kata sandi.",
                    "a token cannot make tokens; sign in with the password",
                )
            )
        label = required_text(name, "name")
        _require_bounded(expires_in_days)
        # With a key the same session gets the same secret again, although nobody has kept it.
        drawn = derived(session, f"token:{key.key}") if key else secrets.token_urlsafe(SECRET_BYTES)
        secret = f"alur_{drawn}"
        now = self.context.clock.now()
        token = StoredToken(
            id=secrets.token_hex(8),
            secret_hash=hashed(secret),
            account=person.account,
            name=label,
            scope=scope,
            created_at=now,
            expires_at=now + timedelta(days=expires_in_days),
            second_factor=person.second_factor,
        )

        def work(tx: Tx) -> _StoredToken:
            act = self._act(person, "account.token", {"token": token.id, "scope": scope})
            tx.credentials.put_token(token, person.agency, act)
            return {
                "id": token.id,
                "name": label,
                "scope": scope,
                "expires_at": token.expires_at.isoformat(),
                "secret_hash": token.secret_hash,
            }

        made = self.context.store.execute(work, key=key)
        require_same_secret(made["secret_hash"], secret, Text("tokennya", "its token"))
        return {
            "id": made["id"],
            "name": made["name"],
            "scope": made["scope"],
            "expires_at": made["expires_at"],
            "token": secret,
        }

    def drop(self, person: Person, token_id: str, *, key: IdempotencyKey | None = None) -> None:
        """Take a token back; NotFound when this person has no such token."""

        def work(tx: Tx) -> None:
            if not tx.credentials.drop_token(token_id, person.account):
                raise NotFound(Text("Token tidak ditemukan.", f"no token {token_id!r}"))
            act = self._act(person, "account.token_revoke", {"token": token_id})
            tx.audit.record(organisation_stream(person.agency), act, {})

        self.context.store.execute(work, key=key)

    def _act(self, person: Person, name: str, facts: dict[str, Json]) -> Act:
        now = self.context.clock.now()
        return Act(name=name, at=now, account=person.account, subject=person.account, facts=facts)


def _require_bounded(days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        said = Text(f"Antara 1 dan {LONGEST_DAYS} hari.", f"Between 1 and {LONGEST_DAYS} days.")
        raise InvalidInput(
            Text(said.indonesian, f"between 1 and {LONGEST_DAYS} days"),
            errors=[FieldError("expires_in_days", said)],
        )
