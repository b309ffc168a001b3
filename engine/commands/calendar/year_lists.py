"""The holiday list of one year, confirmed by a person with its decree, within the files that are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.access.actor import AnyActor, accepts_names
from engine.calendar.decree import Decree
from engine.commands.calendar.calendars import Calendars, MovedDeadline
from engine.context import Context
from engine.errors import NotFound
from engine.store import IdempotencyKey
from engine.text.bilingual import Text
from engine.views.calendars import CalendarFile


@dataclass(frozen=True, slots=True)
class YearList:
    """``days`` are date, name and kind, as `holidays/v1` writes them; they replace those of the year.

    A day that was in the list with a decree of its own keeps it.
    """

    year: int
    decree: Decree
    days: Sequence[Mapping[str, Any]]

    def within(self, before: Sequence[Mapping[str, Any]]) -> CalendarFile:
        """The list as the file writes it, in place of these days."""
        own = {year["date"]: {"decree": year["decree"]} for year in before if "decree" in year}
        days = [{**own.get(day.get("date"), {}), **day} for day in self.days]
        return {"year": self.year, "decree": self.decree.plain(), "days": days}


@accepts_names
class YearLists:
    """The rest of the files stays as it is; everything else is a change of the calendar like any other."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.calendars = Calendars(context)

    def effect(self, agency: str, listed: YearList) -> list[MovedDeadline]:
        """The open deadlines that this list would move; nothing is stored."""
        return self.calendars.effect(agency, *self._files(agency, listed))

    def store(
        self,
        agency: str,
        listed: YearList,
        *,
        actor: AnyActor,
        confirmed: bool = True,
        key: IdempotencyKey | None = None,
    ) -> list[str]:
        """Store the list under its decree; errors and answer as `Calendars.store`."""
        return self.calendars.store(
            agency,
            *self._files(agency, listed),
            decree=listed.decree,
            actor=actor,
            confirmed=confirmed,
            key=key,
        )

    def _files(self, agency: str, listed: YearList) -> tuple[CalendarFile, CalendarFile]:
        """The files as they were stored last, with this list in place of that of its year."""
        stored = self.context.store.ask(lambda tx: tx.calendars.of(agency))
        if not stored:
            raise NotFound(
                Text(
                    "Belum ada kalender kerja. Muat berkas instansi lebih dahulu.",
                    f"agency {agency!r} has no calendar yet; load the agency file first",
                )
            )
        data = sorted(stored, key=lambda calendar: calendar.stored_at)[-1].data  # of one instant the last
        known = {int(year["year"]): year for year in data["holidays"]["years"]}
        known[listed.year] = listed.within(known.get(listed.year, {}).get("days", ()))
        years = [year_list for _, year_list in sorted(known.items())]
        return data["agency"], {**data["holidays"], "years": years}
