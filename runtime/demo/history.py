"""The history of the demonstration: a year that its two agencies have worked, up to a Monday."""

import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.clock import FakeClock
from engine.commands.worker.tick import Sweep
from engine.organisation import Organisation
from runtime.bootstrap import bootstrap
from runtime.demo.load import (
    RECOMMENDATIONS,
    indicators,
    load_demonstration,
    load_sources,
    random_password,
    trade_indicators,
)
from runtime.demo.office import CALENDAR, add_author, without_passwords
from runtime.demo.past import Past
from runtime.demo.staff import Staff
from runtime.demo.year import SEED, Year
from runtime.settings import Settings
from runtime.shipped import demonstration_organisation, second_organisation

OF_BOTH = (
    *("rencana-aksi-kinerja", "laporan-kinerja-triwulan", "laporan-kinerja-tahunan", "unggah-esakip-reviu"),
    *("tindak-lanjut-arahan", "perbaikan-data-kinerja", "penetapan-tim-sakip"),
)
OF_HOME = (*OF_BOTH, "tindak-lanjut-evaluasi", "pengendalian-kinerja")
ORDERS = {"f2": 1, "f4": 2, "b7": 3}
WEEKS = 53


def end_of_history(now: datetime) -> datetime:
    """Eight o'clock, where the agencies are, on the Monday two weeks ago: what is open is played after it."""
    zone = ZoneInfo(demonstration_organisation().agency.timezone)
    local = now.astimezone(zone)
    return datetime.combine(local.date() - timedelta(days=local.weekday() + 14), time(8), zone)


def make_history(settings: Settings, until: datetime, weeks: int = WEEKS) -> str:
    """Fill an empty database with so many weeks up to an instant; returns the password of every account."""
    clock = FakeClock(until - timedelta(weeks=weeks))
    system = bootstrap(settings, clock)
    password = random_password()
    try:
        system.migrate()
        engine = without_passwords(system)
        home, second = demonstration_organisation(), second_organisation()
        load_demonstration(engine, password, [home], OF_HOME)
        load_demonstration(engine, password, [second], OF_BOTH)
        add_author(engine, password)
        first = clock.now()
        years = first.year, first.year + 1
        load_sources(engine, home.agency.id, [*RECOMMENDATIONS, *map(trade_indicators, years)])
        load_sources(engine, second.agency.id, [indicators(year) for year in years])
        calendar = system.calendar(CALENDAR)

        def staff(organisation: Organisation, seed: int) -> Staff:
            chance = random.Random(seed)  # noqa: S311 - makes the same office, guards no secret
            return Staff(engine, clock, calendar, organisation, chance, password, ORDERS)

        past = Past(clock, Sweep(engine.context), calendar.timezone)
        Year(engine, past, calendar, staff(home, SEED), staff(second, SEED + 1)).play(
            first.astimezone(calendar.timezone).date(), until
        )
    finally:
        system.close()
    return password
