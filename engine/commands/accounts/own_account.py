"""One's own account: sessions and second factor; a new proof gives a new session."""

from typing import cast

from engine.audit.act import Act, Json
from engine.audit.events import organisation_stream
from engine.commands.accounts.second_factor import otpauth
from engine.commands.accounts.sessions import Person, own_session
from engine.commands.accounts.sign_in import SignIn
from engine.context import Context
from engine.errors import InvalidInput, NotFound
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text
from engine.views.accounts import Ended, Enrolment, SecondFactor, Session, SystemRole


class OwnAccount:
    """What a person does with the own account; ``session`` is the secret that the request came with."""

    def __init__(self, context: Context, sign_in: SignIn) -> None:
        self.context = context
        self.sign_in = sign_in

    # --- sessions ---

    def sessions(self, person: Person) -> list[Session]:
        """The sessions of a person that still count, the last used first."""
        rows = self.context.store.ask(lambda tx: tx.credentials.sessions_of(person.account))
        return [
            {
                "id": stored_session.id,
                "current": stored_session.id == person.session,
                "way": stored_session.way_in,
                "second_factor": stored_session.second_factor,
                "agent": stored_session.agent,
                "address": stored_session.address,
                "started_at": stored_session.started_at.isoformat(),
                "seen_at": stored_session.seen_at.isoformat(),
            }
            for stored_session in rows
            if self.sign_in.is_timely(stored_session) and stored_session.stage == "full"
        ]

    def end_session(self, person: Person, session_id: str, *, key: IdempotencyKey | None = None) -> None:
        """End one of the own sessions. `NotFound` where this person has no such session."""

        def work(tx: Tx) -> None:
            if not tx.credentials.drop_session_of(person.account, session_id):
                raise NotFound(Text("Sesi tidak ditemukan.", f"no session {session_id!r}"))
            self._record(tx, person, "account.session_revoke", {"session": session_id})

        self.context.store.execute(work, key=key)

    def end_other_sessions(self, person: Person, *, key: IdempotencyKey | None = None) -> Ended:
        """End every session but the one that asks; how many."""

        def work(tx: Tx) -> Ended:
            ended = tx.credentials.drop_sessions(person.account, but=person.session)
            self._record(tx, person, "account.session_revoke", {"ended": ended})
            return {"ended": ended}

        return self.context.store.execute(work, key=key)

    # --- second factor ---

    def begin_second_factor(self, person: Person, session: str | None, password: str | None) -> Enrolment:
        """A secret for an authenticator, shown this once; it counts when a code has confirmed it.

        Asks for the password, or of an account without one for a session that has just begun.
        """
        secret = own_session(person, session)
        self.sign_in.require_proof(person, secret, password)

        def work(tx: Tx) -> Enrolment:
            account = active(tx, person.actor)
            agency = self.context.catalog.organisation(tx, account.agency).agency
            drawn = self.sign_in.factors.begin(tx, person.account)
            self._record(tx, person, "account.second_factor_begin", {})
            return {"secret": drawn, "uri": otpauth(person.account, agency.short, drawn)}

        return self.context.store.execute(work)

    def confirm_second_factor(self, person: Person, session: str | None, code: str) -> tuple[list[str], str]:
        """The recovery codes, shown this once, and the secret of the session, which now has both factors.

        Every other session of the person ends. Raises `InvalidInput` for a wrong code, `MustWait`.
        """
        secret = own_session(person, session)
        back_off = self.sign_in.back_off
        counts = back_off.of_code(person.account)

        def work(tx: Tx) -> tuple[list[str], str]:
            back_off.require_patience_in(tx, counts)
            step = self.sign_in.factors.step_to_confirm(tx, person.account, code)
            codes, now = self.sign_in.factors.drawn_codes(person.account), self.sign_in.factors.clock.now()
            act = self._act(person, "account.second_factor")
            with tx.second_factors.confirmed(
                person.account, person.agency, step, list(codes.values()), now, act
            ):
                return list(codes), self.sign_in.renewed(tx, secret, second_factor=True)

        try:
            return self.context.store.execute(work)
        except InvalidInput:
            self.context.store.execute(lambda tx: back_off.failed(tx, counts))
            raise

    def drop_second_factor(self, person: Person, session: str | None, password: str | None) -> str:
        """Sign in without a code from now on; the secret of the session, whose second factor is gone too."""
        secret = own_session(person, session)
        self.sign_in.require_proof(person, secret, password)

        def work(tx: Tx) -> str:
            if tx.second_factors.get(person.account) is None:
                raise _not_enrolled()
            act = self._act(person, "account.second_factor_drop")
            with tx.second_factors.dropped(person.account, person.agency, act):
                tx.credentials.forget_second_factor(person.account)
                return self.sign_in.renewed(tx, secret, second_factor=False)

        return self.context.store.execute(work)

    def new_recovery_codes(self, person: Person, session: str | None, password: str | None) -> list[str]:
        """Ten new recovery codes, shown this once; the earlier ones are worth nothing any more."""
        self.sign_in.require_proof(person, own_session(person, session), password)

        def work(tx: Tx) -> list[str]:
            if not tx.second_factors.is_enrolled(person.account):
                raise _not_enrolled()
            codes, act = (
                self.sign_in.factors.drawn_codes(person.account),
                self._act(person, "account.recovery_codes"),
            )
            tx.second_factors.renew_codes(person.account, person.agency, list(codes.values()), act)
            return list(codes)

        return self.context.store.execute(work)

    def second_factor(self, person: Person) -> SecondFactor:
        """Whether a second factor is enrolled, how many recovery codes are left, and what it would wake."""

        def query(tx: Tx) -> SecondFactor:
            return {
                "enrolled": tx.second_factors.is_enrolled(person.account),
                "recovery_codes_left": tx.second_factors.recovery_codes_left(person.account),
                "dormant_roles": cast(list[SystemRole], sorted(person.dormant)),
            }

        return self.context.store.ask(query)

    # --- inside ---

    def _act(self, person: Person, name: str, facts: dict[str, Json] | None = None) -> Act:
        now = self.context.clock.now()
        return Act(name=name, at=now, account=person.account, subject=person.account, facts=facts or {})

    def _record(self, tx: Tx, person: Person, name: str, facts: dict[str, Json]) -> None:
        tx.audit.record(organisation_stream(person.agency), self._act(person, name, facts), {})


def _not_enrolled() -> NotFound:
    return NotFound(Text("Verifikasi dua langkah belum aktif.", "no second factor is enrolled"))
