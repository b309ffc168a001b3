"""Every statement that writes, behind one seam: ``open_store(url).execute(work)``; screens read elsewhere."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import InvalidInput, KeyReused
from engine.store.accounts import StoredAccount
from engine.store.calendars import StoredCalendar
from engine.store.definitions import StoredDefinition
from engine.store.open_tasks import WaitingTask
from engine.store.postgres import PostgresStore
from engine.store.sqlite import SqliteStore
from engine.store.tx import Tx
from engine.store.unit_of_work import IdempotencyKey, Store
from engine.store.uploads import FileRecord
from engine.text.bilingual import Text

__all__ = [
    "FileRecord",
    "IdempotencyKey",
    "KeyReused",
    "Store",
    "StoredAccount",
    "StoredCalendar",
    "StoredDefinition",
    "Tx",
    "WaitingTask",
    "open_store",
]


def open_store(database_url: str) -> Store:
    """The store of ``sqlite:///path``, ``sqlite://`` (in memory, schema made at once) or ``postgresql://…``."""
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        raise _unknown() from None
    match url.get_backend_name():
        case "sqlite":
            return SqliteStore(url)
        case "postgresql":
            return PostgresStore(url)
    raise _unknown()


def _unknown() -> InvalidInput:
    # The address itself may hold a password: it is not repeated.
    said = "Alamat basis data tidak dikenal. Tulis sqlite:///berkas.db atau postgresql://pengguna@host/nama."
    english = "unknown database address; write sqlite:///file.db or postgresql://user@host/name"
    return InvalidInput.at("database_url", Text(said, english))
