"""One transaction: every statement that writes, by noun."""

from engine.store.accounts import Accounts
from engine.store.confirmations import Confirmations
from engine.store.credentials import Credentials
from engine.store.factors import Factors
from engine.store.identities import Identities
from engine.store.inboxes import Inboxes
from engine.store.notices import Notices
from engine.store.outbox import Outbox
from engine.store.registers import Registers
from engine.store.schedules import Schedules
from engine.store.several import SeveralCases
from engine.store.timers import Timers
from engine.store.waiting import WaitingTasks


class Tx(
    SeveralCases,
    WaitingTasks,
    Accounts,
    Registers,
    Credentials,
    Confirmations,
    Factors,
    Identities,
    Inboxes,
    Notices,
    Timers,
    Outbox,
    Schedules,
):
    """What a unit of work may do; ``connection`` is for reads that need the same snapshot."""
