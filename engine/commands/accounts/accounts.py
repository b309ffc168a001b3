"""Accounts as the administrator keeps them: made, invited, disabled, unlocked, given a new start.

``by`` is the host, or an administrator of the own agency alone.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TypedDict, cast

from engine.access.actor import Actor, AnyActor, SystemActor, accepts_names, account_of
from engine.audit.act import Act
from engine.audit.events import organisation_stream
from engine.commands.accounts.credential_notices import (
    Credential,
    gives_more_than_an_account,
    told_of_credential,
)
from engine.commands.accounts.login_throttle import LoginThrottle
from engine.commands.accounts.profiles import sound_profile
from engine.commands.accounts.sessions import Person, derived, hashed, require_same_secret
from engine.commands.notices.notice import tell
from engine.context import Context
from engine.errors import Conflict, FieldError, InvalidInput, NotFound
from engine.organisation.model import SYSTEM_ROLES, USERNAME
from engine.store import IdempotencyKey, StoredAccount, Tx
from engine.store.account_guards import administrator, kept
from engine.store.accounts import Profile
from engine.store.invitations import Invitation
from engine.text.bilingual import Text
from engine.views.accounts import Account, Link, Purpose

LINK_LASTS = timedelta(hours=72)
LINK_BYTES = 32


class _StoredLink(TypedDict):
    """What a repeated request may be told of a link; the secret itself is kept nowhere."""

    username: str
    purpose: Purpose
    expires_at: str
    secret_hash: str
    attempt: str


@accepts_names
class Accounts:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.back_off = LoginThrottle(context)

    def create(
        self,
        username: str,
        label: str,
        *,
        by: AnyActor,
        agency: str | None = None,
        nip: str | None = None,
        locale: str | None = None,
        contact: str | None = None,
        system_roles: Sequence[str] = (),
        key: IdempotencyKey | None = None,
    ) -> Account:
        """A new account without a password; ``agency`` is asked of the host alone."""
        if not USERNAME.fullmatch(username):
            raise _invalid(
                "username", Text("Huruf kecil, angka, . - dan _.", "Small letters, digits, . - and _.")
            )
        unknown = sorted(set(system_roles) - set(SYSTEM_ROLES))
        if unknown:
            raise _invalid("system_roles", Text(f"Tidak dikenal: {unknown[0]}.", f"Unknown: {unknown[0]}."))
        given = {"label": label, "nip": nip, "locale": locale, "contact": contact}
        values = sound_profile(given) | {"system_roles": tuple(sorted(set(system_roles)))}
        act = self._act("account.create", by, username)

        def work(tx: Tx) -> Account:
            home = administrator(tx, by).agency if isinstance(by, Actor) else agency
            if home not in tx.organisations.agencies():
                raise NotFound(Text(f"Instansi {home} tidak ada.", f"no agency {home!r}"))
            tx.accounts.put(home, username, values, act)
            return _profile_of(tx, username).shown()

        return self.context.store.execute(work, key=key)

    def link(
        self,
        username: str,
        purpose: Purpose,
        *,
        by: Person | SystemActor,
        session: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Link:
        """A link, valid 72 hours and once, with which the person sets a password; shown this once.

        ``reset`` also takes away the password and every session and token. Earlier links end. The link is
        mailed where the office can send mail and the person's address is known.
        """
        secret = derived(session, f"link:{key.key}") if key and session else secrets.token_urlsafe(LINK_BYTES)
        actor = by.actor if isinstance(by, Person) else by
        attempt = secrets.token_hex(8)
        now = self.context.clock.now()

        def work(tx: Tx) -> _StoredLink:
            target = kept(tx, actor, username)
            _require_linkable(target, purpose)
            invitation = Invitation(
                secret_hash=hashed(secret),
                account=username,
                purpose=purpose,
                made_by=account_of(actor),
                made_at=now,
                expires_at=now + LINK_LASTS,
            )
            if purpose == "reset":
                tx.credentials.drop_all(username)
            act = Act(name=f"account.{purpose}", at=now, account=account_of(actor), subject=username)
            with tx.accounts.password_set(username, None, act, [invitation.told()]):
                tx.invitations.put(invitation)
            if purpose == "reset" or gives_more_than_an_account(self.context, tx, target):
                self._tell(tx, target, act)
            return {
                "username": username,
                "purpose": purpose,
                "expires_at": invitation.expires_at.isoformat(),
                "secret_hash": invitation.secret_hash,
                "attempt": attempt,
            }

        made = self.context.store.execute(work, key=key)
        require_same_secret(made["secret_hash"], secret, Text("tautannya", "its link"))
        url = f"{self.context.public_url or ''}/invitation/{secret}"
        mailed = self._mailed(username, url, send=made["attempt"] == attempt)
        return {
            "username": made["username"],
            "purpose": made["purpose"],
            "expires_at": made["expires_at"],
            # Who can mail it to the person needs not see what opens the account; the host may see everything.
            "url": None if mailed and isinstance(by, Person) else url,
            "mailed": mailed,
        }

    def disable(self, username: str, *, by: AnyActor, key: IdempotencyKey | None = None) -> Account:
        """Nobody signs in with it any more; its sessions, tokens and links end at once."""

        def work(tx: Tx) -> Account:
            kept(tx, by, username)
            if account_of(by) == username:
                raise Conflict(
                    Text(
                        "Anda tidak dapat menonaktifkan akun sendiri. Mintalah administrator lain.",
                        "nobody disables the own account; ask another administrator",
                    )
                )
            tx.accounts.change(username, {"disabled": True}, self._act("account.disable", by, username))
            tx.credentials.drop_all(username)
            tx.invitations.drop_of(username)
            return _profile_of(tx, username).shown()

        return self.context.store.execute(work, key=key)

    def enable(self, username: str, *, by: AnyActor, key: IdempotencyKey | None = None) -> Account:
        """Let the account sign in again, with the password that it had."""

        def work(tx: Tx) -> Account:
            kept(tx, by, username)
            tx.accounts.change(username, {"disabled": False}, self._act("account.enable", by, username))
            return _profile_of(tx, username).shown()

        return self.context.store.execute(work, key=key)

    def unlock(self, username: str, *, by: AnyActor, key: IdempotencyKey | None = None) -> None:
        """Forget the failures of this name, so that nobody has to wait."""

        def work(tx: Tx) -> None:
            target = kept(tx, by, username)
            self.back_off.unlock(tx, username)
            self._record(tx, target, "account.unlock", by)

        self.context.store.execute(work, key=key)

    def end_sessions(self, username: str, *, by: AnyActor, key: IdempotencyKey | None = None) -> None:
        """Sign the person out everywhere, and take the tokens back."""

        def work(tx: Tx) -> None:
            target = kept(tx, by, username)
            tx.credentials.drop_all(username)
            self._record(tx, target, "account.end_sessions", by)

        self.context.store.execute(work, key=key)

    def drop_second_factor(self, username: str, *, by: AnyActor, key: IdempotencyKey | None = None) -> None:
        """For whoever lost the authenticator and the recovery codes; signs the person out everywhere."""

        def work(tx: Tx) -> None:
            target = kept(tx, by, username)
            if tx.second_factors.get(username) is None:
                raise NotFound(
                    Text(
                        "Akun ini tidak memakai verifikasi dua langkah.", f"{username!r} has no second factor"
                    )
                )
            act = self._act("account.second_factor_drop", by, username)
            with tx.second_factors.dropped(username, target.agency, act):
                tx.credentials.drop_all(username)
            self._tell(tx, target, act)

        self.context.store.execute(work, key=key)

    # --- inside ---

    def _mailed(self, username: str, url: str, *, send: bool) -> bool:
        """Whether the link went out by mail; a request that comes again sends nothing again."""
        if self.context.post is None or self.context.public_url is None:
            return False

        # Never to where notices are sent: that may be a mailbox that many read.
        def query(tx: Tx) -> tuple[str | None, str]:
            profile = _profile_of(tx, username)
            return profile.contact, profile.locale or "id"

        address, locale = self.context.store.ask(query)
        if address is None or not send:
            return address is not None
        subject, text = LETTERS[locale]
        return self.context.post(address, subject, text.format(url=url, username=username))

    def _tell(self, tx: Tx, target: StoredAccount, act: Act) -> None:
        given = told_of_credential(
            self.context, tx, target.agency, target.username, cast(Credential, act.name), act.account, act.at
        )
        tell(self.context, tx, list(given))

    def _act(self, name: str, by: AnyActor, username: str) -> Act:
        return Act(name=name, at=self.context.clock.now(), account=account_of(by), subject=username)

    def _record(self, tx: Tx, target: StoredAccount, name: str, by: AnyActor) -> Act:
        act = self._act(name, by, target.username)
        tx.audit.record(organisation_stream(target.agency), act, {})
        return act


LETTERS = {
    "id": (
        "Tautan akun Alur Anda",
        "Administrator Alur memberi Anda tautan untuk mengatur kata sandi akun {username}:\n\n{url}\n\n"
        "Tautan ini berlaku 72 jam dan hanya dapat dipakai satu kali. Abaikan surel ini bila Anda tidak"
        " menunggunya, dan beri tahu administrator.\n",
    ),
    "en": (
        "The link of your Alur account",
        "The administrator of Alur gives you a link to set the password of the account"
        " {username}:\n\n{url}\n\n"
        "It is valid for 72 hours and can be used once. If you did not expect it, ignore this mail and tell"
        " the administrator.\n",
    ),
}


def _profile_of(tx: Tx, username: str) -> Profile:
    profile = tx.accounts.profile(username)
    if profile is None:
        raise NotFound(Text("Akun tidak dikenal.", f"no account {username!r}"))
    return profile


def _require_linkable(target: StoredAccount, purpose: Purpose) -> None:
    if target.disabled:
        raise _is_disabled(target.username)
    if purpose == "invite" and target.password_hash is not None:
        raise Conflict(
            Text(
                "Akun ini sudah memiliki kata sandi. Pakai atur ulang kata sandi.",
                "this account has a password already; reset it instead",
            )
        )


def _is_disabled(username: str) -> Conflict:
    return Conflict(
        Text("Akun ini nonaktif. Aktifkan dahulu.", f"the account {username!r} is disabled; enable it first")
    )


def _invalid(path: str, message: Text) -> InvalidInput:
    return InvalidInput(Text(f"{path}: ", f"{path}: ") + message, errors=[FieldError(path, message)])
