"""What the databases report, translated once into the errors of the engine."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.errors import InvalidInput, SopError, StaleVersion, StorageFull, Unavailable
from engine.tables.triggers import HEAD_MOVED
from engine.text.bilingual import Text

# What no column can hold: lone surrogates, numbers beyond 64 bits; NUL on PostgreSQL is a DataError.
UNSTORABLE = (UnicodeEncodeError, OverflowError)
FULL = frozenset({"53100"})
AWAY = ("08", "57P", "53", "55P03", "28", "3D000", "40001", "40P01", "25006", "58")
RETRYABLE = frozenset({"40001", "40P01"})
# Two writers appended to one stream: on PostgreSQL the unique key may speak before the trigger. Or two
# agencies gave an account the same name: their changes do not wait for each other.
RIVALS = (HEAD_MOVED, "uq_audit_event_stream_seq", "audit_event.stream", "pk_account", "account.username")
NO_TABLE = frozenset({"42P01", "42703"})

SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    }
)


@contextmanager
def translated() -> Iterator[None]:
    """Database errors as the engine's errors; a fault of the program stays itself."""
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error, *UNSTORABLE) as error:
        known = translate(error)
        if known is None:
            raise
        raise known from error


def translate(error: BaseException) -> SopError | None:
    """The engine's error for a database error; None where it is a fault of the program."""
    if isinstance(error, PoolTimeout):
        return _away("no database connection became free in time")
    if isinstance(error, (DataError, *UNSTORABLE)):
        return _unstorable(error)
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, sqlite3.Error):
        return _of_sqlite(said)
    if isinstance(error, IntegrityError):
        return _moved(str(said))
    state = getattr(said, "sqlstate", None)
    if state in FULL:
        return _full(str(said))
    if state in NO_TABLE:
        return _not_migrated(str(said))
    if isinstance(error, DBAPIError) and (
        error.connection_invalidated or (state is None and _is_operational(said)) or _starts(state, AWAY)
    ):
        return _away(str(said))
    return None


def is_retryable(error: BaseException) -> bool:
    """A deadlock or serialization failure: the database has undone everything and asks to try again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in RETRYABLE


def is_disconnect(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def closed() -> Unavailable:
    return _away("the store has been closed")


def interrupted() -> Unavailable:
    return _away("the program was interrupted while it wrote for several")


def _of_sqlite(error: sqlite3.Error) -> SopError | None:
    # The low byte is the primary code; the rest tells its kind.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full(str(error))
    if code in SQLITE_AWAY:
        return _away(str(error))
    if code == sqlite3.SQLITE_CONSTRAINT:
        return _moved(str(error))
    if str(error).startswith(("no such table", "no such column")):
        return _not_migrated(str(error))
    return None


def _unstorable(error: BaseException) -> InvalidInput:
    return InvalidInput(
        Text(
            "Isian memuat karakter atau angka yang tidak dapat disimpan. Perbaiki, lalu ulangi.",
            f"a value cannot be stored: {type(error).__name__}",
        )
    )


def _moved(said: str) -> SopError | None:
    if any(sign in said for sign in RIVALS):
        return StaleVersion(
            Text(
                "Data sudah diubah orang lain. Muat ulang, lalu ulangi.",
                f"somebody else changed this first: {said}",
            )
        )
    return None


def _full(said: str) -> StorageFull:
    return StorageFull(
        Text(
            "Penyimpanan penuh; tidak ada yang diubah. Hubungi administrator, lalu ulangi.",
            f"the storage of the database is full, nothing was changed: {said}",
        )
    )


def _away(said: str) -> Unavailable:
    return Unavailable(
        Text(
            "Basis data sedang tidak dapat dipakai; tidak ada yang diubah. Coba lagi sebentar lagi.",
            f"the database cannot be used now: {said}",
        )
    )


def _not_migrated(said: str) -> Unavailable:
    return Unavailable(
        Text(
            "Skema basis data belum sesuai dengan versi program ini. Jalankan `alur migrate`.",
            f"the schema does not fit this version of the program, run `alur migrate`: {said}",
        )
    )


def _is_operational(said: BaseException | None) -> bool:
    return type(said).__name__ in {"OperationalError", "InterfaceError", "ConnectionTimeout"}


def _starts(state: str | None, prefixes: tuple[str, ...]) -> bool:
    return state is not None and state.startswith(prefixes)
