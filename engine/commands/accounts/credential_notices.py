"""Telling that somebody else set a credential: it gives an account away as an appointment does.

Every auditor of the agency hears of it, and the person whose account it is.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from engine.cases.model import Notice
from engine.commands.notices.notice import doer, notice_of
from engine.context import Context
from engine.organisation.model import AUDITOR
from engine.store import Tx
from engine.text.bilingual import Text

Credential = Literal[
    "account.reset", "account.invite", "account.second_factor_drop", "account.contact", "account.link"
]
WORDS: dict[str, Text] = {
    "account.reset": Text("mengatur ulang kata sandi", "has reset the password of"),
    "account.invite": Text("membuat tautan kata sandi untuk", "has made a password link for"),
    "account.second_factor_drop": Text(
        "mematikan verifikasi dua langkah", "has dropped the second factor of"
    ),
    "account.link": Text("menautkan orang pada penyedia akun dengan", "has linked a provider's person to"),
    "account.contact": Text("mengganti alamat surel", "has changed the mail address of"),
}


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
        found = organisation.account(account)
        if found is not None and not found.disabled:
            yield notice_of(account, "mandate", text.to(context.catalog.language_of(tx, account)), now)
