"""The calls on time: notices, choices, scheduled starts, calendars, and what waits or was given up."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from alur_client.shapes import (
    Calendar,
    CalendarItem,
    Case,
    ClockJump,
    Explanation,
    Foreseen,
    Holiday,
    Message,
    MovedDeadline,
    Notice,
    Operation,
    Outage,
    Preferences,
    Schedule,
    Start,
)
from alur_client.transport import Transport

Files = Mapping[str, Any] | str
"""A calendar file as data, or its YAML as text."""


class Choices(TypedDict, total=False):
    """What a person may choose; None goes back to what holds without a choice."""

    pace: str | None
    digest_at: str | None
    channels: Sequence[str] | None
    quiet_from: str | None
    quiet_to: str | None
    addresses: Mapping[str, str] | None


class Times(Transport):
    """What the office's time brings, for whoever the token belongs to."""

    # --- notices and how they come ---

    def notifications(self, *, state: str | None = None) -> Iterator[Notice]:
        """Your notices, newest first; ``state`` is ``unread`` or ``read``."""
        yield from self._all("notifications", {"state": state} if state else {})

    def unread(self) -> int:
        return int(self._get("notifications/count")["unread"])

    def read(self, notice_id: str) -> None:
        """Note that you have read a notice."""
        self._post(f"notifications/{notice_id}/read")

    def preferences(self) -> Preferences:
        preferences: Preferences = self._get("preferences")
        return preferences

    def choose(self, **choices: Unpack[Choices]) -> Preferences:
        """Change what is given and keep the rest."""
        preferences: Preferences = self._put("preferences", {**choices})
        return preferences

    # --- scheduled starts ---

    def schedules(self) -> Iterator[Schedule]:
        """The next eight dates of every scheduled SOP that concerns you."""
        yield from self._all("schedules", {})

    def confirm_dates(self, schedule: Schedule) -> int:
        """Confirm the next dates as they were told; how many were not confirmed already."""
        dates = [
            {
                "period": occurrence["period"],
                "opens_at": occurrence["opens_at"],
                "due_at": occurrence["due_at"],
            }
            for occurrence in schedule["dates"]
        ]
        return int(self._post(f"schedules/{schedule['sop']}/confirm", {"dates": dates})["confirmed"])

    def scheduled_starts(self, *, state: str | None = None) -> Iterator[Start]:
        """What became of starts: ``started``, ``present``, ``missed`` or ``failed``; oldest first."""
        yield from self._all("schedules/starts", {"state": state} if state else {})

    def start_late(
        self,
        start: Start,
        *,
        fields: Mapping[str, Any] | None = None,
        parties: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Case:
        """Start what a schedule missed or could not start, with what it is ``missing``."""
        case: Case = self._post(
            f"schedules/starts/{start['id']}/start", {"fields": fields, "parties": parties}
        )
        return case

    # --- calendars ---

    def calendars(self) -> Iterator[CalendarItem]:
        yield from self._all("calendars", {})

    def calendar(self, calendar_id: str) -> Calendar:
        """A calendar with its versions and the two files it was read from."""
        calendar: Calendar = self._get(f"calendars/{calendar_id}")
        return calendar

    def explain(
        self, calendar_id: str, from_: datetime, minutes: int, *, unit: str | None = None
    ) -> Explanation:
        """When working minutes are over, stretch by stretch."""
        wanted = {"from": from_.isoformat(), "minutes": str(minutes), **({"unit": unit} if unit else {})}
        explanation: Explanation = self._get(f"calendars/{calendar_id}/explain", wanted)
        return explanation

    def calendar_effect(self, agency: Files, holidays: Files) -> list[MovedDeadline]:
        """The open deadlines that these files would move; nothing is stored. For administrators."""
        moved: list[MovedDeadline] = self._post("calendars/effect", {"agency": agency, "holidays": holidays})[
            "items"
        ]
        return moved

    def store_calendars(
        self,
        agency: Files,
        holidays: Files,
        *,
        decree: Mapping[str, str] | None = None,
        confirm: bool = False,
    ) -> list[str]:
        """Store these files; the calendars that are new or changed. `Problem` 409 lists what would move.

        The decree has ``number`` and ``date``, and may have ``issuer`` and ``title``.
        """
        body = {"agency": agency, "holidays": holidays, "decree": decree, "confirm": confirm}
        changed: list[str] = self._put("calendars", body)["changed"]
        return changed

    def suggested_holidays(self, year: int) -> list[Holiday]:
        """A year's list as the unofficial library has it. For administrators."""
        days: list[Holiday] = self._get("calendars/suggestion", {"year": str(year)})["days"]
        return days

    def confirm_year(
        self, year: int, days: Sequence[Holiday], *, decree: Mapping[str, str], confirm: bool = False
    ) -> list[str]:
        """Confirm a year's list with its decree; answer and `Problem` as `store_calendars`."""
        body = {"decree": decree, "days": days, "confirm": confirm}
        changed: list[str] = self._put(f"calendars/years/{year}", body)["changed"]
        return changed

    # --- what waits, and what was given up ---

    def operation(self) -> Operation:
        """How time works: workers, lateness, timers set aside."""
        operation: Operation = self._get("operation")
        return operation

    def outages(self) -> Iterator[Outage]:
        """The stretches of working time in which nobody looked at deadlines, newest first."""
        yield from self._all("operation/outages", {})

    def clock_jumps(self) -> Iterator[ClockJump]:
        """The times at which the clock of a worker was set, newest first."""
        yield from self._all("operation/clock-jumps", {})

    def mend(self, timer_id: str) -> None:
        """Let a timer that was set aside be tried again."""
        self._post(f"operation/timers/{timer_id}/mend")

    def dead_messages(self) -> Iterator[Message]:
        """The messages that were given up, oldest first."""
        yield from self._all("operation/messages", {"state": "dead"})

    def resend(self, message_id: str) -> None:
        """Send a message again under its old id."""
        self._post(f"operation/messages/{message_id}/resend")

    def escalation_preview(
        self, sop: str, step: str, *, unit: str | None = None, ready: datetime | None = None
    ) -> list[Foreseen]:
        """Who would be told when, if a step became ready now or then; ``unit`` for a step inside a block."""
        wanted = {"sop": sop, "step": step}
        wanted |= ({"unit": unit} if unit else {}) | ({"ready": ready.isoformat()} if ready else {})
        foreseen: list[Foreseen] = self._get("escalation/preview", wanted)["items"]
        return foreseen
