"""One transaction: every statement that writes, by noun."""

from engine.store.accounts import Accounts
from engine.store.batch import CaseBatch
from engine.store.confirmations import Confirmations
from engine.store.credentials import Credentials
from engine.store.digests import Digests
from engine.store.factors import Factors
from engine.store.heartbeat import HeartbeatStore
from engine.store.identities import Identities
from engine.store.open_tasks import OpenTasks
from engine.store.outbox import Outbox
from engine.store.registers import Registers
from engine.store.schedules import Schedules
from engine.store.timers import Timers


class Tx(
    CaseBatch,
    OpenTasks,
    Accounts,
    Registers,
    Credentials,
    Confirmations,
    Factors,
    Identities,
    Digests,
    Timers,
    HeartbeatStore,
    Outbox,
    Schedules,
):
    """What a unit of work may do; ``connection`` is for reads that need the same snapshot."""
