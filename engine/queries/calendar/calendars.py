"""The working calendars of an agency, and how a time came about, for everybody in it."""

from collections.abc import Sequence
from datetime import datetime

from engine.access.actor import Actor, accepts_names
from engine.context import Context
from engine.errors import NotFound
from engine.store import StoredCalendar, Tx
from engine.store.account_guards import active
from engine.text.bilingual import Text
from engine.views.calendars import Calendar, CalendarItem, Explanation
from engine.views.deadlines import segment_view
from engine.views.parts import decree_view


@accepts_names
class CalendarQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def current(self, actor: Actor) -> list[CalendarItem]:
        """The current version of every calendar."""

        def query(tx: Tx) -> list[CalendarItem]:
            person = active(tx, actor)
            newest = {
                calendar.calendar: calendar
                for calendar in self.context.catalog.calendar_versions(tx, person.agency)
            }
            return [self._brief(calendar) for calendar in newest.values()]

        return self.context.store.ask(query)

    def get(self, actor: Actor, calendar: str) -> Calendar:
        """A calendar with its versions, oldest first, and the two files of the current one."""

        def query(tx: Tx) -> Calendar:
            versions = self._versions(tx, active(tx, actor).agency, calendar)
            return self._whole(versions)

        return self.context.store.ask(query)

    def of_agency(self, agency: str) -> list[Calendar]:
        """Every calendar of any agency with its versions and files, for the host."""

        def query(tx: Tx) -> list[Calendar]:
            known = self.context.catalog.calendar_versions(tx, agency)
            names = dict.fromkeys(calendar.calendar for calendar in known)
            return [
                self._whole([calendar for calendar in known if calendar.calendar == name]) for name in names
            ]

        return self.context.store.ask(query)

    def explain(
        self, actor: Actor, calendar: str, start: datetime, minutes: int, *, unit: str | None = None
    ) -> Explanation:
        """When working minutes are over, stretch by stretch; `InvalidInput` beyond the calendar."""

        def query(tx: Tx) -> Explanation:
            versions = self._versions(tx, active(tx, actor).agency, calendar)
            whole = self.context.catalog.stored_calendar(versions[-1]).calendar
            explained = whole.for_unit(unit).explain(start, minutes)
            years = {*range(explained.start.year, explained.end.year + 1)}
            return {
                "from": explained.start.isoformat(),
                "to": explained.end.isoformat(),
                "minutes": explained.minutes,
                "calendar": explained.calendar,
                "calendar_version": explained.version,
                "years_without_list": sorted(years & {*whole.years_without_list}),
                "segments": [segment_view(segment) for segment in explained.segments],
            }

        return self.context.store.ask(query)

    def _versions(self, tx: Tx, agency: str, calendar: str) -> list[StoredCalendar]:
        known = self.context.catalog.calendar_versions(tx, agency)
        versions = [version for version in known if version.calendar == calendar]
        if not versions:
            there = ", ".join(dict.fromkeys(version.calendar for version in known)) or "-"
            raise NotFound(
                Text(
                    f'Kalender kerja "{calendar}" tidak ada. Yang ada: {there}.',
                    f"no calendar {calendar!r}; there are: {there}",
                )
            )
        return versions

    def _whole(self, versions: Sequence[StoredCalendar]) -> Calendar:
        """The newest version, and beside it all of them, oldest first, and its files."""
        return {
            **self._brief(versions[-1]),
            "versions": [
                {
                    "version": calendar.version,
                    "decree": decree_view(calendar.decree),
                    "stored_at": calendar.stored_at.isoformat(),
                }
                for calendar in versions
            ],
            "agency": versions[-1].data["agency"],
            "holidays": versions[-1].data["holidays"],
        }

    def _brief(self, stored: StoredCalendar) -> CalendarItem:
        compiled = self.context.catalog.stored_calendar(stored)
        calendar, listed = compiled.calendar, compiled.holidays
        return {
            "id": stored.calendar,
            "version": stored.version,
            "decree": decree_view(stored.decree),
            "stored_at": stored.stored_at.isoformat(),
            "timezone": calendar.timezone.key,
            "first_year": calendar.schedule.first_year,
            "last_year": calendar.schedule.last_year,
            "years_without_list": list(calendar.years_without_list),
            "units": sorted(calendar.units),
            "years": [
                {
                    "year": year,
                    "decree": decree_view(listed.decrees.get(year)),
                    "days": len(listed.of_year(year)),
                }
                for year in sorted({*listed.decrees, *(free_day.day.year for free_day in listed.days)})
            ],
            "seasons": [
                {
                    "regime": season.regime.id,
                    "from": season.first.isoformat(),
                    "to": season.last.isoformat() if season.last else None,
                    "decree": decree_view(season.decree),
                }
                for season in calendar.schedule.seasons
            ],
        }
