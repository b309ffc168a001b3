"""Writing an act with all its consequences: its event, what people are told, and the timers it leaves."""

from collections.abc import Sequence
from datetime import datetime

from engine.case.flow import Flow
from engine.escalation.plan import plan
from engine.notices import notices_of
from engine.office import Office, new_id
from engine.state import Act, CaseState, Notice
from engine.store import Tx


def record(
    office: Office,
    tx: Tx,
    flow: Flow,
    before: CaseState | None,
    act: Act,
    notices: Sequence[Notice] = (),
) -> CaseState:
    """Write what a flow did; ``notices`` come on top of those that follow from it. The state as recorded."""
    after = flow.settled()
    messages = [*notices_of(flow, before, act.account), *notices]
    recorded = tx.record(before, after, act, messages)
    tx.write_timers(plan(flow.world, before, after))
    tx.put_deliveries(messages, office.channels)
    return recorded


def tell(office: Office, tx: Tx, notices: Sequence[Notice]) -> None:
    """Write notices that no act on a single case has caused, to be shown and to be sent."""
    if notices:
        tx.put_notices(notices)
        tx.put_deliveries(notices, office.channels)


def notice_of(account: str, kind: str, text: str, now: datetime) -> Notice:
    """A notice about no single case."""
    return Notice(id=new_id(), account=account, kind=kind, case_id=None, task_id=None, at=now, text=text)
