"""Confirming a paraf or signature by a fresh sign-in at the identity provider, in place of the password.

What the provider answers is checked elsewhere; here it is tied to one person, session, task and version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.audit.act import Act, Json
from engine.audit.events import organisation_stream
from engine.cases.model import Task
from engine.commands.accounts.sessions import Person, hashed
from engine.commands.accounts.sign_in import SignIn
from engine.commands.cases.task_transaction import TaskCommands, require_version
from engine.context import Context
from engine.errors import Conflict, InvalidInput, NotAllowed
from engine.permissions.verbs import Verb
from engine.store import Tx
from engine.text.bilingual import Text

LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmability:
    """By what a person can confirm now: a password, or the provider, where it was done ``until`` counts.

    ``entered`` is what the page held, besides the draft, when the person left for the provider.
    """

    password: bool
    provider: bool
    until: datetime | None = None
    entered: Mapping[str, Any] = field(default_factory=dict)


class Confirmation:
    """Confirmations of paraf and signature; each counts once, for five minutes."""

    def __init__(self, context: Context, sign_in: SignIn) -> None:
        self.context = context
        self.sign_in = sign_in
        self.task_commands = TaskCommands(context)

    def possible(self, person: Person, task_id: str, version: int, issuer: str | None) -> Confirmability:
        """How this person confirms a task as it stands; ``issuer`` is the provider that is set up."""

        def query(tx: Tx) -> Confirmability:
            account = tx.accounts.get(person.account)
            has_password = account is not None and account.password_hash is not None
            linked = any(link.issuer == issuer for link in tx.identities.of(person.account))
            proof = tx.confirmations.get(person.session, task_id) if person.session else None
            password = has_password or self.sign_in.password_verifier is not None
            if proof is None or proof.version != version:
                return Confirmability(password=password, provider=linked)
            until = proof.confirmed_at + LASTS if proof.confirmed_at else None
            counts = until is not None and self._now() < until
            return Confirmability(
                password=password, provider=linked, until=until if counts else None, entered=proof.entered
            )

        return self.context.store.ask(query)

    def begin(
        self, person: Person, task_id: str, version: int | None, *, state: str, entered: Mapping[str, Json]
    ) -> None:
        """The person leaves for the provider; ``state`` is the secret that comes back with the answer.

        Raises what `complete` would for a task that this person cannot sign now.
        """
        session = _session_of(person)

        def work(tx: Tx) -> None:
            task_transaction = self.task_commands.open(tx, person.actor, task_id)
            outcome_rules = task_transaction.permissions.outcome_rules(task_transaction.task).values()
            signed = [rule for rule in outcome_rules if rule.sign is not None and rule.sign.via == "internal"]
            if not signed:
                raise InvalidInput(
                    Text(
                        "Langkah ini tidak memerlukan paraf atau tanda tangan.",
                        "this step asks for no paraf or signature",
                    )
                )
            refusals = [
                task_transaction.permissions.refusal(Verb.COMPLETE, task_transaction.task, rule)
                for rule in signed
            ]
            if all(refusals) and refusals[0] is not None:
                refusals[0].throw()
            require_version(task_transaction.task, version)
            tx.confirmations.put(
                session,
                task_id,
                version=task_transaction.task.version,
                attempt_hash=hashed(state),
                entered=entered,
                now=self._now(),
            )

        self.context.store.execute(work)

    def finish(self, person: Person, task_id: str, *, state: str, issuer: str, subject: str) -> None:
        """The person is back, proven anew as this one of the provider. Raises `NotAllowed`, `Conflict`."""
        session = _session_of(person)
        facts: dict[str, Json] = {"task": task_id, "way": "oidc", "issuer": issuer}

        def work(tx: Tx) -> None:
            link = tx.identities.get(issuer, subject)
            if link is None or link.account != person.account:
                raise NotAllowed(
                    Text(
                        "Di penyedia akun Anda masuk sebagai orang lain, sehingga tidak ada yang"
                        " dikonfirmasi. Ulangi dengan akun Anda sendiri.",
                        "somebody else signed in at the provider, so nothing is confirmed; try again"
                        " as yourself",
                    )
                )
            if not tx.confirmations.confirm(session, task_id, hashed(state), self._now()):
                raise Conflict(
                    Text(
                        "Konfirmasi ini sudah dipakai, atau digantikan yang lebih baru. Mulai lagi.",
                        "this confirmation was used, or replaced by a later one; begin again",
                    )
                )
            now = self.context.clock.now()
            act = Act(
                name="account.confirm", at=now, account=person.account, subject=person.account, facts=facts
            )
            tx.audit.record(organisation_stream(person.agency), act, {})

        self.context.store.execute(work)

    def take(self, tx: Tx, session: str | None, task: Task) -> bool:
        """Whether this session has confirmed the task as it stands; uses the confirmation up."""
        since = self._now() - LASTS
        return session is not None and tx.confirmations.take(session, task.id, task.version, since)

    def _now(self) -> datetime:
        # The provider goes by the real time, whatever the office rehearses.
        return self.context.machine_clock.now()


def _session_of(person: Person) -> str:
    if person.session is None:
        raise NotAllowed(
            Text(
                "Konfirmasi ini hanya untuk orangnya sendiri: masuk lewat peramban.",
                "this is for the person: sign in with a browser",
            )
        )
    return person.session
