"""Notices about no single case: made, and written to be shown and to be sent."""

from collections.abc import Sequence
from datetime import datetime

from engine.cases.model import Notice
from engine.context import Context, new_id
from engine.store import Tx


def tell(context: Context, tx: Tx, notices: Sequence[Notice]) -> None:
    """Write notices that no act on a single case has caused, to be shown and to be sent."""
    if notices:
        tx.notices.put(notices)
        tx.outbox.deliver(notices, context.channels)


def notice_of(account: str, kind: str, text: str, now: datetime) -> Notice:
    """A notice about no single case."""
    return Notice(id=new_id(), account=account, kind=kind, case_id=None, task_id=None, at=now, text=text)
