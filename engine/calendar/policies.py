"""Escalation policies as values: which stages a task has. Checked in ``escalation``, fired by the sweep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal

from engine.calendar.durations import Duration

Moment = Literal["used", "before_due", "after_due", "after_pickup_due", "after_hold"]
NoticeKind = Literal["reminder", "overdue", "escalation", "not_picked_up"]
STANDARD = "standar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One message about a task: when, to whom (relations or roles), and in which tone."""

    id: str
    moment: Moment
    percent: int = 0
    length: Duration = Duration()  # noqa: RUF009 - frozen
    to: tuple[str, ...]
    tone: str = "pengingat"
    skip_below: Duration | None = None
    offers: tuple[str, ...] = ()

    @property
    def kind(self) -> NoticeKind:
        if self.moment == "after_pickup_due":
            return "not_picked_up"
        if self.moment in ("used", "before_due"):
            return "reminder"
        if self.moment == "after_hold":
            return "reminder" if self.length.is_zero else "escalation"
        return "overdue" if self.length.is_zero else "escalation"

    @property
    def in_summary(self) -> bool:
        """Whether its recipients hear of it in the weekly summary, not one by one."""
        return self.tone == "ringkasan"


@dataclass(frozen=True, slots=True)
class Weekly:
    """When a summary goes out: a day of the week (Monday is 0), a local time, and to which roles."""

    weekday: int = 0
    at: time = time(8)
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The stages of one policy, those of the pick-up apart, and how they are sent."""

    id: str
    stages: tuple[Stage, ...]
    pickup_stages: tuple[Stage, ...] = ()
    quiet: bool = True
    notify_deputy: bool = True
    weekly: Weekly = Weekly()


def policies_of(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Policy]:
    """The policies of an agency file that has been checked."""
    return {name: _policy(name, entry) for name, entry in data.items()}


def chosen(policies: Mapping[str, Policy], name: str | None) -> Policy:
    """The policy of that name; for none or an unknown one the agency's standard, else the built-in one."""
    return policies.get(name or STANDARD) or policies.get(STANDARD) or BUILT_IN


def _policy(name: str, entry: Mapping[str, Any]) -> Policy:
    return Policy(
        id=name,
        stages=tuple(_stage(stage) for stage in entry["stages"]),
        pickup_stages=tuple(_stage(stage) for stage in entry.get("pickup_stages", ())),
        quiet=entry.get("quiet_outside_work_hours", True),
        notify_deputy=entry.get("top_position_rule", "notify_deputy") == "notify_deputy",
        weekly=_weekly(entry.get("digest")),
    )


def _stage(entry: Mapping[str, Any]) -> Stage:
    ((moment, value),) = entry["when"].items()
    share = moment == "used"
    skip = entry.get("skip_if_window_below")
    return Stage(
        id=entry["id"],
        moment=moment,
        percent=int(value.rstrip("%")) if share else 0,
        length=Duration() if share else Duration.parse(value),
        to=tuple(entry["to"]),
        tone=entry.get("tone", "pengingat"),
        skip_below=Duration.parse(skip) if skip else None,
        offers=tuple(entry.get("offer", ())),
    )


def _weekly(entry: Mapping[str, Any] | None) -> Weekly:
    if entry is None:
        return Weekly()
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Weekly(weekdays.index(entry["weekly"]), time.fromisoformat(entry["at"]), tuple(entry["to"]))


BUILT_IN = _policy(
    STANDARD,
    {
        "stages": [
            {"id": "ingat", "when": {"used": "75%"}, "to": ["assignee"], "skip_if_window_below": "120m"},
            {"id": "tenggat", "when": {"after_due": "0m"}, "to": ["assignee"]},
            {"id": "atasan", "when": {"after_due": "1wd"}, "to": ["assignee", "supervisor"]},
            {"id": "sekretaris", "when": {"after_due": "2wd"}, "to": ["supervisor", "sekretaris"]},
            {
                "id": "pimpinan",
                "when": {"after_due": "5wd"},
                "to": ["sekretaris", "kepala_dinas"],
                "tone": "ringkasan",
            },
        ],
        "pickup_stages": [
            {"id": "ambil1", "when": {"after_pickup_due": "0m"}, "to": ["candidates"]},
            {"id": "ambil2", "when": {"after_pickup_due": "1wd"}, "to": ["supervisor"], "offer": ["assign"]},
        ],
    },
)

HOLD_STAGES = (
    Stage(id="tunda", moment="after_hold", to=("assignee",)),
    Stage(id="tunda-atasan", moment="after_hold", length=Duration.parse("1wd"), to=("supervisor",)),
)
"""What every policy does when the end of a hold has come and the task still waits."""
