"""Telling auditors whom an administrator, or whoever runs the host, gives a position or a mandate.

Who answers for a position may give mandates himself; that is the office's own business and in its log.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.access.actor import AnyActor, SystemActor, account_of
from engine.cases.model import Notice
from engine.commands.notices.notice import auditors_of, doer, notice_of
from engine.context import Context
from engine.organisation import Holding, Organisation
from engine.organisation.mandate_rules import appointments
from engine.organisation.model import ADMIN, TITLES
from engine.store import Tx
from engine.text.bilingual import Text


def appointed(old: Organisation, new: Organisation, by: AnyActor) -> tuple[Holding, ...]:
    """What an administrator or the host gives by this change; nothing when anybody else makes it."""
    return appointments(old, new) if isinstance(by, SystemActor) or ADMIN in old.roles_of(by) else ()


def told_to_auditors(
    context: Context, tx: Tx, new: Organisation, given: Sequence[Holding], by: AnyActor, now: datetime
) -> Iterator[Notice]:
    """One notice for each auditor of the agency, however many positions are given."""
    if not given:
        return
    said = _said(new, given, account_of(by))
    for auditor in auditors_of(new):
        yield notice_of(auditor, "mandate", said.to(context.catalog.language_of(tx, auditor)), now)


def told_of_domain(
    context: Context, tx: Tx, new: Organisation, domain: str | None, by: str | None, now: datetime
) -> Iterator[Notice]:
    """A notice for each auditor that addresses at another domain let people in from now on."""
    if domain is None:
        return
    who = doer(new, by)
    said = Text(
        f"{who.indonesian} mengganti domain surel instansi menjadi {domain}. Orang pada penyedia akun dengan"
        " alamat di domain itu masuk sebagai akun yang namanya sama. Lihat Jalannya waktu.",
        f"{who.english} has changed the mail domain of the agency to {domain}. People of the identity"
        " provider with addresses there sign in as the accounts of the same names. See How time works.",
    )
    for auditor in auditors_of(new):
        yield notice_of(auditor, "mandate", said.to(context.catalog.language_of(tx, auditor)), now)


def _said(organisation: Organisation, given: Sequence[Holding], by: str | None) -> Text:
    who = doer(organisation, by)
    see = Text(" Lihat Jalannya waktu.", " See How time works.")
    if len(given) > 1:
        what = Text(
            f"{who.indonesian} menunjuk {len(given)} pemangku jabatan sekaligus.",
            f"{who.english} has appointed {len(given)} holders at once.",
        )
        return what + see
    [holding] = given
    name = organisation.person_label(holding.account)
    place = f"{TITLES.get(holding.kind, '')} {organisation.label_of(holding.position)}".strip()
    what = Text(
        f"{who.indonesian} menunjuk {name} sebagai {place}", f"{who.english} has appointed {name} as {place}"
    )
    if holding.order_number:
        what += Text(f", nomor surat {holding.order_number}.", f", order number {holding.order_number}.")
    else:
        what += Text(", tanpa nomor surat.", ", without an order number.")
    return what + see
