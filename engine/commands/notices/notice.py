"""Notices about no single case: made, and written to be shown and to be sent."""

from collections.abc import Sequence
from datetime import datetime

from engine.cases.model import Notice
from engine.context import Context, new_id
from engine.organisation.model import AUDITOR
from engine.organisation.snapshot import Organisation
from engine.store import Tx
from engine.text.bilingual import Text


def tell(context: Context, tx: Tx, notices: Sequence[Notice]) -> None:
    """Write notices that no act on a single case has caused, to be shown and to be sent."""
    if notices:
        tx.notices.put(notices)
        tx.outbox.deliver(notices, context.channels)


def doer(organisation: Organisation, account: str | None) -> Text:
    """Who has done something to others, as a notice names them; without an account it was the host."""
    if account is None:
        return Text("Peladen Alur", "The host")
    name = organisation.person_label(account)
    return Text(name, name)


def auditors_of(organisation: Organisation) -> list[str]:
    """The accounts of those who check the office."""
    return [a.username for a in organisation.accounts if AUDITOR in a.system_roles and not a.disabled]


def authors_of(organisation: Organisation) -> list[str]:
    """The accounts of those who write SOPs, without administrators."""
    return [a.username for a in organisation.accounts if "author" in a.system_roles and not a.disabled]


def notice_of(account: str, kind: str, text: str, now: datetime) -> Notice:
    """A notice about no single case."""
    return Notice(id=new_id(), account=account, kind=kind, case_id=None, task_id=None, at=now, text=text)
