"""What an account says of its person: name, NIP, language, and the address.

Password links go to the address, and the identity provider first knows a person by it; so the earlier address
is told of a change, and after one only an administrator links the account.
"""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from engine.access.actor import Actor, AnyActor, accepts_names, account_of
from engine.audit.act import Act
from engine.commands.accounts.credential_notices import told_of_credential
from engine.commands.accounts.sessions import Person, own_session
from engine.commands.accounts.sign_in import SignIn
from engine.commands.inputs import optional_text, required_text
from engine.commands.notices.notice import tell
from engine.context import Context
from engine.errors import FieldError, InvalidInput, NotAllowed
from engine.notices.channels import CHANNELS
from engine.store import IdempotencyKey, Tx
from engine.store.account_guards import active, kept
from engine.tables.organisation import LOCALES
from engine.text.bilingual import Text
from engine.text.visible import likeness, visible_part
from engine.views.accounts import Account, ContactChanged

CHANGEABLE = ("label", "nip", "locale", "contact")
NIP = re.compile(r"[0-9]{18}")
LONGEST_LABEL = 200
LETTERS = {
    "id": (
        "Alamat surel akun Alur Anda diganti",
        "Alamat surel akun {username} di Alur sudah diganti. Tautan kata sandi tidak lagi dikirim ke alamat"
        " ini, dan yang pernah dikirim ke sini tidak berlaku lagi.\n\n"
        "Bila bukan Anda yang memintanya, segera beri tahu administrator instansi Anda.\n",
    ),
    "en": (
        "The address of your Alur account was changed",
        "The mail address of the account {username} at Alur was changed. Password links are not sent to this"
        " address any more, and those that were are not valid any more.\n\n"
        "If you did not ask for it, tell the administrator of your agency at once.\n",
    ),
}


class _StoredChange(Account):
    """What a repeated request is told, and what has to be known to mail nothing twice."""

    earlier: str | None
    attempt: str


@accepts_names
class Profiles:
    """Changed by the person; the address also by an administrator, or on the host."""

    def __init__(self, context: Context, sign_in: SignIn) -> None:
        self.context = context
        self.sign_in = sign_in

    def change(
        self,
        person: Person,
        given: Mapping[str, Any],
        *,
        session: str | None = None,
        password: str | None = None,
        key: IdempotencyKey | None = None,
    ) -> Account:
        """Change what is given of the own name, NIP, language and address; an empty text takes it away.

        Another address asks for the password again, since one-time links are mailed there.
        """
        values = sound_profile({name: given[name] for name in CHANGEABLE if name in given})
        if values.get("label") is not None:
            self._require_no_title(person, str(values["label"]))
        if "contact" in values:
            self._require_proof(person, values["contact"], session, password)
        changed, _ = self._changed(person.account, values, by=person.actor, act="account.profile", key=key)
        return changed

    def change_contact(
        self, username: str, contact: str | None, *, by: AnyActor, key: IdempotencyKey | None = None
    ) -> ContactChanged:
        """Another address for an account of the own agency (for the host, of any); empty takes it away.

        The account as it is now, and whether the earlier address was ``told``.
        """
        values = sound_profile({"contact": contact})
        changed, told = self._changed(username, values, by=by, act="account.contact", key=key)
        return {**changed, "told": told}

    # --- inside ---

    def _require_no_title(self, person: Person, label: str) -> None:
        """The own name is not the title of a position: others would take it for who holds it."""

        def query(tx: Tx) -> bool:
            organisation = self.context.catalog.organisation(tx, person.agency)
            named = likeness(label)
            titles = [position.label for position in organisation.positions]
            # A title of one word may be a part of a name.
            return any(
                likeness(title) in named if " " in title.strip() else likeness(title) == named
                for title in titles
            )

        if visible_part(label) != visible_part(person.label) and self.context.store.ask(query):
            raise InvalidInput.at(
                "label",
                Text(
                    "Nama Anda tidak boleh memuat nama jabatan. Jabatan diberikan oleh instansi.",
                    "Your name must not hold the title of a position; positions are given by the agency.",
                ),
            )

    def _require_proof(
        self, person: Person, contact: str | None, session: str | None, password: str | None
    ) -> None:
        secret = own_session(person, session)
        profile = self.context.store.ask(lambda tx: tx.accounts.profile(person.account))
        if profile is None or profile.contact == contact:
            return
        if self.context.known_by_mail:
            raise _known_by_it()
        self.sign_in.require_proof(person, secret, password)

    def _changed(
        self,
        username: str,
        values: Mapping[str, Any],
        *,
        by: AnyActor,
        act: str,
        key: IdempotencyKey | None,
    ) -> tuple[Account, bool]:
        """The account as it is now, and whether its earlier address was told."""
        now, attempt = self.context.clock.now(), secrets.token_hex(8)

        def work(tx: Tx) -> _StoredChange:
            if act == "account.contact":
                kept(tx, by, username)
            else:
                active(tx, Actor(username))
            profile = tx.accounts.profile(username)
            assert profile is not None  # noqa: S101 - it is kept
            stored, earlier = dict(values), None
            if "contact" in values and values["contact"] != profile.contact:
                tx.invitations.drop_of(username)
                stored["linked_by_hand_since"] = profile.linked_by_hand_since or now
                earlier = profile.contact
            event = Act(name=act, at=now, account=account_of(by), subject=username)
            tx.accounts.change(username, stored, event)
            if act == "account.contact" and "contact" in stored and stored["contact"] != profile.contact:
                given = told_of_credential(
                    self.context, tx, profile.agency, username, "account.contact", account_of(by), now
                )
                tell(self.context, tx, list(given))
            after = tx.accounts.profile(username)
            assert after is not None  # noqa: S101 - it was there
            return {**after.shown(), "earlier": earlier, "attempt": attempt}

        stored = self.context.store.execute(work, key=key)
        changed: Account = {
            "username": stored["username"],
            "label": stored["label"],
            "nip": stored["nip"],
            "locale": stored["locale"],
            "contact": stored["contact"],
            "system_roles": stored["system_roles"],
            "disabled": stored["disabled"],
            "has_password": stored["has_password"],
            "second_factor": stored["second_factor"],
            "links_by_mail": stored["links_by_mail"],
        }
        return changed, self._tell(changed, stored["earlier"], send=stored["attempt"] == attempt)

    def _tell(self, account: Account, earlier: str | None, *, send: bool) -> bool:
        """Whether a letter went to the earlier address; a request that comes again sends none again."""
        if earlier is None or self.context.post is None or not send:
            return earlier is not None and self.context.post is not None
        subject, text = LETTERS[account["locale"]]
        return self.context.post(earlier, subject, text.format(username=account["username"]))


def sound_profile(given: Mapping[str, Any]) -> dict[str, str | None]:
    """What a profile may hold, of what is given; an empty text takes a value away. Raises `InvalidInput`."""
    values: dict[str, str | None] = {}
    for name, value in given.items():
        values[name] = required_text(value, name) if name == "label" else optional_text(value, name)
    errors = []
    label, nip, locale, contact = (values.get(name) for name in ("label", "nip", "locale", "contact"))
    if label is not None and (len(label) > LONGEST_LABEL or not label.isprintable()):
        errors.append(
            FieldError("label", Text("Paling panjang 200 huruf, satu baris.", "At most 200, one line."))
        )
    if nip is not None:
        values["nip"] = nip = "".join(nip.split())
        if not NIP.fullmatch(nip):
            errors.append(FieldError("nip", Text("NIP terdiri atas 18 angka.", "A NIP has 18 digits.")))
    if locale is not None and locale not in LOCALES:
        errors.append(FieldError("locale", Text("Pilih id atau en.", "Choose id or en.")))
    if contact is not None and not CHANNELS["mail"].address.fullmatch(contact):
        errors.append(FieldError("contact", Text("Bukan alamat surel.", "No mail address.")))
    if errors:
        raise InvalidInput(Text("Data akun belum benar.", "the profile is not sound"), errors=errors)
    return values


def _known_by_it() -> NotAllowed:
    """With another's address the provider would let that other in as this person, for good."""
    return NotAllowed(
        Text(
            "Penyedia akun mengenali Anda lewat alamat surel ini; hanya administrator yang"
            " mengubahnya. Tujuan pemberitahuan diatur di halaman pemberitahuan.",
            "the identity provider knows you by this address; only administrators change it,"
            " where notices go is chosen in the preferences",
        )
    )
