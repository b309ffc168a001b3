"""Absences of the next two weeks as a strip: who is away when, who stands in, what falls due meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.views.absences import EnteredAbsence
from engine.views.tasks import TaskItem
from web.page_request import PageRequest

DAYS = 14
Mark = Literal["", "away", "uncovered"]


@dataclass(frozen=True)
class Strip:
    """One person: a mark for each day, who stands in, and how many open tasks fall due on those days."""

    account: str
    label: str
    marks: tuple[Mark, ...]
    stand_ins: tuple[str, ...]
    due: int


def days_from(today: date) -> list[date]:
    """The days that a strip shows."""
    return [today + timedelta(days=n) for n in range(DAYS)]


def strips(visit: PageRequest, items: Sequence[TaskItem]) -> tuple[list[date], list[Strip]]:
    """The days, and everybody of this person's people who is away on one of them."""
    desk = visit.engine.queries.coverage.desk(visit.actor)
    days = days_from(date.fromisoformat(desk["today"]))
    by_account: dict[str, Strip] = {}
    for absence in desk["absences"]:
        account = absence["account"]
        if account == visit.actor.account:
            continue
        marks = tuple(_mark(absence, day) for day in days)
        if any(marks):
            before = by_account.get(account)
            both = (
                tuple(new or old for new, old in zip(marks, before.marks, strict=True)) if before else marks
            )
            by_account[account] = Strip(account, absence["label"], both, _stand_ins(visit, absence), 0)
    return days, [_with_due(visit, strip, days, items) for strip in by_account.values()]


def _mark(absence: EnteredAbsence, day: date) -> Mark:
    """Whether somebody is away on a day, and whether nobody is in charge of a position then."""
    text = day.isoformat()
    if text < str(absence["valid_from"]) or (absence["valid_to"] and text > str(absence["valid_to"])):
        return ""
    covers = [cover for cover in absence["covers"] if cover["from"] <= text <= (cover["to"] or text)]
    return "away" if all(cover["in_charge"] for cover in covers) else "uncovered"


def _stand_ins(visit: PageRequest, absence: EnteredAbsence) -> tuple[str, ...]:
    people = visit.office["people"]
    named = {account for cover in absence["covers"] for account in cover["in_charge"]} - {absence["account"]}
    return tuple(sorted(people.get(account, account) for account in named))


def _with_due(visit: PageRequest, strip: Strip, days: Sequence[date], items: Sequence[TaskItem]) -> Strip:
    away = {day for day, mark in zip(days, strip.marks, strict=True) if mark}
    due = 0
    for item in items:
        at = visit.words.local(item["due_at"])
        due += item["assignee"] == strip.account and at is not None and at.date() in away
    return Strip(strip.account, strip.label, strip.marks, strip.stand_ins, due)
