"""A year of history: two agencies at work on a simulated clock, week after week, up to a day.

What begins by itself begins by itself; the rest is started as offices do it. Every act is the engine's.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.access.actor import Actor
from engine.calendar.calendar import Calendar
from engine.engine import Engine
from engine.errors import SopError
from runtime.demo.past import Past
from runtime.demo.staff import Staff

SEED = 20260105
LOOKS = (time(9), time(11), time(14), time(15, 30))
"""When people look into their inboxes."""
PLANNERS = ("kasubbag.perencanaan", "dagkop.kasubag.perencanaan")
BIDANG = ("bid-pdn", "bid-eks", "bid-psr", "bid-pkm")
ORDERED = ("Rapikan arsip data kinerja", "Perbarui data pedagang", "Siapkan bahan rapat koordinasi")
WINDING_DOWN = timedelta(days=7)
REPAIRS = 4
"""How many repairs of wrong data a week begins."""


@dataclass(frozen=True, slots=True)
class Year:
    """Two agencies and their staff; ``home`` is the first."""

    engine: Engine
    past: Past
    calendar: Calendar
    home: Staff
    second: Staff

    def play(self, first: date, until: datetime) -> None:
        """Work from a day on until an instant; in the last week nothing is begun, so most is finished."""
        # The plan of the year in which the history begins; that of the next one begins by itself.
        for who in PLANNERS:
            self._start(who, "rencana-aksi-kinerja", period=str(first.year))
        for at in self._looks(first, until):
            self._work_until(at)
            if at.time() == LOOKS[0] and at < until - WINDING_DOWN:
                self._begin(at.date())
            self.home.look()
            self.second.look()
        self._work_until(until)

    def _looks(self, first: date, until: datetime) -> Iterator[datetime]:
        """When people look into their inboxes, day after day."""
        day = first
        while datetime.combine(day, LOOKS[0], self.calendar.timezone) < until:
            if self.calendar.is_working_day(day):
                looks = (datetime.combine(day, look, self.calendar.timezone) for look in LOOKS)
                yield from (at for at in looks if at < until)
            day += timedelta(days=1)

    def _work_until(self, until: datetime) -> None:
        """Let time go by; what is done meanwhile is handed in when it is done."""
        both = (self.home, self.second)
        while (done := min(filter(None, (staff.next_done() for staff in both)), default=until)) < until:
            self._pass_until(done)
            for staff in both:
                staff.finish()
        self._pass_until(until)

    def _pass_until(self, at: datetime) -> None:
        if at > self.past.clock.now():
            self.past.pass_until(at)

    def _begin(self, day: date) -> None:
        """What offices start by hand on a day."""
        chance = self.home.chance
        for who, sop, given in self._wanted(day, chance):
            self._start(who, sop, **given)

    def _wanted(self, day: date, chance: random.Random) -> Iterator[tuple[str, str, dict[str, object]]]:
        quarter = f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        if day.weekday() < REPAIRS:
            yield "kadis", "perbaikan-data-kinerja", {"period": quarter}
        if day.weekday() in (2, 4):
            place = chance.choice(BIDANG)
            fields = {
                "jenis": "Arahan",
                "butir": chance.choice(ORDERED),
                "unit": place,
                "penanggung_jawab": f"kasi-{place.removeprefix('bid-')}-{chance.randrange(1, 4)}",
                "tenggat": (day + timedelta(days=chance.randrange(20, 40))).isoformat(),
            }
            yield "kadis", "tindak-lanjut-arahan", {"fields": fields}
        if day.day <= 7 and day.weekday() == 1 and day.month == 3:
            yield (
                "kasubbag.perencanaan",
                "tindak-lanjut-evaluasi",
                {"period": str(day.year)},
            )

    def _start(self, who: str, sop: str, **given: object) -> None:
        with suppress(SopError):
            self.engine.cases.start(Actor(who), sop, **given)  # type: ignore[arg-type]
