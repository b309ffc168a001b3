"""Opening the office that the settings name, and reading times as its people write them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import Conflict, NotFound, Unavailable
from engine.store import Tx
from engine.text.bilingual import Text
from runtime.bootstrap import System, bootstrap
from runtime.cli.outcome import unusable
from runtime.database_probe import ABSENT_EN, ABSENT_ID, database_exists
from runtime.settings import Settings
from runtime.shipped import demonstration_organisation


@contextmanager
def opened(*, existing: bool = True) -> Iterator[System]:
    """The system of the settings; `Unavailable` when its database file must exist and does not."""
    settings = Settings()
    if existing and not database_exists(settings):
        raise Unavailable(Text(ABSENT_ID, ABSENT_EN))
    system = bootstrap(settings)
    try:
        yield system
    finally:
        system.close()


def agency_of(system: System, wanted: str | None = None) -> str:
    """The agency meant: the one named, or the only one. `NotFound` and `Conflict` say which there are."""
    known = system.engine.context.store.ask(lambda tx: tx.organisations.agencies())
    if wanted in known:
        return wanted
    if wanted is not None or not known:
        there = ", ".join(known) or "belum ada; muat dengan `alur org load`"
        raise NotFound(
            Text(
                f"Instansi {wanted or ''} tidak ada. Yang ada: {there}.".replace("  ", " "),
                f"no agency {wanted or ''}; there are: {', '.join(known) or 'none'}",
            )
        )
    if len(known) > 1:
        raise Conflict(
            Text(
                f"Ada beberapa instansi; pilih salah satu dengan --agency: {', '.join(known)}.",
                f"several agencies are stored, name one with --agency: {', '.join(known)}",
            )
        )
    return known[0]


def office_zone(system: System) -> ZoneInfo:
    """The time zone that times without an offset are meant in: that of the first agency."""

    def stored(tx: Tx) -> str:
        agencies = tx.organisations.agencies()
        organisation = tx.organisations.get(agencies[0]) if agencies else demonstration_organisation()
        return organisation.agency.timezone

    return ZoneInfo(system.engine.context.store.ask(stored))


def local_instant(text: str, zone: ZoneInfo, option: str, *, end_of_day: bool = False) -> datetime:
    """An instant as people write it; without an offset it is local. A date means the beginning of the day,
    or with ``end_of_day`` its end. Anything else ends the command with 2.
    """
    try:
        if len(text) == len("2026-01-05"):
            day = date.fromisoformat(text) + timedelta(days=1 if end_of_day else 0)
            return datetime.combine(day, time(), zone)
        instant = datetime.fromisoformat(text)
        aware = instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)
        aware.timestamp()  # year 1 or 9999 may lie outside what an instant can be
    except (ValueError, OverflowError):
        unusable(
            f'{option}: "{text[:60]}" bukan waktu. Tulis misalnya 2026-01-05, "2026-01-05 08:00"'
            " atau 2026-01-05T08:00+08:00."
        )
    return aware
