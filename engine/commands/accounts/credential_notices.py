"""Telling that somebody else set a credential: it gives an account away as an appointment does.

Every auditor of the agency hears of it, and the person whose account it is.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from engine.cases.model import Notice
from engine.commands.notices.notice import doer, notice_of
from engine.context import Context
from engine.organisation.model import APART, AUDITOR
from engine.store import StoredAccount, Tx
from engine.text.bilingual import Text

Credential = Literal[
    "account.reset",
    "account.leave_password",
    "account.invite",
    "account.second_factor_drop",
    "account.contact",
    "account.link",
]
WORDS: dict[str, Text] = {
    "account.reset": Text("mengatur ulang kata sandi", "has reset the password of"),
    "account.leave_password": Text(
        "menyerahkan kata sandi kepada direktori atau penyedia akun untuk",
        "has left the password to the directory or provider for",
    ),
    "account.invite": Text("membuat tautan kata sandi untuk", "has made a password link for"),
    "account.second_factor_drop": Text(
        "mematikan verifikasi dua langkah", "has dropped the second factor of"
    ),
    "account.link": Text("menautkan orang pada penyedia akun dengan", "has linked a provider's person to"),
    "account.contact": Text("mengganti alamat surel", "has changed the mail address of"),
}


def gives_more_than_an_account(context: Context, tx: Tx, target: StoredAccount) -> bool:
    """Whether a first password gives away a position, or the role of an administrator or auditor."""
    held = context.catalog.organisation(tx, target.agency).holdings
    return bool(target.system_roles & APART) or any(holding.account == target.username for holding in held)


def told_of_credential(
    context: Context, tx: Tx, agency: str, username: str, act: Credential, by: str | None, now: datetime
) -> Iterator[Notice]:
    """Notices for the person and for each auditor; none where people do it to their own account."""
    if by == username:
        return
    organisation = context.catalog.organisation(tx, agency)
    who = doer(organisation, by)
    whose, did = organisation.person_label(username), WORDS[act]
    mine = Text(
        f"{who.indonesian} {did.indonesian} akun Anda. Bila Anda tidak memintanya, segera beri tahu auditor.",
        f"{who.english} {did.english} your account. If you did not ask for it, tell an auditor at once.",
    )
    others = Text(
        f"{who.indonesian} {did.indonesian} akun {whose}. Lihat Jalannya waktu.",
        f"{who.english} {did.english} the account {whose}. See How time works.",
    )
    auditors = [person.username for person in organisation.accounts if AUDITOR in person.system_roles]
    for account, text in {**dict.fromkeys(auditors, others), username: mine}.items():
        holder = organisation.account(account)
        if holder is not None and not holder.disabled:
            yield notice_of(account, "mandate", text.to(context.catalog.language_of(tx, account)), now)
